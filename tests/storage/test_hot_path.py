"""How many statements one message costs: a regression here is felt by every customer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event

from storage.database import Database
from storage.tables import DecisionRow, Outbox, ReadingRow, Turn

BRAND, ADDRESS = "shop", "telegram:1:77"
NOW = datetime(2025, 11, 2, 9, 0, tzinfo=UTC)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is sent to the database, BEGIN left out (PostgreSQL's driver sends its own)."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def test_one_message_from_receiving_to_sent(database: Database) -> None:
    async with database.work(write=True) as work:
        customer = await work.customers.create(BRAND, "telegram", "77", "Lan")
        await work.turns.open(BRAND, "telegram", ADDRESS, customer.id)
        await work.commit()

    with statements(database) as receiving:
        async with database.work(write=True) as work:
            number = await work.mailbox.receive(BRAND, "1", "5", "telegram", ADDRESS, {"text": "hi"}, NOW)
            await work.commit()
    assert len(receiving) == 1

    async with database.work(write=True) as work:
        with statements(database) as reading:
            known = await work.customers.by_identity(BRAND, "telegram", "77")
            place = await work.turns.conversation(BRAND, ADDRESS)
            assert known is not None
            assert place is not None
            await work.turns.recent(place.id or 0)
            await work.catalog.orders_of(BRAND, known[0].id)
            await work.events.of(BRAND, known[0].id, NOW - timedelta(days=90))
            await work.cases.requests(BRAND, known[0].id)
            await work.cases.latest_of(place.id or 0)
        assert len(reading) == 7
        with statements(database) as writing:
            common: dict[str, Any] = {"brand": BRAND, "conversation_id": place.id or 0}
            turn = await work.turns.add_customer_turn(
                Turn(**common, customer_id=known[0].id, author="customer", text="hi"),
                ReadingRow(**common, turn_id=0, language="en", mood="neutral", intent="greeting", source="lexicon"),
                DecisionRow(**common, turn_id=0, kind="reply", policy="p", policy_version=1, stage="s"),
            )
            words = {"brand": BRAND, "channel": "telegram", "lane": ADDRESS, "conversation": ADDRESS, "kind": "say"}
            await work.mailbox.post([Outbox(**words, due_at=NOW, turn_id=turn) for _ in range(3)])
            await work.mailbox.settle([number or 0], turn)
        assert len(writing) == 5
        await work.commit()

    with statements(database) as sending:
        async with database.work(write=True) as work:
            (head,) = await work.mailbox.due(NOW, 10)
            await work.mailbox.mark_sending([head.id or 0])
            await work.commit()
        async with database.work(write=True) as work:
            await work.mailbox.mark_sent(head.id or 0, ["9"])
            await work.commit()
    assert len(sending) == 3


async def test_due_looks_at_unsent_rows_only(sqlite_database: Database) -> None:
    async with sqlite_database.work() as work:
        with statements(sqlite_database) as seen:
            await work.mailbox.due(NOW, 10, ["a"])
        plan = await work.session.connection()
        sql = seen[0].replace("?", "1")
        steps = [row[3] for row in await plan.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert not any("SCAN outbox" in step for step in steps), steps
