"""How the mood moves over a conversation: never judged by one message."""

from collections.abc import Sequence
from itertools import takewhile
from statistics import fmean

from bot.domain.situation import MoodLine, Trend
from nlp.types import Mood

NEGATIVE = frozenset({Mood.ANGRY, Mood.FRUSTRATED, Mood.DISAPPOINTED, Mood.ANXIOUS})
_VALENCE = {
    Mood.ANGRY: -3,
    Mood.FRUSTRATED: -2,
    Mood.DISAPPOINTED: -2,
    Mood.ANXIOUS: -1,
    Mood.CONFUSED: -1,
    Mood.NEUTRAL: 0,
    Mood.CURIOUS: 1,
    Mood.HAPPY: 2,
    Mood.GRATEFUL: 2,
}
_WINDOW = 6  # moods that still speak for the present
_STEP = 1.0  # a change of valence smaller than this is no trend


def mood_line(moods: Sequence[Mood]) -> MoodLine:
    """The line of `moods` (oldest first, the present one last): the later half of the window against the earlier."""
    recent = [_VALENCE[mood] for mood in moods[-_WINDOW:]]
    negative_run = sum(1 for _ in takewhile(NEGATIVE.__contains__, reversed(moods)))
    return MoodLine(tuple(moods), _trend(recent), negative_run)


def _trend(valences: Sequence[int]) -> Trend:
    if len(valences) < 2:
        return Trend.STEADY
    middle = len(valences) // 2
    change = fmean(valences[middle:]) - fmean(valences[:middle])
    if change >= _STEP:
        return Trend.RISING
    falls = change <= -_STEP and valences[-1] < 0  # less glad than before is not worse
    return Trend.FALLING if falls else Trend.STEADY
