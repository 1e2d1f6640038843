"""Which group is the staff's: bound by STAFF_CHAT_ID or by /link CODE, after the same checks."""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import ChatMemberAdministrator, ChatMemberOwner

from storage.database import Database

log = logging.getLogger(__name__)


async def what_is_missing(bot: Bot, chat: int) -> str:
    """What keeps `chat` from being the staff group, as a sentence that says what to do; empty when nothing does."""
    try:
        about = await bot.get_chat(chat)
        me = await bot.get_chat_member(chat, bot.id)
    except (TelegramBadRequest, TelegramForbiddenError):
        return "The bot is not in this group: add it as an administrator."
    if not about.is_forum:
        return "This group has no topics: turn on Topics in the group's settings."
    if isinstance(me, ChatMemberOwner):
        return ""
    if not isinstance(me, ChatMemberAdministrator) or not me.can_manage_topics:
        return "The bot may not manage topics here: make it an administrator with the right to manage topics."
    return ""


async def bind_configured(bot: Bot, database: Database, brand: str, chat: int) -> None:
    """Make STAFF_CHAT_ID the staff group, and say in the log what is still missing there."""
    try:
        await bot.get_chat(chat)
    except TelegramMigrateToChat as moved:
        log.warning("STAFF_CHAT_ID %s is now %s: please change it.", chat, moved.migrate_to_chat_id)
        chat = moved.migrate_to_chat_id
    except (TelegramBadRequest, TelegramForbiddenError):
        pass  # what_is_missing says so below
    async with database.work(write=True) as work:
        group = await work.staff.group(brand)
        if group is None or (group.bot, group.chat) != (str(bot.id), str(chat)):
            await work.staff.bind(brand, str(bot.id), str(chat), "STAFF_CHAT_ID")
            await work.commit()
    if missing := await what_is_missing(bot, chat):
        log.error("Staff group %s: %s", chat, missing)
