"""An instrument and responses to a result: pure functions, which know no clock but the day that they are given."""

from __future__ import annotations

import datetime as dt

from scoring.checklist import score_checklist
from scoring.fields import Responses
from scoring.healthcheck import score_healthcheck
from scoring.instrument import Checklist, Healthcheck, Instrument, Levels, Skills, same_major
from scoring.levels import score_levels
from scoring.result import (
    AreaScore,
    ChecklistResult,
    CriterionScore,
    GateState,
    HealthcheckResult,
    LevelsResult,
    Result,
    SkillScore,
    SkillsResult,
    TaskState,
)
from scoring.skills import score_skills

__all__ = [
    "AreaScore",
    "ChecklistResult",
    "CriterionScore",
    "GateState",
    "HealthcheckResult",
    "LevelsResult",
    "Result",
    "SkillScore",
    "SkillsResult",
    "TaskState",
    "comparable",
    "score",
]


def score(instrument: Instrument, responses: Responses, today: dt.date) -> Result:
    """Score whatever has been answered so far; what was not is left out, never counted as nought.

    Raises: ResponsesError for a response that the instrument cannot take.
    """
    match instrument:
        case Healthcheck():
            return score_healthcheck(instrument, responses)
        case Levels():
            return score_levels(instrument, responses, today)
        case Skills():
            return score_skills(instrument, responses)
        case Checklist():
            return score_checklist(instrument, responses, today)
    raise TypeError(f"no score is known for {type(instrument).__name__}")


def comparable(result: Result, other: Result) -> bool:
    """Whether two results may be set side by side: of one instrument, within the same major version."""
    return result.instrument_id == other.instrument_id and same_major(result.version, other.version)
