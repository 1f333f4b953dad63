"""A practice beside similar practices: frozen figures of a quarter, and where one result lies among them.

`freeze` turns the counted results into a `Release`. Its `Snapshot` holds rounded figures only. Its `Basis` holds who
stands behind every figure that was ever released, as opaque ids: kept private, it is what the next quarter is checked
against (`scoring/disclosure.py`). A cohort that changed by one to seven practices keeps its earlier figures.

Why the distribution is stored as a grid: a position among others needs the distribution, and a practice that may
answer again and look again can ask for the position of every score, one after the other. So what is stored must be
harmless even if all of it were known. The grid is quantiles, rounded to whole points, at least five practices apart
and at least five from either end, cut off at 15 and 85. It names no single practice's score, no least and no most.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict

from scoring.disclosure import ALL, RULES, Audit, Group, Rules
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck
from scoring.position import half_width, position, position_words
from scoring.result import HealthcheckResult

OVERALL = "overall"
BREAKDOWNS = ("list_size_band", "contract", "locality")
"""Profile questions that make practices similar, the most telling first."""
QUARTERS_KEPT = 4
"""For so long a cohort that hardly changes keeps its figures; after a year they say little."""


class Detail(StrEnum):
    """How much may be told, by how many there are."""

    MEAN = "mean"
    QUARTILES = "quartiles"
    WORDS = "words"  # the position in words
    NUMBER = "number"  # and as a number


@dataclass(frozen=True, slots=True)
class Counted:
    """One practice's result that counts. `practice` and `mark` are opaque; `mark` changes when the answers do."""

    practice: str
    mark: str
    result: HealthcheckResult


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> str:
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises: pydantic.ValidationError for what this version did not write."""
        return cls.model_validate_json(text)


class Figures(_Kept):
    """One measure of one cohort, as it may be released. `n` and `bands` to the nearest 5, scores to whole points.

    `bands` counts practices by band id, None where it may not be told. `grid` cuts the practices into equal parts.
    """

    breakdown: str
    value: str
    measure: str
    quarter: str
    n: int
    mean: float
    quartiles: tuple[float, float, float] | None = None
    grid: tuple[float, ...] = ()
    bands: Mapping[str, int | None] = {}
    detail: Detail


class Snapshot(_Kept):
    """The figures of a quarter for one instrument and major version."""

    instrument: str
    major: int
    quarter: str
    figures: tuple[Figures, ...]

    def find(self, measure: str, breakdown: str, value: str) -> Figures | None:
        key = (measure, breakdown, value)
        return next((found for found in self.figures if (found.measure, found.breakdown, found.value) == key), None)


class Behind(_Kept):
    """Who stands behind one released figure; `answers` are places in `Basis.answers`."""

    measure: str
    breakdown: str
    value: str
    answers: tuple[int, ...]


class Basis(_Kept):
    """Who stands behind all figures that were ever released. Opaque ids only; private, and kept for as long as figures
    may be remembered by those who saw them: longer than the answers themselves."""

    answers: tuple[tuple[str, str], ...] = ()
    groups: tuple[Behind, ...] = ()

    def group(self, behind: Behind) -> Group:
        return frozenset(self.answers[i] for i in behind.answers)


@dataclass(frozen=True, slots=True)
class Release:
    """A snapshot, and its private basis."""

    snapshot: Snapshot
    basis: Basis


def quarter_of(day: dt.date) -> str:
    """The quarter of a day.

    >>> quarter_of(dt.date(2026, 11, 23))
    '2026-Q4'
    """
    return f"{day.year}-Q{(day.month + 2) // 3}"


# Freezing ---------------------------------------------------------------------------------------------------------


def freeze(
    counted: Sequence[Counted],
    instrument: Healthcheck,
    quarter: str,
    before: Release | None = None,
    rules: Rules = RULES,
) -> Release:
    """The figures of a quarter that may be released, beside all that was released before.

    Args:
        counted: one result for each practice; results of another instrument or major version are left out.
        before: the latest release; None, or one of another major version, begins anew.
    """
    if before and (before.snapshot.instrument, before.snapshot.major) != (instrument.id, instrument.major):
        before = None
    results = [one for one in counted if _is_of(one.result, instrument)]
    if len({one.practice for one in results}) < len(results):
        raise ValueError("A practice is counted twice: a comparison has one result of each.")
    figures: list[Figures] = []
    shown: list[tuple[str, str, str, Group]] = []
    for measure in (OVERALL, *(area.id for area in instrument.areas)):
        made, groups = _freeze_measure(results, instrument, measure, quarter, before, rules)
        figures += made
        shown += [(measure, *group) for group in groups]
    snapshot = Snapshot(instrument=instrument.id, major=instrument.major, quarter=quarter, figures=tuple(figures))
    return Release(snapshot, _basis(before.basis if before else Basis(), shown))


def _is_of(result: HealthcheckResult, instrument: Healthcheck) -> bool:
    return result.instrument_id == instrument.id and int(result.version.split(".")[0]) == instrument.major


def _freeze_measure(
    counted: Sequence[Counted],
    instrument: Healthcheck,
    measure: str,
    quarter: str,
    before: Release | None,
    rules: Rules,
) -> tuple[list[Figures], list[tuple[str, str, Group]]]:
    audit = Audit(rules)
    earlier = _earlier(before, measure, quarter)
    for behind in before.basis.groups if before else ():
        if before and behind.measure == measure:
            audit.add(behind.breakdown, behind.value, before.basis.group(behind))
    groups: list[tuple[str, str, Group]] = []
    for (breakdown, value), members in _cohorts([one for one in counted if score_of(one.result, measure) is not None]):
        group = frozenset((one.practice, one.mark) for one in members)
        if len(members) >= rules.mean_least and audit.allows(breakdown, value, group):
            audit.add(breakdown, value, group)
            groups.append((breakdown, value, group))
            name = (breakdown, value, measure, quarter)
            earlier[breakdown, value] = _figures(name, members, instrument, rules)
    return list(earlier.values()), groups


def _earlier(before: Release | None, measure: str, quarter: str) -> dict[tuple[str, str], Figures]:
    """Figures of earlier quarters that stay where a cohort may not be told about anew."""
    if before is None:
        return {}
    kept = (found for found in before.snapshot.figures if found.measure == measure)
    return {(f.breakdown, f.value): f for f in kept if _number(quarter) - _number(f.quarter) < QUARTERS_KEPT}


def _number(quarter: str) -> int:
    year, _, part = quarter.partition("-Q")
    return int(year) * 4 + int(part)


def _cohorts(counted: Sequence[Counted]) -> Iterator[tuple[tuple[str, str], list[Counted]]]:
    """Everybody, then the cells of each breakdown, the largest first: if one must stay back, it is a small one."""
    yield (ALL, ALL), list(counted)
    for breakdown in BREAKDOWNS:
        cells: dict[str, list[Counted]] = {}
        for one in counted:
            value = _cell(one.result.profile, breakdown)
            if value:
                cells.setdefault(value, []).append(one)
        for value in sorted(cells, key=lambda value: (-len(cells[value]), value)):
            yield (breakdown, value), cells[value]


def _cell(profile: Mapping[str, str], breakdown: str) -> str:
    """A locality is typed in: capitals and spaces make no other place."""
    return " ".join(profile.get(breakdown, "").split()).casefold()


def score_of(result: HealthcheckResult, measure: str) -> float | None:
    """The unrounded overall score, or that of an area; None where there is none."""
    if measure == OVERALL:
        return result.overall
    return next((area.value for area in result.areas if area.id == measure), None)


def _band_of(result: HealthcheckResult, measure: str) -> str | None:
    band = result.band if measure == OVERALL else next((a.band for a in result.areas if a.id == measure), None)
    return band.id if band else None


def _figures(
    name: tuple[str, str, str, str], members: Sequence[Counted], instrument: Healthcheck, rules: Rules
) -> Figures:
    breakdown, value, measure, quarter = name
    scores = [score for one in members if (score := score_of(one.result, measure)) is not None]
    n = len(scores)
    detail = _detail(n, rules)
    has_position = detail in {Detail.WORDS, Detail.NUMBER}
    parts = max(2, min(rules.cells_most, n // rules.cell_least))
    quartiles = None if detail is Detail.MEAN else _quantiles(scores, 4, rules)
    return Figures(
        breakdown=breakdown,
        value=value,
        measure=measure,
        quarter=quarter,
        n=int(_round(n, rules.n_step)),
        mean=_kept_in(_round(float(np.mean(scores)), rules.mean_step), rules.mean_ends),
        quartiles=(quartiles[0], quartiles[1], quartiles[2]) if quartiles else None,
        grid=_quantiles(scores, parts, rules) if has_position else (),
        bands=_bands(members, measure, instrument, rules) if has_position else {},
        detail=detail,
    )


def _detail(n: int, rules: Rules) -> Detail:
    if n >= max(rules.number_least, rules.position_least):
        return Detail.NUMBER
    if n >= rules.position_least:
        return Detail.WORDS
    return Detail.QUARTILES if n >= rules.quartiles_least else Detail.MEAN


def _quantiles(scores: Sequence[float], parts: int, rules: Rules) -> tuple[float, ...]:
    cuts = np.quantile(scores, [j / parts for j in range(1, parts)])
    return tuple(_kept_in(_round(float(cut), rules.mean_step), rules.quantile_ends) for cut in cuts)


def _bands(members: Sequence[Counted], measure: str, instrument: Healthcheck, rules: Rules) -> dict[str, int | None]:
    """Practices by band; a band of fewer than `mean_least` is not told, and never only one, which the rest would give
    away: then the next smallest stays back too."""
    found = [_band_of(one.result, measure) for one in members]
    counts = {band.id: found.count(band.id) for band in instrument.bands}
    back = {band for band, count in counts.items() if count < rules.mean_least}
    if len(back) == 1:
        back.add(min(set(counts) - back, key=lambda band: counts[band]))
    return {band: None if band in back else int(_round(count, rules.n_step)) for band, count in counts.items()}


def told(value: float, ends: tuple[int, int]) -> str:
    """A figure as people read it; one that was cut off says so."""
    if value == ends[0]:
        return f"{value:g} or less"
    return f"{value:g} or more" if value == ends[1] else f"{value:g}"


def _round(value: float, step: int) -> float:
    """To the nearest multiple of `step`, halves up; a `step` of 0 keeps it as it is."""
    return math.floor(value / step + 0.5) * step if step else value


def _kept_in(value: float, ends: tuple[int, int]) -> float:
    return min(max(value, ends[0]), ends[1])


def _basis(before: Basis, shown: Iterable[tuple[str, str, str, Group]]) -> Basis:
    answers = {pair: i for i, pair in enumerate(before.answers)}
    groups = dict.fromkeys(before.groups)
    for measure, breakdown, value, group in shown:
        places = tuple(sorted(answers.setdefault(pair, len(answers)) for pair in sorted(group)))
        groups[Behind(measure=measure, breakdown=breakdown, value=value, answers=places)] = None
    return Basis(answers=tuple(answers), groups=tuple(groups))


# Comparing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measure:
    """One score beside those of the cohort; without `mean`, `sentence` says why there is none.

    `position` is in words, `percentile` to the nearest 5 and `give_or_take` in points, where there are enough.
    """

    id: str
    title: str
    own: int
    mean: int | None
    quartiles: tuple[int, int, int] | None
    position: str
    percentile: int | None
    give_or_take: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A result beside a cohort, which is named in words; `n` to the nearest 5. `areas` are those with a score."""

    cohort: str
    quarter: str
    n: int
    overall: Measure
    areas: tuple[Measure, ...]
    caveat: str


NO_SNAPSHOT = "There is no comparison yet: the first is made at the end of the quarter."
OTHER_VERSION = "These questions have changed since the last comparison was made, so the two cannot be compared."
NO_OVERALL = "There is no overall score to compare yet: please answer more of the areas."
NO_COHORT = (
    "There is no comparison yet. It needs at least eight practices in a group that yours belongs to, "
    "and figures that nobody could trace back to a single practice."
)
NO_AREA = "Not shown for this area: too few practices, or their answers could be worked out."
CAVEAT = (
    "Only practices that took part are counted, and those under most pressure may be the ones that did not. "
    "A comparison shows what is usual; it does not show what is good."
)


def compare(
    snapshot: Snapshot | None,
    instrument: Healthcheck,
    result: HealthcheckResult,
    frozen: HealthcheckResult | None = None,
) -> Comparison | Hidden:
    """A result beside the most similar cohort of those that can be told most about.

    Args:
        frozen: the practice's own result as it counts in the snapshot, to leave it out; None if it is not in there.
    """
    if snapshot is None:
        return Hidden(NO_SNAPSHOT)
    if not _is_of(result, instrument) or (snapshot.instrument, snapshot.major) != (instrument.id, instrument.major):
        return Hidden(OTHER_VERSION)
    if result.overall is None:
        return Hidden(NO_OVERALL)
    cohort = _most_similar(snapshot, result.profile)
    if cohort is None:
        return Hidden(NO_COHORT)
    areas = (
        _measure(snapshot.find(area.id, cohort.breakdown, cohort.value), area.id, area.title, result, frozen)
        for area in result.areas
        if area.value is not None
    )
    return Comparison(
        cohort=cohort_words(instrument, cohort.breakdown, result.profile),
        quarter=cohort.quarter,
        n=cohort.n,
        overall=_measure(cohort, OVERALL, "Overall", result, frozen),
        areas=tuple(areas),
        caveat=CAVEAT,
    )


def _most_similar(snapshot: Snapshot, profile: Mapping[str, str]) -> Figures | None:
    """A position tells more than quartiles, and they more than a mean; of equals the most similar is taken."""
    keys = [(name, _cell(profile, name)) for name in BREAKDOWNS] + [(ALL, ALL)]
    found = [figures for name, value in keys if (figures := snapshot.find(OVERALL, name, value))]
    return max(found, key=lambda figures: _TELLS[figures.detail], default=None)


_TELLS = {Detail.MEAN: 0, Detail.QUARTILES: 1, Detail.WORDS: 2, Detail.NUMBER: 2}


def cohort_words(instrument: Healthcheck, breakdown: str, profile: Mapping[str, str]) -> str:
    """What a cohort is called, as in "practices with 5,000 to 9,999 patients"."""
    if breakdown == ALL:
        return "all practices that took part"
    value = profile.get(breakdown, "").strip()
    question = next((one for one in instrument.profile if one.id == breakdown), None)
    label = next((one.label for one in question.options if one.value == value), value) if question else value
    if breakdown == "list_size_band":
        return f"practices with {label[:1].lower()}{label[1:]} patients"
    return f"practices with this contract: {label}" if breakdown == "contract" else f"practices in {label}"


def _measure(
    figures: Figures | None, measure: str, title: str, result: HealthcheckResult, frozen: HealthcheckResult | None
) -> Measure:
    score = score_of(result, measure)
    own = int(_round(score or 0.0, 1))
    if figures is None or score is None:
        return Measure(measure, title, own, None, None, "", None, None, NO_AREA)
    at = position(figures.grid, figures.n, score, score_of(frozen, measure) if frozen else None)
    has_number = at is not None and figures.detail is Detail.NUMBER
    made = Measure(
        id=measure,
        title=title,
        own=own,
        mean=int(figures.mean),
        quartiles=_whole(figures.quartiles),
        position="" if at is None else position_words(at),
        percentile=int(_kept_in(_round(at or 0.0, 5), (5, 95))) if has_number else None,
        give_or_take=half_width(figures.n) if has_number else None,
        sentence="",
    )
    return replace(made, sentence=_sentence(made, figures.mean))


def _whole(quartiles: tuple[float, float, float] | None) -> tuple[int, int, int] | None:
    return (int(quartiles[0]), int(quartiles[1]), int(quartiles[2])) if quartiles else None


def _sentence(measure: Measure, mean: float) -> str:
    said = f"Your score is {measure.own}; the mean is {told(mean, RULES.mean_ends)}."
    if measure.quartiles:
        low, _, high = (told(value, RULES.quantile_ends) for value in measure.quartiles)
        said += f" Half of the practices lie between {low} and {high}."
    if measure.position:
        said += f" You are {measure.position}."
    if measure.percentile is not None:
        said += f" About {measure.percentile} in 100 score lower, give or take {measure.give_or_take}."
    return said
