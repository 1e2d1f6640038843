"""How people really type: the same message without its diacritics, in shorthand, with slips and stretched letters."""

import random
import re
from collections.abc import Callable

from nlp.text import fold, spellings
from nlp.types import Language

_WORD = re.compile(r"\w+")
_VOWEL_RUN = re.compile(r"[aeiouyàáảãạăâêôơưéèíìóòúù](?=\W|$)", re.IGNORECASE)
_SOUNDS = (
    ("gì", "j"),
    ("v", "z"),
    ("gi", "j"),
    ("qu", "w"),
    ("ph", "f"),
    ("c", "k"),
    ("i", "j"),
    ("ô", "o"),
    ("ê", "e"),
)
_NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioopsdfghjkllxcvbnmm", strict=True))


def without_diacritics(text: str) -> str:
    """Vietnamese as typed in a hurry; capitals stay."""
    return "".join(fold(c).upper() if c.isupper() else fold(c) for c in text)


def vary(text: str, language: Language, dice: random.Random) -> str:
    """One of the ways in which the same customer could have typed this; often just as it is."""
    if language is Language.VI:
        text = _pick(dice, ((0.46, _same), (0.26, _bare), (0.10, _half_bare), (0.18, _shorthand)))(text, dice)
    if dice.random() < 0.10:
        text = _slip(text, dice)
    if dice.random() < 0.05:
        text = _stretch(text, dice)
    if dice.random() < 0.12:
        text = (
            text.rstrip(".!? ") or text
            if dice.random() < 0.7
            else text + dice.choice(("!!", "...", "!", " ạ" if language is Language.VI else "."))
        )
    if dice.random() < 0.07:
        text = text.upper()
    return text


Way = Callable[[str, random.Random], str]


def _pick(dice: random.Random, ways: tuple[tuple[float, Way], ...]) -> Way:
    return dice.choices([way for _, way in ways], [weight for weight, _ in ways])[0]


def _same(text: str, dice: random.Random) -> str:
    return text


def _bare(text: str, dice: random.Random) -> str:
    return without_diacritics(text)


def _half_bare(text: str, dice: random.Random) -> str:
    return _WORD.sub(lambda word: without_diacritics(word[0]) if dice.random() < 0.5 else word[0], text)


def _shorthand(text: str, dice: random.Random) -> str:
    """Some words as teencode has them, some by the usual sound swaps, perhaps without diacritics."""
    short = _ways_to_write()

    def swap(word: re.Match[str]) -> str:
        lower = word[0].lower()
        if lower in short and dice.random() < 0.6:
            return dice.choice(short[lower])
        if dice.random() < 0.08:
            sound, typed = dice.choice(_SOUNDS)
            return lower.replace(sound, typed, 1)
        return word[0]

    text = _WORD.sub(swap, text)
    return without_diacritics(text) if dice.random() < 0.4 else text


def _ways_to_write() -> dict[str, list[str]]:
    if not _WAYS:
        for typed, written in spellings("teencode.tsv").items():
            if len(written) == 1:
                _WAYS.setdefault(written[0], []).append(typed)
    return _WAYS


_WAYS: dict[str, list[str]] = {}


def _slip(text: str, dice: random.Random) -> str:
    """One typing slip: two letters swapped, one lost, doubled or taken from the next key, or a space lost."""
    if len(text) < 6:
        return text
    at = dice.randrange(1, len(text) - 1)
    kind = dice.randrange(5)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    if kind == 3:
        return text[:at] + _NEIGHBOURS.get(text[at], text[at]) + text[at + 1 :]
    space = text.find(" ", at)
    return text if space < 0 else text[:space] + text[space + 1 :]


def _stretch(text: str, dice: random.Random) -> str:
    ends = [match.start() for match in _VOWEL_RUN.finditer(text)]
    if not ends:
        return text
    at = dice.choice(ends)
    return text[:at] + text[at] * dice.randint(3, 6) + text[at + 1 :]
