"""What a policy document may say, and what is refused, with a sentence that names it."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.escalation import Urgency
from bot.policy.model import Policy, PolicyBook
from nlp.types import Mood
from tests.policy.books import book, rule, section, shipped

REPLY = {"skill": "faq"}


def test_one_value_stands_for_a_list_of_one() -> None:
    policy = Policy.model_validate({"id": "a", "when": {"mood": "happy", "not": {"mood": "angry"}}, "then": REPLY})
    assert policy.when.mood == (Mood.HAPPY,)
    assert policy.when.none_of[0].mood == (Mood.ANGRY,)


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ({}, "exactly one of"),
        ({"skill": "a", "text": "b"}, "given: skill, text"),
        ({"offer": "a"}, "offer needs suggest"),
        ({"ask": "a", "suggest": {"kinds": "asked"}}, "suggest does not go with ask"),
        ({"skill": "a", "form": "return"}, "form goes with ask"),
        ({"silence": True, "lead": "glad"}, "lead does not go with silence"),
        ({"escalate": {"reason": "x", "text": "t", "urgency": "soon"}}, "'soon' is none of normal, high, critical"),
        ({"escalate": {"reason": "x", "text": "t", "urgency": 7}}, "Input should be 1, 2 or 3"),
        ({"offer": "a", "suggest": {"kinds": []}}, "at least 1 item"),
        ({"skill": "Not A Key"}, "should match pattern"),
        ({"skil": "faq"}, "Extra inputs are not permitted"),
    ],
)
def test_refused_actions(then: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Policy.model_validate({"id": "a", "then": then})


@pytest.mark.parametrize(
    "when", [{"mod": "angry"}, {"mood": "furious"}, {"hours": "night"}, {"hours": "7-25"}, {"tried": {"again": 1}}]
)
def test_refused_conditions(when: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({"id": "a", "when": when, "then": REPLY})


@pytest.mark.parametrize("safety", [{"failed_limit": 99}, {"angry_confidence": 1}, {"danger": False}])
def test_safety_can_not_be_switched_off(safety: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PolicyBook.model_validate({"safety": safety})


def test_equals_keep_the_order_of_the_book() -> None:
    chosen = book(rule("low", REPLY, 10), rule("first", REPLY), rule("second", REPLY), rule("high", REPLY, 90))
    assert [policy.id for policy in chosen.by_priority] == ["high", "first", "second", "low"]


def test_a_book_survives_its_document() -> None:
    assert PolicyBook.model_validate(shipped().document()) == shipped()
    assert shipped().document().keys() == {"rules"}, "the shipped limits are the defaults"
    assert section("policies")["safety"].items() <= shipped().safety.model_dump().items()


def test_urgency_is_read_and_written_by_name() -> None:
    escalate = {"escalate": {"reason": "x", "text": "t", "urgency": "high"}}
    policy = Policy.model_validate({"id": "a", "then": escalate})
    assert policy.then.escalate is not None
    assert policy.then.escalate.urgency is Urgency.HIGH
    assert policy.model_dump(mode="json", exclude_defaults=True)["then"] == escalate
