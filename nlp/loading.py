"""Settings values -> a reading service. The libraries of a model are loaded only where the settings ask for it."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nlp.errors import ModelError
from nlp.lexicon import LexiconReader
from nlp.listening import VoiceSettings
from nlp.reader import Count, ReadingService
from nlp.types import Language, Mood, Reader


class NlpSettings(BaseModel):
    """Section `nlp:` of config.yaml. Times in seconds, `unsure_below` a confidence in 0..1.

    `model` is a folder that `thau train` wrote, or folder or hub id of a sequence-classification checkpoint, whose
    labels `labels` maps to moods; empty: the shipped one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reader: Literal["encoder", "lexicon"] = "encoder"
    model: str = ""
    labels: dict[str, Mood] = {}
    threads: int = Field(default=2, ge=1, le=64)
    timeout_s: float = Field(default=2.0, gt=0, le=60)
    unsure_below: float = Field(default=0.5, ge=0, le=1)
    default_language: Language = Language.VI
    voice: VoiceSettings = VoiceSettings()

    @model_validator(mode="after")
    def _labels_of_a_model(self) -> Self:
        if self.labels and not self.model:
            raise ValueError("labels belong to a checkpoint, and model names none")
        return self


def load_reader(settings: NlpSettings, count: Count = lambda reason: None) -> ReadingService:
    """The reading service that the settings ask for, ready to read. Raises ModelError for a model that is broken.

    `count` is told each time the lexicon has to step in.
    """
    lexicon = LexiconReader(unsure_below=settings.unsure_below, default_language=settings.default_language)
    reader = _reader(settings, lexicon)
    first = reader.read("hello shop ok")  # opens both languages' phrases now, not at the first message
    return ReadingService(
        lexicon, reader, timeout_s=settings.timeout_s, threads=settings.threads, source=first.source, count=count
    )


def _reader(settings: NlpSettings, lexicon: LexiconReader) -> Reader:
    folder = _own_folder(settings)
    rest: Reader = lexicon
    if settings.reader == "encoder":
        rest = _encoder(folder, settings, lexicon)
    if folder is not None or not settings.model:
        return rest
    from nlp.transformer import TransformerReader

    return TransformerReader(settings.model, settings.labels, rest, unsure_below=settings.unsure_below)


def _own_folder(settings: NlpSettings) -> Path | None:
    """The folder that `model` names if `thau train` wrote it; None for the shipped one and for a checkpoint."""
    folder = Path(settings.model).expanduser()
    if not settings.model or not folder.is_dir():
        return None
    if not (folder / "manifest.json").is_file():
        if (folder / "config.json").is_file():
            return None
        raise ModelError(
            f"nlp.model: {folder} holds neither `thau train`'s manifest.json nor the config.json of a checkpoint"
        )
    if settings.labels:
        raise ModelError(f"nlp.labels: {folder} is no checkpoint and has labels of its own; leave them out")
    if settings.reader != "encoder":
        raise ModelError(f"nlp.model: {folder} holds an encoder, so nlp.reader must be encoder, not {settings.reader}")
    return folder


def _encoder(folder: Path | None, settings: NlpSettings, lexicon: LexiconReader) -> Reader:
    from nlp.encoder import WEIGHTS, load_encoder
    from nlp.reading import EncoderReader

    encoder, manifest = load_encoder(folder or WEIGHTS)
    return EncoderReader(encoder, manifest, lexicon, unsure_below=settings.unsure_below)
