"""The ways people type: each comes up, none loses the message, and the same dice give the same text."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text import fold
from nlp.training.augment import vary, without_diacritics
from nlp.types import Language

SAID = "Shop ơi, em không nhận được hàng, đợi lâu quá rồi!"
VIETNAMESE = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyÀẢÃÁẠẶĐÊỂỘỠỰỲỹ ,.!?1"), max_size=60)


def _varied(text: str, language: Language, times: int = 1500) -> list[str]:
    return [vary(text, language, random.Random(seed)) for seed in range(times)]


def test_without_diacritics_only_the_marks_go() -> None:
    assert without_diacritics("Đợi ĐƠN hàng Ở đây, Thuỷ ạ?") == "Doi DON hang O day, Thuy a?"


@given(VIETNAMESE)
def test_without_diacritics_keeps_capitals_and_length(text: str) -> None:
    bare = without_diacritics(text)
    assert bare.isascii()
    assert len(bare) == len(text)
    assert [c.isupper() for c in bare] == [c.isupper() for c in text]


@given(st.text(max_size=60), st.sampled_from([Language.VI, Language.EN]), st.integers(0, 2**32))
def test_the_same_dice_give_the_same_text(text: str, language: Language, seed: int) -> None:
    assert vary(text, language, random.Random(seed)) == vary(text, language, random.Random(seed))


@pytest.mark.parametrize("text", ["?", "???", "...", "! ?", "ko", "Ạ", SAID])
@pytest.mark.parametrize("language", [Language.VI, Language.EN])
def test_no_text_is_emptied(text: str, language: Language) -> None:
    assert [varied for varied in _varied(text, language, 500) if not varied.strip()] == []


def test_every_way_of_typing_vietnamese_comes_up() -> None:
    varied = Counter(_varied(SAID, Language.VI))
    total = varied.total()
    assert 0.25 < varied[SAID] / total < 0.45  # as it is, 46 % before slips and marks
    assert 0.12 < varied[without_diacritics(SAID)] / total < 0.30
    some = [text for text in varied if fold(text) == fold(SAID) and not text.isascii() and text.lower() != SAID.lower()]
    assert some, "diacritics on some words only"
    assert any({"ko", "hk", "hong", "hông", "dc", "đc"} & set(text.lower().replace(",", "").split()) for text in varied)
    assert any("wá" in text or "wa " in text for text in varied), "sounds as they are typed"


@pytest.mark.parametrize("language", [Language.VI, Language.EN])
def test_slips_stretches_marks_and_capitals_come_up(language: Language) -> None:
    text = "where is my order" if language is Language.EN else "bao gio giao hang"
    varied = set(_varied(text, language))
    assert text.upper() in varied
    assert {len(other) - len(text) for other in varied if other.islower()} >= {-1, 0, 1}
    assert text.replace(" ", "", 1) in varied
    assert any(other.endswith("!!") for other in varied)
    assert any(letter * 4 in other for other in varied for letter in "aeio")


def test_english_is_not_typed_in_vietnamese_shorthand() -> None:
    text = "where is my order"
    shares = Counter(_varied(text, Language.EN))
    assert shares[text] / shares.total() > 0.6
    assert not any(other.endswith(" ạ") for other in shares)
