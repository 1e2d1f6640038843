"""What a channel allows, kept exactly: at most so many messages in any so many seconds."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from bot.intake.settings import LimitSettings, RateSettings

_TIDY = 1000  # windows kept before the idle ones are thrown away


def is_group(lane: str) -> bool:
    """Whether a lane such as "telegram:777:-100123" is a group: Telegram gives groups negative ids."""
    return lane.rpartition(":")[2].startswith("-")


class _Window:
    """A sliding window: remembers the moments of the last `count` messages."""

    def __init__(self, rate: RateSettings) -> None:
        self._rate = rate
        self._moments: deque[float] = deque(maxlen=rate.count)

    def free_at(self, messages: int) -> float:
        """The moment from which so many messages fit; more than the window ever holds wait for an empty one."""
        room = self._rate.count - len(self._moments)
        missing = min(messages, self._rate.count) - room
        return self._moments[missing - 1] + self._rate.seconds if missing > 0 else 0.0

    def note(self, moment: float, messages: int) -> None:
        self._moments.extend([moment] * min(messages, self._rate.count))

    def idle(self, moment: float) -> bool:
        return not self._moments or self._moments[-1] + self._rate.seconds <= moment


class Limits:
    """The windows of all lanes of all channels. Times are monotonic seconds."""

    def __init__(self, settings: Mapping[str, LimitSettings], group: Callable[[str], bool] = is_group) -> None:
        self._settings, self._group = settings, group
        self._windows: dict[tuple[str, str], _Window] = {}
        self._tidy_at = _TIDY

    def lane_free_at(self, channel: str, lane: str, messages: int = 1) -> float:
        """The moment from which the lane, looked at alone, may send so many messages."""
        return max((window.free_at(messages) for window in self._of_lane(channel, lane)), default=0.0)

    def bot_free_at(self, channel: str, lane: str, messages: int = 1) -> float:
        """The moment from which the lane's bot may send so many messages to anybody."""
        return max((window.free_at(messages) for window in self._of_bot(channel, lane)), default=0.0)

    def note(self, channel: str, lane: str, moment: float, messages: int = 1) -> None:
        """So many messages go out at `moment`."""
        for window in (*self._of_lane(channel, lane), *self._of_bot(channel, lane)):
            window.note(moment, messages)
        if len(self._windows) > self._tidy_at:
            self._windows = {key: window for key, window in self._windows.items() if not window.idle(moment)}
            self._tidy_at = max(_TIDY, 2 * len(self._windows))

    def _of_lane(self, channel: str, lane: str) -> Iterator[_Window]:
        if limit := self._settings.get(channel):
            if limit.chat:
                yield self._window(("chat", lane), limit.chat)
            if limit.group and self._group(lane):
                yield self._window(("group", lane), limit.group)

    def _of_bot(self, channel: str, lane: str) -> Iterator[_Window]:
        if (limit := self._settings.get(channel)) and limit.overall:
            yield self._window(("bot", lane.rpartition(":")[0]), limit.overall)

    def _window(self, key: tuple[str, str], rate: RateSettings) -> _Window:
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = _Window(rate)
        return window
