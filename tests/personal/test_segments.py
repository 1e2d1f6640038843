import pytest

from bot.domain.consent import PersonalisationLevel
from bot.domain.views import OrderStatus, OrderView
from bot.personal.segments import SEGMENTS, SegmentRules, segments_of
from tests.doubles.situations import NOW, make_order

RULES = SegmentRules(regular_orders=2, vip_spent=300_000, days=365)
BASIC = PersonalisationLevel.BASIC


@pytest.mark.parametrize(
    ("orders", "segments"),
    [
        ([], {"new"}),
        ([make_order()], set()),
        ([make_order("A"), make_order("B")], {"regular", "vip"}),
        ([make_order(total=300_000)], {"vip"}),
        ([make_order("A"), make_order("B", days_ago=400)], set()),
        ([make_order("A"), make_order("B", status=OrderStatus.CANCELLED)], set()),
    ],
)
def test_segments(orders: list[OrderView], segments: set[str]) -> None:
    assert segments_of(orders, BASIC, NOW, RULES) == segments <= SEGMENTS


def test_off_belongs_to_no_segment() -> None:
    assert segments_of([make_order(total=10**9)], PersonalisationLevel.OFF, NOW, RULES) == frozenset()
