"""A shop for a served process: the demo shop's goods, and customers whom Telegram and the shop both know."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.place import CONFIG, sqlite_url
from bot.settings import load_settings
from storage.database import Database, StorageSettings
from storage.demo import load_demo
from storage.tables import Order, OrderLine
from storage.work import Work

_ORDERS = (("shipped", timedelta(days=3)), ("delivered", timedelta(days=40)))


async def stock_shop(folder: Path, telegram_ids: Sequence[int]) -> None:
    """Make the database in `folder`: the demo shop, and these people with a parcel on its way and an older order."""
    brand, now = load_settings(CONFIG).config.brand.id, datetime.now(UTC)
    database = Database(StorageSettings(url=sqlite_url(folder)))
    await database.migrate()
    await load_demo(database, now, brand)
    async with database.work(write=True) as work:
        skus = [product.sku for product in await work.catalog.products(brand)]
        for number, person in enumerate(telegram_ids):
            await _known(work, brand, number, str(person), skus, now)
        await work.commit()
    await database.close()


async def _known(work: Work, brand: str, number: int, person: str, skus: Sequence[str], now: datetime) -> None:
    customer = await work.customers.create(brand, "telegram", person, f"Customer {number}")
    for index, (status, age) in enumerate(_ORDERS):
        order = Order(
            brand=brand,
            code=f"BM-{number}-{index}",
            customer_id=customer.id,
            status=status,
            placed_at=now - age,
            status_at=now - age + timedelta(days=1),
            delivered_at=now - age + timedelta(days=4) if status == "delivered" else None,
            total=400_000,
        )
        bought = (skus[(number + step) % len(skus)] for step in (0, 7))
        lines = [OrderLine(brand=brand, order_id=0, sku=sku, quantity=1, unit_price=200_000) for sku in bought]
        await work.catalog.put_order(order, lines)
