"""For officers: the figures of all practices together, asked for from Home and sent by direct message with a file."""

from __future__ import annotations

import logging

from slack_bolt import App

from assess.model import Who
from assess.officers import NOT_YET
from assess.officers_report import linked_report, together_report
from bot import actions
from bot.assessing import refusal
from bot.listeners import errands
from bot.listeners.screens import Answer, Visit, changes, opens, sends, update
from bot.model import View
from bot.parts import Parts
from bot.render import assessment as pages
from bot.render import statistics as forms
from bot.render.ask import note
from bot.render.report import ReportAddresses, report_message
from corpus.errors import AssessmentError, AssessmentRefused
from records.inbox import Item
from scoring.instrument import Kind, instruments
from scoring.report import Report
from web.table import report_csv

log = logging.getLogger(__name__)

TOGETHER, LINKED = "statistics_together", "statistics_linked"
SLOW = frozenset({LINKED})


def register(app: App, parts: Parts) -> None:
    opens(app, actions.STATISTICS, _which, parts)
    sends(app, actions.STATISTICS_VIEW, _asked, parts)
    changes(app, actions.STATISTICS_DRIVERS, _drivers, parts)


def _compared() -> list[tuple[str, str]]:
    """The questionnaires that have statistics: id and name."""
    return [(one.id, pages.short_title(one)) for one in instruments().values() if one.kind is Kind.HEALTHCHECK]


def _which(visit: Visit, parts: Parts) -> View:
    found = _compared()
    quarters = {quarter for instrument, _ in found for quarter in parts.assessing.quarters(visit.who, instrument)}
    if not quarters:
        raise AssessmentRefused(NOT_YET)
    return forms.statistics_modal(found, sorted(quarters, reverse=True))


def _asked(visit: Visit, parts: Parts) -> Answer:
    """Who may ask is looked up again when the figures are sent."""
    _leave(TOGETHER, visit, parts)
    return update(pages.notice_modal(forms.TITLE, forms.ON_ITS_WAY))


def _drivers(visit: Visit, parts: Parts) -> View:
    _leave(LINKED, visit, parts)
    return pages.notice_modal(forms.TITLE, forms.DRIVERS_ON_THEIR_WAY)


def _leave(kind: str, visit: Visit, parts: Parts) -> None:
    instrument = visit.given.chosen(forms.WHICH)
    parts.assessing.quarters(visit.who, instrument)  # raises for who is no officer, and for what has no statistics
    errands.leave(
        kind, f"{visit.view_id}:{visit.click.trigger_id}", parts, team=visit.who.team, user=visit.who.member,
        instrument=instrument, quarter=visit.given.chosen(forms.QUARTER),
    )  # fmt: skip


def work_together(item: Item, parts: Parts) -> None:
    """Send coverage, distribution and reliability to an officer, or why not. Raises: TryLater."""
    _send(item, parts, "statistics")


def work_linked(item: Item, parts: Parts) -> None:
    """Make the drivers analysis and send it to an officer, or why not. Raises: TryLater."""
    _send(item, parts, "drivers")


def _send(item: Item, parts: Parts, name: str) -> None:
    errand = errands.named(item)
    direct = parts.poster.direct(errand["user"])
    try:
        report = _report(item, parts)
    except AssessmentError as error:
        errands.post(item, parts, note(str(error)), name, direct)
        return
    posted = errands.post(item, parts, report_message(report, ReportAddresses()), name, direct)
    file = errands.File(f"{name}-{errand['instrument']}.csv", forms.FILE_TITLE, report_csv(report))
    errands.attach(item, parts, file, posted)


def _report(item: Item, parts: Parts) -> Report:
    """Raises: AssessmentError."""
    errand = errands.named(item)
    who, today = Who(errand["team"], errand["user"]), parts.records.database.now().date()
    if why_not := refusal(parts.people.person(who.team, who.member), parts):
        raise AssessmentRefused(why_not)
    if item.kind == LINKED:
        return linked_report(parts.assessing.linked(who, errand["instrument"]), today)
    return together_report(parts.assessing.together(who, errand["instrument"], errand["quarter"]), today)


WORK = {TOGETHER: work_together, LINKED: work_linked}
