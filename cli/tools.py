"""`lmc tools`: the scoring tools without Slack and without a browser, over files of responses."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cli.ask import print_json
from cli.settings import Settings
from corpus.errors import InstrumentError, ResponsesError, SettingsError

# Only names here: the form, the scores and what they are made with are loaded when a command asks for them.
if TYPE_CHECKING:
    from cli.responses import Row, Sheet
    from scoring.benchmark import Release, Snapshot
    from scoring.drivers import Drivers
    from scoring.form import Responses
    from scoring.hidden import Hidden
    from scoring.instrument import Checklist, Healthcheck, Instrument, Levels, Skills
    from scoring.officers import AreaReliability
    from scoring.report import Report
    from scoring.reports import levels
    from scoring.reports.parts import Setting
    from scoring.result import AreaScore, HealthcheckResult, LevelsResult, Result
    from scoring.team import TeamResult

    Known = Healthcheck | Levels | Skills | Checklist

T = TypeVar("T")

HEALTHCHECK = "practice_healthcheck"
BAD_ROW = ResponsesError.exit_code
QUARTER = re.compile(r"(20\d\d)-?Q([1-4])", re.IGNORECASE)
NONE = "not enough answers"
DRAFT = "This plan is a draft made from the answers: an LMC analyst reads it before it is issued."
NOT_COMPARED = "No comparison was asked for. It is made with a benchmark of similar practices."


def add_commands(commands: Any) -> None:
    tools = commands.add_parser(
        "tools",
        help="score, compare and report responses to the scoring tools",
        description="INSTRUMENT is an id of `lmc tools list` or a YAML file. RESPONSES is a CSV file in UTF-8 with a"
        " row for each practice or partner: a column id, and a column for each field, such as PL1. A file of partner"
        " skills may have the columns practice and consent (yes or no) too.",
    )
    actions = tools.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="list the instruments")
    listed.set_defaults(run=run_list)
    validate = actions.add_parser("validate", help="check instrument files")
    validate.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an instrument, as YAML")
    validate.set_defaults(run=run_validate)
    score = _over_responses(actions, "score", "score responses: areas, overall, band, red flags")
    score.add_argument("--out", type=Path, metavar="FILE", help="write a CSV file instead of printing")
    score.set_defaults(run=run_score)
    _add_benchmark(actions)
    _add_report(actions)
    cohort = actions.add_parser("cohort", help="write responses of made-up practices, to try things with")
    cohort.add_argument("--out", type=Path, required=True, metavar="FILE", help="the CSV file")
    cohort.add_argument("--count", type=_whole(1, 10_000), default=138, metavar="N", help="how many (default 138)")
    cohort.add_argument(
        "--seed", type=_whole(0, 2**32 - 1), default=138, metavar="N", help="other practices by another"
    )
    cohort.set_defaults(run=run_cohort)
    drivers = actions.add_parser("drivers", help="for officers: what the outlook is linked with, reliability, coverage")
    drivers.add_argument(
        "responses", type=Path, metavar="RESPONSES", nargs="?",
        help="a CSV file of Practice Healthchecks; without it, the records up to the end of the last quarter",
    )  # fmt: skip
    drivers.add_argument("--team", help="without a file: the workspace's ID (T…)")
    drivers.add_argument(
        "--practices", type=_whole(1, 100_000), metavar="N", help="how many there are, for the coverage"
    )
    drivers.add_argument(
        "--bootstraps", type=_whole(100, 100_000), default=2_000, metavar="N", help="samples drawn (default 2,000)"
    )
    drivers.set_defaults(run=run_drivers)


def _over_responses(actions: Any, name: str, what: str, *, optional: bool = False) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=what)
    parser.add_argument("instrument", metavar="INSTRUMENT", help="an id of `lmc tools list`, or a YAML file")
    parser.add_argument("responses", type=Path, metavar="RESPONSES", help="a CSV file", nargs="?" if optional else None)
    return parser


def _add_benchmark(actions: Any) -> None:
    benchmark = _over_responses(
        actions, "benchmark", "freeze the comparison of a quarter, from a file or from the records", optional=True
    )
    benchmark.add_argument("--quarter", type=_quarter, metavar="QUARTER", help="of a file, such as 2026Q4")
    benchmark.add_argument("--before", type=Path, metavar="SNAPSHOT", help="the benchmark of the quarter before")
    benchmark.add_argument(
        "--out", type=Path, metavar="SNAPSHOT", help="the JSON file; keep what is written beside it private"
    )
    benchmark.add_argument("--team", help="without a file: the workspace's ID (T…)")
    benchmark.set_defaults(run=run_benchmark)


def _add_report(actions: Any) -> None:
    report = _over_responses(actions, "report", "the report of one row, without passages of the library")
    whose = report.add_mutually_exclusive_group(required=True)
    whose.add_argument("--row", metavar="ID", help="whose report")
    whose.add_argument("--team", action="store_true", help="partner skills: the partners of the file together")
    report.add_argument("--benchmark", type=Path, metavar="SNAPSHOT", help="compare with it")
    report.add_argument("--format", choices=["text", "html", "pdf", "csv"], default="text", help="text, unless said")
    report.add_argument("--out", type=Path, metavar="FILE", help="where to; text is printed without it")
    report.set_defaults(run=run_report)


def _whole(least: int, most: int) -> Any:
    def number(text: str) -> int:
        if not re.fullmatch(r"\d{1,10}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"write a whole number from {least:,} to {most:,}")
        return int(text)

    return number


def _quarter(text: str) -> str:
    """As 2026-Q4, also from 2026Q4."""
    found = QUARTER.fullmatch(text.strip())
    if not found:
        raise argparse.ArgumentTypeError("write a year and a quarter, such as 2026Q4")
    return f"{found[1]}-Q{found[2]}"


# --- instruments -------------------------------------------------------------------------------------------------


def run_list(options: argparse.Namespace, _: Settings) -> int:
    from scoring.instrument import instruments

    rows = [_about(instrument) for instrument in instruments().values()]
    if options.json:
        print_json({"instruments": rows})
        return 0
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(Column("Instrument", no_wrap=True), "Title", "Kind", "Version", "Items", "Minutes")
    for row in rows:
        table.add_row(*(str(row[name]) for name in ("id", "title", "kind", "version", "items", "minutes")))
    Console().print(table)
    return 0


def run_validate(options: argparse.Namespace, _: Settings) -> int:
    from scoring.instrument import load_instrument

    code, found = 0, []
    for file in options.files:
        try:
            about = _about(load_instrument(file))
            found.append({"file": str(file), "ok": True, **about})
            said = f"{file}: ok ({about['id']}, version {about['version']}, {about['items']} items).\n"
        except InstrumentError as error:
            code = error.exit_code
            found.append({"file": str(file), "ok": False, "problem": str(error)})
            said = ""
            if not options.json:
                sys.stderr.write(f"lmc: {error}\n")
        if not options.json:
            sys.stdout.write(said)
    if options.json:
        print_json({"files": found})
    return code


def _about(instrument: Instrument) -> dict[str, Any]:
    return {
        "id": instrument.id, "title": instrument.title, "kind": str(instrument.kind), "version": instrument.version,
        "areas": len(instrument.areas), "items": len(instrument.items), "minutes": instrument.minutes,
    }  # fmt: skip


def _instrument(name: str) -> Known:
    """By its id, or from a file. Raises: InstrumentError."""
    from scoring.instrument import instruments, load_instrument

    if name in instruments():
        return instruments()[name]
    if name.endswith((".yaml", ".yml")):
        return load_instrument(Path(name))
    raise InstrumentError(f"There is no instrument {name}; name one of {', '.join(instruments())}, or a YAML file.")


def _healthcheck(name: str, why: str) -> Healthcheck:
    """Raises: InstrumentError where it is of another kind."""
    from scoring.instrument import Healthcheck

    instrument = _instrument(name)
    if not isinstance(instrument, Healthcheck):
        raise InstrumentError(f"{instrument.id} is not {why}; only an instrument of the kind healthcheck is.")
    return instrument


# --- scores ------------------------------------------------------------------------------------------------------


def run_score(options: argparse.Namespace, _: Settings) -> int:
    instrument = _instrument(options.instrument)
    sheet, results = _scored(options.responses, instrument)
    rows = [_facts(row, results[row.id]) for row in sheet.rows]
    teams = _teams(instrument, sheet, results)
    if options.out:
        _write_scores(options.out, instrument, sheet, rows)
    if options.json:
        print_json({
            "instrument": instrument.id, "version": instrument.version, "rows": rows,
            "problems": [asdict(problem) for problem in sheet.problems],
            "teams": {name: _plain(found) for name, found in teams.items()},
        })  # fmt: skip
    else:
        if options.out:
            sys.stdout.write(f"{len(rows)} scored, {len(_bad_lines(sheet))} left out; written to {options.out}.\n")
        else:
            sys.stdout.writelines(map(_score_words, rows))
        sys.stdout.writelines(_team_words(name, found) for name, found in teams.items())
    return _say_problems(sheet)


def _scored(file: Path, instrument: Instrument) -> tuple[Sheet, dict[str, Result]]:
    """The rows of a file with their results by id. Raises: ResponsesError."""
    from cli.responses import Problem, Sheet, read_sheet
    from scoring.score import score

    sheet = read_sheet(file, instrument)
    results: dict[str, Result] = {}
    refused: list[Problem] = []
    for row in sheet.rows:
        try:
            results[row.id] = score(instrument, row.responses, _today())
        except ResponsesError as error:
            refused.append(Problem(row.line, row.id, "", str(error)))
    problems = tuple(sorted((*sheet.problems, *refused), key=lambda problem: problem.line))
    return Sheet(file, tuple(row for row in sheet.rows if row.id in results), problems), results


def _facts(row: Row, result: Result) -> dict[str, Any]:
    """A result as plain values: those that every kind has, then its own."""
    from scoring.numbers import rounded
    from scoring.result import ChecklistResult, HealthcheckResult, LevelsResult, SkillsResult

    found: dict[str, Any] = {"id": row.id, "overall": None, "band": "", "flags": []}
    match result:
        case HealthcheckResult():
            found |= {"overall": result.shown, "band": _label(result.band), "flags": [f.id for f in result.flags]}
            found |= {"blind_spots": [item.id for item in result.blind_spots]}
        case LevelsResult():
            flags = sorted(item.id for item in result.criteria if item.is_flagged)
            found["claimed"] = rounded(result.claimed_overall)
            found |= {"overall": result.shown, "band": _label(result.band), "flags": flags}
            found |= {"capped": sorted(item.id for item in result.criteria if item.is_capped)}
        case SkillsResult():
            found |= {"leads": sorted(result.leads), "wants": sorted(result.wants)}
        case ChecklistResult():
            found |= {"overall": result.shown, "overdue": [task.id for task in result.overdue]}
            found |= {"open_gates": [gate.id for gate in result.gates if gate.is_open]}
    return {**found, "areas": [_area(area) for area in result.areas]}


def _area(area: AreaScore) -> dict[str, Any]:
    return {
        "id": area.id, "title": area.title, "score": area.shown, "band": _label(area.band), "capped": area.capped,
        "answered": area.answered, "total": area.total,
    }  # fmt: skip


def _label(band: Any) -> str:
    return str(band.label) if band else ""


def _score_words(row: Mapping[str, Any]) -> str:
    # A partner has no overall score: the competencies are too unlike for one number.
    lines = [str(row["id"]) if "leads" in row else f"{row['id']}: {_number(row['overall'], row['band'])}"]
    lines += (
        [f"  Claimed, without regard to evidence: {row['claimed']} of 100"] if row.get("claimed") is not None else []
    )
    width = max(len(area["title"]) for area in row["areas"])
    for area in row["areas"]:
        capped = " (held down by a red flag)" if area["capped"] else ""
        lines.append(f"  {area['title']:<{width}}  {_number(area['score'], area['band'])}{capped}")
    said = {
        "flags": "Red flags", "blind_spots": "Not known", "capped": "Levels without evidence", "leads": "Leads on",
        "wants": "Would like training in", "overdue": "Overdue", "open_gates": "Gates that are open",
    }  # fmt: skip
    lines += [f"  {words}: {', '.join(row[name])}" for name, words in said.items() if row.get(name)]
    return "\n".join(lines) + "\n"


def _number(shown: int | None, band: str) -> str:
    return NONE if shown is None else f"{shown} of 100{f', {band}' if band else ''}"


def _write_scores(file: Path, instrument: Instrument, sheet: Sheet, rows: Sequence[Mapping[str, Any]]) -> None:
    """A row for each row of the responses, also for those that could not be scored: these say why."""
    from cli.responses import csv_text

    areas = [name for area in instrument.areas for name in (area.id, f"{area.id}.band")]
    made = [{**_flat(row), "line": str(line.line)} for row, line in zip(rows, sheet.rows, strict=True)]
    extra = [name for name in (made[0] if made else {}) if name not in {*_FIRST, *areas}]
    for line, problems in _bad_lines(sheet).items():
        made.append({"line": str(line), "id": problems[0].id, "problem": " ".join(str(p) for p in problems)})
    made.sort(key=lambda row: int(row["line"]))
    _write(file, csv_text([*_FIRST, *areas, *extra, "problem"], made).encode("utf-8-sig", "replace"))


_FIRST = ("line", "id", "overall", "band", "flags")


def _flat(row: Mapping[str, Any]) -> dict[str, str]:
    flat = {name: " ".join(value) if isinstance(value, list) else str(value) for name, value in row.items()
            if name != "areas" and value is not None}  # fmt: skip
    for area in row["areas"]:
        flat |= {area["id"]: "" if area["score"] is None else str(area["score"]), f"{area['id']}.band": area["band"]}
    return flat


def _bad_lines(sheet: Sheet) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for problem in sheet.problems:
        found.setdefault(problem.line, []).append(problem)
    return found


def _say_problems(sheet: Sheet) -> int:
    for problem in sheet.problems:
        sys.stderr.write(f"lmc: {sheet.file}, {problem}\n")
    return BAD_ROW if sheet.problems else 0


# --- the partners together -----------------------------------------------------------------------------------------


def _teams(instrument: Instrument, sheet: Sheet, results: Mapping[str, Result]) -> dict[str, TeamResult | Hidden]:
    """The team view of each practice of a file of partner skills; of nothing else."""
    from scoring.instrument import Skills
    from scoring.result import SkillsResult
    from scoring.team import team

    if not isinstance(instrument, Skills):
        return {}
    partners: dict[str, list[Row]] = {}
    for row in sheet.rows:
        partners.setdefault(row.practice, []).append(row)
    # Whoever stands on a line that cannot be read has not been asked for consent.
    is_whole = not sheet.problems
    return {
        practice: team(
            instrument,
            [result for row in rows if isinstance(result := results[row.id], SkillsResult)],
            is_whole and all(row.has_consented for row in rows),
        )
        for practice, rows in partners.items()
    }


def _team_words(practice: str, found: TeamResult | Hidden) -> str:
    from scoring.hidden import Hidden

    head = f"The partners together{f', {practice}' if practice else ''}"
    if isinstance(found, Hidden):
        return f"{head}: {found.reason}\n"
    lines = [f"{head} ({found.respondents} answered):"]
    for area in found.areas:
        figures = f"middle {area.shown}, {area.spread_label}. {area.cover_label}." if area.shown is not None else NONE
        lines.append(f"  {area.title}: {' '.join((figures, *area.gap_labels))}")
    return "\n".join(lines) + "\n"


# --- the benchmark -------------------------------------------------------------------------------------------------


def run_benchmark(options: argparse.Namespace, settings: Settings) -> int:
    instrument = _healthcheck(options.instrument, "compared between practices")
    if options.responses is None:
        return _release(options, settings, instrument)
    if options.quarter is None or options.out is None:
        raise SettingsError("Say which quarter it is with --quarter 2026Q4, and where to write it with --out FILE.")
    before = _before(options.before, instrument, options.quarter) if options.before else None
    sheet, results = _scored(options.responses, instrument)
    if sheet.problems:
        _say_problems(sheet)
        raise ResponsesError("Nothing was frozen, because a frozen quarter cannot be mended: correct these rows first.")
    release = _freeze(instrument, sheet, results, options.quarter, before)
    _write(options.out, release.snapshot.to_json().encode())
    _write(_basis_file(options.out), release.basis.to_json().encode(), private=True)
    count = len(release.snapshot.figures)
    if options.json:
        print_json({"quarter": options.quarter, "figures": count, "snapshot": str(options.out)})
    elif count:
        sys.stdout.write(f"{count} figures of {options.quarter} written to {options.out}; {_PRIVATE}")
    else:
        sys.stdout.write(f"No figure of {options.quarter} may be told yet: it needs at least eight practices.\n")
    return 0


_PRIVATE = "keep the file .basis.json beside it private, for the next quarter.\n"


def _freeze(
    instrument: Healthcheck, sheet: Sheet, results: Mapping[str, Result], quarter: str, before: Release | None
) -> Release:
    from cli.responses import mark_of
    from scoring.benchmark import Counted, freeze
    from scoring.result import HealthcheckResult

    counted = [
        Counted(*mark_of(row), result) for row in sheet.rows if isinstance(result := results[row.id], HealthcheckResult)
    ]
    return freeze(counted, instrument, quarter, before)


def _before(file: Path, instrument: Healthcheck, quarter: str) -> Release:
    """The release that was written earlier. Raises: ResponsesError."""
    from scoring.benchmark import Basis, Release

    snapshot = _snapshot(file, instrument)
    basis = _basis_file(file)
    if not basis.is_file():
        raise ResponsesError(f"{basis} is missing: without it the figures of two quarters could be subtracted.")
    if snapshot.quarter >= quarter:
        raise ResponsesError(f"{file} is of {snapshot.quarter}, which is not before {quarter}; name an earlier one.")
    return Release(snapshot, _kept(basis, Basis))


def _snapshot(file: Path, instrument: Healthcheck) -> Snapshot:
    from scoring.benchmark import Snapshot

    snapshot = _kept(file, Snapshot)
    if (snapshot.instrument, snapshot.major) != (instrument.id, instrument.major):
        raise ResponsesError(f"{file} is a benchmark of other questions than {instrument.id} {instrument.version}.")
    return snapshot


def _kept(file: Path, kind: type[T]) -> T:
    """What `to_json` wrote. Raises: ResponsesError."""
    try:
        found: T = kind.from_json(file.read_text("utf-8"))  # type: ignore[attr-defined]
        return found
    except OSError as error:
        raise ResponsesError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # also pydantic's, also of bytes that are no text
        raise ResponsesError(
            f"{file} is no benchmark that this version wrote; make it with lmc tools benchmark."
        ) from error


def _basis_file(snapshot: Path) -> Path:
    return snapshot.with_name(f"{snapshot.stem}.basis.json")


def _release(options: argparse.Namespace, settings: Settings, instrument: Healthcheck) -> int:
    """Freeze the quarter that has ended from the records, where it stays."""
    from assess.desk import Assessing
    from cli.records import team_of
    from cli.wire import records_url
    from records.open import Records

    if options.quarter or options.before:
        raise SettingsError("--quarter and --before belong to a file of responses; the records know their quarter.")
    with Records.open(records_url(settings)) as records:
        team = team_of(options, settings)
        release = Assessing(records).release(team, instrument.id)
        if release:
            records.audit.note("administrator", "benchmark.frozen", instrument.id, quarter=release.snapshot.quarter)
    if release and options.out:
        _write(options.out, release.snapshot.to_json().encode())
    quarter, figures = (release.snapshot.quarter, len(release.snapshot.figures)) if release else (None, 0)
    if options.json:
        print_json({"quarter": quarter, "figures": figures})
    elif release:
        sys.stdout.write(f"{quarter} is frozen, with {figures} figures that may be told.\n")
    else:
        sys.stdout.write("The quarter that has ended is frozen already; nothing was changed.\n")
    return 0


# --- reports -------------------------------------------------------------------------------------------------------


def run_report(options: argparse.Namespace, settings: Settings) -> int:
    if options.out is None and options.format != "text":
        raise SettingsError(f"Say where to write the {options.format} file with --out FILE.")
    instrument = _instrument(options.instrument)
    if options.benchmark:
        _healthcheck(options.instrument, "compared between practices")
    sheet, results = _scored(options.responses, instrument)
    if options.team:
        report = _team_report(instrument, sheet, results, settings)
    else:
        row = _named(sheet, options.row)
        report = _report(instrument, row, results[row.id], options.benchmark, settings)
    drawn = _drawn(report, options.format)
    if options.out:
        _write(options.out, drawn)
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
    from corpus.tools import load_tools
    from scoring.reports.parts import Setting

    tools = {tool.id: tool for tool in load_tools(settings.tools) if tool.audience.admits(settings.role)}
    return Setting(subject, _today(), tools=tools)


def _report(instrument: Known, row: Row, result: Result, benchmark: Path | None, settings: Settings) -> Report:
    from scoring.instrument import Checklist, Healthcheck, Levels, Skills
    from scoring.reports import checklist, healthcheck, levels, skills
    from scoring.result import ChecklistResult, HealthcheckResult, LevelsResult, SkillsResult

    setting = _setting(row.id, settings)
    match instrument, result:
        case Healthcheck(), HealthcheckResult():
            return healthcheck.healthcheck_report(
                instrument, result, _compared(instrument, row, result, benchmark), setting
            )
        case Levels(), LevelsResult():
            return levels.levels_report(instrument, result, _plan(instrument, result), setting)
        case Skills(), SkillsResult():
            return skills.skills_report(instrument, result, setting)
        case Checklist(), ChecklistResult():
            return checklist.checklist_report(instrument, result, setting)
    raise TypeError(f"no report is known for {instrument.id}")


def _compared(instrument: Healthcheck, row: Row, result: HealthcheckResult, benchmark: Path | None) -> Any:
    """Comparison | Hidden; answers that were counted in the benchmark are left out of their own comparison."""
    from cli.responses import mark_of
    from scoring.benchmark import Basis, compare
    from scoring.hidden import Hidden

    if benchmark is None:
        return Hidden(NOT_COMPARED)
    snapshot = _snapshot(benchmark, instrument)
    basis = _basis_file(benchmark)
    is_counted = basis.is_file() and mark_of(row) in _kept(basis, Basis).answers
    return compare(snapshot, instrument, result, result if is_counted else None)


def _plan(instrument: Levels, result: LevelsResult) -> levels.Plan:
    from scoring.plan import draft_plan
    from scoring.reports.levels import Plan, PlannedAction

    return Plan(DRAFT, tuple(
        PlannedAction(
            criterion=draft.criterion_id, action=draft.action, why=draft.why, owner=draft.owner_role, due=draft.due,
            horizon=draft.horizon, support=draft.support_needed, progress="Draft",
        )
        for draft in draft_plan(instrument, result, _today())
    ))  # fmt: skip


def _team_report(instrument: Known, sheet: Sheet, results: Mapping[str, Result], settings: Settings) -> Report:
    from scoring.instrument import Skills
    from scoring.reports.skills import team_report

    if not isinstance(instrument, Skills):
        raise InstrumentError(f"{instrument.id} has no team view; only an instrument of the kind skills has one.")
    teams = _teams(instrument, sheet, results)
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
    from cli.report_text import report_text

    return report_text(report).encode()


# --- the cohort and what officers see --------------------------------------------------------------------------------


def run_cohort(options: argparse.Namespace, _: Settings) -> int:
    from cli.responses import csv_text, field_ids
    from scoring.cohort import cohort

    instrument = _healthcheck(HEALTHCHECK, "made up")
    made = cohort(instrument, options.count, options.seed)
    rows = [{"id": f"SIM{number:03d}", **responses} for number, responses in enumerate(made, 1)]
    _write(options.out, csv_text(["id", *field_ids(instrument)], rows).encode())
    if options.json:
        print_json({"practices": len(rows), "out": str(options.out)})
    else:
        sys.stdout.write(f"{len(rows)} made-up practices written to {options.out}; nobody's real answers.\n")
    return 0


def run_drivers(options: argparse.Namespace, settings: Settings) -> int:
    instrument = _healthcheck(HEALTHCHECK, "analysed")
    if options.responses is None:
        return _analyse(options, instrument, _recorded(options, settings))
    sheet, _ = _scored(options.responses, instrument)
    code = _analyse(options, instrument, [row.responses for row in sheet.rows])
    return _say_problems(sheet) or code


def _recorded(options: argparse.Namespace, settings: Settings) -> list[Responses]:
    """What practices that agreed to count had finished when this quarter began.

    Until the next one the figures stay the same, so that nobody learns of one practice by asking again when it joins.
    """
    from assess.desk import Assessing
    from assess.statistics import quarter_began
    from cli.records import team_of
    from cli.wire import records_url
    from records.open import Records

    with Records.open(records_url(settings)) as records:
        team = team_of(options, settings)
        records.audit.note("administrator", "statistics.read", HEALTHCHECK)
        return Assessing(records).counted_responses(team, HEALTHCHECK, quarter_began(_today()))


def _analyse(options: argparse.Namespace, instrument: Healthcheck, answered: Sequence[Responses]) -> int:
    from scoring.drivers import drivers
    from scoring.healthcheck import score_healthcheck
    from scoring.officers import coverage, reliability

    healthchecks = [score_healthcheck(instrument, responses) for responses in answered]
    taken = sum(result.overall is not None for result in healthchecks)
    if options.practices is not None and options.practices < taken:
        raise SettingsError(
            f"--practices {options.practices} is fewer than answered; give the number of all there are."
        )
    covered = coverage(taken, options.practices) if options.practices is not None else None
    trusted = reliability(answered, instrument)
    linked = drivers(healthchecks, instrument, bootstraps=options.bootstraps)
    if options.json:
        print_json({"coverage": _plain(covered), "reliability": _plain(trusted), "drivers": _plain(linked)})
    else:
        sys.stdout.writelines(f"{line}\n" for line in _officers_words(covered, trusted, linked))
    return 0


def _officers_words(
    covered: Any, trusted: Sequence[AreaReliability | Hidden] | Hidden, linked: Drivers | Hidden
) -> Iterator[str]:
    from scoring.hidden import Hidden

    if covered is not None:
        yield f"Coverage: {covered.reason if isinstance(covered, Hidden) else f'{covered.words} {covered.caveat}'}"
    yield "How far each area can be trusted (alpha, with its 95 % interval)"
    if isinstance(trusted, Hidden):
        yield f"  {trusted.reason}"
    else:
        for area in trusted:
            yield f"  {_trust_words(area)}"
    yield "What the outlook is linked with"
    if isinstance(linked, Hidden):
        yield f"  {linked.reason}"
        return
    yield from (f"  {words}" for words in linked.words)
    width = max(len(driver.effect.title) for driver in linked.drivers)
    for driver in linked.drivers:
        share = f"{driver.dominance:.1%} ({driver.low:.1%} to {driver.high:.1%})"
        yield f"  {driver.effect.title:<{width}}  accounts for {share}; variance inflation {driver.effect.vif:.1f}"
    yield f"  About {linked.n} practices; adjusted R² {linked.adjusted_r2:.2f}. {linked.caveat}"


def _trust_words(area: AreaReliability | Hidden) -> str:
    from scoring.hidden import Hidden

    if isinstance(area, Hidden):
        return area.reason
    change = f"a change of {area.reliable_change:.0f} points or more is more than chance"
    return f"{area.title}: {area.alpha:.2f} ({area.low:.2f} to {area.high:.2f}); {change}. {area.words}"


# --- small things ----------------------------------------------------------------------------------------------------


def _plain(found: Any) -> Any:
    """A result of the statistics as JSON takes it; what is hidden is its reason."""
    from scoring.hidden import Hidden

    if found is None:
        return None
    if isinstance(found, Hidden):
        return {"hidden": found.reason}
    return [_plain(one) for one in found] if isinstance(found, tuple) else json.loads(json.dumps(asdict(found)))


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _write(file: Path, content: bytes, *, private: bool = False) -> None:
    """Raises: SettingsError where it cannot be written."""
    try:
        if private:
            with contextlib.suppress(FileNotFoundError):
                file.chmod(0o600)
            file.touch(mode=0o600)
        file.write_bytes(content)
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}; name another with --out.") from error
