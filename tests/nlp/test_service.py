"""The reading service falls back, counts and never fails; nothing heavy loads early."""

import asyncio
import subprocess
import sys
import threading

import pytest

from nlp.lexicon import LexiconReader
from nlp.reader import Fallback, ReadingService
from nlp.types import Mood, Reading, Source


class Broken:
    def read(self, text: str) -> Reading:
        raise RuntimeError(text)


class Slow:
    """Takes its time over a text until it is let go; knows how many it reads at once, and which it began."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.at_once = self.most = 0
        self.let_go = threading.Event()

    def read(self, text: str) -> Reading:
        self.begun.append(text)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.let_go.wait(10)
        self.at_once -= 1
        return LexiconReader().read(text)


async def test_a_broken_reader_is_replaced_and_counted(
    lexicon: LexiconReader, caplog: pytest.LogCaptureFixture
) -> None:
    counted: list[Fallback] = []
    service = ReadingService(lexicon, Broken(), count=counted.append)
    reading = await service.read("secret words")
    assert (reading.source, counted) == (Source.LEXICON, [Fallback.FAILURE])
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


async def test_a_slow_reader_is_replaced_and_counted(lexicon: LexiconReader, caplog: pytest.LogCaptureFixture) -> None:
    counted: list[Fallback] = []
    slow = Slow()
    service = ReadingService(lexicon, slow, timeout_s=0.05, count=counted.append)
    reading = await service.read("secret words")
    slow.let_go.set()
    assert (reading.source, counted) == (Source.LEXICON, [Fallback.TIMEOUT])
    assert "took more than 0.05 s" in caplog.text
    assert "secret" not in caplog.text


async def test_no_more_threads_than_the_budget_read_at_once(lexicon: LexiconReader) -> None:
    counted: list[Fallback] = []
    slow = Slow()
    service = ReadingService(lexicon, slow, timeout_s=0.1, threads=2, count=counted.append)
    for _ in range(2):  # what was given up keeps its thread, so the second round finds none free
        await asyncio.gather(*(service.read(f"message {number}") for number in range(5)))
    assert (slow.most, slow.at_once, len(slow.begun)) == (2, 2, 2)
    assert counted == [Fallback.TIMEOUT] * 10
    slow.let_go.set()
    assert (await service.read("later")).source is Source.LEXICON
    assert slow.begun[2:] == ["later"]  # what was given up while it waited is never begun
    assert len(counted) == 10


async def test_a_message_that_waited_for_a_thread_is_still_read_in_time(lexicon: LexiconReader) -> None:
    slow = Slow()
    service = ReadingService(lexicon, slow, timeout_s=10, threads=1, count=lambda reason: pytest.fail(reason))
    waiting = asyncio.gather(*(service.read(text) for text in ("furious", "thank you")))
    await asyncio.sleep(0.05)
    assert slow.begun == ["furious"]
    slow.let_go.set()
    assert [reading.mood for reading in await waiting] == [Mood.ANGRY, Mood.GRATEFUL]


def test_types_stay_light() -> None:
    heavy = ("torch", "transformers", "onnxruntime", "sqlalchemy", "vaderSentiment", "pydantic", "emoji")
    assert loaded(heavy, "import nlp.types") == "[]"


def test_the_served_path_loads_no_torch() -> None:
    assert loaded(("torch", "transformers", "onnxruntime"), "import bot.wiring.service") == "[]"
    assert loaded(("torch", "transformers"), "import nlp.reading") == "[]"


def loaded(modules: tuple[str, ...], code: str) -> str:
    code = f"import sys\n{code}\nprint([name for name in {modules!r} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
