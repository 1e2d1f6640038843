"""Coming on duty: who am I, which commands, which staff group, by polling or webhook."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest

from bot.intake.clock import Clock, ring_or_pass
from bot.telegram.commands import publish_commands
from bot.telegram.door import BACKOFF, Poller, Webhook
from bot.telegram.group import bind_configured
from bot.telegram.settings import TelegramSettings
from bot.telegram.trouble import Announcer, explain, reason
from nlp.types import Language
from storage.database import Database
from storage.errors import StorageError

log = logging.getLogger(__name__)


async def serve(
    bot: Bot,
    door: Poller | Webhook,
    settings: TelegramSettings,
    database: Database,
    brand: str,
    languages: Sequence[Language],
    clock: Clock,
    stop: asyncio.Event,
) -> None:
    """Introduce the bot to Telegram, as long as that takes, and let updates in until `stop`."""

    async def introduce() -> None:
        me = await bot.get_me()
        log.info("Telegram: @%s is on duty (%s).", me.username, "webhook" if settings.webhook_url else "polling")
        if settings.staff_chat_id is not None:
            await bind_configured(bot, database, brand, settings.staff_chat_id)
        try:
            await publish_commands(bot, languages, languages[0])
        except TelegramBadRequest as error:
            log.warning("The command list was not published: %s", reason(error))

    await _until_done(introduce, clock, stop)
    if isinstance(door, Webhook):
        await _until_done(lambda: door.announce(settings.webhook_url), clock, stop)
        await stop.wait()
    else:
        await door.run(stop)


async def _until_done(call: Callable[[], Awaitable[None]], clock: Clock, stop: asyncio.Event) -> None:
    """Call until it works or `stop`; what is wrong is said once."""
    announcer, failures = Announcer(), 0
    while not stop.is_set():
        try:
            await call()
        except (AiogramError, StorageError) as error:
            failures += 1
            announcer.trouble(explain(error) if isinstance(error, AiogramError) else str(error))
            await ring_or_pass(clock, stop, BACKOFF.after(failures))
        else:
            announcer.over()
            return
