"""What a door hands in: one update of one bot, stored before it is acknowledged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Update:
    """One update. (`bot`, `id`) makes it once-only; `conversation` is what order is kept within."""

    brand: str
    bot: str
    id: str
    channel: str
    conversation: str
    payload: dict[str, Any]
    received_at: datetime
