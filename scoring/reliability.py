"""How far to trust a score: alpha with its interval, omega, what each item adds, how large a change is real.

Items are of shape (n practices, k items), higher is better (reverse items already turned), no gaps. Variances are those
of a sample (n - 1). Neither scipy nor statsmodels has these coefficients; the F distribution is scipy's, the factor
behind omega is statsmodels'.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import stats

Scores: TypeAlias = npt.NDArray[np.float64]
"""Item scores, float64, (n, k)."""

Z_95 = 1.959963984540054
"""The normal quantile that a two-sided 95 % interval reaches to."""


HEYWOOD = 0.005
"""Below it, an item is nothing but the factor: a fit at the edge of what is possible, which proves nothing."""


class TooFewForAlpha(ValueError):
    """Fewer than two items or practices, or all totals alike: the coefficient is not defined."""


class NoCommonFactor(ValueError):
    """One factor behind all items cannot be fitted to these answers, so omega would mean nothing."""


def alpha(items: Scores) -> float:
    """Cronbach's alpha: the share of the variance of the total that the items have in common.

    Raises: TooFewForAlpha where there is nothing to divide by.
    """
    n, k = items.shape
    total = items.sum(axis=1)
    if n < 2 or k < 2 or np.ptp(total) == 0:
        raise TooFewForAlpha("Alpha needs two items, two practices and totals that differ.")
    return float(k / (k - 1) * (1 - items.var(axis=0, ddof=1).sum() / total.var(ddof=1)))


def alpha_interval(value: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """The confidence interval of an alpha `value` of `k` items over `n` practices.

    Source: Feldt, Woodruff and Salih (1987): (1 - alpha) / (1 - estimate) is F distributed, (n - 1, (n - 1)(k - 1)).
    """
    if n < 2 or k < 2:
        raise TooFewForAlpha("An interval of alpha needs two items and two practices.")
    f = stats.f(n - 1, (n - 1) * (k - 1))
    tail = (1 - level) / 2
    return 1 - (1 - value) * float(f.ppf(1 - tail)), 1 - (1 - value) * float(f.ppf(tail))


def omega(items: Scores) -> float:
    """McDonald's omega: the share of the variance of the total that one factor behind all items accounts for.

    Unlike alpha it does not take for granted that every item says equally much about what they share.

    Raises: NoCommonFactor for fewer than three items, an item that all answered alike, no convergence, an item that
        the factor explains wholly or that goes against the others.
    Source: McDonald (1999), one factor by maximum likelihood, (sum of loadings)^2 over that plus the uniquenesses.
    """
    if items.shape[1] < 3 or (np.ptp(items, axis=0) == 0).any():
        raise NoCommonFactor("A factor needs three items that differ.")
    loadings, uniqueness = _one_factor(items)
    if (loadings * np.sign(loadings.sum()) <= 0).any() or (uniqueness < HEYWOOD).any():
        raise NoCommonFactor("One factor does not fit these items.")
    spread = items.std(axis=0, ddof=1)  # the fit is to correlations; the score is made of the items as they are
    shared = float((loadings * spread).sum() ** 2)
    return shared / (shared + float((uniqueness * spread**2).sum()))


def _one_factor(items: Scores) -> tuple[Scores, Scores]:
    """Loadings and uniquenesses of the standardised items, (k,) each. Raises: NoCommonFactor."""
    from statsmodels.multivariate.factor import Factor
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            fit = Factor(items, 1, method="ml").fit()
        except (ConvergenceWarning, np.linalg.LinAlgError) as error:
            raise NoCommonFactor("No factor was found behind these items.") from error
    return np.asarray(fit.loadings)[:, 0], np.asarray(fit.uniqueness)


def item_total(items: Scores) -> list[float]:
    """Each item's correlation with the sum of the others; nan for an item that everybody answered alike."""
    rest = items.sum(axis=1, keepdims=True) - items
    return [_correlation(items[:, j], rest[:, j]) for j in range(items.shape[1])]


def _correlation(left: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> float:
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return math.nan
    return float(stats.pearsonr(left, right).statistic)


def alpha_if_deleted(items: Scores) -> list[float]:
    """Alpha of the other items, for each item. At least three items, else TooFewForAlpha."""
    return [alpha(np.delete(items, j, axis=1)) for j in range(items.shape[1])]


def sd(scores: Sequence[float]) -> float:
    """The standard deviation of a sample."""
    return float(np.std(scores, ddof=1))


def sem(deviation: float, reliability: float) -> float:
    """The standard error of measurement, in the units of `deviation`; an alpha below nought counts as nought."""
    return deviation * math.sqrt(1 - max(0.0, reliability))


def reliable_change(deviation: float, reliability: float) -> float:
    """The smallest change between two rounds that is more than noise, at 95 %, in the units of `deviation`.

    >>> round(reliable_change(15, 0.7), 1)
    22.8
    """
    return Z_95 * math.sqrt(2) * sem(deviation, reliability)
