"""Does a message answer the question that is being asked, or does the customer want something else?"""

import re

from bot.domain.assent import assent, farewell
from bot.domain.situation import Pending, Situation
from bot.domain.views import RequestKind
from bot.policy.matching import found_in
from bot.policy.model import Found
from nlp.types import Intent, Mood

# What an answer to a form's question may sound like; any other confident wish leaves the form.
_ALWAYS = frozenset({Intent.OTHER, Intent.GREETING, Intent.PRAISE, Intent.COMPLAINT})
_ORDER_WISHES = frozenset(
    {
        Intent.TRACK_ORDER,
        Intent.DELIVERY_PROBLEM,
        Intent.RETURN_REFUND,
        Intent.CANCEL_ORDER,
        Intent.CHANGE_ORDER,
        Intent.PAYMENT_PROBLEM,
        Intent.WARRANTY_REPAIR,
        Intent.ACCOUNT_PROBLEM,
    }
)
_NUMBER = re.compile(r"\d{4}")  # of an order or a phone
_DEFECTS = frozenset({Intent.RETURN_REFUND, Intent.WARRANTY_REPAIR, Intent.DELIVERY_PROBLEM, Intent.PRODUCT_QUESTION})
_OWN: dict[str, frozenset[Intent]] = {
    RequestKind.CANCEL: frozenset({Intent.CANCEL_ORDER}),
    RequestKind.CHANGE: frozenset({Intent.CHANGE_ORDER, Intent.DELIVERY_PROBLEM, Intent.TRACK_ORDER}),
    RequestKind.RETURN: _DEFECTS,
    RequestKind.WARRANTY: _DEFECTS,
    RequestKind.PAYMENT: frozenset({Intent.PAYMENT_PROBLEM, Intent.RETURN_REFUND, Intent.PRICE_PROMO}),
    "link": _ORDER_WISHES,
    "forget": frozenset({Intent.PRIVACY, Intent.ACCOUNT_PROBLEM}),
}


def belongs_to_form(situation: Situation, pending: Pending, leave_confidence: float) -> bool:
    """Whether the text continues `pending`; a confident reading (0..1) of another wish leaves it."""
    text, reading = situation.incoming.text.strip(), situation.reading
    if not text or farewell(text):
        return False
    if pending.form == "human_offer":
        return assent(text) is not None
    if any(_names(option, text) for option in pending.options):
        return True
    if pending.form == "link" and not _looking_for_order(situation):
        return False
    # A question is not an answer: being sure of what it asks is enough.
    asks = text.endswith("?") and pending.asks != "confirm"
    sure = not reading.unsure and (asks or reading.confidence >= leave_confidence)
    return not sure or reading.intent in _ALWAYS | _OWN.get(pending.form, frozenset())


def _looking_for_order(situation: Situation) -> bool:
    """Whether somebody who was asked for a phone or order number can still mean it; if in doubt, yes."""
    text, reading = situation.incoming.text.strip(), situation.reading
    if _NUMBER.search(text):
        return True
    if found_in(situation) & {Found.FAQ_NAMED, Found.PRODUCTS} or assent(text) is False:
        return False
    if reading.unsure or reading.intent is Intent.OTHER:
        return not text.endswith("?")
    return reading.intent in _ORDER_WISHES and situation.feeling is not Mood.GRATEFUL


def _names(option: str, text: str) -> bool:
    """Whether the text is the option, or holds it where it can not be chance: order codes and skus carry digits."""
    option, text = option.casefold(), text.casefold()
    return option == text or (any(map(str.isdigit, option)) and option in text)
