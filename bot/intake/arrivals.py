"""Storing updates: those that arrive together share one commit."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.errors import Busy
from bot.intake.clock import Clock
from bot.intake.settings import IntakeSettings
from bot.intake.update import Update
from storage.database import Database
from storage.errors import StorageError
from storage.tables import Inbox

Stored = Callable[[Update, int | None, bool], None]


class Arrivals:
    """Updates on their way into the inbox.

    `stored(update, row, known)` is called for each, in order, once the commit stands; `row` is None when there is
    nothing to handle, because the update was known or could not be stored.
    """

    def __init__(self, database: Database, settings: IntakeSettings, clock: Clock, stored: Stored) -> None:
        self._database, self._settings, self._clock, self._stored = database, settings, clock, stored
        self._waiting: list[tuple[Update, asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None
        self._door = asyncio.Lock()

    async def store(self, update: Update) -> None:
        """Return when `update` is committed. Raises Busy when the database can not take it for `patience` seconds."""
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

    async def _store(self, batch: list[tuple[Update, asyncio.Future[None]]]) -> None:
        error: Exception | None = None
        rows: list[int | None] = [None] * len(batch)
        try:
            rows = await self._commit([update for update, _ in batch])
        except Exception as problem:  # whatever it is, every door must hear of it
            error = problem
        for (update, done), row in zip(batch, rows, strict=True):
            self._stored(update, row, row is None and error is None)
            if done.cancelled():
                continue
            if error is None:
                done.set_result(None)
            else:
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
