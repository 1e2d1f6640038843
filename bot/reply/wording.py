"""Reading short typed answers: which option, which order, which lookup."""

import re
from collections.abc import Sequence
from datetime import tzinfo

from bot.domain.turn import OrderView, Situation
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

_SHORTEST_CODE = 4  # digits
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
    return _only([o for o, overlap in zip(orders, overlaps, strict=True) if overlap == best]) if best >= 2 else None


def _digits(code: str) -> str:
    """The number of an order code, as people shorten it ("đơn 10234"); too short ones do not count."""
    digits = "".join(letter for letter in code if letter.isdigit())
    return digits if len(digits) >= _SHORTEST_CODE else code


def _only(orders: list[OrderView]) -> OrderView | None:
    return orders[0] if len(orders) == 1 else None
