"""What to offer: the plan's kinds in turn, the best of each first, each with the true reason it was chosen."""

from collections.abc import Iterator
from itertools import islice
from math import inf

from bot.domain.answer import Suggestion
from bot.domain.decision import SuggestionKind, SuggestionPlan
from bot.domain.situation import Situation
from bot.domain.tact import permitted_kinds
from bot.domain.views import Candidate, ProductView
from bot.personal.gate import offerable, speaks_for
from bot.personal.settings import GateLimits, PersonalSettings

Choice = tuple[ProductView, str, str]  # product, reason key, the other product of "bought together"
_REASON = {
    SuggestionKind.ASKED: "you_asked",
    SuggestionKind.OWN_HISTORY: "bought_before",
    SuggestionKind.TOGETHER: "bought_together",
    SuggestionKind.BESTSELLERS: "bestseller",
}


def suggest(situation: Situation, plan: SuggestionPlan, settings: PersonalSettings) -> tuple[Suggestion, ...]:
    """At most `plan.count` products, none twice. Ask the gate first: this does not ask again whether, only what."""
    fit = offerable(situation, plan, settings.limits)
    customer = situation.customer
    chosen: dict[str, Suggestion] = {}
    for product, reason, other in _choices(situation, plan, settings.limits):
        if product.sku in fit and product.sku not in chosen:
            why = settings.say_why(reason, situation.language, customer.address, product.name, other)
            chosen[product.sku] = Suggestion(product.sku, product.name, product.price, reason, why)
    return tuple(islice(chosen.values(), plan.count))


def _choices(situation: Situation, plan: SuggestionPlan, limits: GateLimits) -> Iterator[Choice]:
    meant = frozenset(product.category for product in situation.products)
    for kind in permitted_kinds(situation.customer.level, plan):
        if kind is SuggestionKind.ASKED:
            yield from ((product, _REASON[kind], "") for product in situation.products)
            continue
        fitting = [c for c in situation.candidates if speaks_for(kind, c, limits)]
        fitting.sort(key=lambda c: (_weakness(kind, c, meant), c.bestseller_rank or inf, c.product.sku))
        yield from ((c.product, _REASON[kind], c.together_with) for c in fitting)


def _weakness(kind: SuggestionKind, candidate: Candidate, meant: frozenset[str]) -> int:
    """Least first. Equals are ranked by popularity, then sku."""
    match kind:
        case SuggestionKind.OWN_HISTORY:
            return -candidate.own_count
        case SuggestionKind.TOGETHER:
            return -candidate.together_count
        case _:  # bestsellers of the category the message speaks of: a stated need counts at level off, too
            return 0 if candidate.product.category in meant else 1
