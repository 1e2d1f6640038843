"""What to offer: the plan's kinds in turn, the best of each first, each with the true reason it was chosen."""

from collections.abc import Iterator
from itertools import islice
from math import inf

from bot.domain.decision import SuggestionKind, SuggestionPlan
from bot.domain.tact import permitted_kinds
from bot.domain.turn import Candidate, ProductView, Situation, Suggestion
from bot.personal.gate import offerable, speaks_for
from bot.personal.settings import GateLimits, PersonalSettings

Choice = tuple[ProductView, str, str]  # product, reason key, the other product of "bought together"


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
    meant = {product.category for product in situation.products}
    for kind in permitted_kinds(situation.customer.level, plan):
        fitting = [c for c in situation.candidates if speaks_for(kind, c, limits)]
        match kind:
            case SuggestionKind.ASKED:
                yield from ((product, "you_asked", "") for product in situation.products)
            case SuggestionKind.OWN_HISTORY:
                fitting.sort(key=lambda c: (-c.own_count, *_popularity(c)))
                yield from ((c.product, "bought_before", "") for c in fitting)
            case SuggestionKind.TOGETHER:
                fitting.sort(key=lambda c: (-c.together_count, *_popularity(c)))
                yield from ((c.product, "bought_together", c.together_with) for c in fitting)
            case SuggestionKind.BESTSELLERS:
                # Those of the kind the message speaks of come first: a stated need counts at level off, too.
                fitting.sort(key=lambda c: (c.product.category not in meant, *_popularity(c)))
                yield from ((c.product, "bestseller", "") for c in fitting)


def _popularity(candidate: Candidate) -> tuple[float, str]:
    """Breaks ties: the better seller first, then the sku."""
    return candidate.bestseller_rank or inf, candidate.product.sku
