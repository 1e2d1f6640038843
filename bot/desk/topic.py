"""Outbox rows for the staff group: cards, notes and relays into the customer's topic."""

from typing import Any

from storage.tables import Outbox
from storage.work import Work


async def staff_lane(work: Work, brand: str) -> str:
    """The lane of the brand's staff group, or the empty string when none is bound (the web desk alone)."""
    group = await work.staff.group(brand)
    return f"telegram:{group.bot}:{group.chat}" if group else ""


def to_topic(brand: str, lane: str, conversation: str, kind: str, payload: dict[str, Any], **fields: Any) -> Outbox:
    """A row that the Telegram channel delivers into the topic of `conversation`."""
    return Outbox(
        brand=brand,
        channel="telegram",
        lane=lane,
        conversation=conversation,
        author="system",
        kind=kind,
        payload=payload,
        **fields,
    )
