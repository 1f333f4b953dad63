"""Measures of ranking, citing and declining: each with its formula, each a pure function.

Sources: Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008), chapter 8, for precision, recall,
reciprocal rank and nDCG; Fawcett (2006), An introduction to ROC analysis, for the area under the curve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def hit_at(ranked: Sequence[bool], k: int) -> float:
    """1 if any of the first `k` is right, else 0.

    >>> hit_at([False, True], 1), hit_at([False, True], 3)
    (0.0, 1.0)
    """
    return float(any(ranked[:k]))


def reciprocal_rank(ranked: Sequence[bool]) -> float:
    """1 / the place of the first right one; 0 without one.

    >>> reciprocal_rank([False, True, True])
    0.5
    """
    return next((1.0 / place for place, right in enumerate(ranked, 1) if right), 0.0)


def recall_at(ranked: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """The share of the relevant ones (grade above 0) among the first `k`.

    >>> recall_at(["a", "b", "c"], {"a": 1, "c": 2, "d": 1, "e": 0}, 3)
    0.6666666666666666
    """
    wanted = {name for name, grade in relevant.items() if grade > 0}
    return len(wanted & set(ranked[:k])) / len(wanted) if wanted else 0.0


def ndcg_at(ranked: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """Discounted cumulative gain with gain = grade and discount = log2(place + 1), over the best possible one.

    Worked: grades a 3, b 2, c 1; ranked b, a, x. DCG = 2/1 + 3/1.585 = 3.8928; ideal = 3/1 + 2/1.585 + 1/2 = 4.7619.

    >>> round(ndcg_at(["b", "a", "x"], {"a": 3, "b": 2, "c": 1}, 10), 4)
    0.8175
    """
    gains = [relevant.get(name, 0.0) for name in ranked[:k]]
    ideal = sorted((grade for grade in relevant.values() if grade > 0), reverse=True)[:k]
    best = _dcg(ideal)
    return _dcg(gains) / best if best else 0.0


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; not a number for nothing, so that an empty measure is never taken for a bad one."""
    return sum(values) / len(values) if values else math.nan


def area_under_curve(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The probability that a positive scores above a negative, ties counting one half.

    >>> area_under_curve([0.9, 0.6], [0.6, 0.1])
    0.875
    """
    if not positive or not negative:
        return math.nan
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of them lie, between neighbours by straight line.

    Source: Hyndman and Fan (1996), type 7, which is also numpy's default.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.5
    """
    if not values:
        return math.nan
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
