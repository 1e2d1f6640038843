"""The reading service: the best reader there is, off the event loop, and the lexicon when it fails."""

import asyncio
import logging

from nlp.lexicon import LexiconReader
from nlp.types import Reader, Reading

log = logging.getLogger(__name__)


class ReadingService:
    """Reads messages with `reader`; a failure or more than `timeout_s` seconds means the lexicon reads instead.

    `reader` and `lexicon` are always at hand; `fallbacks` counts how often it had to step in.
    """

    def __init__(self, lexicon: LexiconReader, reader: Reader | None = None, *, timeout_s: float = 2.0) -> None:
        self.lexicon = lexicon
        self.fallbacks = 0
        self.reader: Reader = reader or lexicon
        self._timeout_s = timeout_s

    async def read(self, text: str) -> Reading:
        """Read one message in a thread; always returns a reading, whose `source` says who read."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self.reader.read, text), self._timeout_s)
        except Exception as failure:
            # Any model, any fault: the customer still waits for an answer. The message itself is never logged.
            self.fallbacks += 1
            log.warning("reader failed (%s), the lexicon reads instead", type(failure).__name__)
            return self.lexicon.read(text)
