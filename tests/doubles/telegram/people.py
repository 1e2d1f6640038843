"""Customers as tests see them: they write, press buttons and look at their screen.

What a person does is done at once (no await): the update is queued for the bot before the call returns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.doubles.telegram.chats import member_face
from tests.doubles.telegram.sending import face_of
from tests.doubles.telegram.state import ANONYMOUS, Bot, Chat, Json, Member, Press, User

if TYPE_CHECKING:
    from tests.doubles.telegram.server import FakeTelegram


class FakeMessage:
    """A message on somebody's screen; `raw` is Telegram's JSON and follows later edits."""

    def __init__(self, raw: Json) -> None:
        self.raw = raw

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def thread(self) -> int:
        return int(self.raw.get("message_thread_id", 0))

    @property
    def inline(self) -> list[Json]:
        """The buttons under the message, row by row."""
        rows = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def buttons(self) -> list[str]:
        """Labels of the inline buttons."""
        return [button["text"] for button in self.inline]

    def __repr__(self) -> str:
        return f"<{self.id} {self.raw.get('from', {}).get('first_name')}: {self.text!r} {self.buttons or ''}>"


@dataclass(frozen=True)
class Line:
    """One line of a transcript. `author` is "customer" or "bot"."""

    author: str
    text: str
    message: FakeMessage


class Writer:
    """What customers and staff share: writing into one chat as one person."""

    def __init__(self, fake: "FakeTelegram", user: User, bot: Bot) -> None:
        self.fake, self.user, self.bot = fake, user, bot

    @property
    def id(self) -> int:
        return self.user.id

    def _write(self, chat: Chat, content: Json, thread: int = 0, reply_to: FakeMessage | None = None) -> FakeMessage:
        """Put a message into the chat and tell the bots that may see it."""
        if reply_to is not None:
            quoted = {key: value for key, value in reply_to.raw.items() if key != "reply_to_message"}
            content = {"reply_to_message": quoted} | content
        if str(content.get("text", "")).startswith("/"):
            length = len(content["text"].split()[0])
            content = {"entities": [{"type": "bot_command", "offset": 0, "length": length}]} | content
        anonymous = not chat.private and chat.members[self.id].anonymous
        face = ANONYMOUS if anonymous else self.user.face
        if anonymous:
            content = {"sender_chat": chat.face} | content
        message = self.fake.world.add_message(chat, face, content, thread)
        self.fake.tell(chat, "message", message, self.bot)
        return FakeMessage(message)

    def _edit(self, chat: Chat, message: FakeMessage, content: Json) -> None:
        message.raw.update(content, edit_date=int(self.fake.world.clock()))
        self.fake.tell(chat, "edited_message", message.raw, self.bot)

    def _file(self, kind: str, name: str, content: bytes, size: int = 0) -> Json:
        return face_of(kind, self.fake.world.add_file(name, content, size))

    def _press(self, message: FakeMessage, data: str) -> Press:
        world = self.fake.world
        press = Press(world.serial("press"), self.bot.id, self.user, message.raw, data, world.clock())
        world.presses[press.id] = press
        body = {
            "id": press.id,
            "from": self.user.face,
            "message": dict(message.raw),
            "chat_instance": str(message.raw["chat"]["id"]),
            "data": data,
        }
        self.bot.mailroom.add("callback_query", body, message.raw["chat"]["id"])
        return press


class FakeUser(Writer):
    """A customer in a private chat with the bot."""

    @property
    def chat(self) -> Chat:
        return self.fake.world.private_chat(self.bot.id, self.user)

    def says(self, text: str, reply_to: FakeMessage | None = None) -> FakeMessage:
        return self._sends({"text": text}, reply_to)

    def _sends(self, content: Json, reply_to: FakeMessage | None = None) -> FakeMessage:
        self.user.started.add(self.bot.id)
        return self._write(self.chat, content, 0, reply_to)

    def sends_photo(self, caption: str = "", album: str = "") -> FakeMessage:
        extra = {"caption": caption} if caption else {}
        extra |= {"media_group_id": album} if album else {}
        return self._sends(self._file("photo", "photo.jpg", b"\xff\xd8\xff photo") | extra)

    def sends_album(self, count: int = 3, caption: str = "") -> list[FakeMessage]:
        """`count` photos as one album; the caption is on the first, as Telegram's clients do."""
        group = self.fake.world.serial("album")
        return [self.sends_photo(caption if number == 0 else "", group) for number in range(count)]

    def sends_voice(self, seconds: int = 3, sound: bytes = b"OggS voice", size: int = 0) -> FakeMessage:
        """`sound` is the file's content; `size` claims another one than it has."""
        content = self._file("voice", "voice.ogg", sound, size)
        content["voice"]["duration"] = seconds
        return self._sends(content)

    def sends_document(self, name: str, content: bytes, size: int = 0, caption: str = "") -> FakeMessage:
        """`size` claims another size than the content has: too large a file without the bytes."""
        return self._sends(self._file("document", name, content, size) | ({"caption": caption} if caption else {}))

    def sends_sticker(self, emoji: str) -> FakeMessage:
        content = self._file("sticker", "sticker.webp", b"RIFF sticker")
        content["sticker"]["emoji"] = emoji
        return self._sends(content)

    def sends_location(self, latitude: float = 10.77, longitude: float = 106.7) -> FakeMessage:
        return self._sends({"location": {"latitude": latitude, "longitude": longitude}})

    def sends(self, **content: Any) -> FakeMessage:
        """Any other content, as Telegram's JSON: sends(dice={"emoji": "🎲", "value": 3})."""
        return self._sends(content)

    def shares_phone(self, number: str, own: bool = True) -> FakeMessage:
        """Share a contact: one's own, as the one-tap button does, or somebody else's."""
        owner = self.id if own else self.fake.world.add_user("Somebody Else").id
        contact = {"phone_number": number, "first_name": self.user.face["first_name"], "user_id": owner}
        return self._sends({"contact": contact})

    def edits(self, message: FakeMessage, text: str) -> None:
        self._edit(self.chat, message, {"caption" if "caption" in message.raw else "text": text})

    def presses(self, wanted: str, message: FakeMessage | None = None) -> Press | FakeMessage:
        """Press the newest button with that label or data; a keyboard button says its label or shares the phone."""
        on_screen = [message] if message else list(reversed(self.heard))
        for shown in on_screen:
            for button in shown.inline:
                if wanted in (button["text"], button.get("callback_data")):
                    return self._press(shown, button["callback_data"])
        for button in self.keyboard:
            if button["text"] == wanted:
                if self.chat.keyboard.get("one_time_keyboard"):
                    self.chat.keyboard = {}
                return self.shares_phone(self.user.phone) if button.get("request_contact") else self.says(wanted)
        labels = [label for shown in on_screen[:3] for label in shown.buttons] + [key["text"] for key in self.keyboard]
        raise AssertionError(f"no button {wanted!r}; on screen: {labels}")

    def forges(self, data: str, message: FakeMessage | None = None) -> Press:
        """Press a button that was never there."""
        return self._press(message or self.heard[-1], data)

    @property
    def keyboard(self) -> list[Json]:
        """The reply keyboard on screen now."""
        rows = self.chat.keyboard.get("keyboard", [])
        return [{"text": key} if isinstance(key, str) else key for row in rows for key in row]

    @property
    def heard(self) -> list[FakeMessage]:
        """What the bot said to this customer, oldest first, as it stands now."""
        return [message for message in messages_in(self.chat) if message.raw["from"]["id"] == self.bot.id]

    def transcript(self) -> list[Line]:
        """Both sides of the conversation, oldest first."""
        return [
            Line("bot" if message.raw["from"]["id"] == self.bot.id else "customer", message.text, message)
            for message in messages_in(self.chat)
        ]

    def reacts(self, message: FakeMessage, emoji: str) -> None:
        body = {"chat": self.chat.face, "message_id": message.id, "user": self.user.face, "old_reaction": [],
                "date": int(self.fake.world.clock()), "new_reaction": [{"type": "emoji", "emoji": emoji}]}  # fmt: skip
        self.bot.mailroom.add("message_reaction", body, self.chat.id)

    def blocks_bot(self) -> None:
        self.user.blocked.add(self.bot.id)
        self._membership("member", "kicked")

    def unblocks_bot(self) -> None:
        self.user.blocked.discard(self.bot.id)
        self._membership("kicked", "member")

    def _membership(self, old: str, new: str) -> None:
        faces = [member_face(Member(self.bot.user, status)) for status in (old, new)]
        body = {"chat": self.chat.face, "from": self.user.face, "date": int(self.fake.world.clock()),
                "old_chat_member": faces[0], "new_chat_member": faces[1]}  # fmt: skip
        self.bot.mailroom.add("my_chat_member", body, self.chat.id)


def messages_in(chat: Chat) -> Iterator[FakeMessage]:
    return (FakeMessage(raw) for raw in list(chat.messages.values()))


def is_said(message: FakeMessage) -> bool:
    return not any(key.startswith("forum_topic_") for key in message.raw)
