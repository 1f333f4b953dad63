"""From an assessment to its report: the desk's result, comparison and plan, the library's guidance and who helps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from assess.desk import Assessing
from assess.guidance import MOST, Guide
from assess.model import Action, Opened, Plan, Who
from assess.team import Shown
from corpus.model import Audience, Citation
from corpus.tools import Tool
from scoring.form import progress
from scoring.instrument import Checklist, Healthcheck, Instrument, Levels, Skills, instruments
from scoring.report import Headline, Report
from scoring.reports import checklist, healthcheck, levels, skills
from scoring.reports.parts import Setting, counted, day
from scoring.result import ChecklistResult, HealthcheckResult, LevelsResult, Result, SkillsResult
from scoring.team import TeamResult

T = TypeVar("T", bound=Instrument)

_PLAN_STATES = {
    "draft": "This plan is a draft: the practice may change it, then sends it to the LMC.",
    "submitted": "The practice has sent this plan to the LMC. An analyst reads it before it is issued.",
    "approved": "An LMC analyst has approved this plan. The practice accepts or declines each action.",
}
_NO_PLAN = "There is no plan yet: it is drafted when the assessment is finished."
_ACTION_STATES = {
    "proposed": "Waits for the practice", "accepted": "Accepted", "declined": "Declined", "done": "Done",
}  # fmt: skip
_NOT_ANEW = (
    "Answers have changed since: it is drawn anew when at least four partners' have, so that nobody's own can be worked"
    " out from what changed."
)
_SKILLS = "partner_skills"
# Seconds at a time: three times as long pass between two turns, so that questions of people come first.
WARM_S = 1.0


class Reporting:
    """Makes reports; safe to share between threads."""

    def __init__(self, desk: Assessing, guide: Guide, tools: Sequence[Tool], skills_of: Skills | None = None) -> None:
        self._desk = desk
        self._guide = guide
        self._tools = {tool.id: tool for tool in tools}
        self._skills = skills_of or _of(instruments()[_SKILLS], Skills)

    def warm(self) -> None:
        """Look up more of the passages that reports quote, so that the first report need not wait. A chore."""
        queries = (area.guidance for instrument in instruments().values() for area in instrument.areas)
        self._guide.warm(queries, Audience.PRACTICE, WARM_S)

    def report_for(self, who: Who, assessment_id: str, role: Audience, today: dt.date) -> Report:
        """The report of an assessment as it stands, finished or not.

        Args:
            role: what the person may read of the library.
        Raises: NotYours.
        """
        opened = self._desk.open(who, assessment_id)
        result = self._desk.result(who, assessment_id, today)
        setting = Setting(opened.practice.name, today, tools=self._offered(role))
        report = self._report(who, opened, result, setting, role)
        return report if opened.assessment.finished else replace(report, headline=_so_far(report.headline, opened))

    def team_report(self, who: Who, practice_id: str, role: Audience, today: dt.date) -> Report:
        """The partners of a practice by competency, or why that is not shown. Raises: NotYours."""
        shown = self._desk.team_view(who, practice_id)
        result = shown.result
        practice = next(item for item in self._desk.practices(who) if item.id == practice_id)
        setting = Setting(f"The partners of {practice.name}", today, tools=self._offered(role))
        setting = self._with_guidance(setting, self._skills, skills.team_areas_to_read(result), role)
        report = skills.team_report(self._skills, result, setting)
        return replace(report, headline=_as_it_stood(report.headline, shown))

    def _report(self, who: Who, opened: Opened, result: Result, setting: Setting, role: Audience) -> Report:
        instrument = opened.instrument
        match result:
            case HealthcheckResult():
                made = _of(instrument, Healthcheck)
                setting = self._with_guidance(setting, made, healthcheck.areas_to_read(made, result), role, most=1)
                comparison = self._desk.comparison(who, opened.assessment.id)
                return healthcheck.healthcheck_report(made, result, comparison, setting)
            case LevelsResult():
                in_levels = _of(instrument, Levels)
                plan = _plan(self._desk.plan(who, opened.assessment.id))
                areas = [*levels.areas_to_read(in_levels, result), *levels.areas_of_plan(in_levels, plan)]
                setting = self._with_guidance(setting, instrument, areas, role)
                return levels.levels_report(in_levels, result, plan, setting)
            case SkillsResult():
                setting = replace(setting, subject=f"A partner of {setting.subject}")
                setting = self._with_guidance(setting, instrument, skills.areas_to_read(result), role)
                return skills.skills_report(_of(instrument, Skills), result, setting)
            case ChecklistResult():
                listed = _of(instrument, Checklist)
                setting = self._with_guidance(setting, instrument, checklist.areas_to_read(listed, result), role)
                return checklist.checklist_report(listed, result, setting)

    def _offered(self, role: Audience) -> Mapping[str, Tool]:
        return {name: tool for name, tool in self._tools.items() if tool.audience.admits(role)}

    def _with_guidance(
        self, setting: Setting, instrument: Instrument, areas: Iterable[tuple[str, str]], role: Audience,
        most: int = MOST,
    ) -> Setting:  # fmt: skip
        """The best passages behind each area, at most `most`: the report of a Healthcheck is one page.

        What stands behind an earlier area does not take the place of another one.
        """
        found: dict[str, tuple[Citation, ...]] = {}
        for area, _ in areas:
            passages = self._guide.passages(instrument.area(area).guidance, role)
            shown = {one.passage_id for earlier in found.values() for one in earlier}
            found[area] = tuple(one for one in passages if one.passage_id not in shown)[:most] or passages[:most]
        return replace(setting, guidance=found)


def _as_it_stood(headline: Headline, shown: Shown) -> Headline:
    """A view of the team is that of a day; why it may be an earlier one than today is said with it."""
    if not isinstance(shown.result, TeamResult):
        return headline
    later = "" if shown.is_current else f" {_NOT_ANEW}"
    return replace(headline, sentence=f"{headline.sentence} This is how the team stood on {day(shown.day)}.{later}")


def _so_far(headline: Headline, opened: Opened) -> Headline:
    """A report of what is filled in so far says so first."""
    done = progress(opened.instrument, opened.responses)
    said = f"Not finished yet: {done.answered} of {counted(done.total, 'answer')} given."
    return replace(headline, sentence=f"{said} {headline.sentence}")


def _plan(plan: Plan | None) -> levels.Plan:
    if plan is None:
        return levels.Plan(_NO_PLAN)
    note = f" The analyst writes: {plan.note}" if plan.note else ""
    return levels.Plan(_PLAN_STATES[plan.state] + note, tuple(map(_action, plan.actions)))


def _action(action: Action) -> levels.PlannedAction:
    return levels.PlannedAction(
        criterion=action.criterion,
        action=action.action,
        why=action.why,
        owner=action.owner_role,
        due=action.due,
        horizon=action.horizon,
        support=action.support or levels.NO_SUPPORT,
        progress=_ACTION_STATES[action.state] + (f". The comment: {action.note}" if action.note else ""),
    )


def _of(instrument: Instrument, kind: type[T]) -> T:
    if not isinstance(instrument, kind):
        raise TypeError(f"{instrument.id} is not of the kind {kind.__name__}")
    return instrument
