"""The words of the pages: nothing missing, in both languages."""

import string
from datetime import timedelta
from enum import Enum

import pytest

from bot.desk.desk import REQUEST_STATUSES
from bot.domain.consent import PersonalisationLevel
from bot.domain.escalation import CaseEventKind, CaseStatus, Role, Urgency
from bot.domain.journey import JourneyStage
from bot.domain.situation import Trend
from bot.domain.views import OrderStatus, RequestKind
from bot.policy.model import SafetyTexts
from bot.web.pages.words import LANGUAGES, Words, money, words_for
from nlp.types import Alarm, Intent, Language, Mood, Source

SHOWN: dict[str, type[Enum]] = {
    "mood": Mood,
    "intent": Intent,
    "language": Language,
    "source": Source,
    "alarm": Alarm,
    "stage": JourneyStage,
    "level": PersonalisationLevel,
    "event": CaseEventKind,
    "role": Role,
    "request": RequestKind,
    "order": OrderStatus,
    "trend": Trend,
}


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_everything_and_name_the_same_places() -> None:
    en, vi = Words("en"), Words("vi")
    for key in en:
        assert en[key].strip()
        assert vi[key].strip()
        assert _places(en[key]) == _places(vi[key])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", SHOWN)
def test_every_value_that_is_shown_has_a_label(language: str, group: str) -> None:
    words = Words(language)
    for value in SHOWN[group]:
        assert f"{group}_{value.value}" in set(words)


def test_the_rest_that_is_shown_has_a_label() -> None:
    known = set(Words("en"))
    assert {f"kind_{kind}" for kind in ("reply", "ask", "offer", "escalate", "silence")} <= known
    assert {f"urgency_{int(urgency)}" for urgency in Urgency} <= known
    missing = {f"reason_{name}" for name in SafetyTexts.model_fields} - known
    assert missing <= {
        "reason_waiting",
        "reason_human_offer",
        "reason_small_talk",
        "reason_farewell",
        *(name for name in missing if name.endswith("_again")),
    }
    assert {status.value for status in CaseStatus if status is not CaseStatus.HELD} <= known
    assert set(REQUEST_STATUSES) == {"accepted", "done", "refused"}


@pytest.mark.parametrize(
    ("chosen", "accepts", "language"),
    [
        ("vi", "en-US", "vi"),
        ("", "vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("", "fr,en;q=0.5", "en"),
        ("xx", "de", "en"),
        ("", "", "en"),
    ],
)
def test_the_visitors_language(chosen: str, accepts: str, language: str) -> None:
    assert words_for(chosen, accepts).language == language


def test_how_long_and_how_much() -> None:
    words = Words("en")
    spans = (timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=47), timedelta(days=3))
    assert [words.ago(span) for span in spans] == ["just now", "5 min", "47 h", "3 d"]
    assert money(1250000) == "1.250.000\u00a0₫"


def test_a_value_without_a_label_is_shown_in_words() -> None:
    assert Words("vi").label("reason", "lost_parcel") == "lost parcel"
