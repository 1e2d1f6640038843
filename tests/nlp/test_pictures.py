"""The pictures: what they say, without looking at pixels."""

from pathlib import Path

from nlp.evaluation import evaluate
from nlp.heads import MOODS
from nlp.training import pictures
from nlp.types import Mood
from tests.nlp.test_evaluation import EXAMPLES, HEARD, THRESHOLDS, Scripted, score, write_public


def _evaluation(data: Path):
    return evaluate(Scripted(**HEARD), score, THRESHOLDS, EXAMPLES, write_public(data))


def test_the_confusion_matrix_counts_meant_against_heard(tmp_path: Path) -> None:
    axes = pictures.confusion(_evaluation(tmp_path).own, "vi_no_diacritics").axes[0]
    assert [(text.get_position(), text.get_text()) for text in axes.texts] == [
        ((MOODS.index(Mood.ANGRY), MOODS.index(Mood.NEUTRAL)), "1")
    ]
    assert "vi no diacritics (n = 1, macro-F1 0.000)" in axes.get_title()
    assert axes.get_xlabel()
    assert axes.get_ylabel()


def test_reliability_shows_both_languages_with_their_error(tmp_path: Path) -> None:
    english, vietnamese = pictures.reliability(_evaluation(tmp_path).own).axes
    assert english.get_title() == "en: n = 3, calibration error 0.100"
    assert vietnamese.get_title() == "vi: n = 1, calibration error 0.100"


def test_emotions_are_ordered_by_how_many_rows_carry_them(tmp_path: Path) -> None:
    axes = pictures.emotions(_evaluation(tmp_path).public["goemotions"]).axes[0]
    labels = [tick.get_text() for tick in axes.get_yticklabels()]
    assert {"anger (1)", "gratitude (1)", "neutral (1)"} == set(labels[-3:])
    assert labels[0].endswith("(0)")


def test_the_losses_of_both_lessons_are_drawn(tmp_path: Path) -> None:
    path = pictures.draw_losses([1.4, 0.9, 0.8], [2.0, 1.1], tmp_path / "model")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [file.name for file in (tmp_path / "model").iterdir()] == ["training-losses.png"]
