"""Where a score lies among others: among their scores, or among the cuts of a grid that hides these."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import stats

POSITIONS = (
    (20, "well below the middle of the group"),
    (40, "below the middle of the group"),
    (60, "in the middle of the group"),
    (80, "above the middle of the group"),
    (101, "well above the middle of the group"),
)


def percentile(score: float, cohort: Sequence[float], own: float | None = None) -> float:
    """The mid-rank percentile of a score in [0, 100]: 100 x (below + half the ties) / n. `own` is left out once.

    Raises: ValueError if nobody is left.

    >>> percentile(53, [50, 53, 53, 60])
    50.0
    """
    others = list(cohort)
    if own is not None:
        others.remove(own)
    if not others:
        raise ValueError("A percentile needs somebody to compare with.")
    return float(stats.percentileofscore(others, score, kind="mean"))


def half_width(n: int) -> int:
    """The rough 95 % half-width of a percentile in the middle of `n` practices, in points.

    >>> half_width(20), half_width(50), half_width(138)
    (22, 14, 8)
    """
    return round(1.96 * 50 / math.sqrt(n))


def position(grid: Sequence[float], n: int, score: float, own: float | None) -> float | None:
    """The percentile of a score by the grid of `n` practices, in [0, 100]; None without a grid.

    Args:
        own: the practice's own score as it was frozen, which is left out; None if it was not counted.
    """
    if not grid:
        return None
    share = share_below(grid, score)
    if own is not None:
        share = (share * n - (float(own < score) + 0.5 * (own == score))) / (n - 1)
    return 100 * min(max(share, 0.0), 1.0)


def position_words(percentile: float) -> str:
    return next(words for below, words in POSITIONS if percentile < below)


def share_below(grid: Sequence[float], score: float) -> float:
    """Between two cuts in proportion, on equal cuts in their middle, beyond the last ones half-way to the end."""
    left, right = int(np.searchsorted(grid, score, "left")), int(np.searchsorted(grid, score, "right"))
    parts = len(grid) + 1
    if left < right:
        return (left + right + 1) / 2 / parts
    if left in {0, len(grid)}:
        return (left + 0.5) / parts
    return (left + (score - grid[left - 1]) / (grid[left] - grid[left - 1])) / parts
