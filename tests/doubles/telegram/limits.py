"""Telegram's sending limits (Bot FAQ): 1/s in a chat with short bursts, 20/min in a group, about 30/s overall."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.doubles.telegram.errors import ApiError

COUNTED = ("send", "copy", "forward", "edit", "createforumtopic")
UNCOUNTED = {"sendchataction", "editforumtopic", "editgeneralforumtopic"}


@dataclass(slots=True)
class Limits:
    """How much may be sent. `scale` 10 allows ten times as much; `on=False` allows everything."""

    on: bool = True
    scale: float = 1.0
    burst: int = 3  # messages a private chat takes at once before 1/s rules
    group_per_minute: int = 20
    overall_per_second: int = 30


@dataclass(slots=True)
class Meter:
    """Counts what a bot sent; windows slide, times in seconds of `clock`."""

    limits: Limits
    clock: Callable[[], float]
    _sent: dict[object, deque[float]] = field(default_factory=dict)

    def count(self, bot: int, method: str, chat: int | str, messages: int) -> None:
        """Let a request through or raise ApiError 429 with `retry_after`; a refused one costs nothing."""
        name = method.lower()
        if not self.limits.on or not name.startswith(COUNTED) or name in UNCOUNTED:
            return
        scale, now = self.limits.scale, self.clock()
        windows: list[tuple[object, float, int]] = [((bot,), 1.0, self.limits.overall_per_second)]
        if isinstance(chat, int) and chat < 0:
            windows.append(((bot, chat), 60.0, self.limits.group_per_minute))
        else:
            windows.append(((bot, chat), float(self.limits.burst), self.limits.burst))
        wait = max(self._wait(key, span / scale, room, now, messages) for key, span, room in windows)
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        for key, _, _ in windows:
            self._sent[key].extend([now] * messages)

    def _wait(self, key: object, span: float, room: int, now: float, messages: int) -> float:
        sent = self._sent.setdefault(key, deque())
        while sent and sent[0] <= now - span:
            sent.popleft()
        # An album larger than the window passes only when the window is empty.
        over = len(sent) + messages - max(room, messages)
        return sent[over - 1] + span - now if over > 0 else 0.0
