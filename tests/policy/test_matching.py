"""Every condition: holds, does not hold, and what is said about it."""

from typing import Any

import pytest

from bot.domain.consent import PersonalisationLevel
from bot.domain.escalation import CaseStatus
from bot.domain.journey import JourneyStage
from bot.domain.situation import MoodLine, Situation, Trend, Tried
from bot.domain.views import CustomerView, FaqHit, RequestKind, RequestView
from bot.policy.matching import evidence_of, reasons
from bot.policy.model import When
from nlp.types import Emotion, Intent, Language, Mood
from tests.doubles.situations import (
    NOW,
    make_case,
    make_order,
    make_product,
    make_reading,
    make_situation,
)

SITUATION = make_situation(
    "đơn đâu rồi?",
    stage=JourneyStage.POST_PURCHASE,
    reading=make_reading(Mood.FRUSTRATED, Intent.RETURN_REFUND, emotions=(Emotion.ANNOYANCE,), intensity=0.6),
    line=MoodLine((Mood.NEUTRAL, Mood.FRUSTRATED), Trend.FALLING, 1),
    customer=CustomerView("c1", known=True, level=PersonalisationLevel.BASIC, segments=frozenset({"vip"})),
    local_hour=23,
    open_hours=False,
    orders=(make_order(),),
    case=make_case(CaseStatus.CLOSED),
    faq=(FaqHit("return", "?", "!", 1.0),),
    requests=(RequestView("R-1001", RequestKind.RETURN, "DH1001", "open", NOW),),
    tried=Tried(
        answers=2, failed=1, same_intent=2, apologised=True, policies=("parcel",), texts=("reassure",), greeted=True
    ),
)


def because(situation: Situation = SITUATION, **when: Any) -> list[str] | None:
    return reasons(When.model_validate(when), evidence_of(situation))


HOLDS: list[tuple[dict[str, Any], str]] = [
    ({"mood": ["angry", "frustrated"]}, "mood frustrated"),
    ({"trend": "falling"}, "trend falling"),
    ({"intent": "return_refund"}, "intent return_refund"),
    ({"emotions": ["joy", "annoyance"]}, "emotions annoyance"),
    ({"stage": "post_purchase"}, "stage post_purchase"),
    ({"language": "vi"}, "language vi"),
    ({"segment": "vip"}, "segment vip"),
    ({"level": ["basic", "full"]}, "level basic"),
    ({"found": "faq"}, "found faq"),
    ({"found": "request"}, "found request"),
    ({"intensity": 0.5}, "intensity 0.60"),
    ({"known": True}, "known"),
    ({"has_orders": True}, "has_orders"),
    ({"open_case": False}, "not open_case"),
    ({"hours": "closed"}, "hours closed"),
    ({"hours": ["9-12", "22-7"]}, "hours 9-12, 22-7"),
    ({"tried": {"answers": 2}}, "answers 2 times"),
    ({"tried": {"failed": 1}}, "failed 1 times"),
    ({"tried": {"same_intent": 2}}, "same intent 2 times"),
    ({"tried": {"policy": "parcel"}}, "policy parcel used before"),
    ({"tried": {"text": ["x", "reassure"]}}, "text reassure used before"),
    ({"tried": {"apologised": True}}, "already apologised"),
    ({"any": [{"mood": "happy"}, {"mood": "frustrated"}]}, "mood frustrated"),
    ({"all": [{"mood": "frustrated"}]}, "mood frustrated"),
    ({"not": {"mood": "happy"}}, "no exception applies"),
]
FAILS: list[dict[str, Any]] = [
    {"mood": "happy"},
    {"segment": "new"},
    {"found": "products"},
    {"intensity": 0.7},
    {"known": False},
    {"has_orders": False},
    {"open_case": True},
    {"hours": "open"},
    {"hours": "9-18"},
    {"hours": "22-23"},
    {"unsure": True},
    {"tried": {"answers": 3}},
    {"tried": {"policy": "greeting"}},
    {"tried": {"greeted": False}},
    {"any": [{"mood": "happy"}, {"mood": "curious"}]},
    {"all": [{"mood": "frustrated"}, {"mood": "happy"}]},
    {"not": [{"mood": "happy"}, {"mood": "frustrated"}]},
    {"mood": "frustrated", "intent": "privacy"},
]


@pytest.mark.parametrize(("when", "said"), HOLDS)
def test_holds(when: dict[str, Any], said: str) -> None:
    assert because(**when) == [said]


@pytest.mark.parametrize("when", FAILS)
def test_fails(when: dict[str, Any]) -> None:
    assert because(**when) is None


def test_hours_before_midnight_and_after() -> None:
    assert because(make_situation(local_hour=3), hours="22-7") is not None
    assert because(make_situation(local_hour=12), hours="22-7") is None
    assert because(make_situation(local_hour=9), hours="9-18") is not None


def test_an_empty_when_always_holds() -> None:
    assert because() == []


def test_unsure_readings_want_to_be_named() -> None:
    unsure = make_situation(reading=make_reading(Mood.HAPPY, unsure=True))
    assert because(unsure, mood="happy") is None
    assert because(unsure, mood="happy", unsure=False) is None
    assert because(unsure, mood="happy", unsure="any") == ["mood happy", "unsure"]
    assert because(unsure, unsure=True, any=[{"mood": "happy"}]) == ["mood happy", "unsure"]


def test_a_request_of_another_kind_or_done_is_not_found() -> None:
    other = RequestView("R-1001", RequestKind.CANCEL, "DH1001", "open", NOW)
    done = RequestView("R-1002", RequestKind.RETURN, "DH1001", "done", NOW)
    situation = make_situation(intent=Intent.RETURN_REFUND, requests=(other, done))
    assert because(situation, found="request") is None
    assert because(make_situation(requests=(other,)), found="request") is None
    assert because(make_situation(products=(make_product(),)), found="products") is not None


def test_the_reply_language_counts_not_the_messages() -> None:
    assert because(make_situation(language=Language.EN), language="vi") is None
