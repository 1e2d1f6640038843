"""The staff group as tests see it: topics, members who write and press, and what happens to a group."""

from typing import TYPE_CHECKING, Any

from tests.doubles.telegram.chats import member_face, remove_topic
from tests.doubles.telegram.people import FakeMessage, Writer, is_said, messages_in
from tests.doubles.telegram.state import ANONYMOUS, BOT_RIGHTS, Bot, Chat, Member, Press, Topic, User

if TYPE_CHECKING:
    from tests.doubles.telegram.server import FakeTelegram


class FakeTopic:
    """One topic of a forum as its members see it."""

    def __init__(self, forum: "FakeForum", topic: Topic) -> None:
        self._forum, self._topic = forum, topic

    @property
    def id(self) -> int:
        return self._topic.id

    @property
    def name(self) -> str:
        return self._topic.name

    @property
    def closed(self) -> bool:
        return self._topic.closed

    @property
    def messages(self) -> list[FakeMessage]:
        """What was written here, oldest first, service messages left out."""
        return [shown for shown in self._forum.messages if shown.thread == self.id and is_said(shown)]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    def __repr__(self) -> str:
        return f"<topic {self.id} {self.name!r}>"


class FakeStaff(Writer):
    """A member of the staff group."""

    def __init__(self, forum: "FakeForum", user: User) -> None:
        super().__init__(forum.fake, user, forum.bot)
        self._forum = forum

    def writes(self, topic: FakeTopic | None, text: str, reply_to: FakeMessage | None = None) -> FakeMessage:
        """Write into a topic, or into General when there is none."""
        return self._write(self._forum.chat, {"text": text}, topic.id if topic else 0, reply_to)

    def sends_photo(self, topic: FakeTopic | None, caption: str = "", album: str = "") -> FakeMessage:
        content = self._file("photo", "photo.jpg", b"\xff\xd8\xff photo")
        content |= {"caption": caption} if caption else {}
        content |= {"media_group_id": album} if album else {}
        return self._write(self._forum.chat, content, topic.id if topic else 0)

    def sends(self, topic: FakeTopic | None, **content: Any) -> FakeMessage:
        """Any other content, as Telegram's JSON."""
        return self._write(self._forum.chat, content, topic.id if topic else 0)

    def edits(self, message: FakeMessage, text: str) -> None:
        self._edit(self._forum.chat, message, {"caption" if "caption" in message.raw else "text": text})

    def presses(self, where: FakeTopic | FakeMessage, wanted: str) -> Press:
        """Press a button by label (or its beginning) or data, the newest of a topic or one of a given message."""
        shown = [where] if isinstance(where, FakeMessage) else list(reversed(where.messages))
        for message in shown:
            for button in message.inline:
                if button["text"].startswith(wanted) or button.get("callback_data") == wanted:
                    return self._press(message, button["callback_data"])
        raise AssertionError(f"no button {wanted!r} among {[label for message in shown for label in message.buttons]}")

    def forges(self, message: FakeMessage, data: str) -> Press:
        """Press a button that was never there."""
        return self._press(message, data)

    def creates_topic(self, name: str) -> FakeTopic:
        message = self._write(self._forum.chat, {"forum_topic_created": {"name": name, "icon_color": 7322096}})
        message.raw |= {"message_thread_id": message.id, "is_topic_message": True}
        self._forum.chat.topics[message.id] = Topic(message.id, name, self.id)
        return FakeTopic(self._forum, self._forum.chat.topics[message.id])

    def closes(self, topic: FakeTopic) -> None:
        self._forum.chat.topics[topic.id].closed = True
        self._write(self._forum.chat, {"forum_topic_closed": {}}, topic.id)


class FakeForum:
    """The staff group: a supergroup, usually with topics, in which the bot usually is an administrator."""

    def __init__(self, fake: "FakeTelegram", chat: Chat, bot: Bot) -> None:
        self.fake, self.chat, self.bot = fake, chat, bot

    @property
    def id(self) -> int:
        return self.chat.id

    def member(self, name: str, admin: bool = False, anonymous: bool = False, creator: bool = False) -> FakeStaff:
        status = "creator" if creator else "administrator" if admin or anonymous else "member"
        user = self.fake.world.add_user(name, username=name.lower().replace(" ", "_"))
        rights = frozenset(BOT_RIGHTS) if status != "member" else frozenset()
        self.chat.members[user.id] = Member(user, status, rights, anonymous)
        return FakeStaff(self, user)

    def bot_rights(self, *rights: str, status: str = "administrator") -> None:
        """Set what the bot may do here and tell it: bot_rights() takes all rights, status="left" removes it."""
        before = self.chat.members.get(self.bot.id) or Member(self.bot.user, "left")
        after = self.chat.members[self.bot.id] = Member(self.bot.user, status, frozenset(rights))
        body = {"chat": self.chat.face, "from": ANONYMOUS, "date": int(self.fake.world.clock()),
                "old_chat_member": member_face(before), "new_chat_member": member_face(after)}  # fmt: skip
        self.bot.mailroom.add("my_chat_member", body, self.id)

    @property
    def topics(self) -> list[FakeTopic]:
        """The topics that exist, in order of creation."""
        return [FakeTopic(self, topic) for topic in self.chat.topics.values() if not topic.deleted]

    def topic(self, name: str) -> FakeTopic:
        """The topic whose name contains `name`."""
        for topic in self.topics:
            if name in topic.name:
                return topic
        raise AssertionError(f"no topic {name!r} among {[topic.name for topic in self.topics]}")

    def delete_topic(self, topic: FakeTopic) -> None:
        """A member deletes a topic: the bot is not told."""
        remove_topic(self.chat, self.chat.topics[topic.id])

    @property
    def messages(self) -> list[FakeMessage]:
        """Everything in the group, service messages included."""
        return list(messages_in(self.chat))

    @property
    def general(self) -> list[FakeMessage]:
        """What was written outside of topics."""
        return [message for message in self.messages if not message.thread and is_said(message)]

    def migrates(self) -> "FakeForum":
        """The group gets a new id, as an upgraded group does; the old one answers with `migrate_to_chat_id`."""
        old, new = self.chat, self.fake.world.add_group(self.chat.face["title"], self.chat.forum)
        new.members = old.members
        old.migrated_to = new.id
        note = self.fake.world.add_message(old, ANONYMOUS, {"migrate_to_chat_id": new.id})
        self.bot.mailroom.add("message", note, old.id)
        note = self.fake.world.add_message(new, ANONYMOUS, {"migrate_from_chat_id": old.id})
        self.bot.mailroom.add("message", note, new.id)
        return FakeForum(self.fake, new, self.bot)
