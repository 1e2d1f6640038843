"""What storage remembers about the sender of a message, fetched before anything is decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.incoming import AttachmentKind, Command, Incoming
from bot.facts.export import exported
from bot.facts.talk import pending_of, session_of
from bot.reply.lookup import code_in, lookup_asked
from storage.tables import Case, CaseEvent, Conversation, Customer, Event, Order, OrderLine, Request, RequestEvent
from storage.turns import Heard
from storage.work import Work

EVENTS_KEPT = timedelta(days=120)
ORDERS_RECALLED = 20  # the newest; older ones when they are named
LOOKUPS_PER_HOUR = 5
FAILED_LOOKUPS_PER_DAY = 10  # for one order, whoever tries: four digits must not be found by trying
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
    unsent: Sequence[int] = ()  # turns whose answer nobody has seen yet
    looked_up: bool = False
    missed: str = ""  # the order code that wrong digits were given for
    found: tuple[Order, Sequence[OrderLine]] | None = None
    lookup_refused: str = ""  # "", "no_match", "too_often" or "phone_taken"
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
        memory = await _with_phone(work, incoming, phone, memory)
    memory = await _with_named_order(work, incoming, memory, now)
    press = incoming.press
    wants_data = incoming.command is Command.MYDATA or (press is not None and press.value == Command.MYDATA)
    if wants_data and memory.customer is not None:
        memory = replace(memory, mydata=await exported(work, incoming.brand, memory.customer.id))
    return memory


def own_phone(incoming: Incoming) -> str:
    """The number that the channel vouches to be the sender's own, or the empty string."""
    return next((item.phone for item in incoming.attachments if item.kind is AttachmentKind.CONTACT and item.phone), "")


async def _with_phone(work: Work, incoming: Incoming, phone: str, memory: Memory) -> Memory:
    """What a shared number brings along: this turn links its orders, and can tell about them at once. A number that
    another account of the channel has linked brings nothing."""
    owner = await work.customers.by_phone(incoming.brand, phone)
    if owner is not None and await is_anothers(work, owner, incoming):
        return replace(memory, lookup_refused="phone_taken")
    return replace(memory, orders=await _orders_behind(work, incoming.brand, phone, owner, memory))


async def is_anothers(work: Work, owner: Customer, incoming: Incoming) -> bool:
    """Whether the channel knows `owner` by another account than the sender's: numbers change hands, files must not."""
    accounts = await work.customers.accounts(owner.brand, owner.id, incoming.channel)
    return bool(accounts) and incoming.sender.external_id not in accounts


async def _with_named_order(work: Work, incoming: Incoming, memory: Memory, now: datetime) -> Memory:
    """An own order that is named, now or in the form that is being filled in, however old it is."""
    if memory.customer is None or len(memory.orders) < ORDERS_RECALLED:
        return memory
    pending = pending_of(session_of(memory.turns, now), now)
    pressed = incoming.press.value if incoming.press is not None else ""
    named = {code_in(incoming.text), code_in(pressed), pending.field("order") if pending is not None else ""}
    orders = list(memory.orders)
    for code in sorted(named - {"", *(order.code for order, _ in orders)}):
        order = await work.catalog.order(incoming.brand, code)
        if order is not None and order.customer_id == memory.customer.id:
            orders.append((order, await work.catalog.lines_of(order.id or 0)))
    return replace(memory, orders=sorted(orders, key=lambda file: file[0].placed_at, reverse=True))


async def _orders_behind(work: Work, brand: str, phone: str, owner: Customer | None, memory: Memory) -> Orders:
    """The orders of the number's owner and those that wait for one, beside the sender's own."""
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
    return Memory(
        customer=customer,
        conversation=conversation,
        turns=turns,
        orders=await work.catalog.orders_of(incoming.brand, customer.id, ORDERS_RECALLED),
        events=await _events_of(work, customer, now),
        case=case,
        requests=await work.cases.requests(incoming.brand, customer.id),
        unsent=await work.mailbox.unseen_of(incoming.conversation) if turns else (),
    )


async def _events_of(work: Work, customer: Customer, now: datetime) -> Sequence[Event]:
    """The events of late, and those that hold however old they are; newest first."""
    late = await work.events.of(customer.brand, customer.id, now - EVENTS_KEPT)
    known = {event.id for event in late}
    return [
        *late,
        *(event for event in await work.events.lasting(customer.brand, customer.id) if event.id not in known),
    ]


async def _look_up(work: Work, incoming: Incoming, memory: Memory, asked: tuple[str, str], now: datetime) -> Memory:
    """Find an order by its number and the last four digits of its phone: a few times an hour at most, and not when
    anybody failed too often today with this order."""
    recent = [event for event in memory.events if event.kind == "lookup" and now - event.at < timedelta(hours=1)]
    code, digits = asked
    failed = await work.events.failed_lookups(incoming.brand, code, now - timedelta(days=1))
    if len(recent) >= LOOKUPS_PER_HOUR or failed >= FAILED_LOOKUPS_PER_DAY:
        return replace(memory, lookup_refused="too_often")
    order = await work.catalog.order_by_code_and_phone_end(incoming.brand, code, digits)
    if order is None:
        return replace(memory, looked_up=True, lookup_refused="no_match", missed=code)
    return replace(memory, looked_up=True, found=(order, ()))
