"""A mood that was read wrong: who may say so, what is kept, and what the card shows of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.escalation import StaffMember
from bot.domain.incoming import Action, Command, Press
from bot.errors import NotAllowed, NotFound
from bot.facts.codec import to_json
from nlp.types import Mood
from storage.privacy import RetentionSettings, sweep
from storage.tables import Conversation, Correction, DecisionRow, Outbox, ReadingRow, Turn
from tests.desk.conftest import AN, BRAND, CHAT, MAI, Place
from tests.doubles.situations import NOW, make_incoming, make_situation


async def read(place: Place, where: Conversation, text: str = "Tệ quá", **incoming: Any) -> int:
    """Something a customer said, with a reading of it, as the agent writes both down."""
    common: dict[str, Any] = {"brand": BRAND, "conversation_id": where.id or 0}
    said = to_json(make_incoming(text, conversation=where.address, **incoming))
    turn = Turn(**common, customer_id=where.customer_id, author="customer", text=text, incoming=said, at=NOW)
    heard = ReadingRow(
        **common, turn_id=0, language="vi", mood="angry", intent="complaint", source="encoder", at=NOW,
        body={"alarms": ["legal_threat", "danger"], "emotions": ["anger"], "model": "2026-01-01"},
    )  # fmt: skip
    decided = DecisionRow(**common, turn_id=0, kind="reply", policy="p", policy_version=1, stage="s", at=NOW)
    async with place.database.work(write=True) as work:
        number = await work.turns.add_customer_turn(turn, heard, decided)
        await work.commit()
    return number


async def stored(place: Place, turn: int) -> Correction | None:
    async with place.database.work() as work:
        return await work.corrections.of_turn(BRAND, turn)


async def cards(place: Place) -> list[Outbox]:
    return await place.posts(CHAT, "edit_card")


async def show_on_card(place: Place, case: int, turn: int) -> None:
    """The card of a case shows the mood of this turn."""
    async with place.database.work(write=True) as work:
        found = await work.cases.get(BRAND, case)
        assert found is not None
        await work.cases.escalate(case, found.urgency, found.card | {"turn": turn, "moods": ["neutral", "angry"]})
        await work.commit()


async def test_a_correction_says_who_heard_what_instead_of_what_and_no_words(place: Place) -> None:
    where = await place.customer()
    turn = await read(place, where)
    assert await place.desk.correct_mood(BRAND, turn, MAI, Mood.ANXIOUS)
    kept = await stored(place, turn)
    assert kept is not None
    assert (kept.read, kept.mood, kept.staff_id, kept.staff_name, kept.at) == ("angry", "anxious", MAI.id, "Mai", NOW)
    assert (kept.source, kept.model, kept.customer_id) == ("encoder", "2026-01-01", where.customer_id)
    assert kept.heard == {"language": "vi", "intent": "complaint", "alarms": ["danger", "legal_threat"]}
    assert "Tệ quá" not in str(kept.model_dump())


async def test_it_can_be_corrected_again_and_taken_back(place: Place) -> None:
    turn = await read(place, await place.customer())
    await place.desk.correct_mood(BRAND, turn, MAI, Mood.ANXIOUS)
    place.now = NOW + timedelta(minutes=5)
    assert await place.desk.correct_mood(BRAND, turn, AN, Mood.CONFUSED)
    kept = await stored(place, turn)
    assert kept is not None
    assert (kept.mood, kept.staff_name, kept.at) == ("confused", "An", place.now)
    assert not await place.desk.correct_mood(BRAND, turn, AN, Mood.ANGRY)  # as it was read
    assert await stored(place, turn) is None
    assert not await place.desk.correct_mood(BRAND, turn, AN, Mood.ANGRY)


async def test_only_staff_of_the_brand_may(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    turn = await read(place, await place.customer())

    class Nobody:
        value = "customer"

        def covers(self, needed: object) -> bool:
            return False

    with pytest.raises(NotAllowed):
        await place.desk.correct_mood(BRAND, turn, StaffMember("x", "X", Nobody()), Mood.HAPPY)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        await place.desk.correct_mood("another", turn, MAI, Mood.HAPPY)
    assert await stored(place, turn) is None


@pytest.mark.parametrize(
    ("text", "incoming"),
    [
        ("", {}),
        ("", {"press": Press(Action.HUMAN)}),
        ("/human", {"command": Command.HUMAN}),
    ],
)
async def test_where_nothing_was_said_there_is_no_mood(place: Place, text: str, incoming: Mapping[str, Any]) -> None:
    turn = await read(place, await place.customer(), text, **incoming)
    with pytest.raises(NotFound):
        await place.desk.correct_mood(BRAND, turn, MAI, Mood.HAPPY)


async def test_what_staff_or_bot_said_what_was_never_said_and_what_has_expired(place: Place) -> None:
    where = await place.customer()
    turn = await read(place, where)
    async with place.database.work(write=True) as work:
        await sweep(work, BRAND, NOW + timedelta(days=31), RetentionSettings())
        await work.commit()
    for number in (turn, 999, await place.hears(where, "Dạ em nghe", author="staff"), await place.hears(where, "hm")):
        with pytest.raises(NotFound):
            await place.desk.correct_mood(BRAND, number, MAI, Mood.HAPPY)


async def test_the_card_shows_it_where_its_own_message_was_corrected(place: Place) -> None:
    await place.bind()
    where = await place.customer()
    case = await place.case(where)
    on_card, other = await read(place, where), await read(place, where, "hm")
    await show_on_card(place, case, on_card)
    await place.desk.correct_mood(BRAND, other, MAI, Mood.NEUTRAL)
    assert await cards(place) == []
    await place.desk.correct_mood(BRAND, on_card, MAI, Mood.ANXIOUS, settles=())
    assert place.posted
    [card] = await cards(place)
    assert "⚪🟡 anxious (read as angry, corrected by Mai)" in card.payload["text"]
    assert (await place.desk.card(BRAND, case)) == card.payload
    await place.desk.claim(BRAND, case, AN)  # a later card still shows it
    assert "corrected by Mai" in (await cards(place))[-1].payload["text"]
    await place.desk.correct_mood(BRAND, on_card, AN, Mood.ANGRY)
    assert "corrected" not in (await cards(place))[-1].payload["text"]


async def test_after_closing_the_words_can_be_corrected_but_the_card_rests(place: Place) -> None:
    await place.bind()
    where = await place.customer()
    case = await place.case(where)
    turn = await read(place, where)
    await show_on_card(place, case, turn)
    await place.desk.close(BRAND, case, MAI)
    before = len(await cards(place))
    assert await place.desk.correct_mood(BRAND, turn, MAI, Mood.ANXIOUS)
    assert len(await cards(place)) == before


async def test_a_tap_from_the_inbox_is_settled_with_the_correction(place: Place) -> None:
    turn = await read(place, await place.customer())
    async with place.database.work(write=True) as work:
        row = await work.mailbox.receive(BRAND, "777", "1", "telegram", CHAT, {}, NOW)
        await work.commit()
    await place.desk.correct_mood(BRAND, turn, replace(MAI, name="Mai"), Mood.HAPPY, settles=(row or 0,))
    async with place.database.work() as work:
        assert await work.mailbox.waiting(10) == []


async def test_a_case_opened_on_a_press_has_no_mood_to_ask_about(place: Place) -> None:
    pressed = make_situation(incoming=make_incoming("", press=Press(Action.HUMAN)))
    spoken = make_situation(incoming=make_incoming("gọi người đi"))
    first = await place.case(await place.customer(), situation=pressed)
    second = await place.case(await place.customer("telegram:777:43"), situation=spoken)
    async with place.database.work() as work:
        bare, worded = await work.cases.get(BRAND, first), await work.cases.get(BRAND, second)
    assert bare is not None
    assert worded is not None
    assert bare.card["turn"] == 0
    assert worded.card["turn"] == worded.turn_id
