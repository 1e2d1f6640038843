"""Rows of orders, events, talk and cases as happenings: the one stream that stages are derived from."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.consent import PersonalisationLevel, Purpose, allowed
from bot.domain.journey import Happening, HappeningKind
from bot.facts.memory import Memory
from bot.facts.talk import session_of, spoke
from nlp.types import Intent, Mood
from storage.tables import Case, CaseEvent, Event, Order

_EVENTS = {kind.value: kind for kind in HappeningKind}
_ORDER_ENDS = {"cancelled": HappeningKind.CANCELLED, "returned": HappeningKind.RETURNED}
_INTENTS = {
    Intent.PRODUCT_QUESTION: HappeningKind.ASKED_PRODUCT,
    Intent.STOCK: HappeningKind.ASKED_PRODUCT,
    Intent.PRICE_PROMO: HappeningKind.ASKED_PRICE,
    Intent.COMPLAINT: HappeningKind.COMPLAINED,
}
_HARD_MOODS = frozenset({Mood.ANGRY.value, Mood.FRUSTRATED.value, Mood.DISAPPOINTED.value})


def happenings_of(memory: Memory, level: PersonalisationLevel, now: datetime) -> tuple[Happening, ...]:
    """Everything that happened with a customer that their level lets the turn use, oldest first."""
    found = [happening for order, _ in memory.orders for happening in _of_order(order)]
    if allowed(level, Purpose.OWN_HISTORY):
        found.extend(_of_events(memory.events))
    if memory.case is not None:
        found.extend(_of_case(*memory.case))
    found.extend(_of_talk(memory, level, now))
    return tuple(sorted(found, key=lambda happening: happening.at))


def _of_order(order: Order) -> Iterator[Happening]:
    yield Happening(HappeningKind.ORDERED, order.placed_at, order.code, order.total)
    if order.delivered_at is not None:
        yield Happening(HappeningKind.DELIVERED, order.delivered_at, order.code)
    end = _ORDER_ENDS.get(order.status)
    if end is not None:
        yield Happening(end, order.status_at, order.code)


def _of_events(events: Sequence[Event]) -> Iterator[Happening]:
    for event in events:
        kind = _EVENTS.get(event.kind)
        if kind is not None:
            yield Happening(kind, event.at, event.subject)


def _of_case(case: Case, events: Sequence[CaseEvent]) -> Iterator[Happening]:
    yield Happening(HappeningKind.CASE_OPENED, case.opened_at, case.number)
    for event in events:
        if event.kind == "closed":
            yield Happening(HappeningKind.CASE_CLOSED, event.at, case.number)


def _of_talk(memory: Memory, level: PersonalisationLevel, now: datetime) -> Iterator[Happening]:
    """What was said; moods heard before the running conversation count only where the level lets them be used."""
    remembered = allowed(level, Purpose.MOOD_HISTORY)
    running = {heard.id for heard in session_of(memory.turns, now)}
    for heard in memory.turns:
        if not spoke(heard):
            continue
        kind = _INTENTS.get(Intent(heard.intent)) if heard.intent else None
        if kind is HappeningKind.COMPLAINED:
            usable = remembered or heard.id in running
            if not usable or heard.mood not in _HARD_MOODS:
                continue
        if kind is not None:
            yield Happening(kind, heard.at)
