"""Loads the demo shop into a database (the format of its files: see storage.demo)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlalchemy import delete
from sqlmodel import col

from storage.database import Database
from storage.errors import StorageError
from storage.importing import CustomerRow, OrderRow, ProductRow, put_order, refusals
from storage.tables import Customer, Event, Product
from storage.work import Work

BRAND = "demo"
CHANNEL = "web"
_HERE = Path(__file__).parent
_OFFSET = re.compile(r"([+-]?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")
_ORDER_TIMES = {"placed": "placed_at", "status_at": "status_at", "expected": "expected_at", "delivered": "delivered_at"}
_DEMO_DATA = {"demo": True}  # marks the events that a later load replaces

EntryT = TypeVar("EntryT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A demo customer as the simulator lists them; `id` is also the web channel's external id."""

    id: str
    external_id: str
    name: str
    persona: str
    stage: str
    level: str
    language: str


class EventEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str = Field(min_length=1, max_length=24)
    subject: str = Field(default="", max_length=64)
    at: str
    data: dict[str, Any] = {}


class CustomerEntry(CustomerRow):
    id: str = Field(pattern=r"^demo-\d+$", max_length=32)
    name: str = Field(min_length=1)
    level: Literal["off", "basic", "full"] = "off"
    stage: Literal["awareness", "consideration", "decision", "post_purchase", "retention", "at_risk"]
    persona: str = Field(min_length=1)
    orders: list[dict[str, Any]] = []
    events: list[EventEntry] = []


def demo_customers(folder: Path = _HERE) -> list[DemoCustomer]:
    """The demo customers in the order of their files. Raises StorageError for a mistake in them."""
    return [
        DemoCustomer(entry.id, entry.id, entry.name, entry.persona, entry.stage, entry.level, entry.language)
        for _, entry in _checked(CustomerEntry, folder, "customers")
    ]


async def load_demo(database: Database, now: datetime, brand: str = BRAND, folder: Path = _HERE) -> dict[str, int]:
    """Load the shop, or bring a shop loaded before up to date; how many of each kind. `now` is aware.

    A second load adds nothing twice: products, orders and demo events are dated anew, customers stay as they became,
    and who was forgotten stays forgotten. Raises StorageError for a mistake in the files and for a shop with customers
    of its own.
    """
    products = {entry.sku: entry for _, entry in _checked(ProductRow, folder, "products")}
    async with database.work(write=True) as work:
        known = {customer.id for customer in await work.customers.all(brand, limit=10_000)}
        if brand != BRAND and known:
            raise StorageError(f"The demo shop goes into an empty database or into brand {BRAND!r}, not into {brand!r}")
        rows = [Product(brand=brand, **entry.model_dump(mode="json")) for entry in products.values()]
        await work.catalog.put_products(rows)
        loader = _Loader(work, brand, now, {sku: entry.price for sku, entry in products.items()})
        await work.session.execute(delete(Event).where(col(Event.brand) == brand, col(Event.data)["demo"].as_boolean()))
        for where, entry in _checked(CustomerEntry, folder, "customers"):
            if not known:
                await loader.customer(entry)
            if not known or entry.id in known:
                await loader.story(where, entry)
        for where, order in _entries(folder, "orders"):
            if not order.get("customer") or not known or order["customer"] in known:
                await loader.order(where, order)
        await work.commit()
    return {"products": len(products), "customers": loader.customers, "orders": loader.orders, "events": loader.events}


class _Loader:
    """Writes entries, and counts them."""

    def __init__(self, work: Work, brand: str, now: datetime, prices: dict[str, int]) -> None:
        self._work, self._brand, self._now, self._prices = work, brand, now, prices
        self.customers = self.orders = self.events = 0

    async def customer(self, entry: CustomerEntry) -> None:
        person = Customer(
            brand=self._brand, **entry.model_dump(exclude={"level", "stage", "persona", "orders", "events"})
        )
        await self._work.customers.add(person)
        await self._work.customers.identify(self._brand, entry.id, CHANNEL, entry.id, entry.name)
        if entry.level != "off":
            consent = (entry.id, "level", entry.level, CHANNEL, "Part of the demo shop.", "demo")
            await self._work.customers.record_consent(self._brand, *consent, self._now)
        self.customers += 1

    async def story(self, where: str, entry: CustomerEntry) -> None:
        for order in entry.orders:
            await self.order(where, {"phone": entry.phone} | order | {"customer": entry.id})
        happened = [
            Event(
                brand=self._brand,
                customer_id=entry.id,
                kind=event.kind,
                subject=event.subject,
                data=event.data | _DEMO_DATA,
                at=_time(self._now, event.at, f"{where}: events"),
            )
            for event in entry.events
        ]
        await self._work.events.add_many(happened)
        self.events += len(happened)

    async def order(self, where: str, entry: dict[str, Any]) -> None:
        where = f"{where}: order {entry.get('code', '')}"
        fields = {name: value for name, value in entry.items() if name not in _ORDER_TIMES}
        for offset, column in _ORDER_TIMES.items():
            if offset in entry:
                fields[column] = _time(self._now, entry[offset], f"{where}: {offset}")
        fields["lines"] = [self._priced(line, where) for line in entry.get("lines", [])]
        await put_order(self._work, self._brand, _valid(OrderRow, fields, where))
        self.orders += 1

    def _priced(self, line: dict[str, Any], where: str) -> dict[str, Any]:
        if (sku := line.get("sku")) not in self._prices:
            raise StorageError(f"{where}: lines: there is no product {sku!r}")
        return {"unit_price": self._prices[sku]} | line


def _entries(folder: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every entry of the files of a kind, and where it stands."""
    for path in sorted(folder.glob(f"{kind}*.yaml")):
        try:
            entries = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, YAMLError) as error:
            raise StorageError(f"{path}: {error}") from error
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise StorageError(f"{path}: must be a list of entries with keys")
        for number, entry in enumerate(entries, start=1):
            yield f"{path.name}, entry {number}", entry


def _checked(model: type[EntryT], folder: Path, kind: str) -> Iterator[tuple[str, EntryT]]:
    seen: set[str] = set()
    for where, entry in _entries(folder, kind):
        checked = _valid(model, entry, where)
        name = entry.get("sku") or entry.get("id") or ""
        if name in seen:
            raise StorageError(f"{where}: {name!r} stands there twice")
        seen.add(name)
        yield f"{where} ({name})", checked


def _valid(model: type[EntryT], entry: dict[str, Any], where: str) -> EntryT:
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        fault = refusals(0, error)[0]
        raise StorageError(f"{where}: {fault.column}: {fault.reason} (it says {fault.value!r})") from None


def _time(now: datetime, offset: object, where: str) -> datetime:
    """`now` moved by an offset such as -2d4h."""
    match = _OFFSET.fullmatch(str(offset))
    if match is None or not any(match.groups()[1:]):
        raise StorageError(f"{where}: {offset!r} is no offset; write it like -2d4h or +1d")
    sign, days, hours, minutes = match.groups(default="0")
    distance = timedelta(days=int(days), hours=int(hours), minutes=int(minutes))
    return now - distance if sign == "-" else now + distance
