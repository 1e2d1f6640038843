"""Each objection once, and their order."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.consent import PersonalisationLevel
from bot.domain.decision import SuggestionKind, SuggestionPlan
from bot.domain.escalation import CaseStatus
from bot.domain.journey import Happening, HappeningKind
from bot.domain.situation import MoodLine, Situation, Trend
from bot.domain.tact import case_open, permitted_kinds, refusal
from bot.domain.views import CustomerView, OrderStatus, RequestKind, RequestView
from nlp.types import Intent, Mood
from tests.doubles.situations import NOW, make_case, make_order, make_reading, make_situation

OFF, BASIC, FULL = PersonalisationLevel
K = SuggestionKind
PLAN = SuggestionPlan((K.OWN_HISTORY, K.BESTSELLERS))
ASKED = SuggestionPlan(tuple(K), asked=True)


def content(**overrides: Any) -> Situation:
    return make_situation("đẹp quá", **{"mood": Mood.HAPPY, "level": FULL} | overrides)


RETURNING = RequestView("R-1001", RequestKind.RETURN, "DH1", "open", NOW)
REFUSALS = {
    "level_off": content(level=OFF),
    "stopped": content(customer=CustomerView("c1", level=FULL, suggestions_stopped=True)),
    "open_case": content(case=make_case()),
    "angry": content(mood=Mood.FRUSTRATED),
    "upset": content(mood=Mood.ANXIOUS),
    "just_helped": content(happenings=(Happening(HappeningKind.CASE_CLOSED, NOW - timedelta(hours=2)),)),
    "refund": content(requests=(RETURNING,)),
    "": content(),
}


@pytest.mark.parametrize(("reason", "situation"), REFUSALS.items(), ids=[*REFUSALS])
def test_unasked(reason: str, situation: Situation) -> None:
    assert refusal(situation, PLAN) == reason


@pytest.mark.parametrize("passes", ["level_off", "stopped", "upset", "just_helped", "refund"])
def test_what_was_asked_for_passes(passes: str) -> None:
    assert refusal(REFUSALS[passes], ASKED) == ""


@pytest.mark.parametrize("reason", ["open_case", "angry"])
def test_even_what_was_asked_for_does_not_pass(reason: str) -> None:
    assert refusal(REFUSALS[reason], ASKED) == reason


def test_no_consent_for_what_others_bought() -> None:
    assert refusal(content(level=BASIC), SuggestionPlan((K.TOGETHER,))) == "no_consent"


def test_recent_anger_still_counts_unless_asked() -> None:
    line = MoodLine((Mood.ANGRY, Mood.NEUTRAL, Mood.HAPPY), Trend.RISING, 0)
    assert refusal(content(line=line), PLAN) == "upset"
    assert refusal(content(line=line), ASKED) == ""


def test_talk_of_money_back_counts() -> None:
    assert refusal(content(intent=Intent.RETURN_REFUND), PLAN) == "refund"
    done = RequestView("R-1001", RequestKind.RETURN, "DH1", "done", NOW)
    assert refusal(content(requests=(done,)), PLAN) == ""


def test_talk_of_money_back_beside_a_stronger_wish_counts() -> None:
    scores = dict.fromkeys(Intent, 0.0) | {Intent.PRAISE: 0.7, Intent.RETURN_REFUND: 0.3}
    both = make_reading(Mood.HAPPY, Intent.PRAISE, intent_scores=scores)
    assert refusal(content(reading=both), PLAN) == "refund"


def test_help_given_long_ago_is_over() -> None:
    closed = Happening(HappeningKind.CASE_CLOSED, NOW - timedelta(days=6))
    case = make_case(CaseStatus.CLOSED, opened_at=NOW - timedelta(days=6))
    assert refusal(content(happenings=(closed,), case=case), PLAN) == ""


@pytest.mark.parametrize("days", [0, 4])
def test_a_case_of_some_days_ago_still_counts(days: int) -> None:
    case = make_case(CaseStatus.CLOSED, opened_at=NOW - timedelta(days=days))
    assert refusal(content(case=case), PLAN) == "just_helped"


@pytest.mark.parametrize(
    ("status", "expected", "reason"),
    [
        (OrderStatus.SHIPPED, NOW - timedelta(days=1), "overdue"),
        (OrderStatus.PACKED, NOW - timedelta(days=1), "overdue"),
        (OrderStatus.SHIPPED, NOW + timedelta(days=1), ""),
        (OrderStatus.SHIPPED, None, ""),
        (OrderStatus.DELIVERED, NOW - timedelta(days=1), ""),
    ],
)
def test_nothing_is_sold_while_a_parcel_is_late(status: OrderStatus, expected: datetime | None, reason: str) -> None:
    late = content(orders=(make_order(status=status, expected_at=expected),))
    assert refusal(late, PLAN) == reason
    assert refusal(late, ASKED) == ""


def test_permitted_kinds() -> None:
    assert permitted_kinds(OFF, PLAN) == ()
    assert permitted_kinds(OFF, ASKED) == (K.BESTSELLERS,)
    assert permitted_kinds(BASIC, ASKED) == (K.BESTSELLERS, K.OWN_HISTORY, K.ASKED)
    assert permitted_kinds(FULL, ASKED) == tuple(K)


def test_a_closed_case_is_not_open() -> None:
    assert not case_open(content(case=make_case(CaseStatus.CLOSED)))
    assert not case_open(content())
    assert case_open(content(case=make_case(CaseStatus.HELD)))
