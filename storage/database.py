"""The database: SQLite by default, any PostgreSQL by URL; migrated at start, closed at the end."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import migrations, sqlite, values
from storage.errors import StorageError, explained
from storage.work import Work, WriteLock

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class StorageSettings(BaseModel):
    """Section `storage:` of config.yaml; THAU_DATABASE_URL stands above `url`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = "sqlite+aiosqlite:///thau.sqlite"
    busy_timeout_s: float = Field(default=15, gt=0, le=300)  # how long to wait for another process's write
    pool_size: int = Field(default=5, ge=2, le=100)


class Database:
    """One engine and the units of work on it."""

    def __init__(self, settings: StorageSettings) -> None:
        """Read the settings; nothing is opened yet. Raises StorageError for a URL that can not be."""
        self.url = _url(settings.url)
        self.engine = _engine(self.url, settings)
        self._writing = self.engine.execution_options(begin=sqlite.WRITING)
        self._lock = WriteLock() if self.url.get_backend_name() == "sqlite" else None

    async def migrate(self) -> None:
        """Bring the tables up to this version of the code, alone even when several processes start at once."""
        try:
            async with self._writing.begin() as connection:
                await connection.run_sync(migrations.upgrade)
        except migrations.UnknownRevision as error:
            raise StorageError(
                f"The database {self} has schema {error}, which this version of Thấu does not know: "
                "it was used by a newer one. Install that version, or give another database."
            ) from None
        except (SQLAlchemyError, OSError) as error:
            raise explained(error, self.url) from None

    def work(self, *, write: bool = False) -> Work:
        """A new unit of work. With `write`, SQLite takes the write lock at once, one task of this process at a time."""
        if write and self._lock is not None:
            return Work(self._writing, self.url, self._lock)
        return Work(self.engine, self.url)

    async def ready(self) -> bool:
        """Whether the database answers and has this version's tables."""
        try:
            async with self.work() as work:
                current = (await work.session.execute(text("SELECT version_num FROM alembic_version"))).scalar()
        except StorageError:
            return False
        return bool(current == migrations.head())

    async def tidy(self) -> None:
        """After erasing: on SQLite, empty the write-ahead log, so that erased words leave the disk as well."""
        if self._lock is None:
            return
        async with self._lock, self.engine.connect() as connection:
            outside = await connection.execution_options(begin="")
            await outside.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)


def _url(given: str) -> URL:
    try:
        url = make_url(given)
    except ArgumentError:
        # The text itself may hold a password.
        raise StorageError("The database URL can not be read; it looks like sqlite:///thau.sqlite") from None
    if url.drivername not in _DRIVERS:
        raise StorageError(f"The database URL begins with {url.drivername!r}; allowed: {', '.join(_DRIVERS)}")
    url = url.set(drivername=_DRIVERS[url.drivername])
    if url.get_backend_name() == "sqlite":
        return _sqlite_url(url)
    if mode := url.query.get("sslmode"):  # libpq's word, in most hosted URLs; asyncpg calls it ssl
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return url


def _sqlite_url(url: URL) -> URL:
    if not url.database or ":memory:" in url.database:
        raise StorageError("A database in memory can not be shared by the parts of Thấu; give a file")
    return url.set(database=str(Path(url.database).expanduser()))


def _engine(url: URL, settings: StorageSettings) -> AsyncEngine:
    common: dict[str, Any] = {
        "hide_parameters": True,  # no personal data in errors and logs
        "json_serializer": values.dump,
    }
    if url.get_backend_name() == "sqlite":
        options: dict[str, Any] = {"timeout": settings.busy_timeout_s, "async_creator_fn": sqlite.connect}
        # Work always ends its transaction itself; the pool need not ask again.
        # A connection is a thread and a cache to warm: none is opened for a moment, and the warm ones come first.
        lasting = {"pool_size": 2 * settings.pool_size, "max_overflow": 0, "pool_use_lifo": True}
        engine = create_async_engine(url, connect_args=options, pool_reset_on_return=None, **lasting, **common)
        sqlite.prepare(engine)
    else:
        options = {"timeout": 10, "server_settings": {"application_name": "thau", "jit": "off"}}
        sizes = {"pool_size": settings.pool_size, "max_overflow": settings.pool_size}
        engine = create_async_engine(url, connect_args=options, pool_pre_ping=True, **sizes, **common)
    event.listen(engine.sync_engine, "before_cursor_execute", values.clean_parameters, retval=True)
    return engine
