"""/link CODE makes a group the staff's."""

from collections.abc import Callable

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import Message

from bot.desk.staff import StaffRoom
from bot.errors import SupportError
from bot.telegram.answering import tell
from bot.telegram.group import what_is_missing
from bot.telegram.translate import command_in
from storage.database import Database

LINKED = "This is the staff group now: every customer who needs a human gets a topic here."
NOT_A_CODE = "This code is unknown, used or out of date. Make a new one on the web desk and write /link CODE."
ANONYMOUS = "Anonymous administrators can not do this: turn off “Remain anonymous” for yourself and try again."


def router() -> Router:
    """A router for groups, whether bound or not."""
    made = Router(name="linking")
    made.message.register(link, Command("link"), F.chat.type.in_({"group", "supergroup"}))
    return made


async def link(
    message: Message, brand: str, bot: Bot, staff_room: StaffRoom, database: Database, posted: Callable[[], None]
) -> None:
    """Bind this group, if the code is good, the sender is somebody, and the bot can work here."""
    await tell(message, await _linked(message, brand, bot, staff_room, database))
    posted()  # the cards of open cases


async def _linked(message: Message, brand: str, bot: Bot, staff_room: StaffRoom, database: Database) -> str:
    if message.sender_chat is not None or message.from_user is None:
        return ANONYMOUS
    chat = str(message.chat.id)
    async with database.work() as work:
        group = await work.staff.group(brand)
    if group is not None and (group.bot, group.chat) == (str(bot.id), chat):
        return LINKED  # the same update once more
    if missing := await what_is_missing(bot, message.chat.id):
        return missing
    try:
        await staff_room.bind_group(str(bot.id), command_in(message.text or "")[1], chat, message.from_user.full_name)
    except SupportError:
        return NOT_A_CODE
    return LINKED
