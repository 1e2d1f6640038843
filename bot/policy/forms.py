"""Does a message answer the question that is being asked, or does the customer want something else?"""

from bot.domain.assent import assent
from bot.domain.turn import Pending, RequestKind, Situation
from nlp.types import Intent

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
    if not text:
        return False
    if pending.form == "human_offer":
        return assent(text) is not None
    if any(_names(option, text) for option in pending.options):
        return True
    # A question is not an answer: being sure of what it asks is enough.
    asks = text.endswith("?") and pending.asks != "confirm"
    sure = not reading.unsure and (asks or reading.confidence >= leave_confidence)
    return not sure or reading.intent in _ALWAYS | _OWN.get(pending.form, frozenset())


def _names(option: str, text: str) -> bool:
    """Whether the text is the option, or holds it where it can not be chance: order codes and skus carry digits."""
    option, text = option.casefold(), text.casefold()
    return option == text or (any(map(str.isdigit, option)) and option in text)
