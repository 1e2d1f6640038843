"""What happened with a customer beside orders and talk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select
from sqlmodel import col

from storage.repository import Repository, table, values_of
from storage.sqlite import QUICK
from storage.tables import DecisionRow, Event

_OF = (
    select(Event)
    .where(
        col(Event.brand) == bindparam("brand"),
        col(Event.customer_id) == bindparam("customer"),
        col(Event.at) >= bindparam("since"),
    )
    .order_by(col(Event.at).desc(), col(Event.id).desc())
    .limit(bindparam("limit"))
    .execution_options(**QUICK)
)
_LASTING = (
    select(Event)
    .where(
        col(Event.brand) == bindparam("brand"),
        col(Event.customer_id) == bindparam("customer"),
        col(Event.kind).in_(("dismissed", "asked_level")),
    )
    .order_by(col(Event.at).desc(), col(Event.id).desc())
    .execution_options(**QUICK)
)
_ADD = insert(table(Event)).execution_options(**QUICK)
# A failed look-up belongs to the order that was tried, not to who tried: nobody starts afresh by being forgotten.
_NOBODY, _FAILED = "", "lookup_failed"


class Events(Repository):
    async def add(
        self, brand: str, customer_id: str, kind: str, subject: str, data: dict[str, Any], at: datetime
    ) -> None:
        """Note one happening; `subject` is a sku, an order code, or empty."""
        event = Event(brand=brand, customer_id=customer_id, kind=kind, subject=subject, data=data, at=at)
        await self._write(_ADD, values_of(event))

    async def add_many(self, events: Sequence[Event]) -> None:
        """Note several happenings in one statement."""
        if events:
            await self._write(insert(table(Event)), [values_of(event) for event in events])

    async def of(self, brand: str, customer_id: str, since: datetime, limit: int = 100) -> list[Event]:
        """The customer's happenings since then, newest first."""
        return await self._all(_OF, {"brand": brand, "customer": customer_id, "since": since, "limit": limit})

    async def lasting(self, brand: str, customer_id: str) -> list[Event]:
        """What the customer refused and was asked once, however long ago, newest first."""
        return await self._all(_LASTING, {"brand": brand, "customer": customer_id})

    async def unsay(self, brand: str, customer_id: str, turn_ids: Sequence[int]) -> None:
        """The answers to these turns were never seen: what they suggested and asked was not."""
        said_at = select(col(DecisionRow.at)).where(col(DecisionRow.turn_id).in_(turn_ids))
        events = table(Event)
        shown = (events.c.kind.in_(("suggested", "asked_level")), events.c.at.in_(said_at))
        await self._write(delete(events).where(events.c.brand == brand, events.c.customer_id == customer_id, *shown))

    async def lookup_failed(self, brand: str, code: str, at: datetime) -> None:
        """Somebody gave wrong digits for the order with this code."""
        await self.add(brand, _NOBODY, _FAILED, code.strip().upper(), {}, at)

    async def failed_lookups(self, brand: str, code: str, since: datetime) -> int:
        """How often anybody gave wrong digits for the order with this code since then."""
        tried = (col(Event.brand) == brand, col(Event.customer_id) == _NOBODY, col(Event.kind) == _FAILED)
        failed = select(func.count()).where(*tried, col(Event.subject) == code.strip().upper(), col(Event.at) >= since)
        return int(await self._session.scalar(failed) or 0)
