"""Groups of customers that policies may name, by simple rules over their own orders."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.consent import PersonalisationLevel, Purpose, allowed
from bot.domain.views import OrderStatus, OrderView

SEGMENTS = frozenset({"new", "regular", "vip"})


class SegmentRules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    regular_orders: int = Field(default=3, ge=2)
    vip_spent: int = Field(default=20_000_000, ge=0)  # VND
    days: int = Field(default=365, ge=1)  # over so many past days


def segments_of(
    orders: Sequence[OrderView], level: PersonalisationLevel, now: datetime, rules: SegmentRules
) -> frozenset[str]:
    """Which of SEGMENTS a customer belongs to; none at a level that does not allow looking at own history."""
    if not allowed(level, Purpose.OWN_HISTORY):
        return frozenset()
    since = now - timedelta(days=rules.days)
    dropped = (OrderStatus.CANCELLED, OrderStatus.RETURNED)
    kept = [order for order in orders if order.placed_at >= since and order.status not in dropped]
    spent = sum(order.total for order in kept)
    marks = {
        "new": not orders,
        "regular": len(kept) >= rules.regular_orders,
        "vip": spent >= rules.vip_spent,
    }
    return frozenset(name for name, holds in marks.items() if holds)
