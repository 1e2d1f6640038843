"""Finding products and answers by full text: BM25 over words, with and without their diacritics, and word pairs."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import log

from bot.domain.views import FaqHit, ProductView
from bot.reply.settings import FaqEntry
from nlp.language import is_syllable
from nlp.text import fold, normalise
from nlp.types import Language

_K1, _B = 1.2, 0.5  # usual BM25 values; documents here are short, so length matters less than the usual 0.75
LEAST = 0.25  # below this a match is chance: measured on the shop's own questions and on small talk
_WORD = re.compile(r"\w+")
_SIDES = re.compile(r",|\b(?:and|or|vs|versus|with|than|to|với|voi|và|va|hay|hoặc|hoac)\b", re.IGNORECASE)
_WHICH = re.compile(r"\b(?:nào|nao|which)\b", re.IGNORECASE)
# Folded words that say nothing about a product or a topic.
_EMPTY_WORDS = """
    a ad ah ai an and anh any are at ba ban be ben bi biet boi but buy by cac cai can cao chi chiec cho chu chua
    co con could cu cua cung da dang dau day de den di did do does don duoc em for from get gi gia giup got hang
    have hay he hello hi hoi how i if in is it khong know ko la lai lam len ma mau may me minh mot mua muon my
    nao nay nen ngay nha nhe nhi nhieu ngon nhu nhung no o of oi on ong or order orders pham please product qua ra re
    rang roi san sao se see shall shop should so some tell thank that thay the them there they thi this thoi
    those tien to toi trong tu u va vay ve vi voi want was we what when where which will with would xem xin yes you
    your
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
# Pairs that say nothing although their words alone may: "cảm ơn" thanks, "cam" is an orange.
_EMPTY_PAIRS = frozenset(
    {
        ("bao", "nhieu"),
        ("cam", "on"),
        ("gia", "bao"),
        ("gioi", "thieu"),
        ("how", "much"),
        ("in", "stock"),
        ("the", "nao"),
    }
)


def terms(text: str) -> list[str]:
    """What a text is found by: folded words, words with diacritics as written, and pairs of neighbours."""
    written = _WORD.findall(normalise(text).lower())
    words = [(word, _stem(fold(word))) for word in written]
    pairs = [(one, two) for (_, one), (_, two) in zip(words, words[1:], strict=False)]
    chatter = {place + step for place, pair in enumerate(pairs) if pair in _EMPTY_PAIRS for step in (0, 1)}
    kept = [pair for place, pair in enumerate(words) if place not in chatter and _says_something(pair[1])]
    found = [folded for _, folded in kept]
    found += [word for word, _ in kept if not word.isascii()]
    found += [f"{one}_{two}" for place, (one, two) in enumerate(pairs) if not chatter & {place, place + 1}]
    return found


def _says_something(folded: str) -> bool:
    return folded not in _EMPTY and (len(folded) > 1 or folded.isdigit())


def _stem(word: str) -> str:
    """English plurals as their singular; Vietnamese syllables never end in s."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


class Index:
    """A small BM25 index. Robertson & Zaragoza 2009, with the non-negative idf of Lucene."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        counts = {key: Counter(terms(text)) for key, text in documents.items()}
        mean = sum(count.total() for count in counts.values()) / max(len(counts), 1) or 1
        self._size = len(counts)
        self._postings: dict[str, list[tuple[str, float]]] = {}
        for key, count in counts.items():
            norm = _K1 * (1 - _B + _B * count.total() / mean)
            for term, times in count.items():
                self._postings.setdefault(term, []).append((key, times / (times + norm)))

    def _idf(self, term: str) -> float:
        holding = len(self._postings.get(term, ()))
        return log(1 + (self._size - holding + 0.5) / (holding + 0.5))

    def search(self, text: str, limit: int = 5) -> list[tuple[str, float]]:
        """The best documents with a score in 0..1, best first; ties in the order of their keys.

        1 would mean: everything said is in the document, often. Words that no document holds count half.
        """
        asked = dict.fromkeys(terms(text))
        scores: dict[str, float] = {}
        known = unknown = 0.0
        for term in asked:
            idf = self._idf(term)
            weight = idf / 2 if "_" in term else idf
            known, unknown = (known + weight, unknown) if term in self._postings else (known, unknown + weight / 2)
            for key, saturation in self._postings.get(term, ()):
                scores[key] = scores.get(key, 0.0) + weight * saturation
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [(key, round(min(score / (known + unknown), 1.0), 4)) for key, score in best]


@dataclass(frozen=True, slots=True)
class ShelfItem:
    """A product in both languages and the other words people use for it."""

    vi: ProductView
    en: ProductView
    keywords: tuple[str, ...] = ()

    def of(self, language: Language) -> ProductView:
        return self.vi if language is Language.VI else self.en


def _searchable(item: ShelfItem) -> str:
    # The names twice: a word of the name says more than one of the description.
    names = f"{item.vi.name} . {item.en.name} . {' . '.join(item.keywords)} . {item.vi.sku}"
    values = " . ".join(value for view in (item.vi, item.en) for _, value in view.attributes)
    return f"{names} . {names} . {item.vi.category} . {item.vi.description} . {item.en.description} . {values}"


def _written(text: str) -> set[str]:
    return set(_WORD.findall(normalise(text).lower()))


def _phrase(text: str) -> str:
    return " ".join(_stem(fold(word)) for word in _WORD.findall(normalise(text).lower()))


def _names(item: ShelfItem) -> set[str]:
    """What people call a product: phrases, and words that are no Vietnamese syllable ("tat" is a sock, and "all")."""
    kind = " ".join(item.vi.name.split()[:2])  # Vietnamese names begin with what the thing is: tai nghe, chân váy
    phrases = {_phrase(name) for name in (kind, item.vi.name, item.en.name, *item.keywords)}
    return {name for name in phrases if " " in name or (name and not is_syllable(name))}


class Shelf:
    """The catalogue in memory, searched in both languages at once."""

    def __init__(self, items: Iterable[ShelfItem], least: float = LEAST) -> None:
        self._items = {item.vi.sku: item for item in items}
        self._index = Index({sku: _searchable(item) for sku, item in self._items.items()})
        self._called = [(name, sku) for sku, item in self._items.items() for name in _names(item)]
        self._least = least

    def search(self, text: str, language: Language, limit: int = 5) -> tuple[ProductView, ...]:
        """What the text seems to talk about, best first, each with its score; nothing for chance matches."""
        hits = self._index.search(text, limit)
        return tuple(replace(self._items[sku].of(language), score=score) for sku, score in hits if score >= self._least)

    def named(self, text: str, language: Language, limit: int = 5) -> tuple[ProductView, ...]:
        """The products that a text calls by a name, however much else it says; the longest name first.

        For messages that are surely about products: "stand" and "case" are names, too.
        """
        said = f" {_phrase(text)} "
        scores = dict(self._index.search(text, len(self._items)))
        hits = sorted((-len(name), -scores.get(sku, 0.0), sku) for name, sku in self._called if f" {name} " in said)
        found = list(dict.fromkeys(sku for _, _, sku in hits))[:limit]
        return tuple(replace(self._items[sku].of(language), score=self._least) for sku in found)

    def compared(self, text: str, language: Language) -> tuple[ProductView, ...]:
        """The things that a comparison names, one for each side; nothing unless there are two or more."""
        sides = [side for side in _SIDES.split(text) if not _WHICH.search(side)]
        best = [self._called_best(side, language) for side in sides]
        found = {product.sku: replace(product, score=1.0) for product in best if product}
        return tuple(found.values()) if len(found) > 1 else ()

    def _called_best(self, text: str, language: Language) -> ProductView | None:
        """The product with most words of its name in the text, as written: "Mây" is a name, "máy" is not."""
        said = _written(text)
        hits = self.named(text, language) or self.search(text, language)
        return max(hits, key=lambda product: len(said & _written(product.name)), default=None)

    def product(self, sku: str, language: Language) -> ProductView | None:
        """One product by its sku, in the reply language."""
        item = self._items.get(sku)
        return item.of(language) if item else None

    def all(self, language: Language) -> tuple[ProductView, ...]:
        """Every product, in the order given."""
        return tuple(item.of(language) for item in self._items.values())


class Faq:
    """The shop's knowledge base, asked in either language."""

    def __init__(self, entries: Mapping[str, FaqEntry], least: float = LEAST) -> None:
        self._entries = entries
        self._least = least
        self._asked = [(phrase, key) for key, entry in entries.items() for phrase in _asked_with(entry)]
        self._index = Index(
            {
                key: f"{entry.question.vi} . {entry.question.en} . {entry.also} . {entry.also}"
                for key, entry in entries.items()
            }
        )

    def search(self, text: str, language: Language, limit: int = 3) -> tuple[FaqHit, ...]:
        """The answers that match, best first; those asked for in their own words, the longest, before all others."""
        said = f" {_phrase(text)} "
        scores = dict(self._index.search(text, len(self._entries)))
        named = [(-len(phrase), -scores.get(key, 0.0), key) for phrase, key in self._asked if f" {phrase} " in said]
        own = list(dict.fromkeys(key for *_, key in sorted(named)))
        others = [key for key, score in scores.items() if score >= self._least and key not in own]
        return tuple(self._hit(key, scores.get(key, 0.0), key in own, language) for key in [*own, *others][:limit])

    def _hit(self, key: str, score: float, named: bool, language: Language) -> FaqHit:
        entry = self._entries[key]
        return FaqHit(key, entry.question.of(language), entry.answer.of(language), max(score, self._least), named)


def _asked_with(entry: FaqEntry) -> set[str]:
    """The rows of several words that an entry is asked with: one word alone may be about anything."""
    written = (entry.question.vi, entry.question.en, *entry.also.split(","))
    return {phrase for phrase in map(_phrase, written) if " " in phrase}
