"""The people who work for the shop, their keys, and their group: topics, and messages with their copies."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import col

from storage.repository import Repository, table, values_of
from storage.sqlite import QUICK
from storage.tables import MessageLink, Staff, StaffGroup, StaffTopic, Token, now_utc

_TOKENS, _GROUPS, _TOPICS, _LINKS = table(Token), table(StaffGroup), table(StaffTopic), table(MessageLink)
_GROUP_OF = select(StaffGroup).where(col(StaffGroup.brand) == bindparam("brand")).execution_options(**QUICK)
_TOPIC_OF = (
    select(StaffTopic)
    .where(col(StaffTopic.brand) == bindparam("brand"), col(StaffTopic.conversation) == bindparam("conversation"))
    .execution_options(**QUICK)
)
_SPOKEN_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no signs that look or sound alike


class StaffDesk(Repository):
    # ---- people ----

    async def get(self, brand: str, staff_id: str) -> Staff | None:
        """The member of staff with this id."""
        return await self._first(select(Staff).where(col(Staff.brand) == brand, col(Staff.id) == staff_id))

    async def by_login(self, brand: str, login: str) -> Staff | None:
        """The member with this login name, also one who was switched off."""
        if not login:
            return None
        named = select(Staff).where(col(Staff.brand) == brand, col(Staff.login) == login)
        return await self._first(named.order_by(col(Staff.active).desc()))

    async def by_telegram(self, brand: str, telegram_id: str) -> Staff | None:
        """The member with this Telegram user id, also one who was switched off."""
        if not telegram_id:
            return None
        known = select(Staff).where(col(Staff.brand) == brand, col(Staff.telegram_id) == telegram_id)
        return await self._first(known.order_by(col(Staff.active).desc()))

    async def all(self, brand: str) -> list[Staff]:
        """Everybody, by name."""
        return await self._all(select(Staff).where(col(Staff.brand) == brand).order_by(col(Staff.name), col(Staff.id)))

    async def add(self, staff: Staff) -> Staff:
        """A new member of staff."""
        return await self._add(staff)

    async def set(self, brand: str, staff_id: str, **fields: object) -> bool:
        """Change columns of a member of staff; False when there is none."""
        person = update(table(Staff)).where(table(Staff).c.brand == brand, table(Staff).c.id == staff_id)
        return await self._write(person.values(**fields)) > 0

    # ---- keys: logins, sessions, binding codes ----

    async def issue(self, brand: str, kind: str, staff_id: str, expires_at: datetime) -> str:
        """A new token in clear, told once: only its hash is stored. A `bind` code is short enough to type."""
        short = "".join(secrets.choice(_SPOKEN_SIGNS) for _ in range(10))
        token = short if kind == "bind" else secrets.token_urlsafe(32)
        stored = Token(hash=_hash(token), brand=brand, kind=kind, staff_id=staff_id, expires_at=expires_at)
        await self._write(table(Token).insert(), values_of(stored))
        return token

    async def redeem(self, kind: str, token: str) -> Staff | None:
        """Use a one-time token up; who it was issued to, or None when it is unknown, used or too old."""
        now = now_utc()
        used = (
            update(_TOKENS)
            .where(_TOKENS.c.hash == _hash(token), _TOKENS.c.kind == kind)
            .where(_TOKENS.c.used_at.is_(None), _TOKENS.c.expires_at > now)
            .values(used_at=now)
            .returning(_TOKENS.c.staff_id)
        )
        staff_id = await self._session.scalar(used)
        return await self._first(select(Staff).where(col(Staff.id) == staff_id, col(Staff.active)))

    async def session(self, token: str) -> Staff | None:
        """Whose session this is, while it lasts."""
        return await self._first(
            select(Staff)
            .join(Token, col(Token.staff_id) == col(Staff.id))
            .where(col(Token.hash) == _hash(token), col(Token.kind) == "session", col(Token.expires_at) > now_utc())
            .where(col(Staff.active))
        )

    async def has_session(self, staff_id: str) -> bool:
        """Whether this member has ever logged in."""
        sessions = select(_TOKENS.c.hash).where(_TOKENS.c.staff_id == staff_id, _TOKENS.c.kind == "session")
        return await self._session.scalar(sessions.limit(1)) is not None

    async def revoke(self, token: str) -> None:
        """End a session, or take back a token."""
        await self._write(delete(_TOKENS).where(_TOKENS.c.hash == _hash(token)))

    async def revoke_all(self, staff_id: str) -> None:
        """End everything a member of staff is logged in with."""
        await self._write(delete(_TOKENS).where(_TOKENS.c.staff_id == staff_id))

    # ---- the group and its topics ----

    async def group(self, brand: str) -> StaffGroup | None:
        """The brand's staff group."""
        return await self._first(_GROUP_OF, {"brand": brand})

    async def bind(self, brand: str, bot: str, chat: str, bound_by: str) -> None:
        """Make this chat the brand's staff group. Topics of another group are forgotten."""
        await self._write(delete(_TOPICS).where(_TOPICS.c.brand == brand, _TOPICS.c.chat != chat))
        group = StaffGroup(brand=brand, bot=bot, chat=chat, bound_by=bound_by)
        bound = self._upsert(StaffGroup).values(values_of(group))
        changed = {name: bound.excluded[name] for name in ("bot", "chat", "bound_by", "bound_at")}
        await self._write(bound.on_conflict_do_update(index_elements=["brand"], set_=changed))

    async def move_group(self, old: str, new: str) -> None:
        """Telegram gave the group a new chat id (it became a supergroup)."""
        await self._write(update(_GROUPS).where(_GROUPS.c.chat == old).values(chat=new))
        await self._write(update(_TOPICS).where(_TOPICS.c.chat == old).values(chat=new))
        await self._write(update(_LINKS).where(_LINKS.c.chat == old).values(chat=new))
        await self._write(update(_LINKS).where(_LINKS.c.copy_chat == old).values(copy_chat=new))

    async def topic(self, brand: str, conversation: str) -> StaffTopic | None:
        """The topic of a customer's conversation."""
        return await self._first(_TOPIC_OF, {"brand": brand, "conversation": conversation})

    async def topic_by_thread(self, chat: str, thread: str) -> StaffTopic | None:
        """Which conversation a topic of the group belongs to."""
        return await self._first(
            select(StaffTopic).where(col(StaffTopic.chat) == chat, col(StaffTopic.thread) == thread)
        )

    async def put_topic(self, brand: str, conversation: str, chat: str, thread: str) -> None:
        """Remember the topic of a conversation, in place of an earlier one."""
        topic = StaffTopic(brand=brand, conversation=conversation, chat=chat, thread=thread)
        put = self._upsert(StaffTopic).values(values_of(topic))
        changed = {name: put.excluded[name] for name in ("chat", "thread", "created_at")}
        await self._write(put.on_conflict_do_update(index_elements=["brand", "conversation"], set_=changed))

    async def drop_topic(self, brand: str, conversation: str) -> None:
        """The topic is gone."""
        await self._write(delete(_TOPICS).where(_TOPICS.c.brand == brand, _TOPICS.c.conversation == conversation))

    # ---- messages and their copies ----

    async def link(
        self, brand: str, conversation: str, chat: str, message: str, copy_chat: str, copy_message: str
    ) -> None:
        """Remember that `copy_message` is the copy of `message`."""
        await self._add(
            MessageLink(
                brand=brand,
                conversation=conversation,
                chat=chat,
                message=message,
                copy_chat=copy_chat,
                copy_message=copy_message,
            )
        )

    async def links_from(self, brand: str, chat: str, message: str) -> list[MessageLink]:
        """The copies of a message."""
        copies = select(MessageLink).where(col(MessageLink.brand) == brand, col(MessageLink.chat) == chat)
        return await self._all(copies.where(col(MessageLink.message) == message).order_by(col(MessageLink.id)))

    async def links_to(self, brand: str, copy_chat: str, copy_message: str) -> list[MessageLink]:
        """What a message is the copy of."""
        sources = select(MessageLink).where(col(MessageLink.brand) == brand, col(MessageLink.copy_chat) == copy_chat)
        return await self._all(
            sources.where(col(MessageLink.copy_message) == copy_message).order_by(col(MessageLink.id))
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
