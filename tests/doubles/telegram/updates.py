"""One bot's updates: numbered, kept until acknowledged, fetched by getUpdates or posted to a webhook."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.doubles.telegram.errors import ApiError
from tests.doubles.telegram.faults import Faults

Json = dict[str, Any]
_BY_REQUEST_ONLY = {"chat_member", "message_reaction", "message_reaction_count"}
_PRESS_LIFE_S = 150
_KEPT_S = 24 * 3600


@dataclass(slots=True)
class Waiting:
    """An update on its way. `lane` is what a webhook keeps in order: the chat."""

    update: Json
    kind: str
    lane: object
    at: float


@dataclass(slots=True)
class Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: float = 0.0


@dataclass
class Mailroom:
    """`patience` scales the webhook's retry delays (1 s, doubling to 60 s); tests set it near 0."""

    clock: Callable[[], float]
    faults: Faults
    patience: float = 1.0
    on_answer: Callable[[Json], None] = lambda _: None  # a method call in the webhook's answer
    webhook: Webhook | None = None
    allowed: frozenset[str] | None = None
    waiting: deque[Waiting] = field(default_factory=deque)
    _next_id: int = 100_000_001
    _poll: asyncio.Future[None] | None = None
    _lanes: dict[object, deque[Waiting]] = field(default_factory=dict)  # what a webhook still has to take
    _posters: dict[object, asyncio.Task[None]] = field(default_factory=dict)
    _posting: asyncio.Semaphore | None = None
    _session: ClientSession | None = None

    # -- in

    def add(self, kind: str, body: Json, lane: object = None) -> int:
        """Queue an update if the bot wants its kind; returns its id, 0 when nobody wants it."""
        if not self._wanted(kind):
            return 0
        number, self._next_id = self._next_id, self._next_id + 1
        entry = Waiting({"update_id": number, kind: body}, kind, lane, self.clock())
        if self.webhook is not None:
            self._queue(entry)
        else:
            self.waiting.append(entry)
            if self._poll is not None and not self._poll.done():
                self._poll.set_result(None)
        return number

    @property
    def pending(self) -> int:
        """Updates nobody has acknowledged yet."""
        return len(self.waiting) + sum(map(len, self._lanes.values()))

    def allow(self, kinds: Iterable[str] | None) -> None:
        """None keeps the setting, an empty list means the default kinds."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def _wanted(self, kind: str) -> bool:
        return kind not in _BY_REQUEST_ONLY if self.allowed is None else kind in self.allowed

    def _drop_expired(self) -> None:
        if any(self._expired(entry) for entry in self.waiting):
            self.waiting = deque(entry for entry in self.waiting if not self._expired(entry))

    def _expired(self, entry: Waiting) -> bool:
        return entry.at < self.clock() - (_PRESS_LIFE_S if entry.kind == "callback_query" else _KEPT_S)

    # -- getUpdates

    async def fetch(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """The next updates; the offset acknowledges all before it. Raises ApiError 409 as Telegram does."""
        if self.webhook is not None:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(_terminated())
        self._acknowledge(offset)
        self._drop_expired()
        if not self.waiting and seconds > 0:
            await self._long_poll(seconds)
        return [entry.update for entry, _ in zip(self.waiting, range(limit), strict=False)]

    async def _long_poll(self, seconds: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            done, _ = await asyncio.wait([poll], timeout=seconds)
            if done:
                poll.result()
        finally:
            poll.cancel()  # nobody waits for it any more

    def _acknowledge(self, offset: int) -> None:
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
            return
        again: list[Waiting] = []
        while self.waiting and self.waiting[0].update["update_id"] < offset:
            done = self.waiting.popleft()
            if self.faults.duplicates:
                self.faults.duplicates -= 1
                again.append(done)
        self.waiting.extendleft(reversed(again))

    # -- webhook

    async def set_webhook(self, webhook: Webhook | None, drop: bool) -> None:
        self.webhook = None  # what comes in meanwhile waits, and keeps its place
        await self._stop_posting()
        if drop:
            self.waiting.clear()
        self.webhook = webhook
        if webhook is not None:
            if self._poll is not None and not self._poll.done():
                self._poll.set_exception(_terminated())
            self._posting = asyncio.Semaphore(webhook.max_connections)
            while self.waiting:
                self._queue(self.waiting.popleft())

    async def close(self) -> None:
        await self._stop_posting()
        if self._poll is not None and not self._poll.done():
            self._poll.cancel()

    async def _stop_posting(self) -> None:
        posters = list(self._posters.values())
        for poster in posters:
            poster.cancel()
        await asyncio.gather(*posters, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None
        left = [entry for lane in self._lanes.values() for entry in lane]
        self.waiting = deque(sorted([*self.waiting, *left], key=lambda entry: entry.update["update_id"]))
        self._lanes.clear()
        self._posters.clear()

    def _queue(self, entry: Waiting) -> None:
        self._lanes.setdefault(entry.lane, deque()).append(entry)
        if entry.lane not in self._posters:
            self._posters[entry.lane] = asyncio.create_task(self._post_lane(entry.lane))

    async def _post_lane(self, key: object) -> None:
        """Post one chat's updates in order: the next goes only after a 2xx for the one before."""
        lane = self._lanes[key]
        while lane:
            if not self._expired(lane[0]):
                await self._post_until_taken(lane[0])
            if self.faults.duplicates:
                self.faults.duplicates -= 1
            else:
                lane.popleft()
        del self._lanes[key], self._posters[key]

    async def _post_until_taken(self, entry: Waiting) -> None:
        delay = 0.0
        while True:
            retry_after = await self._post(entry)
            if retry_after is None:
                return
            await asyncio.sleep(max(delay * self.patience, retry_after))
            delay = min(60.0, delay * 2 or 1.0)

    async def _post(self, entry: Waiting) -> float | None:
        """Post once: None when it was taken, else the Retry-After in seconds (0 if none was given)."""
        assert self.webhook is not None
        assert self._posting is not None
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=60))
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret} if self.webhook.secret else {}
        try:
            async with (
                self._posting,
                self._session.post(self.webhook.url, json=entry.update, headers=headers) as answer,
            ):
                body = await answer.read()
                if answer.status // 100 != 2:
                    self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                    return float(answer.headers.get("Retry-After", 0))
        except (ClientError, TimeoutError, OSError) as lost:
            self._failed(f"Connection failed: {type(lost).__name__}")
            return 0.0
        if self.faults.lost_acks:
            self.faults.lost_acks -= 1
            self._failed("Read timeout expired")
            return 0.0
        if answer.content_type == "application/json" and body.strip():
            self._answered(body)
        return None

    def _answered(self, body: bytes) -> None:
        said = json.loads(body)
        if isinstance(said, dict) and "method" in said:
            self.on_answer(said)

    def _failed(self, why: str) -> None:
        assert self.webhook is not None
        self.webhook.last_error, self.webhook.last_error_at = why, time.time()


def _terminated() -> ApiError:
    return ApiError(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
