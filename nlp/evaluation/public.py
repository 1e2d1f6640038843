"""The public test sets with published figures: GoEmotions (28 labels and its groups) and BRIGHTER English."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Logits, Thresholds, sigmoid
from nlp.evaluation.report import Measured, measure
from nlp.heads import HEADS
from nlp.scoring import Ints, f1_each, macro_f1_several, micro_f1
from nlp.training.sets import DataError, Lesson, brighter, goemotions
from nlp.types import Emotion

Bools = NDArray[np.bool_]
Score = Callable[[str], Logits]
Groupings = Mapping[str, Mapping[str, list[str]]]  # a grouping's name -> its groups -> their labels


@dataclass(frozen=True, slots=True)
class Source:
    """A public set: how it is read (data folder, split), which head it judges, where to get it, its grouping files."""

    load: Callable[[Path, str], list[Lesson]]
    head: str
    home: str
    groupings: Mapping[str, Path] = field(default_factory=dict)


SETS = {
    "goemotions": Source(
        goemotions,
        "emotions",
        "https://github.com/google-research/google-research/tree/master/goemotions (CC BY 4.0)",
        {name: Path("goemotions", f"{name}_mapping.json") for name in ("ekman", "sentiment")},
    ),
    "brighter_en": Source(
        brighter, "brighter", "https://github.com/emotion-analysis-project/SemEval2025-Task11 (CC BY 4.0)"
    ),
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A public test set with a model's verdicts: 0/1 tables `[rows, labels]`; `fresh` rows repeat no training text."""

    labels: tuple[str, ...]
    truth: Bools
    found: Bools
    fresh: Ints


def judged(lessons: Iterable[Lesson], head: str, score: Score, thresholds: Thresholds, known: set[str]) -> Labelled:
    """Lessons of one head; a label is found from its threshold on. `known`: texts trained on, in lower case."""
    labels = tuple(map(str, HEADS[head]))
    of_head: Mapping[str, float] = getattr(thresholds, head)
    least = np.array([of_head[label] for label in labels])
    truth, found, fresh = [], [], []
    for row, lesson in enumerate(lessons):
        truth.append(lesson.targets[head])
        found.append(sigmoid(score(lesson.text)[head]) >= least)
        if lesson.text.lower() not in known:
            fresh.append(row)
    return Labelled(labels, np.array(truth) > 0, np.stack(found), np.array(fresh, dtype=np.int64))


def groups(data: Path, source: Source) -> Groupings:
    """The published groups of a set's labels, `neutral` by itself. Raises DataError for a missing file."""
    found = {}
    for name, place in source.groupings.items():
        try:
            found[name] = json.loads((data / place).read_text("utf-8")) | {"neutral": [Emotion.NEUTRAL.value]}
        except FileNotFoundError:
            raise DataError(f"{data / place} is missing") from None
    return found


def grouped(table: Bools, labels: tuple[str, ...], members: Mapping[str, list[str]]) -> Bools:
    """A 0/1 table of labels as one of groups: a group holds where one of its labels does."""
    return np.stack([table[:, [labels.index(name) for name in names]].any(1) for names in members.values()], axis=1)


def public_figures(where: str, judgement: Labelled, groupings: Groupings) -> Iterator[Measured]:
    """Macro- and micro-F1 of a set, of its groupings, without rows that repeat a training text, and each label's F1."""
    truth, found, labels = judgement.truth, judgement.found, judgement.labels
    every = np.arange(len(truth))

    def macro(over: Bools, heard: Bools) -> Callable[[Ints], float]:
        return lambda rows: macro_f1_several(over[rows], heard[rows])

    yield measure("encoder", where, "macro_f1", every, macro(truth, found))
    yield measure("encoder", where, "micro_f1", every, lambda rows: micro_f1(truth[rows], found[rows]))
    if len(judgement.fresh):
        yield measure("encoder", where, "macro_f1_without_repeats", judgement.fresh, macro(truth, found))
    for name, members in groupings.items():
        figure = macro(grouped(truth, labels, members), grouped(found, labels, members))
        yield measure("encoder", where, f"{name}_macro_f1", every, figure)
    for place, label in enumerate(labels):
        yield measure("encoder", where, f"f1_{label}", every, _label_f1(truth[:, [place]], found[:, [place]]))


def _label_f1(truth: Bools, found: Bools) -> Callable[[Ints], float]:
    return lambda rows: float(f1_each(truth[rows], found[rows])[0])
