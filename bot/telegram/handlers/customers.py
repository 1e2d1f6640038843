"""Customers' private chats: every message and press becomes an Incoming."""

from collections.abc import Callable
from datetime import datetime

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery, Message

from bot.intake.turns import Turns
from bot.telegram.answering import toast
from bot.telegram.buttons import Seal
from bot.telegram.handlers.results import Result
from bot.telegram.translate import CommandOf, edited_from, incoming_from, press_from

# A text of config.yaml by key, in the language of a Telegram language code.
Words = Callable[[str, str], str]


def router() -> Router:
    """A router for private chats."""
    made = Router(name="customers")
    made.message.register(say, F.chat.type == "private")
    made.edited_message.register(edit, F.chat.type == "private")
    made.callback_query.register(press, F.message.chat.type == "private")
    return made


async def say(
    message: Message, inbox_id: int, brand: str, bot: Bot, turns: Turns, command_of: CommandOf
) -> Result | None:
    """Somebody said something, in whatever form."""
    said = incoming_from(message, brand, str(bot.id), command_of)
    if said is None:
        return None
    await turns.hear(said, inbox_id)
    return Result.TAKEN


async def edit(message: Message, inbox_id: int, brand: str, bot: Bot, turns: Turns) -> Result | None:
    """Somebody changed what they had said."""
    said = edited_from(message, brand, str(bot.id))
    if said is None:
        return None
    await turns.hear(said, inbox_id)
    return Result.TAKEN


async def press(
    query: CallbackQuery,
    inbox_id: int,
    received_at: datetime,
    brand: str,
    bot: Bot,
    turns: Turns,
    seal: Seal,
    words: Words,
) -> Result | None:
    """Somebody pressed a button. The spinner stops at once; the answer follows as a message."""
    pressed = seal.read_press(query.data or "")
    if pressed is None:
        await toast(query, words("stale_button", query.from_user.language_code or ""))
        return None
    await toast(query)
    await turns.hear(press_from(query, pressed, brand, str(bot.id), received_at), inbox_id)
    return Result.TAKEN
