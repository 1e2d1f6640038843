"""Phrases with gaps, written as data and found in a message in one pass.

A pattern is a row of words: `a|b` is either word, `*` up to four words in between, `a?` may be missing,
`<order>` a word class of the file, `~a` matches only with its diacritics. `x & y` asks for both rows of words
in one sentence, in any order; `x, y` for one of them. Patterns stand in data/*.tsv, several in a cell, split by `;`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

from nlp.text import Tokens, data_rows, fold, normalise, word_sets

GAP = 4
REACH = 24
_ENDS = frozenset(".?")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a pattern: the spellings that fit it, and those that fit when typed without diacritics."""

    exact: frozenset[str]
    loose: frozenset[str]


# None stands for a gap.
Slots = tuple[Slot | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Rows of words of which one is enough, with the words that any of them can begin with."""

    begins: frozenset[str]
    choices: tuple[Slots, ...]


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A pattern met in a message at the words `start` up to `end`, with what the data file says of it."""

    start: int
    end: int
    value: T


class PhraseBook(Generic[T]):
    """Patterns indexed by their first words; looking a message up costs a few comparisons per word."""

    def __init__(self, patterns: Iterable[tuple[str, T]], classes: dict[str, str]) -> None:
        self._first: dict[str, list[tuple[Slots, tuple[Row, ...], T]]] = {}
        for written, value in patterns:
            first, *others = (_row(part, classes) for part in written.split(" & "))
            for slots in first.choices:
                for word in _begins(slots):
                    self._first.setdefault(word, []).append((slots, tuple(others), value))

    def find(self, tokens: Tokens) -> Iterator[Found[T]]:
        """Every pattern of the book that the message holds, in the order of their first words."""
        heard = frozenset(tokens.folded)
        for start, word in enumerate(tokens.folded):
            for slots, others, value in self._first.get(word, ()):
                if any(row.begins.isdisjoint(heard) for row in others):
                    continue
                end = _end_of(slots, 0, start, tokens)
                if end and all(_near(row, start, tokens) for row in others):
                    yield Found(start, end, value)


def _row(part: str, classes: dict[str, str]) -> Row:
    choices = tuple(slots for choice in part.split(", ") for slots in _variants(choice, classes))
    return Row(frozenset().union(*map(_begins, choices)), choices)


def _begins(slots: Slots) -> frozenset[str]:
    if slots[0] is None:
        raise ValueError("a pattern can not begin with a gap")
    return frozenset(map(fold, slots[0].exact))


def _near(row: Row, place: int, tokens: Tokens) -> bool:
    """Whether the sentence around a place, at most REACH words each way, holds one of these rows of words."""
    begin = end = place
    while begin > max(0, place - REACH) and tokens.exact[begin - 1] not in _ENDS:
        begin -= 1
    while end < min(len(tokens.exact), place + REACH) and tokens.exact[end] not in _ENDS:
        end += 1
    return any(
        _end_of(slots, 0, at, tokens)
        for at in range(begin, end)
        if tokens.folded[at] in row.begins
        for slots in row.choices
    )


def _end_of(slots: Slots, at: int, place: int, tokens: Tokens) -> int:
    """Where the pattern ends when its slots from `at` on are laid from `place` on; 0 when they do not fit."""
    while at < len(slots):
        slot = slots[at]
        if slot is None:
            return _end_after_gap(slots, at + 1, place, tokens)
        if place >= len(tokens.exact) or not _fits(slot, place, tokens):
            return 0
        at, place = at + 1, place + 1
    return place


def _end_after_gap(slots: Slots, at: int, place: int, tokens: Tokens) -> int:
    for begin in range(place, min(place + GAP + 1, len(tokens.exact))):
        end = _end_of(slots, at, begin, tokens)
        if end:
            return end
        if tokens.exact[begin] in _ENDS:
            return 0
    return 0


def _fits(slot: Slot, place: int, tokens: Tokens) -> bool:
    return tokens.exact[place] in slot.exact or (tokens.plain[place] and tokens.folded[place] in slot.loose)


def _variants(written: str, classes: dict[str, str]) -> Iterator[Slots]:
    choices: list[tuple[Slot | None, ...]] = []
    optional: list[bool] = []
    for part in written.split():
        optional.append(part.endswith("?") and len(part) > 1)
        choices.append((None,) if part == "*" else (_slot(part.removesuffix("?") or part, classes),))
    for kept in product(*((True, False) if maybe else (True,) for maybe in optional)):
        slots = tuple(choice[0] for choice, keep in zip(choices, kept, strict=True) if keep)
        if len(slots) == 1 and slots[0] is not None:
            # "chó" typed "cho" is mostly "cho": a single word without its diacritics tells too little.
            clear = word_sets("words.tsv")["vi.bare"] | slots[0].exact
            slots = (Slot(slots[0].exact, slots[0].loose & clear),)
        if slots:
            yield slots


def _slot(part: str, classes: dict[str, str]) -> Slot:
    spellings = [
        normalise(word).strip().lower() for name in part.split("|") for word in classes.get(name, name).split("|")
    ]
    exact = frozenset(word.removeprefix("~") for word in spellings)
    loose = frozenset(fold(word) for word in spellings if not word.startswith("~"))
    # English is matched by its folded words alone, so that "cant" and "can't" are one.
    return Slot(exact, loose)


def rows(name: str) -> tuple[list[list[str]], dict[str, str]]:
    """The rows of a data file, cut at tabs, and its word classes (`<order> = order|parcel`)."""
    listed: list[list[str]] = []
    classes: dict[str, str] = {}
    for row in data_rows(name):
        label, equals, spelled = row[0].partition("=")
        if equals and label.startswith("<"):
            classes[label.strip()] = spelled.strip()
        else:
            listed.append(row)
    return listed, classes


def phrases(cell: str) -> list[str]:
    """The patterns of one cell."""
    return [phrase.strip() for phrase in cell.split(";") if phrase.strip()]
