"""Figures and their rows; the measuring itself is `make bench`, and one short run here."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks import areas, decision_path, footprint
from benchmarks.figures import Figure, Measure, NotMeasured, at_least, at_most, none_of, percentile
from bot.cli.bench import print_figures

P50 = at_most("main.example", 15, "ms")
RATIO = at_least("main.ratio", 0.25, "of the other")


def test_a_row_is_name_value_unit_aim_verdict() -> None:
    assert P50.line(12.34567) == "main.example\t12.35\tms\t<= 15\tholds"
    assert RATIO.line(0.1) == "main.ratio\t0.1\tof the other\t>= 0.25\tfalls short"


@pytest.mark.parametrize(
    ("figure", "good", "bad"),
    [
        (P50, 15, 15.01),
        (RATIO, 0.25, 0.2499),
        (none_of("x", ""), 0, 1),
        (Figure("x", "", "<", 1), 0.99, 1),
        (Figure("x", "", ">", 1), 1.01, 1),
    ],
)
def test_every_kind_of_aim_can_hold_and_can_fall_short(figure: Figure, good: float, bad: float) -> None:
    assert figure.line(good).endswith("\tholds")
    assert figure.line(bad).endswith("\tfalls short")
    assert figure.line(float("nan")).endswith("\tfalls short")


def _raising(error: Exception) -> Measure:
    def run(full: bool) -> Mapping[str, float]:
        raise error

    return Measure((P50, RATIO), run)


def test_what_can_not_be_measured_says_why() -> None:
    lines = _raising(NotMeasured("no such\nmachine")).lines(full=False)
    assert lines == [
        "main.example\t-\tms\t<= 15\tnot measured: no such machine",
        "main.ratio\t-\tof the other\t>= 0.25\tnot measured: no such machine",
    ]


def test_a_measure_that_breaks_says_so() -> None:
    assert _raising(ValueError("oh")).lines(full=False)[0].endswith("not measured: ValueError: oh")


def test_a_figure_without_a_value_is_not_measured() -> None:
    lines = Measure((P50, RATIO), lambda full: {P50.name: 1}).lines(full=False)
    assert [line.split("\t")[4] for line in lines] == ["holds", "not measured: the measure gave no value"]


def test_a_long_measure_waits_for_full() -> None:
    measure = Measure((P50,), lambda full: {P50.name: 1}, long=True)
    assert "not measured: takes minutes" in measure.lines(full=False)[0]
    assert measure.lines(full=True)[0].endswith("holds")


def test_percentiles_are_values_that_were_seen() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile([7], 0.99) == 7


def test_every_figure_has_one_name_of_its_area_an_aim_and_no_tab() -> None:
    assert list(areas.AREAS) == ["main", "reading", "customer", "personal", "desk", "studio", "fleet"]
    figures = [(area, figure) for area, all_ in areas.AREAS.items() for one in all_ for figure in one.figures]
    names = [figure.name for _, figure in figures]
    assert len(set(names)) == len(names)
    assert all(figure.name.startswith(f"{area}.") and figure.aim for area, figure in figures)
    assert not any("\t" in figure.name + figure.unit for _, figure in figures)


def test_rooms_not_built_yet_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_figures("fleet", full=False)
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows
    assert all(len(row) == 5 and row[1] == "-" and row[4].startswith("not measured: ") for row in rows)


def test_an_unknown_area_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    print_figures("speed", full=False)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "'speed'" in captured.err
    assert "main, reading, customer" in captured.err


def test_outside_a_checkout_it_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "benchmarks.areas", None)
    print_figures("main", full=False)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "needs a checkout" in captured.err


def test_the_served_path_is_found_with_what_it_needs() -> None:
    found = footprint.served_path("thau")
    assert {"thau", "aiogram", "pydantic-core", "onnxruntime"} <= found.keys()
    assert "torch" not in found
    with pytest.raises(NotMeasured, match="no-such-thing is not installed"):
        footprint.served_path("no-such-thing")


async def test_the_decision_path_is_really_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision_path, "WARM_UP", 0)
    seconds = await decision_path.seconds_per_turn(tmp_path, 3)
    assert len(seconds) == 3
    assert all(0 < one < 10 for one in seconds)
