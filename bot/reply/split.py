"""Cutting over-long HTML at sentence ends, so that every piece stands alone with its tags balanced."""

import re
from bisect import bisect_right

from bot.errors import SettingsError

LIMIT = 4096  # a Telegram message, in UTF-16 units
_TAG = re.compile(r"<(/?)([a-zA-Z-]+)([^<>]*)>")
_WHOLE = re.compile(r"<[^<>]*>|&[#\w]+;")  # never cut inside these
_STRAY = re.compile(r"[<>]|&(?!(?:lt|gt|amp|quot|#\d+);)")
_SENTENCE_END = re.compile(r"(?<=[.!?…:;])\s+|\n+")
_SPACE = re.compile(r"\s+")
# https://core.telegram.org/bots/api#html-style
_TELEGRAM_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler"}
)


def units(text: str) -> int:
    """Length as Telegram counts it: in UTF-16 code units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def check_html(html: str) -> None:
    """Raise SettingsError unless the tags are Telegram's and balanced."""
    left = _open_after([], html)
    if left:
        raise SettingsError(f"the tag {left[-1]} is never closed")
    if stray := _STRAY.search(_TAG.sub("", html)):
        raise SettingsError(f"{stray[0]!r} must be written as &lt; &gt; or &amp;")


def _open_after(opened: list[str], html: str) -> list[str]:
    """The opening tags still open after `html`, when `opened` were open before it."""
    stack = list(opened)
    for closing, name, rest in _TAG.findall(html):
        if name.lower() not in _TELEGRAM_TAGS:
            raise SettingsError(f"<{name}> is not one of Telegram's tags")
        if not closing:
            stack.append(f"<{name}{rest}>")
        elif not stack or _name(stack.pop()) != name:
            raise SettingsError(f"</{name}> closes nothing")
    return stack


def _name(tag: str) -> str:
    return tag[1:-1].split()[0]


def _closings(opened: list[str]) -> str:
    return "".join(f"</{_name(tag)}>" for tag in reversed(opened))


def _cut(html: str, room: int) -> int:
    """Where to cut so that at most `room` units come before: a sentence end, a space, or anywhere at last."""
    reach = len(html.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore"))
    whole = [(match.start(), match.end()) for match in _WHOLE.finditer(html)]
    starts = [start for start, _ in whole]

    def outside(position: int) -> bool:
        at = bisect_right(starts, position) - 1
        return at < 0 or not whole[at][0] < position < whole[at][1]

    for boundary in (_SENTENCE_END, _SPACE):
        ends = [match.end() for match in boundary.finditer(html, 0, reach) if outside(match.start())]
        if ends and ends[-1] > reach // 3:
            return ends[-1]
    while reach > 1 and not outside(reach):
        reach -= 1
    return max(reach, 1)


def _fitting(html: str, opened: list[str], room: int) -> tuple[int, list[str]]:
    """Where to cut so that the piece and the closings of its open tags take at most `room`, and what stays open."""
    reach = room
    while True:
        cut = _cut(html, reach)
        still_open = _open_after(opened, html[:cut])
        over = units(html[:cut].rstrip() + _closings(still_open)) - room
        if over <= 0 or reach <= 1:
            return cut, still_open
        reach = max(1, reach - over)


def split_text(html: str, limit: int = LIMIT) -> list[str]:
    """Pieces of at most `limit` units, cut at sentence ends where possible; [] for blank text."""
    pieces: list[str] = []
    opened: list[str] = []
    rest = html.strip()
    while rest:
        head = "".join(opened)
        if units(head + rest) <= limit:
            return [*pieces, head + rest]
        cut, still_open = _fitting(rest, opened, limit - units(head))
        pieces.append(head + rest[:cut].rstrip() + _closings(still_open))
        opened, rest = still_open, rest[cut:].lstrip()
    return pieces
