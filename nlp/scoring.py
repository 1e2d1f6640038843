"""How good a reader is: F1, recall at a bounded rate of false alarms, calibration, agreement, with intervals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def f1_each(truth: NDArray[np.bool_], found: NDArray[np.bool_]) -> Floats:
    """F1 of each column of two 0/1 tables `[rows, labels]`; 0 for a label that is neither there nor found."""
    hits = (truth & found).sum(0)
    both = truth.sum(0) + found.sum(0)
    shares: Floats = np.divide(2.0 * hits, both, out=np.zeros(both.shape), where=both > 0)
    return shares


def one_hot(places: Ints, labels: int) -> NDArray[np.bool_]:
    """Class numbers as a 0/1 table."""
    return np.eye(labels, dtype=bool)[places]


def macro_f1(truth: Ints, found: Ints, labels: int) -> float:
    """The mean F1 over the classes that occur in the truth."""
    there = np.unique(truth)
    return float(f1_each(one_hot(truth, labels), one_hot(found, labels))[there].mean())


def macro_f1_several(truth: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    """The mean F1 of the columns of two 0/1 tables, over the labels that occur in the truth."""
    return float(f1_each(truth, found)[truth.any(0)].mean())


def micro_f1(truth: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    """F1 over all cells of two 0/1 tables; 0 where nothing is there and nothing found."""
    return float(f1_each(truth.reshape(-1, 1), found.reshape(-1, 1))[0])


def auc(truth: NDArray[np.bool_], scores: Floats) -> float:
    """How often a true row scores above a false one, ties counted half (the area under the ROC curve)."""
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    there = int(truth.sum())
    return float((ranks[truth].sum() - there * (there + 1) / 2) / (there * (len(truth) - there)))


def recall_at(wanted: Floats, calm: Floats, most: float) -> float:
    """The share of the wanted scores at or above the threshold that at most a share `most` of the calm ones reach."""
    return float((wanted >= threshold_at(calm, most)).mean())


def best_thresholds(truth: NDArray[np.bool_], scores: Floats) -> Floats:
    """Per column the threshold with the best F1, sought from 0.05 to 0.95 in steps of 0.01."""
    steps = np.arange(0.05, 0.951, 0.01)
    each = np.stack([f1_each(truth, scores >= step) for step in steps])
    # The middle of the best stretch: a peak of one step is chance.
    smooth = np.stack([each[max(0, i - 2) : i + 3].mean(0) for i in range(len(steps))])
    best: Floats = steps[smooth.argmax(0)]
    return best


def threshold_at(calm_scores: Floats, most: float) -> float:
    """The lowest threshold that at most a share `most` of the calm scores reach."""
    allowed = int(np.floor(most * len(calm_scores)))
    ordered = np.sort(calm_scores)[::-1]
    return float(np.nextafter(ordered[allowed], 2)) if allowed < len(ordered) else 0.0


def calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Guo et al. 2017)."""
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        (places == place).mean() * abs(confidence[places == place].mean() - right[places == place].mean())
        for place in np.unique(places)
    ]
    return float(sum(gaps))


def kappa(one: list[str], other: list[str]) -> float:
    """Cohen's kappa of two people's labels of the same rows; 1 when both always agree."""
    labels = sorted({*one, *other})
    agreed = float(np.mean([a == b for a, b in zip(one, other, strict=True)]))
    chance = sum(one.count(label) * other.count(label) for label in labels) / len(one) ** 2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def bootstrap(figure: Callable[[Ints], float], rows: int, *, rounds: int = 500, seed: int = 7) -> Interval:
    """`figure` (in 0..1) of all rows, with the middle 95 % of its values on rows drawn again with replacement.

    The interval is moved by what drawing again shifts the mean: a calibration error is larger on drawn rows and a
    macro-F1 smaller, whatever the reader.
    """
    dice = np.random.default_rng(seed)
    drawn = np.array([figure(dice.integers(0, rows, rows)) for _ in range(rounds)])
    value = figure(np.arange(rows))
    low, high = np.clip(np.percentile(drawn, (2.5, 97.5)) + value - drawn.mean(), 0, 1)
    return Interval(value, float(low), float(high))
