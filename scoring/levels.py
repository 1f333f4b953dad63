"""Scores a Resilience Assessment: the level claimed, the level that evidence bears out, and what to mend first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from corpus.errors import ResponsesError
from scoring.fields import Responses
from scoring.instrument import Criterion, Effort, Levels, LevelsArea
from scoring.numbers import TOP, level, mean_of_areas, number, percent_of, rounded
from scoring.result import AreaScore, CriterionScore, LevelsResult

NO_EVIDENCE = "none"  # the type of evidence that says there is none
_EFFORTS = tuple(Effort)  # least first


def score_levels(instrument: Levels, responses: Responses, today: dt.date) -> LevelsResult:
    """Raises: ResponsesError for an answer that cannot be given."""
    criteria = [
        scored
        for area in instrument.areas
        for item in area.items
        if (scored := _criterion(instrument, area, item, responses, today)) is not None
    ]
    recorded = _areas(instrument, {scored.id: scored.recorded for scored in criteria})
    claimed = _areas(instrument, {scored.id: scored.claimed for scored in criteria})
    overall = mean_of_areas(recorded, instrument.areas_needed)
    return LevelsResult(
        instrument_id=instrument.id,
        version=instrument.version,
        areas=recorded,
        claimed_areas=claimed,
        overall=overall,
        shown=rounded(overall),
        band=instrument.band(rounded(overall)),
        claimed_overall=mean_of_areas(claimed, instrument.areas_needed),
        criteria=tuple(sorted(criteria, key=_urgency)),  # sorting keeps the order of areas where all else is the same
    )


def _urgency(scored: CriterionScore) -> tuple[int, bool, int]:
    return -scored.priority, not scored.is_flagged, _EFFORTS.index(Effort(scored.effort))


def _criterion(
    instrument: Levels, area: LevelsArea, item: Criterion, responses: Responses, today: dt.date
) -> CriterionScore | None:
    claimed = level(responses, item.id)
    if claimed is None:
        return None
    reason = _why_unproved(instrument, item, responses, today) if claimed > instrument.unproved_most else ""
    recorded = min(claimed, instrument.unproved_most) if reason else claimed
    target = level(responses, f"{item.id}.target")
    target = instrument.target_default if target is None else target
    likelihood = number(responses, f"{item.id}.likelihood", range(1, 4)) or instrument.likelihood_default
    gap = max(0, target - recorded)
    return CriterionScore(
        id=item.id,
        title=item.title,
        area=area.id,
        claimed=claimed,
        recorded=recorded,
        is_capped=bool(reason),
        cap_reason=reason,
        target=target,
        gap=gap,
        impact=item.impact,
        effort=item.effort.value,
        likelihood=likelihood,
        priority=gap * item.impact * likelihood,
        evidence_strength=responses.get(f"{item.id}.evidence_strength", ""),
        is_flagged=item.red_flag is not None and recorded <= item.red_flag.at_most,
    )


def _why_unproved(instrument: Levels, item: Criterion, responses: Responses, today: dt.date) -> str:
    """Why the evidence does not bear out a high level, as a sentence; empty where it does."""
    if responses.get(f"{item.id}.evidence_type") == NO_EVIDENCE:
        return "There is no evidence yet."
    if responses.get(f"{item.id}.evidence_strength", "") != instrument.proof:
        return "Nobody has seen dated evidence."
    seen = responses.get(f"{item.id}.evidence_seen", "")
    if not seen:
        return "The evidence has no date."
    months = _months(today) - _months(_month(item, seen))
    if months < 0:
        return "The evidence is dated in the future."
    if months > instrument.proof_months:
        return f"The evidence is older than {instrument.proof_months} months."
    return ""


def _month(item: Criterion, seen: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{seen}-01")
    except ValueError as error:
        raise ResponsesError(f"The answer to {item.id}.evidence_seen is no month; write it as 2026-03.") from error


def _months(day: dt.date) -> int:
    return day.year * 12 + day.month


def _areas(instrument: Levels, levels: Mapping[str, int]) -> tuple[AreaScore, ...]:
    return tuple(_area(instrument, area, levels) for area in instrument.areas)


def _area(instrument: Levels, area: LevelsArea, levels: Mapping[str, int]) -> AreaScore:
    answered: Sequence[Criterion] = [item for item in area.items if item.id in levels]
    enough = len(answered) >= percent_of(instrument.answered_percent, len(area.items))
    weight = TOP * sum(item.impact for item in answered)
    value = 100 * sum(levels[item.id] * item.impact for item in answered) / weight if enough else None
    band = instrument.band(rounded(value))
    return AreaScore(area.id, area.title, value, rounded(value), band, False, len(answered), len(area.items))
