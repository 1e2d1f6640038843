import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import Ambiguous, Refused, RetryLater
from bot.intake.counting import Counted
from bot.intake.outbox import Post, Sender
from bot.intake.settings import IntakeSettings, OutboxSettings
from storage.database import Database
from storage.errors import StorageError
from storage.mailbox import Mailbox
from storage.tables import Outbox
from tests.doubles.channel import FakeChannel
from tests.doubles.clock import FakeClock, until
from tests.intake.conftest import backoff

GROUP = "-100500"


class Office:
    """A sender with a fake channel on a real outbox."""

    def __init__(self, database: Database, clock: FakeClock, **outbox: Any) -> None:
        self.database, self.clock = database, clock
        self.channel = FakeChannel(clock)
        self.counted: list[Counted] = []
        self.refusals: dict[str, str] = {}
        settings = IntakeSettings(outbox=OutboxSettings(**{"limits": {}, "backoff": backoff(2, cap=300), **outbox}))
        channels = {"telegram": self.channel}
        self.sender = Sender(database, channels, settings, clock, self._may_send, self.counted.append, {"card"})

    async def _may_send(self, post: Post) -> str:
        return self.refusals.get(post.conversation, "")

    async def post(self, *texts: str, chat: str = "1", due: datetime | None = None, **fields: Any) -> list[int]:
        lane, now = f"telegram:777:{chat}", self.clock.now()
        common = {"brand": "demo", "channel": "telegram", "lane": lane, "conversation": lane, "kind": "say"}
        times = {"due_at": due or now, "created_at": now}
        rows = [Outbox(**{**common, **times, "payload": {"text": text}, **fields}) for text in texts]
        async with self.database.work(write=True) as work:
            await work.mailbox.post(rows)
            work.after_commit(self.sender.wake)
            await work.commit()
        return [row.id for row in rows if row.id]

    async def row(self, id: int) -> Outbox:
        async with self.database.work() as work:
            row = await work.session.get(Outbox, id)
        assert row
        return row

    async def states(self) -> dict[str, int]:
        async with self.database.work() as work:
            return await work.mailbox.counts()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        run = asyncio.create_task(self.sender.run(stop))
        try:
            yield
        finally:
            stop.set()
            await self.clock.play(run.done)
            await run

    def sent(self, number: int) -> Any:
        return lambda: len(self.channel.sent) == number


@pytest.fixture
def office(database: Database, clock: FakeClock) -> Office:
    return Office(database, clock)


@pytest.fixture
def telegram(database: Database, clock: FakeClock) -> Office:
    return Office(database, clock, limits=OutboxSettings().limits, at_once=200)


async def test_what_is_posted_is_sent_and_written_down(office: Office) -> None:
    async with office.open():
        [row] = await office.post("chào")
        await until(office.sent(1))
    [post] = office.channel.sent
    assert (post.id, post.lane, post.kind, post.payload, post.author) == (
        row, "telegram:777:1", "say", {"text": "chào"}, "bot",
    )  # fmt: skip
    stored = await office.row(row)
    assert (stored.state, stored.remote, stored.attempts) == ("sent", [f"m{row}"], 1)
    assert stored.sent_at
    assert office.counted == [Counted.SENT]


async def test_a_row_is_marked_sending_before_its_first_byte_leaves(office: Office) -> None:
    office.channel.hold = asyncio.Event()
    async with office.open():
        [row] = await office.post("chào")
        await until(lambda: office.channel.tried)
        assert (await office.row(row)).state == "sending"
        office.channel.hold.set()
    assert (await office.row(row)).state == "sent"


async def test_lanes_keep_their_order_and_send_in_parallel(office: Office) -> None:
    office.channel.hold = asyncio.Event()
    async with office.open():
        for n in range(5):
            for chat in "abc":
                await office.post(f"{chat}{n}", chat=chat)
        await until(lambda: len(office.channel.tried) == 3)  # one of each lane in the air
        office.channel.hold.set()
        await until(office.sent(15))
    for chat in "abc":
        assert [t for t in office.channel.texts if t[0] == chat] == [f"{chat}{n}" for n in range(5)]


async def test_no_more_than_so_many_at_once(database: Database, clock: FakeClock) -> None:
    office = Office(database, clock, at_once=4)
    office.channel.hold = asyncio.Event()
    async with office.open():
        for n in range(10):
            await office.post("x", chat=str(n))
        await until(lambda: len(office.channel.tried) == 4)
        await asyncio.sleep(0.02)
        assert len(office.channel.tried) == 4
        office.channel.hold.set()
        await until(office.sent(10))


async def test_the_urgent_goes_first(database: Database, clock: FakeClock) -> None:
    office = Office(database, clock, at_once=1)
    for n in range(5):
        await office.post(f"later{n}", chat=str(n))
    await office.post("danger", chat="staff", urgent=3)
    async with office.open():
        await until(office.sent(6))
    assert office.channel.texts[0] == "danger"


async def test_real_limit_a_group_gets_twenty_in_any_minute(telegram: Office, clock: FakeClock) -> None:
    await telegram.post(*(f"{n}" for n in range(60)), chat=GROUP)
    async with telegram.open():
        await clock.play(telegram.sent(60))
    moments = telegram.channel.moments
    assert all(later - earlier >= 60 for earlier, later in zip(moments, moments[20:], strict=False))
    assert telegram.channel.texts == [f"{n}" for n in range(60)]
    assert moments[-1] < 180  # and no slower than it must be


async def test_real_limit_a_chat_gets_one_a_second(telegram: Office, clock: FakeClock) -> None:
    await telegram.post(*(f"{n}" for n in range(30)))
    async with telegram.open():
        await clock.play(telegram.sent(30))
    moments = telegram.channel.moments
    assert all(later - earlier >= 3 for earlier, later in zip(moments, moments[3:], strict=False))
    assert moments[-1] < 31


async def test_real_limit_the_bot_sends_thirty_a_second(telegram: Office, clock: FakeClock) -> None:
    for n in range(300):
        await telegram.post("x", chat=str(n))
    async with telegram.open():
        await clock.play(telegram.sent(300))
    moments = telegram.channel.moments
    assert all(later - earlier >= 1 for earlier, later in zip(moments, moments[30:], strict=False))
    assert moments[-1] < 11


async def test_retry_after_pauses_its_lane_exactly_and_no_other(office: Office, clock: FakeClock) -> None:
    office.channel.troubles.append(RetryLater("429", 37))
    async with office.open():
        [first, _] = await office.post("a1", "a2", chat="a")
        await until(lambda: clock.wakes_in() == 37)
        await office.post("b1", chat="b")
        await until(office.sent(1))
        row = await office.row(first)
        assert (row.state, row.error, row.due_at) == ("waiting", "429", clock.now() + timedelta(seconds=37))
        await clock.advance(36.9)
        assert office.channel.texts == ["b1"]
        await clock.play(office.sent(3))
    assert office.channel.texts == ["b1", "a1", "a2"]
    assert office.channel.moments[1] == 37


async def test_a_broken_channel_is_tried_again_ever_more_slowly_and_then_given_up(
    database: Database, clock: FakeClock
) -> None:
    office = Office(database, clock, attempts=5, backoff=backoff(2, cap=10))
    office.channel.troubles.extend([RetryLater("502", 0)] * 5)
    async with office.open():
        [bad, good] = await office.post("x", "y")
        await clock.play(office.sent(1))
    row = await office.row(bad)
    assert (row.state, row.error, row.attempts) == ("dead", "502", 5)
    assert office.channel.moments == [2 + 4 + 8 + 10]
    assert office.channel.sent[0].id == good
    assert office.counted == [Counted.SEND_LATER] * 4 + [Counted.SEND_DEAD, Counted.SENT]


async def test_being_asked_to_wait_is_no_failure_but_age_ends_it(database: Database, clock: FakeClock) -> None:
    office = Office(database, clock, attempts=2, give_up_after=100)
    office.channel.troubles.extend([RetryLater("429", 30)] * 10)
    async with office.open():
        [row] = await office.post("x")
        await clock.play(lambda: Counted.SEND_DEAD in office.counted)
    assert (await office.row(row)).state == "dead"
    assert office.channel.tried == [row] * 5  # at 0, 30, 60, 90 and 120 seconds


async def test_a_waiting_time_outlives_a_restart(office: Office, database: Database, clock: FakeClock) -> None:
    office.channel.troubles.append(RetryLater("429", 37))
    async with office.open():
        await office.post("x", "y")
        await until(lambda: clock.wakes_in() == 37)
    again = Office(database, clock)
    async with again.open():
        await clock.play(again.sent(2))
    assert again.channel.moments[0] == 37
    assert again.channel.texts == ["x", "y"]


async def test_a_message_for_later_leaves_on_time(office: Office, clock: FakeClock) -> None:
    async with office.open():
        await office.post("nhắc", due=clock.now() + timedelta(hours=20, seconds=0.5))
        await clock.play(office.sent(1))
    assert office.channel.moments == [pytest.approx(20 * 3600 + 0.5)]


async def test_refused_is_dead_at_once(office: Office) -> None:
    office.channel.troubles.append(Refused("bot was blocked"))
    async with office.open():
        [bad, _] = await office.post("x", "y")
        await until(office.sent(1))
    assert ((await office.row(bad)).state, (await office.row(bad)).error) == ("dead", "bot was blocked")


@pytest.mark.parametrize("trouble", [Ambiguous("the answer was lost"), KeyError("text")])
async def test_sent_or_not_is_recorded_and_never_repeated(office: Office, clock: FakeClock, trouble: Exception) -> None:
    office.channel.troubles.append(trouble)
    async with office.open():
        [bad, good] = await office.post("x", "y")
        await until(office.sent(1))
        await clock.advance(10_000)
    assert office.channel.tried == [bad, good]
    assert (await office.row(bad)).state == "ambiguous"
    async with office.database.work() as work:
        assert [row.id for row in await work.mailbox.problems("demo")] == [bad]


async def test_what_may_not_be_said_any_more_is_withdrawn_with_the_reason(office: Office) -> None:
    office.refusals["telegram:777:a"] = "a human holds the case"
    async with office.open():
        [held] = await office.post("x", chat="a")
        await office.post("y", chat="b")
        await until(lambda: len(office.counted) == 2)
    assert office.channel.texts == ["y"]
    row = await office.row(held)
    assert (row.state, row.error) == ("withdrawn", "a human holds the case")


async def test_when_nobody_can_say_whether_it_may_be_sent_it_waits(office: Office, clock: FakeClock) -> None:
    def broken(post: Post) -> Any:
        raise StorageError("is locked")

    office.sender._may_send, may_send = broken, office.sender._may_send
    async with office.open():
        await office.post("x")
        await until(lambda: clock.wakes_in() == 2)
        assert office.channel.tried == []
        office.sender._may_send = may_send
        await clock.play(office.sent(1))


async def test_a_reply_not_yet_sent_is_superseded(telegram: Office, clock: FakeClock) -> None:
    async with telegram.open():
        await telegram.post(*(f"{n}" for n in range(5)))
        await until(telegram.sent(3))
        async with telegram.database.work(write=True) as work:
            taken = await work.mailbox.withdraw("telegram:777:1", reason="the customer wrote again")
            await work.commit()
        assert len(taken) == 2
        await telegram.post("mới")
        await clock.play(telegram.sent(4))
    assert telegram.channel.texts == ["0", "1", "2", "mới"]


async def test_a_crash_while_sending_makes_the_row_ambiguous(office: Office) -> None:
    [row] = await office.post("x")
    async with office.database.work(write=True) as work:
        await work.mailbox.mark_sending([row])
        await work.commit()
    async with office.open():
        await office.post("y")
        await until(office.sent(1))
    assert office.channel.texts == ["y"]
    assert (await office.row(row)).state == "ambiguous"
    assert Counted.SEND_AMBIGUOUS in office.counted


async def test_a_crash_while_sending_what_may_come_twice_sends_it_again(office: Office) -> None:
    rows = await office.post("card", kind="card") + await office.post("after it")
    async with office.database.work(write=True) as work:
        await work.mailbox.mark_sending(rows[:1])
        await work.commit()
    async with office.open():
        await until(office.sent(2))
    assert office.channel.texts == ["card", "after it"]
    assert Counted.SEND_AMBIGUOUS not in office.counted


async def test_what_may_come_twice_is_tried_again_when_the_channel_fails(office: Office, clock: FakeClock) -> None:
    office.channel.troubles.extend([Ambiguous("sent?"), ValueError("a mistake")])
    async with office.open():
        await office.post("card", kind="card")
        await clock.play(office.sent(1))
    assert len(office.channel.tried) == 3


async def test_a_stop_lets_what_is_in_the_air_land(office: Office, clock: FakeClock) -> None:
    office.channel.hold = asyncio.Event()
    stop = asyncio.Event()
    run = asyncio.create_task(office.sender.run(stop))
    await office.post("x", "y")
    await until(lambda: office.channel.tried)
    stop.set()
    await until(lambda: clock.wakes_in() == 8)
    office.channel.hold.set()
    await until(run.done)
    assert await office.states() == {"outbox.sent": 1, "outbox.waiting": 1}


async def test_a_stop_calls_what_does_not_land_in_time_ambiguous(office: Office, clock: FakeClock) -> None:
    office.channel.hold = asyncio.Event()
    async with office.open():
        await office.post("x")
        await until(lambda: office.channel.tried)
    assert clock.passed == 8
    assert await office.states() == {"outbox.ambiguous": 1}


async def test_a_channel_that_is_not_connected_keeps_its_rows(office: Office, clock: FakeClock) -> None:
    async with office.open():
        [row] = await office.post("x", channel="shop")
        await office.post("y", chat="2")
        await until(office.sent(1))
        await clock.advance(400)
    assert (await office.row(row)).state == "waiting"


async def test_a_locked_database_delays_sending_and_loses_no_result(office: Office, clock: FakeClock) -> None:
    work, left = office.database.work, 3

    def locked(*, write: bool = False) -> Any:
        nonlocal left
        if write and left and office.channel.sent:
            left -= 1
            raise StorageError("is locked by another process")
        return work(write=write)

    await office.post("x", "y")
    office.database.work = locked  # type: ignore[method-assign]
    async with office.open():
        await clock.play(office.sent(2))
    assert left == 0
    assert await office.states() == {"outbox.sent": 2}


async def test_a_stop_does_not_wait_for_a_database_that_is_away(office: Office, clock: FakeClock) -> None:
    async with office.open():
        await office.post("x")
        await until(office.sent(1))
        work = office.database.work

        def away(*, write: bool = False) -> Any:
            raise StorageError("can not be reached")

        office.database.work = away  # type: ignore[method-assign]
        office.sender.wake()
        await until(lambda: Counted.STORAGE_WAITED in office.counted)
    office.database.work = work  # type: ignore[method-assign]
    assert clock.passed <= 8


async def test_what_was_withdrawn_while_it_was_being_claimed_is_not_sent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = Mailbox.mark_sending

    async def overtaken(self: Mailbox, ids: list[int]) -> list[int]:
        await self.withdraw("telegram:777:a")
        return await claim(self, ids)

    monkeypatch.setattr(Mailbox, "mark_sending", overtaken)
    await office.post("old", chat="a")
    await office.post("other", chat="b")
    async with office.open():
        await until(office.sent(1))
    assert office.channel.texts == ["other"]


async def test_an_album_counts_as_its_messages(telegram: Office, clock: FakeClock) -> None:
    async with telegram.open():
        for n in range(3):
            await telegram.post(f"{n}", chat=GROUP, payload={"text": f"{n}", "messages": ["1"] * 10})
        await clock.play(telegram.sent(3))
    assert telegram.channel.moments == [0, 3, 60]
