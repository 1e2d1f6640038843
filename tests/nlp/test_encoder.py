"""The encoder as a reader, on a tiny model made here: what its figures become, and which folders are refused."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nlp.encoder import MANIFEST_FILE, MODEL_FILE, TOKENIZER_FILE, load_encoder
from nlp.errors import ModelError
from nlp.heads import ALARMS, EMOTIONS, HEADS
from nlp.lexicon import LexiconReader
from nlp.reading import EncoderReader
from nlp.types import Alarm, Emotion, Intent, Language, Mood, Source
from tests.nlp.small_model import WORDS, make_model, write_manifest


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def reader(folder: Path) -> EncoderReader:
    return EncoderReader(*load_encoder(folder), LexiconReader())


# ---- what is heard ----


def test_mood_intent_and_emotions_come_from_the_model(reader: EncoderReader) -> None:
    reading = reader.read("Thanks!")
    assert (reading.mood, reading.intent, reading.source) == (Mood.GRATEFUL, Intent.PRAISE, Source.ENCODER)
    assert reading.emotions == (Emotion.GRATITUDE,)
    assert reading.emotion_scores[Emotion.GRATITUDE] == pytest.approx(1 / (1 + np.exp(-5)))
    assert not reading.escalate
    assert not reading.unsure


def test_several_emotions_come_strongest_first(reader: EncoderReader) -> None:
    assert reader.read("thanks thanks").emotions == (Emotion.GRATITUDE, Emotion.JOY)
    assert reader.read("hello").emotions == (Emotion.NEUTRAL,)


def test_temperature_softens_the_scores(folder: Path, reader: EncoderReader) -> None:
    encoder, manifest = load_encoder(folder)
    softer = EncoderReader(
        encoder, manifest.model_copy(update={"temperature": dict.fromkeys(manifest.temperature, 4.0)}), LexiconReader()
    )
    scores = [one.read("where").intent_scores[Intent.TRACK_ORDER] for one in (softer, reader)]
    assert scores[0] < scores[1] - 0.2


def test_little_confidence_is_unsure(folder: Path, reader: EncoderReader) -> None:
    assert reader.read("hmm").unsure
    bold = EncoderReader(*load_encoder(folder), LexiconReader(), unsure_below=0.0)
    assert not bold.read("hmm").unsure


def test_fury_is_strong_and_needs_a_human(reader: EncoderReader) -> None:
    reading = reader.read("furious")
    assert (reading.mood, reading.escalate) == (Mood.ANGRY, True)
    assert reading.intensity > 0.9 > 0.1 > reader.read("hello").intensity


def test_the_head_for_escalation_can_ask_for_a_human_by_itself(reader: EncoderReader) -> None:
    reading = reader.read("hurry")
    assert (reading.mood, reading.alarms, reading.escalate) == (Mood.ANXIOUS, frozenset(), True)
    assert reading.escalate_score > 0.99


@pytest.mark.parametrize(
    ("text", "alarms"),
    [
        ("hello lawsuit", {Alarm.LEGAL_THREAT}),
        ("hello, I want to talk to a real person", {Alarm.HUMAN_WISH}),
        ("hello, the charger burned my hand", {Alarm.DANGER, Alarm.INJURY}),
        ("lawsuit! I want to talk to a real person", {Alarm.LEGAL_THREAT, Alarm.HUMAN_WISH}),
    ],
)
def test_alarms_of_model_and_lexicon_count(reader: EncoderReader, text: str, alarms: set[Alarm]) -> None:
    reading = reader.read(text)
    assert (reading.alarms, reading.source) == (alarms, Source.ENCODER)
    assert reading.escalate
    assert reading.escalate_score > reader.read("hello").escalate_score + 0.15


def test_a_phrase_is_chance_where_the_model_is_sure_that_nothing_is_wrong(reader: EncoderReader) -> None:
    wish, despair = "I want to talk to a real person", "I want to kill myself"  # a life comes first
    assert reader.read(f"hello, {wish}").alarms == {Alarm.HUMAN_WISH}
    assert not reader.read(f"calmly, {wish}").escalate
    assert reader.read(f"calmly, {despair}").alarms == {Alarm.DANGER, Alarm.SELF_HARM}


def test_the_lexicon_decides_only_where_the_model_wavers(reader: EncoderReader) -> None:
    assert reader.read("hmm").intent is Intent.OTHER
    assert reader.read("hmm, cancel my order please").intent is Intent.CANCEL_ORDER
    assert reader.read("where, cancel my order please").intent is Intent.TRACK_ORDER


@pytest.mark.parametrize(
    "text", ["", "?!", "7", "TH-7 7", "/hello", "hellot", "привет", "你好", "ПРИВЕТ ТОВАРИЩИ", "unheard"]
)
def test_what_the_model_has_no_word_for_is_read_by_the_lexicon(
    reader: EncoderReader, lexicon: LexiconReader, text: str
) -> None:
    assert reader.read(text) == lexicon.read(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello, đơn của mình đâu rồi", Language.VI),
        ("hello мой заказ где", Language.OTHER),
        ("hello where is Nguyễn", Language.EN),
        ("not one calmly chào", Language.VI),
        ("hello", Language.EN),
    ],
)
def test_letters_prove_a_language_else_the_model_hears_it(reader: EncoderReader, text: str, language: Language) -> None:
    assert reader.read(text).language is language


def test_long_messages_are_cut(reader: EncoderReader) -> None:
    assert reader.read("thanks " * 5000).mood is Mood.GRATEFUL


# ---- what is refused ----


def refused(folder: Path) -> str:
    with pytest.raises(ModelError) as fault:
        load_encoder(folder)
    return str(fault.value)


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE, MANIFEST_FILE])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (make_model(tmp_path) / name).unlink()
    assert str(tmp_path / name) in refused(tmp_path)


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE])
def test_a_changed_file_fails_its_checksum(tmp_path: Path, name: str) -> None:
    path = make_model(tmp_path) / name
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    said = refused(tmp_path)
    assert str(path) in said
    assert "sha256" in said


def test_a_file_without_a_checksum_is_refused(tmp_path: Path) -> None:
    write_manifest(make_model(tmp_path), sha256={})
    assert "none… expected" in refused(tmp_path)


def test_a_head_of_another_shape_is_refused(tmp_path: Path) -> None:
    make_model(tmp_path, {"hi": {}}, heads=HEADS | {"mood": HEADS["mood"][:-1]})
    assert "head mood gives 8 figures, 9 are expected" in refused(tmp_path)


def test_a_missing_head_is_refused(tmp_path: Path) -> None:
    make_model(tmp_path, {"hi": {}}, heads={name: labels for name, labels in HEADS.items() if name != "intent"})
    assert "head intent gives no figures, 18 are expected" in refused(tmp_path)


CHANGES: dict[str, tuple[dict[str, object], str]] = {
    "labels": ({"labels": {name: list(labels) for name, labels in HEADS.items()} | {"mood": ["sad"]}}, "mood are sad"),
    "temperature": ({"temperature": {"mood": 1.0}}, "temperatures are mood, but"),
    "thresholds": (
        {"thresholds": {"emotions": {}, "brighter": {}, "alarms": dict.fromkeys(ALARMS, 0.5), "escalate": 0.5}},
        f"thresholds of emotions are none, but this version of Thấu reads {sorted(EMOTIONS)[0]}",
    ),
    "values": ({"temperature": {"mood": 0}}, "is no manifest of a model"),
    "keys": ({"extra": 1}, "is no manifest of a model"),
}


@pytest.mark.parametrize(("changes", "said"), CHANGES.values(), ids=CHANGES)
def test_a_manifest_that_does_not_fit_is_refused(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    write_manifest(make_model(tmp_path), **changes)
    found = refused(tmp_path)
    assert str(tmp_path / MANIFEST_FILE) in found
    assert said in found


def _no_json(folder: Path) -> None:
    (folder / MANIFEST_FILE).write_text("{", "utf-8")


def _no_model(folder: Path) -> None:
    (folder / MODEL_FILE).write_bytes(b"not a model")
    write_manifest(folder)


def _no_tokenizer(folder: Path) -> None:
    (folder / TOKENIZER_FILE).write_text(json.dumps({"version": "1.0"}), "utf-8")
    write_manifest(folder)


def _no_numbers(folder: Path) -> None:
    make_model(folder, WORDS | {"order": {"mood.angry": float("nan")}})


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (_no_json, "is no manifest"),
        (_no_model, "does not load"),
        (_no_tokenizer, "does not load"),
        (_no_numbers, "no numbers"),
    ],
)
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, breaks: Callable[[Path], None], said: str) -> None:
    breaks(make_model(tmp_path))
    found = refused(tmp_path)
    assert said in found
    assert "\n" not in found
