"""Phone numbers as they are stored."""

import re

_E164 = re.compile(r"\+[1-9]\d{6,14}")


def e164(written: str, country: str = "84") -> str:
    """The number as +84901234567, from any usual way to write it; empty stays empty. Raises ValueError.

    Numbers that begin with one 0 are numbers of `country`; those without + or 0 (as Telegram sends contacts) carry
    their country already.
    """
    number = re.sub(r"[\s.()\-]", "", written)
    if not number:
        return ""
    if number.startswith("00"):
        number = "+" + number[2:]
    elif number.startswith("0"):
        number = f"+{country}{number[1:]}"
    elif not number.startswith("+"):
        number = "+" + number
    if not _E164.fullmatch(number):
        raise ValueError("is no phone number; write it like +84901234567")
    return number
