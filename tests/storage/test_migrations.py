"""The migrations make exactly the tables of the code, on both databases, and can be taken back."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage import migrations
from storage.database import Database, StorageSettings
from storage.errors import StorageError
from storage.tables import TABLES


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, TABLES[0].metadata))


async def test_metadata_and_migrations_agree(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_up_down_and_up_again(empty_url: str) -> None:
    database = Database(StorageSettings(url=empty_url))
    await database.migrate()
    await database.migrate()
    async with database.engine.begin() as connection:
        await connection.run_sync(migrations.downgrade, "base")
    async with database.engine.connect() as connection:
        left = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert left == ["alembic_version"]
    await database.migrate()
    assert await database.ready()
    await database.close()


async def test_processes_that_start_at_once_migrate_one_after_the_other(empty_url: str) -> None:
    databases = [Database(StorageSettings(url=empty_url)) for _ in range(3)]
    await asyncio.gather(*(database.migrate() for database in databases))
    for database in databases:
        assert await database.ready()
        await database.close()


async def test_a_schema_newer_than_the_code_is_refused(empty_url: str) -> None:
    database = Database(StorageSettings(url=empty_url))
    await database.migrate()
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not await database.ready()
    with pytest.raises(StorageError, match="schema 9999, which this version of Thấu does not know"):
        await database.migrate()
    await database.close()
