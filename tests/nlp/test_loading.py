"""Settings become a reader, or one clear message about what is wrong with them."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from bot.cli.app import app
from bot.metrics import Metrics
from nlp.errors import ModelError
from nlp.lexicon import LexiconReader
from nlp.loading import NlpSettings, load_reader
from nlp.reading import EncoderReader
from nlp.transformer import TransformerReader
from nlp.types import Language, Mood, Source
from tests.doubles.house import CONFIG
from tests.nlp.small_model import make_model
from tests.nlp.test_transformer import LABELS, taught


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return taught(tmp_path_factory.mktemp("checkpoint"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout_s": 0},
        {"unsure_below": 2},
        {"reader": "oracle"},
        {"speed": 1},
        {"threads": 0},
        {"model": "x", "labels": {"joy": "merry"}},
        {"labels": {"joy": "happy"}},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        NlpSettings.model_validate(wrong)


async def test_the_lexicon_reads_when_the_shop_wants_it() -> None:
    service = load_reader(NlpSettings(reader="lexicon"))
    assert isinstance(service.reader, LexiconReader)
    assert service.source is Source.LEXICON
    reading = await service.read("I'm furious")
    assert (reading.mood, reading.source) == (Mood.ANGRY, Source.LEXICON)


def test_settings_reach_the_readers(ours: Path) -> None:
    service = load_reader(NlpSettings(model=str(ours), unsure_below=0.999, default_language=Language.EN))
    for reader in (service.lexicon, service.reader):
        assert reader.read("hello").unsure
        assert reader.read("7").language is Language.EN


async def test_without_a_name_the_shipped_model_reads(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlp.encoder.WEIGHTS", ours)
    service = load_reader(NlpSettings())
    assert isinstance(service.reader, EncoderReader)
    assert (await service.read("furious")).source is Source.ENCODER


async def test_a_folder_of_thau_train_is_an_encoder(ours: Path) -> None:
    reading = await load_reader(NlpSettings(model=str(ours))).read("thanks")
    assert (reading.mood, reading.source) == (Mood.GRATEFUL, Source.ENCODER)


@pytest.mark.parametrize("reader", ["encoder", "lexicon"])
async def test_a_checkpoint_tells_the_mood_and_the_reader_the_rest(
    ours: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    monkeypatch.setattr("nlp.encoder.WEIGHTS", ours)
    service = load_reader(NlpSettings.model_validate({"reader": reader, "model": str(checkpoint), "labels": LABELS}))
    assert isinstance(service.reader, TransformerReader)
    assert service.source is Source.TRANSFORMER
    reading = await service.read("hello , what a lovely shop")
    assert (reading.mood, reading.source) == (Mood.HAPPY, Source.TRANSFORMER)
    strange = await service.read("hmm")  # the tiny encoder knows this word, the lexicon reads nothing in it
    assert (strange.intent_scores == service.lexicon.read("hmm").intent_scores) is (reader == "lexicon")


def refused(**settings: object) -> str:
    with pytest.raises(ModelError) as fault:
        load_reader(NlpSettings.model_validate(settings))
    return str(fault.value)


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    assert f"nlp.model: {tmp_path} holds neither `thau train`'s manifest.json" in refused(model=str(tmp_path))


def test_labels_are_only_a_checkpoints(ours: Path) -> None:
    assert "has labels of its own; leave them out" in refused(model=str(ours), labels=LABELS)


def test_an_encoder_is_not_loaded_for_the_lexicon(ours: Path) -> None:
    assert "nlp.reader must be encoder, not lexicon" in refused(model=str(ours), reader="lexicon")


def test_a_broken_model_is_never_replaced_by_the_lexicon(tmp_path: Path) -> None:
    (make_model(tmp_path) / "encoder.onnx").write_bytes(b"")
    assert "is not the file that its manifest names" in refused(model=str(tmp_path))


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_broken_model_stops_the_start_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (make_model(tmp_path / "mine") / "encoder.onnx").write_bytes(b"")
    written = CONFIG.read_text("utf-8").replace('model: ""', f"model: {tmp_path / 'mine'}", 1)
    (tmp_path / "config.yaml").write_text(written.replace("reader: lexicon", "reader: encoder", 1), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THAU_WEB_PORT", "0")
    result = CliRunner().invoke(app, [command])
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"thau: {tmp_path / 'mine' / 'encoder.onnx'} is not the file that its manifest names")


async def test_fallbacks_show_in_the_metrics(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = Metrics()
    service = load_reader(NlpSettings(model=str(ours)), metrics.fallback)

    def counted(reason: str) -> float | None:
        return metrics.registry.get_sample_value("thau_reading_fallbacks_total", {"reason": reason})

    assert (counted("failure"), counted("timeout")) == (0, 0)
    monkeypatch.setattr(service.reader, "read", lambda text: 1 / 0)
    await service.read("hello")
    assert (counted("failure"), counted("timeout")) == (1, 0)
