"""Figures: what is measured, what it should be, and the line that says so."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

_SENSES = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "=": operator.eq}

Values = Mapping[str, float | str]  # by a figure's name: what was measured, or why nothing was


class NotMeasured(Exception):
    """A figure can not be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row. Every figure has an aim: a row that can not fall short would tell nothing."""

    name: str  # "area.what", stable: others script against it
    unit: str
    sense: str  # one of <=, >=, <, >, =
    bound: float

    @property
    def aim(self) -> str:
        """Such as "<= 15"."""
        return f"{self.sense} {self.bound:g}"

    def line(self, value: float) -> str:
        """The row of a measured value."""
        verdict = "holds" if _SENSES[self.sense](value, self.bound) else "falls short"
        return "\t".join((self.name, f"{value:.4g}", self.unit, self.aim, verdict))

    def missing(self, why: str) -> str:
        """The row of a figure that could not be had."""
        return "\t".join((self.name, "-", self.unit, self.aim, f"not measured: {' '.join(why.split())}"))


def at_most(name: str, bound: float, unit: str) -> Figure:
    """A figure that should not be larger."""
    return Figure(name, unit, "<=", bound)


def at_least(name: str, bound: float, unit: str) -> Figure:
    """A figure that should not be smaller."""
    return Figure(name, unit, ">=", bound)


def none_of(name: str, unit: str) -> Figure:
    """Something that should never happen."""
    return Figure(name, unit, "=", 0)


@dataclass(frozen=True, slots=True)
class Measure:
    """Figures that are measured together.

    `run(full)` gives for each figure's name its value, or why it can not be had; it raises NotMeasured when that goes
    for all. `full` asks for the long, steadier run; a measure that is `long` runs only then.
    """

    figures: Sequence[Figure]
    run: Callable[[bool], Values]
    long: bool = False

    def lines(self, *, full: bool) -> list[str]:
        """The rows, whatever happens."""
        try:
            if self.long and not full:
                raise NotMeasured("takes minutes; run with --full")
            values = self.run(full)
        except NotMeasured as error:
            return [figure.missing(str(error)) for figure in self.figures]
        except Exception as error:  # a measure that breaks must not take the other figures with it
            return [figure.missing(f"{type(error).__name__}: {error}") for figure in self.figures]
        return [_row(figure, values.get(figure.name, "the measure gave no value")) for figure in self.figures]


def _row(figure: Figure, value: float | str) -> str:
    return figure.missing(value) if isinstance(value, str) else figure.line(value)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of `values` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
