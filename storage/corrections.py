"""Moods that staff corrected: one row for a turn, the last word about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from storage.repository import Repository, table, values_of
from storage.tables import ChannelIdentity, Correction, Customer, Turn

_ROWS = table(Correction)
# What stays of a correction for the team's figures: which mood was read, which was right, by which reader, when.
STRIPPED: dict[str, Any] = {"turn_id": None, "customer_id": "", "heard": {}, "staff_id": "", "staff_name": ""}


class CorrectedWords(NamedTuple):
    """A correction with the words it is about; `text` is empty once they have expired.

    `allowed`: the customer lets their words teach the reader. `edited`: the words were changed after the correction.
    """

    correction: Correction
    text: str
    allowed: bool
    edited: bool


class Corrections(Repository):
    async def put(self, correction: Correction) -> None:
        """Keep what staff say of a turn; whatever was said of it before is replaced."""
        values = values_of(correction)
        changed = {name: value for name, value in values.items() if name != "turn_id"}
        insert = self._upsert(Correction).values(values)
        await self._write(insert.on_conflict_do_update(index_elements=["turn_id"], set_=changed))

    async def take_back(self, brand: str, turn_id: int) -> bool:
        """The reader was right after all. Whether there was a correction."""
        return await self._write(delete(_ROWS).where(_ROWS.c.brand == brand, _ROWS.c.turn_id == turn_id)) > 0

    async def of_turn(self, brand: str, turn_id: int) -> Correction | None:
        """What staff said of a turn."""
        return await self._first(
            select(Correction).where(col(Correction.brand) == brand, col(Correction.turn_id) == turn_id)
        )

    async def strip(self, brand: str, customer_id: str) -> int:
        """Leave only figures of everything that was corrected in a customer's words; how many rows."""
        theirs = (_ROWS.c.brand == brand, _ROWS.c.customer_id == customer_id)
        return await self._write(update(_ROWS).where(*theirs).values(STRIPPED))

    async def with_words(self, brand: str, since: datetime | None = None) -> list[CorrectedWords]:
        """Every correction of the brand, from `since` on, oldest first, with the turn's words."""
        found = (
            select(Correction, col(Turn.text), col(Turn.edited_at), col(Customer.improve_allowed))
            .outerjoin(Turn, col(Turn.id) == col(Correction.turn_id))
            .outerjoin(Customer, col(Customer.id) == col(Correction.customer_id))
            .where(col(Correction.brand) == brand)
            .order_by(col(Correction.id))
        )
        if since is not None:
            found = found.where(col(Correction.at) >= since)
        return [
            CorrectedWords(row, text or "", bool(allowed), edited is not None and edited > row.at)
            for row, text, edited, allowed in await self._tuples(found)
        ]

    async def names(self, brand: str, customer_id: str) -> Sequence[str]:
        """What the customer is called, by the shop and by each channel."""
        queries = (
            select(col(Customer.name)).where(col(Customer.brand) == brand, col(Customer.id) == customer_id),
            select(col(ChannelIdentity.name)).where(
                col(ChannelIdentity.brand) == brand, col(ChannelIdentity.customer_id) == customer_id
            ),
        )
        return [name for query in queries for name in await self._session.scalars(query) if name]

    async def counts(self, brand: str, since: datetime) -> dict[tuple[str, str], int]:
        """How often which mood was read where another was right, since then."""
        counted = (
            select(col(Correction.read), col(Correction.mood), func.count())
            .where(col(Correction.brand) == brand, col(Correction.at) >= since)
            .group_by(col(Correction.read), col(Correction.mood))
        )
        return {(read, mood): number for read, mood, number in await self._tuples(counted)}
