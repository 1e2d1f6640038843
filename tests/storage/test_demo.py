"""The demo shop loads whole, dated relative to now, and a second load adds nothing."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.domain.consent import PersonalisationLevel
from bot.domain.journey import JourneyStage
from bot.domain.views import AddressForm, OrderStatus
from storage import demo
from storage.database import Database
from storage.demo import DemoCustomer, demo_customers, load_demo
from storage.demo.loading import CustomerEntry
from storage.errors import StorageError
from storage.importing import CustomerRow, OrderRow
from storage.privacy import forget
from storage.tables import Event

SAMPLE = Path(__file__).parent / "sample_shop"
SHIPPED = Path(demo.__file__).parent
NOW = datetime(2025, 11, 2, 9, 0, tzinfo=UTC)


def test_the_list_for_the_simulator() -> None:
    lan, tom = demo_customers(SAMPLE)
    assert lan == DemoCustomer(
        id="demo-1",
        external_id="demo-1",
        name="Nguyễn Thị Lan",
        persona="Busy mother; her parcel is two days late.",
        stage="post_purchase",
        level="basic",
        language="vi",
    )
    assert (tom.level, tom.language) == ("off", "en")


async def test_a_load(database: Database) -> None:
    loaded = await load_demo(database, NOW, folder=SAMPLE)
    assert loaded == {"products": 2, "customers": 2, "orders": 2, "events": 1}
    async with database.work() as work:
        known = await work.customers.by_identity("demo", "web", "demo-1")
        assert known is not None
        lan = known[0]
        assert (lan.id, lan.phone, lan.address, lan.level) == ("demo-1", "+84901234567", "chị", "basic")
        assert [entry.value for entry in await work.customers.consents("demo", "demo-1")] == ["basic"]
        ((order, lines),) = await work.catalog.orders_of("demo", "demo-1")
        assert (order.code, order.phone, order.total) == ("TH-10234", "+84901234567", 2 * 199_000 + 790_000)
        assert order.placed_at == NOW - timedelta(days=5)
        assert order.status_at == NOW - timedelta(days=2, hours=4)
        assert [(line.sku, line.quantity, line.unit_price) for line in lines] == [
            ("AO-THUN-01", 2, 199_000),
            ("TAI-NGHE-01", 1, 790_000),
        ]
        (waiting,) = await work.catalog.orders_without_customer("demo", "+84905550123")
        assert waiting.status_at == NOW - timedelta(days=4)
        (event,) = await work.events.of("demo", "demo-1", NOW - timedelta(days=1))
        assert (event.at, event.data["from"]) == (NOW - timedelta(hours=3), "web")


async def test_a_second_load_dates_anew_and_brings_nobody_back(database: Database) -> None:
    await load_demo(database, NOW, folder=SAMPLE)
    async with database.work(write=True) as work:
        await work.customers.set("demo", "demo-1", level="full")
        await forget(work, "demo", "demo-2")
        await work.events.add("demo", "demo-1", "dismissed", "AO-THUN-01", {}, NOW)
        await work.commit()
    later = NOW + timedelta(days=30)
    assert (await load_demo(database, later, folder=SAMPLE))["customers"] == 0
    async with database.work() as work:
        (lan,) = await work.customers.all("demo")
        assert (lan.id, lan.level) == ("demo-1", "full")
        ((order, lines),) = await work.catalog.orders_of("demo", "demo-1")
        assert (order.placed_at, len(lines)) == (later - timedelta(days=5), 2)
        assert (await work.session.execute(select(func.count()).select_from(Event))).scalar_one() == 2


async def test_a_real_shop_is_left_alone(database: Database) -> None:
    async with database.work(write=True) as work:
        await work.customers.create("shop", "telegram", "1", "A real person")
        await work.commit()
    with pytest.raises(StorageError, match="not into 'shop'"):
        await load_demo(database, NOW, brand="shop", folder=SAMPLE)
    await load_demo(database, NOW, brand="empty", folder=SAMPLE)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("products.yaml", "price: 199000", "price: cheap", r"products.yaml, entry 1: price: .*'cheap'"),
        ("products.yaml", "sku: TAI-NGHE-01", "sku: AO-THUN-01", "entry 2: 'AO-THUN-01' stands there twice"),
        ("products.yaml", "stock: 24", "stok: 24", "stok: Extra inputs"),
        ("customers.yaml", "placed: -5d", "placed: last week", "TH-10234: placed: 'last week' is no offset"),
        ("customers.yaml", "placed: -5d", "placed: d", "is no offset"),
        ("customers.yaml", "{sku: AO-THUN-01, quantity: 2}", "{sku: AO, quantity: 2}", "there is no product 'AO'"),
        ("customers.yaml", "level: basic", "level: some", r"\(demo-1\)|level: Input should be"),
        ("customers.yaml", "status: shipped", "status: lost", "status: Input should be"),
        ("orders.yaml", "- {code", "- {{code", r"orders.yaml"),
        ("orders.yaml", "- {code", "  {code", "must be a list"),
    ],
)
async def test_a_mistake_names_its_place(
    sqlite_database: Database, tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    folder = shutil.copytree(SAMPLE, tmp_path / "shop")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(StorageError, match=message):
        await load_demo(sqlite_database, NOW, folder=folder)
    async with sqlite_database.work() as work:
        assert await work.catalog.products("demo") == []


def test_storage_allows_what_the_domain_knows() -> None:
    """Storage can not import the domain, so the same words stand in both."""

    def words(model: type[CustomerRow] | type[OrderRow], field: str) -> set[str]:
        return set(model.model_json_schema()["properties"][field]["enum"])

    assert words(OrderRow, "status") == set(OrderStatus)
    assert words(CustomerRow, "address") - {""} == set(AddressForm)
    assert words(CustomerEntry, "level") == set(PersonalisationLevel)
    assert words(CustomerEntry, "stage") == set(JourneyStage)


@pytest.mark.skipif(not list(SHIPPED.glob("products*.yaml")), reason="the demo shop's files are not written yet")
async def test_the_shipped_shop_is_without_mistakes(sqlite_database: Database) -> None:
    loaded = await load_demo(sqlite_database, NOW)
    assert loaded["products"] >= 60
    assert loaded["customers"] == len(demo_customers()) >= 40
    assert {customer.stage for customer in demo_customers()} == set(JourneyStage)
