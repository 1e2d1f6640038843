"""The project's own written messages, split by scenario and frozen; the data card says how they were made."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from nlp.types import Alarm, Emotion, Intent, Language, Mood

HERE = Path(__file__).parent
Split = Literal["train", "dev", "test"]
# Of a hundred scenarios.
_TEST, _DEV = 18, 10


class CorpusError(Exception):
    """A file of the corpus is broken: says which file, line and field, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Example:
    """One written message with what a support team lead would say of it; `english` translates a Vietnamese one."""

    id: str
    scenario: str
    split: Split
    language: Language
    register: str
    text: str
    english: str
    mood: Mood
    intent: Intent
    alarms: frozenset[Alarm]
    emotions: frozenset[Emotion]

    @property
    def escalate(self) -> bool:
        """Whether this message alone should bring a human now."""
        return self.mood is Mood.ANGRY or bool(self.alarms)


def split_of(scenario: str) -> Split:
    """The split of a scenario, by its name alone: a scenario is never torn, and a new one moves no other."""
    place = int(hashlib.sha256(scenario.encode()).hexdigest()[:8], 16) % 100
    return "test" if place < _TEST else "dev" if place < _TEST + _DEV else "train"


@cache
def examples(language: Language) -> tuple[Example, ...]:
    """All examples of a language, in the file's order. Raises CorpusError for a broken line."""
    return tuple(read_examples(HERE / f"{language}.jsonl", language))


def of_split(split: Split, *languages: Language) -> tuple[Example, ...]:
    """The examples of one split, of the languages asked for or of both."""
    return tuple(e for spoken in languages or (Language.EN, Language.VI) for e in examples(spoken) if e.split == split)


def glossary() -> list[tuple[str, str]]:
    """Vietnamese words and phrases with their English, to align the two languages."""
    return _pairs("glossary.tsv")


def other_languages() -> list[str]:
    """Sentences that are neither English nor Vietnamese."""
    return [text for _, text in _pairs("other.tsv")]


def _pairs(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [(first, second) for first, second in (line.split("\t") for line in lines if line)]


def read_examples(path: Path, language: Language | None = None) -> Iterator[Example]:
    """The examples of a file in the corpus' shape; without `language` each row names its own."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            yield Example(
                id=row["id"],
                scenario=row["scenario"],
                split=row["split"],
                language=language or Language(row["language"]),
                register=row["register"],
                text=row["text"],
                english=row.get("english", ""),
                mood=Mood(row["mood"]),
                intent=Intent(row["intent"]),
                alarms=frozenset(map(Alarm, row["alarms"])),
                emotions=frozenset(map(Emotion, row["emotions"])),
            )
        except (ValueError, KeyError, TypeError) as fault:
            raise CorpusError(f"{path.name}, line {number}: {type(fault).__name__}: {fault}") from fault
