"""Products and orders."""

from datetime import UTC, datetime, timedelta

from storage.database import Database
from storage.tables import Order, OrderLine, Product
from storage.work import Work

BRAND = "shop"
NOW = datetime(2025, 11, 2, 9, 0, tzinfo=UTC)
PHONE = "+84901234567"


def product(sku: str, **fields: object) -> Product:
    return Product(brand=BRAND, sku=sku, name_en=sku, name_vi=sku, category="x", price=100_000, **fields)


async def order(
    work: Work, code: str, *skus: str, customer: str | None = None, days_ago: int = 1, **fields: object
) -> None:
    placed = NOW - timedelta(days=days_ago)
    await work.catalog.put_order(
        Order(brand=BRAND, code=code, customer_id=customer, placed_at=placed, **fields),
        [OrderLine(brand=BRAND, order_id=0, sku=sku, quantity=2, unit_price=1) for sku in skus],
    )


async def test_putting_a_product_again_replaces_it(database: Database) -> None:
    words = {"size": {"en": ["Size", "S"], "vi": ["Cỡ", "S"]}}
    async with database.work(write=True) as work:
        await work.catalog.put_products([product("A", stock=1), product("B"), product("C", active=False)])
        await work.catalog.put_product(product("A", stock=7, attributes=words, keywords=["áo"]))
        await work.catalog.put_products([])
        found = await work.catalog.products(BRAND)
    assert [(item.sku, item.stock) for item in found] == [("A", 7), ("B", 0)]
    assert (found[0].attributes, found[0].keywords) == (words, ["áo"])


async def test_orders_come_newest_first_with_their_lines(database: Database) -> None:
    async with database.work(write=True) as work:
        await order(work, "TH-1", "A", "B", customer="lan", days_ago=9)
        await order(work, "TH-2", customer="lan", days_ago=1)
        await order(work, "TH-3", "C", customer="lan", days_ago=5)
        await order(work, "TH-4", "C", customer="somebody else")
        found = await work.catalog.orders_of(BRAND, "lan")
        newest = await work.catalog.orders_of(BRAND, "lan", limit=1)
    assert [(row.code, [line.sku for line in lines]) for row, lines in found] == [
        ("TH-2", []),
        ("TH-3", ["C"]),
        ("TH-1", ["A", "B"]),
    ]
    assert [row.code for row, _ in newest] == ["TH-2"]


async def test_putting_an_order_again_replaces_its_lines_and_keeps_its_customer(database: Database) -> None:
    async with database.work(write=True) as work:
        await order(work, "th-1", "A", "B", customer="lan")
        await order(work, "TH-1", "C", status="shipped")
        ((row, lines),) = await work.catalog.orders_of(BRAND, "lan")
    assert (row.code, row.status, [line.sku for line in lines]) == ("TH-1", "shipped", ["C"])


async def test_an_order_is_found_by_code_only_with_the_right_digits(database: Database) -> None:
    async with database.work(write=True) as work:
        await order(work, "TH-1", phone=PHONE)
        await order(work, "TH-2", phone="")
        catalog = work.catalog
        found = await catalog.order_by_code_and_phone_end(BRAND, " th-1 ", "4567")
        assert found is not None
        assert found.code == "TH-1"
        for code, digits in (
            ("TH-1", "1234"),
            ("TH-1", ""),
            ("TH-1", "567"),
            ("TH-1", "%567"),
            ("TH-2", ""),
            ("X", "4567"),
        ):
            assert await catalog.order_by_code_and_phone_end(BRAND, code, digits) is None


async def test_orders_wait_for_the_customer_who_proves_the_number(database: Database) -> None:
    async with database.work(write=True) as work:
        await order(work, "TH-1", phone=PHONE)
        await order(work, "TH-2", phone=PHONE, customer="other")
        await order(work, "TH-3", phone="")
        waiting = await work.catalog.orders_without_customer(BRAND, PHONE)
        assert [row.code for row in waiting] == ["TH-1"]
        assert await work.catalog.orders_without_customer(BRAND, "") == []
        assert await work.catalog.adopt_orders(BRAND, "", "lan") == 0
        assert await work.catalog.adopt_orders(BRAND, PHONE, "lan") == 1
        assert [row.code for row, _ in await work.catalog.orders_of(BRAND, "lan")] == ["TH-1"]
        assert await work.catalog.adopt_orders(BRAND, PHONE, "thief") == 0


async def test_a_later_order_goes_to_whoever_has_its_number(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await work.customers.create(BRAND, "telegram", "77", "Lan")
        await work.customers.set(BRAND, lan.id, phone=PHONE)
        await order(work, "TH-1", phone=PHONE)
        await order(work, "TH-2", phone=PHONE, customer="mai")
        await order(work, "TH-2", phone=PHONE)
        await order(work, "TH-3", phone="+84900000000")
        assert [row.code for row, _ in await work.catalog.orders_of(BRAND, lan.id)] == ["TH-1"]
        assert [row.code for row, _ in await work.catalog.orders_of(BRAND, "mai")] == ["TH-2"]
        await order(work, "TH-1", phone=PHONE, customer="mai")
        assert await work.catalog.orders_of(BRAND, lan.id) == []


async def test_bestsellers_count_kept_orders_of_products_on_sale(database: Database) -> None:
    async with database.work(write=True) as work:
        await work.catalog.put_products([product("A"), product("B"), product("C"), product("Gone", active=False)])
        for number in range(3):
            await order(work, f"A{number}", "A", "Gone")
        await order(work, "B1", "B", "B")
        await order(work, "B2", "B", "C", status="returned")
        await order(work, "C1", "C", days_ago=99)
        await order(work, "C2", "C")
        found = await work.catalog.bestsellers(BRAND, NOW - timedelta(days=30), 10)
        assert found == [("A", 3), ("B", 1), ("C", 1)]
        assert await work.catalog.bestsellers("other", NOW - timedelta(days=30), 10) == []


async def test_bought_together(database: Database) -> None:
    async with database.work(write=True) as work:
        await work.catalog.put_products([product(sku) for sku in "ABCD"])
        await order(work, "1", "A", "B", "C")
        await order(work, "2", "A", "C")
        await order(work, "3", "A", "B", "D", status="cancelled")
        found = await work.catalog.bought_together(BRAND, ["A", "B"], NOW - timedelta(days=30), 10)
    assert found == [("A", "C", 2), ("B", "C", 1)]
