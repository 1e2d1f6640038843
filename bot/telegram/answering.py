"""Small answers on the spot, beside the outbox: toasts, reactions, replies to staff. Losing one is no harm."""

import asyncio
import logging

from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, ReactionTypeEmoji

from bot.telegram.trouble import reason

log = logging.getLogger(__name__)

_under_way: set[asyncio.Task[None]] = set()  # the event loop itself keeps no task alive
TOAST_LIMIT = 200
STALE = "This button is out of date."
KEPT = "✍"  # "written down": the sign that a message stayed a note


async def toast(query: CallbackQuery, text: str = "") -> None:
    """Stop the button's spinner, with a word or without."""
    try:
        await query.answer(text[:TOAST_LIMIT] or None)
    except AiogramError as error:
        log.info("A press was not answered: %s", reason(error))


def toast_aside(query: CallbackQuery) -> None:
    """Stop the button's spinner without keeping the conversation's lane waiting for Telegram."""
    task = asyncio.create_task(toast(query))
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


async def react(message: Message, emoji: str) -> None:
    """Set the bot's reaction on a message."""
    try:
        await message.react([ReactionTypeEmoji(emoji=emoji)])
    except AiogramError as error:
        log.info("A message got no reaction: %s", reason(error))


async def show_buttons(query: CallbackQuery, buttons: InlineKeyboardMarkup | None) -> None:
    """Put other buttons under the message that was pressed on."""
    if not isinstance(query.message, Message):  # too old to be changed
        return
    try:
        await query.message.edit_reply_markup(reply_markup=buttons)
    except AiogramError as error:
        log.info("A message kept its buttons: %s", reason(error))


async def tell(message: Message, text: str) -> None:
    """Answer a member of staff under their message, in plain words."""
    try:
        await message.reply(text, parse_mode=None, disable_notification=True)
    except AiogramError as error:
        log.warning("An answer to staff was not sent: %s", reason(error))
