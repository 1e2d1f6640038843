"""Who and what exists in the fake: bots, users, chats, topics, messages, files. Plain facts, no HTTP."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.telegram.errors import bad_request
from tests.doubles.telegram.updates import Mailroom

Json = dict[str, Any]

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
BOT_RIGHTS = ("can_manage_chat", "can_delete_messages", "can_manage_topics", "can_pin_messages", "can_invite_users")


@dataclass(slots=True)
class User:
    """A person or a bot. `face` is how messages show them."""

    id: int
    face: Json
    phone: str = ""
    started: set[int] = field(default_factory=set)  # bots the user has written to
    blocked: set[int] = field(default_factory=set)  # bots the user has blocked


@dataclass(slots=True)
class Bot:
    """A bot: its token, its own mailroom of updates, and what was set about it."""

    user: User
    token: str
    mailroom: Mailroom
    settings: dict[str, Any] = field(default_factory=dict)  # commands, names, descriptions, menu buttons

    @property
    def id(self) -> int:
        return self.user.id


@dataclass(slots=True)
class Topic:
    """A forum topic; a deleted one stays known so that the complaint is right."""

    id: int
    name: str
    creator: int
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Member:
    """A membership: status as in ChatMember, rights of administrators."""

    user: User
    status: str = "member"
    rights: frozenset[str] = frozenset()
    anonymous: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat with one bot, or a group. `messages` are Telegram's JSON by message id."""

    id: int
    face: Json
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    keyboard: Json = field(default_factory=dict)  # the reply keyboard on the member's screen
    migrated_to: int = 0
    ids: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def private(self) -> bool:
        return bool(self.face["type"] == "private")

    @property
    def forum(self) -> bool:
        return bool(self.face.get("is_forum"))


@dataclass(slots=True)
class StoredFile:
    id: str
    name: str
    content: bytes
    size: int
    linked_at: float = 0.0  # when getFile gave out its link


@dataclass(slots=True)
class Press:
    """A callback query and what the bot answered to it."""

    id: str
    bot: int
    user: User
    message: Json
    data: str
    at: float
    answer: Json | None = None


class World:
    """Everything that exists. `clock` gives seconds; tests may turn it by hand."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.bots: dict[str, Bot] = {}
        self.users: dict[int, User] = {}
        self.private: dict[tuple[int, int], Chat] = {}
        self.groups: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, Press] = {}
        self._user_ids = itertools.count(5_000_000_001)
        self._group_ids = itertools.count(1_700_000_001)
        self._serial = itertools.count(1)

    def serial(self, prefix: str) -> str:
        """A fresh identifier that looks like nothing in particular."""
        return f"{prefix}{next(self._serial):08x}"

    def add_user(self, name: str, language_code: str = "", username: str = "", is_bot: bool = False) -> User:
        first, _, last = name.partition(" ")
        face: Json = {"id": next(self._user_ids), "is_bot": is_bot, "first_name": first}
        face |= {"last_name": last} if last else {}
        face |= {"username": username} if username else {}
        face |= {"language_code": language_code} if language_code else {}
        user = self.users[face["id"]] = User(face["id"], face)
        return user

    def add_bot(self, name: str, token: str, mailroom: Mailroom) -> Bot:
        """A bot whose id is the number in its token."""
        number = int(token.partition(":")[0])
        face = {"id": number, "is_bot": True, "first_name": name, "username": f"{name.lower()}_bot"}
        user = self.users[number] = User(number, face)
        bot = self.bots[token] = Bot(user, token, mailroom)
        return bot

    def add_group(self, title: str, forum: bool) -> Chat:
        number = -1_000_000_000_000 - next(self._group_ids)
        face: Json = {"id": number, "type": "supergroup", "title": title}
        face |= {"is_forum": True} if forum else {}
        chat = self.groups[number] = Chat(number, face)
        return chat

    def private_chat(self, bot_id: int, user: User) -> Chat:
        """The private chat of a user with a bot, made at the first word."""
        chat = self.private.get((bot_id, user.id))
        if chat is None:
            face = {
                key: value for key, value in user.face.items() if key in ("id", "first_name", "last_name", "username")
            }
            chat = self.private[bot_id, user.id] = Chat(user.id, {**face, "type": "private"})
        return chat

    def add_file(self, name: str, content: bytes, size: int = 0) -> StoredFile:
        stored = StoredFile(self.serial("FILE"), name, content, size or len(content))
        self.files[stored.id] = stored
        return stored

    def add_message(self, chat: Chat, sender: Json | None, content: Json, thread: int = 0) -> Json:
        """Write a message into a chat; in a topic it points at the topic's first message, as on the real one."""
        message: Json = {"message_id": next(chat.ids), "date": int(self.clock()), "chat": chat.face}
        if sender is not None:
            message["from"] = sender
        if thread:
            message["message_thread_id"] = thread
            message["is_topic_message"] = True
            if "reply_to_message" not in content and thread in chat.messages:
                message["reply_to_message"] = chat.messages[thread]
        message.update(content)
        chat.messages[message["message_id"]] = message
        return message

    def message(self, chat: Chat, number: int, complaint: str) -> Json:
        """A message that exists; raises ApiError 400 with `complaint`."""
        found = chat.messages.get(number)
        if found is None:
            raise bad_request(complaint)
        return found
