"""Scores one partner's own answers: how sure of each competency, who leads, who wants training."""

from __future__ import annotations

from scoring.fields import Responses
from scoring.instrument import Skills, SkillsArea
from scoring.numbers import TOP, level, rounded
from scoring.result import SkillScore, SkillsResult


def score_skills(instrument: Skills, responses: Responses) -> SkillsResult:
    """Raises: ResponsesError for an answer that cannot be given."""
    return SkillsResult(
        instrument_id=instrument.id,
        version=instrument.version,
        areas=tuple(_area(instrument, area, responses) for area in instrument.areas),
        leads=_yes(instrument, responses, "leads"),
        wants=_yes(instrument, responses, "wants"),
    )


def _area(instrument: Skills, area: SkillsArea, responses: Responses) -> SkillScore:
    unscored = [choice.value for choice in instrument.other_answers]
    scores = [level(responses, item.id, unscored=unscored) for item in area.items]
    answered = [score for score in scores if score is not None]
    value = 100 * sum(answered) / (TOP * len(answered)) if len(answered) >= instrument.answered_least else None
    shown = rounded(value)
    return SkillScore(
        id=area.id,
        title=area.title,
        value=value,
        shown=shown,
        band=instrument.band(shown),
        capped=False,
        answered=len(answered),
        total=len(scores),
        group=area.group,
        capable=value is not None and value >= instrument.capable_at,
    )


def _yes(instrument: Skills, responses: Responses, question: str) -> frozenset[str]:
    return frozenset(area.id for area in instrument.areas if responses.get(f"{area.id}.{question}") == "yes")
