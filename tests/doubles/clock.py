"""A clock that stands still until a test moves it."""

import asyncio
import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

PATIENCE = 10.0  # real seconds until a test that waits for something gives up


async def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Let the loop and its threads run, in real time, until `condition` holds; fails after `patience` seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while not condition():
        assert loop.time() < end, "what the test waits for did not happen"
        await asyncio.sleep(0.0005)


class FakeClock:
    """now(), monotonic() and sleep() on a time that only `advance` and `play` move.

    `busy` tells whether a thread works for somebody: time stands still meanwhile. With a database give
    `database.engine.pool.checkedout`.
    """

    def __init__(self, start: datetime | None = None, busy: Callable[[], object] = lambda: False) -> None:
        self.busy = busy
        self.start = start or datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
        self.passed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        done = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.passed + seconds, next(self._numbers), done))
        await done

    def wakes_in(self) -> float | None:
        """Seconds until the next sleeper wakes; None when nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)  # cancelled
        return self._sleepers[0][0] - self.passed if self._sleepers else None

    async def advance(self, seconds: float) -> None:
        """Move on by `seconds`, waking each sleeper at its own moment and letting the loop run after it."""
        end = self.passed + seconds
        await self._settle()
        while (rest := self.wakes_in()) is not None and self.passed + rest <= end + 1e-9:
            due, _, done = heapq.heappop(self._sleepers)
            self.passed = max(self.passed, due)
            done.set_result(None)
            await self._settle()
        self.passed = end

    async def play(self, condition: Callable[[], object], patience: float = PATIENCE) -> None:
        """Jump from sleeper to sleeper until `condition` holds; fails after `patience` real seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while not condition():
            assert loop.time() < end, f"did not happen by {self.passed:.3f} s on the fake clock"
            await self._settle()
            if not condition() and (rest := self.wakes_in()) is not None:
                await self.advance(rest)

    async def _settle(self) -> None:
        """Let everybody go on until they wait for time, or for something that only a test can give."""
        loop = asyncio.get_running_loop()
        end, calm = loop.time() + PATIENCE, 0
        while calm < 3:
            assert loop.time() < end, "a thread works for ever, or somebody waits for time inside a unit of work"
            for _ in range(10):
                await asyncio.sleep(0)
            calm = 0 if self.busy() else calm + 1
            if not calm:
                await asyncio.sleep(0.0002)  # for the database's thread
