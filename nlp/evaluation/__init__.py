"""How good a model is: the figures of the README, from the public test sets and the corpus's own test split."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from nlp.corpus import Example
from nlp.encoder import Thresholds
from nlp.evaluation.messages import (
    Heard,
    Meant,
    Named,
    every_spelling,
    figures,
    heard_by,
    meant_by,
    polarity_figures,
    slices,
)
from nlp.evaluation.public import SETS, Labelled, Score, groups, judged, public_figures
from nlp.evaluation.report import Measured, Report, measure
from nlp.evaluation.vader import compounds, polarity_of
from nlp.lexicon import LexiconReader
from nlp.scoring import Ints
from nlp.training.sets import DataError
from nlp.types import Reader

T = TypeVar("T")
ENCODER, LEXICON, VADER = "encoder", "lexicon", "VADER"


@dataclass(frozen=True, slots=True)
class Own:
    """The corpus's test split as the model heard it: slices of rows, and the figures of every reader."""

    slices: Mapping[str, Ints]
    meant: Meant
    heard: Heard
    measured: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The report, and the verdicts behind it that the pictures show."""

    report: Report
    own: Own
    public: Mapping[str, Labelled]


def evaluate(
    reader: Reader, score: Score, thresholds: Thresholds, examples: Sequence[Example], data: Path | None
) -> Evaluation:
    """Measure `reader` on held-back `examples` and its heads' logits (`score`) on the public sets in `data`.

    A public set that is not there is named in the report's `missing`; without `data` all of them are.
    """
    own = evaluate_own(reader, examples)
    public: dict[str, Labelled] = {}
    measured, missing = list(own.measured), {}
    for name, source in SETS.items():
        if data is None:
            missing[name] = f"no folder of data is named; get it from {source.home}"
            continue
        try:
            groupings = groups(data, source)
            lessons, known = source.load(data, "test"), {lesson.text.lower() for lesson in source.load(data, "train")}
        except DataError as fault:
            missing[name] = f"{fault}; get it from {source.home}"
            continue
        public[name] = judged(_shown(lessons, name), source.head, score, thresholds, known)
        measured += public_figures(name, public[name], groupings)
    return Evaluation(Report(tuple(measured), missing), own, public)


def evaluate_own(reader: Reader, examples: Sequence[Example]) -> Own:
    """Measure `reader`, the lexicon and VADER on the same rows, in every spelling."""
    messages = every_spelling(examples)
    texts = [message.text for message in messages]
    meant, parts = meant_by(messages), slices(messages)
    heard = heard_by(reader, _shown(texts, "own messages"))
    by_phrase = heard_by(LexiconReader(), _shown(texts, "the same, lexicon"))
    valence = compounds(_shown(texts, "the same, VADER"))
    measured: list[Measured] = []
    for where, rows in parts.items():
        measured += _measured(ENCODER, where, figures(meant, heard, rows))
        measured += _measured(LEXICON, where, figures(meant, by_phrase, rows))
        measured += _measured(VADER, where, polarity_figures(meant, polarity_of(valence), -valence, rows))
    return Own(parts, meant, heard, tuple(measured))


def _measured(who: str, where: str, named: Iterable[Named]) -> Iterator[Measured]:
    return (measure(who, where, what, rows, figure) for what, rows, figure in named if len(rows))


def _shown(items: Sequence[T], what: str) -> Iterable[T]:
    """The items with a progress bar on standard error, which leaves standard output to the figures."""
    return track(items, f"Reading {what}", console=Console(stderr=True), transient=True)
