"""What an answer changes besides speaking, carried out in the turn's own transaction."""

from dataclasses import dataclass
from datetime import timedelta

from bot.desk.parting import forget_customer
from bot.domain.consent import PersonalisationLevel
from bot.domain.effects import (
    CreateRequest,
    Dismiss,
    Effect,
    Forget,
    LinkPhone,
    Rate,
    SetAddress,
    SetImprove,
    SetLanguage,
    SetLevel,
    StopSuggestions,
)
from bot.domain.incoming import Incoming
from bot.facts.memory import is_anothers
from storage.privacy import forget_profile
from storage.tables import Conversation, Customer, Outbox, Request
from storage.work import Work

# At every level the running conversation and its mood serve tone and safety for so long.
TALK_KEPT = timedelta(hours=72)


@dataclass(slots=True)
class Bearer:
    """Who the effects are for; `customer` changes when a phone number joins them to an older file."""

    work: Work
    incoming: Incoming
    customer: Customer
    conversation: Conversation
    shop_listens: bool = False
    request_number: str = ""
    forgotten: bool = False


async def carry_out(effect: Effect, bearer: Bearer) -> None:
    """Carry out one effect. Nothing is committed here."""
    work, customer = bearer.work, bearer.customer
    match effect:
        case SetLanguage(language):
            await work.customers.set(customer.brand, customer.id, language=language.value, language_chosen=True)
        case SetAddress(address):
            await work.customers.set(customer.brand, customer.id, address=address.value)
        case StopSuggestions(stopped):
            await work.customers.set(customer.brand, customer.id, suggestions_stopped=stopped)
            await _consent(bearer, "suggestions", "no" if stopped else "yes", "")
        case SetLevel(level, wording):
            await _set_level(bearer, level, wording)
        case SetImprove(allowed, wording):
            await _set_improve(bearer, wording, allowed=allowed)
        case Forget():
            await forget_customer(work, customer.brand, customer.id)
            bearer.forgotten = True
        case LinkPhone(phone):
            await _link_phone(bearer, phone)
        case CreateRequest():
            await _create_request(bearer, effect)
        case Dismiss(sku):
            await work.events.add(customer.brand, customer.id, "dismissed", sku, {}, bearer.incoming.at)
        case Rate(score):
            await _rate(bearer, score)


async def _set_level(bearer: Bearer, level: PersonalisationLevel, wording: str) -> None:
    customer = bearer.customer
    await _consent(bearer, "level", level.value, wording)
    if level is PersonalisationLevel.OFF:
        await forget_profile(bearer.work, customer.brand, customer.id, bearer.incoming.at - TALK_KEPT)


async def _set_improve(bearer: Bearer, wording: str, *, allowed: bool) -> None:
    """A no holds for what was corrected before, even if a yes comes later."""
    await _consent(bearer, "improve", "yes" if allowed else "no", wording)
    if not allowed:
        await bearer.work.corrections.strip(bearer.customer.brand, bearer.customer.id)


async def _consent(bearer: Bearer, purpose: str, value: str, wording: str) -> None:
    incoming = bearer.incoming
    evidence = incoming.messages[0] if incoming.messages else ""
    await bearer.work.customers.record_consent(
        bearer.customer.brand, bearer.customer.id, purpose, value, incoming.channel, wording, evidence, incoming.at
    )


async def _link_phone(bearer: Bearer, phone: str) -> None:
    work, customer = bearer.work, bearer.customer
    owner = await work.customers.by_phone(customer.brand, phone)
    if owner is None or owner.id == customer.id:
        await work.customers.set(customer.brand, customer.id, phone=phone)
    elif not await is_anothers(work, owner, bearer.incoming):  # a human finds out whose number it is now
        await work.customers.merge(customer.brand, into_id=owner.id, from_id=customer.id)
        bearer.customer = owner
        # The conversation moved with the rest; what is written down from here on is the owner's.
        moved = await work.turns.conversation_by_id(bearer.conversation.id or 0)
        bearer.conversation = moved or bearer.conversation
    await work.catalog.adopt_orders(customer.brand, phone, bearer.customer.id)


async def _create_request(bearer: Bearer, wanted: CreateRequest) -> None:
    customer, incoming = bearer.customer, bearer.incoming
    request = await bearer.work.cases.create_request(
        customer.brand,
        wanted.kind.value,
        customer.id,
        bearer.conversation.id or 0,
        wanted.order,
        dict(wanted.fields),
    )
    bearer.request_number = request.number
    if bearer.shop_listens:
        await bearer.work.mailbox.post([_to_shop(request, incoming)])


def _to_shop(request: Request, incoming: Incoming) -> Outbox:
    """The request for the shop's own system; the shop channel signs and posts it."""
    payload = {
        "type": "request.created",
        "number": request.number,
        "kind": request.kind,
        "order": request.order_code,
        "fields": request.fields,
        "at": incoming.at.isoformat(),
    }
    return Outbox(
        brand=request.brand,
        channel="shop",
        lane=f"shop:{request.brand}",
        conversation=incoming.conversation,
        author="system",
        kind="request",
        payload=payload,
    )


async def _rate(bearer: Bearer, score: int) -> None:
    latest = await bearer.work.cases.latest_of(bearer.conversation.id or 0)
    if latest is None:
        return
    case, events = latest
    kinds = {event.kind for event in events}
    if "closed" in kinds and "rated" not in kinds:
        await bearer.work.cases.append(case.id or 0, len(events) + 1, "rated", note=str(score), at=bearer.incoming.at)
