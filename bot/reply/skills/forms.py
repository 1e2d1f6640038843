"""Request forms: one question per message, then a summary to confirm, then a numbered request for staff."""

import re
from collections.abc import Mapping
from dataclasses import replace

from markupsafe import Markup

from bot.domain.answer import REQUEST_NUMBER
from bot.domain.assent import assent
from bot.domain.effects import CreateRequest
from bot.domain.incoming import Action
from bot.domain.situation import Pending
from bot.domain.tact import UPSET
from bot.domain.views import OrderStatus, OrderView, RequestKind
from bot.reply.lookup import code_in
from bot.reply.skills.offers import offer_human
from bot.reply.skills.orders import find_order, return_line
from bot.reply.skills.rules import refusal, running_request
from bot.reply.skills.steps import NO_PHOTO, STEPS, Step, heard, item_name, options_of, order_of, rows_of, told
from bot.reply.talk import SkillResult, Talk, paragraphs
from bot.reply.wording import mentioned_order, plain

Fields = tuple[tuple[str, str], ...]
_AGAIN = re.compile(
    r"\b(?:(?:dat|mua|order|lay|ship|giao) (?:lai|them|nhu)|nhu (?:moi|lan truoc|thang truoc|cu)|"
    r"(?:re ?)?order (?:again|the same)|reorder|same (?:again|as (?:last|before|usual)))\b"
)
_TRIES = 2  # answers that did not fit before a colleague is offered


def begin(talk: Talk, kind: RequestKind) -> SkillResult:
    """Start a form: with the order the message names, or the only one in question, or by asking which."""
    orders = talk.situation.orders
    if not orders:
        return talk.result("no_orders") if talk.situation.customer.known else find_order(talk)
    meant = mentioned_order(talk.situation, orders, talk.zone) or order_of(talk, talk.situation.talked_order)
    if kind is RequestKind.CHANGE and _AGAIN.search(plain(talk.situation.incoming.text)):
        return _order_again(talk, meant or orders[0])
    code = code_in(talk.situation.incoming.text)
    if code and not meant:
        return offer_human(talk, "order_not_yours", code=code)
    return _advance(talk, kind, (("order", meant.code),) if meant else ())


def carry_on(talk: Talk, pending: Pending) -> SkillResult:
    """Take the answer to the question that was asked, and go one step further."""
    kind = RequestKind(pending.form)
    if pending.asks == "confirm":
        return _confirmed(talk, kind, pending)
    step = next((step for step in STEPS[kind] if step.field == pending.asks), None)
    if step is None:
        return talk.result("stale_button")
    if pending.asks != "photo" and assent(talk.situation.incoming.text) is False:
        return talk.result("form_left")
    value = heard(talk, pending, step)
    if value is None:
        return _again(talk, kind, pending, step)
    if value == "other":
        asked = Pending(kind, step.field, pending.fields)
        return SkillResult("ask_other", talk.say("ask_other"), pending=asked)
    return _advance(talk, kind, (*pending.fields, (step.field, value)))


def _order_again(talk: Talk, order: OrderView) -> SkillResult:
    """To have the same once more is no change of the old order: say how, with what it was."""
    return offer_human(talk, "order_again", code=order.code, items=talk.items(order))


def _again(talk: Talk, kind: RequestKind, pending: Pending, step: Step) -> SkillResult:
    if pending.tries >= _TRIES:
        return offer_human(talk, "form_stuck")
    offered = tuple(order for order in talk.situation.orders if order.code in pending.options)
    asked = _ask(talk, kind, pending.fields, step, offered)
    text = paragraphs((talk.say("ask_again"), asked.text))
    return replace(asked, key="ask_again", text=text, pending=replace(pending, tries=pending.tries + 1))


def _advance(talk: Talk, kind: RequestKind, fields: Fields) -> SkillResult:
    """Ask for the first thing that is not known yet; confirm when all is."""
    known = dict(fields)
    if "order" not in known:
        return _which_order(talk, kind)
    order = order_of(talk, known["order"])
    if order is None:
        return talk.result("stale_button")
    if refused := _refused(talk, kind, order):
        return refused
    for step in STEPS[kind]:
        if step.field in known:
            continue
        value = told(talk, step, order)
        if not value:
            return _ask(talk, kind, fields, step)
        fields += ((step.field, value),)
    return _confirm(talk, kind, order, fields)


def _which_order(talk: Talk, kind: RequestKind) -> SkillResult:
    orders = talk.situation.orders
    possible = tuple(order for order in orders if not refusal(talk, kind, order))
    if len(possible) > 1:
        return _ask(talk, kind, (), STEPS[kind][0], possible)
    delivered = [order for order in orders if order.status is OrderStatus.DELIVERED]
    # Nothing is possible: explain it with the order the customer most likely means.
    likely = delivered if kind in (RequestKind.RETURN, RequestKind.WARRANTY) and delivered else orders
    return _advance(talk, kind, (("order", (*possible, *likely)[0].code),))


def _refused(talk: Talk, kind: RequestKind, order: OrderView) -> SkillResult | None:
    """Say honestly that this can not be, or that it is being done already."""
    running = running_request(talk, kind, order)
    if running:
        status = talk.label(f"request_is_{running.status}")
        said = talk.label(f"kind_{kind}")
        return talk.result(
            "request_exists", number=running.number, kind=said, order=order.code, status=status, solved=True
        )
    key = refusal(talk, kind, order)
    if not key:
        return None
    delivered = talk.day(order.delivered_at or order.status_at)
    days = talk.shop.return_window_days
    return offer_human(talk, key, code=order.code, items=talk.items(order), delivered=delivered, days=days)


def _ask(talk: Talk, kind: RequestKind, fields: Fields, step: Step, orders: tuple[OrderView, ...] = ()) -> SkillResult:
    known = dict(fields)
    order = order_of(talk, known.get("order", ""))
    options = options_of(talk, step, orders, order)
    question = talk.say(step.asks, kind=talk.label(f"kind_{kind}"))
    if order is not None and _first(talk, kind):
        question = paragraphs((_sympathy(talk, kind, known), _about(talk, kind, order), question))
    pending = Pending(kind, step.field, fields, tuple(options))
    return SkillResult(step.asks, question, rows_of(options), pending)


def _first(talk: Talk, kind: RequestKind) -> bool:
    """Whether the customer was asked nothing about this order yet: it may be we who chose it, so it must be named."""
    pending = talk.situation.pending
    return pending is None or pending.form != kind or pending.asks == "order"


def _sympathy(talk: Talk, kind: RequestKind, known: Mapping[str, str]) -> Markup:
    """A human word before the work when something came broken or wrong; the policies' own words serve the upset."""
    ours = {talk.label("option_damaged"), talk.label("option_wrong_received")}
    at_fault = kind is RequestKind.RETURN and known.get("reason") in ours
    return talk.say("return_our_fault") if at_fault and talk.situation.feeling not in UPSET else Markup("")


def _about(talk: Talk, kind: RequestKind, order: OrderView) -> Markup:
    """The order, and what was understood already."""
    if kind is RequestKind.RETURN:
        return return_line(talk, order)
    return talk.say("about_order", code=order.code, items=talk.items(order))


def _confirm(talk: Talk, kind: RequestKind, order: OrderView, fields: Fields) -> SkillResult:
    lines = [
        talk.say("summary_line", label=talk.label(f"field_{field}"), value=_shown(talk, order, field, value))
        for field, value in fields
        if field != "order"
    ]
    head = talk.say(f"confirm_{kind}", code=order.code, items=talk.items(order))
    buttons = ((talk.button("button_yes", Action.CONFIRM, "yes"), talk.button("button_no", Action.CONFIRM, "no")),)
    pending = Pending(kind, "confirm", fields, ("yes", "no"))
    return SkillResult(f"confirm_{kind}", paragraphs((head, Markup("\n").join(lines))), buttons, pending)


def _shown(talk: Talk, order: OrderView, field: str, value: str) -> str:
    if field == "item":
        return item_name(talk, order, value)
    if field == "photo":
        return talk.label("photo_none" if value == NO_PHOTO else "photo_there")
    return value


def _confirmed(talk: Talk, kind: RequestKind, pending: Pending) -> SkillResult:
    order = order_of(talk, pending.field("order"))
    if order is None:
        return talk.result("stale_button")
    press = talk.situation.incoming.press
    yes = {"yes": True, "no": False}.get(press.value) if press else assent(talk.situation.incoming.text)
    if yes is None:
        corrected = _corrected(talk, kind, order, pending.fields)
        if corrected != pending.fields:
            return _confirm(talk, kind, order, corrected)
        if pending.tries >= _TRIES:
            return offer_human(talk, "form_stuck")
        return replace(_confirm(talk, kind, order, pending.fields), pending=replace(pending, tries=pending.tries + 1))
    if not yes:
        return talk.result("form_left")
    # The order may have moved on since the question was asked.
    return _refused(talk, kind, order) or _created(talk, kind, order, pending.fields)


def _corrected(talk: Talk, kind: RequestKind, order: OrderView, fields: Fields) -> Fields:
    """The fields with what the message changes in them: "no, I'd rather have a new one" at the end."""
    steps = {step.field: step for step in STEPS[kind] if step.options}
    return tuple(
        (field, (told(talk, steps[field], order) if field in steps else "") or value) for field, value in fields
    )


def _created(talk: Talk, kind: RequestKind, order: OrderView, fields: Fields) -> SkillResult:
    kept = tuple(
        (field, f"{item_name(talk, order, value)} ({value})" if field == "item" else value)
        for field, value in fields
        if field != "order"
    )
    made = talk.result(f"made_{kind}", number=REQUEST_NUMBER, code=order.code, solved=True)
    return replace(made, effects=(CreateRequest(kind, order.code, kept),))
