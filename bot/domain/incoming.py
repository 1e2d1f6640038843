"""What a customer said in one turn, as it came in. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nlp.types import Unheard


class AttachmentKind(StrEnum):
    """What a message can carry besides text; the names are Telegram's."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO_NOTE = "video_note"
    DOCUMENT = "document"
    ANIMATION = "animation"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment. `remote_id` is the channel's file id; `emoji` a sticker's; `phone` a shared contact's.

    `phone` is set only when the channel vouches that the contact is the sender's own. What was spoken has `seconds`
    and, where a recogniser listened, its words as `transcript`, or why there are none; `anger` is the voice's, 0..1.
    """

    kind: AttachmentKind
    remote_id: str = ""
    emoji: str = ""
    file_name: str = ""
    phone: str = ""
    seconds: int = 0
    transcript: str = ""
    unheard: Unheard | None = None
    anger: float | None = None  # for the reading alone: like moods, it is not kept with the words


class Action(StrEnum):
    """What a button does. The channel packs it with its value; the core checks rights again."""

    MENU = "menu"  # value: a Command
    LANGUAGE = "language"  # value: en | vi
    ADDRESS = "address"  # value: an AddressForm
    LEVEL = "level"  # value: a PersonalisationLevel
    IMPROVE = "improve"  # value: "yes" | "no", may corrected messages teach the reader
    WHY = "why"  # value: sku
    NOT_INTERESTED = "not_interested"  # value: sku
    DETAILS = "details"  # value: sku
    CHOOSE = "choose"  # value: an option of the pending question
    CONFIRM = "confirm"  # value: "yes" | "no", for the pending question
    FORGET = "forget"  # value: "yes" | "no"
    HUMAN = "human"
    RATE = "rate"  # value: "1".."5"


class Command(StrEnum):
    """What a customer can ask for by /command, menu button or plain words."""

    START = "start"
    HELP = "help"
    LANGUAGE = "language"
    HUMAN = "human"
    PRIVACY = "privacy"
    MYDATA = "mydata"
    FORGET = "forget"
    STOP = "stop"  # no more suggestions
    ADDRESS = "address"  # how shall we call you?
    REQUESTS = "requests"  # what became of my requests?
    CANCEL = "cancel"  # leave the question that is being asked


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button."""

    action: Action
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, as the channel knows them. `external_id` is unique within the channel."""

    external_id: str
    name: str = ""
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one customer said in one turn: a burst or an album is joined into one.

    `conversation` is the channel-scoped address, such as "telegram:777:12345" or "web:3f2a".
    `messages` are the channel's ids of the joined messages, in order.
    """

    brand: str
    channel: str
    conversation: str
    sender: Sender
    at: datetime
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    press: Press | None = None
    command: Command | None = None
    argument: str = ""  # what followed the command: /start <token>
    messages: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()  # the words of each of the messages, where several were joined
    album: str = ""  # the channel's album id, if the message is part of one
    edits: str = ""  # the id of the message this one replaces
    menu_language: str = ""  # language of the pressed menu button, if any
