"""What the intake counts, for metrics; whoever wires it passes a `Count`."""

from collections.abc import Callable
from enum import StrEnum


class Counted(StrEnum):
    """Things worth a counter, by the room they happen in."""

    RECEIVED = "received"
    KNOWN = "known"  # an update that was stored before: not handled again
    BUSY = "busy"  # a door was told to come back
    HANDLER_FAILED = "handler_failed"
    TURN_FAILED = "turn_failed"
    INBOX_DEAD = "inbox_dead"
    STORAGE_WAITED = "storage_waited"
    SENT = "sent"
    SEND_LATER = "send_later"
    SEND_DEAD = "send_dead"
    SEND_AMBIGUOUS = "send_ambiguous"
    SEND_WITHDRAWN = "send_withdrawn"


Count = Callable[[Counted], None]


def count_nothing(_: Counted) -> None:
    """For those who do not measure."""
