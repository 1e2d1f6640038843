"""Money and dates as people of each language write them."""

from datetime import datetime, tzinfo

from nlp.types import Language

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_NEAR = {
    Language.VI: {-1: "hôm qua", 0: "hôm nay", 1: "ngày mai"},
    Language.EN: {-1: "yesterday", 0: "today", 1: "tomorrow"},
}


def money(amount: int, language: Language, currency: str = "₫") -> str:
    """An amount of VND: "1.250.000 ₫" in Vietnamese, "₫1,250,000" in English."""
    grouped = f"{amount:,}"
    return f"{grouped.replace(',', '.')} {currency}" if language is Language.VI else f"{currency}{grouped}"


def day(at: datetime, now: datetime, zone: tzinfo, language: Language) -> str:
    """A day in the shop's time zone: "ngày 24/11", "hôm qua (1/3)", "24 November"; the year where it differs."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    year = local.year != today.year
    if language is Language.VI:
        date = f"{local.day}/{local.month}" + (f"/{local.year}" if year else "")
    else:
        date = f"{local.day} {_MONTHS[local.month - 1]}" + (f" {local.year}" if year else "")
    near = _NEAR.get(language, _NEAR[Language.EN]).get((local.date() - today.date()).days)
    if near:
        return f"{near} ({date})"
    return f"ngày {date}" if language is Language.VI else date
