"""The inbox and the outbox: what came in, once; what goes out, in order and never silently lost."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, func, insert, select, update
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import col

from storage.repository import Repository, table, upsert, values_of
from storage.sqlite import QUICK
from storage.tables import Inbox, Outbox, now_utc

_INBOX, _OUTBOX = table(Inbox), table(Outbox)
_LIVE = _OUTBOX.c.state.in_(("waiting", "sending"))
LEFT = ("sending", "sent", "ambiguous")  # what somebody has seen, or may have
_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)

# The oldest unsent row of every lane, its head; it is as urgent as the most urgent row that waits behind it.
_HEADS = (
    select(func.min(_OUTBOX.c.id).label("id"), func.max(_OUTBOX.c.urgent).label("urgent"))
    .where(_LIVE)
    .group_by(_OUTBOX.c.lane)
    .subquery()
)
_DUE = (
    select(Outbox)
    .join(_HEADS, _HEADS.c.id == col(Outbox.id))
    .where(
        col(Outbox.state) == "waiting",
        col(Outbox.due_at) <= bindparam("now"),
        col(Outbox.lane).not_in(bindparam("excluded", expanding=True)),
    )
    .order_by(_HEADS.c.urgent.desc(), col(Outbox.id))
    .limit(bindparam("limit"))
)
_CLAIM = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(_IDS), _OUTBOX.c.state == "waiting")
    .values(state="sending", attempts=_OUTBOX.c.attempts + 1)
    .returning(_OUTBOX.c.id)
    .execution_options(**QUICK)
)
_SENT = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(_IDS))
    .values(state="sent", remote=bindparam("delivered_as"), sent_at=bindparam("now"), error="")
    .execution_options(**QUICK)
)
_WITHDRAW = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.conversation == bindparam("of"),
        _OUTBOX.c.state == "waiting",
        _OUTBOX.c.author.in_(bindparam("authors", expanding=True)),
    )
    .values(state="withdrawn", error=bindparam("why"))
    .returning(_OUTBOX.c.id)
    .execution_options(**QUICK)
)
_SETTLE = (
    update(_INBOX)
    .where(_INBOX.c.id.in_(_IDS))
    .values(state="done", turn_id=bindparam("by_turn"), payload={}, error="")
    .execution_options(**QUICK)
)
_UNSENT_OF = (
    select(Outbox)
    .where(col(Outbox.conversation) == bindparam("of"), col(Outbox.state) == "waiting")
    .order_by(col(Outbox.id))
    .execution_options(**QUICK)
)

_SIBLING = _OUTBOX.alias()
_UNSEEN_OF = (
    select(_OUTBOX.c.turn_id)
    .where(
        _OUTBOX.c.conversation == bindparam("of"),
        _OUTBOX.c.state == "waiting",
        _OUTBOX.c.author == "bot",
        _OUTBOX.c.turn_id.is_not(None),
        ~exists().where(
            _SIBLING.c.conversation == bindparam("of"),
            _SIBLING.c.turn_id == _OUTBOX.c.turn_id,
            _SIBLING.c.state.in_(LEFT),
        ),
    )
    .distinct()
    .execution_options(**QUICK)
)


@cache
def _receive(dialect: str) -> ReturningInsert[Any]:
    once = upsert(Inbox, dialect).on_conflict_do_nothing(index_elements=["bot", "update_id"])
    return once.returning(_INBOX.c.id, _INBOX.c.bot, _INBOX.c.update_id).execution_options(**QUICK)


@cache
def _post(dialect: str) -> ReturningInsert[Any]:
    # SQLite gives numbers in the order of the rows; PostgreSQL has to be asked to.
    ordered = dialect != "sqlite"
    return insert(_OUTBOX).returning(_OUTBOX.c.id, sort_by_parameter_order=ordered).execution_options(**QUICK)


class Mailbox(Repository):
    # ---- in ----

    async def receive(
        self,
        brand: str,
        bot: str,
        update_id: str,
        channel: str,
        conversation: str,
        payload: dict[str, Any],
        received_at: datetime,
    ) -> int | None:
        """Store an update; its number, or None when it was stored before."""
        row = Inbox(
            brand=brand,
            bot=bot,
            update_id=update_id,
            channel=channel,
            conversation=conversation,
            payload=payload,
            received_at=received_at,
        )
        return (await self.receive_many([row]))[0]

    async def receive_many(self, rows: Sequence[Inbox]) -> list[int | None]:
        """Store updates in one statement; for each its number, or None when it was stored before."""
        if not rows:
            return []
        stored = await self._session.execute(_receive(self._dialect), [values_of(row) for row in rows])
        numbers = {(bot, update_id): number for number, bot, update_id in stored}
        return [numbers.pop((row.bot, row.update_id), None) for row in rows]

    async def waiting(self, limit: int, after_id: int = 0) -> list[Inbox]:
        """Updates not handled yet, in the order they came."""
        unhandled = select(Inbox).where(col(Inbox.state) == "waiting", col(Inbox.id) > after_id)
        return await self._all(unhandled.order_by(col(Inbox.id)).limit(limit))

    async def settle(self, ids: Sequence[int], turn_id: int | None) -> None:
        """The updates are handled, by this turn. Their content now lives in the turn and is dropped here."""
        if ids:
            await self._write(_SETTLE, {"ids": ids, "by_turn": turn_id})

    async def fail(self, id: int, error: str, dead: bool) -> None:
        """Handling an update failed: it waits for another try, or (dead) is given up with its reason."""
        tried = update(_INBOX).where(_INBOX.c.id == id).values(error=error, attempts=_INBOX.c.attempts + 1)
        await self._write(tried.values(state="dead" if dead else "waiting"))

    # ---- out ----

    async def post(self, rows: Sequence[Outbox]) -> None:
        """Have these delivered after the commit; within a lane in this order. Each row gets its number."""
        if not rows:
            return
        numbers = sorted(await self._session.scalars(_post(self._dialect), [values_of(row) for row in rows]))
        for row, number in zip(rows, numbers, strict=True):
            row.id = number

    async def due(self, now: datetime, limit: int, lanes_excluded: Collection[str] = ()) -> list[Outbox]:
        """What can go out now: at most the head of each lane, the most urgent lanes first, then the oldest.

        A lane whose head is being sent, or is to be retried later, gives nothing; dead rows hold nobody up.
        """
        return await self._all(_DUE, {"now": now, "excluded": list(lanes_excluded), "limit": limit})

    async def mark_sending(self, ids: Sequence[int]) -> list[int]:
        """Claim rows for sending; those that are still waiting and now ours."""
        if not ids:
            return []
        return sorted(await self._session.scalars(_CLAIM, {"ids": ids}))

    async def mark_sent(self, id: int, remote: Sequence[str]) -> None:
        """Delivered, as these ids of the channel."""
        await self._write(_SENT, {"ids": [id], "delivered_as": list(remote), "now": now_utc()})

    async def retry(self, id: int, due_at: datetime, error: str) -> None:
        """Not delivered: try again at `due_at`."""
        await self._set(id, state="waiting", due_at=due_at, error=error)

    async def kill(self, id: int, error: str) -> None:
        """Given up, visibly."""
        await self._set(id, state="dead", error=error)

    async def ambiguous(self, id: int, error: str) -> None:
        """Sent or not, nobody knows: never repeated by itself."""
        await self._set(id, state="ambiguous", error=error)

    async def withdraw(self, conversation: str, authors: Sequence[str] = ("bot",), reason: str = "") -> list[int]:
        """Take back what these authors have not said yet in the conversation; the rows taken back."""
        said = {"of": conversation, "authors": authors, "why": reason}
        return sorted(await self._session.scalars(_WITHDRAW, said))

    async def withdraw_answers(self, turn_ids: Sequence[int], reason: str) -> bool:
        """Take back the answers to these turns; False when a part of one has left already: roll back then."""
        answers = _OUTBOX.c.turn_id.in_(turn_ids)
        unsaid = update(_OUTBOX).where(answers, _OUTBOX.c.state == "waiting")
        await self._write(unsaid.values(state="withdrawn", error=reason))
        return not await self._session.scalar(select(func.count()).where(answers, _OUTBOX.c.state.in_(LEFT)))

    async def withdraw_row(self, id: int, reason: str) -> bool:
        """Take back one row that must not be said any more; False when it is out already."""
        unsent = update(_OUTBOX).where(_OUTBOX.c.id == id, _LIVE)
        return await self._write(unsent.values(state="withdrawn", error=reason)) > 0

    async def unseen_of(self, conversation: str) -> list[int]:
        """The turns whose answer by the bot waits, and no part of it has left."""
        return list(await self._session.scalars(_UNSEEN_OF, {"of": conversation}))

    async def unsent_of(self, conversation: str) -> list[Outbox]:
        """What is still to be said in the conversation, in order."""
        return await self._all(_UNSENT_OF, {"of": conversation})

    async def recover(self, repeatable: Collection[str] = ()) -> int:
        """After a crash: what was on its way is ambiguous now, but for kinds that may come twice: they wait again.

        How many rows are ambiguous; call before sending begins.
        """
        lost = update(_OUTBOX).where(_OUTBOX.c.state == "sending")
        if repeatable:
            await self._write(lost.where(_OUTBOX.c.kind.in_(repeatable)).values(state="waiting"))
        return await self._write(lost.values(state="ambiguous", error="the process ended while this was being sent"))

    async def problems(self, brand: str, limit: int = 200) -> list[Outbox]:
        """Dead and ambiguous rows, newest first."""
        broken = select(Outbox).where(col(Outbox.brand) == brand, col(Outbox.state).in_(("dead", "ambiguous")))
        return await self._all(broken.order_by(col(Outbox.id).desc()).limit(limit))

    async def unheard(self, brand: str, limit: int = 200) -> list[Inbox]:
        """Updates that nobody could handle, newest first."""
        dead = select(Inbox).where(col(Inbox.brand) == brand, col(Inbox.state) == "dead")
        return await self._all(dead.order_by(col(Inbox.id).desc()).limit(limit))

    async def counts(self) -> dict[str, int]:
        """How many rows in which state: "inbox.waiting", "outbox.dead", …"""
        found: Counter[str] = Counter()
        for name, rows in (("inbox", _INBOX), ("outbox", _OUTBOX)):
            states = await self._session.execute(select(rows.c.state, func.count()).group_by(rows.c.state))
            found.update({f"{name}.{state}": number for state, number in states})
        return dict(found)

    async def _set(self, id: int, **fields: Any) -> None:
        await self._write(update(_OUTBOX).where(_OUTBOX.c.id == id).values(**fields))
