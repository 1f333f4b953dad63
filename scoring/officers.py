"""What officers of the LMC see of everybody together: how many took part, how scores lie, how far to trust them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.benchmark import OVERALL, Figures, Snapshot, told
from scoring.disclosure import ALL, RULES
from scoring.form import Responses
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck, HealthcheckArea, Statement
from scoring.reliability import (
    NoCommonFactor,
    Scores,
    alpha,
    alpha_if_deleted,
    alpha_interval,
    item_total,
    omega,
    reliable_change,
    sd,
    sem,
)

COVERAGE_LEAST = 8
PROVISIONAL_LEAST, REPORT_LEAST = 30, 100
"""From how many practices on reliability is told at all, and without a warning. Source: domain.md §9.5."""
DUPLICATES = 0.95
"""Above it, items say the same twice."""


# Coverage ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many took part, to the nearest 5, of how many practices; `share` in [0, 1] follows from the rounded count."""

    taken: int
    practices: int
    share: float
    words: str
    caveat: str


COVERAGE_CAVEAT = (
    "A high share can still mislead if the practices under most pressure are the ones that did not answer. "
    "Read every other figure beside this one."
)
FEW_TOOK_PART = "Not shown: fewer than eight practices have taken part."


def coverage(taken: int, practices: int) -> Coverage | Hidden:
    """How many of an LMC's `practices` have a result that counts.

    Raises: ValueError if there are fewer practices than took part.
    """
    if taken > practices:
        raise ValueError(f"{taken} practices took part, which is more than the {practices} there are.")
    if taken < COVERAGE_LEAST:
        return Hidden(FEW_TOOK_PART)
    shown = min(5 * int(taken / 5 + 0.5), practices)
    share = shown / practices
    words = f"About {shown} of {practices} practices took part ({share:.0%})."
    return Coverage(shown, practices, share, words, COVERAGE_CAVEAT)


# Distribution -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spread:
    """How one measure's scores lie. `bands`: (label, practices to the nearest 5, None where it may not be told)."""

    id: str
    title: str
    quarter: str
    n: int
    mean: int
    quartiles: tuple[int, int, int]
    bands: tuple[tuple[str, int | None], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """Overall first, then the areas that may be told about."""

    spreads: tuple[Spread, ...]
    caveat: str


DISTRIBUTION_CAVEAT = (
    "Scores are rounded to whole points and numbers of practices to the nearest 5, so bands need not add up. "
    "Only practices that agreed to count are in it. It shows how practices differ and is no list of good and bad ones."
)
NO_DISTRIBUTION = "Not shown: it needs at least 20 practices in a finished quarter."


def distribution(snapshot: Snapshot | None, instrument: Healthcheck) -> Distribution | Hidden:
    """How everybody's scores lie, from the frozen figures only, so that it cannot be followed from day to day."""
    if snapshot is None or not _spread(snapshot, instrument, OVERALL, "Overall"):
        return Hidden(NO_DISTRIBUTION)
    named = [(OVERALL, "Overall"), *((area.id, area.title) for area in instrument.areas)]
    found = (_spread(snapshot, instrument, measure, title) for measure, title in named)
    return Distribution(tuple(spread for spread in found if spread), DISTRIBUTION_CAVEAT)


def _spread(snapshot: Snapshot, instrument: Healthcheck, measure: str, title: str) -> Spread | None:
    figures = snapshot.find(measure, ALL, ALL)
    if figures is None or figures.quartiles is None or not figures.bands:
        return None
    low, middle, high = figures.quartiles
    bands = tuple((band.label, figures.bands.get(band.id)) for band in instrument.bands)
    quartiles = (int(low), int(middle), int(high))
    words = _spread_words(figures, bands)
    return Spread(measure, title, figures.quarter, figures.n, int(figures.mean), quartiles, bands, words)


def _spread_words(figures: Figures, bands: Sequence[tuple[str, int | None]]) -> str:
    quartiles = ", ".join(told(value, RULES.quantile_ends) for value in figures.quartiles or ())
    counts = ", ".join(f"{label} {'not told' if count is None else f'about {count}'}" for label, count in bands)
    mean = told(figures.mean, RULES.mean_ends)
    return f"{figures.quarter}, about {figures.n} practices: mean {mean}; quartiles {quartiles}. {counts}."


# Reliability ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One item: its correlation with the rest of the area, and the area's alpha without it (None of two items)."""

    id: str
    text: str
    with_rest: float
    alpha_without: float | None


@dataclass(frozen=True, slots=True)
class AreaReliability:
    """One area. `sem` and `reliable_change` in points of the score; `n` practices, to the nearest 5, answered it all.

    `omega` is McDonald's, None where one factor does not fit. `is_provisional`: fewer than 100 practices. `words` is
    what to make of it.
    """

    id: str
    title: str
    n: int
    alpha: float
    low: float
    high: float
    omega: float | None
    sd: float
    sem: float
    reliable_change: float
    items: tuple[ItemFigures, ...]
    is_provisional: bool
    words: str


def reliability(
    responses: Sequence[Responses], instrument: Healthcheck
) -> tuple[AreaReliability | Hidden, ...] | Hidden:
    """How far each area can be trusted, in the order of the areas; `responses` one of each practice."""
    if len(responses) < PROVISIONAL_LEAST:
        return Hidden(_FEW)
    return tuple(_area(responses, area) for area in instrument.areas)


_FEW = "Not shown: it needs at least 30 practices."
_ALIKE = "Not shown: the practices answered all alike, so there is nothing to measure."


def _area(responses: Sequence[Responses], area: HealthcheckArea) -> AreaReliability | Hidden:
    items = item_scores(responses, area.items)
    n, k = items.shape
    if n < PROVISIONAL_LEAST:
        return Hidden(_FEW)
    if k < 2 or np.ptp(items.sum(axis=1)) == 0:
        return Hidden(_ALIKE)
    value = alpha(items)
    low, high = alpha_interval(value, n, k)
    spread = sd((100 * items.mean(axis=1) / 4).tolist())
    is_provisional = n < REPORT_LEAST
    return AreaReliability(
        area.id, area.title, 5 * int(n / 5 + 0.5), value, low, high, _omega(items), spread, sem(spread, value),
        reliable_change(spread, value), _items(area, items), is_provisional, _words(value, is_provisional),
    )  # fmt: skip


def _omega(items: Scores) -> float | None:
    try:
        return omega(items)
    except NoCommonFactor:
        return None


def item_scores(responses: Sequence[Responses], items: Sequence[Statement]) -> Scores:
    """Scores of the practices that answered all of the items with a level, reverse items turned: (n, k)."""
    rows = [[one.get(item.id, "") for item in items] for one in responses]
    whole = [[float(code) for code in row] for row in rows if all(code.isdigit() for code in row)]
    values = np.array(whole, dtype=np.float64).reshape(-1, len(items))
    is_reverse = np.array([item.reverse for item in items])
    found: Scores = np.where(is_reverse, 4 - values, values)
    return found


def _items(area: HealthcheckArea, items: Scores) -> tuple[ItemFigures, ...]:
    without: Sequence[float | None] = _alphas_without(items)
    pairs = zip(area.items, item_total(items), without, strict=True)
    return tuple(ItemFigures(item.id, item.text, with_rest, rest) for item, with_rest, rest in pairs)


def _alphas_without(items: Scores) -> Sequence[float | None]:
    k = items.shape[1]
    rests = (np.delete(items, j, axis=1) for j in range(k))
    if k < 3 or any(np.ptp(rest.sum(axis=1)) == 0 for rest in rests):
        return [None] * k
    return alpha_if_deleted(items)


def _words(value: float, is_provisional: bool) -> str:
    if value > DUPLICATES:
        said = "The statements repeat each other: some could go."
    elif value >= 0.7:
        said = "The statements hang together well enough to follow a practice over time."
    else:
        said = "For screening only: it tells where to look; do not rank practices on it."
    return f"Provisional. {said}" if is_provisional else said
