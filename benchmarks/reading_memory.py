"""A process that reads 200 messages with the shipped model and says as JSON how much memory it took at most.

Every twentieth message is as long as Telegram lets it be: a peak comes from those.
"""

import json
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.messages import messages
from nlp.loading import NlpSettings, load_reader

_MESSAGES, _LONG_EACH = 200, 20
_LONGEST = 4096  # characters


def peak_mb() -> float:
    """This program's own peak, in MB; what it was before it was started does not count, as it would in ru_maxrss."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) * 1024 / 1e6


def said() -> Iterator[str]:
    """The messages, ordinary and long."""
    source = messages()
    for number in range(1, _MESSAGES + 1):
        yield next(source) if number % _LONG_EACH else " ".join(islice(source, 200))[:_LONGEST]


if __name__ == "__main__":
    reader = load_reader(NlpSettings()).reader
    for text in said():
        reader.read(text)
    json.dump({"peak_mb": peak_mb()}, sys.stdout)
