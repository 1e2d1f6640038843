"""The staff group: one forum topic per customer conversation, made when needed and again when deleted."""

import logging
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramMigrateToChat, TelegramRetryAfter

from bot.errors import RetryLater
from bot.intake.outbox import Post
from bot.telegram.outcomes import OPERATOR_SECONDS
from bot.telegram.trouble import explain, reason
from storage.database import Database

log = logging.getLogger(__name__)

NAME_LIMIT = 128
_GONE = ("thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID")


@dataclass(frozen=True, slots=True)
class Place:
    """A topic of the staff group."""

    chat: int
    thread: int
    fresh: bool = False  # made just now


class Topics:
    """Finds and makes topics. Only one delivery to the staff group runs at a time, so none is made twice."""

    def __init__(self, bot: Bot, database: Database) -> None:
        self._bot = bot
        self._database = database

    async def find(self, post: Post) -> Place | None:
        """The topic of the post's conversation in the group that is bound now, or None."""
        async with self._database.work() as work:
            group = await work.staff.group(post.brand)
            topic = await work.staff.topic(post.brand, post.conversation)
        if group is None or topic is None or topic.chat != group.chat:
            return None
        return Place(int(topic.chat), int(topic.thread))

    async def ensure(self, post: Post) -> Place:
        """The topic of the post's conversation, made if need be. Raises RetryLater while it can not be made."""
        return await self.find(post) or await self._make(post)

    async def refresh(self, post: Post, place: Place) -> None:
        """Open an older topic again for a new case and show its number. Failing changes nothing for the case."""
        try:
            await self._bot.edit_forum_topic(place.chat, place.thread, name=await self._name(post))
            await self._bot.reopen_forum_topic(place.chat, place.thread)
        except AiogramError as error:
            log.info("A topic was not renamed or reopened: %s", reason(error))

    async def close(self, post: Post) -> None:
        """Close the topic, if it is still there and open."""
        place = await self.find(post)
        if place is None:
            return
        try:
            await self._bot.close_forum_topic(place.chat, place.thread)
        except TelegramBadRequest as error:
            if not (is_gone(error) or "not_modified" in error.message.lower()):
                raise

    async def delete(self, chat: int, thread: int) -> None:
        """Delete a topic and its messages, wherever its group has moved; one that is gone is as good as deleted."""
        try:
            await self._bot.delete_forum_topic(chat, thread)
        except TelegramMigrateToChat as moved:
            await self.delete(moved.migrate_to_chat_id, thread)
        except TelegramBadRequest as error:
            if not is_gone(error):
                raise

    async def drop(self, post: Post) -> None:
        """Forget a topic that somebody deleted; links to messages stay."""
        async with self._database.work(write=True) as work:
            await work.staff.drop_topic(post.brand, post.conversation)
            await work.commit()

    async def move_group(self, old: int, new: int) -> None:
        """Follow the staff group to its new chat id."""
        async with self._database.work(write=True) as work:
            await work.staff.move_group(str(old), str(new))
            await work.commit()
        log.warning("The staff group %s is now %s.", old, new)

    async def _make(self, post: Post) -> Place:
        async with self._database.work() as work:
            group = await work.staff.group(post.brand)
        if group is None:
            raise RetryLater("no staff group is bound: set STAFF_CHAT_ID, or write /link CODE in it", OPERATOR_SECONDS)
        chat = int(group.chat)
        try:
            made = await self._bot.create_forum_topic(chat, await self._name(post))
        except (TelegramRetryAfter, TelegramMigrateToChat):
            raise
        except AiogramError as error:
            # Even where the topic may have been made: an empty topic harms nobody, a lost card does.
            raise RetryLater(f"no topic could be made: {explain(error)}", OPERATOR_SECONDS) from error
        async with self._database.work(write=True) as work:
            await work.staff.put_topic(post.brand, post.conversation, group.chat, str(made.message_thread_id))
            await work.commit()
        return Place(chat, made.message_thread_id, fresh=True)

    async def _name(self, post: Post) -> str:
        """The customer's name and the case's number, such as "Lan Anh · C-1001"."""
        async with self._database.work() as work:
            where = await work.turns.conversation(post.brand, post.conversation)
            customer = await work.customers.get(post.brand, where.customer_id) if where else None
            case = await work.cases.get(post.brand, post.case_id) if post.case_id else None
        number = f" · {case.number}" if case else ""
        name = " ".join(customer.name.split()) if customer else ""
        return (name or "Customer")[: NAME_LIMIT - len(number)] + number


def is_gone(error: TelegramBadRequest) -> bool:
    """Whether Telegram says that the topic was deleted."""
    return any(sign in error.message for sign in _GONE)
