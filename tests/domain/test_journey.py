"""Stages: every rule once, the order of the rules, and any history at all."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.journey import Happening, HappeningKind, JourneyStage, StageThresholds, stage_of
from tests.doubles.situations import NOW, happenings

K = HappeningKind
THRESHOLDS = StageThresholds()


def ago(days: float, kind: HappeningKind, subject: str = "") -> Happening:
    return Happening(kind, NOW - timedelta(days=days), subject)


def arrived(days: float, code: str) -> list[Happening]:
    return [ago(days + 2, K.ORDERED, code), ago(days, K.DELIVERED, code)]


CASES = {
    "a stranger": ([], JourneyStage.AWARENESS, "no order yet"),
    "one look": ([ago(1, K.VIEWED, "A")], JourneyStage.AWARENESS, "hardly looked"),
    "views long past": ([ago(40, K.VIEWED, "A")] * 3, JourneyStage.AWARENESS, "hardly looked"),
    "two looks": ([ago(1, K.VIEWED, "A"), ago(2, K.ASKED_PRODUCT, "A")], JourneyStage.CONSIDERATION, "2 times"),
    "one comparison": ([ago(1, K.COMPARED, "A")], JourneyStage.CONSIDERATION, "1 times"),
    "a full cart": ([ago(1, K.CARTED, "A")], JourneyStage.DECISION, "in the cart yesterday"),
    "a cart emptied again": ([ago(2, K.CARTED, "A"), ago(1, K.UNCARTED, "A")], JourneyStage.AWARENESS, "no order"),
    "carted once more": (
        [ago(3, K.CARTED, "A"), ago(2, K.UNCARTED, "A"), ago(1, K.CARTED, "A")],
        JourneyStage.DECISION,
        "yesterday",
    ),
    "asked the price": ([ago(0, K.ASKED_PRICE)], JourneyStage.DECISION, "asked about a price today"),
    "asked about delivery": ([ago(3, K.ASKED_DELIVERY)], JourneyStage.DECISION, "3 days ago"),
    "parcel on its way": ([ago(4, K.ORDERED, "D1")], JourneyStage.POST_PURCHASE, "D1 is not delivered"),
    "parcel just arrived": (arrived(5, "D1"), JourneyStage.POST_PURCHASE, "D1 arrived 5 days ago"),
    "sent back": ([*arrived(5, "D1"), ago(1, K.RETURNED, "D1")], JourneyStage.CONSIDERATION, "one order so far"),
    "cancelled": ([ago(4, K.ORDERED, "D1"), ago(3, K.CANCELLED, "D1")], JourneyStage.AWARENESS, "no order"),
    "no news for long": ([ago(60, K.ORDERED, "D1")], JourneyStage.CONSIDERATION, "one order so far"),
    "cart older than the order": (
        [ago(50, K.CARTED, "A"), *arrived(40, "D1")],
        JourneyStage.CONSIDERATION,
        "one order",
    ),
    "cart after the order": ([*arrived(40, "D1"), ago(1, K.CARTED, "A")], JourneyStage.DECISION, "cart"),
    "a regular": ([*arrived(60, "D1"), *arrived(30, "D2")], JourneyStage.RETENTION, "2 orders"),
    "one order, long ago": (arrived(100, "D1"), JourneyStage.AT_RISK, "about every 45 days expected"),
    "a regular who stays away": ([*arrived(130, "D1"), *arrived(100, "D2")], JourneyStage.AT_RISK, "102 days ago"),
    "complained": ([*arrived(5, "D1"), ago(1, K.COMPLAINED, "D1")], JourneyStage.AT_RISK, "yesterday is not settled"),
    "complained long ago": ([ago(90, K.COMPLAINED)], JourneyStage.AWARENESS, "no order"),
    "complaint settled": ([ago(3, K.COMPLAINED), ago(2, K.CASE_CLOSED)], JourneyStage.AWARENESS, "no order"),
    "case open": ([ago(3, K.CASE_OPENED)], JourneyStage.AT_RISK, "a case is open"),
    "case closed": ([ago(3, K.CASE_OPENED), ago(2, K.CASE_CLOSED)], JourneyStage.AWARENESS, "no order"),
    "what lies ahead is not known": ([ago(-3, K.ORDERED, "D1")], JourneyStage.AWARENESS, "no order"),
}


@pytest.mark.parametrize(("history", "stage", "why"), CASES.values(), ids=CASES)
def test_stage(history: list[Happening], stage: JourneyStage, why: str) -> None:
    verdict = stage_of(history, NOW, THRESHOLDS)
    assert verdict.stage is stage
    assert why in verdict.why


def test_own_rhythm_moves_the_expected_gap() -> None:
    weekly = [happening for week in range(3, 12) for happening in arrived(7 * week + 10, f"D{week}")]
    assert stage_of(weekly, NOW, THRESHOLDS).stage is JourneyStage.AT_RISK
    assert stage_of(weekly[:2], NOW, THRESHOLDS).stage is JourneyStage.CONSIDERATION


@given(st.lists(happenings, max_size=12, unique_by=lambda happening: happening.at))
def test_any_history_has_one_stage_whatever_its_order(history: list[Happening]) -> None:
    verdict = stage_of(history, NOW, THRESHOLDS)
    assert verdict.why
    assert stage_of(history[::-1], NOW, THRESHOLDS) == verdict


@given(st.lists(happenings, max_size=12))
def test_no_order_is_no_customer_to_keep(history: list[Happening]) -> None:
    if not any(h.kind is K.ORDERED and h.at <= NOW for h in history):
        assert stage_of(history, NOW, THRESHOLDS).stage not in (JourneyStage.POST_PURCHASE, JourneyStage.RETENTION)


@given(st.lists(happenings, max_size=12))
def test_what_comes_later_changes_nothing(history: list[Happening]) -> None:
    past = [happening for happening in history if happening.at <= NOW]
    assert stage_of(history, NOW, THRESHOLDS) == stage_of(past, NOW, THRESHOLDS)
