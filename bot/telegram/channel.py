"""Telegram as a channel: delivers outbox posts and says exactly what became of each."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)
from aiogram.types import InlineKeyboardMarkup

from bot.errors import Refused, RetryLater
from bot.intake.clock import Clock, SystemClock
from bot.intake.outbox import Post
from bot.telegram.address import CHANNEL, chat_of
from bot.telegram.buttons import BadButton, Seal
from bot.telegram.outcomes import BACKOFF, outcome_of
from bot.telegram.sending import reply_keyboard, send_document, send_text
from bot.telegram.topics import Place, Topics, is_gone
from bot.telegram.trouble import Announcer, explain
from storage.database import Database
from storage.errors import StorageError

log = logging.getLogger(__name__)

T = TypeVar("T")
Kind = Callable[[Post], Awaitable[tuple[str, ...]]]

CASE_LINK = "case"  # a card is linked as the copy of its case, so that it can be edited
# Doing these twice harms nobody. A card belongs here: two cards of one case are better than a case that nobody sees.
REPEATABLE = frozenset({"card", "edit_card", "edit", "close_topic", "delete_topic"})
_STAFF_KINDS = frozenset({"card", "note", "edit_card", "close_topic", "delete_topic"})


class TelegramChannel:
    """Implements intake's Channel. One instance serves every conversation of one bot."""

    name = CHANNEL

    def __init__(self, bot: Bot, database: Database, seal: Seal, clock: Clock | None = None) -> None:
        self._bot, self._database, self._seal = bot, database, seal
        self._clock = clock or SystemClock()
        self._topics = Topics(bot, database)
        self._announcer = Announcer()
        self._kinds: dict[str, Kind] = {
            "say": self._say,
            "card": self._card,
            "edit_card": self._edit_card,
            "note": self._note,
            "copy": self._copy,
            "edit": self._edit,
            "close_topic": self._close_topic,
            "delete_topic": self._delete_topic,
        }

    async def deliver(self, post: Post) -> tuple[str, ...]:
        """Carry one post out; returns Telegram's message ids.

        Raises RetryLater when nothing was said and it makes sense to try again, Refused when Telegram will never
        take it, Ambiguous when nobody can know whether it was said.
        """
        kind = self._kinds.get(post.kind)
        if kind is None:
            raise Refused(f"Telegram knows no {post.kind!r}")
        try:
            return await self._carried(post, kind)
        except StorageError as error:  # only ever while nothing is said
            raise RetryLater(str(error), BACKOFF) from error

    async def _carried(self, post: Post, kind: Kind) -> tuple[str, ...]:
        try:
            ids = await kind(post)
        except TelegramMigrateToChat as moved:
            await self._topics.move_group(chat_of(post.lane), moved.migrate_to_chat_id)
            raise RetryLater("the group has a new id", BACKOFF) from moved
        except BadButton as error:
            raise Refused(str(error)) from error
        except AiogramError as error:
            if isinstance(error, TelegramForbiddenError) and not _to_staff(post):
                await self._mark_blocked(post)
            outcome = outcome_of(error, repeatable=post.kind in REPEATABLE, to_staff=_to_staff(post))
            if isinstance(outcome, RetryLater) and not isinstance(error, TelegramRetryAfter):
                self._announcer.trouble(explain(error))
            raise outcome from error
        self._announcer.over()
        return ids

    async def _say(self, post: Post) -> tuple[str, ...]:
        said, chat = post.payload, chat_of(post.conversation)
        # A message takes one keyboard; buttons answer this message, the menu comes again with the next.
        markup = self._seal.keyboard(said.get("buttons", ())) or reply_keyboard(
            said.get("ask_phone", ""), said.get("menu", ())
        )
        if said.get("document"):
            return await send_document(
                self._bot, chat, said["text"], said["document"], said.get("document_text", ""), markup
            )
        return await send_text(self._bot, chat, said["text"], markup=markup, reply_to=said.get("reply_to", ""))

    async def _card(self, post: Post) -> tuple[str, ...]:
        markup = self._seal.keyboard(post.payload.get("buttons", ()))

        async def send(place: Place) -> tuple[str, ...]:
            if not place.fresh:
                await self._topics.refresh(post, place)
            return await send_text(self._bot, place.chat, post.payload["text"], thread=place.thread, markup=markup)

        place, ids = await self._in_topic(post, send)
        if post.case_id is not None:
            await self._link(post, CASE_LINK, [str(post.case_id)], str(place.chat), ids[-1:])
        return ids

    async def _edit_card(self, post: Post) -> tuple[str, ...]:
        """Show the case's new state on its card; where the card is gone, an open case gets a new one."""
        async with self._database.work() as work:
            links = await work.staff.links_from(post.brand, CASE_LINK, str(post.case_id))
        markup = self._seal.keyboard(post.payload.get("buttons", ()))
        if links:
            chat, message = int(links[-1].copy_chat), int(links[-1].copy_message)
            if await self._edited(chat, message, post.payload["text"], markup):
                return (str(message),)
        return await self._card(post) if markup else ()

    async def _note(self, post: Post) -> tuple[str, ...]:
        text = post.payload["text"]
        if post.payload.get("plain"):
            text = escape(text, quote=False)

        async def send(place: Place) -> tuple[str, ...]:
            return await send_text(self._bot, place.chat, text, thread=place.thread, silent=True)

        return (await self._in_topic(post, send))[1]

    async def _copy(self, post: Post) -> tuple[str, ...]:
        source, messages = str(post.payload["from_chat"]), sorted({int(m) for m in post.payload["messages"]})
        if post.payload["to"] == "customer":
            chat = chat_of(post.conversation)
            ids = await self._copies(chat, None, int(source), messages)
        else:
            place, ids = await self._in_topic(
                post, lambda place: self._copies(place.chat, place.thread, int(source), messages)
            )
            chat = place.chat
        await self._link(post, source, [str(message) for message in messages], str(chat), ids)
        return ids

    async def _copies(self, chat: int, thread: int | None, source: int, messages: Sequence[int]) -> tuple[str, ...]:
        """Copy messages, an album in one piece. A single one that is gone is refused; of several, the rest goes."""
        if len(messages) == 1:
            copy = await self._bot.copy_message(chat, source, messages[0], message_thread_id=thread)
            return (str(copy.message_id),)
        copies = await self._bot.copy_messages(chat, source, list(messages), message_thread_id=thread)
        if not copies:
            raise Refused("none of the messages exists any more")
        return tuple(str(copy.message_id) for copy in copies)

    async def _edit(self, post: Post) -> tuple[str, ...]:
        message = int(post.payload["message"])
        if not await self._edited(chat_of(post.lane), message, post.payload["text"]):
            raise Refused("the message to edit is gone")
        return (str(message),)

    async def _edited(self, chat: int, message: int, text: str, markup: InlineKeyboardMarkup | None = None) -> bool:
        """Whether the message now says `text`; False when it is gone."""
        try:
            await self._bot.edit_message_text(text, chat_id=chat, message_id=message, reply_markup=markup)
        except TelegramBadRequest as error:
            if "no text in the message" in error.message:
                await self._bot.edit_message_caption(chat_id=chat, message_id=message, caption=text)
            elif "not found" in error.message or "can't be edited" in error.message:
                return False
            elif "not modified" not in error.message:
                raise
        return True

    async def _close_topic(self, post: Post) -> tuple[str, ...]:
        await self._topics.close(post)
        return ()

    async def _delete_topic(self, post: Post) -> tuple[str, ...]:
        """Delete a forgotten customer's topic with all that is in it; tried again until it is gone."""
        await self._topics.delete(int(post.payload["chat"]), int(post.payload["thread"]))
        return ()

    async def _in_topic(self, post: Post, send: Callable[[Place], Awaitable[T]]) -> tuple[Place, T]:
        """Send into the conversation's topic; where it was deleted, into a new one."""
        place = await self._topics.ensure(post)
        try:
            return place, await send(place)
        except TelegramBadRequest as error:
            if not is_gone(error):
                raise
        await self._topics.drop(post)
        place = await self._topics.ensure(post)
        return place, await send(place)

    async def _link(
        self, post: Post, chat: str, messages: Sequence[str], copy_chat: str, copies: Sequence[str]
    ) -> None:
        """Remember which message is a copy of which. Sent is sent: a failure here must not send it again."""
        if len(messages) != len(copies):
            log.warning("Telegram left out messages that are gone; the copies are not linked.")
            return
        try:
            async with self._database.work(write=True) as work:
                for message, copy in zip(messages, copies, strict=True):
                    await work.staff.link(post.brand, post.conversation, chat, message, copy_chat, copy)
                await work.commit()
        except StorageError as error:
            log.error("Copies were sent but not linked; edits of them will not be relayed: %s", error)

    async def _mark_blocked(self, post: Post) -> None:
        async with self._database.work(write=True) as work:
            chat = str(chat_of(post.conversation))
            await work.customers.set_blocked(post.brand, CHANNEL, chat, self._clock.now())
            await work.commit()


def _to_staff(post: Post) -> bool:
    return post.kind in _STAFF_KINDS or post.payload.get("to") == "topic"
