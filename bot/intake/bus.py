"""The bus: updates are stored, then handled one conversation at a time, in order."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from zlib import crc32

from bot.errors import Busy
from bot.intake.arrivals import Arrivals
from bot.intake.clock import Clock, at_most, ring_or_pass
from bot.intake.counting import Count, Counted, count_nothing
from bot.intake.settings import IntakeSettings
from bot.intake.tries import Trial, Tries, insist
from bot.intake.update import Update
from storage.database import Database
from storage.tables import Inbox

Handler = Callable[[Update, int], Awaitable[None]]
_PAGE = 200  # waiting rows read at once after a start


class Bus(Protocol):
    """How updates get from a door to the handler."""

    async def publish(self, update: Update) -> None:
        """Return when `update` is safe; one that was published before is quietly dropped. Raises Busy when full."""
        ...

    async def run(self, handler: Handler, stop: asyncio.Event) -> None:
        """Hand every update with its inbox id to `handler` until `stop`; what is not settled comes again at a start."""
        ...


@dataclass(slots=True)
class _Entry:
    update: Update
    row: int
    trial: Trial

    @property
    def conversation(self) -> tuple[str, str]:
        return self.update.brand, self.update.conversation


class _Lane:
    """Some conversations, one row at a time. A conversation in trouble steps aside, with all that follows it."""

    def __init__(self, bound: int) -> None:
        self.bound = bound
        self.held = 0  # rows stored or being stored, and not yet handled
        self.rows: asyncio.Queue[_Entry] = asyncio.Queue()
        self.aside: dict[tuple[str, str], deque[_Entry]] = {}
        self.room = asyncio.Event()

    def put(self, entry: _Entry) -> None:
        self.rows.put_nowait(entry)

    def release(self) -> None:
        self.held -= 1
        self.room.set()

    async def until_room(self) -> None:
        if self.held >= self.bound:
            self.room.clear()
            await self.room.wait()


class EmbeddedBus:
    """A bus inside the process: bounded lanes, chosen by the conversation; the inbox table is its memory.

    The handler settles its row (see `Turns`); a row whose handler raises is tried again with backoff and is then
    `dead`, with the reason. Only its own conversation waits for it.
    """

    def __init__(
        self, database: Database, settings: IntakeSettings, clock: Clock, count: Count = count_nothing
    ) -> None:
        self._database, self._settings, self._clock, self._count = database, settings, clock, count
        self._tries = Tries(database, settings, clock, count)
        self._arrivals = Arrivals(database, settings, clock, self._stored)
        self._lanes = [_Lane(settings.lane_bound) for _ in range(settings.lanes)]
        self._asides: set[asyncio.Task[None]] = set()
        self._live = False  # rows go into their lanes; before that the start's feeding finds them in the inbox
        self._closing = asyncio.Event()

    @property
    def held(self) -> int:
        """Updates in the lanes at this moment."""
        return sum(lane.held for lane in self._lanes)

    async def publish(self, update: Update) -> None:
        lane = self._lane(update.conversation)
        if self._closing.is_set() or lane.held >= lane.bound:
            self._count(Counted.BUSY)
            raise Busy("the service is stopping, or too many updates are waiting")
        lane.held += 1
        await self._arrivals.store(update)

    async def run(self, handler: Handler, stop: asyncio.Event) -> None:
        self._closing.clear()
        async with asyncio.TaskGroup() as group:
            feeding = group.create_task(self._feed())
            workers = [group.create_task(self._work(lane, handler, group)) for lane in self._lanes]
            await stop.wait()
            self._closing.set()
            for lane in self._lanes:
                lane.room.set()
            handled = [asyncio.ensure_future(lane.rows.join()) for lane in self._lanes]
            await at_most(self._clock, self._settings.grace, [feeding, *handled, *self._asides])
            for worker in workers:
                worker.cancel()
        self._live = False

    def _lane(self, conversation: str) -> _Lane:
        return self._lanes[crc32(conversation.encode()) % len(self._lanes)]

    def _stored(self, update: Update, row: int | None, known: bool) -> None:
        """Called by the arrivals after a commit."""
        lane = self._lane(update.conversation)
        if row is None or not self._live:
            lane.release()
        if known:
            self._count(Counted.KNOWN)
        if row is not None:
            self._count(Counted.RECEIVED)
            if self._live:
                lane.put(_Entry(update, row, Trial([row])))

    async def _feed(self) -> None:
        """Put what an earlier process left waiting into the lanes, oldest first; then let new rows in directly."""
        last = 0
        while rows := await self._waiting(last):
            for row in rows:
                lane = self._lane(row.conversation)
                await lane.until_room()
                if self._closing.is_set():
                    return
                last = self._put_again(lane, row)
        async with self._arrivals.held():  # nothing slips in between the last look and going live
            while rows := await self._waiting(last):
                for row in rows:
                    last = self._put_again(self._lane(row.conversation), row)
            self._live = True

    async def _waiting(self, after: int) -> list[Inbox]:
        async def read() -> list[Inbox]:
            async with self._database.work() as work:
                return await work.mailbox.waiting(_PAGE, after)

        return await insist(read, self._clock, self._settings.backoff, self._count)

    def _put_again(self, lane: _Lane, row: Inbox) -> int:
        assert row.id is not None
        lane.held += 1
        update = Update(row.brand, row.bot, row.update_id, row.channel, row.conversation, row.payload, row.received_at)
        lane.put(_Entry(update, row.id, Trial([row.id], row.attempts)))
        return row.id

    async def _work(self, lane: _Lane, handler: Handler, group: asyncio.TaskGroup) -> None:
        while True:
            entry = await lane.rows.get()
            queue = lane.aside.get(entry.conversation)
            if queue is not None:
                queue.append(entry)
            elif await self._attempt(entry, handler):
                lane.release()
            else:
                lane.aside[entry.conversation] = deque([entry])
                task = group.create_task(self._step_aside(lane, entry.conversation, handler))
                self._asides.add(task)
                task.add_done_callback(self._asides.discard)
            lane.rows.task_done()

    async def _step_aside(self, lane: _Lane, conversation: tuple[str, str], handler: Handler) -> None:
        queue = lane.aside[conversation]
        while queue:
            await ring_or_pass(self._clock, self._closing, self._tries.pause(queue[0].trial))
            if self._closing.is_set():
                return  # the rows stay in the inbox for the next start
            if await self._attempt(queue[0], handler):
                queue.popleft()
                lane.release()
        del lane.aside[conversation]

    async def _attempt(self, entry: _Entry, handler: Handler) -> bool:
        return await self._tries.once(entry.trial, lambda: handler(entry.update, entry.row), Counted.HANDLER_FAILED)
