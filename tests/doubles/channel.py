"""A channel that remembers what it was given and fails on command."""

import asyncio
from collections import deque

from bot.intake.clock import Clock
from bot.intake.outbox import Post


class FakeChannel:
    """Delivers at once; `troubles` are raised first, one per delivery; `hold` keeps deliveries in the air."""

    def __init__(self, clock: Clock, name: str = "telegram") -> None:
        self.name = name
        self.clock = clock
        self.sent: list[Post] = []
        self.moments: list[float] = []
        self.tried: list[int] = []
        self.troubles: deque[BaseException] = deque()
        self.hold: asyncio.Event | None = None

    async def deliver(self, post: Post) -> tuple[str, ...]:
        self.tried.append(post.id)
        if self.hold:
            await self.hold.wait()
        if self.troubles:
            raise self.troubles.popleft()
        self.sent.append(post)
        self.moments.append(self.clock.monotonic())
        return (f"m{post.id}",)

    @property
    def texts(self) -> list[str]:
        return [post.payload["text"] for post in self.sent]
