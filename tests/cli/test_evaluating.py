"""`thau evaluate reading` on a tiny model and tiny public sets that the test writes itself."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from nlp.encoder import MODEL_FILE
from tests.nlp.small_model import make_model
from tests.nlp.test_evaluation import EXAMPLES, write_public


@pytest.fixture(autouse=True)
def few_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four held-back messages instead of the corpus's, and no data folder of whoever runs the tests."""
    monkeypatch.delenv("THAU_DATA", raising=False)
    monkeypatch.setattr("bot.cli.evaluating.of_split", lambda split: {"test": tuple(EXAMPLES)}[split])


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """It takes whoever speaks of a box for calm, and whoever asks for a person for grateful."""
    return make_model(tmp_path / "model", {"box": {"mood.neutral": 6.0}, "person": {"mood.grateful": 6.0}})


def _evaluate(*words: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["evaluate", *map(str, words)], env={"COLUMNS": "160"})
    assert result.exit_code == code, result.output
    return result


def test_every_reader_stands_beside_the_others(model: Path) -> None:
    said = _evaluate("reading", "--model", model).output
    assert "model 2026-01-01" in said
    assert [said.count(f"\n{where} ") for where in ("all", "en", "vi", "vi_no_diacritics")] == [1, 1, 1, 1]
    row = next(line for line in said.split("\nen ")[1].splitlines() if "mood_accuracy " in line)
    assert [cell.split()[0] for cell in re.split(r"\s{2,}", row.strip())[1:3]] == ["0.333", "1.000"]
    for reader in ("encoder", "lexicon", "VADER"):
        assert reader in said


def test_without_data_it_says_where_to_get_it(model: Path) -> None:
    said = _evaluate("reading", "--model", model).output
    assert "goemotions: not measured: no folder of data is named; get it from https://" in said
    assert "brighter_en: not measured" in said


def test_a_folder_without_the_sets_is_named(model: Path, tmp_path: Path) -> None:
    said = _evaluate("reading", "--model", model, "--data", tmp_path / "elsewhere").output.replace("\n", "")
    assert f"{tmp_path / 'elsewhere'}" in said
    assert "get it from https://" in said


def test_the_public_sets_are_measured_where_they_are(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    said = _evaluate("reading", "--model", model, "--data", write_public(tmp_path / "data"), "--json", out).output
    assert "not measured" not in said
    written = json.loads(out.read_text())
    assert written["encoder"]["goemotions"]["macro_f1"]["rows"] == 3
    assert written["encoder"]["brighter_en"]["macro_f1"]["rows"] == 2
    assert written["lexicon"]["en"]["mood_accuracy"].keys() == {"value", "low", "high", "rows"}
    assert written["not_measured"] == {}


def test_the_data_folder_may_come_from_the_environment(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THAU_DATA", str(write_public(tmp_path / "data")))
    assert "ekman_macro_f1" in _evaluate("reading", "--model", model).output


def test_pictures_are_drawn(model: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "pictures"
    _evaluate("reading", "--model", model, "--data", write_public(tmp_path / "data"), "--pictures", drawn)
    assert sorted(path.name for path in drawn.iterdir()) == [
        "emotions-f1.png",
        "mood-confusion-en.png",
        "mood-confusion-vi-no-diacritics.png",
        "mood-confusion-vi.png",
        "mood-reliability.png",
    ]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn.iterdir())


def test_a_broken_model_is_one_clear_line(model: Path) -> None:
    (model / MODEL_FILE).write_bytes(b"no model")
    assert f"{model / MODEL_FILE}" in _evaluate("reading", "--model", model, code=2).output.replace("\n", "")


def test_json_that_can_not_be_written_is_one_clear_line(model: Path, tmp_path: Path) -> None:
    said = _evaluate("reading", "--model", model, "--json", tmp_path / "nowhere" / "figures.json", code=2).output
    assert "No such file or directory" in said


def test_something_else_to_measure_is_refused() -> None:
    assert "allowed is: reading" in _evaluate("writing", code=2).output
