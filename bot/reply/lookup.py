"""An order named by its code, and by code plus the last four digits of the phone number it was placed with."""

import re

from bot.domain.incoming import Incoming
from bot.domain.situation import Pending

# "TH-10234" and "th10234" stand alone; "th 10234" needs capitals or a word for order before it ("nam 2024" is a year).
_CODE = re.compile(
    r"(?<!\w)(?:([A-Za-z]{2,4})-?|([A-Z]{2,4}) |"
    r"(?:đơn|don|order|mã|ma|code)(?: hàng| hang| số| so)? ?[:#]? ?([a-z]{2,4}) )"
    r"(?<!VND)(?<!VND )(\d{4,10})(?!\w)"
)
_PHONE = re.compile(r"(?<!\w)(?:\+?84|0)(?:[\s.-]?\d){8}[\s.-]?\d(?!\d)")
_LAST_FOUR = re.compile(r"(?<![\w-])\d{4}(?![\w-])")


def code_in(text: str) -> str:
    """The first thing in a text that looks like an order code, as "TH-10234"; "" without one."""
    found = _CODE.search(text)
    return _code(found) if found else ""


def _code(found: re.Match[str]) -> str:
    return f"{(found[1] or found[2] or found[3]).upper()}-{found[4]}"


def lookup_asked(incoming: Incoming, pending: Pending | None) -> tuple[str, str] | None:
    """The order code and the last four phone digits, once both are known from this message and the question before."""
    found = _CODE.search(incoming.text)
    asked = pending if pending and pending.form == "link" else None
    code = _code(found) if found else asked.field("code") if asked else ""
    rest = f"{incoming.text[: found.start()]} , {incoming.text[found.end() :]}" if found else incoming.text
    digits = _PHONE.search(rest) or _LAST_FOUR.search(rest)
    four = re.sub(r"\D", "", digits[0])[-4:] if digits else ""
    return (code, four) if code and four else None
