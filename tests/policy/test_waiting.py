"""While a colleague is on the way: facts, first aid, when somebody will answer, and nothing twice in a row."""

from typing import Any

import pytest

from bot.domain.decision import Decision, Escalate, Reply, Silence
from bot.domain.escalation import CaseStatus, Urgency
from bot.domain.incoming import Attachment, AttachmentKind
from bot.domain.situation import Pending, Situation, Tried
from bot.policy.engine import decide
from nlp.types import Alarm, Intent, Mood
from tests.doubles.situations import make_case, make_incoming, make_order, make_product, make_reading, make_situation
from tests.policy.books import shipped

ONCE, TWICE = ("still_waiting",), ("still_waiting", "still_waiting_again")


def waiting(text: str = "alo", mood: Mood = Mood.NEUTRAL, intent: Intent = Intent.OTHER, **fields: Any) -> Situation:
    return make_situation(text, mood, intent, **{"case": make_case()} | fields)


def text_of(decision: Decision) -> str:
    assert isinstance(decision, Reply | Escalate), decision
    return decision.text


@pytest.mark.parametrize(
    ("text", "said", "answer"),
    [
        ("alo", (), "still_waiting"),
        ("alo", ONCE, "still_waiting_again"),
        ("alo", (*TWICE, "thanks"), "still_waiting"),
        ("sao lâu vậy?", TWICE, "still_waiting"),
    ],
)
def test_waiting_is_told_in_other_words(text: str, said: tuple[str, ...], answer: str) -> None:
    decision = decide(waiting(text, tried=Tried(texts=said)), shipped())
    assert (decision.policy, text_of(decision)) == ("builtin.waiting", answer)


def test_who_only_goes_on_talking_has_heard_it() -> None:
    decision = decide(waiting(tried=Tried(texts=TWICE)), shipped())
    assert isinstance(decision, Silence)
    assert decision.why == "a colleague is called already, and the customer knows"


def test_who_asks_for_a_human_again_is_told_again() -> None:
    wish = make_reading(intent=Intent.HUMAN_AGENT, alarms=frozenset({Alarm.HUMAN_WISH}))
    assert text_of(decide(waiting(reading=wish, tried=Tried(texts=TWICE)), shipped())) == "still_waiting"


ORDERS = {"orders": (make_order(),)}
PRODUCTS = {"products": (make_product(score=0.9),)}
MEANWHILE: dict[str, tuple[Situation, str]] = {
    "the parcel, however cross": (waiting("đâu", Mood.FRUSTRATED, Intent.TRACK_ORDER, **ORDERS), "parcel_upset"),
    "the parcel, in fury": (waiting("đâu", Mood.ANGRY, Intent.TRACK_ORDER, **ORDERS), "parcel"),
    "a product, calmly": (waiting("áo", intent=Intent.PRODUCT_QUESTION, **PRODUCTS), "product"),
    "a product, crossly": (waiting("áo", Mood.FRUSTRATED, Intent.PRODUCT_QUESTION, **PRODUCTS), "builtin.waiting"),
    "a hello": (waiting("alo", intent=Intent.GREETING), "builtin.waiting"),
    "a complaint": (waiting("kể rồi", Mood.DISAPPOINTED, Intent.COMPLAINT), "builtin.waiting"),
    "praise": (waiting("hay ghê", Mood.HAPPY, Intent.PRAISE), "builtin.waiting"),
    "thanks": (waiting("cảm ơn", Mood.GRATEFUL, Intent.PRAISE), "thanked"),
    "a guess": (waiting(reading=make_reading(unsure=True), **PRODUCTS), "builtin.waiting"),
    "an own order by its code": (waiting("DH1001", reading=make_reading(unsure=True), **ORDERS), "order_named"),
    "a sale in danger": (
        waiting("áo", intent=Intent.PRODUCT_QUESTION, case=make_case(reason="danger"), **PRODUCTS),
        "builtin.waiting",
    ),
}


@pytest.mark.parametrize(("situation", "policy"), MEANWHILE.values(), ids=MEANWHILE)
def test_what_is_answered_meanwhile(situation: Situation, policy: str) -> None:
    assert decide(situation, shipped()).policy == policy


@pytest.mark.parametrize(
    ("text", "mood", "silent"),
    [("👍", Mood.NEUTRAL, True), ("❤️", Mood.HAPPY, True), ("😡", Mood.FRUSTRATED, False), ("??", Mood.NEUTRAL, False)],
)
def test_a_thumb_needs_no_answer(text: str, mood: Mood, silent: bool) -> None:
    heart = make_incoming("", attachments=(Attachment(AttachmentKind.STICKER, "f", text),))
    for situation in (waiting(text, mood), waiting(mood=mood, incoming=heart)):
        assert isinstance(decide(situation, shipped()), Silence) is silent


def test_a_thumb_that_answers_a_question_is_heard() -> None:
    asked = waiting("👍", pending=Pending("return", "confirm"))
    assert decide(asked, shipped()).policy == "builtin.form"


DANGER, INJURY, DESPAIR = (Alarm.DANGER,), (Alarm.DANGER, Alarm.INJURY), (Alarm.DANGER, Alarm.SELF_HARM)


@pytest.mark.parametrize(
    ("alarms", "said", "answer"),
    [
        (DANGER, (), "escalated_danger"),
        (INJURY, (), "escalated_injury"),
        (INJURY, ("escalated_danger",), "escalated_injury"),
        (INJURY, ("escalated_injury",), "danger_again"),
        (DESPAIR, (), "escalated_self_harm"),
        (DESPAIR, ("escalated_self_harm", "self_harm_again"), "self_harm_again"),
    ],
)
def test_the_words_fit_the_danger(alarms: tuple[Alarm, ...], said: tuple[str, ...], answer: str) -> None:
    reading = make_reading(alarms=frozenset(alarms))
    for case in (None, make_case(urgency=Urgency.CRITICAL), make_case(CaseStatus.HELD)):
        decision = decide(make_situation(reading=reading, case=case, tried=Tried(texts=said)), shipped())
        assert isinstance(decision, Escalate)
        assert decision.text == answer


@pytest.mark.parametrize(
    ("reason", "said", "answer"),
    [
        ("danger", ("escalated_injury",), "danger_again"),
        ("danger", ("danger_again",), "still_waiting"),
        ("self_harm", ("escalated_self_harm",), "self_harm_again"),
        ("self_harm", ("self_harm_again", "self_harm_again"), "self_harm_again"),
    ],
)
def test_what_to_do_is_told_to_who_is_in_danger(reason: str, said: tuple[str, ...], answer: str) -> None:
    asking = waiting("phải làm gì", case=make_case(reason=reason), tried=Tried(texts=said))
    assert text_of(decide(asking, shipped())) == answer


def test_a_goodbye_is_answered_but_never_to_who_may_mean_it_for_good() -> None:
    assert decide(make_situation("tạm biệt"), shipped()).policy == "builtin.farewell"
    despairing = waiting("tạm biệt", case=make_case(reason="self_harm"))
    assert text_of(decide(despairing, shipped())) == "self_harm_again"
