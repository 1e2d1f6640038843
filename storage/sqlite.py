"""How Thấu speaks to SQLite: few thread hops, explicit transactions, settings made for a busy desk."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

# For statements known to touch a handful of rows by an index: they take less time than a hop to a thread does.
QUICK = {"quick": True}
WRITING = "BEGIN IMMEDIATE"

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",  # in WAL safe against kill -9; a power cut may take the last commits, never the file
    "foreign_keys=ON",
    "secure_delete=ON",  # erased words are overwritten, not only unlinked
)


class LeanCursor:
    """Does in one hop to the connection's thread, or in none, what aiosqlite's own cursor does in four."""

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
        await self._connection.run(lambda database: self._take(database.execute(sql, parameters)))

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._connection.run(lambda database: self._take(database.executemany(sql, parameters)))

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is left open."""

    def _take(self, cursor: sqlite3.Cursor) -> None:
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        if cursor.description:
            self._rows = cursor.fetchall()
        cursor.close()


class LeanConnection(aiosqlite.Connection):
    """An aiosqlite connection with lean cursors, as SQLAlchemy's adapter asks for them."""

    quick = False  # whether the next statement is done at once, in the event loop's thread
    _stopped: asyncio.Future[Any] | None = None

    async def _connect(self) -> aiosqlite.Connection:
        try:
            return await super()._connect()
        except BaseException:
            if self._stopped is not None:
                await self._stopped  # or the connection's thread outlives the event loop, and complains
            raise

    def stop(self) -> asyncio.Future[Any] | None:
        self._stopped = super().stop()
        return self._stopped

    def cursor(self) -> LeanCursor:  # type: ignore[override]
        return LeanCursor(self)

    async def run(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Have `work` done with the bare connection."""
        if self.quick:
            work(self._conn)
        else:
            await self._execute(work, self._conn)  # type: ignore[no-untyped-call]

    async def rollback(self) -> None:
        """At once after a quick statement: nothing of this transaction is under way in the thread."""
        if self.quick:
            self._conn.rollback()
        else:
            await super().rollback()


def connect(database: str, **options: Any) -> LeanConnection:
    """SQLAlchemy's `async_creator_fn`: options are those of `sqlite3.connect`."""

    def open_file() -> sqlite3.Connection:
        # isolation_level None: SQLAlchemy says BEGIN, not the driver. One user at a time: SQLAlchemy's pool sees to it.
        settings = options | {"isolation_level": None, "check_same_thread": False}
        connection: sqlite3.Connection = sqlite3.connect(database, **settings)
        _switch_to_wal(connection, float(options.get("timeout", 5.0)))
        return connection

    return LeanConnection(open_file, iter_chunk_size=64)


def _switch_to_wal(connection: sqlite3.Connection, patience: float) -> None:
    """Wait while another process switches a new file: SQLite's own timeout does not cover that.

    Any other trouble is met again, and told, by the first statement.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.Error as error:
            if "locked" not in str(error):
                return
            time.sleep(0.02)


def prepare(engine: AsyncEngine) -> None:
    """Make every connection of the engine durable and strict, and heed the options `begin` and `quick`."""

    @event.listens_for(engine.sync_engine, "connect")
    def _settings(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        if statement := connection.get_execution_options().get("begin", "BEGIN"):
            connection.exec_driver_sql(statement, execution_options={"quick": statement == "BEGIN"})

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def _choose_thread(
        connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
    ) -> None:
        options = context.execution_options
        # A write outside a write transaction may have to wait for another writer: never in the event loop's thread.
        waits = (context.isinsert or context.isupdate) and options.get("begin") != WRITING
        driver: Any = connection.connection.driver_connection
        driver.quick = options.get("quick", False) and not waits
