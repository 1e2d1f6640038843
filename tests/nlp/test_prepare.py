"""What the encoder's tokenizer gets for a message as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.prepare import SHOUT, prepare


@pytest.mark.parametrize(
    ("typed", "given_to_the_model"),
    [
        ("Shop ơi ko nhận đc j hết", "shop ơi không nhận được gì hết"),
        ("toi buc minh qua", "toi buc minh qua"),
        ("my order is k thx", "my order is k thx"),
        ("TRẢ TIỀN LẠI CHO TÔI!!!!", f"{SHOUT} trả tiền lại cho tôi !!"),
        ("😡😡😡 quá tệ 👍🏽", "enraged face quá tệ thumbs up"),
        ("order DH123456 isn't here :(", "order dh0000 isn't here slightly frowning face"),
        ("quáaaaa đẹppp", "quá đẹp"),
        ("cafe\u0301 thuỷ", "café thủy"),
        ("naïve Zoë", "naive zoe"),
        ("", ""),
    ],
)
def test_one_spelling_for_what_people_type_in_many(typed: str, given_to_the_model: str) -> None:
    assert prepare(typed) == given_to_the_model


def test_of_a_long_message_beginning_and_end_are_read() -> None:
    kept = prepare("first " + "middle " * 300 + "last").split()
    assert (kept[0], kept[-1], len(kept)) == ("first", "last", 130)


@given(st.text(max_size=300))
def test_any_string_becomes_a_bounded_line_in_lower_case(text: str) -> None:
    prepared = prepare(text)
    assert "\n" not in prepared
    assert prepared == prepared.lower()
