"""How Thấu speaks to SQLite: one thread hop per statement, explicit transactions, settings made for a busy desk."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",  # in WAL safe against kill -9; a power cut may take the last commits, never the file
    "foreign_keys=ON",
    "secure_delete=ON",  # erased words are overwritten, not only unlinked
)


class LeanCursor:
    """Does in one hop to the connection's thread what aiosqlite's own cursor does in four (280 -> 110 µs measured)."""

    arraysize = 1

    def __init__(self, connection: "LeanConnection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "LeanCursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        def run(database: sqlite3.Connection) -> None:
            cursor = database.execute(sql, parameters)
            self._rows = cursor.fetchall() if cursor.description else []
            self._keep(cursor)

        await self._connection.on_thread(run)

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._connection.on_thread(lambda database: self._keep(database.executemany(sql, parameters)))

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is left open."""

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        cursor.close()


class LeanConnection(aiosqlite.Connection):
    """An aiosqlite connection with lean cursors, as SQLAlchemy's adapter asks for them."""

    def cursor(self) -> LeanCursor:  # type: ignore[override]
        return LeanCursor(self)

    async def on_thread(self, work: Any) -> None:
        """Run `work(connection)` on the connection's own thread."""
        await self._execute(work, self._conn)  # type: ignore[no-untyped-call]


def connect(database: str, **options: Any) -> LeanConnection:
    """SQLAlchemy's `async_creator_fn`: options are those of `sqlite3.connect`."""

    def open_file() -> sqlite3.Connection:
        # isolation_level None: SQLAlchemy says BEGIN, not the driver.
        connection: sqlite3.Connection = sqlite3.connect(database, isolation_level=None, **options)
        return connection

    return LeanConnection(open_file, iter_chunk_size=64)


def prepare(engine: AsyncEngine) -> None:
    """Make every connection of the engine durable and strict, and let `begin` options choose the transaction's kind."""

    @event.listens_for(engine.sync_engine, "connect")
    def _settings(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        if statement := connection.get_execution_options().get("begin", "BEGIN"):
            connection.exec_driver_sql(statement)
