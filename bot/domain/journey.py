"""Where a customer is on the way from stranger to regular."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import ClassVar


class JourneyStage(StrEnum):
    AWARENESS = "awareness"
    CONSIDERATION = "consideration"
    DECISION = "decision"
    POST_PURCHASE = "post_purchase"
    RETENTION = "retention"
    AT_RISK = "at_risk"


class HappeningKind(StrEnum):
    """Things that happened with a customer, from any source."""

    VIEWED = "viewed"
    COMPARED = "compared"
    CARTED = "carted"
    UNCARTED = "uncarted"
    ASKED_PRODUCT = "asked_product"
    ASKED_PRICE = "asked_price"
    ASKED_DELIVERY = "asked_delivery"
    ORDERED = "ordered"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    COMPLAINED = "complained"
    CASE_OPENED = "case_opened"
    CASE_CLOSED = "case_closed"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened; `subject` is a sku or an order code, `value` VND where it applies."""

    kind: HappeningKind
    at: datetime
    subject: str = ""
    value: int = 0


@dataclass(frozen=True, slots=True)
class StageVerdict:
    """The stage and, in English for staff, why."""

    stage: JourneyStage
    why: str


@dataclass(frozen=True, slots=True)
class StageThresholds:
    """The shop's own rhythm; all in days but the ratios and counts."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # read from config.yaml, where a wrong key must not pass

    recent_days: int = 14  # how long a view, a cart or a question speaks
    interest_count: int = 2  # so many views, comparisons or questions are more than a look
    settle_days: int = 14  # after delivery: returns, first use, a review
    lost_days: int = 45  # an order without any delivery news for so long no longer counts as on its way
    complaint_days: int = 60  # an unanswered complaint puts a customer at risk for so long
    expected_gap_days: float = 45.0  # the usual time between two orders
    gap_weight: float = 2.0  # how many own gaps the usual one is worth: own gaps alone mislead
    overdue_ratio: float = 2.0  # times the expected gap


_BUYING = {
    HappeningKind.CARTED: "put something in the cart",
    HappeningKind.ASKED_PRICE: "asked about a price",
    HappeningKind.ASKED_DELIVERY: "asked about delivery",
}
_INTEREST = frozenset({HappeningKind.VIEWED, HappeningKind.COMPARED, HappeningKind.ASKED_PRODUCT})


def stage_of(happenings: Sequence[Happening], now: datetime, thresholds: StageThresholds) -> StageVerdict:
    """The stage of a customer at `now`, from everything that happened, in any order; later happenings are ignored."""
    past = sorted((h for h in happenings if h.at <= now), key=lambda h: h.at)
    orders = _kept_orders(past)
    return (
        _complaint(past, now, thresholds)
        or _parcel(past, orders, now, thresholds)
        or _buying(past, orders, now, thresholds)
        or _rhythm(orders, now, thresholds)
        or _interest(past, orders, now, thresholds)
    )


def _kept_orders(past: Sequence[Happening]) -> list[Happening]:
    cancelled = {h.subject for h in past if h.kind is HappeningKind.CANCELLED}
    return [h for h in past if h.kind is HappeningKind.ORDERED and h.subject not in cancelled]


def _complaint(past: Sequence[Happening], now: datetime, thresholds: StageThresholds) -> StageVerdict | None:
    open_cases = 0
    complaint: Happening | None = None
    for happening in past:
        match happening.kind:
            case HappeningKind.CASE_OPENED:
                open_cases += 1
            case HappeningKind.CASE_CLOSED:
                open_cases, complaint = max(0, open_cases - 1), None
            case HappeningKind.COMPLAINED:
                complaint = happening
            case _:
                pass
    if open_cases:
        return StageVerdict(JourneyStage.AT_RISK, "a case is open")
    if complaint and _days(complaint.at, now) <= thresholds.complaint_days:
        return StageVerdict(JourneyStage.AT_RISK, f"a complaint {_ago(complaint.at, now)} is not settled")
    return None


def _parcel(
    past: Sequence[Happening], orders: Sequence[Happening], now: datetime, thresholds: StageThresholds
) -> StageVerdict | None:
    delivered = {h.subject: h.at for h in past if h.kind is HappeningKind.DELIVERED}
    returned = {h.subject for h in past if h.kind is HappeningKind.RETURNED}
    for order in reversed(orders):
        if order.subject in returned:
            continue
        arrived = delivered.get(order.subject)
        if arrived is None and _days(order.at, now) <= thresholds.lost_days:
            return StageVerdict(JourneyStage.POST_PURCHASE, f"order {order.subject} is not delivered yet")
        if arrived is not None and _days(arrived, now) <= thresholds.settle_days:
            return StageVerdict(JourneyStage.POST_PURCHASE, f"order {order.subject} arrived {_ago(arrived, now)}")
    return None


def _buying(
    past: Sequence[Happening], orders: Sequence[Happening], now: datetime, thresholds: StageThresholds
) -> StageVerdict | None:
    fresh = _since_last_order(past, orders, now, thresholds)
    uncarted = {h.subject: h.at for h in fresh if h.kind is HappeningKind.UNCARTED}
    for happening in reversed(fresh):
        if happening.kind is HappeningKind.CARTED and uncarted.get(happening.subject, happening.at) > happening.at:
            continue
        if happening.kind in _BUYING:
            return StageVerdict(JourneyStage.DECISION, f"{_BUYING[happening.kind]} {_ago(happening.at, now)}")
    return None


def _rhythm(orders: Sequence[Happening], now: datetime, thresholds: StageThresholds) -> StageVerdict | None:
    if not orders:
        return None
    expected = _expected_gap(orders, thresholds)
    gap = _days(orders[-1].at, now)
    if gap > thresholds.overdue_ratio * expected:
        return StageVerdict(
            JourneyStage.AT_RISK, f"last order {gap:.0f} days ago, about every {expected:.0f} days expected"
        )
    if len(orders) >= 2:
        return StageVerdict(JourneyStage.RETENTION, f"{len(orders)} orders, the last one {_ago(orders[-1].at, now)}")
    return None


def _interest(
    past: Sequence[Happening], orders: Sequence[Happening], now: datetime, thresholds: StageThresholds
) -> StageVerdict:
    if orders:
        return StageVerdict(JourneyStage.CONSIDERATION, f"one order so far, {_ago(orders[-1].at, now)}")
    looks = [h for h in past if h.kind in _INTEREST and _days(h.at, now) <= thresholds.recent_days]
    compared = any(h.kind is HappeningKind.COMPARED for h in looks)
    if compared or len(looks) >= thresholds.interest_count:
        return StageVerdict(JourneyStage.CONSIDERATION, f"no order yet, looked at products {len(looks)} times lately")
    return StageVerdict(JourneyStage.AWARENESS, "no order yet, hardly looked around")


def _since_last_order(
    past: Sequence[Happening], orders: Sequence[Happening], now: datetime, thresholds: StageThresholds
) -> list[Happening]:
    since = orders[-1].at if orders else None
    return [h for h in past if _days(h.at, now) <= thresholds.recent_days and (since is None or h.at > since)]


def _expected_gap(orders: Sequence[Happening], thresholds: StageThresholds) -> float:
    """Own median gap shrunk towards the shop's: the more own gaps, the more they count."""
    gaps = [_days(earlier.at, later.at) for earlier, later in pairwise(orders)]
    if not gaps:
        return thresholds.expected_gap_days
    weight = thresholds.gap_weight
    return (median(gaps) * len(gaps) + thresholds.expected_gap_days * weight) / (len(gaps) + weight)


def _days(earlier: datetime, later: datetime) -> float:
    return (later - earlier) / timedelta(days=1)


def _ago(then: datetime, now: datetime) -> str:
    days = int(_days(then, now))
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
