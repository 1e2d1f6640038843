"""The demo shop's data keeps its promises: enough of everything, believable, and each customer's story is true."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import storage.demo
from bot.domain.consent import PersonalisationLevel
from bot.domain.journey import JourneyStage, StageThresholds, stage_of
from bot.facts.happenings import happenings_of
from bot.facts.memory import Memory
from nlp.text import fold
from storage.database import Database
from storage.demo import demo_customers, load_demo

NOW = datetime(2026, 3, 12, 3, 30, tzinfo=UTC)
BRAND = "demo"


def words_of(kind: str) -> list[dict[str, Any]]:
    """The raw entries of the demo files of one kind."""
    files = sorted(Path(storage.demo.__file__).parent.glob(f"{kind}*.yaml"))
    return [entry for file in files for entry in YAML(typ="safe").load(file.read_text(encoding="utf-8"))]


def test_products_are_many_and_bilingual() -> None:
    products = words_of("products")
    assert len(products) >= 60
    assert {product["category"] for product in products} == {"fashion", "electronics", "food"}
    assert 3 <= sum(product["stock"] == 0 for product in products) <= 8
    for language in ("en", "vi"):
        names = [product[f"name_{language}"] for product in products]
        assert len(set(names)) == len(names)
    for product in products:
        assert product["name_vi"] != fold(product["name_vi"]), "Vietnamese names carry their signs"
        assert product["description_en"].endswith(".")
        assert product["description_vi"].endswith(".")
        assert 30_000 <= int(product["price"]) <= 6_000_000
        assert int(product["price"]) % 1000 == 0


def test_customers_cover_every_stage_level_and_language() -> None:
    people = demo_customers()
    assert len(people) >= 40
    assert min(Counter(person.stage for person in people).values()) >= 5
    assert set(Counter(person.stage for person in people)) == set(JourneyStage)
    assert min(Counter(person.level for person in people).values()) >= 8
    assert {person.language for person in people} == {"vi", "en", ""}
    assert all(len(person.persona) <= 120 for person in people)


def test_phone_numbers_are_made_up() -> None:
    phones = [entry["phone"] for entry in [*words_of("customers"), *words_of("orders")] if entry["phone"]]
    assert all(phone.startswith("+8490000") and len(phone) == 12 for phone in phones)


async def test_every_story_is_true(sqlite_database: Database) -> None:
    """Stages are derived by the real rules from what the level of each customer lets them use."""
    await load_demo(sqlite_database, NOW)
    wrong = []
    async with sqlite_database.work() as work:
        for person in demo_customers():
            orders = await work.catalog.orders_of(BRAND, person.id)
            events = await work.events.of(BRAND, person.id, NOW - timedelta(days=400))
            memory = Memory(orders=orders, events=events)
            verdict = stage_of(happenings_of(memory, PersonalisationLevel(person.level), NOW), NOW, StageThresholds())
            if verdict.stage != person.stage:
                wrong.append((person.id, person.stage, verdict))
    assert wrong == []


@pytest.mark.parametrize(
    ("who", "level", "status"),
    [
        ("demo-1", "basic", "shipped"),
        ("demo-2", "basic", "delivered"),
        ("demo-3", "full", "delivered"),
        ("demo-4", "off", "packed"),
        ("demo-5", "full", "delivered"),
    ],
)
async def test_the_five_of_the_dialogue(sqlite_database: Database, who: str, level: str, status: str) -> None:
    await load_demo(sqlite_database, NOW)
    async with sqlite_database.work() as work:
        customer = await work.customers.get(BRAND, who)
        orders = await work.catalog.orders_of(BRAND, who)
    newest = orders[0][0]
    assert customer is not None
    assert (customer.level, newest.status) == (level, status)
    match who:
        case "demo-1":
            assert newest.expected_at == NOW - timedelta(days=2)
        case "demo-2":
            assert newest.delivered_at is not None
            assert newest.delivered_at > NOW - timedelta(days=7)
        case "demo-3":
            assert all("CF-ROB-500" in {line.sku for line in lines} for _, lines in orders)
            assert len(orders) >= 3
        case "demo-5":
            assert sum(order.total for order, _ in orders) > 20_000_000


async def test_waiting_orders_have_no_customer(sqlite_database: Database) -> None:
    await load_demo(sqlite_database, NOW)
    async with sqlite_database.work() as work:
        waiting = await work.catalog.orders_without_customer(BRAND, "+84900002001")
        found = await work.catalog.order_by_code_and_phone_end(BRAND, "TH-20003", "2003")
        bestsellers = await work.catalog.bestsellers(BRAND, NOW - timedelta(days=200), 5)
        together = await work.catalog.bought_together(BRAND, ["SAC-65"], NOW - timedelta(days=200), 5)
    assert len(waiting) == 2
    assert found is not None
    assert len(bestsellers) == 5
    assert ("SAC-65", "CAP-C-01", 2) in [tuple(pair) for pair in together]
