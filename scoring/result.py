"""What comes out of scoring, one type for each kind of instrument: values that reports are built from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from scoring.instrument import Band, Statement


@dataclass(frozen=True, slots=True)
class AreaScore:
    """One area. `value` in [0, 100], unrounded, None where too little was answered; `shown` is it rounded half up.

    `capped`: a red flag holds the band down. `answered` of `total` items carry a score; in a checklist they are the
    tasks that are done of those that apply.
    """

    id: str
    title: str
    value: float | None
    shown: int | None
    band: Band | None
    capped: bool
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class HealthcheckResult:
    """`flags` are the statements whose red flag is raised, `blind_spots` those answered with "don't know".

    `strongest` and `weakest` are at most three areas each, no area in both, the most telling first.
    """

    instrument_id: str
    version: str
    areas: tuple[AreaScore, ...]
    overall: float | None
    shown: int | None
    band: Band | None
    flags: tuple[Statement, ...]
    blind_spots: tuple[Statement, ...]
    strongest: tuple[AreaScore, ...]
    weakest: tuple[AreaScore, ...]
    profile: Mapping[str, str]
    outcomes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """One criterion of a Resilience Assessment that was answered.

    `claimed` is the level that was chosen, `recorded` the one that the evidence bears out; `cap_reason` says in words
    why they differ. `gap` = target - recorded, at least 0; `priority` = gap x impact x likelihood, 0 to 36.
    """

    id: str
    title: str
    area: str
    claimed: int
    recorded: int
    is_capped: bool
    cap_reason: str
    target: int
    gap: int
    impact: int
    effort: str
    likelihood: int
    priority: int
    evidence_strength: str
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class LevelsResult:
    """`areas` count recorded levels, `claimed_areas` the claimed ones; `criteria` stand in order of priority."""

    instrument_id: str
    version: str
    areas: tuple[AreaScore, ...]
    claimed_areas: tuple[AreaScore, ...]
    overall: float | None
    shown: int | None
    band: Band | None
    claimed_overall: float | None
    criteria: tuple[CriterionScore, ...]


@dataclass(frozen=True, slots=True)
class SkillScore(AreaScore):
    """One competency of one partner."""

    group: str
    capable: bool


@dataclass(frozen=True, slots=True)
class SkillsResult:
    """One partner's own profile. `leads` and `wants` hold ids of competencies."""

    instrument_id: str
    version: str
    areas: tuple[SkillScore, ...]
    leads: frozenset[str]
    wants: frozenset[str]


@dataclass(frozen=True, slots=True)
class TaskState:
    """One task that applies, or may. `start` is its latest start, None while no merger date is planned.

    `unsettled` names the condition that is not yet known to hold, empty where the task applies for certain.
    """

    id: str
    text: str
    area: str
    phase: str
    owner: str
    must: bool
    weeks: int
    start: dt.date | None
    status: str
    is_overdue: bool
    unsettled: str


@dataclass(frozen=True, slots=True)
class GateState:
    """One gate: open when each needed task that applies is done and none hangs on an unsettled condition."""

    id: str
    name: str
    is_open: bool
    blockers: tuple[TaskState, ...]


@dataclass(frozen=True, slots=True)
class ChecklistResult:
    """`date` is the planned merger date. `overdue` and `next_weeks` stand in order of date and are empty without one.

    `conditions` has each condition's id with "yes", "no" or "unknown".
    """

    instrument_id: str
    version: str
    date: dt.date | None
    areas: tuple[AreaScore, ...]
    overall: float | None
    shown: int | None
    gates: tuple[GateState, ...]
    overdue: tuple[TaskState, ...]
    next_weeks: tuple[TaskState, ...]
    tasks: tuple[TaskState, ...]
    conditions: Mapping[str, str]


Result: TypeAlias = HealthcheckResult | LevelsResult | SkillsResult | ChecklistResult
