"""Every storage test runs on both databases: a SQLite file, and a PostgreSQL database of its own."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import make_url

from storage.database import Database, StorageSettings
from storage.tables import TABLES

SERVER = os.environ.get("THAU_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"
DEMANDED = bool(os.environ.get("THAU_TEST_POSTGRES") or os.environ.get("CI"))
BRAND = "shop"


async def _on_server(statement: str, server: str = SERVER) -> None:
    connection = await asyncpg.connect(server, timeout=5)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def fresh_postgres() -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    name = f"thau_test_{uuid4().hex[:12]}"
    try:
        asyncio.run(_on_server(f'CREATE DATABASE "{name}"'))
    except (OSError, asyncpg.PostgresError) as error:
        message = f"no PostgreSQL at {SERVER}: {error} (set THAU_TEST_POSTGRES to one where databases can be made)"
        if DEMANDED:
            pytest.fail(f"PostgreSQL tests are demanded, but there is {message}")
        pytest.skip(message)
    yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    asyncio.run(_on_server(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One migrated PostgreSQL database for the whole run; tests empty it."""
    for url in fresh_postgres():
        asyncio.run(_migrated(url))
        yield url


async def _migrated(url: str) -> None:
    database = Database(StorageSettings(url=url))
    await database.migrate()
    await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "thau.sqlite"
    asyncio.run(_migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty database of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    path = tmp_path / "thau.sqlite"
    path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of each kind without any tables."""
    if request.param == "postgresql":
        yield from fresh_postgres()
    else:
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(StorageSettings(url=database_url))
    yield database
    await database.close()
    if database.url.get_backend_name() == "postgresql":
        # Far quicker than TRUNCATE for a few rows.
        await _on_server("; ".join(f'DELETE FROM "{table.name}"' for table in reversed(TABLES)), server=database_url)


@pytest.fixture
def sqlite_copy(tmp_path: Path, sqlite_template: Path) -> Path:
    path = tmp_path / "only.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    return path


@pytest.fixture
async def sqlite_database(sqlite_copy: Path) -> AsyncIterator[Database]:
    database = Database(StorageSettings(url=f"sqlite:///{sqlite_copy}", busy_timeout_s=0.2))
    yield database
    await database.close()
