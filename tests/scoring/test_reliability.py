"""The statistics of reliability, against the worked examples of the design (§9.5), to the last digit given."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.reliability import (
    NoCommonFactor,
    Scores,
    TooFewForAlpha,
    alpha,
    alpha_if_deleted,
    alpha_interval,
    item_total,
    omega,
    reliable_change,
    sd,
    sem,
)

ITEMS = np.array(
    [[4, 3, 4, 3], [2, 2, 3, 2], [1, 0, 1, 2], [3, 3, 2, 3], [4, 4, 4, 4], [0, 1, 1, 0]],
    dtype=np.float64,
)  # fmt: skip
AREA_SCORES = [87.5, 56.25, 25, 68.75, 100, 12.5]

#     k   alpha   n=20          n=30          n=50          n=100         n=138
INTERVALS = [
    (4, 0.70, ((0.41, 0.87), (0.48, 0.84), (0.54, 0.82), (0.59, 0.79), (0.61, 0.77))),
    (4, 0.80, ((0.60, 0.91), (0.65, 0.90), (0.69, 0.88), (0.73, 0.86), (0.74, 0.85))),
    (36, 0.80, ((0.65, 0.91), (0.68, 0.89), (0.71, 0.87), (0.74, 0.85), (0.75, 0.84))),
]


def test_alpha_of_the_worked_example() -> None:
    assert round(alpha(ITEMS), 6) == 0.954479


def test_interval_of_the_worked_example() -> None:
    low, high = alpha_interval(alpha(ITEMS), 6, 4)

    assert (round(low, 4), round(high, 4)) == (0.8372, 0.9929)


def test_corrected_item_total_of_the_worked_example() -> None:
    assert [round(r, 4) for r in item_total(ITEMS)] == [0.9738, 0.8749, 0.8681, 0.8532]


def test_alpha_if_an_item_is_deleted_of_the_worked_example() -> None:
    assert [round(a, 4) for a in alpha_if_deleted(ITEMS)] == [0.9145, 0.9443, 0.9468, 0.9511]


def test_area_scores_spread_and_error_of_the_worked_example() -> None:
    scores = (100 * ITEMS.mean(axis=1) / 4).tolist()
    spread = sd(scores)

    assert scores == AREA_SCORES
    assert round(spread, 4) == 34.3845
    assert round(sem(spread, alpha(ITEMS)), 4) == 7.3362


@pytest.mark.parametrize(("k", "value", "intervals"), INTERVALS, ids=lambda x: str(x)[:6])
def test_intervals_of_the_table(k: int, value: float, intervals: tuple[tuple[float, float], ...]) -> None:
    found = [tuple(round(edge, 2) for edge in alpha_interval(value, n, k)) for n in (20, 30, 50, 100, 138)]

    assert found == list(intervals)


@pytest.mark.parametrize(("spread", "value", "change"), [(15, 0.7, 22.8), (15, 0.8, 18.6), (12, 0.9, 10.5)])
def test_reliable_change_of_the_worked_examples(spread: float, value: float, change: float) -> None:
    assert round(reliable_change(spread, value), 1) == change


# Omega, of answers that follow one factor exactly ------------------------------------------------------------------

#  loadings                 spread of each item      omega, by hand
OMEGAS = [
    # (0.8 + 0.7 + 0.6 + 0.5)^2 = 6.76; 0.36 + 0.51 + 0.64 + 0.75 = 2.26; 6.76 / 9.02
    ([0.8, 0.7, 0.6, 0.5], [1.0, 1.0, 1.0, 1.0], 0.749446),
    # (0.7 + 0.7 + 0.7)^2 = 4.41; 3 x 0.51 = 1.53; 4.41 / 5.94
    ([0.7, 0.7, 0.7], [1.0, 1.0, 1.0], 0.742424),
    # (1.6 + 0.7 + 0.6)^2 = 8.41; 4 x 0.36 + 0.51 + 0.64 = 2.59; 8.41 / 11.00
    ([0.8, 0.7, 0.6], [2.0, 1.0, 1.0], 0.764545),
]  # fmt: skip


def of_one_factor(loadings: list[float], spread: list[float], n: int = 60) -> Scores:
    """Answers whose covariances are exactly those of one factor with these loadings."""
    free = np.random.default_rng(7).normal(size=(n, len(loadings)))
    free -= free.mean(axis=0)
    white = free @ np.linalg.inv(np.linalg.cholesky(np.cov(free, rowvar=False))).T
    wanted = np.outer(loadings, loadings) + np.diag(1 - np.square(loadings))
    found: Scores = white @ np.linalg.cholesky(wanted * np.outer(spread, spread)).T
    return found


@pytest.mark.parametrize(("loadings", "spread", "expected"), OMEGAS)
def test_omega_of_answers_that_follow_one_factor(loadings: list[float], spread: list[float], expected: float) -> None:
    assert omega(of_one_factor(loadings, spread)) == pytest.approx(expected, abs=1e-5)


def test_omega_is_alpha_where_items_are_alike_and_more_where_they_are_not() -> None:
    alike, unlike = of_one_factor([0.7] * 4, [1.0] * 4), of_one_factor([0.9, 0.7, 0.5, 0.3], [1.0] * 4)

    assert omega(alike) == pytest.approx(alpha(alike), abs=1e-5)
    assert omega(unlike) > alpha(unlike) + 0.01


@pytest.mark.parametrize(
    "items",
    [
        ITEMS[:, :2],
        np.column_stack([ITEMS[:, :2], np.full(6, 3.0)]),
        of_one_factor([0.8, 0.7, 0.6], [1.0] * 3) * [1, 1, -1],
        np.column_stack([ITEMS[:, :1], ITEMS]),
    ],
    ids=["two items", "one answered all alike", "one against the others", "one twice over"],
)
def test_omega_is_an_error_where_no_factor_stands_behind_the_items(items: Scores) -> None:
    with pytest.raises(NoCommonFactor):
        omega(items)


@given(st.permutations(range(4)))
def test_the_order_of_items_does_not_matter(order: list[int]) -> None:
    assert alpha(ITEMS[:, order]) == pytest.approx(alpha(ITEMS))


def test_items_that_are_copies_of_each_other_have_an_alpha_of_one() -> None:
    assert alpha(np.repeat(ITEMS[:, :1], 3, axis=1)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "items", [np.ones((6, 4)), ITEMS[:1], ITEMS[:, :1]], ids=["all alike", "one practice", "one item"]
)
def test_an_alpha_that_is_not_defined_is_not_a_number_but_an_error(items: Scores) -> None:
    with pytest.raises(TooFewForAlpha):
        alpha(items)


def test_an_item_that_everybody_answers_alike_has_no_correlation() -> None:
    same = np.column_stack([ITEMS[:, :2], np.full(6, 3.0)])

    assert math.isnan(item_total(same)[2])
    assert not math.isnan(item_total(same)[0])


def test_a_negative_alpha_does_not_make_the_error_larger_than_the_spread() -> None:
    assert sem(10, -0.5) == 10
