"""Settings values -> a reading service."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from nlp.lexicon import LexiconReader
from nlp.reader import ReadingService
from nlp.types import Language


class NlpSettings(BaseModel):
    """Section `nlp:` of config.yaml. Times in seconds, `unsure_below` a confidence in 0..1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reader: Literal["lexicon"] = "lexicon"
    timeout_s: float = Field(default=2.0, gt=0, le=60)
    unsure_below: float = Field(default=0.5, ge=0, le=1)
    default_language: Language = Language.VI


def load_reader(settings: NlpSettings) -> ReadingService:
    """The reading service that the settings ask for; its phrases are loaded now, not at the first message."""
    lexicon = LexiconReader(unsure_below=settings.unsure_below, default_language=settings.default_language)
    lexicon.read("shop ok")  # opens both languages' phrases
    return ReadingService(lexicon, timeout_s=settings.timeout_s)
