"""Albums from staff: Telegram delivers their parts one by one; the customer shall get them in one piece."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiogram.types import Message

from bot.intake.tries import place_of, reason_of
from bot.telegram.settling import bury
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

    def __init__(self, database: Database, quiet: float = QUIET_SECONDS) -> None:
        self._database = database
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
        try:
            await whole(album)
        except Exception as error:  # nobody above would hear of it
            log.error("An album from staff was not dealt with: %s", place_of(error))
            await bury(self._database, album.rows, reason_of(error))
