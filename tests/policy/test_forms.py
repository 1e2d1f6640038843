from typing import Any

import pytest

from bot.domain.situation import Pending
from bot.domain.views import FaqHit, RequestKind
from bot.policy.forms import belongs_to_form
from nlp.types import Intent, Mood
from tests.doubles.situations import make_product, make_reading, make_situation


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


FAQ = FaqHit("payment", "?", "!", 0.6, named=True)


@pytest.mark.parametrize(
    ("text", "reading", "found", "stays"),
    [
        ("TH-10234", {}, {}, True),
        ("0901234567 ạ?", {"unsure": True}, {}, True),
        ("where is my order", {"intent": Intent.TRACK_ORDER}, {}, True),
        ("số nào cơ", {"unsure": True}, {}, True),
        ("can I pay by card", {"unsure": True}, {"faq": (FAQ,)}, False),
        ("váy dưới 500k", {"unsure": True}, {"products": (make_product(score=0.6),)}, False),
        ("người hay máy?", {"unsure": True}, {}, False),
        ("thôi khỏi", {"intent": Intent.CANCEL_ORDER, "unsure": True}, {}, False),
        ("bye", {"unsure": True}, {}, False),
        ("cảm ơn em", {"mood": Mood.GRATEFUL, "intent": Intent.PRAISE}, {}, False),
        ("cảm ơn em, đơn ấy", {"mood": Mood.GRATEFUL, "intent": Intent.TRACK_ORDER}, {}, False),
        ("gợi ý quà", {"intent": Intent.RECOMMENDATION, "confidence": 0.55}, {}, False),
    ],
)
def test_who_stays_to_have_an_order_found(
    text: str, reading: dict[str, Any], found: dict[str, Any], stays: bool
) -> None:
    situation = make_situation(text, reading=make_reading(**reading), **found)
    assert belongs_to_form(situation, Pending("link", "phone_or_order"), 0.7) is stays


@pytest.mark.parametrize("form", [RequestKind.RETURN, "link", "forget"])
def test_a_goodbye_leaves_every_form(form: str) -> None:
    assert not belongs_to_form(make_situation("tạm biệt shop nhé"), Pending(form, "confirm"), 0.7)
