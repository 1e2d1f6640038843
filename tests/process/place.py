"""Where a test's own shop runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.database import Database, StorageSettings
from tests.doubles.telegram import FakeForum, FakeTelegram
from tests.process.house_process import HouseProcess, free_port, house_environment, telegram_environment
from tests.process.shop import Shop
from tests.process.warm_start import WarmStart


@asynccontextmanager
async def running(
    fake: FakeTelegram, folder: Path, url: str, warm: WarmStart | None, forum: FakeForum, *, webhook: bool = False
) -> AsyncIterator[Shop]:
    """A shop of one test's own; not started yet, and stopped at the end if it runs then."""
    port = free_port()
    environment = house_environment(folder, url, port=port) | {"STAFF_CHAT_ID": str(forum.id)}
    process = HouseProcess(folder, environment | telegram_environment(fake, webhook=webhook, port=port), warm)
    database = Database(StorageSettings(url=url))
    try:
        yield Shop(fake, forum, process, database, webhook=webhook)
    finally:
        await database.close()
        if process.running:
            await process.stop()
