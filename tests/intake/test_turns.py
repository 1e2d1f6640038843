import asyncio
from collections.abc import Sequence

import pytest

from bot.domain.incoming import Action, Attachment, AttachmentKind, Command, Incoming, Press
from bot.intake.counting import Counted
from bot.intake.settings import BurstSettings, IntakeSettings
from bot.intake.turns import Turns
from storage.database import Database
from storage.tables import Inbox
from tests.doubles.clock import FakeClock, until
from tests.intake.conftest import NOON, backoff, quick, said


class FakeAgent:
    """Settles in one commit, as the real one does; remembers its turns and how many ran at once."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database, self.clock = database, clock
        self.turns: list[tuple[Incoming, tuple[int, ...]]] = []
        self.moments: list[float] = []
        self.running: list[str] = []
        self.most_at_once = 0
        self.troubles: list[Exception] = []
        self.hold: asyncio.Event | None = None

    async def turn(self, incoming: Incoming, settles: Sequence[int]) -> None:
        assert incoming.conversation not in self.running
        self.running.append(incoming.conversation)
        self.most_at_once = max(self.most_at_once, len(self.running))
        try:
            if self.hold:
                await self.hold.wait()
            if self.troubles and incoming.conversation == "telegram:777:1":
                raise self.troubles.pop(0)
            async with self.database.work(write=True) as work:
                await work.mailbox.settle(list(settles), None)
                await work.commit()
            self.turns.append((incoming, tuple(settles)))
            self.moments.append(self.clock.monotonic())
        finally:
            self.running.remove(incoming.conversation)

    @property
    def texts(self) -> list[str]:
        return [incoming.text for incoming, _ in self.turns]


class Room:
    """Turns with a fake agent, hearing messages that stand in the inbox."""

    def __init__(self, database: Database, clock: FakeClock, settings: IntakeSettings) -> None:
        self.database, self.clock = database, clock
        self.agent = FakeAgent(database, clock)
        self.counted: list[Counted] = []
        self.turns = Turns(self.agent, database, settings, clock, self.counted.append)
        self._number = 0

    async def hear(self, *messages: Incoming) -> None:
        for message in messages:
            self._number += 1
            async with self.database.work(write=True) as work:
                row = await work.mailbox.receive(
                    "demo", "777", str(self._number), "telegram", message.conversation, {}, NOON
                )
                await work.commit()
            assert row
            await self.turns.hear(message, row)

    async def counts(self) -> dict[str, int]:
        async with self.database.work() as work:
            return await work.mailbox.counts()

    def quiet(self) -> bool:
        return self.turns.talking == 0


@pytest.fixture
def room(database: Database, clock: FakeClock) -> Room:
    return Room(database, clock, IntakeSettings(burst=BurstSettings(), backoff=backoff(1)))


@pytest.fixture
def brisk(database: Database, clock: FakeClock) -> Room:
    return Room(database, clock, quick(backoff=backoff(10), attempts=3))


async def test_a_burst_is_one_turn_and_settles_all_its_rows(room: Room, clock: FakeClock) -> None:
    await room.hear(said("shop ơi", messages=("1",)))
    await clock.advance(3)
    await room.hear(said("cho mình hỏi", messages=("2",)))
    await clock.advance(2)
    await room.hear(said("đơn DH1001 đâu rồi?", messages=("3",)))
    await clock.play(room.quiet)
    [(turn, rows)] = room.agent.turns
    assert turn.text == "shop ơi\ncho mình hỏi\nđơn DH1001 đâu rồi?"
    assert turn.messages == ("1", "2", "3")
    assert rows == (1, 2, 3)
    assert room.agent.moments == [3 + 2 + 1]  # a second after the question
    assert await room.counts() == {"inbox.done": 3}


async def test_a_question_after_a_fragment_shortens_the_wait(room: Room, clock: FakeClock) -> None:
    await room.hear(said("hi"))
    await until(lambda: clock.wakes_in() is not None)
    assert clock.wakes_in() > 5  # type: ignore[operator]
    await room.hear(said("where is my order?"))
    await until(lambda: clock.wakes_in() == 1)
    await clock.play(room.quiet)
    assert room.agent.moments == [1]


async def test_somebody_who_types_for_ever_is_answered_in_bounded_time(room: Room, clock: FakeClock) -> None:
    for _ in range(8):
        await room.hear(said("và"))
        await clock.advance(4)
    await clock.play(room.quiet)
    assert room.agent.moments[0] == 15


async def test_an_album_is_one_turn(room: Room, clock: FakeClock) -> None:
    for n in range(10):
        photo = Attachment(AttachmentKind.PHOTO, f"f{n}")
        text = "Áo rách." if n == 0 else ""
        await room.hear(said(text, attachments=(photo,), messages=(str(n),), album="a1"))
        await clock.advance(0.4)
    await clock.play(room.quiet)
    [(turn, rows)] = room.agent.turns
    assert (turn.text, turn.album) == ("Áo rách.", "a1")
    assert [a.remote_id for a in turn.attachments] == [f"f{n}" for n in range(10)]
    assert len(rows) == 10


async def test_a_press_is_answered_at_once_but_after_what_waits(room: Room, clock: FakeClock) -> None:
    press = said(press=Press(Action.WHY, "SKU1"))
    await room.hear(said("cho mình hỏi"), press, said("rồi sao nữa"))
    await until(lambda: len(room.agent.turns) == 2)
    assert clock.passed == 0
    assert [turn.press for turn, _ in room.agent.turns] == [None, press.press]
    await clock.play(room.quiet)
    assert room.agent.texts == ["cho mình hỏi", "", "rồi sao nữa"]


async def test_a_command_waits_for_no_window(room: Room, clock: FakeClock) -> None:
    await room.hear(said("/help", command=Command.HELP))
    await until(room.quiet)
    assert room.agent.moments == [0]


async def test_an_edit_in_the_window_replaces_the_words(room: Room, clock: FakeClock) -> None:
    await room.hear(said("don hang cua", messages=("5",)), said("đơn hàng của tôi", edits="5", messages=("5",)))
    await clock.play(room.quiet)
    [(turn, rows)] = room.agent.turns
    assert (turn.text, turn.edits, rows) == ("đơn hàng của tôi", "", (1, 2))
    assert await room.counts() == {"inbox.done": 2}


async def test_an_edit_after_the_turn_is_an_edited_turn(room: Room, clock: FakeClock) -> None:
    await room.hear(said("Đơn đâu?", messages=("5",)))
    await clock.play(room.quiet)
    await room.hear(said("Đơn DH1 đâu?", edits="5", messages=("5",)))
    await until(room.quiet)
    assert [turn.edits for turn, _ in room.agent.turns] == ["", "5"]
    assert room.agent.moments[1] == room.agent.moments[0]  # at once


async def test_one_conversation_in_order_others_in_parallel(brisk: Room) -> None:
    brisk.agent.hold = asyncio.Event()
    for n in range(5):
        for chat in "abc":
            await brisk.hear(said(f"{chat}{n}", chat=chat, press=Press(Action.HUMAN)))
    await until(lambda: brisk.agent.most_at_once == 3)
    brisk.agent.hold.set()
    await until(brisk.quiet)
    assert brisk.agent.most_at_once == 3
    for chat in "abc":
        assert [text for text in brisk.agent.texts if text[0] == chat] == [f"{chat}{n}" for n in range(5)]


async def test_what_comes_during_a_turn_is_the_next_turn(brisk: Room) -> None:
    brisk.agent.hold = asyncio.Event()
    await brisk.hear(said("một"))
    await until(lambda: brisk.agent.running)
    await brisk.hear(said("hai"), said("ba"))
    brisk.agent.hold.set()
    await until(brisk.quiet)
    assert brisk.agent.texts == ["một", "hai\nba"]


async def test_only_so_many_turns_run_at_once(database: Database, clock: FakeClock) -> None:
    room = Room(database, clock, quick(turns_at_once=2))
    await room.hear(*(said("hi", chat=str(n)) for n in range(10)))
    await until(room.quiet)
    assert room.agent.most_at_once == 2
    assert len(room.agent.turns) == 10


async def test_a_turn_that_raises_is_tried_again(brisk: Room, clock: FakeClock) -> None:
    brisk.agent.troubles = [ValueError("once"), ValueError("twice")]
    await brisk.hear(said("hi"))
    await clock.play(brisk.quiet)
    assert brisk.agent.moments == [10 + 20]
    assert brisk.counted == [Counted.TURN_FAILED] * 2
    assert await brisk.counts() == {"inbox.done": 1}


async def test_a_turn_that_always_raises_is_dead_with_its_reason_and_blocks_nobody(
    database: Database, clock: FakeClock
) -> None:
    room = Room(database, clock, IntakeSettings(backoff=backoff(10), attempts=3))
    room.agent.troubles = [ValueError("no such tone")] * 3
    await room.hear(said("cái này"), said("hỏng rồi."))
    await clock.play(lambda: room.counted)
    await room.hear(said("Chào shop.", chat="2"), said("Còn đây."))
    await clock.play(lambda: room.agent.turns)
    assert room.agent.texts == ["Chào shop."]
    await clock.play(room.quiet)
    assert room.agent.texts == ["Chào shop.", "Còn đây."]
    assert room.agent.moments == [2, 1 + 10 + 20]
    assert room.counted == [Counted.TURN_FAILED, Counted.TURN_FAILED, Counted.INBOX_DEAD]
    assert await room.counts() == {"inbox.dead": 2, "inbox.done": 2}
    async with database.work() as work:
        dead = await work.session.get(Inbox, 1)
    assert dead
    assert (dead.error, dead.attempts) == ("ValueError: no such tone", 3)


async def test_a_turn_that_raises_after_its_commit_is_not_answered_twice(brisk: Room, clock: FakeClock) -> None:
    turn = brisk.agent.turn

    async def commits_and_raises(incoming: Incoming, settles: Sequence[int]) -> None:
        await turn(incoming, settles)
        raise ConnectionError("the answer to the commit was lost")

    brisk.agent.turn = commits_and_raises  # type: ignore[method-assign]
    await brisk.hear(said("hi"))
    await clock.play(brisk.quiet)
    assert len(brisk.agent.turns) == 1
    assert await brisk.counts() == {"inbox.done": 1}


async def test_too_many_waiting_messages_make_the_bus_wait(database: Database, clock: FakeClock) -> None:
    room = Room(database, clock, quick(lanes=1, lane_bound=2))
    room.agent.hold = asyncio.Event()
    await room.hear(said("1"), said("2"))
    third = asyncio.create_task(room.hear(said("3")))
    await asyncio.sleep(0.02)
    assert not third.done()
    room.agent.hold.set()
    await until(lambda: third.done() and room.quiet())
    assert await room.counts() == {"inbox.done": 3}


async def test_a_drain_closes_the_bursts_and_answers(room: Room, clock: FakeClock) -> None:
    await room.hear(said("shop ơi", chat="1"), said("alo", chat="2"))
    await room.turns.drain()
    assert sorted(room.agent.texts) == ["alo", "shop ơi"]
    assert clock.passed == 0


async def test_a_drain_waits_no_longer_than_its_grace_and_keeps_the_rows(brisk: Room, clock: FakeClock) -> None:
    brisk.agent.hold = asyncio.Event()
    await brisk.hear(said("hi"))
    drained = asyncio.create_task(brisk.turns.drain())
    await clock.play(drained.done)
    assert clock.passed == 8
    assert await brisk.counts() == {"inbox.waiting": 1}


async def test_a_drain_does_not_wait_for_another_try(brisk: Room, clock: FakeClock) -> None:
    brisk.agent.troubles = [ValueError("no")]
    await brisk.hear(said("một"))
    await until(lambda: clock.wakes_in() == 10)
    await brisk.hear(said("hai"))  # must not be answered before the first
    await brisk.turns.drain()
    assert clock.passed == 0
    assert brisk.quiet()
    assert await brisk.counts() == {"inbox.waiting": 2}
