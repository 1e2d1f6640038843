"""Rows as storage hands them out, made by hand."""

from datetime import timedelta
from typing import Any

from nlp.types import Mood
from storage.tables import Case, CaseEvent, Customer, Event, Order, OrderLine
from storage.turns import Heard
from tests.doubles.situations import NOW

BRAND = "demo"


def heard(text: str = "xin chào", minutes_ago: float = 5, **fields: Any) -> Heard:
    """A customer turn with a calm reading and a reply, `minutes_ago`."""
    values: dict[str, Any] = {
        "id": int(10_000 - minutes_ago),
        "author": "customer",
        "staff_id": "",
        "answers": None,
        "text": text,
        "messages": ["1"],
        "at": NOW - timedelta(minutes=minutes_ago),
        "edited_at": None,
        "mood": "neutral",
        "intent": "other",
        "reading": {"language": "vi"},
        "kind": "reply",
        "policy": "greeting",
        "answer": {},
    }
    return Heard(**values | fields)


def felt(*moods: Mood) -> list[Heard]:
    """Turns with these moods, oldest first, as storage gives them: newest first."""
    return [heard(mood=mood.value, minutes_ago=place + 1) for place, mood in enumerate(reversed(moods))]


def customer(**fields: Any) -> Customer:
    return Customer(**{"id": "c1", "brand": BRAND, "name": "Lan", "level": "basic"} | fields)


def order(code: str = "TH-1", days_ago: float = 5, skus: tuple[str, ...] = ("TEE",), **fields: Any) -> Any:
    """An order with its lines."""
    at = NOW - timedelta(days=days_ago)
    row = Order(id=1, brand=BRAND, code=code, customer_id="c1", placed_at=at, status_at=at, total=100_000, **fields)
    return row, [OrderLine(brand=BRAND, order_id=1, sku=sku, quantity=1, unit_price=100_000) for sku in skus]


def event(kind: str, subject: str = "", days_ago: float = 1, **data: Any) -> Event:
    at = NOW - timedelta(days=days_ago)
    return Event(brand=BRAND, customer_id="c1", kind=kind, subject=subject, data=data, at=at)


def case(*kinds: str, days_ago: float = 1, **fields: Any) -> tuple[Case, list[CaseEvent]]:
    """A case with these events after its opening, an hour apart."""
    at = NOW - timedelta(days=days_ago)
    values = {"conversation_id": 1, "customer_id": "c1", "turn_id": 1, "reason": "angry", "policy": "builtin.angry"}
    row = Case(id=7, brand=BRAND, number="C-1001", urgency=2, opened_at=at, **values | fields)
    events = [
        CaseEvent(
            brand=BRAND,
            case_id=7,
            seq=seq,
            kind=kind,
            staff_id="s1",
            staff_name="Mai",
            at=at + timedelta(hours=seq - 1),
        )
        for seq, kind in enumerate(("opened", *kinds), start=1)
    ]
    return row, events
