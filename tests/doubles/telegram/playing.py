"""The register of Bot API methods the fake carries out, and what they share."""

from collections.abc import Callable
from typing import Any

from tests.doubles.telegram.errors import ApiError, bad_request, forbidden
from tests.doubles.telegram.state import Bot, Chat, Json, Member, Topic, World
from tests.doubles.telegram.wire import Call, Uploads

Play = Callable[["Turn"], Any]
PLAYS: dict[str, Play] = {}


class Turn:
    """One request being carried out: whose, where, with what."""

    def __init__(self, world: World, bot: Bot, call: Call, uploads: Uploads) -> None:
        self.world, self.bot, self.call, self.uploads = world, bot, call, uploads

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat a parameter names, if the bot may act there; raises ApiError as Telegram does."""
        number = self.call[name]
        if isinstance(number, str):
            raise bad_request("chat not found")
        return self._private(number) if number > 0 else self._group(number)

    def source(self) -> Chat:
        """The chat to copy from: who has blocked the bot can not be written to, but what they wrote can be read."""
        user = self.world.users.get(self.call["from_chat_id"])
        return self.world.private_chat(self.bot.id, user) if user is not None else self.chat("from_chat_id")

    def _private(self, number: int) -> Chat:
        user = self.world.users.get(number)
        if user is None:
            raise bad_request("chat not found")
        if user.face["is_bot"]:
            raise forbidden("bot can't send messages to bots")
        if self.bot.id not in user.started:
            raise forbidden("bot can't initiate conversation with a user")
        if self.bot.id in user.blocked:
            raise forbidden("bot was blocked by the user")
        return self.world.private_chat(self.bot.id, user)

    def _group(self, number: int) -> Chat:
        chat = self.world.groups.get(number)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        me = chat.members.get(self.bot.id)
        if me is None or me.status == "left":
            raise forbidden("bot is not a member of the supergroup chat")
        if me.status == "kicked":
            raise forbidden("bot was kicked from the supergroup chat")
        return chat

    def needs(self, chat: Chat, right: str, complaint: str) -> None:
        """Refuse unless the bot is an administrator with the right."""
        if right not in self.me(chat).rights:
            raise bad_request(complaint)

    def me(self, chat: Chat) -> Member:
        return chat.members.get(self.bot.id) or Member(self.bot.user)

    def thread(self, chat: Chat) -> int:
        """The topic to write into, 0 for none; a deleted or closed one is refused."""
        number = int(self.call.get("message_thread_id") or 0)
        if not number:
            return 0
        topic = self.topic(chat, number, "message thread not found")
        if topic.closed and "can_manage_topics" not in self.me(chat).rights:
            raise bad_request("TOPIC_CLOSED")
        return number

    def topic(self, chat: Chat, number: int, complaint: str) -> Topic:
        topic = chat.topics.get(number)
        if topic is None or topic.deleted:
            raise bad_request(complaint)
        return topic

    def write(self, chat: Chat, content: Json) -> Json:
        """The bot's message in a chat."""
        return self.world.add_message(chat, self.bot.user.face, content, self.thread(chat))


def plays(*names: str) -> Callable[[Play], Play]:
    """Register a function as what the fake does for the named methods."""

    def register(play: Play) -> Play:
        PLAYS.update({name.lower(): play for name in names})
        return play

    return register
