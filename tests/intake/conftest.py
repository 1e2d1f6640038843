"""What the intake's tests share: a real database in a file, messages, and fast settings."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.pool import QueuePool

from bot.domain.incoming import Incoming, Sender
from bot.intake.settings import BackoffSettings, BurstSettings, IntakeSettings, OutboxSettings
from bot.intake.update import Update
from storage.database import Database, StorageSettings
from tests.doubles.clock import FakeClock

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
AT_ONCE = BurstSettings(shortest=0, longest=0, in_all=0)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(StorageSettings(url=f"sqlite:///{tmp_path / 'shop.sqlite'}"))
    await database.migrate()
    yield database
    await database.close()


@pytest.fixture
def clock(database: Database) -> FakeClock:
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    return FakeClock(busy=pool.checkedout)


def quick(**fields: Any) -> IntakeSettings:
    """No burst window, no limits."""
    given: dict[str, Any] = {"burst": AT_ONCE, "outbox": OutboxSettings(limits={})}
    return IntakeSettings(**{**given, **fields})


def backoff(first: float, cap: float = 60) -> BackoffSettings:
    return BackoffSettings(first=first, cap=cap)


def said(text: str = "", chat: str = "1", **fields: Any) -> Incoming:
    message = Incoming("demo", "telegram", f"telegram:777:{chat}", Sender(chat), NOON, text)
    return replace(message, **fields)


def update(number: int, chat: str = "1", text: str = "xin chào") -> Update:
    return Update("demo", "777", str(number), "telegram", f"telegram:777:{chat}", {"text": text}, NOON)
