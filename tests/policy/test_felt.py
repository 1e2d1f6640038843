"""The mood of a message as the conversation before it makes it felt: only ever towards the worse, and never guessed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.decision import Escalate
from bot.domain.escalation import Urgency
from bot.domain.situation import Felt, Situation, Trend, Tried
from bot.policy.engine import decide
from bot.policy.felt import Earlier, felt, line_of
from bot.policy.mood import NEGATIVE
from nlp.types import Intent, Mood, Reading
from tests.doubles.situations import make_reading, make_situation, readings, situations, texts
from tests.policy.books import shipped

ANGRY, FRUSTRATED, DISAPPOINTED, ANXIOUS, CONFUSED, NEUTRAL, CURIOUS, HAPPY, GRATEFUL = Mood
_WEIGHT = {ANGRY: 3, FRUSTRATED: 2, DISAPPOINTED: 2, ANXIOUS: 1, CONFUSED: 1, NEUTRAL: 0, CURIOUS: -1}
QUESTION = "đơn của tôi đâu rồi shop?"
UNHELPED = Earlier(QUESTION, NEUTRAL, helped=False)
BAD = (Earlier("chậm quá", FRUSTRATED), Earlier("chờ mãi", DISAPPOINTED))


def torn(first: Mood, second: Mood, share: float = 0.3, **overrides: Any) -> Reading:
    """An unsure reading between two moods; `share` is the second one's, the first has .4."""
    scores = dict.fromkeys(Mood, 0.0) | {first: 0.4, second: share}
    return make_reading(first, mood_scores=scores, unsure=True, confidence=0.4, **overrides)


@pytest.mark.parametrize("mood", [NEUTRAL, CONFUSED, CURIOUS])
def test_who_has_to_ask_again_is_frustrated(mood: Mood) -> None:
    found = felt(make_reading(mood), "don cua t dau r shop oi", (UNHELPED, Earlier("alo", NEUTRAL)))
    assert found == Felt(FRUSTRATED, "asks the same again: it was not answered before, or the answer did not help")


def test_an_unsure_smile_over_the_same_question_is_frustration_too() -> None:
    assert felt(make_reading(HAPPY, unsure=True), QUESTION, (UNHELPED,)) is not None


def test_a_question_that_was_answered_may_be_asked_again() -> None:
    assert felt(make_reading(), QUESTION, (Earlier(QUESTION, NEUTRAL),)) is None


def test_the_tenth_message_back_is_remembered_and_no_further() -> None:
    between = tuple(Earlier(f"chuyện {number}", NEUTRAL) for number in range(9))
    assert felt(make_reading(), QUESTION, (UNHELPED, *between)) is not None
    assert felt(make_reading(), QUESTION, (UNHELPED, Earlier("…", NEUTRAL), *between)) is None


def test_counting_how_often_one_asked_is_enough() -> None:
    found = felt(make_reading(intent=Intent.TRACK_ORDER), "mình hỏi lần thứ 3 rồi đó", ())
    assert found == Felt(FRUSTRATED, "says that it was said or asked before")


@pytest.mark.parametrize("mood", [ANGRY, FRUSTRATED, DISAPPOINTED, ANXIOUS])
def test_negative_words_are_felt_as_they_read(mood: Mood) -> None:
    assert felt(make_reading(mood), QUESTION, (UNHELPED,)) is None
    assert felt(make_reading(mood, unsure=True), "ok", (*BAD, Earlier("!!!", ANGRY))) is None


@pytest.mark.parametrize("mood", [HAPPY, GRATEFUL])
def test_clear_thanks_are_thanks(mood: Mood) -> None:
    assert felt(make_reading(mood), QUESTION, (*BAD, UNHELPED)) is None


def test_in_doubt_after_negative_words_the_worse_of_two() -> None:
    assert felt(torn(NEUTRAL, ANXIOUS), "để xem sao đã nhé bạn", BAD) == Felt(
        ANXIOUS, "unsure between neutral and anxious, and the 2 messages before were negative"
    )
    falling = (Earlier("hay quá", HAPPY), Earlier("hả?", CONFUSED))
    assert felt(torn(CONFUSED, ANGRY), "vậy rốt cuộc là thế nào đây bạn", falling) == Felt(
        ANGRY, "unsure between confused and angry, and the mood was falling"
    )


def test_a_message_that_says_nothing_does_not_end_the_run_that_doubt_leans_on() -> None:
    assert (
        felt(torn(NEUTRAL, FRUSTRATED), "để xem sao đã nhé bạn", (*BAD, Earlier("abc", HAPPY, unsure=True))) is not None
    )
    assert felt(torn(NEUTRAL, FRUSTRATED), "để xem sao đã nhé bạn", (*BAD, Earlier("hay", HAPPY))) is None


@pytest.mark.parametrize(
    ("reading", "earlier"),
    [
        (torn(NEUTRAL, FRUSTRATED), (Earlier("chậm", DISAPPOINTED),)),  # once is no run
        (torn(NEUTRAL, CONFUSED), BAD),  # neither of the two is negative
        (torn(NEUTRAL, FRUSTRATED, 0.1), BAD),  # far behind
        (replace(torn(NEUTRAL, FRUSTRATED), unsure=False), BAD),  # no doubt
    ],
)
def test_otherwise_doubt_leans_nowhere(reading: Reading, earlier: tuple[Earlier, ...]) -> None:
    assert felt(reading, "để xem sao đã nhé bạn", earlier) is None


@pytest.mark.parametrize("text", ["ok", "thôi", "vậy đi", "?", "oke shop", "...", "Fine."])
@pytest.mark.parametrize("before", [ANGRY, FRUSTRATED])
def test_a_short_word_after_anger_is_no_calm(text: str, before: Mood) -> None:
    found = felt(make_reading(unsure=True), text, (Earlier("làm ăn kiểu gì vậy", before),))
    assert found == Felt(FRUSTRATED, f"a short word after {before} words ends nothing", carried=True)
    again = (Earlier("làm ăn kiểu gì vậy", before), Earlier(text, FRUSTRATED, unsure=True, carried=True))
    assert felt(make_reading(), "uh", again) is not None


@pytest.mark.parametrize(
    ("text", "reading", "before"),
    [
        ("ok", make_reading(), DISAPPOINTED),
        ("cảm ơn", make_reading(GRATEFUL, unsure=True), ANGRY),
        ("đơn đâu?", make_reading(intent=Intent.TRACK_ORDER), ANGRY),
        ("TH-10231", make_reading(), ANGRY),
        ("mình hiểu rồi, để mai tính", make_reading(), ANGRY),
    ],
)
def test_what_is_no_mere_short_word_after_anger(text: str, reading: Reading, before: Mood) -> None:
    assert felt(reading, text, (Earlier("làm ăn kiểu gì vậy", before),)) is None
    assert felt(reading, text, ()) is None


def test_a_short_word_leaves_the_line_where_it_was() -> None:
    bad = Earlier("!", FRUSTRATED)
    ok = Earlier("ok", FRUSTRATED, unsure=True, carried=True)
    assert (line_of((bad, bad, ok)).trend, line_of((bad, bad, ok)).negative_run) == (Trend.STEADY, 0)
    assert line_of((bad, bad, ok, bad)).negative_run == 3
    assert line_of((bad, bad, Earlier("hay quá", HAPPY), bad)).negative_run == 1
    assert line_of((Earlier("chào", NEUTRAL), Earlier("!!!", ANGRY), ok)).trend is Trend.FALLING
    assert line_of(()).moods == ()


earliers = st.builds(Earlier, texts, st.sampled_from(list(Mood)), st.booleans(), st.booleans(), st.booleans())
talks = st.lists(earliers, max_size=14).map(tuple)


@given(readings(), texts | st.sampled_from([QUESTION, "ok", "nữa hả", "as I said"]), talks)
@example(make_reading(), QUESTION, (UNHELPED,))
def test_never_milder_never_of_its_own_angry_and_always_the_same(
    reading: Reading, text: str, earlier: tuple[Earlier, ...]
) -> None:
    found = felt(reading, text, earlier)
    assert found == felt(reading, text, earlier)
    line = line_of((*earlier, Earlier(text, found.mood if found else reading.mood)))
    assert 0 <= line.negative_run <= len(line.moods) == len(earlier) + 1
    if found is None:
        return
    assert found.why
    assert found.mood in NEGATIVE
    assert reading.mood not in NEGATIVE
    assert reading.unsure or reading.mood not in (HAPPY, GRATEFUL)
    assert found.mood is not ANGRY or (reading.unsure and reading.mood_scores[ANGRY] > 0)


def urgency_of(situation: Situation) -> int:
    decision = decide(situation, shipped())
    return int(decision.urgency) if isinstance(decision, Escalate) else 0


@st.composite
def felt_situations(draw: st.DrawFn) -> Situation:
    situation = draw(situations(tried=Tried(unsure=draw(st.integers(0, 3)), failed=draw(st.integers(0, 3)))))
    found = felt(situation.reading, situation.incoming.text, draw(talks))
    return replace(situation, felt=found)


@settings(max_examples=300)
@given(felt_situations())
def test_what_is_felt_never_lowers_an_escalation(situation: Situation) -> None:
    assert urgency_of(situation) >= urgency_of(replace(situation, felt=None))


def test_what_is_felt_is_answered_and_the_reading_stays() -> None:
    repeats = make_situation(QUESTION, intent=Intent.OTHER, felt=Felt(FRUSTRATED, "asked again"))
    assert (repeats.reading.mood, repeats.feeling) == (NEUTRAL, FRUSTRATED)
    assert decide(repeats, shipped()).policy == "frustrated_other"
    wish = make_situation("…", intent=Intent.HUMAN_AGENT, felt=Felt(FRUSTRATED, "asked again"))
    assert urgency_of(wish) == Urgency.HIGH
