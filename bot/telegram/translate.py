"""From Telegram's messages to the house's values. Pure."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Contact, Message, User

from bot.domain.incoming import Attachment, AttachmentKind, Incoming, Press, Sender
from bot.reply.commands import Asked
from bot.telegram.address import CHANNEL, address

# The command that a whole text is: /name, a menu button's label, or plain words.
CommandOf = Callable[[str], Asked | None]

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)

# What a customer can send besides text. Anything else that Telegram calls content is something nobody can read here.
_FILES = {
    ContentType.VIDEO: AttachmentKind.VIDEO,
    ContentType.VOICE: AttachmentKind.VOICE,
    ContentType.AUDIO: AttachmentKind.AUDIO,
    ContentType.VIDEO_NOTE: AttachmentKind.VIDEO_NOTE,
    ContentType.DOCUMENT: AttachmentKind.DOCUMENT,
    ContentType.ANIMATION: AttachmentKind.ANIMATION,
    ContentType.LIVE_PHOTO: AttachmentKind.PHOTO,
}
_UNREADABLE = frozenset(
    {
        *(ContentType.POLL, ContentType.DICE, ContentType.GAME, ContentType.STORY, ContentType.PAID_MEDIA),
        *(ContentType.CHECKLIST, ContentType.INVOICE, ContentType.GIVEAWAY, ContentType.USERS_SHARED),
        *(ContentType.CHAT_SHARED, ContentType.WEB_APP_DATA, ContentType.RICH_MESSAGE, ContentType.UNKNOWN),
    }
)


def incoming_from(message: Message, brand: str, bot: str, command_of: CommandOf) -> Incoming | None:
    """A customer's message; None for Telegram's own remarks (a pinned message, a changed timer) that nobody said."""
    attachments = attachments_of(message)
    text = message.text or message.caption or ""
    if not text and not attachments:
        return None
    said = Incoming(
        brand=brand,
        channel=CHANNEL,
        conversation=address(bot, message.chat.id),
        sender=_sender(message.chat.id, message.from_user),
        at=message.date.astimezone(UTC),
        text=text,
        attachments=attachments,
        messages=(str(message.message_id),),
        album=message.media_group_id or "",
    )
    asked = command_of(text) if message.text else None
    if asked is None:
        return said
    return replace(said, command=asked.command, argument=asked.argument, menu_language=asked.menu_language)


def edited_from(message: Message, brand: str, bot: str) -> Incoming | None:
    """An edit that changed words. None for the others: a moving location, a loaded link preview."""
    said = incoming_from(message, brand, bot, lambda _: None)
    if said is None or not said.text:
        return None
    at = datetime.fromtimestamp(message.edit_date, UTC) if message.edit_date else said.at
    return replace(said, at=at, edits=said.messages[0])


def press_from(query: CallbackQuery, press: Press, brand: str, bot: str, at: datetime) -> Incoming:
    """A pressed button, in the customer's private chat."""
    return Incoming(
        brand=brand,
        channel=CHANNEL,
        conversation=address(bot, query.from_user.id),
        sender=_sender(query.from_user.id, query.from_user),
        at=at,
        press=press,
    )


def command_in(text: str) -> tuple[str, str]:
    """The word and the rest of "/word rest"; empty strings when it is no command."""
    match = _COMMAND.fullmatch(text.strip())
    return (match[1].lower(), (match[2] or "").strip()) if match else ("", "")


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """What a message carries besides text; nothing for a service message."""
    kind = message.content_type
    if kind in _FILES:
        file = getattr(message, kind)
        name, seconds = getattr(file, "file_name", None) or "", getattr(file, "duration", None) or 0
        return (Attachment(_FILES[ContentType(kind)], _file_id(file), file_name=name, seconds=seconds),)
    if message.photo:
        return (Attachment(AttachmentKind.PHOTO, message.photo[-1].file_id),)
    if message.sticker:
        return (Attachment(AttachmentKind.STICKER, message.sticker.file_id, emoji=message.sticker.emoji or ""),)
    if message.contact:
        return (Attachment(AttachmentKind.CONTACT, phone=_own_phone(message.contact, message.from_user)),)
    if message.location:
        return (Attachment(AttachmentKind.LOCATION),)
    if kind in _UNREADABLE:
        return (Attachment(AttachmentKind.OTHER, emoji=message.dice.emoji if message.dice else ""),)
    return ()


def _sender(chat: int, user: User | None) -> Sender:
    """In a private chat the chat is the person; the user's fields only add how they are called."""
    if user is None:
        return Sender(str(chat))
    return Sender(str(chat), user.full_name.strip(), user.language_code or "")


def _own_phone(contact: Contact, user: User | None) -> str:
    """The number in E.164, only when Telegram vouches that it is the sender's own."""
    if user is None or contact.user_id != user.id:
        return ""
    digits = re.sub(r"\D", "", contact.phone_number)
    return f"+{digits}" if digits else ""


def _file_id(file: object) -> str:
    return str(getattr(file, "file_id", ""))
