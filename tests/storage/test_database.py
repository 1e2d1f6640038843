"""The database: units of work, the one commit, durable settings, clear errors."""

import asyncio
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database, StorageSettings
from storage.errors import StorageError
from storage.privacy import forget
from storage.tables import Customer

BRAND = "shop"


async def names(database: Database) -> list[str]:
    async with database.work() as work:
        return [customer.name for customer in await work.customers.all(BRAND)]


async def test_only_what_is_committed_stays(database: Database) -> None:
    async with database.work(write=True) as work:
        await work.customers.create(BRAND, "web", "1", "Lan")
        await work.commit()
    async with database.work(write=True) as work:
        await work.customers.create(BRAND, "web", "2", "Left without commit")
    with suppress(ZeroDivisionError):
        async with database.work(write=True) as work:
            await work.customers.create(BRAND, "web", "3", "Fell")
            raise ZeroDivisionError
    assert await names(database) == ["Lan"]


async def test_after_commit_runs_once_and_only_then(database: Database) -> None:
    woken: list[str] = []
    async with database.work(write=True) as work:
        work.after_commit(lambda: woken.append("never"))
    async with database.work(write=True) as work:
        work.after_commit(lambda: woken.append("once"))
        await work.customers.create(BRAND, "web", "1", "Lan")
        assert woken == []
        await work.commit()
        await work.commit()
    assert woken == ["once"]


async def test_a_reader_sees_the_state_before_an_open_write(database: Database) -> None:
    async with database.work(write=True) as work:
        await work.customers.create(BRAND, "web", "1", "Lan")
        assert await names(database) == []
        await work.commit()
    assert await names(database) == ["Lan"]


async def test_many_writers_wait_for_each_other(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.work(write=True) as work:
            seen = await work.customers.all(BRAND)
            await asyncio.sleep(0)
            await work.customers.create(BRAND, "web", str(number), f"{len(seen)}")
            await work.commit()

    await asyncio.gather(*(write(number) for number in range(20)))
    assert len(await names(database)) == 20


async def test_a_read_after_a_write_in_the_same_work_sees_the_write(database: Database) -> None:
    async with database.work(write=True) as work:
        customer = await work.customers.create(BRAND, "web", "1", "Lan")
        assert (await work.customers.get(BRAND, customer.id)) is not None
        await work.customers.set(BRAND, customer.id, name="Mai")
        found = await work.customers.get(BRAND, customer.id)
        assert found is not None
        assert found.name == "Mai"


async def test_rows_can_be_read_after_the_work(database: Database) -> None:
    async with database.work(write=True) as work:
        await work.customers.create(BRAND, "web", "1", "Lan")
        await work.commit()
    async with database.work() as work:
        known = await work.customers.by_identity(BRAND, "web", "1")
    assert known is not None
    assert known[0].name == "Lan"


async def test_times_come_back_as_the_same_moment_in_utc(database: Database) -> None:
    hanoi = datetime(2025, 11, 2, 7, 30, tzinfo=timezone(timedelta(hours=7)))
    async with database.work(write=True) as work:
        await work.customers.add(Customer(id="c", brand=BRAND, created_at=hanoi))
        await work.commit()
    async with database.work() as work:
        found = await work.customers.get(BRAND, "c")
    assert found is not None
    assert found.created_at == hanoi
    assert found.created_at.tzinfo is UTC


async def test_a_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StorageError, match="without a zone"):
        async with database.work(write=True) as work:
            await work.customers.add(Customer(id="c", brand=BRAND, created_at=datetime(2025, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize("name", ["a\x00b", "half \ud83d", "\ud800", "thường 😀"])
async def test_no_text_is_too_odd_to_be_stored(database: Database, name: str) -> None:
    async with database.work(write=True) as work:
        await work.customers.create(BRAND, "web", "1", name)
        await work.mailbox.receive(BRAND, "bot", "1", "web", "web:1", {name: [name]}, datetime.now(UTC))
        await work.commit()
    async with database.work() as work:
        (stored,) = await work.mailbox.waiting(10)
    kept = name.replace("\x00", "\ufffd").encode("utf-8", "replace").decode().replace("?", "\ufffd")
    assert await names(database) == [kept]
    assert [letter.replace("\x00", "\ufffd") for letter in stored.payload] == [kept]


async def test_ready_only_when_migrated(empty_url: str) -> None:
    database = Database(StorageSettings(url=empty_url))
    assert not await database.ready()
    await database.migrate()
    assert await database.ready()
    await database.close()


async def test_sqlite_is_durable_and_strict(sqlite_database: Database) -> None:
    async with sqlite_database.work() as work:
        found = [
            (await work.session.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        ]
    assert found == ["wal", 1, 1, 1, 200]


async def test_a_write_work_inside_a_write_work_says_so_instead_of_hanging(sqlite_database: Database) -> None:
    async with sqlite_database.work(write=True):
        with pytest.raises(StorageError, match="inside a write work"):
            async with sqlite_database.work(write=True):
                pass


async def test_a_cancelled_write_lets_the_next_one_in(database: Database) -> None:
    entered = asyncio.Event()

    async def hang() -> None:
        async with database.work(write=True) as work:
            await work.customers.create(BRAND, "web", "1", "Cancelled")
            entered.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hang())
    await entered.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    async with database.work(write=True) as work:
        await work.customers.create(BRAND, "web", "1", "Lan")
        await work.commit()
    assert await names(database) == ["Lan"]


async def test_a_write_in_a_reading_work_waits_without_stopping_the_others(sqlite_database: Database) -> None:
    async def careless() -> None:
        async with sqlite_database.work() as work:
            await work.customers.create(BRAND, "web", "2", "Careless")
            await work.commit()

    async with sqlite_database.work(write=True) as work:
        await work.customers.create(BRAND, "web", "1", "Lan")
        waiting = asyncio.create_task(careless())
        await asyncio.sleep(0.05)  # runs on while the other statement waits for the lock
        await work.commit()
    await waiting
    assert len(await names(sqlite_database)) == 2


async def test_locked_database(sqlite_database: Database) -> None:
    other = sqlite3.connect(str(sqlite_database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match=r"only\.sqlite is locked by another process"):
        async with sqlite_database.work(write=True):
            pass
    other.execute("ROLLBACK")
    other.close()
    async with sqlite_database.work(write=True) as work:
        await work.customers.create(BRAND, "web", "1", "Lan")
        await work.commit()
    assert await names(sqlite_database) == ["Lan"]


async def test_forgotten_words_leave_the_disk(sqlite_database: Database) -> None:
    async with sqlite_database.work(write=True) as work:
        customer = await work.customers.create(BRAND, "web", "1", "Nguyễn Bí Mật")
        await work.commit()
    async with sqlite_database.work(write=True) as work:
        await forget(work, BRAND, customer.id)
        await work.commit()
    await sqlite_database.tidy()
    files = Path(str(sqlite_database.url.database)).parent.glob("only.sqlite*")
    assert not any("Nguyễn Bí Mật".encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://localhost/shop", "begins with 'mysql'; allowed: sqlite"),
        ("no url at all", "can not be read"),
        ("sqlite://", "in memory"),
        ("sqlite+aiosqlite:///:memory:", "in memory"),
    ],
)
def test_a_url_that_can_not_be(url: str, message: str) -> None:
    with pytest.raises(StorageError, match=message):
        Database(StorageSettings(url=url))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///a.sqlite", "sqlite+aiosqlite:///a.sqlite"),
        ("postgres://me@host/shop", "postgresql+asyncpg://me@host/shop"),
        ("postgresql://me:secret@host/shop?sslmode=require", "postgresql+asyncpg://me:***@host/shop?ssl=require"),
    ],
)
def test_usual_urls_are_understood(given: str, used: str) -> None:
    assert str(Database(StorageSettings(url=given))) == used


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    database = Database(StorageSettings(url=f"sqlite:///{tmp_path}/nowhere/thau.sqlite"))
    with pytest.raises(StorageError, match=r"nowhere/thau\.sqlite can not be opened: its folder does not exist"):
        await database.migrate()
    assert not await database.ready()
    await database.close()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database at all " * 50)
    database = Database(StorageSettings(url=f"sqlite:///{tmp_path}/notes.txt"))
    with pytest.raises(StorageError, match="is no SQLite database"):
        await database.migrate()
    await database.close()


async def test_an_unreachable_server(unused_tcp_port: int) -> None:
    database = Database(StorageSettings(url=f"postgresql://me:secret@127.0.0.1:{unused_tcp_port}/shop"))
    with pytest.raises(StorageError, match="can not be reached") as error:
        await database.migrate()
    assert "secret" not in str(error.value)
    with pytest.raises(StorageError, match="can not be reached"):
        async with database.work():
            pass
    await database.close()


async def test_errors_quote_no_personal_data(database: Database) -> None:
    async def twice() -> None:
        async with database.work(write=True) as work:
            await work.customers.create(BRAND, "web", "0901234567", "Lan")
            await work.customers.create(BRAND, "web", "0901234567", "Lan")

    with pytest.raises(StorageError) as error:
        await twice()
    assert "0901234567" not in str(error.value)
    assert error.value.__suppress_context__
