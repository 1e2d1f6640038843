"""One shop per way of running it, shared by the tests of a session: each test brings its own customers."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from storage.database import Database, StorageSettings
from storage.demo import load_demo
from tests.doubles.telegram import NO_LIMITS, FakeTelegram
from tests.process.house_process import (
    PATIENCE,
    HouseProcess,
    free_port,
    house_environment,
    telegram_environment,
)
from tests.process.shop import BRAND, Shop
from tests.process.warm_start import WarmStart
from tests.storage.conftest import fresh_postgres


@dataclass(frozen=True, slots=True)
class Place:
    """How and where a shop runs."""

    folder: Path
    database_url: str
    webhook: bool = False
    installed: bool = False  # started by the installed command


@pytest.fixture(scope="session")
def stocked_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo shop in it, to be copied."""
    path = tmp_path_factory.mktemp("stocked") / "shop.sqlite"
    asyncio.run(_stock(f"sqlite:///{path}"))
    return path


async def _stock(url: str) -> None:
    database = Database(StorageSettings(url=url))
    await database.migrate()
    await load_demo(database, datetime.now(UTC), BRAND)
    await database.tidy()
    await database.close()


@pytest.fixture(
    scope="session",
    params=["polling", "webhook", pytest.param("postgresql", marks=[pytest.mark.slow, pytest.mark.postgres])],
)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Long polling and webhook on SQLite, and PostgreSQL."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "postgresql":
        for url in fresh_postgres():
            asyncio.run(_stock(url))
            yield Place(folder, url)
        return
    copy = folder / "shop.sqlite"
    copy.write_bytes(request.getfixturevalue("stocked_file").read_bytes())
    webhook = request.param == "webhook"
    yield Place(folder, f"sqlite:///{copy}", webhook, installed=not webhook)


# The fake runs in this worker's event loop, so it stands still while tests of other rooms run on the same worker; what
# the shop says of that is right.
STOOD_STILL = ("server that can be reached", "Telegram works again", "sent or not is unknown")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shop(place: Place, warm: WarmStart) -> AsyncIterator[Shop]:
    """A running shop with its staff group; when polling it is started by the installed command, as users do."""
    async with FakeTelegram(limits=NO_LIMITS, webhook_patience=0.05) as fake:
        forum = fake.staff_group("Staff")
        port = free_port()
        environment = house_environment(place.folder, place.database_url, port=port)
        environment |= telegram_environment(fake, webhook=place.webhook, port=port) | {"STAFF_CHAT_ID": str(forum.id)}
        process = HouseProcess(place.folder, environment, None if place.installed else warm)
        database = Database(StorageSettings(url=place.database_url))
        await process.start()
        await fake.until(lambda: "is on duty" in process.log, 30)
        opened = Shop(fake, forum, process, database, webhook=place.webhook)
        yield opened
        await database.close()
        assert await process.stop() == 0
        assert "Traceback" not in process.log
        assert [line for line in opened.unexpected() if not any(words in line for words in STOOD_STILL)] == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(shop: Shop) -> AsyncIterator[Page]:
    """The shop's desk in a real browser, entered by the one-time link that the start printed."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = await browser.new_context(locale="en-US")
        context.set_default_timeout(PATIENCE * 1000)
        page = await context.new_page()
        await page.goto(shop.process.login_link)
        yield page
        await browser.close()


@pytest.fixture(scope="session")
def warm() -> Iterator[WarmStart]:
    """A process that starts shops in a moment."""
    with WarmStart() as started:
        yield started


@pytest.fixture
def stocked(tmp_path: Path, stocked_file: Path) -> str:
    """The URL of a database of this test's own, with the demo shop in it."""
    copy = tmp_path / "shop.sqlite"
    copy.write_bytes(stocked_file.read_bytes())
    return f"sqlite:///{copy}"


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Everything here starts processes."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.process)
