"""How people really type: NFC, emoji, stretched letters, capitals, teencode, missing diacritics."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import emoji

DATA = Path(__file__).parent / "data"
# Telegram's longest message has 4,096 characters; of anything longer the head and the tail are read.
HEAD, TAIL = 3200, 800

_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u2060\ufeff\ud800-\udfff]+")
_STRETCHED = re.compile(r"\b\w*?([^\W\d_])\1{2,}\w*", re.IGNORECASE)
_RUN = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_APOSTROPHE = re.compile(r"[’‘`´]")
# hoà and hòa are the same word; the old placement is kept (thuý -> thúy, but quý stays).
_NEW_TONES = ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ")
_OLD_TONES = ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy")
_TONE_MOVES = dict(zip(_NEW_TONES, _OLD_TONES, strict=True))
_TONE = re.compile(r"(?<!q)(" + "|".join(_TONE_MOVES) + r")(?!\w)")
_EMOTICONS = (
    (re.compile(r"(?<!\w)(?::['’]\(+|T[_.]+T|;_;|huhu(?:hu)*\b)", re.IGNORECASE), " 😭 "),
    (re.compile(r"(?<!\w)(?:[:=]-?\({1,}|:\[|:<|=\[)"), " 🙁 "),
    (
        re.compile(
            r"(?<!\w)(?:[:=]\){3,}|=\)+|:-?D+\b|x-?D+\b|:v\b|=D+\b|(?:ha){2,}h?\b|(?:hi){2,}\b|(?:he){2,}\b"
            r"|(?:kk)+k*\b|lo+l\b|lmao+\b|rofl\b|a?hihi+\b)",
            re.IGNORECASE,
        ),
        " 😂 ",
    ),
    (re.compile(r"(?<!\w)(?:[:;]-?\)+|\^[_.]?\^)"), " 🙂 "),
    (re.compile(r"(?<!\w)<3+"), " ❤ "),
    (re.compile(r"(?<!\w)(?:-[_.]+-|:-?/(?!/)|=\.=|>[_.]<)"), " 😒 "),
)
_MAY_HOLD_EMOTICON = re.compile(r"[:;=()^<>]|[-_.;][-_.]|ha|hi|he|hu|kk|lo|lm|ro|T_|xd", re.IGNORECASE)
_SKIN_AND_VARIANT = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_BEYOND_LETTERS = re.compile("[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]")
_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)+\w*|[^\W_]+(?:'[^\W_]+)*|[.!?…\n]+|[^\w\s]")
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_WILL = re.compile(r"'ll\b", re.IGNORECASE)

_BASE = {code: unicodedata.normalize("NFD", chr(code))[0] for span in ((0xC0, 0x250), (0x1E00, 0x1F00))
         for code in range(*span) if unicodedata.decomposition(chr(code))} | {ord("đ"): "d", ord("Đ"): "D"}  # fmt: skip
_FOLDED = _BASE | {ord("'"): ""}


@dataclass(frozen=True, slots=True)
class Tokens:
    """A message cut into words; `exact`, `folded` and `plain` run in parallel.

    A "." or "?" ends a sentence, a "." also opens and closes. `plain` marks what may be a Vietnamese word
    typed without its diacritics; `breaks` are the places after a comma.
    """

    exact: tuple[str, ...]
    folded: tuple[str, ...]
    plain: tuple[bool, ...]
    breaks: frozenset[int]


def clean(text: str) -> str:
    """The readable part of any string: bounded length, no control characters, no lone surrogates, NFC."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]}\n{text[-TAIL:]}"
    return unicodedata.normalize("NFC", _UNREADABLE.sub(" ", text))


def normalise(text: str) -> str:
    """One spelling for what people type in many: emoji, stretched letters, tone placement, apostrophes."""
    text = _APOSTROPHE.sub("'", clean(text))
    if _MAY_HOLD_EMOTICON.search(text):
        for pattern, picture in _EMOTICONS:
            text = pattern.sub(picture, text)
    if _BEYOND_LETTERS.search(text):
        text = emoji.replace_emoji(text, lambda found, _: f" {_SKIN_AND_VARIANT.sub('', found)} ")
    text = _WILL.sub(" will", _STRETCHED.sub(_relax, text))
    return _TONE.sub(lambda match: _TONE_MOVES[match[1]], text)


def _relax(match: re.Match[str]) -> str:
    word = _RUN.sub(r"\1", match[0])
    return spellings("en_spelling.tsv").get(word.lower(), (word,))[0]


def fold(text: str) -> str:
    """Lower case without diacritics or apostrophes, đ as d: how Vietnamese is typed in a hurry."""
    return text.lower().translate(_FOLDED)


def words(text: str) -> list[str]:
    """The words and emoji of a message in lower case, without its punctuation."""
    return [token for token in _TOKEN.findall(normalise(text).lower()) if _is_word(token)]


def split_sentences(text: str) -> list[str]:
    """The sentences of a message, each with its closing mark."""
    return [sentence.strip() for sentence in _SENTENCE.findall(clean(text)) if sentence.strip()]


def emoji_in(text: str) -> list[str]:
    """The emoji of a message in order, without skin tone; emoticons such as `:(` count as their emoji."""
    return [token for token in words(text) if is_emoji(token)]


@cache
def is_emoji(token: str) -> bool:
    """Whether a token of `words` is an emoji."""
    return emoji.is_emoji(token) or emoji.is_emoji(f"{token}\ufe0f")


def _is_word(token: str) -> bool:
    return token[0].isalnum() or (ord(token[0]) > 0xA0 and is_emoji(token))


def shouting(text: str) -> bool:
    """Whether a message is typed in capitals: at least two longer words, and most of its letters."""
    letters = [letter for letter in clean(text) if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return capitals >= 7 and capitals > 0.7 * len(letters) and len(re.findall(r"[^\W\d_]{3,}", text)) >= 2


def tokens(normalised: str, *, teencode: bool) -> Tokens:
    """Cut what `normalise` returned into matchable words; with `teencode`, Vietnamese shorthand is written out."""
    raw = ["."]
    breaks = set()
    for token in _TOKEN.findall(normalised.lower()):
        if token[0] in ".!?…\n":
            raw.append("?" if "?" in token else ".")
        elif token[0] in ",;":
            breaks.add(len(raw))
        elif _is_word(token):
            raw.append(token)
    raw.append(".")
    return _with_folds(raw, breaks, teencode=teencode)


def _with_folds(raw: list[str], breaks: set[int], *, teencode: bool) -> Tokens:
    spoken = [word for word in raw if word[0].isalpha()]
    marked = sum(not word.isascii() for word in spoken)
    loose = marked < 0.3 * len(spoken) or len(spoken) < 2
    exact: list[str] = []
    moved = set()
    for place, word in enumerate(raw):
        if place in breaks:
            moved.add(len(exact))
        exact.extend(expand(word, raw[place - 1] if place else "") if teencode else (word,))
    folded = tuple(word.translate(_FOLDED) for word in exact)
    return Tokens(tuple(exact), folded, tuple(loose and word.isascii() for word in exact), frozenset(moved))


def expand(word: str, before: str = "") -> tuple[str, ...]:
    """A Vietnamese shorthand written out (`ko` -> không, `sdt` -> số điện thoại); other words as they are."""
    written = spellings("teencode.tsv").get(word)
    if written is not None:
        # "50 k", "60 kg", "size s": amounts and sizes, not shorthand.
        amount = len(word) <= 2 and (before[-1:].isdigit() or before == "size")
        return (word,) if amount else written
    if (
        len(word) > 2
        and word[-1].isalpha()
        and word[-1] == fold(word[-2])
        and word not in word_sets("words.tsv")["doubled"]
    ):
        return expand(word[:-1], before)
    return (word,)


def expand_teencode(found: Iterable[str]) -> list[str]:
    """Vietnamese words with all their shorthand written out."""
    return [part for word in found for part in expand(word)]


def data_rows(name: str) -> Iterator[list[str]]:
    """The rows of a file of nlp/data, cut at tabs, its remarks left out."""
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@cache
def spellings(name: str) -> dict[str, tuple[str, ...]]:
    """Spelling -> the words it stands for, from rows of words and the ways they are typed."""
    return {typed: tuple(written.split()) for written, ways in data_rows(name) for typed in ways.split()}


@cache
def word_sets(name: str) -> dict[str, frozenset[str]]:
    """Name -> words, from rows of a name and its words."""
    return {label: frozenset(listed.split()) for label, listed in data_rows(name)}
