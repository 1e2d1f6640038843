"""How people type, and what is made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text import clean, emoji_in, expand_teencode, fold, normalise, shouting, split_sentences, tokens, words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("e ko nhận đc j", "em không nhận được gì"),
        ("shop ơi bn v", "shop ơi bao nhiêu vậy"),
        ("k bik lm s", "không biết làm sao"),
        ("cho e xin sdt vs", "cho em xin số điện thoại với"),
        ("ship r hả", "giao hàng rồi hả"),
        ("sp còn hok", "sản phẩm còn không"),
        ("đẹpp quáa", "đẹp quá"),
        ("50 k", "50 k"),
    ],
)
def test_teencode_is_written_out(typed: str, meant: str) -> None:
    read = tokens(normalise(typed), teencode=True)
    assert " ".join(read.exact[1:-1]) == meant


def test_expand_teencode_takes_words() -> None:
    assert expand_teencode(["ko", "đc"]) == ["không", "được"]


@pytest.mark.parametrize(
    ("typed", "relaxed"),
    [
        ("sooo goooood", "so good"),
        ("helllooo", "hello"),
        ("quáaaa", "quáa"),
        ("hoà", "hòa"),
        ("thuý", "thúy"),
        ("quý", "quý"),
    ],
)
def test_spelling_is_relaxed(typed: str, relaxed: str) -> None:
    assert normalise(typed) == relaxed


def test_fold_takes_all_marks_off() -> None:
    assert fold("Đường Nguyễn Huệ, đẹp!") == "duong nguyen hue, dep!"


def test_clean_drops_what_nobody_typed() -> None:
    assert clean("a\x00b\ud800c\u200bd") == "a b c d"
    assert len(clean("x" * 100_000)) < 5_000
    assert clean("e\u0302\u0301") == "ế"


def test_emoji_and_emoticons() -> None:
    assert emoji_in("ok 👍🏽 :( ❤️ haha T_T") == ["👍", "🙁", "❤", "😂", "😭"]
    assert emoji_in("8:30, http://x.y/z") == []


def test_words_and_sentences() -> None:
    assert words("Giá 1.200.000đ, OK?") == ["giá", "1.200.000đ", "ok"]
    assert split_sentences("Chào shop! Còn hàng không? ok") == ["Chào shop!", "Còn hàng không?", "ok"]


def test_shouting_needs_words() -> None:
    assert shouting("WHERE IS MY ORDER")
    assert shouting("TRẢ TIỀN LẠI CHO TÔI")
    assert not shouting("OK")
    assert not shouting("Order DH2231 for ANNA please")


@given(st.text(max_size=200))
def test_normalised_text_is_always_cut_into_parallel_words(text: str) -> None:
    read = tokens(normalise(text), teencode=True)
    assert len(read.exact) == len(read.folded) == len(read.plain)
    assert read.exact[0] == read.exact[-1] == "."
