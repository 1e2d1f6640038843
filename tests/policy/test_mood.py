from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.situation import Trend
from bot.policy.mood import NEGATIVE, mood_line, negative_tail
from nlp.types import Mood

ANGRY, FRUSTRATED, DISAPPOINTED, ANXIOUS, CONFUSED, NEUTRAL, CURIOUS, HAPPY, GRATEFUL = Mood


@pytest.mark.parametrize(
    ("moods", "trend", "run"),
    [
        ((), Trend.STEADY, 0),
        ((ANGRY,), Trend.STEADY, 1),
        ((NEUTRAL, FRUSTRATED), Trend.FALLING, 1),
        ((NEUTRAL, NEUTRAL, CONFUSED), Trend.STEADY, 0),
        ((ANGRY, FRUSTRATED, NEUTRAL, GRATEFUL), Trend.RISING, 0),
        ((HAPPY, NEUTRAL, DISAPPOINTED, ANXIOUS, FRUSTRATED), Trend.FALLING, 3),
        ((HAPPY, HAPPY, NEUTRAL), Trend.STEADY, 0),
        ((GRATEFUL, CURIOUS, ANGRY, NEUTRAL), Trend.STEADY, 0),
        ((ANGRY,) * 4 + (NEUTRAL,) * 6, Trend.STEADY, 0),
    ],
)
def test_line(moods: Sequence[Mood], trend: Trend, run: int) -> None:
    line = mood_line(moods)
    assert (line.moods, line.trend, line.negative_run) == (tuple(moods), trend, run)


@given(st.lists(st.sampled_from(list(Mood)), max_size=12))
def test_the_run_is_the_negative_tail(moods: list[Mood]) -> None:
    run = mood_line(moods).negative_run
    assert all(mood in NEGATIVE for mood in moods[len(moods) - run :])
    assert run == len(moods) or moods[-run - 1] not in NEGATIVE


def test_passing_messages_neither_add_to_a_run_nor_end_it() -> None:
    moods = (FRUSTRATED, NEUTRAL, FRUSTRATED, FRUSTRATED)
    assert mood_line(moods, passing={1}).negative_run == 3
    assert mood_line(moods, passing={1, 3}, carried={3}).negative_run == 0, "the present one says nothing itself"
    assert negative_tail(moods, {1, 3}) == 2


def test_a_carried_mood_moves_no_trend() -> None:
    assert mood_line((ANGRY, FRUSTRATED), passing={1}, carried={1}).trend is Trend.STEADY
    assert mood_line((ANGRY, FRUSTRATED)).trend is Trend.RISING
