"""What waits for staff: open cases, most urgent and longest waiting first, and open requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.escalation import CaseView
from bot.facts.cases import case_view
from storage.cases import RequestFile
from storage.turns import Heard
from storage.work import Work

LAST_TURNS = 6
SETTLED_SHOWN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class QueueItem:
    """An open case as the queue shows it. `waiting_since` is None when the last word was the shop's."""

    case: CaseView
    customer: str
    conversation: str
    channel: str
    language: str
    moods: tuple[str, ...]
    last_words: str
    last_sent: tuple[tuple[str, str], ...]  # kind and emoji of what came without words
    waiting_since: datetime | None
    card: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RequestItem:
    """An open request with what the customer gave for it."""

    id: int
    number: str
    kind: str
    order: str
    status: str
    customer: str
    conversation: str
    fields: dict[str, Any]
    created_at: datetime
    note: str = ""  # what staff told the customer last
    topic: str = ""  # the customer's topic in the staff group, as a link


async def open_cases(work: Work, brand: str) -> list[QueueItem]:
    """Every case that is not closed, in the order it should be taken."""
    items = []
    for case, events in await work.cases.queue(brand):
        where = await work.turns.conversation_by_id(case.conversation_id)
        turns = await work.turns.recent(case.conversation_id, LAST_TURNS)
        said = next((turn for turn in turns if turn.author == "customer"), None)
        answered = next((turn.id for turn in turns if turn.author == "staff"), 0)
        waits = said is not None and said.id > answered
        items.append(
            QueueItem(
                case=case_view(case, events),
                customer=case.card.get("customer", ""),
                conversation=where.address if where else "",
                channel=where.channel if where else "",
                language=case.card.get("language", ""),
                moods=tuple(case.card.get("moods", ())),
                last_words=said.text if said else "",
                last_sent=await _sent(work, said) if said is not None and not said.text else (),
                waiting_since=said.at if said is not None and waits else None,
                card=case.card,
            )
        )
    return sorted(items, key=_how_soon)


async def open_requests(work: Work, brand: str) -> list[RequestItem]:
    """Every request that nobody has settled, oldest first."""
    return await _items(work, brand, await work.cases.open_requests(brand))


async def settled_requests(work: Work, brand: str, now: datetime) -> list[RequestItem]:
    """What was done or refused lately, newest first: a mistake can still be seen."""
    return await _items(work, brand, await work.cases.settled_requests(brand, now - SETTLED_SHOWN))


async def _items(work: Work, brand: str, files: Sequence[RequestFile]) -> list[RequestItem]:
    items = []
    for request, events in files:
        customer = await work.customers.get(brand, request.customer_id)
        where = await work.turns.conversation_by_id(request.conversation_id)
        items.append(
            RequestItem(
                id=request.id or 0,
                number=request.number,
                kind=request.kind,
                order=request.order_code,
                status=events[-1].kind if events else "open",
                customer=customer.name if customer else "",
                conversation=where.address if where else "",
                fields=request.fields,
                created_at=request.created_at,
                note=events[-1].note if events else "",
                topic=await _topic(work, brand, where.address) if where else "",
            )
        )
    return items


async def _topic(work: Work, brand: str, conversation: str) -> str:
    """The customer's topic as Telegram links to it, or the empty string."""
    topic = await work.staff.topic(brand, conversation)
    return f"https://t.me/c/{topic.chat.removeprefix('-100')}/{topic.thread}" if topic else ""


async def _sent(work: Work, said: Heard) -> tuple[tuple[str, str], ...]:
    """What a wordless turn was made of; empty for a pressed button."""
    incoming = await work.turns.incoming(said.id)
    return tuple((item["kind"], item.get("emoji", "")) for item in incoming.get("attachments") or ())


def _how_soon(item: QueueItem) -> tuple[int, bool, datetime]:
    return -int(item.case.urgency), item.waiting_since is None, item.waiting_since or item.case.opened_at
