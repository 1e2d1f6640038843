"""Addresses: conversations and lanes as strings, taken from raw updates without parsing them whole."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.intake.update import Update

CHANNEL = "telegram"


def address(bot: str, chat: int | str) -> str:
    """The conversation with one customer, or the lane of one group."""
    return f"{CHANNEL}:{bot}:{chat}"


def chat_of(where: str) -> int:
    """The chat of a conversation or lane. Raises ValueError where it is none of Telegram's."""
    channel, _, chat = where.split(":")[:3]
    if channel != CHANNEL:
        raise ValueError(f"{where} is no Telegram address")
    return int(chat)


def update_of(brand: str, bot: str, raw: Mapping[str, Any], received_at: datetime) -> Update:
    """A raw update for the bus. Raises ValueError when it has no update_id, which Telegram's always have."""
    number = raw.get("update_id")
    if not isinstance(number, int):
        raise ValueError("an update without update_id")
    return Update(brand, bot, str(number), CHANNEL, conversation_of(bot, raw), dict(raw), received_at)


def conversation_of(bot: str, raw: Mapping[str, Any]) -> str:
    """What order is kept within: the customer's chat, a topic of a group, or the person behind the update."""
    event = next((value for value in raw.values() if isinstance(value, Mapping)), {})
    message = _mapping(event, "message") or event
    chat = _mapping(message, "chat")
    if chat.get("type") in ("group", "supergroup"):
        return f"{address(bot, _id(chat))}:{_id(message, 'message_thread_id')}"
    person = chat or _mapping(event, "from") or _mapping(event, "user")
    return address(bot, _id(person))


def _mapping(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, Mapping) else {}


def _id(value: Mapping[str, Any], key: str = "id") -> int:
    found = value.get(key)
    return found if isinstance(found, int) else 0
