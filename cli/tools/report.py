"""`lmc tools report`: the report of one row, or of the partners together, as text, page, PDF or CSV."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from cli.ask import print_json
from cli.report_text import report_text
from cli.responses import Row, Sheet, mark_of
from cli.settings import Settings
from cli.tools.given import Known, find_healthcheck, find_instrument, scored, today
from cli.tools.output import write
from cli.tools.snapshots import basis_file, read_kept, read_snapshot
from cli.tools.team import teams_of
from corpus.errors import InstrumentError, ResponsesError, SettingsError
from corpus.tools import load_tools
from scoring.benchmark import Basis, Comparison, compare
from scoring.hidden import Hidden
from scoring.instrument import Checklist, Healthcheck, Levels, Skills
from scoring.plan import draft_plan
from scoring.report import Report
from scoring.reports.checklist import checklist_report
from scoring.reports.healthcheck import healthcheck_report
from scoring.reports.levels import Plan, PlannedAction, levels_report
from scoring.reports.parts import Setting
from scoring.reports.skills import skills_report, team_report
from scoring.result import ChecklistResult, HealthcheckResult, LevelsResult, Result, SkillsResult

DRAFT = "This plan is a draft made from the answers: an LMC analyst reads it before it is issued."
NOT_COMPARED = "No comparison was asked for. It is made with a benchmark of similar practices."


def run_report(options: argparse.Namespace, settings: Settings) -> int:
    if options.out is None and options.format != "text":
        raise SettingsError(f"Say where to write the {options.format} file with --out FILE.")
    instrument = find_instrument(options.instrument)
    if options.benchmark:
        find_healthcheck(options.instrument, "compared between practices")
    sheet, results = scored(options.responses, instrument)
    if options.team:
        report = _team_report(instrument, sheet, results, settings)
    else:
        row = _named(sheet, options.row)
        report = _report(instrument, row, results[row.id], options.benchmark, settings)
    drawn = _drawn(report, options.format)
    if options.out:
        write(options.out, drawn)
    if options.json:
        print_json({"report": report.title, "subject": report.subject, "headline": asdict(report.headline)})
    elif options.out:
        sys.stdout.write(f"The report was written to {options.out}.\n")
    else:
        sys.stdout.write(drawn.decode())
    return 0


def _named(sheet: Sheet, wanted: str) -> Row:
    """Raises: ResponsesError where there is no such row, or it cannot be scored."""
    found = next((row for row in sheet.rows if row.id == wanted), None)
    if found:
        return found
    wrong = next((problem for problem in sheet.problems if problem.id == wanted), None)
    raise ResponsesError(f"{sheet.file}, {wrong}" if wrong else f"{sheet.file} has no row with the id {wanted}.")


def _setting(subject: str, settings: Settings) -> Setting:
    tools = {tool.id: tool for tool in load_tools(settings.tools) if tool.audience.admits(settings.role)}
    return Setting(subject, today(), tools=tools)


def _report(instrument: Known, row: Row, result: Result, benchmark: Path | None, settings: Settings) -> Report:
    setting = _setting(row.id, settings)
    match instrument, result:
        case Healthcheck(), HealthcheckResult():
            return healthcheck_report(instrument, result, _compared(instrument, row, result, benchmark), setting)
        case Levels(), LevelsResult():
            return levels_report(instrument, result, _plan(instrument, result), setting)
        case Skills(), SkillsResult():
            return skills_report(instrument, result, setting)
        case Checklist(), ChecklistResult():
            return checklist_report(instrument, result, setting)
    raise TypeError(f"no report is known for {instrument.id}")


def _compared(
    instrument: Healthcheck, row: Row, result: HealthcheckResult, benchmark: Path | None
) -> Comparison | Hidden:
    """Answers that were counted in the benchmark are left out of their own comparison."""
    if benchmark is None:
        return Hidden(NOT_COMPARED)
    snapshot = read_snapshot(benchmark, instrument)
    basis = basis_file(benchmark)
    is_counted = basis.is_file() and mark_of(row) in read_kept(basis, Basis).answers
    return compare(snapshot, instrument, result, result if is_counted else None)


def _plan(instrument: Levels, result: LevelsResult) -> Plan:
    return Plan(DRAFT, tuple(
        PlannedAction(
            criterion=draft.criterion_id, action=draft.action, why=draft.why, owner=draft.owner_role, due=draft.due,
            horizon=draft.horizon, support=draft.support_needed, progress="Draft",
        )
        for draft in draft_plan(instrument, result, today())
    ))  # fmt: skip


def _team_report(instrument: Known, sheet: Sheet, results: Mapping[str, Result], settings: Settings) -> Report:
    if not isinstance(instrument, Skills):
        raise InstrumentError(f"{instrument.id} has no team view; only an instrument of the kind skills has one.")
    teams = teams_of(instrument, sheet, results)
    if len(teams) != 1:
        raise ResponsesError(f"{sheet.file} has partners of {len(teams)} practices; give a file of one practice.")
    practice, found = next(iter(teams.items()))
    return team_report(instrument, found, _setting(f"The partners{f' of {practice}' if practice else ''}", settings))


def _drawn(report: Report, form: str) -> bytes:
    if form == "html":
        from web.report import ReportLinks, draw_report

        return draw_report(report, ReportLinks()).encode()
    if form == "pdf":
        from web.pdf import report_pdf

        return report_pdf(report)
    if form == "csv":
        from web.table import report_csv

        return report_csv(report)

    return report_text(report).encode()
