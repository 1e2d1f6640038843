"""The shop's lists: good rows are kept, refused rows are named with line, column, value and reason."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.database import Database
from storage.errors import StorageError
from storage.importing import Refusal, import_customers, import_orders, import_products, read
from storage.phones import e164

BRAND = "shop"


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


async def test_products_from_csv(database: Database, tmp_path: Path) -> None:
    path = written(
        tmp_path / "products.csv",
        "sku,name_en,name_vi,category,price,stock,keywords,attributes\n"
        'A,Tea,Trà,food,50000,,trà | chè,"{""size"": {""en"": [""Size"", ""L""], ""vi"": [""Cỡ"", ""L""]}}"\n'
        "B,Milk,Sữa,food,50.000đ,3,,\n"
        ",Nothing,Không,food,1,1,,\n"
        "A,Tea again,Trà,food,1,1,,\n",
        encoding="utf-8-sig",
    )
    async with database.work(write=True) as work:
        report = await import_products(work, BRAND, read(path))
        (tea,) = await work.catalog.products(BRAND)
    assert report.kept == 1
    assert (tea.stock, tea.keywords, tea.attributes["size"]["vi"]) == (0, ["trà", "chè"], ["Cỡ", "L"])
    assert [(fault.line, fault.column, fault.value) for fault in report.refused] == [
        (3, "price", "50.000đ"),
        (4, "sku", ""),
        (5, "sku", "A"),
    ]
    assert "stands in line 2 already" in report.refused[2].reason


async def test_products_again_are_replaced_in_json_lines(database: Database, tmp_path: Path) -> None:
    row = '{"sku": "A", "name_en": "Tea", "name_vi": "Trà", "category": "food", "price": %s}'
    path = written(tmp_path / "products.jsonl", "\n".join([row % 1, "", "{broken", "[1]", row.replace("A", "B") % -1]))
    async with database.work(write=True) as work:
        first = await import_products(work, BRAND, read(path))
        await import_products(work, BRAND, read(written(path, row % 2)))
        (tea,) = await work.catalog.products(BRAND)
    assert tea.price == 2
    assert [(fault.line, fault.column, fault.value) for fault in first.refused] == [
        (3, "", "{broken"),
        (4, "", "[1]"),
        (5, "price", "-1"),
    ]


async def test_customers_are_updated_but_never_their_level(database: Database, tmp_path: Path) -> None:
    async with database.work(write=True) as work:
        await work.customers.create(BRAND, "web", "1", "Old name", id="c1")
        await work.customers.set(BRAND, "c1", level="full")
        path = written(
            tmp_path / "customers.csv",
            "id,name,phone,language\nc1,Nguyễn Lan,0901 234 567,vi\nc2,Tom,12,en\nc3,Mai,,fr\nc4,Ha,,\n",
        )
        report = await import_customers(work, BRAND, read(path))
        lan, ha = await work.customers.all(BRAND)
        assert (lan.name, lan.phone, lan.level) == ("Nguyễn Lan", "+84901234567", "full")
        assert (ha.id, ha.level) == ("c4", "off")
        assert [(fault.line, fault.column, fault.value) for fault in report.refused] == [
            (3, "phone", "12"),
            (4, "language", "fr"),
        ]
        path = written(tmp_path / "customers.csv", "id,level\nc1,full\n")
        assert (await import_customers(work, BRAND, read(path))).refused[0].column == "level"


async def test_orders_from_csv_have_one_row_per_line(database: Database, tmp_path: Path) -> None:
    path = written(
        tmp_path / "orders.csv",
        "code,phone,customer,status,placed_at,sku,quantity,unit_price\n"
        "TH-1,84901234567,,placed,2025-11-02T09:00:00+07:00,A,2,100\n"
        "TH-1,84901234567,,placed,2025-11-02T09:00:00+07:00,B,,50\n"
        "TH-2,,nobody,placed,2025-11-02T09:00:00+07:00,A,1,100\n"
        "TH-3,,,placed,2025-11-02T09:00:00,A,1,100\n"
        "TH-4,,,lost,2025-11-02T09:00:00+07:00,A,0,100\n",
    )
    async with database.work(write=True) as work:
        report = await import_orders(work, BRAND, read(path))
        (order,) = await work.catalog.orders_without_customer(BRAND, "+84901234567")
        lines = await work.catalog.lines_of(order.id or 0)
    assert (report.kept, order.total, order.placed_at) == (1, 250, datetime(2025, 11, 2, 2, 0, tzinfo=UTC))
    assert [(line.sku, line.quantity) for line in lines] == [("A", 2), ("B", 1)]
    assert [(fault.line, fault.column, fault.value) for fault in report.refused] == [
        (4, "customer", "nobody"),
        (5, "placed_at", "2025-11-02T09:00:00"),
        (6, "status", "lost"),
        (6, "lines.0.quantity", "0"),
    ]


async def test_orders_from_json_lines(database: Database, tmp_path: Path) -> None:
    path = written(
        tmp_path / "orders.jsonl",
        '{"code": "TH-1", "customer": "lan", "status": "shipped", "placed_at": "2025-11-02T09:00:00Z", "paid": true, '
        '"lines": [{"sku": "A", "unit_price": 100}]}\n{"code": "TH-2"}\n',
    )
    async with database.work(write=True) as work:
        await work.customers.create(BRAND, "web", "1", "Lan", id="lan")
        report = await import_orders(work, BRAND, read(path))
        ((order, _),) = await work.catalog.orders_of(BRAND, "lan")
    assert (report.kept, order.paid) == (1, True)
    assert {fault.column for fault in report.refused} == {"status", "placed_at", "lines.0.sku", "lines.0.unit_price"}


@pytest.mark.parametrize("name", ["products.xlsx", "missing.csv"])
def test_files_that_can_not_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(StorageError, match=name):
        list(read(tmp_path / name))


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="can not be read"):
        list(read(written(tmp_path / "products.csv", "sku\nTrà", encoding="utf-16")))


def test_refusals_are_plain_values() -> None:
    assert Refusal(1, "price", "x", "no").line == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0901 234 567", "+84901234567"),
        ("84901234567", "+84901234567"),
        ("+84 (90) 123-45.67", "+84901234567"),
        ("0044 20 7946 0000", "+442079460000"),
        ("", ""),
    ],
)
def test_phone_numbers(text: str, number: str) -> None:
    assert e164(text) == number


@pytest.mark.parametrize("text", ["12", "call me", "+84", "0901234567890123456"])
def test_no_phone_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="is no phone number"):
        e164(text)
