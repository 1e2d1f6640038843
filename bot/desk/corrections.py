"""A mood that was read wrong: what staff say instead, kept for the next training; and how the card shows it."""

from datetime import datetime
from typing import Any

from bot.desk.card import card_buttons, card_html
from bot.domain.escalation import CaseView, StaffMember
from bot.errors import NotFound
from nlp.types import Mood
from storage.tables import Case, Correction, ReadingRow, Turn
from storage.work import Work


async def correct(
    work: Work, brand: str, turn_id: int, by: StaffMember, mood: Mood, at: datetime
) -> tuple[int, Correction | None]:
    """Keep the mood that staff heard in a turn; the one that was read takes a correction back.

    Returns the turn's conversation and the correction that now stands. NotFound where nothing was read, or not any
    more. The words are not copied: they stay in the turn. Nothing is committed here.
    """
    turn, reading = await work.turns.get(brand, turn_id), await work.turns.reading(turn_id)
    if turn is None or reading is None or not _has_words(turn):
        raise NotFound(f"a reading of turn {turn_id}")
    if mood.value == reading.mood:
        await work.corrections.take_back(brand, turn_id)
        return turn.conversation_id, None
    correction = _correction(turn, reading, by, mood, at)
    await work.corrections.put(correction)
    return turn.conversation_id, correction


async def card_payload(work: Work, case: Case, view: CaseView) -> dict[str, Any]:
    """The card of a case as it stands now, with the mood that staff heard in its message."""
    turn = case.card.get("turn")
    correction = await work.corrections.of_turn(case.brand, turn) if turn else None
    corrected = {"corrected": correction.mood, "corrected_by": correction.staff_name} if correction else {}
    return {"text": card_html(view, case.card | corrected), "buttons": card_buttons(view, case.card)}


def _has_words(turn: Turn) -> bool:
    """Whether a turn is a customer's own words: in a pressed button or a command there is no mood."""
    return turn.author == "customer" and bool(turn.text) and not (
        turn.incoming.get("press") or turn.incoming.get("command")
    )  # fmt: skip


def _correction(turn: Turn, reading: ReadingRow, by: StaffMember, mood: Mood, at: datetime) -> Correction:
    return Correction(
        brand=turn.brand,
        turn_id=turn.id,
        customer_id=turn.customer_id,
        read=reading.mood,
        mood=mood.value,
        heard={
            "language": reading.language,
            "intent": reading.intent,
            "alarms": sorted(reading.body.get("alarms") or ()),
        },
        source=reading.source,
        model=reading.body.get("model") or "",
        staff_id=by.id,
        staff_name=by.name,
        at=at,
    )
