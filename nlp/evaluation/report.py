"""What was measured, on how many rows and how surely, and what could not be measured and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nlp.scoring import Interval, Ints, bootstrap


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure: `what` of reader `who` on the set or slice `where`, over `rows` rows."""

    who: str
    where: str
    what: str
    rows: int
    figure: Interval


@dataclass(frozen=True, slots=True)
class Report:
    """All figures, and for each public set that is missing where it was sought and where to get it."""

    measured: tuple[Measured, ...]
    missing: Mapping[str, str]

    def find(self, who: str, where: str, what: str) -> Measured | None:
        """One figure; None where it could not be measured."""
        key = (who, where, what)
        return next((one for one in self.measured if (one.who, one.where, one.what) == key), None)

    def as_dict(self) -> dict[str, object]:
        """For a manifest: reader -> set or slice -> figure -> its value, interval and rows, rounded to 4 places."""
        nested: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
        for one in self.measured:
            there = nested.setdefault(one.who, {}).setdefault(one.where, {})
            low, value, high = (round(edge, 4) for edge in (one.figure.low, one.figure.value, one.figure.high))
            there[one.what] = {"value": value, "low": low, "high": high, "rows": one.rows}
        return {**nested, "not_measured": dict(self.missing)}


def measure(who: str, where: str, what: str, rows: Ints, figure: Callable[[Ints], float]) -> Measured:
    """`figure` of the rows with these numbers, with its interval; `rows` must not be empty."""
    return Measured(who, where, what, len(rows), bootstrap(lambda drawn: figure(rows[drawn]), len(rows)))
