"""Does a policy apply, and because of what?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.situation import Situation, Tried
from bot.domain.tact import case_open
from bot.domain.views import FaqHit, RequestKind
from bot.policy.model import Found, TriedWhen, When
from nlp.types import Intent

REQUEST_OF = {
    Intent.CANCEL_ORDER: RequestKind.CANCEL,
    Intent.CHANGE_ORDER: RequestKind.CHANGE,
    Intent.RETURN_REFUND: RequestKind.RETURN,
    Intent.PAYMENT_PROBLEM: RequestKind.PAYMENT,
    Intent.WARRANTY_REPAIR: RequestKind.WARRANTY,
}

_CLEARLY = 0.4  # the score from which a message names a product


@dataclass(frozen=True, slots=True)
class Evidence:
    """The situation in the words of `When`, taken once per decision."""

    values: Mapping[str, frozenset[Any]]  # keys that take lists
    flags: Mapping[str, bool]
    intensity: float
    hour: int
    tried: Tried


def evidence_of(situation: Situation) -> Evidence:
    reading, customer = situation.reading, situation.customer
    return Evidence(
        values={
            "mood": frozenset({situation.feeling}),
            "trend": frozenset({situation.mood.trend}),
            "intent": frozenset({reading.intent}),
            "emotions": frozenset(reading.emotions),
            "stage": frozenset({situation.stage.stage}),
            "language": frozenset({situation.language}),
            "segment": customer.segments,
            "level": frozenset({customer.level}),
            "found": found_in(situation),
        },
        flags={
            "known": customer.known,
            "has_orders": bool(situation.orders),
            "open_case": case_open(situation),
            "unsure": reading.unsure,
            "open_hours": situation.open_hours,
        },
        intensity=reading.intensity,
        hour=situation.local_hour,
        tried=situation.tried,
    )


def found_in(situation: Situation) -> frozenset[Found]:
    """What was found for the message."""
    about = REQUEST_OF.get(situation.reading.intent)
    found = {
        Found.FAQ: bool(situation.faq),
        Found.FAQ_NAMED: any(hit.named and not _clearer_product(situation, hit) for hit in situation.faq[:1]),
        Found.PRODUCTS: bool(situation.products),
        Found.ORDER: any(order.code.casefold() in situation.incoming.text.casefold() for order in situation.orders),
        Found.REQUEST: any(r.kind is about and r.status in ("open", "accepted") for r in situation.requests),
    }
    return frozenset(name for name, is_there in found.items() if is_there)


def _clearer_product(situation: Situation, hit: FaqHit) -> bool:
    return any(product.score >= max(_CLEARLY, hit.score) for product in situation.products)


def reasons(when: When, evidence: Evidence) -> list[str] | None:
    """What of the situation makes a policy's `when` hold, in words for staff; None when it does not hold."""
    unsure = evidence.flags["unsure"]
    if when.unsure != "any" and bool(when.unsure) != unsure:
        return None
    said = _reasons(when, evidence)
    return said + ["unsure"] if said is not None and unsure else said


def _reasons(when: When, evidence: Evidence) -> list[str] | None:
    said: list[str] = []
    for holds, words in _conditions(when, evidence):
        if not holds:
            return None
        said.append(words)
    return said


def _conditions(when: When, evidence: Evidence) -> Iterator[tuple[bool, str]]:
    """Each condition that `when` names: does it hold, and how to say so."""
    for name, present in evidence.values.items():
        wanted = getattr(when, name)
        if wanted:
            hit = next((value for value in wanted if value in present), None)
            yield hit is not None, f"{name} {hit}"
    for name in ("known", "has_orders", "open_case"):
        wanted = getattr(when, name)
        if wanted is not None:
            yield wanted == evidence.flags[name], name if wanted else f"not {name}"
    if when.intensity:
        yield evidence.intensity >= when.intensity, f"intensity {evidence.intensity:.2f}"
    if when.hours:
        yield any(_in_hours(hours, evidence) for hours in when.hours), f"hours {', '.join(when.hours)}"
    if when.tried:
        yield from _tried(when.tried, evidence.tried)
    yield from _groups(when, evidence)


def _in_hours(hours: str, evidence: Evidence) -> bool:
    if hours in ("open", "closed"):
        return evidence.flags["open_hours"] == (hours == "open")
    first, last = (int(hour) for hour in hours.split("-"))
    if first <= last:
        return first <= evidence.hour < last
    return evidence.hour >= first or evidence.hour < last


def _tried(wanted: TriedWhen, tried: Tried) -> Iterator[tuple[bool, str]]:
    for name in ("answers", "failed", "same_intent"):
        least, count = getattr(wanted, name), getattr(tried, name)
        if least:
            yield count >= least, f"{name.replace('_', ' ')} {count} times"
    for name, seen in (("policy", tried.policies), ("text", tried.texts)):
        asked = getattr(wanted, name)
        if asked:
            hit = next((value for value in asked if value in seen), None)
            yield hit is not None, f"{name} {hit} used before"
    for name in ("apologised", "greeted"):
        asked = getattr(wanted, name)
        if asked is not None:
            yield asked == getattr(tried, name), f"{'already' if asked else 'not yet'} {name}"


def _groups(when: When, evidence: Evidence) -> Iterator[tuple[bool, str]]:
    for part in when.all_of:
        said = _reasons(part, evidence)
        yield said is not None, ", ".join(said or ())
    if when.any_of:
        hits = [said for part in when.any_of if (said := _reasons(part, evidence)) is not None]
        yield bool(hits), ", ".join(hits[0]) if hits else ""
    for part in when.none_of:
        yield _reasons(part, evidence) is None, "no exception applies"
