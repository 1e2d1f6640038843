"""What tells who wrote a message is hidden; what was felt and wanted stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.facts.masking import masked

LAN = ("Nguyễn Thị Lan Anh", "lananh_97 🌸")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("gọi em 0901234567 nhé", "gọi em 0000 nhé"),
        ("call +84 (90) 123-45-67 now", "call 0000 now"),
        ("sđt0901.234.567, gấp!", "sđ0000, gấp!"),
        ("số của tôi 0 9 0 1 2 3 4 5 6 7", "số của tôi 0000"),
        ("mail lan.anh+shop@gmail.com.vn giùm", "mail [email] giùm"),
        ("đơn TH-10234 đâu", "đơn 0000 đâu"),
        ("đơn th10234 đâu", "đơn 0000 đâu"),
        ("mã 88213nhé", "mã 0000nhé"),
        ("vận đơn SPXVN01A2345B678 kẹt rồi", "vận đơn 0000 kẹt rồi"),
        ("stk 1903 5678 9012 Techcombank", "stk 0000 Techcombank"),
        ("xem https://shop.vn/o?id=7&k=abc đi", "xem [link] đi"),
        ("nhắn t.me/lananh hoặc @lananh_97", "nhắn [link] hoặc [name]"),
    ],
)
def test_numbers_addresses_and_links(text: str, hidden: str) -> None:
    assert masked(text) == hidden


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Em là Nguyễn Thị Lan Anh đây", "Em là [name] đây"),
        ("em la nguyen thi lan anh day", "em la [name] day"),
        ("LAN đây, bực quá!", "[name] đây, bực quá!"),
        ("lan anh chờ hai tuần rồi", "[name] chờ hai tuần rồi"),
        ("anh ơi, thị trường gì kỳ vậy", "anh ơi, thị trường gì kỳ vậy"),  # words, not the name
        ("thì shop cứ làn lượt thôi", "thì shop cứ làn lượt thôi"),  # other diacritics: other words
        ("Lananh97 nè", "[name]97 nè"),
    ],
)
def test_the_writers_own_name_however_it_is_typed(text: str, hidden: str) -> None:
    assert masked(text, LAN) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "hai cái 250k, size 38",
        "iPhone 15 pro max",
        "giao lúc 9h30 ngày 12/11",
        "BỰC MÌNH QUÁ 😡😡",
        "",
        "ko ship đc ak???",
    ],
)
def test_what_tells_nobodys_name_stays(text: str) -> None:
    assert masked(text, ("Minh", "")) == text


def test_decomposed_letters_are_the_same_name() -> None:
    assert masked("Hue\u0323\u0302 đây", ("Huệ",)) == "[name] đây"


@given(st.text("abc đơn", max_size=20), st.from_regex(r"\A0[0-9]{9}\Z"), st.text(" .,!đơn", max_size=20))
def test_no_phone_number_gets_through(before: str, number: str, after: str) -> None:
    assert number not in masked(before + number + after)
