"""What somebody who asks for advice has said: a price, a gift, what to look for; in either language, marked or not."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.situation import Situation
from bot.domain.views import Need, ProductView
from nlp.text import fold, normalise

_THOUSAND, _MILLION = 1_000, 1_000_000
_UNITS = {
    "k": _THOUSAND,
    "ng": _THOUSAND,
    "nghin": _THOUSAND,
    "ngan": _THOUSAND,
    "thousand": _THOUSAND,
} | dict.fromkeys(("tr", "trieu", "cu", "million", "mil"), _MILLION)
_NUMBER = r"\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d{1,2})?"
_UNIT = r"k|ng|nghin|ngan|thousand|trieu|tr|cu|million|mil"
# "1tr5", "1 triệu rưỡi", "200.000đ", "500"; no weights, sizes, watts or counts of things.
_AMOUNT = (
    rf"(?P<number>{_NUMBER}) ?(?P<unit>{_UNIT})?(?P<rest> ?ruoi|\d)?(?P<dong> ?(?:d|vnd|₫|dong))?"
    r"(?!\w)(?!%| ?(?:g|gr|gram|kg|ml|l|lit|litres?|w|mah|m|cm|phan tram)\b)"
    r"(?! ?(?:mon|cai|chiec|goi|nguoi|ngay|tuoi|items?|pieces?|days?)\b)"
)
_BELOW = (
    r"duoi|toi da|nhieu nhat|khong qua|ko qua|k qua|under|below|at most|up to|less than|within|max|no more than|re hon"
)
_ABOUT = r"tam gia|tam|khoang|co|gia|ngan sach|budget(?: is| of)?|around|about|roughly|trong vong|loanh quanh|chung"
_ABOVE = r"tren|tu|it nhat|over|above|more than|at least|from"
_PRICE = re.compile(rf"(?:\b(?P<word>{_BELOW}|{_ABOUT}|{_ABOVE}) )?(?:(?:{_ABOUT}) )*(?<![\w.,]){_AMOUNT}")
_SPAN = re.compile(rf"(?<![\w.,])(?P<low>{_NUMBER}) ?(?P<low_unit>{_UNIT})? ?(?:-|–|den|toi|to) ?(?={_NUMBER})")
_IS_ABOVE = re.compile(_ABOVE)
_GIFT = re.compile(
    r"\bquà\b|\b(?:mon qua|qua tang|lam qua|mua qua|tim qua|qua cho|tang|bieu|gifts?|presents? for|birthday present)\b"
)
# Folded; the short ones only where a gift is given to them.
_FOR = r"(?:cho|tang|bieu|qua|for|my) "
_RECIPIENTS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(words)
    for name, words in {
        "boss": r"\b(?:sep|boss|manager|giam doc|doi tac|khach hang)\b",
        "mother": rf"\b(?:mother|mom|mum|{_FOR}(?:me|ma)(?! (?:the|a|some)\b))\b",
        "father": rf"\b(?:father|dad|{_FOR}(?:bo|ba|cha))\b",
        "woman": r"\b(?:vo|ban gai|wife|girlfriend|chi gai|em gai|sister)\b",
        "man": r"\b(?:chong|ban trai|husband|boyfriend|anh trai|em trai|brother)\b",
        "grandparent": r"\b(?:ong ba|ba ngoai|ba noi|ong ngoai|ong noi|grandm\w+|grandp\w+|grandfather)\b",
        "teacher": r"\b(?:co giao|thay giao|thay co|teacher)\b",
        "friend": rf"\b(?:friend|colleague|dong nghiep|ban than|{_FOR}ban)\b",
    }.items()
}
# What one says around the wish; it would only blur the search.
_CHATTER = re.compile(
    r"\b(?:goi y|tu van|gioi thieu|de xuat|recommend(?:ation|ations|ed)?|suggest(?:ion|ions)?|advise|looking|look|find|"
    r"budget|ngan sach|tam gia|something|anything|would|giup|kiem|nhe|nha|voi)\b"
)


def need_of(text: str) -> Need:
    """The need in a message; `words` are folded, and "gift for mother" where only the person is known."""
    said = fold(normalise(text))
    need = _priced(said)
    words = " ".join(_CHATTER.sub(" ", _PRICE.sub(_without_price, _SPAN.sub(" ", said))).split())
    gift = bool(_GIFT.search(text.lower()) or _GIFT.search(said))
    return replace(need, words=words, gift=gift)


def gift_words(text: str) -> str:
    """What gifts are searched with, as the shop's keywords say it; "" when nobody is named."""
    said = fold(normalise(text))
    return next((f"gift for {name}" for name, words in _RECIPIENTS.items() if words.search(said)), "")


def fits(situation: Situation, product: ProductView) -> bool:
    """Whether a product answers what was asked for: the price, and the thing or the person when one was named."""
    need = situation.need
    if not need.affords(product.price):
        return False
    named = {one.sku for one in situation.products}
    return product.sku in named if named else not need.gift


def _priced(said: str) -> Need:
    if span := _SPAN.search(said):
        end = _PRICE.match(said, span.end())
        if end and (_is_price(end) or span["low_unit"]):
            low = _amount(span["low"], span["low_unit"] or end["unit"] or "", "")
            return Need(budget_from=low, budget_to=_amount(end["number"], end["unit"] or "", end["rest"] or ""))
    found = next(filter(_is_price, _PRICE.finditer(said)), None)
    if found is None:
        return Need()
    amount = _amount(found["number"], found["unit"] or "", found["rest"] or "")
    above = found["word"] and _IS_ABOVE.fullmatch(found["word"])
    return Need(budget_from=amount) if above else Need(budget_to=amount)


def _is_price(found: re.Match[str]) -> bool:
    """A number is a price by its unit, or by the word before it: "dưới 500"."""
    return bool(found["unit"] or found["dong"] or (found["word"] and len(found["number"]) > 2))


def _without_price(found: re.Match[str]) -> str:
    return " " if _is_price(found) else found[0]


def _amount(number: str, unit: str, rest: str) -> int:
    """VND; "dưới 500" means thousands, as people say it."""
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number)
    value = float(re.sub(r"[.,]", "", number) if grouped else number.replace(",", "."))
    if rest.strip() == "ruoi":
        value += 0.5
    elif rest:
        value += int(rest) / 10
    factor = _UNITS.get(unit, 1 if value >= _THOUSAND else _THOUSAND)
    return round(value * factor)
