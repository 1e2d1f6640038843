"""A message as the encoder reads it: one spelling, emoji by name, shorthand written out, a bounded length."""

import re
import unicodedata
from functools import lru_cache

import emoji

from nlp.language import language_of_words
from nlp.text import expand, normalise, shouting
from nlp.types import Language

# The first token of a message typed in capitals: the encoder reads lower case, and capitals are a feeling.
SHOUT = "[shout]"
_HEAD, _TAIL = 90, 40  # words of a longer message that are read
_CERTAIN = 0.4

_PIECE = re.compile(r"\[shout\]|[^\W_]+(?:'[^\W_]+)*|[^\w\s]+|_", re.UNICODE)
_DIGITS = re.compile(r"\d{4,}")
_MARKS = re.compile(r"([!?.,…\-*~_=])\1{2,}")
_KEPT = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")  # the marks that Vietnamese writes with


def prepare(text: str) -> str:
    """What the encoder's tokenizer gets for a message: lower case, NFC, Vietnamese marks kept and others dropped.

    Any string goes in; the result holds at most about 130 words.
    """
    loud = shouting(text)
    pieces = _PIECE.findall(_MARKS.sub(r"\1\1", _emoji_by_name(normalise(text))).lower())
    if len(pieces) > _HEAD + _TAIL:
        pieces = pieces[:_HEAD] + pieces[-_TAIL:]
    spoken = [piece for piece in pieces if piece[0].isalnum()]
    language, certainty = language_of_words(spoken)
    if language is Language.VI and certainty >= _CERTAIN:
        pieces = [written for before, piece in zip(["", *pieces], pieces, strict=False)
                  for written in expand(piece, before)]  # fmt: skip
    return (f"{SHOUT} " if loud else "") + " ".join(_letters(_DIGITS.sub("0000", piece)) for piece in pieces)


def _emoji_by_name(text: str) -> str:
    """Each emoji as its English name, a run of the same one once: the encoder knows these words already."""
    last = ""

    def name(found: str, _: object) -> str:
        nonlocal last
        again, last = found == last, found
        return " " if again else f" {emoji.demojize(found, delimiters=('', '')).replace('_', ' ')} "

    return emoji.replace_emoji(text, name)


@lru_cache(maxsize=8192)
def _letters(word: str) -> str:
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(c for c in parts if c in _KEPT or not unicodedata.combining(c)))
