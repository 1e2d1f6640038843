"""Safety first and in order, then what was pressed or asked, then the policies, and always one decision."""

from typing import Any

import pytest

from bot.domain.consent import PersonalisationLevel
from bot.domain.decision import Ask, Escalate, Offer, Reply, Silence, SuggestionKind
from bot.domain.escalation import CaseStatus, Urgency
from bot.domain.incoming import Action, Attachment, AttachmentKind, Command, Press
from bot.domain.situation import Felt, MoodLine, Pending, Situation, Trend, Tried
from bot.domain.views import RequestKind
from bot.policy.engine import decide
from nlp.types import Alarm, Intent, Mood
from tests.doubles.situations import make_case, make_incoming, make_order, make_product, make_reading, make_situation
from tests.policy.books import book, rule

ALWAYS = book(rule("always", {"skill": "faq"}, unsure="any"))
EMPTY = book()
FORM = Pending(RequestKind.RETURN, "reason")
HUMAN_OFFER = Pending("human_offer", "confirm")


def alarm(*alarms: Alarm, **overrides: Any) -> Situation:
    return make_situation("…", reading=make_reading(alarms=frozenset(alarms)), **overrides)


def pressed(action: Action, value: str = "", **overrides: Any) -> Situation:
    return make_situation(incoming=make_incoming("", press=Press(action, value)), **overrides)


def commanded(command: Command, **overrides: Any) -> Situation:
    return make_situation(incoming=make_incoming("", command=command), **overrides)


def sent(*kinds: AttachmentKind, text: str = "", emoji: str = "", **overrides: Any) -> Situation:
    attachments = tuple(Attachment(kind, "f", emoji) for kind in kinds)
    return make_situation(incoming=make_incoming(text, attachments=attachments), **overrides)


def escalation(situation: Situation) -> tuple[str, Urgency]:
    decision = decide(situation, ALWAYS)
    assert isinstance(decision, Escalate), decision
    assert decision.policy == f"builtin.{decision.reason}"
    return decision.reason, decision.urgency


ESCALATIONS = {
    "danger": (alarm(Alarm.DANGER, Alarm.LEGAL_THREAT), "danger", Urgency.CRITICAL),
    "danger at night, in a form": (
        alarm(Alarm.DANGER, open_hours=False, pending=FORM),
        "danger",
        Urgency.CRITICAL,
    ),
    "self-harm": (alarm(Alarm.DANGER, Alarm.SELF_HARM), "self_harm", Urgency.CRITICAL),
    "injury": (alarm(Alarm.INJURY), "danger", Urgency.CRITICAL),
    "fraud": (alarm(Alarm.FRAUD, Alarm.HUMAN_WISH), "fraud", Urgency.CRITICAL),
    "legal threat": (alarm(Alarm.LEGAL_THREAT, Alarm.HUMAN_WISH), "legal_threat", Urgency.HIGH),
    "wish in words": (alarm(Alarm.HUMAN_WISH), "human_wish", Urgency.NORMAL),
    "wish by intent": (make_situation("…", intent=Intent.HUMAN_AGENT), "human_wish", Urgency.NORMAL),
    "wish, frustrated": (
        make_situation("…", Mood.FRUSTRATED, Intent.HUMAN_AGENT),
        "human_wish",
        Urgency.HIGH,
    ),
    "command": (commanded(Command.HUMAN), "human_wish", Urgency.NORMAL),
    "button": (pressed(Action.HUMAN), "human_wish", Urgency.NORMAL),
    "menu": (pressed(Action.MENU, "human"), "human_wish", Urgency.NORMAL),
    "yes to the offer": (make_situation("dạ có", pending=HUMAN_OFFER), "human_wish", Urgency.NORMAL),
    "yes pressed": (pressed(Action.CONFIRM, "yes", pending=HUMAN_OFFER), "human_wish", Urgency.NORMAL),
    "angry": (make_situation("…", Mood.ANGRY), "angry", Urgency.HIGH),
    "angry and level off and many orders": (
        make_situation("…", Mood.ANGRY, orders=(make_order(),)),
        "angry",
        Urgency.HIGH,
    ),
    "unsure but the reader calls": (
        make_situation(reading=make_reading(Mood.ANGRY, escalate=True, unsure=True)),
        "angry",
        Urgency.HIGH,
    ),
    "the reader calls": (make_situation(reading=make_reading(escalate=True)), "needs_human", Urgency.HIGH),
    "two answers failed": (make_situation("hả?", tried=Tried(failed=2)), "repeated_failure", Urgency.NORMAL),
    "asked three times": (
        make_situation("đơn đâu?", Mood.FRUSTRATED, tried=Tried(same_intent=3)),
        "repeated_failure",
        Urgency.NORMAL,
    ),
    "long negative": (
        make_situation("…", Mood.FRUSTRATED, line=MoodLine((Mood.FRUSTRATED,) * 3, Trend.STEADY, 3)),
        "trend",
        Urgency.NORMAL,
    ),
}


@pytest.mark.parametrize(("situation", "reason", "urgency"), ESCALATIONS.values(), ids=ESCALATIONS)
def test_a_human_is_called(situation: Situation, reason: str, urgency: Urgency) -> None:
    assert escalation(situation) == (reason, urgency)


@pytest.mark.parametrize(
    "situation",
    [
        make_situation("hàng bị rách một đường, tôi muốn đổi", intent=Intent.RETURN_REFUND, orders=(make_order(),)),
        make_situation("chậm quá", Mood.FRUSTRATED, Intent.DELIVERY_PROBLEM),
        make_situation("tiếc thật", Mood.DISAPPOINTED),
        make_situation(reading=make_reading(Mood.ANGRY, confidence=0.3)),
        make_situation(reading=make_reading(Mood.NEUTRAL, Intent.HUMAN_AGENT, unsure=True)),
        make_situation("cảm ơn nhé", Mood.GRATEFUL, tried=Tried(failed=3)),
        make_situation("đơn đâu?", tried=Tried(same_intent=4)),
        pressed(Action.DETAILS, "TEE-01", tried=Tried(failed=3)),
        commanded(Command.HELP, tried=Tried(failed=3)),
        make_situation("không", pending=HUMAN_OFFER),
        pressed(Action.CONFIRM, "no", pending=HUMAN_OFFER),
        pressed(Action.MENU, "help"),
        pressed(Action.RATE, "yes", pending=HUMAN_OFFER),
    ],
)
def test_no_human_is_called(situation: Situation) -> None:
    assert not isinstance(decide(situation, ALWAYS), Escalate)


def test_no_policy_switches_safety_off() -> None:
    silence = book(rule("hush", {"silence": True}, 100, unsure="any"))
    assert isinstance(decide(alarm(Alarm.DANGER), silence), Escalate)


def test_silence_while_a_human_holds_the_case() -> None:
    held = make_case(CaseStatus.HELD)
    for situation in (alarm(Alarm.FRAUD, case=held), commanded(Command.HUMAN, case=held), make_situation(case=held)):
        decision = decide(situation, ALWAYS)
        assert isinstance(decision, Silence)
        assert "Mai holds case C-1001" in decision.why


def test_danger_is_told_even_while_a_human_holds_the_case() -> None:
    assert escalation(alarm(Alarm.DANGER, case=make_case(CaseStatus.HELD, Urgency.CRITICAL)))[0] == "danger"


def test_a_closed_case_changes_nothing() -> None:
    assert decide(make_situation(case=make_case(CaseStatus.CLOSED)), ALWAYS).policy == "always"


@pytest.mark.parametrize("words", [Alarm.FRAUD, Alarm.LEGAL_THREAT, Alarm.HUMAN_WISH])
def test_a_waiting_case_is_not_opened_again(words: Alarm) -> None:
    decision = decide(alarm(words, case=make_case(urgency=Urgency.CRITICAL)), ALWAYS)
    assert isinstance(decision, Reply)
    assert (decision.policy, decision.text) == ("builtin.waiting", "still_waiting")
    assert "C-1001 is already waiting" in decision.why


def test_a_waiting_case_is_raised() -> None:
    assert escalation(alarm(Alarm.FRAUD, case=make_case(urgency=Urgency.HIGH))) == ("fraud", Urgency.CRITICAL)


def test_an_angry_question_for_a_parcel_brings_its_status_too() -> None:
    angry = make_situation("đâu rồi", Mood.ANGRY, Intent.TRACK_ORDER, orders=(make_order(),))
    dangerous = alarm(Alarm.DANGER, orders=(make_order(),))
    assert [getattr(decide(s, ALWAYS), "skill", None) for s in (angry, dangerous)] == ["order_status", ""]


def test_texts_and_teams_come_from_the_book() -> None:
    chosen = book(texts={"fraud": "our_fraud"}, teams={"fraud": "payments"})
    decision = decide(alarm(Alarm.FRAUD), chosen)
    assert isinstance(decision, Escalate)
    assert (decision.text, decision.team) == ("our_fraud", "payments")


SKILLS = {
    "press": (pressed(Action.DETAILS, "TEE-01"), "press"),
    "an option of the form": (pressed(Action.CHOOSE, "DH1", pending=FORM), "form"),
    "an option of no form": (pressed(Action.CHOOSE, "DH1"), "press"),
    "another button during a form": (pressed(Action.WHY, "TEE-01", pending=FORM), "press"),
    "command": (commanded(Command.PRIVACY, pending=FORM), "command"),
    "contact": (sent(AttachmentKind.CONTACT), "find_order"),
    "voice": (sent(AttachmentKind.VOICE), "unreadable"),
    "photo during a form": (sent(AttachmentKind.PHOTO, pending=FORM), "unreadable"),
    "first sticker": (sent(AttachmentKind.STICKER), "greeting"),
    "photo with words": (sent(AttachmentKind.PHOTO, text="cái này"), "faq"),
    "speaking sticker": (sent(AttachmentKind.STICKER, emoji="😊"), "faq"),
    "an order looked up": (make_situation("DH1 4567", found_order=make_order()), "find_order"),
    "an order not found": (make_situation("DH1 4567", lookup_refused="no_match"), "find_order"),
    "looked up in a form": (make_situation("4567", lookup_refused="no_match", pending=FORM), "form"),
    "answer of a form": (make_situation("bị rách", pending=FORM), "form"),
    "no to a human": (make_situation("không", pending=HUMAN_OFFER), "form"),
    "neither yes nor no": (make_situation("đơn đâu?", pending=HUMAN_OFFER), "faq"),
    "leaves the form": (make_situation("giá bao nhiêu?", intent=Intent.PRICE_PROMO, pending=FORM), "faq"),
}


@pytest.mark.parametrize(("situation", "skill"), SKILLS.values(), ids=SKILLS)
def test_what_is_done_without_a_policy(situation: Situation, skill: str) -> None:
    decision = decide(situation, ALWAYS)
    assert isinstance(decision, Reply)
    assert decision.skill == skill


@pytest.mark.parametrize(
    "situation",
    [
        make_situation("  "),
        sent(AttachmentKind.STICKER, tried=Tried(greeted=True)),
        sent(AttachmentKind.STICKER, case=make_case()),
    ],
)
def test_nothing_said_nothing_answered(situation: Situation) -> None:
    assert isinstance(decide(situation, ALWAYS), Silence)


def test_the_highest_priority_acts_and_says_why() -> None:
    chosen = book(
        rule("low", {"skill": "faq"}, 10, intent="greeting"),
        rule("high", {"skill": "greeting"}, 60, intent="greeting", stage="awareness"),
    )
    decision = decide(make_situation("chào", intent=Intent.GREETING), chosen)
    assert (decision.policy, decision.why) == ("high", "intent greeting, stage awareness")
    assert decide(make_situation(), book(rule("all", {"skill": "faq"}))).why == "always"


def test_a_policy_that_steps_aside_lets_the_next_one_act() -> None:
    offer = rule("offer", {"offer": "offer_more", "suggest": {"kinds": "bestsellers"}}, 60)
    chosen = book(offer, rule("answer", {"skill": "thanks"}))
    happy = make_situation("tuyệt", Mood.HAPPY, level=PersonalisationLevel.BASIC)
    decision = decide(happy, chosen)
    assert isinstance(decision, Offer)
    assert decision.suggest.kinds == (SuggestionKind.BESTSELLERS,)
    assert decide(make_situation("tuyệt", Mood.HAPPY), chosen).policy == "answer"


def test_when_nothing_fits_a_colleague_is_offered() -> None:
    decision = decide(make_situation("ơ kìa"), EMPTY)
    assert isinstance(decision, Ask)
    assert (decision.policy, decision.text, decision.form) == ("builtin.fallback", "human_offer", "human_offer")


def unsure(before: int, mood: Mood = Mood.NEUTRAL, **overrides: Any) -> Situation:
    reading = make_reading(mood, unsure=True, confidence=0.3)
    return make_situation("ơ kìa", reading=reading, tried=Tried(unsure=before), **overrides)


@pytest.mark.parametrize(
    ("before", "text"), [(0, "unclear"), (1, "human_offer"), (2, "human_offer"), (5, "human_offer")]
)
def test_unsure_asks_back_once_and_then_offers_a_colleague(before: int, text: str) -> None:
    decision = decide(unsure(before), EMPTY)
    assert isinstance(decision, Ask)
    assert (decision.policy, decision.text, decision.form) == ("builtin.unsure", text, "human_offer")


def test_the_third_unsure_message_is_not_guessed_at() -> None:
    assert decide(unsure(1), ALWAYS).policy == "always"
    assert decide(unsure(2), ALWAYS).policy == "builtin.unsure"
    named = unsure(2, products=(make_product(),))
    assert decide(named, ALWAYS).policy == "always", "what is named needs no guess"


def test_unsure_again_and_not_content_brings_a_human() -> None:
    assert decide(unsure(0, Mood.FRUSTRATED), ALWAYS).policy == "always"
    assert escalation(unsure(1, Mood.FRUSTRATED)) == ("repeated_failure", Urgency.NORMAL)
    assert escalation(unsure(1, felt=Felt(Mood.ANXIOUS, "in doubt"))) == ("repeated_failure", Urgency.NORMAL)
    short = unsure(1, felt=Felt(Mood.FRUSTRATED, "a short word", carried=True))
    assert decide(short, ALWAYS).policy == "always", "a short word brings nobody"
    assert decide(unsure(3, Mood.HAPPY), ALWAYS).policy == "always"
    called = unsure(3, Mood.FRUSTRATED, case=make_case())
    assert not isinstance(decide(called, ALWAYS), Escalate), "a colleague is called already"


def test_a_yes_to_nothing_is_small_talk() -> None:
    decision = decide(make_situation("ok shop", reading=make_reading(unsure=True)), EMPTY)
    assert isinstance(decision, Reply)
    assert decision.text == "anything_else"
