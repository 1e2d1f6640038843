"""The figures against values worked out by hand or printed in the literature."""

import numpy as np
import pytest

from nlp import scoring


def table(*rows: str) -> np.ndarray:
    return np.array([[cell == "1" for cell in row] for row in rows])


def test_f1_of_each_label() -> None:
    truth, found = table("100", "110", "000", "100"), table("100", "010", "010", "000")
    # first label: 1 hit of 3 there and 1 found; second: 1 hit of 1 and 2; third: never there, never found
    assert scoring.f1_each(truth, found) == pytest.approx([0.5, 2 / 3, 0.0])
    assert scoring.macro_f1_several(truth, found) == pytest.approx((0.5 + 2 / 3) / 2)
    assert scoring.micro_f1(truth, found) == pytest.approx(2 * 2 / (4 + 3))


def test_macro_f1_counts_the_classes_of_the_truth() -> None:
    truth, found = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])
    # class 0: 2*1/(2+1); class 1: 2*1/(2+2); class 2 is never meant and only spoils class 1
    assert scoring.macro_f1(truth, found, 4) == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_kappa_of_the_textbook_table() -> None:
    # Two readers of 50 grant proposals: both yes 20, both no 15, only the first 5, only the second 10; kappa 0.40.
    one = ["yes"] * 20 + ["no"] * 15 + ["yes"] * 5 + ["no"] * 10
    other = ["yes"] * 20 + ["no"] * 15 + ["no"] * 5 + ["yes"] * 10
    assert scoring.kappa(one, other) == pytest.approx(0.4)
    assert scoring.kappa(["same"] * 3, ["same"] * 3) == 1.0


def test_calibration_error_is_the_gap_weighed_by_the_rows_of_a_bin() -> None:
    confidence = np.array([0.92, 0.98, 0.95, 0.95, 0.55, 0.55])
    right = np.array([True, True, True, False, True, False])
    # four rows at 0.95 of which 3/4 are right, two at 0.55 of which 1/2
    assert scoring.calibration_error(confidence, right) == pytest.approx(4 / 6 * 0.2 + 2 / 6 * 0.05)
    assert scoring.calibration_error(np.ones(3), np.ones(3, dtype=bool)) == 0.0


def test_auc_is_the_share_of_pairs_in_order_with_ties_half() -> None:
    truth, scores = np.array([True, False, True, False]), np.array([0.9, 0.4, 0.4, 0.1])
    # (0.9 over 0.4) (0.9 over 0.1) (0.4 over 0.1), and 0.4 against 0.4 half
    assert scoring.auc(truth, scores) == pytest.approx(3.5 / 4)
    assert scoring.auc(truth, -scores) == pytest.approx(0.5 / 4)


def test_the_threshold_lets_no_more_than_the_share_through() -> None:
    calm = np.arange(100) / 100
    threshold = scoring.threshold_at(calm, 0.03)
    assert (calm >= threshold).sum() == 3
    assert scoring.recall_at(np.array([0.2, 0.96, 0.97, 1.0]), calm, 0.03) == 0.5
    assert (np.array([0.5, 0.5]) >= scoring.threshold_at(np.array([0.5, 0.5]), 0.03)).sum() == 0


def test_the_best_threshold_parts_what_can_be_parted() -> None:
    dice = np.random.default_rng(1)
    scores = np.concatenate([dice.uniform(0.0, 0.3, 50), dice.uniform(0.5, 0.9, 50)])
    threshold = scoring.best_thresholds((np.arange(100) >= 50)[:, None], scores[:, None])
    assert 0.3 <= threshold[0] <= 0.5


def test_the_interval_covers_the_truth_about_19_times_in_20() -> None:
    dice = np.random.default_rng(3)
    covered = 0
    for seed in range(200):
        held = dice.random(120) < 0.7
        found = scoring.bootstrap(lambda rows, held=held: float(held[rows].mean()), 120, rounds=200, seed=seed)
        assert found.low <= found.value <= found.high
        covered += found.low <= 0.7 <= found.high
    assert 178 <= covered <= 199


def test_the_interval_is_the_same_each_time() -> None:
    held = np.arange(40) % 3 == 0
    one, other = (scoring.bootstrap(lambda rows: float(held[rows].mean()), 40, rounds=50) for _ in range(2))
    assert one == other
    assert str(one).startswith("0.350 [0.")


def test_the_interval_lies_around_a_figure_that_drawing_again_shifts() -> None:
    dice = np.random.default_rng(5)
    confidence = dice.uniform(0.3, 1.0, 300)
    right = dice.random(300) < confidence  # perfectly calibrated: what error there is, is chance
    found = scoring.bootstrap(lambda rows: scoring.calibration_error(confidence[rows], right[rows]), 300)
    assert 0 <= found.low < found.value < found.high < 0.15
