"""May anything be offered now, and which products may be?"""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.decision import SuggestionKind, SuggestionPlan
from bot.domain.journey import HappeningKind
from bot.domain.situation import Situation
from bot.domain.tact import permitted_kinds, refusal
from bot.domain.views import Candidate, OrderStatus, OrderView, ProductView, RequestKind
from bot.personal.need import fits
from bot.personal.settings import GateLimits


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether, and why (not): one word for the log, the desk and the tests."""

    allowed: bool
    reason: str


def may_suggest(situation: Situation, plan: SuggestionPlan, limits: GateLimits) -> Verdict:
    """The one gate before any ranking: the first objection closes it, and each has its own word.

    level_off, stopped, no_consent, open_case, angry, upset, just_helped, overdue, refund, quiet_hours,
    too_often, nothing_fits.
    What was asked for passes level, stop, refund, quiet hours and the cap, but not anger or an open case.
    """
    objection = refusal(situation, plan)
    if not objection and not plan.asked:
        objection = _bad_moment(situation, limits)
    if not objection and not offerable(situation, plan, limits):
        objection = "nothing_fits"
    return Verdict(not objection, objection or ("asked" if plan.asked else "welcome"))


def offerable(situation: Situation, plan: SuggestionPlan, limits: GateLimits) -> frozenset[str]:
    """The skus that may be shown: of a permitted kind, in stock, and nothing that would hurt or bore."""
    barred = _barred(situation, limits, plan.asked)
    kinds = permitted_kinds(situation.customer.level, plan)
    products: list[ProductView] = []
    if SuggestionKind.ASKED in kinds:
        products += situation.products
    for candidate in situation.candidates:
        if any(speaks_for(kind, candidate, limits) for kind in kinds):
            products.append(candidate.product)
    wanted = [product for product in products if not plan.asked or fits(situation, product)]
    return frozenset(product.sku for product in wanted if product.stock > 0 and product.sku not in barred)


def speaks_for(kind: SuggestionKind, candidate: Candidate, limits: GateLimits) -> bool:
    """Whether `candidate` can honestly be offered for a reason of this kind."""
    match kind:
        case SuggestionKind.BESTSELLERS:
            return candidate.bestseller_rank > 0
        case SuggestionKind.OWN_HISTORY:
            return candidate.own_count >= limits.own_count
        case SuggestionKind.TOGETHER:
            return candidate.together_count > 0 and candidate.together_with != ""
        case _:  # what was asked for is found by the words of the message, not among the candidates
            return False


def _bad_moment(situation: Situation, limits: GateLimits) -> str:
    if _quiet(situation.local_hour, limits):
        return "quiet_hours"
    shown = {offered.at for offered in situation.offered}
    lately = [at for at in shown if situation.now - at < timedelta(hours=limits.window_hours)]
    apart = timedelta(minutes=limits.minutes_apart)
    if len(lately) >= limits.showings or any(situation.now - at < apart for at in lately):
        return "too_often"
    return ""


def _quiet(hour: int, limits: GateLimits) -> bool:
    start, end = limits.quiet_from, limits.quiet_until
    return start <= hour < end if start <= end else hour >= start or hour < end


def _barred(situation: Situation, limits: GateLimits, asked: bool) -> set[str]:
    """Skus that were returned, complained about, dismissed, just bought or, unless asked for, just shown."""
    barred = {offered.sku for offered in situation.offered if offered.dismissed}
    if not asked:
        shown = timedelta(days=limits.shown_days)
        barred |= {offered.sku for offered in situation.offered if situation.now - offered.at < shown}
    bitter = {h.subject for h in situation.happenings if h.kind in (HappeningKind.RETURNED, HappeningKind.COMPLAINED)}
    barred |= bitter
    bitter |= {r.order for r in situation.requests if r.kind in (RequestKind.RETURN, RequestKind.WARRANTY)}
    for order in situation.orders:
        if order.code in bitter or order.status is OrderStatus.RETURNED or _just_bought(order, situation, limits):
            barred |= {line.sku for line in order.lines}
    since = situation.now - timedelta(days=limits.just_bought_days)
    barred |= {c.product.sku for c in situation.candidates if c.own_last_at is not None and c.own_last_at > since}
    return barred


def _just_bought(order: OrderView, situation: Situation, limits: GateLimits) -> bool:
    recent = situation.now - order.placed_at < timedelta(days=limits.just_bought_days)
    return recent and order.status is not OrderStatus.CANCELLED
