"""How long to wait for the rest of what somebody is typing. Pure."""

import re
import unicodedata

from bot.domain.incoming import AttachmentKind, Incoming
from bot.intake.settings import BurstSettings

_GOES_ON = re.compile(r"(\.\.+|…|[,:;\-–—/&+(])$")
_WORD = re.compile(r"\w+")
_LONG = 10  # words that make a message whole even without a full stop


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that close a Vietnamese sentence in speech; written on phones instead of a question mark.
_CLOSING = _words("ạ à nhé nhá nha nhen hả hở vậy thế không khong ko hông hong chưa chua rồi roi đi please pls thanks")
# A whole answer in one word: nothing is coming after it.
_ANSWERS = _words(
    "yes no ok oke okay yep nope sure stop thanks có co không khong ko dạ vâng ừ uh đúng dung sai được duoc rồi"
)
_CONNECTING = _words(
    "and or but because so with the a an my to for of if và va với voi nhưng nhung mà vì vi nên của cua là cái thì nếu"
)
# Sent with a purpose, seldom followed by an explanation.
_WHOLE = frozenset({AttachmentKind.CONTACT, AttachmentKind.LOCATION, AttachmentKind.VOICE, AttachmentKind.STICKER})


def window(latest: Incoming, burst: BurstSettings) -> float:
    """Seconds of silence after `latest` that make the turn complete, between `shortest` and `longest`.

    A finished sentence or question waits least, a fragment most; an album waits for its other pictures, a bare
    picture for the words that usually follow.
    """
    return burst.shortest + (burst.longest - burst.shortest) * _openness(latest)


def _openness(message: Incoming) -> float:
    """0: surely finished, 1: surely a fragment."""
    text = unicodedata.normalize("NFC", message.text).strip()
    if not text:
        return 0.0 if all(a.kind in _WHOLE for a in message.attachments) else 0.5
    words = _WORD.findall(text.casefold())
    if _GOES_ON.search(text) or (words and words[-1] in _CONNECTING):
        return 1.0
    if _finished(text, words):
        return 0.2 if message.album else 0.0
    return max(0.1, 1.0 - len(words) / _LONG)


def _finished(text: str, words: list[str]) -> bool:
    if not words or not text[-1].isalnum():
        return True  # ends with a full stop, a question mark, an emoji …
    if len(words) <= 2 and (words[0] in _ANSWERS or any(c.isdigit() for c in text)):
        return True  # an answer or an order number
    return len(words) > 2 and words[-1] in _CLOSING
