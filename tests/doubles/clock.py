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
    """now(), monotonic() and sleep() on a time that only `advance` and `play` move."""

    def __init__(self, start: datetime | None = None) -> None:
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
        while (rest := self.wakes_in()) is not None and self.passed + rest <= end + 1e-9:
            due, _, done = heapq.heappop(self._sleepers)
            self.passed = max(self.passed, due)
            done.set_result(None)
            await _settle()
        self.passed = end
        await _settle()

    async def play(self, condition: Callable[[], object], quiet: float = 0.004, patience: float = PATIENCE) -> None:
        """Jump from sleeper to sleeper until `condition` holds.

        Before each jump the loop gets `quiet` real seconds to use up what it has: a jump that comes too early
        makes things later on this clock, never earlier.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while not condition():
            assert loop.time() < end, f"did not happen by {self.passed:.3f} s on the fake clock"
            await asyncio.sleep(quiet)
            if not condition() and (rest := self.wakes_in()) is not None:
                await self.advance(rest)


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)
