"""A process that reads 200 messages with the shipped model and says as JSON how much memory it took at most."""

import json
import re
import sys
from itertools import islice
from pathlib import Path

from benchmarks.messages import messages
from nlp.loading import NlpSettings, load_reader

_MESSAGES = 200


def peak_mb() -> float:
    """This program's own peak, in MB; what it was before it was started does not count, as it would in ru_maxrss."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) * 1024 / 1e6


if __name__ == "__main__":
    reader = load_reader(NlpSettings()).reader
    for text in islice(messages(), _MESSAGES):
        reader.read(text)
    json.dump({"peak_mb": peak_mb()}, sys.stdout)
