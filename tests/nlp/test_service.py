"""The reading service falls back, counts and never fails; settings are checked; nothing heavy loads early."""

import subprocess
import sys
import time

import pytest
from pydantic import ValidationError

from nlp.lexicon import LexiconReader
from nlp.loading import NlpSettings, load_reader
from nlp.reader import ReadingService
from nlp.types import Language, Mood, Reading, Source


class Broken:
    def read(self, text: str) -> Reading:
        raise RuntimeError(text)


class Slow:
    def read(self, text: str) -> Reading:
        time.sleep(0.3)
        raise AssertionError


async def test_the_lexicon_reads_when_there_is_no_model() -> None:
    service = load_reader(NlpSettings())
    reading = await service.read("I'm furious")
    assert (reading.mood, reading.source, service.fallbacks) == (Mood.ANGRY, Source.LEXICON, 0)


@pytest.mark.parametrize("reader", [Broken(), Slow()])
async def test_a_broken_or_slow_reader_is_replaced_and_counted(
    reader: Broken | Slow, lexicon: LexiconReader, caplog: pytest.LogCaptureFixture
) -> None:
    service = ReadingService(lexicon, reader, timeout_s=0.05)
    reading = await service.read("secret words")
    assert (reading.source, service.fallbacks) == (Source.LEXICON, 1)
    assert "secret" not in caplog.text


@pytest.mark.parametrize("wrong", [{"timeout_s": 0}, {"unsure_below": 2}, {"reader": "oracle"}, {"speed": 1}])
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        NlpSettings.model_validate(wrong)


def test_settings_reach_the_reader() -> None:
    service = load_reader(NlpSettings(unsure_below=0.99, default_language=Language.EN))
    reading = service.lexicon.read("ok")
    assert reading.unsure
    assert reading.language is Language.EN


def test_types_stay_light() -> None:
    heavy = ("torch", "transformers", "onnxruntime", "sqlalchemy", "vaderSentiment", "pydantic", "emoji")
    code = f"import sys, nlp.types; print([name for name in {heavy!r} if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
