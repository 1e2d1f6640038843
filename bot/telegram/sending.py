"""Saying one thing in a chat: split where it is too long, as plain text where Telegram refuses the HTML."""

import html
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from bot.errors import Ambiguous, Refused, SettingsError
from bot.reply.split import split_text, units
from bot.telegram.trouble import reason

log = logging.getLogger(__name__)

CAPTION_LIMIT = 1024  # UTF-16 units, without the tags

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup
Call = Callable[[], Awaitable[tuple[str, ...]]]


async def send_text(
    bot: Bot,
    chat: int,
    text: str,
    *,
    thread: int | None = None,
    markup: Markup | None = None,
    reply_to: str = "",
    silent: bool = False,
) -> tuple[str, ...]:
    """Send HTML of any length; the keyboard goes under the last part. Returns the message ids.

    Raises aiogram's errors when nothing was sent, Ambiguous when only some parts were.
    """

    async def part(number: int, piece: str) -> tuple[str, ...]:
        send = partial(
            bot.send_message,
            chat,
            message_thread_id=thread,
            reply_markup=markup if number == len(pieces) - 1 else None,
            reply_parameters=_reply(reply_to) if number == 0 else None,
            disable_notification=silent or None,
        )
        try:
            message = await send(piece)
        except TelegramBadRequest as error:
            if "can't parse entities" not in error.message:
                raise
            log.error("Telegram can not parse a text's HTML; it is sent without formatting: %s", reason(error))
            message = await send(plain(piece), parse_mode=None)
        return (str(message.message_id),)

    pieces = _pieces(text)
    if not pieces:
        raise Refused("there is no text to send")
    return await one_after_another([partial(part, *numbered) for numbered in enumerate(pieces)])


async def send_document(
    bot: Bot, chat: int, text: str, name: str, content: str, markup: Markup | None
) -> tuple[str, ...]:
    """Send a file, with the text as its caption or, where that is too long, before it."""
    fits = units(plain(text)) <= CAPTION_LIMIT

    async def document() -> tuple[str, ...]:
        file = BufferedInputFile(content.encode(), name)
        caption = text if fits else None
        message = await bot.send_document(chat, file, caption=caption, reply_markup=markup)
        return (str(message.message_id),)

    if fits:
        return await document()
    return await one_after_another([partial(send_text, bot, chat, text), document])


async def one_after_another(calls: Sequence[Call]) -> tuple[str, ...]:
    """The ids of all calls. Once something was said, a failure is Ambiguous: repeating would say it twice."""
    done: list[str] = []
    for call in calls:
        try:
            done.extend(await call())
        except AiogramError as error:
            if not done:
                raise
            raise Ambiguous(f"{len(done)} of {len(calls)} parts were sent, then: {reason(error)}") from error
    return tuple(done)


def reply_keyboard(ask_phone: str, menu: Sequence[Sequence[str]]) -> ReplyKeyboardMarkup | None:
    """The keyboard below the text field: one-tap phone sharing, the menu, or both; None where there is neither."""
    rows = [[KeyboardButton(text=ask_phone, request_contact=True)]] if ask_phone else []
    rows += [[KeyboardButton(text=label) for label in row] for row in menu]
    return ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True) if rows else None


def plain(text: str) -> str:
    """Telegram's HTML without its tags."""
    return html.unescape(re.sub(r"<[^<>]*>", "", text))


def _pieces(text: str) -> list[str]:
    try:
        return split_text(text)
    except SettingsError as error:
        log.error("A long text's HTML is broken; it is sent without formatting: %s", error)
        return split_text(html.escape(plain(text), quote=False))


def _reply(message: str) -> ReplyParameters | None:
    return ReplyParameters(message_id=int(message), allow_sending_without_reply=True) if message else None
