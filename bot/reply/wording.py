"""Reading short typed answers: which option, which order, which lookup."""

import re
from collections.abc import Sequence
from datetime import tzinfo

from bot.domain.situation import Situation
from bot.domain.views import OrderView
from nlp.text import fold

_NOT_A_WORD = re.compile(r"[^\w]+")
_ORDINALS = (
    r"dau tien|dau|thu nhat|first|1st|(?:so|cai|thu|option|number|no|don|the) (?:1|mot|one)|1|mot|one",
    r"thu hai|thu nhi|second|2nd|(?:so|cai|thu|option|number|no|don|the) (?:2|hai|two)|2|hai|two",
    r"thu ba|third|3rd|(?:so|cai|thu|option|number|no|don|the) (?:3|ba|three)|3|ba|three",
    r"thu tu|fourth|4th|(?:so|cai|thu|option|number|no|don|the) (?:4|bon|four)|4|bon|four",
    r"thu nam|fifth|5th|(?:so|cai|thu|option|number|no|don|the) (?:5|nam|five)|5|nam|five",
    r"thu sau|sixth|6th|(?:so|cai|thu|option|number|no|don|the) (?:6|six)|6|six",
)
_FILLER = (
    r"(?:da|vang|u|oi|a|em|anh|chi|minh|toi|shop|cho|la|chon|lay|cai|don|hang|mon|chiec|thu|nhe|nha|di|day|do|ay|nay|kia|oke?|"
    r"yes|the|that|this|i|want|would|like|mean|meant|pick|choose|take|it|s|is|order|item|one|please|thanks|option|number|so)"
)
_ORDINAL = tuple(re.compile(rf"(?:{_FILLER} )*(?:{words})(?: {_FILLER})*") for words in _ORDINALS)
_LAST = re.compile(rf"(?:{_FILLER} )*(?:cuoi cung|cuoi|sau cung|last|bottom)(?: {_FILLER})*")
_NEWEST = re.compile(r"\b(?:moi nhat|gan nhat|gan day nhat|vua dat|moi dat|newest|latest|most recent|recent one)\b")
_NEAR_DAYS = (
    (re.compile(r"\b(?:hom nay|sang nay|today)\b"), 0),
    (re.compile(r"\b(?:hom qua|toi qua|yesterday)\b"), 1),
    (re.compile(r"\b(?:hom kia|day before yesterday)\b"), 2),
)

_COMPARES = re.compile(r"\b(?:so sanh|so voi|khac (?:nhau|gi|biet)|compare|comparison|differences?|vs|versus)\b")
_THING = r"(?:cai|mon|chiec|con|em|mau|loai|san pham|so|thu|option|number)"
_FIRST_TWO = re.compile(
    r"\b(?:ca hai|both|(?:first|top|these|those) (?:two|2)|(?:the )?(?:two|2) (?:of them|above)|"
    r"(?:hai|2) (?:cai|mon|chiec|loai|con|mau|san pham) (?:dau|nay|kia|do|tren))\b"
)
_ALL_OF_THEM = re.compile(
    r"\b(?:cai|mon|chiec|con|loai|dong) nao\b.*\b(?:hon|nhat)\b|\bca (?:ba|3)\b|"
    r"\bwhich (?:one|of (?:them|these|those))\b|"
    r"\b(?:all|the) three\b|\bwhich (?:is|has) (?:the )?(?:\w+er|\w+est|more|most|best)\b"
)
_LAST_THING = re.compile(rf"\b{_THING} (?:cuoi|cuoi cung|sau cung)\b|\bthe last (?:one|of)\b")
_THIS = re.compile(rf"\b{_THING} (?:nay|do|day|kia|ay)\b|\b(?:this|that) one\b")
_PLACES = tuple(
    re.compile(rf"\b{_THING} (?:{vietnamese})\b|\bthe {english}(?: one)?\b(?! (?:order|time|day|two|thing|week))")
    for vietnamese, english in (
        ("dau|dau tien|thu nhat|nhat|1|mot", "first"),
        ("thu hai|thu 2|2|hai", "second"),
        ("thu ba|thu 3|3|ba", "third"),
        ("thu tu|thu 4|4|bon", "fourth"),
        ("thu nam|thu 5|5|nam", "fifth"),
    )
)
_SHORTEST_CODE = 4  # digits
_LIKELY = 0.8  # of the best product's score: the words mean this product, too
_ORDERED = (
    re.compile(
        r"((?:\w+ ){1,4})(?:em|anh|chị|chi|mình|minh|mk|tôi|toi|tui|cô|chú|bác|con|cháu) "
        r"(?:đã |da |mới |moi |có |co )?(?:đặt|dat|mua|order)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:the|my|that) ((?:\w+ ){1,3})(?:that )?i(?: have|'ve)? (?:ordered|bought)\b", re.IGNORECASE),
)
# Words that are no thing one orders: "đơn hàng em đặt", "hôm qua mình mua".
_NO_THING = frozenset(
    [
        "don",
        "hang",
        "mon",
        "cai",
        "chiec",
        "bo",
        "doi",
        "kien",
        "goi",
        "ma",
        "so",
        "cua",
        "cho",
        "va",
        "la",
        "thi",
        "ma",
        "nhung",
        "shop",
        "oi",
        "ad",
        "alo",
        "da",
        "a",
        "vang",
        "em",
        "anh",
        "chi",
        "minh",
        "toi",
        "hom",
        "qua",
        "nay",
        "kia",
        "tuan",
        "truoc",
        "thang",
        "hom",
        "sao",
        "khong",
        "ko",
        "bao",
        "gio",
        "luc",
        "khi",
        "neu",
        "lan",
        "roi",
        "vua",
        "moi",
        "co",
        "gi",
        "nhieu",
        "order",
        "orders",
        "parcel",
        "package",
        "thing",
        "things",
        "item",
        "items",
        "one",
        "ones",
        "stuff",
        "that",
        "last",
        "first",
        "whole",
    ]
)
_LONGEST_CHOICE = 80  # characters of an answer that only points at an option


def plain(text: str) -> str:
    """The words of `text`, folded (lower case, no diacritics) and divided by single spaces."""
    return _NOT_A_WORD.sub(" ", fold(text)).strip()


def _squeezed(text: str) -> str:
    return _NOT_A_WORD.sub("", fold(text))


def ordinal(text: str, count: int) -> int | None:
    """The position (from 0) that a message such as "cái thứ hai" or "the last one" names, among `count`; else None."""
    if len(text) > _LONGEST_CHOICE:
        return None
    said = plain(text)
    if count and _LAST.fullmatch(said):
        return count - 1
    for position, pattern in enumerate(_ORDINAL[:count]):
        if pattern.fullmatch(said):
            return position
    return None


def compares(text: str) -> bool:
    """Whether things are to be put side by side."""
    return bool(_COMPARES.search(plain(text)))


def picked(text: str, count: int) -> tuple[int, ...]:
    """Which of `count` things just shown the words point at, from 0: "hai cái đầu", "the second one"."""
    said = plain(text)
    if count > 1 and _FIRST_TWO.search(said):
        return (0, 1)
    if count > 1 and _ALL_OF_THEM.search(said):
        return tuple(range(count))
    if count and _LAST_THING.search(said):
        return (count - 1,)
    if count == 1 and _THIS.search(said):
        return (0,)
    return next(((place,) for place, pattern in enumerate(_PLACES[:count]) if pattern.search(said)), ())


def option_of(text: str, labels: Sequence[str]) -> int | None:
    """The option a message means: by position, by label, or by the words only one label has."""
    said = plain(text)
    folded = [plain(label) for label in labels]
    if said in folded:
        return folded.index(said)
    place = ordinal(text, len(labels))
    if place is not None:
        return place
    heard = {word for word in said.split() if len(word) > 1}
    overlaps = [len(heard & set(label.split())) for label in folded]
    best = max(overlaps, default=0)
    return overlaps.index(best) if best >= 2 and overlaps.count(best) == 1 else None


def mentioned_order(situation: Situation, orders: Sequence[OrderView], zone: tzinfo) -> OrderView | None:
    """The order the message is about: by its code, its day, its age, or the things in it; None when that is open."""
    text = situation.incoming.text
    squeezed, said = _squeezed(text), plain(text)
    for order in orders:
        if len(order.code) > 2 and (_squeezed(order.code) in squeezed or _digits(order.code) in said.split()):
            return order
    for pattern, days_ago in _NEAR_DAYS:
        if pattern.search(said):
            today = situation.now.astimezone(zone).date()
            return _only([o for o in orders if (today - o.placed_at.astimezone(zone).date()).days == days_ago])
    if orders and _NEWEST.search(said):
        return max(orders, key=lambda order: order.placed_at)
    heard = {word for word in said.split() if len(word) > 1}
    overlaps = [max((len(heard & set(plain(line.name).split())) for line in o.lines), default=0) for o in orders]
    best = max(overlaps, default=0)
    if best >= 2:
        return _only([o for o, overlap in zip(orders, overlaps, strict=True) if overlap == best])
    thing = ordered_thing(text)
    return _only([order for order in orders if thing_in(thing, situation, order)]) if thing else None


def ordered_thing(text: str) -> str:
    """What the customer says they ordered, as they wrote it: "áo dài" in "áo dài em đặt thứ 7"; "" when open."""
    for pattern in _ORDERED:
        found = pattern.search(text)
        words = found[1].split() if found else []
        while words and plain(words[0]) in _NO_THING:
            words = words[1:]
        if words and not {plain(word) for word in words} & _NO_THING:
            return " ".join(words)
    return ""


def thing_in(thing: str, situation: Situation, order: OrderView) -> bool:
    """Whether an order holds a thing: by its words, or because the catalogue finds that thing by them."""
    words = set(plain(thing).split())
    found = {product.sku for product in situation.products if product.score >= _LIKELY * situation.products[0].score}
    return any(words <= set(plain(line.name).split()) or line.sku in found for line in order.lines)


def _digits(code: str) -> str:
    """The number of an order code, as people shorten it ("đơn 10234"); too short ones do not count."""
    digits = "".join(letter for letter in code if letter.isdigit())
    return digits if len(digits) >= _SHORTEST_CODE else code


def _only(orders: list[OrderView]) -> OrderView | None:
    return orders[0] if len(orders) == 1 else None
