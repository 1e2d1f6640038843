"""What happened with a customer beside orders and talk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlmodel import col

from storage.repository import Repository, table, values_of
from storage.sqlite import QUICK
from storage.tables import Event

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
_ADD = insert(table(Event)).execution_options(**QUICK)


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
