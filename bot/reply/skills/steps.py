"""The questions of the request forms, and how a typed or pressed answer is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.answer import Button
from bot.domain.assent import assent
from bot.domain.incoming import Action, AttachmentKind
from bot.domain.situation import Pending
from bot.domain.views import LineView, OrderView, RequestKind
from bot.reply.talk import Rows, Talk, shortened
from bot.reply.wording import mentioned_order, option_of, plain

IMAGES = frozenset({AttachmentKind.PHOTO, AttachmentKind.DOCUMENT, AttachmentKind.VIDEO})
ALL_ITEMS, SKIP, NO_PHOTO = "all", "skip", "-"
_WORDS_LIMIT = 500  # characters of a typed answer that go into a request
_OPTIONS_LIMIT = 8  # orders or things that fit under one question
_SKIPPED = frozenset(
    {"skip", "bo qua", "khong co", "chua co", "ko co", "khong co anh", "chua chup", "no photo", "none"}
)


@dataclass(frozen=True, slots=True)
class Step:
    """One question: the field it fills, its text, and fixed answers if it has any."""

    field: str
    asks: str
    options: tuple[str, ...] = ()


_ORDER, _ITEM, _PHOTO = Step("order", "ask_order"), Step("item", "ask_item"), Step("photo", "ask_photo", (SKIP,))
_WISH = Step("wish", "ask_wish", ("exchange", "refund"))
# Options that people name unasked, in folded words.
_NAMED: Mapping[str, re.Pattern[str]] = {
    "damaged": re.compile(
        r"\b(?:nut|vo|be|hong|hu|loi|gay|rach|moc|meo|tray|xuoc|chay|ro ri|broken|broke|cracked?|damaged|"
        r"defective|faulty|torn|scratched|leak(?:ing|ed|s)?|(?:does|do|did)(?: not|n t) work|not working)\b"
    ),
    "wrong_received": re.compile(
        r"\b(?:(?:giao|gui|nhan)(?: \w+)? (?:nham|sai)|sai (?:mau|hang|size|mau ma)|nham (?:hang|mau|size)|"
        r"wrong (?:item|one|colou?r|size|product|thing))\b"
    ),
    "size_fit": re.compile(
        r"\b(?:chat|rong|khong vua|ko vua|k vua|doi (?:size|co)|too (?:small|big|large|tight|loose|short|long)|"
        r"(?:does|do|did)(?: not|n t) fit|(?:another|different|other) size)\b"
    ),
    "not_as_shown": re.compile(
        r"\b(?:khong giong|ko giong|khac (?:hinh|anh|mo ta)|not as (?:described|shown)|"
        r"different from the (?:photo|picture))\b"
    ),
    "too_slow": re.compile(
        r"\b(?:lau qua|cho lau|tre qua|cham qua|(?:takes|taking|took) (?:too|so) long|too (?:slow|late))\b"
    ),
    "cheaper": re.compile(r"\b(?:re hon|cheaper)\b"),
    "ordered_wrong": re.compile(
        r"\b(?:dat (?:nham|sai|trung|lon)|ordered (?:by mistake|twice|the wrong)|by mistake)\b"
    ),
    "changed_mind": re.compile(
        r"\b(?:doi y|(?:khong|ko|k) (?:can|muon|thich)(?: \w+)? nua|changed my mind|"
        r"(?:do not|don t) (?:want|need) it)\b"
    ),
    "refund": re.compile(
        r"\b(?:hoan tien|tra(?: lai)? tien|lay lai tien|hoan lai|refund(?:ed)?|money back|my money)\b"
    ),
    "exchange": re.compile(
        r"\b(?:doi (?:cai|chiec|mon|mau|size|co|sang|lay|moi|hang moi|bo|doi|qua)|doi \w+ (?:khac|moi)|exchange|swap|"
        r"replace(?:ment|d)?|(?:new|another|different) (?:one|size))\b"
    ),
}

STEPS: Mapping[RequestKind, tuple[Step, ...]] = {
    RequestKind.CANCEL: (
        _ORDER,
        Step("reason", "ask_reason_cancel", ("changed_mind", "ordered_wrong", "too_slow", "cheaper", "other")),
    ),
    RequestKind.CHANGE: (
        _ORDER,
        Step("what", "ask_what_change", ("new_address", "new_size", "new_quantity", "other")),
        Step("detail", "ask_detail_change"),
    ),
    RequestKind.RETURN: (
        _ORDER,
        _ITEM,
        Step(
            "reason",
            "ask_reason_return",
            ("damaged", "wrong_received", "size_fit", "not_as_shown", "changed_mind", "other"),
        ),
        _WISH,
        _PHOTO,
    ),
    RequestKind.PAYMENT: (
        _ORDER,
        Step("issue", "ask_issue_payment", ("charged_twice", "paid_unseen", "refund_missing", "other")),
        Step("photo", "ask_receipt", (SKIP,)),
    ),
    RequestKind.WARRANTY: (_ORDER, _ITEM, Step("problem", "ask_problem_warranty"), _PHOTO),
}


def options_of(talk: Talk, step: Step, orders: tuple[OrderView, ...], order: OrderView | None) -> dict[str, str]:
    """The answers a question offers as buttons: value -> label."""
    if step.field == "order":
        return {one.code: talk.order_label(one) for one in orders[:_OPTIONS_LIMIT]}
    if step.field == "item" and order is not None:
        things = {line.sku: shortened(line.name) for line in order.lines[:_OPTIONS_LIMIT]}
        return things | {ALL_ITEMS: talk.label("option_all")}
    return {value: talk.label(f"option_{value}") for value in step.options}


def rows_of(options: dict[str, str]) -> Rows:
    """One button per answer, each on its own row."""
    return tuple((Button(label, Action.CHOOSE, value),) for value, label in options.items())


def heard(talk: Talk, pending: Pending, step: Step) -> str | None:
    """The value that the message gives to the field asked for; None when it does not fit."""
    press = talk.situation.incoming.press
    if press is not None:
        fits = press.action is Action.CHOOSE and press.value in pending.options
        return _settled(talk, step, press.value) if fits else None
    if step.field == "photo":
        return _photo(talk)
    text = talk.situation.incoming.text.strip()
    if step.field == "order":
        return _order(talk, pending)
    if step.field == "item":
        return _item(talk, pending)
    offered = [value for value in pending.options if value in step.options]
    chosen = option_of(text, [talk.label(f"option_{value}") for value in offered])
    if chosen is not None:
        return _settled(talk, step, offered[chosen])
    return text[:_WORDS_LIMIT] if len(plain(text)) > 1 else None


def _settled(talk: Talk, step: Step, value: str) -> str:
    """A pressed answer as it is kept: codes as they are, fixed answers in words that staff can read."""
    if value == SKIP:
        return NO_PHOTO
    return talk.label(f"option_{value}") if value in step.options and value != "other" else value


def _photo(talk: Talk) -> str | None:
    images = [one.remote_id or one.kind.value for one in talk.situation.incoming.attachments if one.kind in IMAGES]
    if images:
        return ", ".join(images)
    text = talk.situation.incoming.text
    return NO_PHOTO if assent(text) is False or plain(text) in _SKIPPED else None


def _order(talk: Talk, pending: Pending) -> str | None:
    offered = [order for order in talk.situation.orders if order.code in pending.options]
    text = talk.situation.incoming.text
    place = option_of(text, [talk.order_label(order) for order in offered])
    if place is not None:
        return offered[place].code
    meant = mentioned_order(talk.situation, offered, talk.zone)
    return meant.code if meant else None


def _item(talk: Talk, pending: Pending) -> str | None:
    order = order_of(talk, pending.field("order"))
    lines = [line for line in order.lines if line.sku in pending.options] if order else []
    text = talk.situation.incoming.text
    if plain(text) in _EVERYTHING:
        return ALL_ITEMS
    place = option_of(text, [line.name for line in lines])
    return lines[place].sku if place is not None else None


def told(talk: Talk, step: Step, order: OrderView) -> str:
    """What the message says unasked about a step: the item, a reason, the wish to exchange or be refunded; or ""."""
    if step.field == "item":
        return named_item(talk, order)
    said = plain(talk.situation.incoming.text)
    named = [value for value in step.options if value in _NAMED and _NAMED[value].search(said)]
    if step.field == "wish" and len(named) > 1:
        return ""  # "exchange it or give the money back": theirs to choose
    return talk.label(f"option_{named[0]}") if named else ""


def named_item(talk: Talk, order: OrderView) -> str:
    """The one thing in the order, or the only one whose name the message takes a word of; "" when that is open."""
    if len(order.lines) < 2:
        return order.lines[0].sku if order.lines else ALL_ITEMS
    said = {word for word in plain(talk.situation.incoming.text).split() if len(word) > 2}
    named = [line.sku for line in order.lines if said & set(plain(line.name).split())]
    return named[0] if len(named) == 1 else ""


_EVERYTHING = frozenset(
    {"tat ca", "het", "ca don", "ca hai", "toan bo", "tra het", "all", "all of it", "all of them", "everything", "both"}
)


def order_of(talk: Talk, code: str) -> OrderView | None:
    """The customer's order with this code."""
    return next((order for order in talk.situation.orders if order.code == code), None)


def item_name(talk: Talk, order: OrderView, sku: str) -> str:
    """The thing a request is about, in words."""
    names: dict[str, LineView] = {line.sku: line for line in order.lines}
    return names[sku].name if sku in names else talk.label("option_all")
