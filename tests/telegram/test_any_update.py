"""Whatever Telegram may send: nothing raises, no inbox row is lost."""

import random
import types
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from aiogram.types import Message, Update
from pydantic import BaseModel

from tests.telegram.conftest import Room

DEPTH = 3
_TEXTS = ["", "hi", "/start x", "/", "//", "Đơn đâu?", "\x00", "👍🏽", "a" * 4096, "p|d|x|AAAAAAAA", "-1"]


class Inventor:
    """Makes up values for aiogram's own types, from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def update(self, kind: str, number: int) -> dict[str, Any]:
        """An update of `kind` with made-up content."""
        made = self.value(Update.model_fields[kind].annotation, DEPTH)
        return {"update_id": number, kind: made}

    def message(self, kind: str, chat: dict[str, Any]) -> dict[str, Any]:
        """A message in `chat` that carries `kind`."""
        base = {"message_id": self.random.randrange(1, 99), "date": 1_770_000_000, "chat": chat}
        sender = {"id": abs(chat["id"]), "is_bot": False, "first_name": "X"}
        return {**base, "from": sender, kind: self.value(Message.model_fields[kind].annotation, DEPTH)}

    def value(self, kind: Any, depth: int) -> Any:
        origin = get_origin(kind)
        if origin is Annotated:
            return self.value(get_args(kind)[0], depth)
        if origin in (Union, types.UnionType):
            return self.value(self.random.choice([one for one in get_args(kind) if one is not type(None)]), depth)
        if origin is list:
            return [self.value(get_args(kind)[0], depth - 1) for _ in range(self.random.randrange(0, 3))]
        if origin is Literal:
            return self.random.choice(get_args(kind))
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self.model(kind, depth)
        return self.plain(kind)

    def model(self, kind: type[BaseModel], depth: int) -> dict[str, Any]:
        made = {}
        for name, field in kind.model_fields.items():
            wanted = field.is_required() or (depth > 0 and self.random.random() < 0.3)
            if wanted:
                made[field.alias or name] = self.value(field.annotation, depth - 1)
        return made

    def plain(self, kind: Any) -> Any:
        if kind is bool:
            return self.random.choice([True, False])
        if kind is int:
            return self.random.choice([0, 1, -1, 7, 2**53, -1001])
        if kind is float:
            return self.random.choice([0.0, -1.5, 91.0])
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self.random.choice(list(kind)).value
        if isinstance(kind, type) and issubclass(kind, datetime):
            return 1_770_000_000
        return self.random.choice(_TEXTS)


async def test_every_update_kind_and_every_message_kind(room: Room) -> None:
    forum = room.fake.staff_group()
    await room.bind(forum)
    private = {"id": 5_000_000_001, "type": "private", "first_name": "X"}
    inventor = Inventor(20260302)
    numbers = iter(range(1, 10_000))
    kinds = [name for name in Update.model_fields if name != "update_id"]
    contents = [name for name in Message.model_fields if name not in ("message_id", "date", "chat", "from_user")]
    updates = [inventor.update(kind, next(numbers)) for kind in kinds for _ in range(4)]
    for chat in (private, {**forum.chat.face}):
        for content in contents:
            for kind in ("message", "edited_message"):
                updates.append({"update_id": next(numbers), kind: inventor.message(content, chat)})
    for raw in updates:
        row = await room.take(raw)
        stored = await room.row(row)
        assert (stored.state == "waiting") == (row in room.turns.rows), raw
    assert len(room.turns.heard) > 50
