"""What one conversation has waiting, and how it becomes turns. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.incoming import Incoming
from bot.intake.settings import BurstSettings
from bot.intake.window import window


@dataclass(frozen=True, slots=True)
class Part:
    """One message that waits for its turn, with the inbox rows it settles and when it was heard (monotonic).

    A `pressing` one closes its turn at once: somebody in danger is not kept waiting for their next words.
    """

    incoming: Incoming
    rows: tuple[int, ...]
    heard: float
    pressing: bool = False


def add(waiting: Sequence[Part], part: Part) -> tuple[Part, ...]:
    """`part` behind the others; an edit of a message that still waits takes that message's place instead."""
    edited = part.incoming
    for place, old in enumerate(waiting):
        if edited.edits and edited.edits in old.incoming.messages and not _alone(old.incoming):
            words = replace(old.incoming, text=edited.text, attachments=edited.attachments, at=edited.at)
            changed = Part(words, old.rows + part.rows, old.heard, old.pressing or part.pressing)
            return (*waiting[:place], changed, *waiting[place + 1 :])
    return (*waiting, part)


def closes_at(waiting: Sequence[Part], burst: BurstSettings) -> float:
    """The monotonic time at which the first turn of `waiting` is complete; never later than `in_all` allows."""
    size = first_turn(waiting, burst)
    if _alone(waiting[0].incoming) or size < len(waiting) or any(part.pressing for part in waiting):
        return waiting[0].heard
    last = waiting[-1]
    return min(last.heard + window(last.incoming, burst), waiting[0].heard + burst.in_all)


def first_turn(waiting: Sequence[Part], burst: BurstSettings) -> int:
    """How many of `waiting` make the first turn: a press, command or late edit stands alone, an album is not torn."""
    if _alone(waiting[0].incoming):
        return 1
    for size, part in enumerate(waiting):
        if _alone(part.incoming):
            return size
        if size >= burst.messages and not _same_album(waiting[size - 1].incoming, part.incoming):
            return size
    return len(waiting)


def join(messages: Sequence[Incoming]) -> Incoming:
    """Several messages as one: words on lines of their own, attachments and ids in order, the rest from the last."""
    last = messages[-1]
    if len(messages) == 1:
        return last
    return replace(
        last,
        text="\n".join(m.text for m in messages if m.text),
        attachments=tuple(a for m in messages for a in m.attachments),
        messages=tuple(i for m in messages for i in m.messages),
        lines=tuple(m.text for m in messages),
        album=last.album if all(m.album == last.album for m in messages) else "",
        menu_language=next((m.menu_language for m in reversed(messages) if m.menu_language), ""),
    )


def _alone(message: Incoming) -> bool:
    return message.press is not None or message.command is not None or bool(message.edits)


def _same_album(one: Incoming, other: Incoming) -> bool:
    return bool(one.album) and one.album == other.album
