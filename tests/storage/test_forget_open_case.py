"""Whoever is forgotten while a human is called leaves the case behind, but not themselves."""

from datetime import UTC, datetime

from storage.database import Database
from storage.privacy import forget
from storage.tables import Case
from storage.work import Work
from tests.storage.test_privacy import BRAND, SECRET, count, dump, live_a_life

NOW = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)


async def open_case(work: Work, customer_id: str) -> Case:
    """The person's second case, which nobody has closed."""
    (where,) = await work.turns.conversations_of(BRAND, customer_id)
    card = {"customer": SECRET, "message": SECRET, "why": SECRET, "language": "vi", "reason": "danger", "policy": "p"}
    case = Case(
        brand=BRAND,
        number="",
        conversation_id=where.id or 0,
        customer_id=customer_id,
        turn_id=1,
        reason="danger",
        why=SECRET,
        policy="safety.danger",
        urgency=3,
        card=card,
        opened_at=NOW,
    )
    opened = await work.cases.open(case)
    await work.cases.append(opened.id or 0, 2, "noted", "minh", "Minh", SECRET)
    return opened


async def test_an_open_case_stays_without_the_person(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await live_a_life(work, "1")
        opened = await open_case(work, lan)
        kept = await forget(work, BRAND, lan)
        await work.commit()
    assert [case.id for case in kept] == [opened.id]
    async with database.work() as work:
        left = await dump(work)
        assert SECRET not in left
        assert lan not in left
        ((case, events),) = await work.cases.queue(BRAND)
        assert (case.number, case.reason, case.urgency, case.policy) == (opened.number, "danger", 3, "safety.danger")
        assert case.card == {"reason": "danger", "policy": "p", "language": "vi", "forgotten": True}
        assert [event.kind for event in events] == ["opened", "noted", "forgotten"]
        assert await count(work, "turn") == await count(work, "reading") == await count(work, "outbox") == 0
        assert await count(work, "request") == await count(work, "consent") == 0


async def test_staff_and_the_forgotten_can_still_reach_each_other(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await live_a_life(work, "1")
        case = await open_case(work, lan)
        await forget(work, BRAND, lan)
        found = await work.customers.by_identity(BRAND, "telegram", "1")
        where = await work.turns.conversation(BRAND, "telegram:1:1")
        assert found is not None
        assert where is not None
        assert (found[0].id, found[0].name, found[0].phone, found[0].language) == (where.customer_id, "", "", "vi")
        ((kept, _),) = await work.cases.queue(BRAND)
        assert (where.id, where.customer_id) == (case.conversation_id, kept.customer_id)
        assert await work.staff.topic(BRAND, "telegram:1:1") is not None
        assert await count(work, "message_link") == 1


async def test_once_the_case_is_closed_the_rest_goes_too(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await live_a_life(work, "1")
        await open_case(work, lan)
        (case,) = await forget(work, BRAND, lan)
        await work.cases.append(case.id or 0, 4, "closed", "minh", "Minh")
        assert await forget(work, BRAND, case.customer_id) == []
        await work.commit()
    async with database.work() as work:
        assert "telegram:1:1" not in await dump(work)
        for name in ("customer", "channel_identity", "conversation", "escalation_case", "case_event", "staff_topic"):
            assert await count(work, name) == 0
