"""Measures of ranking, citing and declining: each with its formula, each a pure function.

Sources: Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008), chapter 8, for precision, recall,
reciprocal rank and nDCG; Fawcett (2006), An introduction to ROC analysis, for the area under the curve; Naeini, Cooper
and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning, for the calibration error with
bins of equal width, and Nguyen and O'Connor (2015), Posterior calibration, for bins of equal mass.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


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


def declined_at(positive: Sequence[float], negative: Sequence[float], wrong: float) -> float:
    """The share of negatives below the highest threshold that at most the share `wrong` of the positives is below.

    Worked: of 20 positives one may be declined, so the threshold is the second lowest, 0.2; two of three negatives are
    below it.

    >>> declined_at([0.1, 0.2] + [0.9] * 18, [0.1, 0.15, 0.2], 0.05)
    0.6666666666666666
    """
    if not positive or not negative:
        return math.nan
    threshold = sorted(positive)[min(math.floor(wrong * len(positive) + 1e-9), len(positive) - 1)]
    return sum(value < threshold for value in negative) / len(negative)


@dataclass(frozen=True, slots=True)
class Bin:
    """Probabilities that lie together: how many, their mean, and the share of them that came true."""

    count: int
    predicted: float
    observed: float


def reliability(predicted: Sequence[float], came: Sequence[bool], bins: int, *, equal_mass: bool) -> list[Bin]:
    """Probabilities in bins, lowest first: of as many each (within one), or of the same width in [0, 1]; no empty bin.

    >>> reliability([0.1, 0.3, 0.8, 0.8], [False, True, True, True], 2, equal_mass=True)
    [Bin(count=2, predicted=0.2, observed=0.5), Bin(count=2, predicted=0.8, observed=1.0)]
    """
    ordered = sorted(zip(predicted, came, strict=True))
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for place, item in enumerate(ordered):
        number = place * bins // len(ordered) if equal_mass else math.floor(item[0] * bins)
        groups[min(number, bins - 1)].append(item)
    return [Bin(len(g), mean([p for p, _ in g]), mean([float(c) for _, c in g])) for g in groups if g]


def calibration_error(predicted: Sequence[float], came: Sequence[bool], bins: int = 10, *, equal_mass: bool) -> float:
    """Expected calibration error: the sum over bins of count / all * |share that came true - mean probability|.

    Worked: bins (0.1, 0.3 | half came true) and (0.8, 0.8 | all did): 2/4 * |0.5 - 0.2| + 2/4 * |1 - 0.8| = 0.25.

    >>> round(calibration_error([0.1, 0.3, 0.8, 0.8], [False, True, True, True], 2, equal_mass=True), 6)
    0.25
    """
    if not predicted:
        return math.nan
    found = reliability(predicted, came, bins, equal_mass=equal_mass)
    return sum(item.count * abs(item.observed - item.predicted) for item in found) / len(predicted)


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
