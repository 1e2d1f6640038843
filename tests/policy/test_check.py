from typing import Any

import pytest

from bot.policy.check import Known, problems
from tests.policy.books import book, rule

TEXTS = frozenset(book().safety.texts.model_dump().values()) | {"offer_more", "glad"}
KNOWN = Known(TEXTS, frozenset({"faq", "order_status"}), frozenset({"care"}), frozenset({"vip"}))
FAQ = {"skill": "faq"}
ESCALATE = {"reason": "complaint", "text": "still_waiting"}


def test_a_sound_book() -> None:
    sound = book(
        rule("a", {"offer": "offer_more", "lead": "glad", "suggest": {"kinds": "asked"}}, segment="vip"),
        rule("b", {"escalate": {**ESCALATE, "team": "care", "skill": "faq"}}, tried={"policy": "a", "text": "glad"}),
        rule("c", {"ask": "human_offer", "form": "human_offer"}, any=[{"mood": "happy"}]),
        rule("d", FAQ),
    )
    assert problems(sound, KNOWN) == []


@pytest.mark.parametrize(
    ("then", "when", "problem"),
    [
        ({"skill": "order_statsu"}, {}, "unknown skill 'order_statsu'; did you mean 'order_status'?"),
        ({"text": "zzz"}, {}, "unknown text 'zzz'"),
        ({"skill": "faq", "lead": "gladd"}, {}, "unknown text 'gladd'; did you mean 'glad'?"),
        ({"ask": "human_offer", "form": "returm"}, {}, "unknown form 'returm'; did you mean 'return'?"),
        ({"escalate": {**ESCALATE, "text": "qqq"}}, {}, "unknown text 'qqq'"),
        ({"escalate": {**ESCALATE, "skill": "qqq"}}, {}, "unknown skill 'qqq'"),
        ({"escalate": {**ESCALATE, "team": "qqq"}}, {}, "unknown team 'qqq'"),
        (FAQ, {"segment": "rich"}, "unknown segment 'rich'"),
        (FAQ, {"not": {"all": [{"tried": {"policy": "gone"}}]}}, "unknown policy 'gone'"),
        (FAQ, {"tried": {"text": "gone"}}, "unknown text 'gone'"),
    ],
)
def test_unknown_names(then: dict[str, Any], when: dict[str, Any], problem: str) -> None:
    assert problems(book(rule("a", then, **when)), KNOWN) == [f"rules[0] 'a': {problem}"]


def test_unknown_names_of_the_safety_rules() -> None:
    wrong = book(texts={"danger": "nope"}, teams={"fraud": "nobody"})
    assert problems(wrong, KNOWN) == [
        "safety.texts.danger: unknown text 'nope'",
        "safety.teams.fraud: unknown team 'nobody'",
    ]


def test_an_id_is_taken_once() -> None:
    twice = book(rule("a", FAQ, mood="happy"), rule("a", FAQ, mood="angry"))
    assert problems(twice, KNOWN) == ["rules[1] 'a': the id is taken by rules[0]"]


HIDDEN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"mood": "happy"}, {"mood": "happy"}),
    ({"mood": ["happy", "grateful"]}, {"mood": "happy", "stage": "retention"}),
    ({}, {"mood": "happy", "intensity": 0.5}),
    ({"unsure": "any"}, {"unsure": True}),
    ({"unsure": False}, {}),
    ({"tried": {"failed": 1}}, {"tried": {"failed": 1}, "known": True}),
]
REACHED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"mood": "happy"}, {"mood": ["happy", "grateful"]}),
    ({"mood": "happy"}, {}),
    ({}, {"unsure": True}),
    ({}, {"unsure": "any"}),
    ({"intensity": 0.5}, {"intensity": 0.2}),
    ({"known": True}, {"known": False}),
    ({"not": {"mood": "happy"}}, {"mood": "happy"}),
]


@pytest.mark.parametrize(("first", "second"), HIDDEN)
def test_hidden_behind_another(first: dict[str, Any], second: dict[str, Any]) -> None:
    found = problems(book(rule("second", FAQ, 10, **second), rule("first", FAQ, 60, **first)), KNOWN)
    assert found == ["'second' is never reached: 'first' comes first and applies whenever it does"]


@pytest.mark.parametrize(("first", "second"), REACHED)
def test_not_hidden(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert problems(book(rule("first", FAQ, 60, **first), rule("second", FAQ, 10, **second)), KNOWN) == []


@pytest.mark.parametrize(
    "then",
    [
        {"offer": "offer_more", "suggest": {"kinds": "asked"}},
        {"escalate": ESCALATE},
        {"ask": "human_offer", "form": "human_offer"},
    ],
)
def test_what_may_step_aside_hides_nothing(then: dict[str, Any]) -> None:
    assert problems(book(rule("first", then), rule("second", FAQ)), KNOWN) == []
