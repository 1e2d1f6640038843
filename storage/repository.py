"""What every repository is made of: a session, and the few ways of reading and writing rows that all share."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Executable, Insert, Row, Select, Table, insert
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from storage.sqlite import QUICK
from storage.tables import NumberSeries

RowT = TypeVar("RowT", bound=SQLModel)
Ts = TypeVarTuple("Ts")

# Core statements change rows behind the session's back: what is read always comes from the database.
_FRESH = {"populate_existing": True}


@cache
def table(model: type[SQLModel]) -> Table:
    """The table of a model, for Core statements."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


@cache
def _insert_returning_id(model: type[SQLModel]) -> Insert:
    return insert(table(model)).returning(table(model).c.id).execution_options(**QUICK)


def values_of(row: SQLModel) -> dict[str, Any]:
    """A row's columns, without the number that the database is to give."""
    names = table(type(row)).columns.keys()
    return {name: value for name in names if (value := getattr(row, name)) is not None or name != "id"}


def upsert(model: type[SQLModel], dialect: str) -> postgresql.Insert:
    """An insert that knows ON CONFLICT: both databases speak it, SQLAlchemy has a class for each."""
    if dialect == "sqlite":
        return sqlite_dialect.insert(table(model))  # type: ignore[return-value]
    return postgresql.insert(table(model))


class Repository:
    """Queries about one noun, inside one unit of work."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def _all(self, query: Select[RowT], parameters: dict[str, Any] | None = None) -> list[RowT]:
        result = await self._session.execute(query, parameters, execution_options=_FRESH)
        return list(result.scalars())

    async def _first(self, query: Select[RowT], parameters: dict[str, Any] | None = None) -> RowT | None:
        result = await self._session.execute(query, parameters, execution_options=_FRESH)
        return result.scalars().first()

    async def _tuples(self, query: Select[*Ts], parameters: dict[str, Any] | None = None) -> Sequence[Row[*Ts]]:
        return (await self._session.execute(query, parameters, execution_options=_FRESH)).all()

    async def _add(self, row: RowT) -> RowT:
        """Insert one row and give it its number."""
        number = await self._session.scalar(_insert_returning_id(type(row)), values_of(row))
        setattr(row, "id", number)  # noqa: B010 - a model without `id` can not come here
        return row

    async def _write(self, statement: Executable, parameters: Any = None) -> int:
        """Run an insert, update or delete; how many rows it touched."""
        result: Any = await self._session.execute(statement, parameters)
        return int(result.rowcount)

    async def _next_number(self, brand: str, series: str, first: int = 1) -> int:
        """The next number of a brand's series; two at once never get the same."""
        step = self._upsert(NumberSeries).values(brand=brand, series=series, last=first)
        last = table(NumberSeries).c.last
        step = step.on_conflict_do_update(index_elements=["brand", "series"], set_={"last": last + 1})
        return int(await self._session.scalar(step.returning(last)) or first)

    def _upsert(self, model: type[SQLModel]) -> postgresql.Insert:
        return upsert(model, self._dialect)

    @property
    def _dialect(self) -> str:
        return self._session.get_bind().dialect.name
