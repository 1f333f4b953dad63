"""Measures against worked examples, and against properties that any ranking must have."""

from __future__ import annotations

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import facts, measures
from evaluation.measures import area_under_curve, hit_at, mean, ndcg_at, percentile, recall_at, reciprocal_rank


@pytest.mark.parametrize("module", [measures, facts])
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
