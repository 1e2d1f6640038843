"""Products that could be suggested, with everything that speaks for them; ranking them is personal's."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from bot.domain.consent import PersonalisationLevel, Purpose, allowed
from bot.domain.views import Candidate, Offered
from bot.facts.memory import Memory
from bot.facts.window import Window
from nlp.types import Language

OWN_SHOWN = 8


def candidates_of(
    memory: Memory, window: Window, level: PersonalisationLevel, language: Language
) -> tuple[Candidate, ...]:
    """Bestsellers for everybody; own and companion products only where the level lets history be used."""
    found: dict[str, Candidate] = {}
    for rank, sku in enumerate(window.bestsellers, start=1):
        _note(found, window, language, sku, bestseller_rank=rank)
    if allowed(level, Purpose.OWN_HISTORY):
        for sku, (count, last) in _own(memory).items():
            _note(found, window, language, sku, own_count=count, own_last_at=last)
            if allowed(level, Purpose.COLLABORATIVE):
                _note_companions(found, window, language, sku)
    return tuple(found.values())


def offered_to(memory: Memory) -> tuple[Offered, ...]:
    """What was suggested before, over every channel, oldest first, and what the customer waved away."""
    dismissed = {event.subject for event in memory.events if event.kind == "dismissed"}
    shown = {event.subject for event in memory.events if event.kind == "suggested"}
    refused = {
        event.subject: Offered(event.subject, event.at, reason="", dismissed=True)
        for event in memory.events
        if event.kind == "dismissed" and event.subject not in shown
    }
    return *refused.values(), *(
        Offered(
            sku=event.subject,
            at=event.at,
            reason=event.data.get("reason", ""),
            dismissed=event.subject in dismissed,
            why=event.data.get("why", ""),
        )
        for event in sorted(memory.events, key=lambda event: event.at)
        if event.kind == "suggested"
    )


def _own(memory: Memory) -> dict[str, tuple[int, datetime]]:
    counts: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    for order, lines in memory.orders:
        if order.status in ("cancelled", "returned"):
            continue
        for line in lines:
            counts[line.sku] += 1
            last[line.sku] = max(last.get(line.sku, order.placed_at), order.placed_at)
    return {sku: (count, last[sku]) for sku, count in counts.most_common(OWN_SHOWN)}


def _note_companions(found: dict[str, Candidate], window: Window, language: Language, sku: str) -> None:
    own = window.shelf.product(sku, language)
    for other, count in window.together.get(sku, ()):
        _note(found, window, language, other, together_with=own.name if own else sku, together_count=count)


def _note(found: dict[str, Candidate], window: Window, language: Language, sku: str, **reasons: object) -> None:
    product = window.shelf.product(sku, language)
    if product is None:
        return
    known = found.get(sku) or Candidate(replace(product, description="", attributes=()))
    found[sku] = replace(known, **reasons)  # type: ignore[arg-type]
