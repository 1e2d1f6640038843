"""What storage remembers about the sender of a message, fetched before anything is decided."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.turn import Incoming
from storage.tables import Case, CaseEvent, Conversation, Customer, Event, Order, OrderLine, Request, RequestEvent
from storage.turns import Heard
from storage.work import Work

EVENTS_KEPT = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Memory:
    """Rows about one conversation and its customer; both are None for a newcomer."""

    customer: Customer | None = None
    conversation: Conversation | None = None
    turns: Sequence[Heard] = ()  # newest first
    orders: Sequence[tuple[Order, Sequence[OrderLine]]] = ()  # newest first
    events: Sequence[Event] = ()
    case: tuple[Case, Sequence[CaseEvent]] | None = None
    requests: Sequence[tuple[Request, Sequence[RequestEvent]]] = ()
    unsent: Sequence[str] = ()  # customer words whose answer has not left yet
    extra: dict[str, Any] = field(default_factory=dict)


async def recall(work: Work, incoming: Incoming, now: datetime) -> Memory:
    """Fetch what is known of the sender, in a handful of indexed statements."""
    found = await work.customers.by_identity(incoming.brand, incoming.channel, incoming.sender.external_id)
    if found is None:
        return Memory()
    customer = found[0]
    conversation = await work.turns.conversation(incoming.brand, incoming.conversation)
    turns: Sequence[Heard] = ()
    case = None
    if conversation is not None and conversation.id is not None:
        turns = await work.turns.recent(conversation.id)
        case = await work.cases.latest_of(conversation.id)
    return Memory(
        customer=customer,
        conversation=conversation,
        turns=turns,
        orders=await work.catalog.orders_of(incoming.brand, customer.id),
        events=await work.events.of(incoming.brand, customer.id, now - EVENTS_KEPT),
        case=case,
        requests=await work.cases.requests(incoming.brand, customer.id),
    )
