"""Conversations: what was said, what was heard in it, what was decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, insert, select, update
from sqlmodel import col

from storage.repository import Repository, table, values_of
from storage.sqlite import QUICK
from storage.tables import Conversation, DecisionRow, ReadingRow, Turn

_TURNS, _READINGS, _DECISIONS = table(Turn), table(ReadingRow), table(DecisionRow)


class Heard(NamedTuple):
    """One turn with what was heard and decided; the last six are empty for turns of bot and staff.

    `mood` is also empty once the reading has expired.
    """

    id: int
    author: str
    staff_id: str
    answers: int | None
    text: str
    messages: list[str]
    at: datetime
    edited_at: datetime | None
    mood: str
    intent: str
    reading: dict[str, Any]
    kind: str
    policy: str
    answer: dict[str, Any]


_AT_ADDRESS = (
    select(Conversation)
    .where(col(Conversation.brand) == bindparam("brand"), col(Conversation.address) == bindparam("address"))
    .execution_options(**QUICK)
)
_HEARD: Select[Any] = (
    select(
        *(_TURNS.c[name] for name in ("id", "author", "staff_id", "answers", "text", "messages", "at", "edited_at")),
        *(_READINGS.c[name] for name in ("mood", "intent", "body")),
        *(_DECISIONS.c[name] for name in ("kind", "policy", "answer")),
    )
    .outerjoin(_READINGS, _READINGS.c.turn_id == _TURNS.c.id)
    .outerjoin(_DECISIONS, _DECISIONS.c.turn_id == _TURNS.c.id)
    .order_by(_TURNS.c.id.desc())
    .limit(bindparam("limit"))
    .execution_options(**QUICK)
)
_RECENT = _HEARD.where(_TURNS.c.conversation_id == bindparam("conversation"))
_ADD_READING = insert(_READINGS).execution_options(**QUICK)
_ADD_DECISION = insert(_DECISIONS).execution_options(**QUICK)
_BEFORE = _RECENT.where(_TURNS.c.id < bindparam("before"))


class Turns(Repository):
    async def conversation(self, brand: str, address: str) -> Conversation | None:
        """The conversation at a channel's address."""
        return await self._first(_AT_ADDRESS, {"brand": brand, "address": address})

    async def conversation_by_id(self, conversation_id: int) -> Conversation | None:
        """The conversation with this number."""
        return await self._first(select(Conversation).where(col(Conversation.id) == conversation_id))

    async def conversations_of(self, brand: str, customer_id: str) -> list[Conversation]:
        """The customer's conversations, oldest first."""
        own = select(Conversation).where(col(Conversation.brand) == brand, col(Conversation.customer_id) == customer_id)
        return await self._all(own.order_by(col(Conversation.id)))

    async def open(self, brand: str, channel: str, address: str, customer_id: str) -> Conversation:
        """A new conversation."""
        return await self._add(Conversation(brand=brand, channel=channel, address=address, customer_id=customer_id))

    async def recent(self, conversation_id: int, limit: int = 20) -> list[Heard]:
        """The last turns, newest first."""
        return _heard(await self._tuples(_RECENT, {"conversation": conversation_id, "limit": limit}))

    async def transcript(self, conversation_id: int, limit: int, before_id: int | None = None) -> list[Heard]:
        """A page of the conversation, newest first, going back from `before_id`."""
        if before_id is None:
            return await self.recent(conversation_id, limit)
        page = {"conversation": conversation_id, "limit": limit, "before": before_id}
        return _heard(await self._tuples(_BEFORE, page))

    async def add(self, turn: Turn) -> int:
        """Store what bot or staff said."""
        return (await self._add(turn)).id or 0

    async def add_customer_turn(self, turn: Turn, reading: ReadingRow, decision: DecisionRow) -> int:
        """Store what the customer said, what was heard and what was decided; both rows get the turn's number."""
        number = await self.add(turn)
        reading.turn_id = decision.turn_id = number
        await self._session.execute(_ADD_READING, values_of(reading))
        await self._session.execute(_ADD_DECISION, values_of(decision))
        return number

    async def get(self, brand: str, turn_id: int) -> Turn | None:
        """The turn with this number."""
        return await self._first(select(Turn).where(col(Turn.brand) == brand, col(Turn.id) == turn_id))

    async def incoming(self, turn_id: int) -> dict[str, Any]:
        """The whole message of a customer turn; empty once it has expired."""
        return await self._session.scalar(select(_TURNS.c.incoming).where(_TURNS.c.id == turn_id)) or {}

    async def edit(self, turn_id: int, text: str, incoming: dict[str, Any], at: datetime) -> None:
        """The customer changed what they wrote."""
        changed = {"text": text, "incoming": incoming, "edited_at": at}
        await self._write(update(_TURNS).where(_TURNS.c.id == turn_id).values(changed))

    async def by_message(self, brand: str, conversation_id: int, message: str, within: int = 200) -> Turn | None:
        """The turn that holds this message of the channel, looked for among the last `within` turns."""
        last = select(_TURNS.c.id, _TURNS.c.messages).where(
            _TURNS.c.brand == brand, _TURNS.c.conversation_id == conversation_id
        )
        for number, messages in await self._tuples(last.order_by(_TURNS.c.id.desc()).limit(within)):
            if message in messages:
                return await self._first(select(Turn).where(col(Turn.id) == number))
        return None

    async def latest(self, brand: str, limit: int, after_id: int = 0) -> list[Turn]:
        """The brand's newest turns after `after_id`, newest first."""
        newer = select(Turn).where(col(Turn.brand) == brand, col(Turn.id) > after_id)
        return await self._all(newer.order_by(col(Turn.id).desc()).limit(limit))

    async def reading(self, turn_id: int) -> ReadingRow | None:
        """What was heard in a customer turn, unless it expired."""
        return await self._first(select(ReadingRow).where(col(ReadingRow.turn_id) == turn_id))

    async def decision(self, turn_id: int) -> DecisionRow | None:
        """What was decided for a customer turn."""
        return await self._first(select(DecisionRow).where(col(DecisionRow.turn_id) == turn_id))


def _heard(rows: Sequence[Any]) -> list[Heard]:
    texts_and_documents: tuple[Any, ...] = ("", "", {}, "", "", {})
    return [
        Heard._make((*row[:8], *(value or empty for value, empty in zip(row[8:], texts_and_documents, strict=True))))
        for row in rows
    ]
