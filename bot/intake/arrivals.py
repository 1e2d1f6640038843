"""Storing updates: those that arrive together share one commit."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.errors import Busy
from bot.intake.clock import Clock
from bot.intake.settings import IntakeSettings
from bot.intake.tries import takes_writes
from bot.intake.update import Update
from storage.database import Database
from storage.errors import StorageError
from storage.tables import Inbox

Stored = Callable[[Update, int | None, bool], None]
_Arrival = tuple[Update, asyncio.Future[None]]


class Arrivals:
    """Updates on their way into the inbox.

    `stored(update, row, known)` is called for each, in order, once the commit stands; `row` is None when there is
    nothing to handle, because the update was known or could not be stored.
    """

    def __init__(self, database: Database, settings: IntakeSettings, clock: Clock, stored: Stored) -> None:
        self._database, self._settings, self._clock, self._stored = database, settings, clock, stored
        self._waiting: list[_Arrival] = []
        self._storing: asyncio.Task[None] | None = None
        self._door = asyncio.Lock()

    async def store(self, update: Update) -> None:
        """Return when `update` is committed.

        Raises Busy when the database can not be used for `patience` seconds, StorageError when it refuses the update.
        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((update, done))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_all())
        await done

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Nothing is committed inside this block."""
        async with self._door:
            yield

    async def _store_all(self) -> None:
        try:
            while self._waiting:
                async with self._door:
                    batch, self._waiting = self._waiting, []
                    await self._store(batch)
        finally:
            self._storing = None

    async def _store(self, batch: list[_Arrival]) -> None:
        try:
            rows = await self._commit([update for update, _ in batch])
        except Busy as error:
            self._refuse(batch, error)
        except Exception as error:
            if len(batch) == 1:
                self._refuse(batch, error)
                return
            for arrival in batch:  # one that can not be stored must not take the others with it
                await self._store([arrival])
        else:
            for (update, done), row in zip(batch, rows, strict=True):
                self._stored(update, row, row is None)
                if not done.cancelled():
                    done.set_result(None)

    def _refuse(self, batch: list[_Arrival], error: Exception) -> None:
        for update, done in batch:
            self._stored(update, None, False)
            if not done.cancelled():
                done.set_exception(error)

    async def _commit(self, updates: list[Update]) -> list[int | None]:
        start, failures = self._clock.monotonic(), 0
        while True:
            try:
                async with self._database.work(write=True) as work:
                    rows = await work.mailbox.receive_many([_row_of(update) for update in updates])
                    await work.commit()
                return rows
            except StorageError as error:
                failures += 1
                if failures > 1 and await takes_writes(self._database):
                    raise
                if self._clock.monotonic() - start >= self._settings.patience:
                    raise Busy("the database can not take updates now") from error
                await self._clock.sleep(self._settings.backoff.after(failures))


def _row_of(update: Update) -> Inbox:
    return Inbox(
        brand=update.brand,
        bot=update.bot,
        update_id=update.id,
        channel=update.channel,
        conversation=update.conversation,
        payload=update.payload,
        received_at=update.received_at,
    )
