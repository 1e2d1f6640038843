"""How often inbox rows are tried: a failure of their own counts, a database that is away does not."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text

from bot.intake.clock import Clock, ring_or_pass
from bot.intake.counting import Count, Counted
from bot.intake.settings import BackoffSettings, IntakeSettings
from storage.database import Database
from storage.errors import StorageError
from storage.work import Work

log = logging.getLogger(__name__)
T = TypeVar("T")


def reason_of(error: BaseException) -> str:
    """What went wrong, for a row's `error`: type and message, at most 300 characters."""
    return f"{type(error).__name__}: {error}"[:300]


def place_of(error: BaseException) -> str:
    """Type and line of our own code only, for logs: the messages of errors may quote what a customer wrote."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where


async def insist(
    call: Callable[[], Awaitable[T]],
    clock: Clock,
    backoff: BackoffSettings,
    count: Count,
    stop: asyncio.Event | None = None,
) -> T:
    """The result of `call`, however long the database stays away; raises its StorageError only after `stop`."""
    failures = 0
    stop = stop or asyncio.Event()
    while True:
        try:
            return await call()
        except StorageError as error:
            failures += 1
            count(Counted.STORAGE_WAITED)
            log.warning("the database can not be used (%d): %s", failures, error)
            if stop.is_set():
                raise
            await ring_or_pass(clock, stop, backoff.after(failures))


async def takes_writes(database: Database) -> bool:
    """Whether the database is there and not locked: a failure at such a time is the work's own."""
    try:
        async with database.work(write=True) as work:
            await work.session.execute(text("SELECT 1"))
    except StorageError:
        return False
    return True


@dataclass(slots=True)
class Trial:
    """Inbox rows on trial."""

    rows: Sequence[int]
    attempts: int = 0  # that failed through the rows' own fault
    failures: int = 0  # of any kind, in this process
    dead: bool = False  # given up


class Tries:
    """Tries work on inbox rows until it is done or they are dead."""

    def __init__(self, database: Database, settings: IntakeSettings, clock: Clock, count: Count) -> None:
        self._database, self._settings, self._clock, self._count = database, settings, clock, count

    async def once(self, trial: Trial, call: Callable[[], Awaitable[None]], failed: Counted) -> bool:
        """One try of `call`; whether the rows need no other: it worked, had worked before, or they are dead."""
        try:
            if not trial.failures or await self._unsettled(trial):
                await call()
            return True
        except Exception as error:
            trial.failures += 1
            log.warning("inbox row %d failed (%d): %s", trial.rows[-1], trial.failures, place_of(error))
            if not await takes_writes(self._database):
                self._count(Counted.STORAGE_WAITED)
                return False
            trial.attempts += 1
            dead = trial.attempts >= self._settings.attempts
            write = partial(self._fail, trial, reason_of(error), dead)
            unsettled = await insist(write, self._clock, self._settings.backoff, self._count)
            trial.dead = dead and unsettled
            if unsettled:
                self._count(Counted.INBOX_DEAD if dead else failed)
            return dead or not unsettled

    def pause(self, trial: Trial) -> float:
        """Seconds to wait before the next try."""
        return self._settings.backoff.after(trial.failures) if trial.failures else 0.0

    async def _unsettled(self, trial: Trial) -> bool:
        async with self._database.work() as work:
            return await _waits(work, trial)

    async def _fail(self, trial: Trial, reason: str, dead: bool) -> bool:
        """Write a failure down; False when the rows turn out to be settled: it came after the commit."""
        async with self._database.work(write=True) as work:
            if not await _waits(work, trial):
                return False
            for row in trial.rows:
                await work.mailbox.fail(row, reason, dead)
            await work.commit()
            return True


async def _waits(work: Work, trial: Trial) -> bool:
    """Whether the rows still wait; they are settled together, so one tells for all."""
    first = await work.mailbox.waiting(1, trial.rows[0] - 1)
    return bool(first) and first[0].id == trial.rows[0]
