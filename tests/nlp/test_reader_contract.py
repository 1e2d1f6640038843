"""What every reader must keep, whatever is inside it. A new reader joins by one more line in READERS.

A tiny model keeps the form; what a reader must understand is asked of those that can: the lexicon and the shipped one.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.lexicon import LexiconReader
from nlp.loading import NlpSettings, load_reader
from nlp.types import Alarm, Emotion, Intent, Language, Mood, Reader, Reading, Source
from tests.nlp.small_model import make_model
from tests.nlp.test_transformer import LABELS, taught

PIECES = st.sampled_from(
    [
        "không",
        "ko",
        "ship",
        "refund",
        "human",
        "😡",
        "!!!",
        "???",
        "\x00",
        "\ud83d",
        "\u200b",
        "ĐƠN",
        "order",
        "\n",
        "𝕳",
        "ﷺ",
        "e\u0301",
        " ",
    ]
)
ANY_TEXT = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=()), max_size=300),
    st.lists(PIECES, max_size=60).map("".join),
    st.lists(PIECES, max_size=60).map(" ".join),
)


def tiny_encoder(folder: Path) -> Reader:
    return load_reader(NlpSettings(model=str(make_model(folder)))).reader


def tiny_checkpoint(folder: Path) -> Reader:
    return load_reader(NlpSettings(reader="lexicon", model=str(taught(folder)), labels=LABELS)).reader


READERS = {"lexicon": lambda _: LexiconReader(), "encoder": tiny_encoder, "transformer": tiny_checkpoint}
SHIPPED = pytest.param(
    lambda: load_reader(NlpSettings()).reader, id="shipped", marks=(pytest.mark.model, pytest.mark.slow)
)


@pytest.fixture(scope="module", params=READERS.values(), ids=READERS)
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    make: Callable[[Path], Reader] = request.param
    return make(tmp_path_factory.mktemp("reader"))


@pytest.fixture(scope="module", params=[pytest.param(LexiconReader, id="lexicon"), SHIPPED])
def good_reader(request: pytest.FixtureRequest) -> Reader:
    made: Reader = request.param()
    return made


def check(reading: Reading) -> None:
    assert isinstance(reading.language, Language)
    assert isinstance(reading.source, Source)
    assert set(reading.mood_scores) == set(Mood)
    assert set(reading.intent_scores) == set(Intent)
    assert set(reading.emotion_scores) == set(Emotion)
    assert math.isclose(sum(reading.mood_scores.values()), 1, abs_tol=1e-6)
    assert math.isclose(sum(reading.intent_scores.values()), 1, abs_tol=1e-6)
    for scores in (reading.mood_scores, reading.intent_scores, reading.emotion_scores):
        assert all(0 <= score <= 1 for score in scores.values())
    assert reading.mood_scores[reading.mood] == max(reading.mood_scores.values())
    assert reading.intent_scores[reading.intent] == max(reading.intent_scores.values())
    assert reading.emotions
    assert len(set(reading.emotions)) == len(reading.emotions)
    assert all(0 <= value <= 1 for value in (reading.intensity, reading.confidence, reading.escalate_score))
    assert all(isinstance(alarm, Alarm) for alarm in reading.alarms)
    assert reading.escalate or not (reading.mood is Mood.ANGRY or reading.alarms)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=ANY_TEXT)
def test_any_text_gives_a_whole_reading(reader: Reader, text: str) -> None:
    check(reader.read(text))


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "\x00", "\ud800", "\udfff\ud800", "?", "...", "😡", "👨‍👩‍👧‍👦", "1", "‮abc", "a" * 100_000]
    + [
        "😡" * 100_000,
        "shop ơi " * 12_500,
        "where is my order " * 6_000,
        "!?" * 50_000,
        "ko " * 33_000,
        "abc" * 33_000,
    ],
    ids=lambda text: repr(text[:12]) + f"x{len(text)}",
)
def test_odd_and_huge_texts_are_read_in_bounded_time(reader: Reader, text: str) -> None:
    reader.read("warm up")
    begun = time.perf_counter()
    check(reader.read(text))
    assert time.perf_counter() - begun < 1.0


def test_the_same_text_is_read_the_same_way(reader: Reader) -> None:
    assert reader.read("Đơn của tôi đâu rồi?") == reader.read("Đơn của tôi đâu rồi?")


def test_a_plain_greeting_is_calm_and_sure(good_reader: Reader) -> None:
    for text in ("hello", "chào shop"):
        reading = good_reader.read(text)
        assert (reading.mood, reading.intent, reading.escalate, reading.unsure) == (
            Mood.NEUTRAL,
            Intent.GREETING,
            False,
            False,
        )


@pytest.mark.parametrize("text", ["xqzt", "42", "blorp fnord", "…"])
def test_a_text_without_cues_is_unsure(good_reader: Reader, text: str) -> None:
    assert good_reader.read(text).unsure


@pytest.mark.parametrize(
    "text",
    ["You crooks, give me my money!!!", "Đồ lừa đảo, trả tiền đây", "Do lua dao, tra tien day", "đm shop lừa đảo"],
)
def test_fury_escalates(good_reader: Reader, text: str) -> None:
    reading = good_reader.read(text)
    assert reading.mood is Mood.ANGRY
    assert reading.escalate
    assert reading.intensity > 0.5


@pytest.mark.parametrize(
    "text", ["I'm disappointed, the colour is off", "Thất vọng quá, màu không giống hình", "I'm tired of waiting"]
)
def test_displeasure_alone_does_not_escalate(good_reader: Reader, text: str) -> None:
    assert not good_reader.read(text).escalate
