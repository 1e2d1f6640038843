"""How the mood moves over a conversation: never judged by one message."""

from collections.abc import Collection, Sequence
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


def mood_line(moods: Sequence[Mood], *, passing: Collection[int] = (), carried: Collection[int] = ()) -> MoodLine:
    """The line of `moods` (oldest first, the present one last): the later half of the window against the earlier.

    `passing` are the places of messages that say nothing of the mood: they neither add to a run of negative ones nor
    end it, and are none themselves. `carried`, some of these, only repeat the mood before and move no trend either.
    """
    own = [mood for place, mood in enumerate(moods) if place not in carried]
    run = 0 if len(moods) - 1 in passing else negative_tail(moods, passing)
    return MoodLine(tuple(moods), _trend([_VALENCE[mood] for mood in own[-_WINDOW:]]), run)


def negative_tail(moods: Sequence[Mood], passing: Collection[int] = ()) -> int:
    """How many of the last moods in a row were negative, those of `passing` messages left out."""
    telling = [mood for place, mood in enumerate(moods) if place not in passing]
    return sum(1 for _ in takewhile(NEGATIVE.__contains__, reversed(telling)))


def _trend(valences: Sequence[int]) -> Trend:
    if len(valences) < 2:
        return Trend.STEADY
    middle = len(valences) // 2
    change = fmean(valences[middle:]) - fmean(valences[:middle])
    if change >= _STEP:
        return Trend.RISING
    falls = change <= -_STEP and valences[-1] < 0  # less glad than before is not worse
    return Trend.FALLING if falls else Trend.STEADY
