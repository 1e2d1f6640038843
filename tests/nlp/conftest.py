"""Readers under test, and the labelled messages of tests/nlp/data (all written for this project)."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from nlp.lexicon import LexiconReader

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Labelled:
    """One message with what a support team lead would say of it."""

    text: str
    mood: str
    intent: str
    alarms: frozenset[str]


def labelled(name: str) -> list[Labelled]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Labelled(row["text"], row["mood"], row["intent"], frozenset(filter(None, (row["alarms"] or "").split(","))))
            for row in rows
        ]


@pytest.fixture(scope="session")
def lexicon() -> LexiconReader:
    return LexiconReader()
