"""What `thau corrections` writes: the corpus' shape, only with a yes, masked; the rest is counted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.facts.lessons import lessons, register_of
from nlp.types import Language
from storage.database import Database, StorageSettings
from storage.tables import Correction, Turn
from storage.work import Work

BRAND = "shop"
NOW = datetime(2025, 11, 2, 9, 0, tzinfo=UTC)
TEXT = "Em là Lan Chi, đơn TH-10234 đâu, gọi 0901234567"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(StorageSettings(url=f"sqlite:///{tmp_path / 'lessons.sqlite'}"))
    await opened.migrate()
    yield opened
    await opened.close()


async def corrected(work: Work, who: str, *, consent: str = "yes", text: str = TEXT, **fields: Any) -> int:
    """A customer whose words were read as angry and corrected; the turn's number."""
    customer = await work.customers.create(BRAND, "web", who, "Lan Chi")
    if consent:
        await work.customers.record_consent(BRAND, customer.id, "improve", consent, "web", "may I?", "1", NOW)
    where = await work.turns.open(BRAND, "web", f"web:{who}", customer.id)
    said = Turn(brand=BRAND, conversation_id=where.id or 0, customer_id=customer.id, author="customer", text=text)
    turn = await work.turns.add(said)
    heard = {"language": "vi", "intent": "track_order", "alarms": ["human_wish"]} | fields.pop("heard", {})
    values = {"read": "angry", "mood": "anxious", "source": "encoder", "heard": heard, "at": NOW} | fields
    await work.corrections.put(Correction(brand=BRAND, turn_id=turn, customer_id=customer.id, **values))
    return turn


async def test_a_line_has_the_corpus_shape_and_tells_nobodys_name(database: Database) -> None:
    async with database.work(write=True) as work:
        await corrected(work, "1")
        found = await lessons(work, BRAND)
    (row,) = found.rows
    assert row.pop("id").startswith("correction-")
    assert row == {
        "scenario": "corrections",
        "split": "train",
        "mood": "anxious",
        "intent": "track_order",
        "alarms": ["human_wish"],
        "emotions": ["nervousness"],
        "register": "plain",
        "text": "Em là [name], đơn 0000 đâu, gọi 0000",
        "language": "vi",
    }


@pytest.mark.parametrize("consent", ["", "no"])
async def test_without_a_yes_no_word_leaves_but_the_figure_counts(database: Database, consent: str) -> None:
    async with database.work(write=True) as work:
        await corrected(work, "1", consent=consent)
        found = await lessons(work, BRAND)
    assert (found.rows, found.withheld, found.unfit) == ([], 1, 0)
    assert found.moods == {("angry", "anxious"): 1}


async def test_expired_changed_and_foreign_words_teach_nothing(database: Database) -> None:
    async with database.work(write=True) as work:
        await corrected(work, "1", text=" ")
        changed = await corrected(work, "2")
        await work.turns.edit(changed, "something else", {}, NOW + timedelta(minutes=1))
        await corrected(work, "3", heard={"language": "other"})
        found = await lessons(work, BRAND)
    assert (found.rows, found.withheld, found.unfit) == ([], 0, 3)


async def test_since_and_brand_bound_what_is_taken(database: Database) -> None:
    async with database.work(write=True) as work:
        await corrected(work, "1", at=NOW - timedelta(days=2))
        await corrected(work, "2")
        assert len((await lessons(work, BRAND, NOW)).rows) == 1
        assert len((await lessons(work, BRAND)).rows) == 2
        assert (await lessons(work, "other")).moods == {}


@pytest.mark.parametrize(
    ("text", "language", "register"),
    [
        ("Đơn của mình đâu rồi shop?", Language.VI, "plain"),
        ("don cua minh dau roi shop", Language.VI, "nodia"),
        ("shop ơi hàng k nhận đc", Language.VI, "teencode"),
        ("Where is my order?", Language.EN, "plain"),
        ("WHERE IS MY ORDER, ANSWER ME NOW", Language.EN, "caps"),
    ],
)
def test_how_it_was_typed(text: str, language: Language, register: str) -> None:
    assert register_of(text, language) == register
