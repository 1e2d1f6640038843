"""The pieces: Vietnamese syllables whole and with their marks, English as the base has it, no foreign script."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from nlp.prepare import SHOUT, prepare
from nlp.training.vocabulary import build_tokenizer, needed
from tests.nlp.training.tiny import BASE_PIECES, pieces_of

TEXTS = ["không nhận được hàng", "khong nhan duoc hang", "khong nhan", "khong", "the goods", "hàng 2024 hàng"]


@pytest.fixture
def vocabulary(tmp_path: Path) -> tuple[list[str], int]:
    return pieces_of(tmp_path, TEXTS)


@pytest.fixture
def tokenizer(vocabulary: tuple[list[str], int]) -> Tokenizer:
    return build_tokenizer(vocabulary[0], 24)


def test_what_both_languages_could_need_of_the_base_is_kept(vocabulary: tuple[list[str], int]) -> None:
    assert set(BASE_PIECES) - set(vocabulary[0]) == {"[unused0]", "[MASK]", "и", "中", "##ω", "ʰ"}


@pytest.mark.parametrize("piece", ["order", "##ing", "[", "]", "é", "ơ", "€", "–", "7", "##7"])
def test_needed(piece: str) -> None:
    assert needed(piece)


@pytest.mark.parametrize("piece", ["[unused7]", "[MASK]", "и", "##ω", "中", "##ن", "ʰ", "한"])
def test_not_needed(piece: str) -> None:
    assert not needed(piece)


def test_padding_comes_first_and_no_piece_twice(vocabulary: tuple[list[str], int]) -> None:
    pieces, _ = vocabulary
    assert pieces[:5] == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", SHOUT]
    assert len(set(pieces)) == len(pieces)


def test_after_the_known_pieces_come_the_words_that_the_texts_need(vocabulary: tuple[list[str], int]) -> None:
    pieces, known = vocabulary
    # With marks once will do, without them it takes three; what the base has, and numbers, are not new.
    assert pieces[known:] == sorted(["hàng", "không", "khong", "nhận", "được"])


def test_syllables_stay_whole_and_keep_their_marks(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("Không nhận được hàng").tokens == ["[CLS]", "không", "nhận", "được", "hàng", "[SEP]"]


def test_an_unknown_syllable_falls_into_letters_that_keep_their_marks(tokenizer: Tokenizer) -> None:
    found = tokenizer.encode("nghiễng café").tokens
    assert found == ["[CLS]", "n", "##g", "##h", "##i", "##ễ", "##n", "##g", "café", "[SEP]"]


def test_every_vietnamese_letter_is_a_piece(tokenizer: Tokenizer) -> None:
    letters = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
    for letter in letters:
        assert tokenizer.encode(f"{letter} x{letter}").tokens[1:-1] == [letter, "x", f"##{letter}"]


def test_capitals_are_heard_as_one_piece(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode(prepare("TRẢ TIỀN LẠI CHO TÔI")).tokens[:2] == ["[CLS]", SHOUT]


def test_a_foreign_script_leaves_no_piece(tokenizer: Tokenizer) -> None:
    assert set(tokenizer.encode("где 订单 한국").tokens) == {"[CLS]", "[UNK]", "[SEP]"}


def test_a_long_text_is_cut(tokenizer: Tokenizer) -> None:
    cut = tokenizer.encode("hàng " * 100)
    assert len(cut.ids) == 24
    assert cut.tokens[-1] == "[SEP]"


def test_it_is_the_same_after_saving(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    again = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    for text in (f"{SHOUT} trả hàng", "the goods " * 40, ""):
        assert again.encode(text).ids == tokenizer.encode(text).ids
