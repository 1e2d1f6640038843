"""Who comes and goes: customers who block the bot, groups that add it, move or take its rights."""

import logging
from datetime import datetime

from aiogram import Bot, F, Router
from aiogram.exceptions import AiogramError
from aiogram.types import ChatMemberUpdated, Message

from bot.telegram.address import CHANNEL
from bot.telegram.group import what_is_missing
from bot.telegram.membership import Membership
from bot.telegram.trouble import reason
from storage.database import Database

log = logging.getLogger(__name__)

_OUTSIDE = frozenset({"left", "kicked"})
HELLO_GROUP = (
    "Hello! I answer customers in private chats. To make this group the staff's, turn on Topics, make me an "
    "administrator who may manage topics, and write /link CODE with a code from the web desk."
)


def router() -> Router:
    """A router for membership changes and moved groups."""
    made = Router(name="members")
    made.my_chat_member.register(customer_changed, F.chat.type == "private")
    made.my_chat_member.register(group_changed, F.chat.type.in_({"group", "supergroup"}))
    made.chat_member.register(staff_changed)
    made.message.register(group_moved, F.migrate_to_chat_id)
    return made


async def customer_changed(event: ChatMemberUpdated, received_at: datetime, brand: str, database: Database) -> None:
    """A customer blocked the bot, or let it in again."""
    blocked = received_at if event.new_chat_member.status in _OUTSIDE else None
    async with database.work(write=True) as work:
        await work.customers.set_blocked(brand, CHANNEL, str(event.chat.id), blocked)
        await work.commit()


async def group_changed(event: ChatMemberUpdated, brand: str, bot: Bot, database: Database) -> None:
    """The bot's standing in a group changed: the operator hears of it for the staff group, a new group gets a hint."""
    async with database.work() as work:
        group = await work.staff.group(brand)
    if group is not None and group.chat == str(event.chat.id):
        if missing := await what_is_missing(bot, event.chat.id):
            log.error("Staff group %s: %s", event.chat.id, missing)
    elif group is None and event.old_chat_member.status in _OUTSIDE and event.new_chat_member.status not in _OUTSIDE:
        try:
            await bot.send_message(event.chat.id, HELLO_GROUP)
        except AiogramError as error:
            log.info("A new group was not greeted: %s", reason(error))


async def staff_changed(event: ChatMemberUpdated, membership: Membership) -> None:
    """Somebody came to or left a group."""
    membership.forget(event.chat.id, event.new_chat_member.user.id)


async def group_moved(message: Message, brand: str, database: Database) -> None:
    """A group became a supergroup with another id."""
    async with database.work(write=True) as work:
        await work.staff.move_group(str(message.chat.id), str(message.migrate_to_chat_id))
        await work.commit()
