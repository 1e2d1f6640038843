"""Which policy version is in force: seeding, newer versions, damaged ones, drift, and brands apart."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.policy.model import PolicyBook
from bot.studio.library import Edition, Library
from storage.database import Database, StorageSettings

BRAND = "shop"
DAMAGED: dict[str, Any] = {"rules": [{"id": "broken", "then": {}}]}


def _book(text: str) -> PolicyBook:
    return PolicyBook.model_validate({"rules": [{"id": "all", "then": {"text": text}}]})


CONFIGURED, NEWER = _book("hello"), _book("welcome")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(StorageSettings(url=f"sqlite:///{tmp_path / 'studio.sqlite'}"))
    await opened.migrate()
    yield opened
    await opened.close()


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, BRAND, CONFIGURED)


async def _publish(database: Database, body: dict[str, Any], brand: str = BRAND) -> int:
    async with database.work(write=True) as work:
        version = await work.policies.publish(brand, body, "Hà", "a test")
        await work.commit()
    return version.number


async def test_the_first_start_publishes_version_one_from_the_file(database: Database, library: Library) -> None:
    assert library.edition == Edition(CONFIGURED, 0)
    assert await library.open() == Edition(CONFIGURED, 1)
    assert await library.open() == Edition(CONFIGURED, 1)
    async with database.work() as work:
        [version] = await work.policies.versions(BRAND)
    assert (version.number, version.author, version.body) == (1, "config.yaml", CONFIGURED.document())
    assert not await library.drift()


async def test_before_anything_is_published_the_file_serves(library: Library) -> None:
    assert await library.refresh() == Edition(CONFIGURED, 0)


async def test_a_newer_version_is_taken_up(database: Database, library: Library) -> None:
    await library.open()
    assert await _publish(database, NEWER.document()) == 2
    assert library.edition.number == 1
    assert await library.refresh() == Edition(NEWER, 2)
    assert library.edition == Edition(NEWER, 2)


async def test_the_database_leads_and_drift_from_the_file_is_seen(database: Database) -> None:
    await Library(database, BRAND, CONFIGURED).open()
    edited = Library(database, BRAND, NEWER)
    assert await edited.open() == Edition(CONFIGURED, 1)
    assert await edited.drift()


async def test_a_damaged_version_is_passed_over_loudly_and_once(
    database: Database, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    await library.open()
    await _publish(database, NEWER.document())
    await _publish(database, DAMAGED)
    with caplog.at_level(logging.ERROR):
        assert await library.refresh() == Edition(NEWER, 2, sound=False)
        assert await library.refresh() == Edition(NEWER, 2, sound=False)
    assert [record.getMessage() for record in caplog.records] == [
        "policy version 3 is damaged: Value error, give exactly one of skill, text, ask, offer, escalate, silence; "
        "given: none"
    ]
    await _publish(database, CONFIGURED.document())
    assert await library.refresh() == Edition(CONFIGURED, 4)


async def test_when_nothing_published_is_sound_the_file_serves(
    database: Database, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    await _publish(database, DAMAGED)
    await _publish(database, {"rules": "none"})
    assert await library.open() == Edition(CONFIGURED, 0, sound=False)
    assert "config.yaml's policies serve" in caplog.text
    assert not await library.drift()


async def test_two_brands_keep_apart(database: Database, library: Library) -> None:
    other = Library(database, "other", NEWER)
    await library.open()
    assert await other.open() == Edition(NEWER, 1)
    await _publish(database, _book("bye").document(), "other")
    assert await library.refresh() == Edition(CONFIGURED, 1)
    assert (await other.refresh()).number == 2
