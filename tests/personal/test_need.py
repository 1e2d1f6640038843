"""Prices, gifts and things, as people really write them."""

import pytest

from bot.domain.views import Need
from bot.personal.need import fits, gift_words, need_of
from tests.doubles.situations import make_product, make_situation


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("under 500k", 0, 500_000),
        ("budget tầm 1tr", 0, 1_000_000),
        ("khoảng 1tr5", 0, 1_500_000),
        ("tam 1 trieu ruoi", 0, 1_500_000),
        ("dưới 500 nha", 0, 500_000),
        ("up to 1.5 million", 0, 1_500_000),
        ("áo 200.000đ đổ lại", 0, 200_000),
        ("200,000 vnd", 0, 200_000),
        ("món nào 300k", 0, 300_000),
        ("trên 300k", 300_000, 0),
        ("từ 200 đến 500k", 200_000, 500_000),
        ("200k-300k thôi", 200_000, 300_000),
        ("sạc dự phòng 10.000 mAh dưới 1tr", 0, 1_000_000),
        ("cà phê 500 g", 0, 0),
        ("khoảng 3 món", 0, 0),
        ("3-5 ngày có hàng không", 0, 0),
        ("size 39 có không", 0, 0),
        ("có 2 con", 0, 0),
        ("", 0, 0),
    ],
)
def test_prices(text: str, low: int, high: int) -> None:
    need = need_of(text)
    assert (need.budget_from, need.budget_to) == (low, high)


def test_what_to_look_for_is_left_without_price_and_chatter() -> None:
    assert need_of("Recommend me a coffee for espresso under 200k").words == "me a coffee for espresso"
    assert need_of("gợi ý cà phê 100k-200k").words == "ca phe"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I'm looking for a gift for my mother", "gift for mother"),
        ("mua quà tặng mẹ", "gift for mother"),
        ("món gift cho boss, something elegant", "gift for boss"),
        ("quà cho bố", "gift for father"),
        ("tặng bạn gái", "gift for woman"),
        ("quà biếu ông bà", "gift for grandparent"),
        ("tìm quà tặng", ""),
    ],
)
def test_gifts_and_who_they_are_for(text: str, words: str) -> None:
    assert need_of(text).gift
    assert gift_words(text) == words


def test_no_gift() -> None:
    assert not need_of("đắt quá, qua shop xem được không").gift


def test_what_fits() -> None:
    tea, lamp = make_product("TEA", price=129_000), make_product("LAMP", price=420_000)
    cheap = Need(budget_to=200_000)
    assert fits(make_situation(need=cheap), tea)
    assert not fits(make_situation(need=cheap), lamp)
    assert not fits(make_situation(need=Need(budget_from=200_000)), tea)
    assert not fits(make_situation(products=(lamp,)), tea)
    assert fits(make_situation(products=(tea,), need=Need(gift=True)), tea)
    assert not fits(make_situation(need=Need(gift=True)), tea)
