"""Temperatures and thresholds, where the right ones are known beforehand."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nlp.encoder import sigmoid, softmax
from nlp.heads import ALARMS, BRIGHTER, EMOTIONS, HEADS, LANGUAGES, MOODS
from nlp.training.calibrate import _for_recall, _temperature, as_typed, calibrate, urgent_from
from nlp.types import Intent, Language, Mood, Reading, Source
from tests.nlp.training.tiny import example, write_sets

ROWS = 4000
Fill = Callable[[list[str]], None]


# ---- temperatures ----


@pytest.mark.parametrize("temperature", [0.6, 1.0, 2.5])
def test_the_temperature_of_overconfident_or_shy_classes_is_found(temperature: float) -> None:
    dice = np.random.default_rng(1)
    true = dice.normal(0, 2, (ROWS, len(MOODS)))
    drawn = (softmax(true).cumsum(1) > dice.random((ROWS, 1))).argmax(1)
    found = _temperature("mood", true * temperature, drawn.astype(np.float64))
    assert found == pytest.approx(temperature, rel=0.08)


@pytest.mark.parametrize("temperature", [0.6, 2.5])
def test_the_temperature_of_yes_or_no_is_found(temperature: float) -> None:
    dice = np.random.default_rng(2)
    true = dice.normal(0, 2, (ROWS, len(ALARMS)))
    drawn = (sigmoid(true) > dice.random(true.shape)).astype(np.float64)
    assert _temperature("alarms", true * temperature, drawn) == pytest.approx(temperature, rel=0.08)


# ---- thresholds ----


def test_an_alarms_threshold_finds_most_of_its_rows_but_is_neither_nervous_nor_deaf() -> None:
    truth = np.zeros((100, 4))
    truth[:20] = 1.0
    scores = np.zeros((100, 4))
    scores[:20, 0] = np.linspace(0.5, 0.88, 20)
    scores[:20, 1] = 0.99
    scores[:20, 2] = 0.01
    scores[:20, 3] = 0.6
    found = _for_recall(truth, scores)
    assert (scores[:20, 0] >= found[0]).mean() == pytest.approx(0.95)
    assert found[1:].tolist() == [0.9, 0.4, 0.7]


def test_vietnamese_is_judged_with_and_without_its_marks() -> None:
    told = [example("Đợi lâu", Mood.NEUTRAL, english="I wait"), example("I wait", Mood.NEUTRAL)]
    assert [lesson.text for lesson in as_typed(told)] == ["Đợi lâu", "Doi lau", "I wait"]
    assert {LANGUAGES[int(lesson.targets["language"])] for lesson in as_typed(told)[:2]} == {Language.VI}


def _hears(texts: list[str]) -> dict[str, NDArray[np.float64]]:
    """Emotions, and whatever BRIGHTER asks for, in what was meant kindly or sadly; nothing in the rest."""
    found = {head: np.full((len(texts), len(labels)), -3.0) for head, labels in HEADS.items()}
    for row, text in enumerate(texts):
        if "kind" in text:
            found["emotions"][row, EMOTIONS.index("gratitude")] = 0.0
        if "ad" in text:
            found["brighter"][row, BRIGHTER.index("sadness")] = found["brighter"][row, BRIGHTER.index("fear")] = 2.0
    return found


def test_every_head_gets_what_it_needs(tmp_path: Path, tiny_corpus: None) -> None:
    found = calibrate(_hears, write_sets(tmp_path / "data"))
    assert found.temperature.keys() == {"mood", "intent", "language", "escalate", "alarms"}
    thresholds = found.thresholds
    assert tuple(thresholds.emotions) == EMOTIONS
    assert sigmoid(np.array(-3.0)) < thresholds.emotions["gratitude"] <= 0.5
    assert tuple(thresholds.brighter) == BRIGHTER
    assert len(set(thresholds.brighter.values())) == 1  # too few rows for one each
    assert sigmoid(np.array(-3.0)) < thresholds.brighter["joy"] <= sigmoid(np.array(2.0))
    assert tuple(thresholds.alarms) == ALARMS
    assert all(0.25 <= threshold <= 0.9 for threshold in thresholds.alarms.values())


# ---- from when on a human is brought ----


class Scripted:
    """Gives each message the urgency that stands in it; "!" is angry anyway."""

    def read(self, text: str) -> Reading:
        return Reading(
            language=Language.EN,
            mood=Mood.NEUTRAL,
            mood_scores={},
            emotions=(),
            emotion_scores={},
            intent=Intent.OTHER,
            intent_scores={},
            intensity=0.0,
            escalate=text.endswith("!"),
            escalate_score=float(text.strip("!")),
            alarms=frozenset(),
            confidence=1.0,
            unsure=False,
            source=Source.ENCODER,
        )


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> Fill:
    """Fills dev with these calm messages, and with an angry and an alarming one that must not count."""

    def fill(texts: list[str]) -> None:
        told = [*(example(text, Mood.NEUTRAL) for text in texts), example("0.9999", Mood.ANGRY)]
        alarmed = replace(example("0.9998", Mood.NEUTRAL), alarms=frozenset(ALARMS))
        monkeypatch.setattr("nlp.training.calibrate.of_split", lambda split: {"dev": (*told, alarmed)}[split])

    return fill


@pytest.mark.parametrize("loud", [0, 1, 3, 7])
@pytest.mark.parametrize("seed", range(5))
def test_at_most_three_in_a_hundred_calm_people_meet_a_human(calm: Fill, loud: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    scores = dice.beta(1, 9, 200 - loud).round(6)
    calm([*map(str, scores), *["0.01!"] * loud])
    threshold = urgent_from(Scripted())
    met = loud + (scores >= threshold).sum()
    assert met <= max(loud, 6)
    assert met == 6 or loud > 6 or threshold - np.sort(scores)[-7 + loud] < 2e-4  # and no fewer than need be
    assert threshold <= 1


def test_rounding_lets_nobody_through(calm: Fill) -> None:
    scores = [f"0.5000{number:02d}" for number in range(10, 60)]  # all would reach 0.5, and 0.5001 parts them
    calm(scores)
    threshold = urgent_from(Scripted())
    assert sum(float(score) >= threshold for score in scores) <= 1


def test_with_all_calm_people_met_already_nobody_else_is(calm: Fill) -> None:
    calm(["0.2!", "0.3!"])
    assert urgent_from(Scripted()) == 1.0
