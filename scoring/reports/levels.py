"""The report of a Resilience Assessment: what is claimed beside what evidence bears out, and the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.instrument import Levels
from scoring.report import Bar, BarChart, Headline, Paragraph, Part, Report, Section, Table
from scoring.reports.parts import (
    NOT_ENOUGH,
    Setting,
    band_lines,
    counted,
    day,
    lower_first,
    next_step,
    of_hundred,
    section,
    to_read,
)
from scoring.result import AreaScore, CriterionScore, LevelsResult

_READ = Paragraph("These passages of the library are about the areas that the plan begins with, quoted word for word.")
NO_SUPPORT = "None"
_COLUMNS = ("Action", "Why", "Who", "By when", "What helps", "Progress")


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One action of the plan as it is shown; `progress` and `support` are words."""

    criterion: str
    action: str
    why: str
    owner: str
    due: dt.date
    horizon: str
    support: str
    progress: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`state` says in a sentence how far the plan is agreed."""

    state: str
    actions: tuple[PlannedAction, ...] = ()


def levels_report(instrument: Levels, result: LevelsResult, plan: Plan, setting: Setting) -> Report:
    return Report(
        instrument=instrument.id,
        version=result.version,
        title=instrument.title,
        subject=setting.subject,
        made=setting.made,
        headline=_headline(instrument, result),
        sections=tuple(_sections(instrument, result, plan, setting)),
        limits=instrument.limits,
    )


def areas_to_read(instrument: Levels, result: LevelsResult) -> list[tuple[str, str]]:
    """The areas of the most pressing criteria, as (id, title), at most three: those that the report quotes from."""
    ids = list(dict.fromkeys(criterion.area for criterion in result.criteria if criterion.priority))[:3]
    return [(area_id, instrument.area(area_id).title) for area_id in ids]


def areas_of_plan(instrument: Levels, plan: Plan) -> list[tuple[str, str]]:
    """The areas that the plan's actions belong to, as (id, title): each action names what to read."""
    areas = (instrument.area_of(action.criterion) for action in plan.actions)
    return list(dict.fromkeys((area.id, area.title) for area in areas))


def _sections(instrument: Levels, result: LevelsResult, plan: Plan, setting: Setting) -> list[Section]:
    return [
        section("areas", "Where you stand", _about_evidence(result), _chart(instrument, result)),
        section("plan", "The plan", Paragraph(plan.state), *_plan(instrument, plan, setting)),
        *to_read(setting, areas_to_read(instrument, result), _READ),
        next_step(setting, "", _step(plan)),
        *([section("criteria", "Every criterion", _table(instrument, result))] if result.criteria else []),
    ]


def _headline(instrument: Levels, result: LevelsResult) -> Headline:
    if result.band is None or result.claimed_overall is None:
        needed = f"An overall score needs {instrument.areas_needed} of {len(result.areas)} areas with enough answers."
        return Headline(NOT_ENOUGH, "", needed)
    claimed = int(result.claimed_overall + 0.5)
    sentence = f"The evidence bears out {result.shown}; the levels that were claimed come to {claimed}."
    return Headline(result.band.label, of_hundred(result.shown), sentence)


def _about_evidence(result: LevelsResult) -> Paragraph:
    capped = sum(criterion.is_capped for criterion in result.criteria)
    answered = len(result.criteria)
    if not capped:
        return Paragraph(
            f"Evidence bears out every level that was claimed, in {counted(answered, 'criterion', 'criteria')}."
        )
    return Paragraph(
        f"{capped} of {counted(answered, 'criterion', 'criteria')} {'is' if capped == 1 else 'are'} recorded lower than"
        " claimed, because no evidence was seen that is dated and recent. Adding it raises the level."
    )


def _chart(instrument: Levels, result: LevelsResult) -> BarChart:
    claimed = {area.id: area.value for area in result.claimed_areas}
    lines = band_lines(instrument.bands)
    bars = tuple(_bar(area, claimed.get(area.id)) for area in result.areas)
    return BarChart(
        "Each area, 0 to 100: what is claimed and what evidence bears out",
        bars,
        lines,
        name="Evidenced",
        other="Claimed",
    )


def _bar(area: AreaScore, claimed: float | None) -> Bar:
    if area.value is None:
        return Bar(area.title, None, NOT_ENOUGH, f"{area.answered} of {area.total} answered", claimed)
    return Bar(area.title, area.value, area.band.label if area.band else NOT_ENOUGH, other=claimed)


def _plan(instrument: Levels, plan: Plan, setting: Setting) -> list[Part]:
    """A table for each stretch of time that has actions."""
    return [
        Table(
            f"{horizon.title}: within {horizon.weeks} weeks",
            _COLUMNS,
            tuple(_planned(instrument, action, setting) for action in found),
        )
        for horizon in instrument.horizons
        if (found := [action for action in plan.actions if action.horizon == horizon.id])
    ]


def _planned(instrument: Levels, action: PlannedAction, setting: Setting) -> tuple[str, ...]:
    read = next(iter(setting.guidance.get(instrument.area_of(action.criterion).id, ())), None)
    support = "" if action.support == NO_SUPPORT else action.support
    helps = "; ".join(text for text in (support, f"read “{read.title}”" if read else "") if text)
    return (
        action.action,
        action.why,
        action.owner,
        day(action.due),
        helps[:1].upper() + helps[1:] or "–",
        action.progress,
    )


def _step(plan: Plan) -> str:
    first = min((action for action in plan.actions), key=lambda action: action.due, default=None)
    if first is None:
        return "Go on with the criteria that are still open; the plan is drawn from them."
    return f"{first.action.rstrip('. ')} ({lower_first(first.owner)}, by {day(first.due)})."


def _table(instrument: Levels, result: LevelsResult) -> Table:
    labels = [level.label for level in instrument.levels]
    columns = ("Criterion", "Claimed", "Recorded", "Target", "Priority (0 to 36)", "Why it is lower")
    return Table(
        "Criteria, the most pressing first", columns, tuple(_criterion(labels, item) for item in result.criteria)
    )


def _criterion(labels: Sequence[str], item: CriterionScore) -> tuple[str, ...]:
    levels = (labels[level] for level in (item.claimed, item.recorded, item.target))
    return (item.title, *levels, str(item.priority), item.cap_reason if item.is_capped else "–")
