"""Where a customer is on the way from stranger to regular."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
