"""`thau bench`: prints every figure. The measuring lives beside the tests, in a checkout; it is not installed."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Protocol

from rich.console import Console


class Measure(Protocol):
    """Some figures that are measured together (benchmarks/figures.py)."""

    def lines(self, *, full: bool) -> list[str]:
        """A row per figure: name, value, unit, aim, verdict, tab-separated."""
        ...


def print_figures(area: str, *, full: bool) -> None:
    """One row per figure on standard output as soon as it is known; remarks go to standard error. Never fails.

    Without `area` all areas are measured; `full` takes the long measures too.
    """
    try:
        areas: Mapping[str, Sequence[Measure]] = import_module("benchmarks.areas").AREAS
    except ModuleNotFoundError as error:
        _say(f"thau bench needs a checkout of the repository: run `make bench` there ({error}).")
        return
    if area and area not in areas:
        _say(f"There is no area {area!r}; there are {', '.join(areas)}.")
        return
    for measures in [areas[area]] if area else areas.values():
        _print(measures, full=full)


def _print(measures: Iterable[Measure], *, full: bool) -> None:
    for measure in measures:
        for line in measure.lines(full=full):
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _say(text: str) -> None:
    Console(stderr=True, highlight=False).print(f"thau: {text}", style="bold red", markup=False, soft_wrap=True)
