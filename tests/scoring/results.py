"""Results with chosen scores, for the statistics: what scoring would give, without filling in 36 items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.benchmark import Counted
from scoring.instrument import Healthcheck
from scoring.result import AreaScore, HealthcheckResult


def result(
    instrument: Healthcheck,
    overall: float | None,
    profile: Mapping[str, str] | None = None,
    areas: Mapping[str, float | None] | None = None,
    outcomes: Mapping[str, str] | None = None,
    version: str = "",
) -> HealthcheckResult:
    """A result with this overall score, and each area at the same unless `areas` says otherwise."""
    given = areas or {}
    scores = tuple(area_score(instrument, area.id, given.get(area.id, overall)) for area in instrument.areas)
    return HealthcheckResult(
        instrument_id=instrument.id, version=version or instrument.version, areas=scores, overall=overall,
        shown=None if overall is None else int(overall + 0.5), band=instrument.band(overall), flags=(), blind_spots=(),
        strongest=(), weakest=(), profile=profile or {}, outcomes=outcomes or {},
    )  # fmt: skip


def area_score(instrument: Healthcheck, area_id: str, value: float | None) -> AreaScore:
    shown = None if value is None else int(value + 0.5)
    return AreaScore(area_id, instrument.area(area_id).title, value, shown, instrument.band(value), False, 4, 4)


def counted(
    instrument: Healthcheck, scores: Sequence[float], profile: Mapping[str, str] | None = None, start: str = "p"
) -> list[Counted]:
    """One practice for each score, named `p0`, `p1` …, all with the same profile."""
    return [Counted(f"{start}{i}", f"{start}{i}.1", result(instrument, s, profile)) for i, s in enumerate(scores)]
