"""Customers' private chats: every message and press becomes an Incoming."""

from collections.abc import Callable
from datetime import datetime

from aiogram import Bot, Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.intake.turns import Turns
from bot.telegram.answering import toast, toast_aside
from bot.telegram.buttons import Seal
from bot.telegram.handlers.results import Result
from bot.telegram.translate import CommandOf, edited_from, incoming_from, press_from

# A text of config.yaml by key, in the language of a Telegram language code.
Words = Callable[[str, str], str]


class InPrivate(Filter):
    """Whether an update comes from a private chat. Awaited, where aiogram would give an `F` a thread of its own."""

    async def __call__(self, event: Message | CallbackQuery) -> bool:
        where = event.message if isinstance(event, CallbackQuery) else event
        return where is not None and where.chat.type == "private"


def router() -> Router:
    """A router for private chats."""
    made = Router(name="customers")
    for observer in (made.message, made.edited_message, made.callback_query):
        observer.filter(InPrivate())
    made.message.register(say)
    made.edited_message.register(edit)
    made.callback_query.register(press)
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
    toast_aside(query)
    await turns.hear(press_from(query, pressed, brand, str(bot.id), received_at), inbox_id)
    return Result.TAKEN
