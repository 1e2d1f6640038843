"""Time as the intake sees it: injected, so that minutes of limits are tested in milliseconds."""

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol


class Clock(Protocol):
    """A wall clock, a monotonic clock and a way to wait, all three telling the same time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment in the past; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds`; zero or less only lets others run."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def ring_or_pass(clock: Clock, bell: asyncio.Event, seconds: float | None) -> None:
    """Wait until `bell` rings or `seconds` pass, whichever is first; None waits for the bell alone."""
    if bell.is_set() or (seconds is not None and seconds <= 0):
        await asyncio.sleep(0)
        return
    if seconds is None:
        await bell.wait()
        return
    both = {asyncio.ensure_future(bell.wait()), asyncio.ensure_future(clock.sleep(seconds))}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in both:
            wait.cancel()


async def at_most(clock: Clock, seconds: float, tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Wait for `tasks` to end; after `seconds` cancel what is left, and wait for that. Their errors stay with them."""
    every = asyncio.gather(*tasks, return_exceptions=True)
    late = asyncio.ensure_future(clock.sleep(seconds))
    first: set[asyncio.Future[Any]] = {every, late}
    await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    late.cancel()
    every.cancel()
    await asyncio.wait({every})
