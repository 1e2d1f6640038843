"""From messages to turns: waits for the end of a burst, then hands one turn at a time to the agent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

from bot.domain.incoming import Incoming
from bot.intake.burst import Part, add, closes_at, first_turn, join
from bot.intake.clock import Clock, at_most, ring_or_pass
from bot.intake.counting import Count, Counted, count_nothing
from bot.intake.settings import IntakeSettings
from bot.intake.tries import Trial, Tries, insist, place_of
from storage.database import Database

log = logging.getLogger(__name__)


class Agent(Protocol):
    """Whoever answers a turn."""

    async def turn(self, incoming: Incoming, settles: Sequence[int]) -> None:
        """Answer in one commit that also settles the inbox rows; raising means that nothing was committed."""
        ...


async def nobody_to_tell(incoming: Incoming) -> None:
    """What is given up is only seen among the dead rows."""


async def nothing_to_hear(incoming: Incoming) -> Incoming:
    """What was spoken stays without words."""
    return incoming


def never(text: str) -> bool:
    """Everything can wait."""
    return False


class _Talk:
    """One conversation while it has something waiting."""

    def __init__(self) -> None:
        self.waiting: tuple[Part, ...] = ()
        self.bell = asyncio.Event()  # rings when something is added


class Turns:
    """Each conversation one turn at a time and in order, different ones in parallel.

    Messages wait in memory for the end of their burst; their inbox rows stay `waiting` until the agent's commit, so
    a crash brings them back. A turn that raises is tried again with backoff; then its rows are `dead`, which is told.
    """

    def __init__(
        self,
        agent: Agent,
        database: Database,
        settings: IntakeSettings,
        clock: Clock,
        count: Count = count_nothing,
        presses: Callable[[str], bool] = never,
        lost: Callable[[Incoming], Awaitable[None]] = nobody_to_tell,
        listen: Callable[[Incoming], Awaitable[Incoming]] = nothing_to_hear,
    ) -> None:
        """`presses` says of a message's words whether they can not wait for the end of a burst; `lost` is told of
        what was given up; `listen` puts what was spoken into words, and never raises."""
        self._presses, self._lost, self._listen, self._count = presses, lost, listen, count
        self._agent, self._settings, self._clock = agent, settings, clock
        self._tries = Tries(database, settings, clock, count)
        self._talks: dict[tuple[str, str], _Talk] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(settings.lanes * settings.lane_bound)
        self._at_once = asyncio.Semaphore(settings.turns_at_once)
        self._closing = asyncio.Event()

    @property
    def talking(self) -> int:
        """Conversations with a turn waiting or under way."""
        return len(self._talks)

    async def hear(self, incoming: Incoming, inbox_id: int) -> None:
        """Take a message in; returns at once unless too many wait, and then makes the bus wait."""
        await self._room.acquire()
        key = (incoming.brand, incoming.conversation)
        talk = self._talks.get(key)
        if talk is None:
            talk = self._talks[key] = _Talk()
            task = asyncio.create_task(self._converse(key, talk))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        talk.waiting = add(
            talk.waiting, Part(incoming, (inbox_id,), self._clock.monotonic(), self._presses(incoming.text))
        )
        talk.bell.set()

    async def drain(self) -> None:
        """Close all bursts and answer what waits, for at most `grace` seconds; the rest is for the next start."""
        self._closing.set()
        for talk in self._talks.values():
            talk.bell.set()
        await at_most(self._clock, self._settings.grace, self._tasks)

    async def _converse(self, key: tuple[str, str], talk: _Talk) -> None:
        try:
            while talk.waiting:
                await self._until_complete(talk)
                size = first_turn(talk.waiting, self._settings.burst)
                parts, talk.waiting = talk.waiting[:size], talk.waiting[size:]
                if not await self._take_turn(parts):
                    return  # what follows must not overtake it: all of it is for the next start
        finally:
            del self._talks[key]

    async def _until_complete(self, talk: _Talk) -> None:
        while not self._closing.is_set():
            rest = closes_at(talk.waiting, self._settings.burst) - self._clock.monotonic()
            if rest <= 0:
                return
            talk.bell.clear()
            await ring_or_pass(self._clock, talk.bell, rest)

    async def _take_turn(self, parts: Sequence[Part]) -> bool:
        """Have the parts answered, or dead; False when a stop comes first."""
        incoming = join([await self._listen(part.incoming) for part in parts])
        trial = Trial([row for part in parts for row in part.rows])
        while not await self._tries.once(trial, lambda: self._answer(incoming, trial.rows), Counted.TURN_FAILED):
            await ring_or_pass(self._clock, self._closing, self._tries.pause(trial))
            if self._closing.is_set():
                return False
        if trial.dead:
            await self._tell(incoming)
        for _ in trial.rows:
            self._room.release()
        return True

    async def _tell(self, incoming: Incoming) -> None:
        """A message was given up: whoever looks after such gets it. It stays among the dead rows in any case."""
        told = partial(self._lost, incoming)
        try:
            await insist(told, self._clock, self._settings.backoff, self._count, self._closing)
        except Exception as error:
            log.error("nobody could be told of a message that was given up: %s", place_of(error))

    async def _answer(self, incoming: Incoming, rows: Sequence[int]) -> None:
        async with self._at_once:
            await self._agent.turn(incoming, rows)
