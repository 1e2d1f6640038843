"""When not to offer anything: what the engine heeds when it decides and the gate checks again."""

from datetime import timedelta

from bot.domain.consent import PersonalisationLevel, Purpose, allowed
from bot.domain.decision import SuggestionKind, SuggestionPlan
from bot.domain.escalation import CaseStatus
from bot.domain.journey import HappeningKind
from bot.domain.situation import Situation
from bot.domain.views import OrderStatus, RequestKind
from nlp.types import Intent, Mood

_NEEDS = {
    SuggestionKind.BESTSELLERS: Purpose.ANSWERING,
    SuggestionKind.ASKED: Purpose.ANSWERING,
    SuggestionKind.OWN_HISTORY: Purpose.OWN_HISTORY,
    SuggestionKind.TOGETHER: Purpose.COLLABORATIVE,
}
CROSS = frozenset({Mood.ANGRY, Mood.FRUSTRATED})
UPSET = CROSS | {Mood.DISAPPOINTED, Mood.ANXIOUS}
_MONEY_BACK = frozenset({Intent.RETURN_REFUND, Intent.CANCEL_ORDER, Intent.PAYMENT_PROBLEM, Intent.COMPLAINT})
_MONEY_REQUESTS = frozenset({RequestKind.CANCEL, RequestKind.RETURN, RequestKind.PAYMENT})
_REMEMBERED_MOODS = 3
_HELP_LINGERS = timedelta(days=5)
_ON_ITS_WAY = frozenset({OrderStatus.PLACED, OrderStatus.PACKED, OrderStatus.SHIPPED})
_HEARD_TOO = 0.25  # the share of such a wish that counts though another is stronger


def permitted_kinds(level: PersonalisationLevel, plan: SuggestionPlan) -> tuple[SuggestionKind, ...]:
    """The kinds of `plan` that the level allows, in the plan's order; at `off` bestsellers, and only when asked."""
    if level is PersonalisationLevel.OFF:
        return (SuggestionKind.BESTSELLERS,) if plan.asked else ()
    return tuple(kind for kind in plan.kinds if allowed(level, _NEEDS[kind]))


def refusal(situation: Situation, plan: SuggestionPlan) -> str:
    """Why nothing may be offered now, or "": level, stop, consent, case, anger, help, delay, refund, in order."""
    customer = situation.customer
    if customer.level is PersonalisationLevel.OFF and not plan.asked:
        return "level_off"
    if customer.suggestions_stopped and not plan.asked:
        return "stopped"
    if not permitted_kinds(customer.level, plan):
        return "no_consent"
    if case_open(situation):
        return "open_case"
    if situation.feeling in CROSS:
        return "angry"
    if not plan.asked and _lately_upset(situation):
        return "upset"
    if not plan.asked and _just_helped(situation):
        return "just_helped"
    if not plan.asked and _overdue(situation):
        return "overdue"
    if not plan.asked and _money_back(situation):
        return "refund"
    return ""


def case_open(situation: Situation) -> bool:
    """Whether a human is called or at work."""
    return situation.case is not None and situation.case.status is not CaseStatus.CLOSED


def _just_helped(situation: Situation) -> bool:
    """Whether a human was needed some days ago at most: a sale now would cheapen the help."""
    since, case = situation.now - _HELP_LINGERS, situation.case
    closed = any(h.kind is HappeningKind.CASE_CLOSED and h.at >= since for h in situation.happenings)
    return closed or (case is not None and case.opened_at >= since)


def _overdue(situation: Situation) -> bool:
    """Whether a parcel should have arrived by now: first things first."""
    on_their_way = (order for order in situation.orders if order.status in _ON_ITS_WAY)
    return any(order.expected_at is not None and order.expected_at < situation.now for order in on_their_way)


def _lately_upset(situation: Situation) -> bool:
    lately = situation.mood.moods[-_REMEMBERED_MOODS:]
    return situation.feeling in UPSET or any(mood in CROSS for mood in lately)


def _money_back(situation: Situation) -> bool:
    running = any(r.kind in _MONEY_REQUESTS and r.status in ("open", "accepted") for r in situation.requests)
    heard = sum(situation.reading.intent_scores.get(intent, 0.0) for intent in _MONEY_BACK)
    return running or situation.reading.intent in _MONEY_BACK or heard >= _HEARD_TOO
