"""Every kind of update and message aiogram knows, made up from its own types: `Kinds(seed)` always makes the same.

For property tests: `st.integers(0, 2**32).map(lambda seed: Kinds(seed).update())`.
"""

import random
import time
import types
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from aiogram.types import Chat, InaccessibleMessage, Message, Update, User
from pydantic import BaseModel
from pydantic.fields import FieldInfo

Json = dict[str, Any]

TEXTS = (
    "Xin chào shop", "đơn của mình đâu rồi???", "don hang cua toi bi tre 3 ngay roi", "WHERE IS MY ORDER!!!", "ok",
    "", " ", "\u200b\u200d\u2060", "/start", "/start deep-link", "/unknown@shop_bot", "<b>x</b> & <script>", "😡😡😡",
    "{{ 7 * 7 }}", "{% for x in range(10**9) %}", "'; DROP TABLE customer; --", "مرحبا 👋 שלום", "🏳️‍🌈👨‍👩‍👧‍👦",
    "e\u0301 Ti\u00ea\u0301ng", "A" * 4096, "ạ" * 4096, "gặp nhân viên", "huỷ bỏ", "1", "+84900001234", "1001 1234",
    "https://example.com/?q=1", "\n\n\n", "\ufffe",
)  # fmt: skip
DATA = ("", "x", "m:help", "why:SKU", ":::", "ạ" * 21, "{}", "case:1:claim", "-1", "level:full", "0" * 64)

# What a message says about itself, as opposed to what it carries.
_FRAME = {
    "message_id", "date", "chat", "from_user", "message_thread_id", "is_topic_message", "sender_chat", "caption",
    "caption_entities", "entities", "media_group_id", "edit_date", "reply_to_message", "show_caption_above_media",
}  # fmt: skip
CONTENT = tuple(name for name in Message.model_fields if name not in _FRAME)
UPDATES = tuple(name for name in Update.model_fields if name != "update_id")
_MESSAGES = tuple(name for name in UPDATES if Message in get_args(Update.model_fields[name].annotation))
_SIMPLE = 3  # nesting from which on only what is required is filled in


class Kinds:
    """A seeded maker of updates. `users` and `groups` are the chats they come from, or made up ones."""

    def __init__(self, seed: int = 0, users: Sequence[int] = (), groups: Sequence[int] = ()) -> None:
        self._dice = random.Random(seed)
        self._users = tuple(users) or tuple(range(6_000_000_001, 6_000_000_009))
        self._groups = tuple(groups) or (-1_001_234_567_890,)

    def update(self) -> Json:
        """A random update without its id: mostly messages, often edits and presses, at times anything else."""
        kind = self._dice.choices(
            ("message", "edited_message", "callback_query", self._dice.choice(UPDATES)), (70, 8, 12, 10)
        )[0]
        return {kind: self._body(kind)}

    def every(self) -> Iterator[tuple[str, Json]]:
        """One update of each kind, and one message with each content field, each with its name."""
        for kind in UPDATES:
            yield kind, {kind: self._body(kind)}
        for content in CONTENT:
            yield f"message.{content}", {"message": self.message(content)}

    def message(self, content: str = "") -> Json:
        """A message that carries `content` (a field of aiogram's Message), or a random one."""
        name = content or self._dice.choices(("text", self._dice.choice(CONTENT)), (40, 60))[0]
        body = self._frame()
        if name not in ("text", "contact", "location"):
            body |= self._maybe("caption", self._text) | self._maybe("media_group_id", lambda: "album1")
        body |= self._maybe("reply_to_message", lambda: {**self._frame(), "text": self._text()})
        field = Message.model_fields[name]
        body[field.alias or name] = self._value(field.annotation, name, 1)
        return body

    def _body(self, kind: str) -> Any:
        if kind in _MESSAGES:
            return self.message() | ({"edit_date": int(time.time())} if kind.startswith("edited") else {})
        body = self._value(Update.model_fields[kind].annotation, kind, 0)
        if kind == "callback_query":
            body = {"id": str(self._number()), "from": self._user(), "chat_instance": "1"}
            body |= self._maybe("data", lambda: self._dice.choice(DATA)) | self._maybe("message", self._pressed)
        return body

    def _pressed(self) -> Json:
        if self._dice.random() < 0.2:
            return {"chat": self._chat(), "message_id": self._number(), "date": 0}
        return {**self._frame(), "text": self._text()}

    def _frame(self) -> Json:
        chat = self._chat()
        user = self._user()
        if chat["type"] == "private":
            user["id"] = chat["id"]
        frame: Json = {"message_id": self._number(), "date": int(time.time()), "chat": chat, "from": user}
        if chat["type"] != "private" and self._dice.random() < 0.7:
            frame |= {"message_thread_id": self._dice.randint(1, 50), "is_topic_message": True}
        if self._dice.random() < 0.03:
            del frame["from"]
        return frame

    def _maybe(self, name: str, make: Any) -> Json:
        return {name: make()} if self._dice.random() < 0.25 else {}

    # -- values by type

    def _value(self, annotation: Any, name: str, depth: int) -> Any:
        origin, inner = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._value(inner[0], name, depth)
        if origin is Literal:
            return self._dice.choice(inner)
        if origin in (Union, types.UnionType):
            return self._one_of(inner, name, depth)
        if origin is list:
            return [self._value(inner[0], name, depth + 1) for _ in range(self._dice.randint(1, 2))]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self._object(annotation, depth)
        return self._scalar(annotation)

    def _one_of(self, members: tuple[Any, ...], name: str, depth: int) -> Any:
        """Any member but None; deep down the plainest."""
        members = tuple(member for member in members if member is not type(None) and not _outgoing(member))
        plain = [member for member in members if member in (str, int)]
        if plain and depth >= _SIMPLE:
            return self._scalar(plain[0])
        return self._value(self._dice.choice(members), name, depth)

    def _object(self, kind: type[BaseModel], depth: int) -> Json:
        if kind is Chat:
            return self._chat()
        if kind is User:
            return self._user()
        if kind is Message:
            return {**self._frame(), "text": self._text()}
        if kind is InaccessibleMessage:
            return {"chat": self._chat(), "message_id": self._number(), "date": 0}
        return {
            field.alias or name: self._field(field, name, depth)
            for name, field in kind.model_fields.items()
            if field.is_required() or _named(field) or (depth < _SIMPLE and self._dice.random() < 0.4)
        }

    def _field(self, field: FieldInfo, name: str, depth: int) -> Any:
        if _named(field):
            return field.default
        return self._value(field.annotation, name, depth + 1)

    def _scalar(self, kind: Any) -> Any:
        if kind is bool:
            return self._dice.random() < 0.5
        if kind is int:
            return self._number()
        if kind is float:
            return self._dice.uniform(-90, 90)
        return int(time.time()) if kind is datetime else self._text()

    def _number(self) -> int:
        return self._dice.choice((0, 1, 2, self._dice.randint(3, 10**6), 2**31, 2**52 - 1))

    def _text(self) -> str:
        return self._dice.choice(TEXTS)

    def _user(self) -> Json:
        user: Json = {"id": self._dice.choice(self._users), "is_bot": self._dice.random() < 0.05}
        user["first_name"] = self._dice.choice(("Lan", "Minh", "<i>", "​", "A" * 64, "🌸"))
        user |= self._maybe("last_name", self._text) | self._maybe("username", lambda: "someone")
        return user | self._maybe("language_code", lambda: self._dice.choice(("vi", "en", "de", "zh-hans", "")))

    def _chat(self) -> Json:
        kind = self._dice.choices(("private", "supergroup", "group", "channel"), (80, 14, 3, 3))[0]
        if kind == "private":
            return {"id": self._dice.choice(self._users), "type": kind, "first_name": "Lan"}
        if kind == "supergroup":
            return {"id": self._dice.choice(self._groups), "type": kind, "title": "Staff", "is_forum": True}
        return {"id": -self._dice.randint(1, 10**9), "type": kind, "title": "Elsewhere"}


def _named(field: FieldInfo) -> bool:
    """A field that names its own variant: `type`, `status`, `source` with a fixed default."""
    return get_origin(field.annotation) is Literal and field.default in get_args(field.annotation)


def _outgoing(member: Any) -> bool:
    return getattr(member, "__name__", "") == "Default"
