"""The reading service: the best reader there is, off the event loop, and the lexicon when it fails."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

from nlp.lexicon import LexiconReader
from nlp.types import Reader, Reading, Source

log = logging.getLogger(__name__)


class Fallback(StrEnum):
    """Why the lexicon had to read a message."""

    TIMEOUT = "timeout"
    FAILURE = "failure"


Count = Callable[[Fallback], None]


class ReadingService:
    """Reads messages with `reader`; a failure or more than `timeout_s` seconds means the lexicon reads instead.

    At most `threads` messages are read at once, further ones wait, and the wait counts toward the timeout. A thread
    can not be stopped: one that hangs stays one of `threads`. `count` is told each time the lexicon steps in;
    `source` is what `reader` signs its readings with.
    """

    def __init__(
        self,
        lexicon: LexiconReader,
        reader: Reader | None = None,
        *,
        timeout_s: float = 2.0,
        threads: int = 2,
        source: Source = Source.LEXICON,
        count: Count = lambda reason: None,
    ) -> None:
        self.lexicon = lexicon
        self.reader: Reader = reader or lexicon
        self.source = source
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(threads, "reader")
        self._count = count

    async def read(self, text: str) -> Reading:
        """Read one message in a thread; always returns a reading, whose `source` says who read."""
        reading = asyncio.get_running_loop().run_in_executor(self._threads, self.reader.read, text)
        try:
            return await asyncio.wait_for(reading, self._timeout_s)
        except TimeoutError:
            reason, why = Fallback.TIMEOUT, f"took more than {self._timeout_s:g} s"
        except Exception as failure:
            # Any model, any fault: the customer still waits for an answer. The message itself is never logged.
            reason, why = Fallback.FAILURE, type(failure).__name__
        self._count(reason)
        log.warning("reader failed (%s), the lexicon reads instead", why)
        return self.lexicon.read(text)
