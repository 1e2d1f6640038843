"""The tokenizer: the base's English pieces, less what neither language needs, and Vietnamese syllables."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from nlp.prepare import SHOUT

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", SHOUT)
_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz" + "".join(
    unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in "\u0300\u0301\u0303\u0309\u0323"
)


def needed(piece: str) -> bool:
    """Whether a piece of the base's vocabulary can occur in English or Vietnamese: Latin letters, digits, marks."""
    body = piece.removeprefix("##")
    return not (piece.startswith("[") and len(piece) > 1) and all(
        ord(c) < 0x250 or 0x2000 <= ord(c) < 0x20D0 for c in body
    )


def build_vocabulary(base: Path, prepared: Iterable[str]) -> tuple[list[str], int]:
    """The pieces in the order of their ids: special ones, the base's, then words that `prepared` texts need.

    Also how many there are before those words.

    A word joins when the base would cut it up and it occurs three times, or at all if it is written with diacritics.
    """
    kept = [piece for piece in base.read_text("utf-8").splitlines() if needed(piece)]
    pieces = dict.fromkeys([*_SPECIAL, *kept])
    pieces |= dict.fromkeys([*_LETTERS, *(f"##{letter}" for letter in _LETTERS)])
    counts = Counter(word for text in prepared for word in text.split() if word.isalpha() and word not in pieces)
    fresh = sorted(word for word, count in counts.items() if count >= (3 if word.isascii() else 1))
    return [*pieces, *fresh], len(pieces)


def build_tokenizer(pieces: list[str], longest: int) -> Tokenizer:
    """A fast tokenizer over these pieces that keeps diacritics; texts are cut at `longest` pieces."""
    places = {piece: place for place, piece in enumerate(pieces)}
    tokenizer = Tokenizer(WordPiece(places, unk_token="[UNK]", max_input_chars_per_word=40))
    tokenizer.normalizer = BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=True
    )
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, places[name]) for name in ("[CLS]", "[SEP]")]
    )
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in _SPECIAL])
    tokenizer.enable_truncation(longest)
    return tokenizer
