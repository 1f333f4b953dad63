"""Measures against worked examples, and against properties that any ranking must have."""

from __future__ import annotations

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import facts, judges, measures, plain, shown
from evaluation.measures import (
    area_under_curve,
    calibration_error,
    declined_at,
    hit_at,
    mean,
    ndcg_at,
    percentile,
    recall_at,
    reciprocal_rank,
    reliability,
)


@pytest.mark.parametrize("module", [measures, facts, judges, plain, shown])
def test_the_worked_examples_in_docstrings_hold(module: object) -> None:
    failed, tried = doctest.testmod(module)  # type: ignore[arg-type]

    assert tried > 0
    assert failed == 0


def test_ndcg_of_the_textbook_example_is_exact() -> None:
    grades = {"d1": 3.0, "d2": 2.0, "d3": 3.0, "d4": 0.0, "d5": 1.0, "d6": 2.0}
    ranked = ["d1", "d2", "d3", "d4", "d5", "d6"]
    gained = 3 / 1 + 2 / math.log2(3) + 3 / 2 + 0 + 1 / math.log2(6) + 2 / math.log2(7)
    ideal = 3 / 1 + 3 / math.log2(3) + 2 / 2 + 2 / math.log2(5) + 1 / math.log2(6)

    assert ndcg_at(ranked, grades, 6) == pytest.approx(gained / ideal)


def test_a_measure_of_nothing_is_not_a_number_and_not_zero() -> None:
    assert math.isnan(mean([]))
    assert math.isnan(percentile([], 0.5))
    assert math.isnan(area_under_curve([], [0.1]))
    assert math.isnan(declined_at([0.5], [], 0.05))
    assert math.isnan(calibration_error([], [], equal_mass=True))


@given(st.lists(st.booleans(), max_size=20), st.integers(1, 10))
def test_a_hit_within_k_is_a_reciprocal_rank_of_at_least_one_over_k(ranked: list[bool], k: int) -> None:
    assert (hit_at(ranked, k) == 1.0) == (reciprocal_rank(ranked) >= 1 / k)


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_ideal_order_has_the_best_ndcg_and_full_recall(ranked: list[str]) -> None:
    grades = {"a": 3.0, "b": 2.0, "c": 1.0}

    assert ndcg_at(ranked, grades, 4) <= ndcg_at(["a", "b", "c", "d"], grades, 4) == pytest.approx(1.0)
    assert recall_at(ranked, grades, 4) == 1.0


@given(st.lists(st.floats(0, 1), min_size=1), st.lists(st.floats(0, 1), min_size=1))
def test_swapping_the_classes_mirrors_the_area_under_the_curve(yes: list[float], no: list[float]) -> None:
    assert area_under_curve(yes, no) == pytest.approx(1 - area_under_curve(no, yes))


def test_threshold_declines_no_more_of_the_answerable_than_allowed() -> None:
    """Of 40 at 0.01 to 0.40 two may go, so the threshold is 0.03, the third lowest."""
    positive = [n / 100 for n in range(1, 41)]

    assert declined_at(positive, [0.0, 0.029, 0.03, 0.5], 0.05) == 0.5
    assert declined_at(positive, [0.009, 0.01], 0.0) == 0.5  # none may go: below 0.01


def test_answerable_with_the_same_probability_are_not_declined_together() -> None:
    assert declined_at([0.2] * 10, [0.1, 0.2], 0.05) == 0.5


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 12), st.booleans())
def test_bins_hold_every_probability_once_and_errors_lie_between_zero_and_one(
    pairs: list[tuple[float, bool]], bins: int, equal_mass: bool
) -> None:
    predicted, came = [p for p, _ in pairs], [c for _, c in pairs]
    found = reliability(predicted, came, bins, equal_mass=equal_mass)

    assert sum(item.count for item in found) == len(pairs)
    assert 0 <= calibration_error(predicted, came, bins, equal_mass=equal_mass) <= 1
    if equal_mass:
        assert max(item.count for item in found) - min(item.count for item in found) <= 1


def test_bins_of_equal_width_hold_their_width() -> None:
    found = reliability([0.05, 0.15, 0.16, 1.0], [True, False, True, True], 10, equal_mass=False)

    assert [item.count for item in found] == [1, 2, 1]
    assert [item.observed for item in found] == [1.0, 0.5, 1.0]


def test_one_that_is_always_right_about_its_chances_has_no_calibration_error() -> None:
    predicted = [0.25] * 4 + [0.75] * 4
    came = [True, False, False, False, True, True, True, False]

    assert calibration_error(predicted, came, 10, equal_mass=False) == 0.0
    assert calibration_error([0.9] * 10, [False] * 10, equal_mass=True) == pytest.approx(0.9)
