"""While a human holds the case: silence, but for danger and for what is the customer's own to choose."""

import pytest

from bot.domain.decision import Escalate, Silence
from bot.domain.escalation import CaseStatus
from bot.domain.incoming import Action, Command, Incoming, Press
from bot.domain.situation import Pending, Situation
from bot.policy.engine import decide
from nlp.types import Alarm, Mood
from tests.doubles.situations import make_case, make_incoming, make_reading, make_situation
from tests.policy.books import shipped


def held(incoming: Incoming | None = None, **fields: object) -> Situation:
    return make_situation(incoming=incoming or make_incoming(), case=make_case(CaseStatus.HELD), **fields)


@pytest.mark.parametrize("command", [Command.PRIVACY, Command.MYDATA, Command.FORGET, Command.STOP, Command.LANGUAGE])
def test_privacy_is_the_customers_own(command: Command) -> None:
    assert decide(held(make_incoming("", command=command)), shipped()).policy == "builtin.command"


@pytest.mark.parametrize("command", [Command.HELP, Command.HUMAN, Command.START, Command.CANCEL])
def test_other_commands_go_to_the_human(command: Command) -> None:
    assert isinstance(decide(held(make_incoming("", command=command)), shipped()), Silence)


@pytest.mark.parametrize(
    "press",
    [
        Press(Action.LEVEL, "off"),
        Press(Action.IMPROVE, "no"),
        Press(Action.FORGET, "yes"),
        Press(Action.MENU, Command.PRIVACY),
    ],
)
def test_their_buttons_work(press: Press) -> None:
    assert decide(held(make_incoming("", press=press)), shipped()).policy == "builtin.press"


def test_other_buttons_do_not() -> None:
    assert isinstance(decide(held(make_incoming("", press=Press(Action.HUMAN))), shipped()), Silence)


def test_a_typed_yes_answers_the_question_about_erasing() -> None:
    pending = Pending("forget", "confirm", options=("yes", "no"))
    assert decide(held(make_incoming("có"), pending=pending), shipped()).policy == "builtin.form"
    assert isinstance(decide(held(make_incoming("chờ chút"), pending=pending), shipped()), Silence)


def test_danger_is_answered_and_told() -> None:
    burning = make_reading(alarms=frozenset({Alarm.DANGER}))
    assert isinstance(decide(held(reading=burning), shipped()), Escalate)


def test_a_command_in_anger_is_carried_out() -> None:
    furious = make_reading(Mood.ANGRY, escalate=True)
    said = make_situation(incoming=make_incoming("XOÁ DỮ LIỆU", command=Command.FORGET), reading=furious)
    assert decide(said, shipped()).policy == "builtin.command"


def test_the_furious_are_heard_as_such_even_if_they_ask_for_a_human() -> None:
    wish = make_reading(Mood.ANGRY, alarms=frozenset({Alarm.HUMAN_WISH}), escalate=True)
    decision = decide(make_situation("gọi quản lý ra đây!!!", reading=wish), shipped())
    assert isinstance(decision, Escalate)
    assert decision.reason == "angry"
