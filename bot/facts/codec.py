"""Domain values to JSON and back, as they are kept in rows."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from bot.domain.decision import Ask, Decision, Escalate, Offer, Reply, Silence, kind_of

T = TypeVar("T")

_DECISIONS: dict[str, type[Decision]] = {
    "reply": Reply,
    "ask": Ask,
    "offer": Offer,
    "escalate": Escalate,
    "silence": Silence,
}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(value: object) -> dict[str, Any]:
    """A frozen domain value as plain JSON data. Enums become their values, times ISO 8601."""
    kind: Any = type(value)
    dumped: dict[str, Any] = _adapter(kind).dump_python(value, mode="json")
    return dumped


def from_json(kind: type[T], data: Any) -> T:
    """The domain value that `to_json` wrote. Raises pydantic's ValidationError on anything else."""
    hashable: Any = kind
    value: T = _adapter(hashable).validate_python(data)
    return value


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """A decision with its kind beside its fields."""
    return {"kind": kind_of(decision)} | to_json(decision)


def decision_from_json(data: dict[str, Any]) -> Decision:
    """The decision that `decision_to_json` wrote."""
    fields = {name: value for name, value in data.items() if name != "kind"}
    return from_json(_DECISIONS[data["kind"]], fields)
