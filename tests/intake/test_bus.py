import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.errors import Busy
from bot.intake.bus import EmbeddedBus, Handler
from bot.intake.counting import Counted
from bot.intake.update import Update
from storage.database import Database
from storage.errors import StorageError
from storage.tables import Inbox
from tests.doubles.clock import FakeClock, until
from tests.intake.conftest import backoff, quick, update

Seen = list[tuple[str, str]]


@asynccontextmanager
async def running(bus: EmbeddedBus, handler: Handler) -> AsyncIterator[None]:
    stop = asyncio.Event()
    run = asyncio.create_task(bus.run(handler, stop))
    try:
        yield
    finally:
        stop.set()
        await run


def settling(database: Database, seen: Seen) -> Handler:
    async def handle(update: Update, row: int) -> None:
        seen.append((update.conversation, update.id))
        await settle(database, row)

    return handle


async def settle(database: Database, row: int) -> None:
    async with database.work(write=True) as work:
        await work.mailbox.settle([row], None)
        await work.commit()


async def waiting(database: Database) -> list[Inbox]:
    async with database.work() as work:
        return await work.mailbox.waiting(1000)


async def counts(database: Database) -> dict[str, int]:
    async with database.work() as work:
        return await work.mailbox.counts()


async def test_an_update_is_stored_before_publish_returns(database: Database, clock: FakeClock) -> None:
    await EmbeddedBus(database, quick(), clock).publish(update(1))
    [row] = await waiting(database)
    assert (row.bot, row.update_id, row.conversation) == ("777", "1", "telegram:777:1")
    assert row.payload == {"text": "xin chào"}


async def test_updates_that_come_together_share_commits(database: Database, clock: FakeClock) -> None:
    bus, begun = EmbeddedBus(database, quick(), clock), 0
    work = database.work

    def counted(*, write: bool = False) -> object:
        nonlocal begun
        begun += write
        return work(write=write)

    database.work = counted  # type: ignore[method-assign, assignment]
    await asyncio.gather(*(bus.publish(update(n, chat=str(n % 7))) for n in range(100)))
    assert begun <= 3
    assert (await counts(database))["inbox.waiting"] == 100


async def test_a_known_update_is_dropped_even_within_one_commit(database: Database, clock: FakeClock) -> None:
    seen: Seen = []
    counted: list[Counted] = []
    bus = EmbeddedBus(database, quick(), clock, counted.append)
    async with running(bus, settling(database, seen)):
        await asyncio.gather(*(bus.publish(update(1)) for _ in range(5)))
        await bus.publish(update(1))
        await until(lambda: bus.held == 0)
    assert seen == [("telegram:777:1", "1")]
    assert counted.count(Counted.KNOWN) == 5
    assert counted.count(Counted.RECEIVED) == 1


async def test_conversations_keep_their_order_and_run_in_parallel(database: Database, clock: FakeClock) -> None:
    seen: Seen = []
    slow = asyncio.Event()

    async def handle(update: Update, row: int) -> None:
        if update.conversation == "telegram:777:0":
            await slow.wait()
        seen.append((update.conversation, update.id))

    bus = EmbeddedBus(database, quick(lanes=16), clock)
    async with running(bus, handle):
        for n in range(60):
            await bus.publish(update(n, chat=str(n % 6)))
        await until(lambda: len(seen) >= 40)  # the others do not wait for conversation 0
        slow.set()
        await until(lambda: len(seen) == 60)
    for chat in {conversation for conversation, _ in seen}:
        ids = [int(id) for conversation, id in seen if conversation == chat]
        assert ids == sorted(ids)
        assert len(ids) == 10


async def test_a_full_lane_is_busy_and_stores_nothing(database: Database, clock: FakeClock) -> None:
    free = asyncio.Event()

    async def handle(update: Update, row: int) -> None:
        await free.wait()

    bus = EmbeddedBus(database, quick(lanes=1, lane_bound=3), clock)
    async with running(bus, handle):
        await until(lambda: bus._live)
        for n in range(3):
            await bus.publish(update(n))
        with pytest.raises(Busy):
            await bus.publish(update(3))
        assert len(await waiting(database)) == 3
        free.set()
        await until(lambda: bus.held == 0)
        await bus.publish(update(3))


async def test_what_an_earlier_process_left_is_fed_again_in_order_before_what_is_new(
    database: Database, clock: FakeClock
) -> None:
    before = EmbeddedBus(database, quick(), clock)
    for n in range(450):
        await before.publish(update(n, chat=str(n % 3)))
    seen: Seen = []
    bus = EmbeddedBus(database, quick(lanes=2, lane_bound=10), clock)
    async with running(bus, settling(database, seen)):
        await bus.publish(update(1000, chat="0"))
        await bus.publish(update(5, chat="2"))  # known, and still waiting
        await until(lambda: len(seen) == 451)
    for chat in range(3):
        ids = [int(id) for conversation, id in seen if conversation.endswith(f":{chat}")]
        assert ids == sorted(ids)
    assert await waiting(database) == []


async def test_a_poison_row_is_tried_again_and_then_dead_while_others_go_on(
    database: Database, clock: FakeClock
) -> None:
    seen: Seen = []
    counted: list[Counted] = []
    healthy = settling(database, seen)

    async def handle(update: Update, row: int) -> None:
        if update.id == "1":
            raise ValueError("can not be read")
        await healthy(update, row)

    bus = EmbeddedBus(database, quick(lanes=1, attempts=3, backoff=backoff(10)), clock, counted.append)
    async with running(bus, handle):
        await bus.publish(update(1, chat="poisoned"))
        await bus.publish(update(2, chat="poisoned"))
        await bus.publish(update(3, chat="healthy"))  # in the same lane
        await until(lambda: len(seen) == 1)
        assert seen == [("telegram:777:healthy", "3")]
        assert clock.passed == 0
        await clock.play(lambda: len(seen) == 2)
    assert clock.passed == 10 + 20  # tried three times
    assert seen[1] == ("telegram:777:poisoned", "2")
    assert counted.count(Counted.HANDLER_FAILED) == 2
    assert counted.count(Counted.INBOX_DEAD) == 1
    assert await counts(database) == {"inbox.dead": 1, "inbox.done": 2}


async def test_tries_are_remembered_over_a_restart(database: Database, clock: FakeClock) -> None:
    tries = 0

    async def handle(update: Update, row: int) -> None:
        nonlocal tries
        tries += 1
        raise ValueError("no")

    settings = quick(attempts=3, backoff=backoff(10))
    first = EmbeddedBus(database, settings, clock)
    async with running(first, handle):
        await first.publish(update(1))
        await until(lambda: clock.wakes_in() == 10)
    async with running(EmbeddedBus(database, settings, clock), handle):
        await clock.play(lambda: tries == 3)
    assert (await counts(database)) == {"inbox.dead": 1}


async def test_what_was_settled_before_the_handler_raised_is_not_handled_again(
    database: Database, clock: FakeClock
) -> None:
    tries = 0

    async def handle(update: Update, row: int) -> None:
        nonlocal tries
        tries += 1
        await settle(database, row)
        raise ValueError("after the commit")

    bus = EmbeddedBus(database, quick(backoff=backoff(1)), clock)
    async with running(bus, handle):
        await bus.publish(update(1))
        await clock.play(lambda: tries and bus.held == 0)
    assert tries == 1


def failing(database: Database, times: int, call: Callable[..., object]) -> Callable[..., object]:
    """The first `times` write works can not begin: the file is locked by another process."""
    left = times

    def work(*, write: bool = False) -> object:
        nonlocal left
        if write and left:
            left -= 1
            raise StorageError("is locked by another process")
        return call(write=write)

    return work


async def test_a_locked_database_makes_the_door_wait_and_loses_nothing(database: Database, clock: FakeClock) -> None:
    bus = EmbeddedBus(database, quick(backoff=backoff(1)), clock)
    database.work = failing(database, 3, database.work)  # type: ignore[method-assign, assignment]
    published = asyncio.create_task(bus.publish(update(1)))
    await clock.play(published.done)
    assert clock.passed == 1 + 2  # two tries and a look whether it is free again
    assert len(await waiting(database)) == 1


async def test_a_database_that_stays_away_is_busy_and_the_update_can_come_again(
    database: Database, clock: FakeClock
) -> None:
    bus, work = EmbeddedBus(database, quick(lanes=1, lane_bound=1), clock), database.work
    database.work = failing(database, 1000, work)  # type: ignore[method-assign, assignment]
    published = asyncio.create_task(bus.publish(update(1)))
    await clock.play(published.done)
    with pytest.raises(Busy):
        await published
    database.work = work  # type: ignore[method-assign]
    await bus.publish(update(1))
    assert len(await waiting(database)) == 1


async def test_an_update_that_can_not_be_stored_takes_no_other_with_it(database: Database, clock: FakeClock) -> None:
    bus = EmbeddedBus(database, quick(), clock)
    bad = replace(update(2), payload={"amount": float("nan")})
    storing = asyncio.gather(*(bus.publish(one) for one in (update(1), bad, update(3))), return_exceptions=True)
    await clock.play(storing.done)
    good, refused, other = await storing
    assert (good, other) == (None, None)
    assert isinstance(refused, StorageError)
    assert [row.update_id for row in await waiting(database)] == ["1", "3"]


async def test_a_handler_that_fails_for_want_of_a_database_is_tried_for_ever(
    database: Database, clock: FakeClock
) -> None:
    seen: Seen = []
    counted: list[Counted] = []
    gate = asyncio.Event()
    healthy = settling(database, seen)

    async def handle(update: Update, row: int) -> None:
        await gate.wait()
        await healthy(update, row)

    bus = EmbeddedBus(database, quick(attempts=2, backoff=backoff(1, cap=4)), clock, counted.append)
    async with running(bus, handle):
        await bus.publish(update(1))
        await until(lambda: bus.held == 1)
        database.work = failing(database, 20, database.work)  # type: ignore[method-assign, assignment]
        gate.set()
        await clock.play(lambda: seen and bus.held == 0)
    assert clock.passed > 20
    assert Counted.INBOX_DEAD not in counted
    assert await counts(database) == {"inbox.done": 1}


async def test_a_stop_handles_what_is_in_the_lanes(database: Database, clock: FakeClock) -> None:
    seen: Seen = []
    bus = EmbeddedBus(database, quick(), clock)
    async with running(bus, settling(database, seen)):
        await until(lambda: bus._live)
        await asyncio.gather(*(bus.publish(update(n, chat=str(n))) for n in range(20)))
    assert len(seen) == 20
    with pytest.raises(Busy):
        await bus.publish(update(99))


async def test_a_stop_waits_no_longer_than_its_grace(database: Database, clock: FakeClock) -> None:
    async def handle(update: Update, row: int) -> None:
        await asyncio.Event().wait()

    bus, stop = EmbeddedBus(database, quick(grace=8), clock), asyncio.Event()
    run = asyncio.create_task(bus.run(handle, stop))
    await bus.publish(update(1))
    await until(lambda: bus._live)
    stop.set()
    await clock.play(run.done)
    assert clock.passed == 8
    assert len(await waiting(database)) == 1


async def test_a_door_that_hangs_up_while_its_update_is_stored_loses_nothing(
    database: Database, clock: FakeClock
) -> None:
    seen: Seen = []
    bus = EmbeddedBus(database, quick(), clock)
    async with running(bus, settling(database, seen)):
        await until(lambda: bus._live)
        publishing = asyncio.create_task(bus.publish(update(1)))
        await asyncio.sleep(0)
        publishing.cancel()
        await until(lambda: len(seen) == 1)
        await until(lambda: bus.held == 0)
