"""A voice message without words: a human listens when it is tense, and otherwise a colleague is offered."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.decision import Decision, Escalate, Reply, Silence
from bot.domain.escalation import CaseStatus, Urgency
from bot.domain.incoming import Action, Attachment, AttachmentKind, Command, Press
from bot.domain.journey import Happening, HappeningKind, JourneyStage
from bot.domain.situation import MoodLine, Situation, Trend, Tried
from bot.policy.engine import decide
from bot.policy.mood import mood_line
from nlp.types import Mood, Unheard
from tests.doubles.situations import NOW, make_case, make_incoming, make_situation
from tests.policy.books import book, shipped

VOICE = Attachment(AttachmentKind.VOICE, "f")
HEARD = Attachment(AttachmentKind.VOICE, "f", transcript="đơn đâu")
COMPLAINED = Happening(HappeningKind.COMPLAINED, NOW - timedelta(days=2))
SETTLED = Happening(HappeningKind.CASE_CLOSED, NOW - timedelta(days=1))
RELAYED = ("voice_relayed",)


def spoken(*moods: Mood, text: str = "", attachments: tuple[Attachment, ...] = (VOICE,), **fields: Any) -> Situation:
    """A voice message after words in these moods."""
    said = make_incoming(text, attachments=attachments)
    return make_situation(incoming=said, line=mood_line(moods or (Mood.NEUTRAL,)), **fields)


TENSE = {
    "the last words were frustrated": spoken(Mood.NEUTRAL, Mood.FRUSTRATED),
    "the last words were anxious": spoken(Mood.ANXIOUS),
    "the mood is falling": spoken(Mood.HAPPY, Mood.HAPPY, Mood.CONFUSED),
    "there was anger a moment ago": spoken(Mood.ANGRY, Mood.NEUTRAL, Mood.NEUTRAL),
    "a complaint is not settled": spoken(stage=JourneyStage.AT_RISK, happenings=(SETTLED, COMPLAINED)),
    "it is not the first one": spoken(tried=Tried(texts=("unreadable_voice", "thanks"))),
}


@pytest.mark.parametrize(("why", "situation"), TENSE.items(), ids=TENSE)
def test_in_a_tense_conversation_a_human_listens(why: str, situation: Situation) -> None:
    decision = decide(situation, shipped())
    assert isinstance(decision, Escalate)
    assert (decision.policy, decision.reason, decision.text) == ("builtin.voice", "voice", "voice_relayed")
    assert decision.why == f"a voice message, and {why}"


CALM = {
    "nothing before": spoken(),
    "curious": spoken(Mood.NEUTRAL, Mood.CURIOUS),
    "anger that is over": spoken(Mood.ANGRY, Mood.NEUTRAL, Mood.GRATEFUL),
    "anger long ago": spoken(Mood.ANGRY, *[Mood.NEUTRAL] * 5),
    "at risk for another reason": spoken(stage=JourneyStage.AT_RISK, happenings=(COMPLAINED, SETTLED)),
    "a complaint that no longer counts": spoken(happenings=(COMPLAINED,)),
    "a case that was closed": spoken(case=make_case(CaseStatus.CLOSED)),
}


@pytest.mark.parametrize("situation", CALM.values(), ids=CALM)
def test_in_a_calm_one_a_colleague_is_offered(situation: Situation) -> None:
    decision = decide(situation, shipped())
    assert isinstance(decision, Reply)
    assert (decision.policy, decision.skill) == ("builtin.unreadable", "unreadable")


def test_two_at_once_and_an_answer_to_what_happened_are_for_a_human() -> None:
    assert isinstance(decide(spoken(attachments=(VOICE, VOICE)), shipped()), Escalate)
    assert isinstance(decide(spoken(tried=Tried(texts=("complaint_what",))), shipped()), Escalate)
    moved_on = Tried(texts=("complaint_what", "order_shipped"))
    assert isinstance(decide(spoken(tried=moved_on), shipped()), Reply)


def test_anger_makes_it_urgent_and_the_book_names_words_and_team() -> None:
    chosen = book(texts={"voice": "our_words"}, teams={"voice": "ears"})
    cross, worried = (decide(spoken(mood), chosen) for mood in (Mood.ANGRY, Mood.ANXIOUS))
    assert isinstance(cross, Escalate)
    assert isinstance(worried, Escalate)
    assert (cross.urgency, worried.urgency) == (Urgency.HIGH, Urgency.NORMAL)
    assert (cross.text, cross.team) == ("our_words", "ears")


@pytest.mark.parametrize("why", [None, *Unheard])
def test_why_it_was_not_heard_changes_nothing(why: Unheard | None) -> None:
    voice = Attachment(AttachmentKind.VOICE, "f", unheard=why)
    assert isinstance(decide(spoken(Mood.FRUSTRATED, attachments=(voice,)), shipped()), Escalate)


def test_words_that_were_heard_need_nobody_to_listen() -> None:
    heard = spoken(Mood.FRUSTRATED, text="đơn đâu", attachments=(HEARD,))
    assert decide(heard, shipped()).policy != "builtin.voice"


def test_words_beside_what_was_not_heard_do_not_hide_it() -> None:
    assert decide(spoken(Mood.FRUSTRATED, text="nghe đi"), shipped()).policy == "builtin.voice"
    assert decide(spoken(text="shop bán gì"), shipped()).policy != "builtin.voice"


@pytest.mark.parametrize("fields", [{"press": Press(Action.HUMAN)}, {"command": Command.PRIVACY}])
def test_a_clear_step_is_taken_whatever_else_was_sent(fields: dict[str, Any]) -> None:
    said = make_incoming("", attachments=(VOICE,), **fields)
    decision = decide(make_situation(incoming=said, line=MoodLine((Mood.ANGRY,), Trend.STEADY, 1)), shipped())
    assert decision.policy != "builtin.voice"


def waiting(**fields: Any) -> Decision:
    return decide(spoken(Mood.FRUSTRATED, **{"case": make_case()} | fields), shipped())


def test_the_colleague_who_is_called_already_gets_it() -> None:
    joined = waiting()
    assert isinstance(joined, Reply)
    assert (joined.policy, joined.text) == ("builtin.voice", "voice_relayed")


def test_it_is_said_in_other_words_the_next_time_and_then_not_again() -> None:
    again = waiting(tried=Tried(texts=RELAYED))
    assert isinstance(again, Reply)
    assert (again.policy, again.text) == ("builtin.waiting", "still_waiting")


@pytest.mark.parametrize(("reason", "text"), [("danger", "danger_again"), ("self_harm", "self_harm_again")])
def test_in_danger_the_words_for_danger_come_first(reason: str, text: str) -> None:
    urgent = waiting(case=make_case(reason=reason))
    assert isinstance(urgent, Reply)
    assert urgent.text == text


def test_words_to_a_waiting_case_are_answered_as_words() -> None:
    assert waiting(text="alo").policy == "builtin.waiting"


def test_who_holds_the_case_hears_it_and_the_bot_is_silent() -> None:
    assert isinstance(waiting(case=make_case(CaseStatus.HELD)), Silence)
