"""Fetching what customers sent: Telegram hands a file out by its id, up to a size."""

import logging

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiohttp import ClientError

from bot.domain.incoming import Attachment
from bot.telegram.trouble import reason
from nlp.listening import NotHeard
from nlp.types import Unheard

log = logging.getLogger(__name__)

LIMIT = 20 * 2**20  # bytes: more the Bot API hands out to nobody
DOWNLOAD_SECONDS = 20


async def fetch(bot: Bot, attachment: Attachment) -> bytes:
    """The content of an attachment. Raises NotHeard where Telegram does not hand it over."""
    try:
        file = await bot.get_file(attachment.remote_id)
        if file.file_path is None or (file.file_size or 0) > LIMIT:
            raise NotHeard(Unheard.TOO_LARGE)
        content = await bot.download_file(file.file_path, timeout=DOWNLOAD_SECONDS)
    except TelegramBadRequest as error:
        log.warning("a voice message was not fetched: %s", reason(error))
        raise NotHeard(Unheard.TOO_LARGE if "too big" in error.message else Unheard.UNREACHABLE) from error
    except (AiogramError, ClientError, TimeoutError) as error:
        log.warning("a voice message was not fetched: %s", type(error).__name__)
        raise NotHeard(Unheard.UNREACHABLE) from error
    return content.read() if content is not None else b""
