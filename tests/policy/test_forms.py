from typing import Any

import pytest

from bot.domain.turn import Pending, RequestKind
from bot.policy.forms import belongs_to_form
from nlp.types import Intent
from tests.doubles.situations import make_reading, make_situation


@pytest.mark.parametrize(
    ("form", "text", "intent", "stays"),
    [
        (RequestKind.RETURN, "áo bị rách tay", Intent.WARRANTY_REPAIR, True),
        (RequestKind.RETURN, "lý do gì cũng được", Intent.OTHER, True),
        (RequestKind.RETURN, "phí ship bao nhiêu?", Intent.PRICE_PROMO, False),
        (RequestKind.CANCEL, "cho xem đơn DH7", Intent.TRACK_ORDER, True),
        (RequestKind.CANCEL, "khi nào hàng tới?", Intent.TRACK_ORDER, False),
        (RequestKind.CANCEL, "All", Intent.TRACK_ORDER, True),
        (RequestKind.CANCEL, "where are all my orders?", Intent.TRACK_ORDER, False),
        (RequestKind.CHANGE, "giao về 12 Lý Thường Kiệt", Intent.TRACK_ORDER, True),
        ("link", "đơn của tôi mà", Intent.TRACK_ORDER, True),
        ("address", "gợi ý quà đi", Intent.RECOMMENDATION, False),
        ("human_offer", "thôi", Intent.OTHER, True),
        ("human_offer", "còn size M không?", Intent.STOCK, False),
        (RequestKind.RETURN, "  ", Intent.OTHER, False),
    ],
)
def test_who_stays_in_a_form(form: str, text: str, intent: Intent, stays: bool) -> None:
    situation = make_situation(text, intent=intent)
    assert belongs_to_form(situation, Pending(form, "order", options=("DH7", "all")), 0.7) is stays


@pytest.mark.parametrize("doubt", [{"unsure": True}, {"confidence": 0.6}])
def test_only_a_confident_wish_leaves_a_form(doubt: dict[str, Any]) -> None:
    reading = make_reading(intent=Intent.PRICE_PROMO, **doubt)
    assert belongs_to_form(make_situation("giá", reading=reading), Pending(RequestKind.RETURN, "reason"), 0.7)
