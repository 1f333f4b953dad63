"""Instruments filled in for reports: a practice with strengths, gaps, a red flag and things that nobody knows."""

from __future__ import annotations

import datetime as dt

from scoring.instrument import Checklist, Healthcheck, Instrument, Levels, Skills, instruments, items_of
from scoring.result import ChecklistResult, HealthcheckResult, LevelsResult, SkillsResult
from scoring.score import score

TODAY = dt.date(2026, 11, 23)
MERGER = dt.date(2027, 4, 1)


def instrument(name: str) -> Instrument:
    return instruments()[name]


def healthcheck() -> Healthcheck:
    found = instrument("practice_healthcheck")
    assert isinstance(found, Healthcheck)
    return found


def levels() -> Levels:
    found = instrument("resilience_assessment")
    assert isinstance(found, Levels)
    return found


def skills() -> Skills:
    found = instrument("partner_skills")
    assert isinstance(found, Skills)
    return found


def checklist() -> Checklist:
    found = instrument("merger_readiness")
    assert isinstance(found, Checklist)
    return found


def healthcheck_responses(good: int = 3) -> dict[str, str]:
    """Every statement answered as well as `good`, from 0 to 4."""
    given = {}
    for item in healthcheck().items:
        given[item.id] = str(4 - good if getattr(item, "reverse", False) else good)
    given |= {"list_size_band": "5k_10k", "contract": "gms", "partners_n": "4"}
    return given


def uneven() -> dict[str, str]:
    given = healthcheck_responses()
    areas = healthcheck().areas
    for place, area in enumerate(areas):
        for item in items_of(area):
            value = (0, 1, 2, 3, 4, 4, 3, 2, 3, 4)[place]
            given[item.id] = str(4 - value if getattr(item, "reverse", False) else value)
    given[items_of(areas[4])[3].id] = "DK"
    given[items_of(areas[6])[0].id] = "DK"
    return given


def healthcheck_result(given: dict[str, str] | None = None) -> HealthcheckResult:
    result = score(healthcheck(), uneven() if given is None else given, TODAY)
    assert isinstance(result, HealthcheckResult)
    return result


def levels_responses() -> dict[str, str]:
    """Levels 0 to 4 in turn; every other level 3 or 4 has evidence that was seen."""
    given = {}
    for place, item in enumerate(levels().items):
        given[item.id] = str(place % 5)
        given[f"{item.id}.likelihood"] = str(1 + place % 3)
        if place % 2:
            given |= {f"{item.id}.evidence_type": "document", f"{item.id}.evidence_strength": "A"}
            given |= {f"{item.id}.evidence_seen": "2026-06", f"{item.id}.evidence": "In the partners' folder"}
    return given


def levels_result(given: dict[str, str] | None = None) -> LevelsResult:
    result = score(levels(), levels_responses() if given is None else given, TODAY)
    assert isinstance(result, LevelsResult)
    return result


def skills_responses(add: int = 0) -> dict[str, str]:
    given = {}
    for place, area in enumerate(skills().areas):
        for item in items_of(area):
            given[item.id] = str(min(4, (place + add) % 5))
        given[f"{area.id}.leads"] = "yes" if place in {0, 5} else "no"
        given[f"{area.id}.wants"] = "yes" if place in {1, 5} else "no"
    return given


def skills_result(given: dict[str, str] | None = None) -> SkillsResult:
    result = score(skills(), skills_responses() if given is None else given, TODAY)
    assert isinstance(result, SkillsResult)
    return result


def checklist_responses() -> dict[str, str]:
    given = {"date": MERGER.isoformat(), "if.tupe": "yes", "if.branch": "no"}
    for place, item in enumerate(checklist().items):
        given[item.id] = "done" if place < 12 else ("in_progress" if place < 16 else "not_started")
    return given


def checklist_result(given: dict[str, str] | None = None) -> ChecklistResult:
    result = score(checklist(), checklist_responses() if given is None else given, TODAY)
    assert isinstance(result, ChecklistResult)
    return result
