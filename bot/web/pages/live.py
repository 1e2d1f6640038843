"""Pages that follow what happens: one refresh after the other, never two at once, none lost."""

import asyncio
from collections.abc import Awaitable, Callable

from nicegui import background_tasks, ui

from bot.web.feed import Feed

SETTLE_S = 0.08  # several news at once become one refresh


class Live:
    """Runs `refresh` after news of `topic`, as long as the page is open."""

    def __init__(self, feed: Feed, refresh: Callable[[], Awaitable[None]]) -> None:
        self._feed = feed
        self._refresh = refresh
        self._client = ui.context.client
        self._slot = ui.context.slot.parent
        self._running = False
        self._again = False
        self._leave: Callable[[], None] = lambda: None
        self._client.on_delete(lambda: self._leave())

    def follow(self, topic: str) -> None:
        """Listen to another conversation instead of the present one."""
        self._leave()
        self._leave = self._feed.subscribe(topic, self.wake)

    def wake(self) -> None:
        """Refresh soon."""
        if self._running:
            self._again = True
            return
        self._running = True
        background_tasks.create(self._run(), name="refresh of a page")

    async def _run(self) -> None:
        try:
            again = True
            while again:
                await asyncio.sleep(SETTLE_S)
                self._again = False
                await self._look_again()
                again = self._again
        finally:
            self._running = False

    async def _look_again(self) -> None:
        if self._client.is_deleted:
            return
        try:
            with self._slot:
                await self._refresh()
        except Exception:
            if not self._client.is_deleted:  # else it was closed or reloaded in the middle, and nobody looks
                raise
