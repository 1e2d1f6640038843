"""The gate's own objections, their order, and what no product may pass."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.consent import PersonalisationLevel
from bot.domain.decision import SuggestionKind, SuggestionPlan
from bot.domain.journey import Happening, HappeningKind
from bot.domain.situation import Situation
from bot.domain.views import Candidate, CustomerView, Need, Offered, OrderStatus, RequestKind, RequestView
from bot.personal.gate import may_suggest, offerable
from bot.personal.settings import GateLimits
from nlp.types import Mood
from tests.doubles.situations import NOW, make_case, make_order, make_product, make_situation

K = SuggestionKind
PLAN = SuggestionPlan((K.OWN_HISTORY, K.TOGETHER, K.BESTSELLERS))
ASKED = SuggestionPlan(tuple(K), 3, asked=True)
LIMITS = GateLimits()
BEST = Candidate(make_product("TEE-01"), bestseller_rank=1)


def content(**overrides: Any) -> Situation:
    defaults: dict[str, Any] = {"mood": Mood.HAPPY, "level": PersonalisationLevel.FULL, "candidates": (BEST,)}
    return make_situation("đẹp quá", **defaults | overrides)


def shown(minutes: float, sku: str = "OLD-1", dismissed: bool = False) -> Offered:
    return Offered(sku, NOW - timedelta(minutes=minutes), "bestseller", dismissed)


OBJECTIONS: dict[str, dict[str, Any]] = {
    "level_off": {"level": PersonalisationLevel.OFF},
    "open_case": {"case": make_case()},
    "angry": {"mood": Mood.ANGRY},
    "quiet_hours": {"local_hour": 23},
    "too_often": {"offered": (shown(60), shown(120), shown(180))},
    "nothing_fits": {"candidates": ()},
}


@pytest.mark.parametrize(("reason", "overrides"), OBJECTIONS.items())
def test_unasked(reason: str, overrides: dict[str, Any]) -> None:
    verdict = may_suggest(content(**overrides), PLAN, LIMITS)
    assert (verdict.allowed, verdict.reason) == (False, reason)


def test_welcome() -> None:
    verdict = may_suggest(content(), PLAN, LIMITS)
    assert (verdict.allowed, verdict.reason) == (True, "welcome")


@pytest.mark.parametrize("passed", ["level_off", "quiet_hours", "too_often"])
def test_asked_for_passes(passed: str) -> None:
    verdict = may_suggest(content(**OBJECTIONS[passed]), ASKED, LIMITS)
    assert (verdict.allowed, verdict.reason) == (True, "asked")


@pytest.mark.parametrize("held", ["open_case", "angry", "nothing_fits"])
def test_asked_for_and_still_refused(held: str) -> None:
    assert may_suggest(content(**OBJECTIONS[held]), ASKED, LIMITS).reason == held


def test_the_first_objection_is_the_one_named() -> None:
    situation = content()
    for reason in reversed(OBJECTIONS):
        overrides = dict(OBJECTIONS[reason])
        if "level" in overrides:
            overrides = {"customer": CustomerView("c1")}
        if "mood" in overrides:
            situation = replace(situation, reading=content(**overrides).reading)
        else:
            situation = replace(situation, **overrides)
        assert may_suggest(situation, PLAN, LIMITS).reason == reason


def test_showings_count_once_however_many_products() -> None:
    one_showing = tuple(shown(60, sku) for sku in ("A", "B", "C"))
    assert may_suggest(content(offered=one_showing), PLAN, LIMITS).allowed
    assert may_suggest(content(offered=(shown(5),)), PLAN, LIMITS).reason == "too_often"
    long_ago = tuple(shown(60 * 24 + minutes) for minutes in (0, 60, 120))
    assert may_suggest(content(offered=long_ago), PLAN, LIMITS).allowed


@pytest.mark.parametrize(("hour", "quiet"), [(21, False), (22, True), (6, True), (7, False)])
def test_quiet_hours(hour: int, quiet: bool) -> None:
    assert (may_suggest(content(local_hour=hour), PLAN, LIMITS).reason == "quiet_hours") is quiet


def test_quiet_hours_may_lie_within_a_day_or_not_be() -> None:
    noon = GateLimits(quiet_from=12, quiet_until=14)
    assert may_suggest(content(local_hour=13), PLAN, noon).reason == "quiet_hours"
    assert may_suggest(content(local_hour=3), PLAN, noon).allowed
    never = GateLimits(quiet_from=0, quiet_until=0)
    assert all(may_suggest(content(local_hour=hour), PLAN, never).allowed for hour in range(24))


def days_ago(days: int) -> Any:
    return NOW - timedelta(days=days)


BARRED: dict[str, dict[str, Any]] = {
    "out of stock": {"candidates": (replace(BEST, product=make_product("TEE-01", stock=0)),)},
    "dismissed, however long ago": {"offered": (Offered("TEE-01", days_ago(300), "bestseller", True),)},
    "shown this week": {"offered": (Offered("TEE-01", days_ago(3), "bestseller"),)},
    "returned": {"happenings": (Happening(HappeningKind.RETURNED, days_ago(90), "TEE-01"),)},
    "complained about its order": {
        "happenings": (Happening(HappeningKind.COMPLAINED, days_ago(90), "DH1"),),
        "orders": (make_order("DH1", days_ago=95),),
    },
    "in a returned order": {"orders": (make_order("DH1", days_ago=95, status=OrderStatus.RETURNED),)},
    "under repair": {
        "orders": (make_order("DH1", days_ago=95),),
        "requests": (RequestView("R-1", RequestKind.WARRANTY, "DH1", "done", days_ago(50)),),
    },
    "just bought": {"orders": (make_order("DH1", days_ago=10),)},
    "bought again lately": {"candidates": (replace(BEST, own_count=1, own_last_at=days_ago(2)),)},
}


@pytest.mark.parametrize("overrides", BARRED.values(), ids=BARRED)
def test_products_that_would_hurt_or_bore(overrides: dict[str, Any]) -> None:
    assert offerable(content(**overrides), PLAN, LIMITS) == frozenset()


@pytest.mark.parametrize(
    "overrides",
    [
        {"offered": (Offered("TEE-01", days_ago(8), "bestseller"),)},
        {"orders": (make_order("DH1", days_ago=30, status=OrderStatus.DELIVERED),)},
        {"orders": (make_order("DH1", days_ago=1, status=OrderStatus.CANCELLED),)},
        {"happenings": (Happening(HappeningKind.VIEWED, days_ago(1), "TEE-01"),)},
        {"candidates": (replace(BEST, own_count=1, own_last_at=days_ago(20)),)},
    ],
)
def test_products_that_may_be_shown(overrides: dict[str, Any]) -> None:
    assert offerable(content(**overrides), PLAN, LIMITS) == {"TEE-01"}


def test_shown_lately_may_be_shown_again_when_asked() -> None:
    assert offerable(content(offered=(shown(10, "TEE-01"),)), ASKED, LIMITS) == {"TEE-01"}


def test_only_kinds_that_speak_for_a_product_count() -> None:
    once = Candidate(make_product("MUG-02"), own_count=1)
    twice = Candidate(make_product("CAM-03"), own_count=2)
    alone = Candidate(make_product("BAG-04"), together_count=3)
    pair = Candidate(make_product("HAT-05"), together_with="Áo thun", together_count=3)
    found = make_product("TEA-06")
    situation = content(candidates=(once, twice, alone, pair), products=(found,))
    assert offerable(situation, PLAN, LIMITS) == {"CAM-03", "HAT-05"}
    assert offerable(situation, ASKED, LIMITS) == {"TEA-06"}
    assert offerable(replace(situation, products=()), ASKED, LIMITS) == {"CAM-03", "HAT-05"}
    assert offerable(replace(situation, need=Need(budget_to=1_000)), ASKED, LIMITS) == set()
