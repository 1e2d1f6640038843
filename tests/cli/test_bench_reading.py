"""The rows of area reading: what they take from the evaluation, and what is compared for int8."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import reading, reading_costs
from benchmarks.figures import NotMeasured
from nlp.encoder import load_encoder
from nlp.evaluation import heads
from nlp.evaluation.messages import every_spelling, meant_by
from tests.nlp.small_model import WORDS, make_model
from tests.nlp.test_evaluation import EXAMPLES, write_public


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny model and four messages in place of the shipped ones; no data folder."""
    folder = make_model(tmp_path / "model", {**WORDS, "thieves": {"mood.angry": 9.0, "escalate.escalate": 9.0}})
    monkeypatch.setattr(reading, "load_encoder", lambda: load_encoder(folder))
    for module in (reading, heads):
        monkeypatch.setattr(module, "of_split", lambda split: {"test": tuple(EXAMPLES)}[split])
    monkeypatch.delenv("THAU_DATA", raising=False)
    return folder


def test_the_figures_are_those_of_the_evaluation(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THAU_DATA", str(write_public(tmp_path / "data")))
    values = reading.measure_quality(full=False)
    assert values["reading.escalate_en"] == 1.0  # one by the model, one by the lexicon's wish for a human
    assert values["reading.escalate_false_alarms_en"] == 0.0
    assert values["reading.goemotions_macro_f1"] == 0.0
    assert values["reading.alarms_danger"] == "the test split has no such messages"


def test_without_data_the_public_rows_say_so(small: Path) -> None:
    values = reading.measure_quality(full=False)
    assert "get it from https://" in str(values["reading.brighter_en_macro_f1"])
    assert isinstance(values["reading.mood_en"], float)


def test_without_weights_nothing_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "load_encoder", lambda: load_encoder(tmp_path))
    with pytest.raises(NotMeasured, match=r"manifest\.json"):
        reading.measure_quality(full=False)


def test_what_int8_loses_needs_the_file_it_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_costs, "ROOT", tmp_path)
    monkeypatch.setattr(reading_costs, "FP32", tmp_path / "encoder-fp32.onnx")
    with pytest.raises(NotMeasured, match="`thau train` leaves it"):
        reading_costs.measure_int8_loss(full=False)


def test_each_head_is_judged_by_its_own_figure(small: Path) -> None:
    encoder, manifest = load_encoder(small)
    messages = every_spelling(EXAMPLES)
    logits = [encoder.logits(message.text) for message in messages]
    # Of two angry-or-not moods both are heard, all five texts are taken for "other".
    found = heads.own_head_f1(logits, meant_by(messages), manifest)
    assert found["mood"] == 1.0
    assert found["intent"] == 0.0
    assert found["escalate"] == pytest.approx((2 * 3 / (3 + 4) + 2 * 1 / (2 + 1)) / 2)
    assert found["alarms"] == 0.0
    logits[2]["alarms"] = np.array([-9.0, -9.0, -9.0, 9.0])
    assert heads.own_head_f1(logits, meant_by(messages), manifest)["alarms"] == 1.0


def test_every_row_of_the_issue_has_its_name_once() -> None:
    names = [figure.name for measure in reading.MEASURES for figure in measure.figures]
    assert len(set(names)) == len(names) == 24
    assert all(name.startswith("reading.") for name in names)
