"""What a page says when the core refuses."""

from collections.abc import Awaitable

from nicegui import ui

from bot.errors import Busy, NotAllowed, NotFound, Stale, SupportError
from bot.web.pages.words import Words
from storage.errors import StorageError


async def attempted(deed: Awaitable[object], words: Words) -> bool:
    """Carry out a deed and tell the visitor if it was refused. Whether it succeeded."""
    try:
        await deed
    except (SupportError, StorageError) as error:
        ui.notify(_said(error, words), position="top")
        return False
    return True


def _said(error: Exception, words: Words) -> str:
    match error:
        case NotAllowed():
            return words["not_allowed"]
        case Stale() | NotFound():
            return words["changed"]
        case Busy():
            return words["busy"]
        case _:
            return words["failed"]
