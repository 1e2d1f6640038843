"""A message without what tells who wrote it: e-mail, links, accounts, numbers, and the names that are known."""

import re
import unicodedata
from collections.abc import Iterable

from nlp.text import fold

NAME, EMAIL, LINK, NUMBER = "[name]", "[email]", "[link]", "0000"  # 0000 is how the encoder reads any long number

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"(?:https?://|www\.|t\.me/|fb\.com/)\S+", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<!\w)@\w{3,}")
_SPACED = re.compile(r"(?<!\d)\+?\d(?:[\s.()/-]{0,2}\d){8,18}(?!\d)")  # phone, bank and card numbers in groups
_CODE = re.compile(  # orders, parcels, accounts: digits in number, among letters or after them
    r"(?<![A-Za-z0-9])(?=(?:[A-Za-z]{0,8}\d){4})[A-Za-z0-9_-]{5,}\d|[A-Za-z]{1,8}[-_#]?\d{3,}|\d{4,}"
)
_WORD = re.compile(r"[^\W\d_]+")
_NAMES_IN_A_ROW = re.compile(rf"{re.escape(NAME)}(?:\s+{re.escape(NAME)})+")
# Parts of names that are everyday words as well; beside another part of the name they are hidden too.
_EVERYDAY = frozenset(
    {"thị", "thi", "văn", "van", "anh", "chị", "chi", "em", "cô", "co", "chú", "chu", "bác", "bac"}
    | {"ông", "ong", "bà", "ba", "mình", "minh", "bạn", "ban", "con", "shop"}
)


def masked(text: str, names: Iterable[str] = ()) -> str:
    """`text` as it may be shown to strangers. `names`: what the writer is called, whole names, any spelling.

    A name is found in capitals or not, with its diacritics or without any; each part of it alone as well.
    Street addresses and names of others are not found.
    """
    text = unicodedata.normalize("NFC", text)
    text = _EMAIL.sub(EMAIL, text)
    text = _ACCOUNT.sub(NAME, _LINK.sub(LINK, text))
    text = _CODE.sub(NUMBER, _SPACED.sub(NUMBER, text))
    return _without_names(text, names)


def _without_names(text: str, names: Iterable[str]) -> str:
    parts = {word for name in names for word in _parts(name)}
    if not parts:
        return text
    known = parts | {fold(part) for part in parts}
    found = list(_WORD.finditer(text))
    named = [word[0].lower() in known for word in found]
    alone = [word[0].lower() in known - _EVERYDAY for word in found]
    for place, word in reversed(list(enumerate(found))):
        beside = any(alone[max(place - 1, 0) : place + 2])
        if alone[place] or (named[place] and beside):
            text = f"{text[: word.start()]}{NAME}{text[word.end() :]}"
    return _NAMES_IN_A_ROW.sub(NAME, text)


def _parts(name: str) -> list[str]:
    """The words of a name in lower case, single letters left out."""
    return [word for word in _WORD.findall(unicodedata.normalize("NFC", name).lower()) if len(word) > 1]
