"""How updates come in: long polling or a webhook. Both store an update before Telegram hears that it arrived."""

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterable, Mapping
from typing import Any, NamedTuple

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramConflictError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.errors import Busy
from bot.intake.bus import Bus
from bot.intake.clock import Clock, SystemClock, ring_or_pass
from bot.intake.settings import BackoffSettings
from bot.intake.tries import place_of
from bot.intake.update import Update
from bot.telegram.address import update_of
from bot.telegram.trouble import Announcer, explain

log = logging.getLogger(__name__)

# Named one by one: Telegram leaves out reactions and members unless asked, and keeps an old list when given none.
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member", "message_reaction"]
BACKOFF = BackoffSettings(first=1, cap=60)
POLL_SECONDS = 25
BODY_LIMIT = 1_000_000  # bytes; Telegram's largest updates are far below
SECRET_HEADER = "x-telegram-bot-api-secret-token"
RETRY_AFTER = "5"  # seconds, when the intake is full


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, unparsed: an update that this version of aiogram can not read must not block the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int = POLL_SECONDS
    allowed_updates: list[str] = ALLOWED_UPDATES


class Poller:
    """Long polling. The offset moves only behind updates that are stored, so none is lost, whatever happens."""

    def __init__(self, bot: Bot, bus: Bus, brand: str, clock: Clock | None = None) -> None:
        self._bot, self._bus, self._brand = bot, bus, brand
        self._clock = clock or SystemClock()
        self._announcer = Announcer()

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop`; every trouble with Telegram is said once and waited out."""
        offset: int | None = None
        failures = 0
        while not stop.is_set():
            try:
                batch = await self._ask(offset, stop)
            except AiogramError as error:
                failures += 1
                await ring_or_pass(self._clock, stop, await self._wait_after(error, failures))
                continue
            failures = 0
            self._announcer.over()
            if batch and await self._store(batch, stop):
                offset = max(map(_number, batch)) + 1

    async def _ask(self, offset: int | None, stop: asyncio.Event) -> list[dict[str, Any]]:
        """The next updates; none when `stop` comes first."""
        asking = asyncio.ensure_future(self._bot(RawUpdates(offset=offset), request_timeout=POLL_SECONDS + 15))
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() else []
        finally:
            stopping.cancel()
            asking.cancel()

    async def _wait_after(self, error: AiogramError, failures: int) -> float:
        self._announcer.trouble(explain(error))
        if isinstance(error, TelegramConflictError) and "webhook" in error.message:
            await self._remove_webhook()
        if isinstance(error, TelegramRetryAfter):
            return float(error.retry_after)
        return BACKOFF.after(failures)

    async def _remove_webhook(self) -> None:
        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
        except AiogramError as error:
            self._announcer.trouble(explain(error))
        else:
            log.warning("The webhook was removed, because TELEGRAM_WEBHOOK_URL is not set; its updates are kept.")

    async def _store(self, batch: list[dict[str, Any]], stop: asyncio.Event) -> bool:
        """Whether all of `batch` is stored: conversations side by side, each in its own order."""
        lanes: dict[str, list[Update]] = {}
        for raw in batch:
            update = update_of(self._brand, str(self._bot.id), raw, self._clock.now())
            lanes.setdefault(update.conversation, []).append(update)
        stored = await asyncio.gather(*(self._store_lane(updates, stop) for updates in lanes.values()))
        return all(stored)

    async def _store_lane(self, updates: list[Update], stop: asyncio.Event) -> bool:
        for update in updates:
            failures = 0
            while not await self._stored(update):
                failures += 1
                await ring_or_pass(self._clock, stop, BACKOFF.after(failures))
                if stop.is_set():
                    return False
        return True

    async def _stored(self, update: Update) -> bool:
        try:
            await self._bus.publish(update)
            return True
        except Busy as error:
            log.info("The intake is full: %s", error)
        except Exception as error:  # whatever it is, the update is not safe yet: it must be tried again
            log.error("Update %s could not be stored, trying again: %s", update.id, place_of(error))
        return False


def _number(raw: Mapping[str, Any]) -> int:
    return int(raw["update_id"])


class Receipt(NamedTuple):
    """What the webhook answers: an HTTP status and headers."""

    status: int
    headers: Mapping[str, str] = {}


class Webhook:
    """The webhook, without a web framework: a route hands in headers and body, and answers the receipt."""

    def __init__(self, bot: Bot, bus: Bus, brand: str, secret: str, clock: Clock | None = None) -> None:
        self._bot, self._bus, self._brand = bot, bus, brand
        self._secret = secret.encode()
        self._clock = clock or SystemClock()

    async def receive(self, headers: Mapping[str, str], body: AsyncIterable[bytes]) -> Receipt:
        """Store one update. 401: not from Telegram; 413: too big; 400: no update; 503: come back; 200: stored.

        `headers` has lower-case names, or ignores case, as ASGI's do.
        """
        if not hmac.compare_digest(headers.get(SECRET_HEADER, "").encode(), self._secret):
            return Receipt(401)
        content = await _bounded(body)
        if content is None:
            return Receipt(413)
        try:
            raw = json.loads(content)
            update = update_of(self._brand, str(self._bot.id), raw, self._clock.now())
        except (ValueError, AttributeError):
            return Receipt(400)
        return await self._store(update)

    async def announce(self, url: str) -> None:
        """Tell Telegram where to send updates. Raises aiogram's errors."""
        await self._bot.set_webhook(
            url, secret_token=self._secret.decode(), allowed_updates=ALLOWED_UPDATES, drop_pending_updates=False
        )

    async def _store(self, update: Update) -> Receipt:
        try:
            await self._bus.publish(update)
        except Busy as error:
            log.info("The intake is full: %s", error)
        except Exception as error:  # whatever it is, the update is not safe yet: Telegram must send it again
            log.error("Update %s could not be stored: %s", update.id, place_of(error))
        else:
            return Receipt(200)
        return Receipt(503, {"retry-after": RETRY_AFTER})


async def _bounded(body: AsyncIterable[bytes]) -> bytes | None:
    """The whole body, or None as soon as it is too long."""
    content = bytearray()
    async for chunk in body:
        content += chunk
        if len(content) > BODY_LIMIT:
            return None
    return bytes(content)
