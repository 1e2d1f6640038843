"""Albums from staff: Telegram delivers their parts one by one; the customer shall get them in one piece."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from aiogram.types import Message

from bot.intake.clock import SystemClock
from bot.intake.counting import Counted, count_nothing
from bot.intake.settings import IntakeSettings
from bot.intake.tries import Trial, Tries
from storage.database import Database

log = logging.getLogger(__name__)

QUIET_SECONDS = 1.0  # without a further part, an album is whole


@dataclass(slots=True)
class Album:
    """Parts so far, with the inbox rows they came in."""

    messages: list[Message] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


Whole = Callable[[Album], Awaitable[None]]


class Albums:
    """Gathers parts in memory. Their inbox rows stay `waiting` until the whole is dealt with, so a crash loses none."""

    def __init__(
        self, database: Database, quiet: float = QUIET_SECONDS, settings: IntakeSettings | None = None
    ) -> None:
        self._tries = Tries(database, settings or IntakeSettings(), SystemClock(), count_nothing)
        self._quiet = quiet
        self._albums: dict[str, Album] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, message: Message, inbox_id: int, whole: Whole) -> None:
        """Take a part in; `whole` of the first part is called with all of them."""
        key = f"{message.chat.id}:{message.media_group_id}"
        album = self._albums.get(key)
        if album is None:
            album = self._albums[key] = Album()
            task = asyncio.create_task(self._gather(key, album, whole))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        album.messages.append(message)
        album.rows.append(inbox_id)

    async def _gather(self, key: str, album: Album, whole: Whole) -> None:
        size = 0
        while size < len(album.messages):
            size = len(album.messages)
            await asyncio.sleep(self._quiet)
        del self._albums[key]
        trial = Trial(album.rows)
        while not await self._tries.once(trial, partial(whole, album), Counted.HANDLER_FAILED):  # noqa: ASYNC110
            await asyncio.sleep(self._tries.pause(trial))
        if trial.dead:
            log.error("An album from staff was given up.")
