"""Any sequence-classification checkpoint as a reader, on one that this file makes and teaches in a moment."""

import builtins
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel, BertConfig, BertForSequenceClassification, BertTokenizerFast

from nlp.errors import ModelError
from nlp.lexicon import LexiconReader
from nlp.transformer import TransformerReader
from nlp.types import Alarm, Intent, Mood, Source

LESSONS = [
    ("what a lovely shop", "joy"),
    ("great , I love it", "joy"),
    ("this is terrible , I hate it", "rage"),
    ("give me my money now", "rage"),
    ("where is my order", "calm"),
    ("my order came", "calm"),
]
LABELS = {"joy": Mood.HAPPY, "rage": Mood.ANGRY, "calm": Mood.NEUTRAL}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT with a WordPiece vocabulary that has learnt the lessons above."""
    return taught(tmp_path_factory.mktemp("checkpoint"))


def taught(folder: Path, **config: Any) -> Path:
    torch.manual_seed(0)
    words = sorted({word for text, _ in LESSONS for word in text.lower().split()})
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]), "utf-8")
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"))
    labels = list(LABELS)
    settings = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=40, id2label=dict(enumerate(labels)), label2id={n: i for i, n in enumerate(labels)},
        **config,
    )  # fmt: skip
    model = BertForSequenceClassification(settings)
    pieces = tokenizer([text for text, _ in LESSONS], padding=True, return_tensors="pt")
    targets = torch.tensor([labels.index(label) for _, label in LESSONS])
    if config.get("problem_type") == "multi_label_classification":
        targets = torch.nn.functional.one_hot(targets, len(labels)).float()
    learner = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(60):
        learner.zero_grad()
        model(**pieces, labels=targets).loss.backward()
        learner.step()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def reader(checkpoint: Path) -> TransformerReader:
    return TransformerReader(str(checkpoint), LABELS, LexiconReader())


@pytest.mark.parametrize(("text", "label"), LESSONS)
def test_the_mood_is_the_checkpoints(reader: TransformerReader, text: str, label: str) -> None:
    reading = reader.read(text)
    assert (reading.mood, reading.source) == (LABELS[label], Source.TRANSFORMER)
    assert reading.mood_scores[reading.mood] > 0.6
    assert reading.mood_scores[Mood.CURIOUS] == 0
    assert reading.escalate is (label == "rage")
    assert (reading.escalate_score > 0.6) is (label == "rage")


def test_everything_else_is_the_other_readers(reader: TransformerReader, lexicon: LexiconReader) -> None:
    text = "Where is my order? I want to talk to a real person"
    reading, other = reader.read(text), lexicon.read(text)
    assert reading.alarms == {Alarm.HUMAN_WISH}
    assert reading.escalate
    assert reading.escalate_score >= 0.95
    same = ("language", "emotions", "emotion_scores", "intent", "intent_scores", "intensity", "alarms")
    assert all(getattr(reading, name) == getattr(other, name) for name in same)
    assert reader.read("where is my order?").intent is Intent.TRACK_ORDER


def test_confidence_counts_both(checkpoint: Path, reader: TransformerReader) -> None:
    reading = reader.read("where is my order")
    assert reading.confidence == pytest.approx(
        (reading.mood_scores[reading.mood] + reading.intent_scores[reading.intent]) / 2
    )
    assert not reading.unsure
    assert TransformerReader(str(checkpoint), LABELS, LexiconReader(), unsure_below=1.0).read("hello").unsure


def test_several_labels_may_mean_one_mood(checkpoint: Path) -> None:
    reader = TransformerReader(str(checkpoint), LABELS | {"joy": Mood.NEUTRAL}, LexiconReader())
    reading = reader.read("what a lovely shop")
    assert reading.mood is Mood.NEUTRAL
    assert sum(reading.mood_scores.values()) == pytest.approx(1)


def test_a_multi_label_checkpoint_gives_shares_of_one(tmp_path: Path) -> None:
    folder = taught(tmp_path, problem_type="multi_label_classification")
    reading = TransformerReader(str(folder), LABELS, LexiconReader()).read("this is terrible , I hate it")
    assert reading.mood is Mood.ANGRY
    assert sum(reading.mood_scores.values()) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", " ", "\x00\ud800", "where " * 2000, "привет", "😡" * 500])
def test_any_string_is_read(reader: TransformerReader, text: str) -> None:
    assert sum(reader.read(text).mood_scores.values()) == pytest.approx(1)


@pytest.mark.parametrize(("most", "batches"), [(32, [1, 5]), (2, [1, 2, 2, 1])])
def test_messages_that_wait_are_read_together(
    reader: TransformerReader, monkeypatch: pytest.MonkeyPatch, most: int, batches: list[int]
) -> None:
    classifier = reader._classifier
    real, sizes, first = classifier.moods, [], threading.Event()

    def slow_at_first(texts: list[str]) -> list[dict[Mood, float]]:
        sizes.append(len(texts))
        if len(sizes) == 1:
            first.wait(10)
        return real(texts)

    monkeypatch.setattr(classifier, "moods", slow_at_first)
    monkeypatch.setattr("nlp.transformer.BATCH", most)
    with ThreadPoolExecutor(len(LESSONS)) as threads:
        reading = [threads.submit(reader.read, text) for text, _ in LESSONS]
        while len(reader._waiting) < len(LESSONS) - 1:  # all but the one that is being read
            threading.Event().wait(0.005)
        first.set()
        moods = [one.result(10).mood for one in reading]
    assert moods == [LABELS[label] for _, label in LESSONS]
    assert sizes == batches


def test_a_failure_is_everybodys_in_the_batch_and_over_after_it(
    reader: TransformerReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(texts: list[str]) -> list[dict[Mood, float]]:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(reader._classifier, "moods", broken)
        with pytest.raises(RuntimeError):
            reader.read("hello")
    assert reader.read("what a lovely shop").mood is Mood.HAPPY


# ---- what is refused ----


def refused(model: Path | str, labels: Mapping[str, Mood] = LABELS) -> str:
    with pytest.raises(ModelError) as fault:
        TransformerReader(str(model), labels, LexiconReader())
    assert "\n" not in str(fault.value)
    return str(fault.value)


def test_labels_must_be_the_checkpoints_own(checkpoint: Path) -> None:
    said = refused(checkpoint, {"joy": Mood.HAPPY, "rage": Mood.ANGRY, "sorrow": Mood.DISAPPOINTED})
    assert "nlp.labels does not map calm and names sorrow, which it does not have" in said
    assert "are joy, rage, calm; each needs one of angry, frustrated" in said
    assert "does not map joy, rage, calm:" in refused(checkpoint, {})


def test_a_checkpoint_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    (tmp_path / "config.json").write_text("{}", "utf-8")
    for model in (tmp_path, tmp_path / "nowhere", "nobody/no-such-checkpoint"):
        assert f"nlp.model: '{model}' is no sequence-classification checkpoint" in refused(model)


def test_a_checkpoint_without_a_trained_head_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    AutoModel.from_pretrained(checkpoint).save_pretrained(tmp_path)
    BertTokenizerFast.from_pretrained(checkpoint).save_pretrained(tmp_path)
    assert "was not trained to classify: it has no classifier.bias" in refused(tmp_path)


def test_figures_that_are_no_numbers_are_refused(checkpoint: Path, tmp_path: Path) -> None:
    model = BertForSequenceClassification.from_pretrained(checkpoint)
    model.classifier.bias.data.fill_(float("nan"))
    model.save_pretrained(tmp_path)
    BertTokenizerFast.from_pretrained(checkpoint).save_pretrained(tmp_path)
    assert "no numbers" in refused(tmp_path)


def test_without_the_extra_it_says_what_to_install(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_torch(name: str, *others: Any) -> Any:
        if name == "torch":
            raise ImportError(name="torch")
        return real(name, *others)

    monkeypatch.setattr(builtins, "__import__", without_torch)
    assert refused(checkpoint) == "nlp.model needs torch, which is not installed: pip install 'thau[train]'"
