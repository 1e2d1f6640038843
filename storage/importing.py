"""The shop's own lists coming in, as CSV or JSON Lines: good rows are kept, refused rows are reported one by one.

Products: sku, name_en, name_vi, category, price, stock, description_en, description_vi, attributes (JSON), keywords
(separated by |), warranty_months, returnable, active. Customers: id, name, phone, email, language, address. Orders:
code, phone, customer, status, placed_at, status_at, expected_at, delivered_at, carrier, tracking, paid, lines; in CSV
one row per order line, with sku, quantity and unit_price in place of lines. Money is whole VND; times carry a zone.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from storage.errors import StorageError
from storage.phones import e164
from storage.tables import Customer, Order, OrderLine, Product
from storage.work import Work

_BATCH = 500
_SHOWN = 60  # signs of a refused value that the report shows


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a row was not taken. `line` counts from 1, a CSV's header included; `column` may be empty."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Report:
    """What became of a file."""

    kept: int = 0
    refused: list[Refusal] = field(default_factory=list)


def _list_of(text: Any) -> Any:
    return [word.strip() for word in text.split("|") if word.strip()] if isinstance(text, str) else text


def _document(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) else text


Phone = Annotated[str, Field(max_length=30), AfterValidator(e164)]
Money = Annotated[int, Field(ge=0, le=10**12)]
Sku = Annotated[str, Field(min_length=1, max_length=40)]
Label = tuple[str, str]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class ProductRow(_Row):
    sku: Sku
    name_en: str = Field(min_length=1)
    name_vi: str = Field(min_length=1)
    category: str = Field(min_length=1, max_length=40)
    price: Money
    stock: int = Field(default=0, ge=0, le=10**9)
    description_en: str = ""
    description_vi: str = ""
    attributes: Annotated[dict[str, dict[Literal["en", "vi"], Label]], BeforeValidator(_document)] = {}
    keywords: Annotated[list[str], BeforeValidator(_list_of)] = []
    warranty_months: int = Field(default=0, ge=0, le=600)
    returnable: bool = True
    active: bool = True


class CustomerRow(_Row):
    id: str = Field(min_length=1, max_length=32)
    name: str = ""
    phone: Phone = ""
    email: str = Field(default="", max_length=254)
    language: Literal["", "en", "vi"] = ""
    address: Literal["", "quý khách", "anh", "chị", "em", "bạn", "cô", "chú", "bác", "ông", "bà"] = ""


class OrderLineRow(_Row):
    sku: Sku
    quantity: int = Field(default=1, ge=1, le=10**6)
    unit_price: Money


class OrderRow(_Row):
    code: str = Field(min_length=1, max_length=24)
    phone: Phone = ""
    customer: str = ""  # a customer's id; empty: the order waits for its customer
    status: Literal["placed", "packed", "shipped", "delivered", "returned", "cancelled"]
    placed_at: AwareDatetime
    status_at: AwareDatetime | None = None
    expected_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    carrier: str = Field(default="", max_length=40)
    tracking: str = Field(default="", max_length=40)
    paid: bool = False
    lines: list[OrderLineRow] = Field(min_length=1)


NumberedRow = tuple[int, dict[str, Any] | Refusal]
RowT = TypeVar("RowT", bound=_Row)


def read(path: Path) -> Iterator[NumberedRow]:
    """The rows of a .csv or .jsonl file with their line numbers. Raises StorageError for another kind of file."""
    if path.suffix not in (".csv", ".jsonl"):
        raise StorageError(f"{path}: only .csv and .jsonl files can be imported")
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from _csv(lines) if path.suffix == ".csv" else _json_lines(lines)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise StorageError(f"{path} can not be read: {error}") from error


def _csv(lines: Iterable[str]) -> Iterator[NumberedRow]:
    rows = csv.DictReader(lines, restkey="", restval="")
    for row in rows:
        # An empty cell says nothing: the default holds.
        yield rows.line_num, {name: value for name, value in row.items() if value not in ("", [])}


def _json_lines(lines: Iterable[str]) -> Iterator[NumberedRow]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            row = Refusal(number, "", line.strip()[:_SHOWN], f"is no JSON: {error}")
        if not isinstance(row, dict | Refusal):
            row = Refusal(number, "", line.strip()[:_SHOWN], "is no JSON object")
        yield number, row


async def import_products(work: Work, brand: str, rows: Iterable[NumberedRow]) -> Report:
    """Add or replace products by sku."""
    report, batch = Report(), []
    for _, row in _good(ProductRow, "sku", rows, report):
        batch.append(Product(brand=brand, **row.model_dump(mode="json")))
        if len(batch) == _BATCH:
            await work.catalog.put_products(batch)
            batch = []
    await work.catalog.put_products(batch)
    return report


async def import_customers(work: Work, brand: str, rows: Iterable[NumberedRow]) -> Report:
    """Add or update customers by id. Never their level: only they themselves choose it."""
    report = Report()
    for _, row in _good(CustomerRow, "id", rows, report):
        fields = row.model_dump(exclude={"id"})
        if not await work.customers.set(brand, row.id, **fields):
            await work.customers.add(Customer(id=row.id, brand=brand, **fields))
    return report


async def import_orders(work: Work, brand: str, rows: Iterable[NumberedRow]) -> Report:
    """Add or replace orders by code. Without `customer` an order goes by its phone number, or waits for that proof."""
    report = Report()
    for line, row in _good(OrderRow, "code", _joined(rows), report):
        if row.customer and await work.customers.get(brand, row.customer) is None:
            report.kept -= 1
            report.refused.append(Refusal(line, "customer", row.customer, "there is no such customer"))
            continue
        await put_order(work, brand, row)
    return report


async def put_order(work: Work, brand: str, row: OrderRow) -> None:
    """Store a checked order with its lines; the total is theirs."""
    fields = row.model_dump(exclude={"customer", "lines", "status_at"})
    await work.catalog.put_order(
        Order(
            brand=brand,
            customer_id=row.customer or None,
            status_at=row.status_at or row.delivered_at or row.placed_at,
            total=sum(line.quantity * line.unit_price for line in row.lines),
            **fields,
        ),
        [OrderLine(brand=brand, order_id=0, **line.model_dump()) for line in row.lines],
    )


def _joined(rows: Iterable[NumberedRow]) -> Iterator[NumberedRow]:
    """One row per order from a file with one row per order line; other rows as they are."""

    def order_code(numbered: NumberedRow) -> Any:
        line, row = numbered
        return line if isinstance(row, Refusal) or "lines" in row else row.get("code", line)

    for _, group in groupby(rows, key=order_code):
        same = list(group)
        line, first = same[0]
        if isinstance(first, Refusal) or "lines" in first:
            yield line, first
            continue
        order = {name: value for name, value in first.items() if name not in OrderLineRow.model_fields}
        order["lines"] = [
            {name: row[name] for name in OrderLineRow.model_fields if name in row}
            for _, row in same
            if not isinstance(row, Refusal)
        ]
        yield line, order


def _good(model: type[RowT], key: str, rows: Iterable[NumberedRow], report: Report) -> Iterator[tuple[int, RowT]]:
    """The rows that can be kept; every other one goes into the report with all its reasons."""
    seen: dict[str, int] = {}
    for line, row in rows:
        if isinstance(row, Refusal):
            report.refused.append(row)
            continue
        try:
            good = model.model_validate(row)
        except ValidationError as error:
            report.refused.extend(refusals(line, error))
            continue
        if (first := seen.setdefault(getattr(good, key), line)) != line:
            report.refused.append(Refusal(line, key, getattr(good, key), f"stands in line {first} already"))
            continue
        report.kept += 1
        yield line, good


def refusals(line: int, error: ValidationError) -> list[Refusal]:
    """One refusal per mistake of a row."""

    def value(fault: ErrorDetails) -> str:
        return "" if fault["type"] == "missing" else str(fault["input"])[:_SHOWN]

    faults = error.errors(include_url=False)
    return [Refusal(line, ".".join(map(str, fault["loc"])), value(fault), fault["msg"]) for fault in faults]
