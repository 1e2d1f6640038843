"""A customer is forgotten: what staff are told, and what goes from their group."""

from bot.desk.corrections import card_payload
from bot.desk.topic import staff_lane, to_topic
from bot.domain.escalation import CaseEventKind
from bot.facts.cases import case_view
from storage.privacy import forget
from storage.tables import Case, Outbox, StaffTopic
from storage.work import Work

FORGOTTEN_NOTE = (
    "🗑 The customer had their data deleted. The case stays until it is closed; until then what you write here still "
    "reaches them. Closing it deletes this topic."
)


async def forget_customer(work: Work, brand: str, customer_id: str) -> bool:
    """Erase a customer, and their topics in the staff group but for those of open cases; staff are told there.

    Whether a case stays open. Nothing is committed here.
    """
    group = await work.staff.group(brand)
    topics = [
        topic
        for where in await work.turns.conversations_of(brand, customer_id)
        if (topic := await work.staff.topic(brand, where.address)) and group and topic.chat == group.chat
    ]
    kept = await forget(work, brand, customer_id)
    lane = await staff_lane(work, brand)
    if lane:
        rows = [row for case in kept for row in await _stripped(work, lane, case)]
        left = [topic for topic in topics if await work.staff.topic(brand, topic.conversation) is None]
        rows += [_gone(brand, lane, topic) for topic in left]
        await work.mailbox.post(rows)
    return bool(kept)


async def is_gone(work: Work, case: Case) -> bool:
    """Whether the case's customer was forgotten and has not written since: nobody but the case needs them."""
    events = await work.cases.events(case.id or 0)
    if CaseEventKind.FORGOTTEN not in {event.kind for event in events}:
        return False
    return all(turn.author != "customer" for turn in await work.turns.recent(case.conversation_id, limit=500))


async def _stripped(work: Work, lane: str, case: Case) -> list[Outbox]:
    """The case's card without the person, and why."""
    where = await work.turns.conversation_by_id(case.conversation_id)
    assert where is not None
    view = case_view(case, await work.cases.events(case.id or 0))
    card = await card_payload(work, case, view)
    rows = [
        to_topic(case.brand, lane, where.address, "edit_card", card, case_id=case.id),
        to_topic(case.brand, lane, where.address, "note", {"text": FORGOTTEN_NOTE}, case_id=case.id),
    ]
    for row in rows:
        row.urgent = case.urgency
    return rows


def _gone(brand: str, lane: str, topic: StaffTopic) -> Outbox:
    """A topic to be deleted; the row names the topic alone, not whose it was."""
    return to_topic(brand, lane, "", "delete_topic", {"chat": topic.chat, "thread": topic.thread})
