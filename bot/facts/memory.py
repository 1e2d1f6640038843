"""What storage remembers about the sender of a message, fetched before anything is decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.turn import AttachmentKind, Command, Incoming
from bot.facts.export import exported
from bot.facts.talk import pending_of, session_of
from bot.reply.lookup import lookup_asked
from storage.tables import Case, CaseEvent, Conversation, Customer, Event, Order, OrderLine, Request, RequestEvent
from storage.turns import Heard
from storage.work import Work

EVENTS_KEPT = timedelta(days=120)
LOOKUPS_PER_HOUR = 5
Orders = Sequence[tuple[Order, Sequence[OrderLine]]]


@dataclass(frozen=True, slots=True)
class Memory:
    """Rows about one conversation and its customer; all empty for a newcomer."""

    customer: Customer | None = None
    conversation: Conversation | None = None
    turns: Sequence[Heard] = ()  # customer turns, newest first
    orders: Orders = ()  # newest first
    events: Sequence[Event] = ()
    case: tuple[Case, Sequence[CaseEvent]] | None = None
    requests: Sequence[tuple[Request, Sequence[RequestEvent]]] = ()
    unsent: Sequence[int] = ()  # turns whose answer has not left yet
    looked_up: bool = False
    found: tuple[Order, Sequence[OrderLine]] | None = None
    lookup_refused: str = ""
    mydata: str = ""

    @property
    def asked_level(self) -> bool:
        """Whether the question about personalisation was put to this customer before."""
        return any(event.kind == "asked_level" for event in self.events)


async def recall(work: Work, incoming: Incoming, now: datetime) -> Memory:
    """Fetch what is known of the sender, in a handful of indexed statements."""
    memory = await _of_sender(work, incoming, now)
    asked = lookup_asked(incoming, pending_of(session_of(memory.turns, now), now))
    if asked is not None:
        memory = await _look_up(work, incoming, memory, asked, now)
    phone = own_phone(incoming)
    if phone:
        memory = replace(memory, orders=await _orders_behind(work, incoming.brand, phone, memory))
    press = incoming.press
    wants_data = incoming.command is Command.MYDATA or (press is not None and press.value == Command.MYDATA)
    if wants_data and memory.customer is not None:
        memory = replace(memory, mydata=await exported(work, incoming.brand, memory.customer.id))
    return memory


def own_phone(incoming: Incoming) -> str:
    """The number that the channel vouches to be the sender's own, or the empty string."""
    return next((item.phone for item in incoming.attachments if item.kind is AttachmentKind.CONTACT and item.phone), "")


async def _orders_behind(work: Work, brand: str, phone: str, memory: Memory) -> Orders:
    """The orders that a shared number brings along: this turn links them, and can tell about them at once."""
    owner = await work.customers.by_phone(brand, phone)
    found = {order.code: (order, lines) for order, lines in memory.orders}
    if owner is not None:
        found |= {order.code: (order, lines) for order, lines in await work.catalog.orders_of(brand, owner.id)}
    for order in await work.catalog.orders_without_customer(brand, phone):
        found[order.code] = (order, await work.catalog.lines_of(order.id or 0))
    return sorted(found.values(), key=lambda file: file[0].placed_at, reverse=True)


async def _of_sender(work: Work, incoming: Incoming, now: datetime) -> Memory:
    found = await work.customers.by_identity(incoming.brand, incoming.channel, incoming.sender.external_id)
    if found is None:
        return Memory()
    customer = found[0]
    conversation = await work.turns.conversation(incoming.brand, incoming.conversation)
    if conversation is None or conversation.id is None:
        turns: Sequence[Heard] = ()
        case = None
    else:
        turns = await work.turns.recent(conversation.id)
        case = await work.cases.latest_of(conversation.id)
    unsent = await work.mailbox.unsent_of(incoming.conversation) if turns else ()
    return Memory(
        customer=customer,
        conversation=conversation,
        turns=turns,
        orders=await work.catalog.orders_of(incoming.brand, customer.id),
        events=await work.events.of(incoming.brand, customer.id, now - EVENTS_KEPT),
        case=case,
        requests=await work.cases.requests(incoming.brand, customer.id),
        unsent=[row.turn_id for row in unsent if row.author == "bot" and row.turn_id is not None],
    )


async def _look_up(work: Work, incoming: Incoming, memory: Memory, asked: tuple[str, str], now: datetime) -> Memory:
    """Find an order by its number and the last four digits of its phone, a few times an hour at most."""
    recent = [event for event in memory.events if event.kind == "lookup" and now - event.at < timedelta(hours=1)]
    if len(recent) >= LOOKUPS_PER_HOUR:
        return replace(memory, lookup_refused="too_often")
    code, digits = asked
    order = await work.catalog.order_by_code_and_phone_end(incoming.brand, code, digits)
    if order is None:
        return replace(memory, looked_up=True, lookup_refused="no_match")
    return replace(memory, looked_up=True, found=(order, ()))
