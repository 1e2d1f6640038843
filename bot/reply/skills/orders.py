"""Answers about the customer's own orders and requests, and finding orders that are not linked yet."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from markupsafe import Markup

from bot.domain.effects import LinkPhone
from bot.domain.incoming import AttachmentKind
from bot.domain.situation import Pending
from bot.domain.views import OrderStatus, OrderView
from bot.reply.lookup import code_in
from bot.reply.skills.offers import offer_human, with_human_offer
from bot.reply.talk import SkillResult, Talk, paragraphs
from bot.reply.wording import mentioned_order, ordered_thing, thing_in
from nlp.types import Intent

UNDERWAY = (OrderStatus.PLACED, OrderStatus.PACKED, OrderStatus.SHIPPED)
_MOST = 4  # orders told in one answer
_TRIES = 3  # questions for the phone number before a colleague is offered


def order_status(talk: Talk) -> SkillResult:
    """Where the order in question is; without one in question, all that are under way, else the newest."""
    situation = talk.situation
    if situation.found_order or situation.lookup_refused:
        return find_order(talk)
    if not situation.orders:
        return talk.result("no_orders") if situation.customer.known else find_order(talk)
    meant = mentioned_order(situation, situation.orders, talk.zone)
    code = code_in(situation.incoming.text)
    if code and not meant:
        return offer_human(talk, "order_not_yours", code=code)
    underway = [order for order in situation.orders if order.status in UNDERWAY]
    shown = [meant] if meant else underway[:_MOST] or [situation.orders[0]]
    lines = [_no_such_thing(talk) if not meant else Markup(""), *(status_line(talk, order) for order in shown)]
    about = tuple(order.code for order in shown)
    result = SkillResult("order_status", paragraphs(lines), solved=True, about=about)
    question = "" if talk.handover else _open_question(talk, shown)
    if not question:
        return result
    return with_human_offer(talk, replace(result, text=paragraphs((result.text, talk.say(question)))))


def _open_question(talk: Talk, shown: list[OrderView]) -> str:
    """What to offer beside the status: a colleague who looks into a late or lost parcel."""
    if talk.situation.reading.intent is Intent.DELIVERY_PROBLEM and shown[0].status is OrderStatus.DELIVERED:
        return "order_not_received"
    return "order_late_ask" if any(is_late(talk, order) for order in shown) else ""


def _no_such_thing(talk: Talk) -> Markup:
    """That no order holds the thing the customer says they ordered, so that another order is not taken for it."""
    situation = talk.situation
    thing = ordered_thing(situation.incoming.text)
    if not thing or any(thing_in(thing, situation, order) for order in situation.orders):
        return Markup("")
    return talk.say("order_no_such_thing", thing=thing)


def is_late(talk: Talk, order: OrderView) -> bool:
    """Whether the promised day has passed and the order is still on its way."""
    due = order.expected_at
    return order.status in UNDERWAY and due is not None and _date(talk, due) < _date(talk, talk.situation.now)


def _date(talk: Talk, at: datetime) -> date:
    return at.astimezone(talk.zone).date()


def status_line(talk: Talk, order: OrderView, *, items: bool = True) -> Markup:
    """One order's status with carrier, tracking and expected day, as far as they are known."""
    late = is_late(talk, order)
    line = talk.say(
        f"order_{order.status}",
        code=order.code,
        items=talk.items(order) if items else "",
        placed=talk.day(order.placed_at),
        since=talk.day(order.status_at),
        delivered=talk.day(order.delivered_at or order.status_at),
        carrier=order.carrier,
        tracking=order.tracking,
        expected="" if late or order.expected_at is None else talk.day(order.expected_at),
    )
    if not late or order.expected_at is None:
        return line
    return paragraphs((line, talk.say("order_late", expected=talk.day(order.expected_at))), " ")


def find_order(talk: Talk) -> SkillResult:
    """Link the customer to their orders by one-tap phone sharing, or show one order found by code and four digits."""
    situation = talk.situation
    contacts = [one for one in situation.incoming.attachments if one.kind is AttachmentKind.CONTACT]
    phones = [one.phone for one in contacts if one.phone]
    if phones and situation.lookup_refused == "phone_taken":
        return replace(offer_human(talk, "link_taken"), effects=(LinkPhone(phones[0]),), menu=_menu(talk))
    if phones:
        return _linked(talk, phones[0])
    if situation.found_order:
        line = status_line(talk, situation.found_order, items=False)
        return SkillResult("order_found", paragraphs((line, talk.say("order_found"))), solved=True)
    if situation.lookup_refused == "too_often":
        return offer_human(talk, "lookup_too_often")
    if contacts:
        return _ask_link(talk, "link_not_yours")
    return _ask_link(talk, "lookup_no_match" if situation.lookup_refused else "link_ask")


def _linked(talk: Talk, phone: str) -> SkillResult:
    """The number is the customer's own: say at once where the orders placed with it are."""
    if not talk.situation.orders:
        said = talk.result("link_none", solved=True)
    else:
        told = order_status(talk)
        said = replace(told, key="link_found", text=paragraphs((talk.say("link_found"), told.text)))
    return replace(said, effects=(LinkPhone(phone),), menu=_menu(talk))


def _menu(talk: Talk) -> tuple[tuple[str, ...], ...]:
    """The menu again: the phone sharing keyboard took its place."""
    return talk.texts.menu_labels(talk.language)


def _ask_link(talk: Talk, key: str) -> SkillResult:
    """Ask for the phone number, or for what is still missing of order code and last four digits."""
    pending = talk.situation.pending
    before = pending if pending and pending.form == "link" else None
    if before and before.tries >= _TRIES:
        return offer_human(talk, "link_failed")
    code = "" if talk.situation.lookup_refused else code_in(talk.situation.incoming.text) or _known(before, "code")
    asked = Pending(
        "link", "phone_or_order", (("code", code),) if code else (), tries=before.tries + 1 if before else 0
    )
    said = "link_digits" if code and key == "link_ask" else key
    return SkillResult(said, talk.say(said, code=code), pending=asked, ask_phone=talk.label("button_share_phone"))


def _known(pending: Pending | None, field: str) -> str:
    return pending.field(field) if pending else ""


def return_until(talk: Talk, order: OrderView) -> timedelta:
    """How long an order may still be returned; negative when the window is over. The last day counts in full."""
    delivered = (order.delivered_at or order.status_at).astimezone(talk.zone)
    last = delivered.replace(hour=23, minute=59, second=59) + timedelta(days=talk.shop.return_window_days)
    return last - talk.situation.now


def return_window(talk: Talk) -> SkillResult:
    """The shop's return rule and, for own delivered orders, until when each may come back."""
    delivered = [order for order in talk.situation.orders if order.status is OrderStatus.DELIVERED]
    meant = mentioned_order(talk.situation, delivered, talk.zone)
    lines = [return_line(talk, order) for order in ([meant] if meant else delivered[:_MOST])]
    rule = talk.say("return_rule", days=talk.shop.return_window_days)
    return SkillResult("return_rule", paragraphs((rule, *lines)), solved=True)


def return_line(talk: Talk, order: OrderView) -> Markup:
    """Until when this delivered order may be returned, or since when no more."""
    left = return_until(talk, order)
    key = "return_open" if left >= timedelta(0) else "return_over"
    delivered = talk.day(order.delivered_at or order.status_at)
    return talk.say(
        key, code=order.code, items=talk.items(order), delivered=delivered, until=talk.day(talk.situation.now + left)
    )


def request_status(talk: Talk) -> SkillResult:
    """What became of the customer's requests, newest first."""
    requests = sorted(talk.situation.requests, key=lambda one: one.created_at, reverse=True)[:_MOST]
    if not requests:
        return talk.result("request_none")
    lines = [
        talk.say(
            "request_line",
            number=request.number,
            kind=talk.label(f"kind_{request.kind}"),
            order=request.order,
            status=talk.label(f"request_is_{request.status}"),
            created=talk.day(request.created_at),
        )
        for request in requests
    ]
    return SkillResult("request_status", paragraphs(lines, "\n"), solved=True)
