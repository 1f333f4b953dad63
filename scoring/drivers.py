"""What goes with a practice's outlook: a regression of OUT1 on the ten areas, and how much each area accounts for.

Ordinary least squares (statsmodels) with list size, contract and number of partners beside the areas; then general
dominance: an area's share of R-squared, averaged over all models that it can be added to (the Shapley value), of what
list size, contract and partners leave open. 2,000 bootstraps of 1,024 models take seconds because every model of every
bootstrap comes from a covariance matrix, by sweeping out one predictor after another for all bootstraps at once.

All of it says what is linked with what. It cannot say what causes what, and no sentence here does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.hidden import Hidden
from scoring.instrument import Healthcheck
from scoring.result import HealthcheckResult

OUTCOME = "OUT1"
LEAST = 100
BOOTSTRAPS = 2_000
SEED = 9
STRIP = 250
"""Bootstraps that are swept together: their matrices stay in the cache."""
VIF_MOST = 5.0
"""Above it, two predictors say so much the same that their coefficients cannot be told apart."""
CLEAR = 0.8
"""In at least this share of the bootstraps an area comes first before it is said to."""

Matrix: TypeAlias = npt.NDArray[np.float64]

TOO_FEW = "Not shown: it needs at least 100 practices that have answered every area and the question about the future."
FLAT = "Not shown: the practices answered one of the questions all alike, so nothing can be linked with it."
CAVEAT = (
    "An area that is linked with the outlook need not be its reason: both may follow from something that was not "
    "asked, and practices under pressure may judge everything more darkly. All of it is their own view, on one day."
)


@dataclass(frozen=True, slots=True)
class Effect:
    """A coefficient with its 95 % interval (robust, HC3), in points of OUT1; `per` says for what step."""

    id: str
    title: str
    per: str
    value: float
    low: float
    high: float
    vif: float


@dataclass(frozen=True, slots=True)
class Driver:
    """How much of the variance of OUT1 one area accounts for: general dominance with its 95 % bootstrap interval.

    `first` is the share of bootstraps in which no area accounts for more.
    """

    effect: Effect
    dominance: float
    low: float
    high: float
    first: float


@dataclass(frozen=True, slots=True)
class Drivers:
    """The analysis; `drivers` stand in order of dominance, and their dominances add up to `areas_r2`.

    `r2` and `adjusted_r2` are those of the whole regression; `areas_r2` is the share of what list size, contract and
    partners leave open. `n` is to the nearest 5. `words` say the findings, in sentences for officers.
    """

    n: int
    r2: float
    adjusted_r2: float
    areas_r2: float
    drivers: tuple[Driver, ...]
    others: tuple[Effect, ...]
    words: tuple[str, ...]
    caveat: str


def drivers(
    results: Sequence[HealthcheckResult], instrument: Healthcheck, *, bootstraps: int = BOOTSTRAPS, seed: int = SEED
) -> Drivers | Hidden:
    """Which areas go with the outlook, over one result of each practice; same seed, same figures."""
    names, rows = _design(results, instrument)
    if len(rows) < LEAST:
        return Hidden(TOO_FEW)
    data = _without_flat(names, rows)
    if data is None:
        return Hidden(FLAT)
    effects, r2, adjusted = _regression(*data)
    kept, values = data
    first = sum(not name.is_area for name in kept)
    shares = dominance_of(values, first)
    draws = bootstrap(values, first, bootstraps, seed)
    lows, highs = np.quantile(draws, [0.025, 0.975], axis=0)
    leads = np.bincount(draws.argmax(axis=1), minlength=draws.shape[1]) / len(draws)
    found = [
        Driver(effects[first + i], float(shares[i]), float(lows[i]), float(highs[i]), float(leads[i]))
        for i in range(len(shares))
    ]
    ordered = tuple(sorted(found, key=lambda driver: -driver.dominance))
    areas_r2 = float(shares.sum())
    words = _words(ordered, areas_r2)
    others = tuple(effects[:first])
    return Drivers(round(len(rows) / 5) * 5, r2, adjusted, areas_r2, ordered, others, words, CAVEAT)


# The table --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Name:
    id: str
    title: str
    per: str
    is_area: bool = False


def _design(results: Sequence[HealthcheckResult], instrument: Healthcheck) -> tuple[list[_Name], list[list[float]]]:
    """Columns: list size, partners, contracts but the first, the areas, then OUT1; rows: who has answered all of it."""
    sizes, contracts = _options(instrument, "list_size_band"), _options(instrument, "contract")
    names = [
        _Name("list_size_band", "List size", "the next larger group of list sizes"),
        _Name("partners_n", "Partners", "each further partner"),
        *(_Name(f"contract.{value}", label, "this contract instead of the first") for value, label in contracts[1:]),
        *(_Name(area.id, area.title, "ten points more", is_area=True) for area in instrument.areas),
    ]
    order = [value for value, _ in sizes]
    rows = [_row(result, order, [value for value, _ in contracts[1:]]) for result in results]
    return names, [row for row in rows if row is not None]


def _options(instrument: Healthcheck, question_id: str) -> list[tuple[str, str]]:
    question = next(question for question in instrument.profile if question.id == question_id)
    return [(option.value, option.label) for option in question.options]


def _row(result: HealthcheckResult, sizes: Sequence[str], contracts: Sequence[str]) -> list[float] | None:
    profile, outcome = result.profile, result.outcomes.get(OUTCOME, "")
    areas = [area.value / 10 for area in result.areas if area.value is not None]
    if len(areas) < len(result.areas) or not outcome or not profile.get("partners_n") or not profile.get("contract"):
        return None
    if profile.get("list_size_band") not in sizes:
        return None
    size, contract = float(sizes.index(profile["list_size_band"])), profile["contract"]
    is_other = [float(contract == value) for value in contracts]
    return [size, float(profile["partners_n"]), *is_other, *areas, float(outcome)]


def _without_flat(names: Sequence[_Name], rows: Sequence[Sequence[float]]) -> tuple[list[_Name], Matrix] | None:
    """Leave out what nobody differs in, such as a contract that nobody holds; None if an area or the outcome is so."""
    values = np.array(rows, dtype=np.float64)
    varies = np.ptp(values, axis=0) > 0
    if not varies[-1] or any(name.is_area and not v for name, v in zip(names, varies[:-1], strict=True)):
        return None
    return [name for name, v in zip(names, varies[:-1], strict=True) if v], values[:, varies]


def _regression(names: Sequence[_Name], values: Matrix) -> tuple[list[Effect], float, float]:
    import statsmodels.api as sm
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    design = sm.add_constant(values[:, :-1])
    model = sm.OLS(values[:, -1], design)
    fit, robust = model.fit(), model.fit(cov_type="HC3", use_t=True)
    bounds = robust.conf_int()
    effects = [
        Effect(
            name.id, name.title, name.per, float(fit.params[i]), float(bounds[i][0]), float(bounds[i][1]),
            float(variance_inflation_factor(design, i)),
        )
        for i, name in enumerate(names, start=1)
    ]  # fmt: skip
    return effects, float(fit.rsquared), float(fit.rsquared_adj)


# Dominance --------------------------------------------------------------------------------------------------------


def general_dominance(correlations: Matrix, with_outcome: Matrix) -> Matrix:
    """Each predictor's general dominance, shape (k,); they add up to R-squared.

    Args:
        correlations: of the predictors, (k, k).
        with_outcome: of each predictor with the outcome, (k,).
    Source: Azen and Budescu (2003); the same as the Shapley value of R-squared.
    """
    k = len(with_outcome)
    whole = np.empty((1, k + 1, k + 1))
    whole[0, :k, :k], whole[0, k, k] = correlations, 1.0
    whole[0, :k, k] = whole[0, k, :k] = with_outcome
    shares: Matrix = _dominances(whole)[0]
    return shares


def dominance_of(values: Matrix, first: int) -> Matrix:
    """Dominance of the columns from `first` on; those before it are held constant, the last is the outcome."""
    left = _partial(np.cov(values, rowvar=False)[None], first)[0]
    return general_dominance(left[:-1, :-1], left[:-1, -1])


def bootstrap(values: Matrix, first: int, count: int, seed: int) -> Matrix:
    """Dominances of `count` samples drawn from the rows with replacement, shape (count, k)."""
    rng = np.random.default_rng(seed)
    n = len(values)
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=count).astype(np.float64)
    parts = [_dominances(_partial(_covariances(values, drawn[i : i + STRIP]), first)) for i in range(0, count, STRIP)]
    return np.concatenate(parts)


def _covariances(values: Matrix, drawn: Matrix) -> Matrix:
    """The covariance matrix of each sample, (b, p, p), from how often each row was drawn, (b, n)."""
    n, width = values.shape
    products = (values[:, :, None] * values[:, None, :]).reshape(n, width * width)
    means = drawn @ values / n
    second = (drawn @ products).reshape(-1, width, width) / n
    found: Matrix = second - means[:, :, None] * means[:, None, :]
    return found


def _partial(covariances: Matrix, first: int) -> Matrix:
    """Correlations of what the first columns leave open. A sample may lack a contract altogether: hence `pinv`."""
    held, across, rest = (
        covariances[:, :first, :first],
        covariances[:, :first, first:],
        covariances[:, first:, first:],
    )
    left = rest - across.transpose(0, 2, 1) @ np.linalg.pinv(held, hermitian=True) @ across
    scale = np.sqrt(np.maximum(np.diagonal(left, axis1=1, axis2=2), 1e-12))
    found: Matrix = left / (scale[:, :, None] * scale[:, None, :])
    return found


def _dominances(correlations: Matrix) -> Matrix:
    """From (b, k + 1, k + 1), the outcome last, to (b, k)."""
    k = correlations.shape[1] - 1
    fits = np.zeros((len(correlations), 1 << k))
    _sweep(correlations, fits, subset=0, first=0)
    found: Matrix = fits @ _weights(k)
    return found


def _sweep(partial: Matrix, fits: Matrix, subset: int, first: int) -> None:
    """Fill in R-squared of every model that adds predictors from `first` on to those of `subset`.

    Args:
        partial: covariances of the predictors from `first` on, and of the outcome, with `subset` swept out.
        fits: R-squared by sample and model, a model being the bits of its predictors.
    """
    for j in range(partial.shape[1] - 1):
        pivot = partial[:, j, j]
        usable = np.where(pivot > 1e-9, pivot, np.inf)  # one that the others already say all about adds nothing
        model = subset | 1 << (first + j)
        fits[:, model] = fits[:, subset] + partial[:, j, -1] ** 2 / usable
        column = partial[:, j + 1 :, j]
        rest = partial[:, j + 1 :, j + 1 :] - column[:, :, None] * column[:, None, :] / usable[:, None, None]
        _sweep(rest, fits, model, first + j + 1)


def _weights(k: int) -> Matrix:
    """What each model's R-squared counts in each predictor's dominance, (2^k, k)."""
    weights = np.zeros((1 << k, k))
    for model in range(1 << k):
        size = model.bit_count()
        for j in range(k):
            if model >> j & 1:
                weights[model, j] = 1 / (k * math.comb(k - 1, size - 1))
            else:
                weights[model, j] = -1 / (k * math.comb(k - 1, size))
    return weights


# Words ------------------------------------------------------------------------------------------------------------


def _words(ordered: Sequence[Driver], areas_r2: float) -> tuple[str, ...]:
    whole = (
        f"Together the areas account for about {areas_r2:.0%} of how practices differ in their outlook, "
        "once list size, contract and partners are allowed for."
    )
    return (whole, _lead(ordered), *_tangled(ordered))


def _lead(ordered: Sequence[Driver]) -> str:
    top = ordered[0]
    if top.first >= CLEAR:
        return f"{top.effect.title} is the area most closely linked with it."
    names = [driver.effect.title for driver in ordered if driver.high >= top.dominance][:4]
    if len(names) < 2:
        names = [driver.effect.title for driver in ordered[:2]]
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"No single area stands out. Among those most closely linked with it are {listed}."


def _tangled(ordered: Sequence[Driver]) -> list[str]:
    names = [driver.effect.title for driver in ordered if driver.effect.vif > VIF_MOST]
    if not names:
        return []
    return [f"These areas move together so closely that they cannot be told apart: {', '.join(names)}."]
