"""`lmc tools score`: the scores of every row, printed or as a CSV file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cli.ask import print_json
from cli.responses import Row, Sheet, csv_text
from cli.settings import Settings
from cli.tools.given import find_instrument, say_problems, scored
from cli.tools.output import NONE, plain, write
from cli.tools.team import team_words, teams_of
from scoring.instrument import Instrument
from scoring.numbers import rounded
from scoring.result import AreaScore, ChecklistResult, HealthcheckResult, LevelsResult, Result, SkillsResult

_FIRST = ("line", "id", "overall", "band", "flags")


def run_score(options: argparse.Namespace, _: Settings) -> int:
    instrument = find_instrument(options.instrument)
    sheet, results = scored(options.responses, instrument)
    rows = [_facts(row, results[row.id]) for row in sheet.rows]
    teams = teams_of(instrument, sheet, results)
    if options.out:
        _write_scores(options.out, instrument, sheet, rows)
    if options.json:
        print_json({
            "instrument": instrument.id, "version": instrument.version, "rows": rows,
            "problems": [asdict(problem) for problem in sheet.problems],
            "teams": {name: plain(found) for name, found in teams.items()},
        })  # fmt: skip
    else:
        if options.out:
            sys.stdout.write(f"{len(rows)} scored, {len(bad_lines(sheet))} left out; written to {options.out}.\n")
        else:
            sys.stdout.writelines(map(_score_words, rows))
        sys.stdout.writelines(team_words(name, found) for name, found in teams.items())
    return say_problems(sheet)


def _facts(row: Row, result: Result) -> dict[str, Any]:
    """A result as plain values: those that every kind has, then its own."""
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
    areas = [name for area in instrument.areas for name in (area.id, f"{area.id}.band")]
    made = [{**_flat(row), "line": str(line.line)} for row, line in zip(rows, sheet.rows, strict=True)]
    extra = [name for name in (made[0] if made else {}) if name not in {*_FIRST, *areas}]
    for line, problems in bad_lines(sheet).items():
        made.append({"line": str(line), "id": problems[0].id, "problem": " ".join(str(p) for p in problems)})
    made.sort(key=lambda row: int(row["line"]))
    write(file, csv_text([*_FIRST, *areas, *extra, "problem"], made).encode("utf-8-sig", "replace"))


def _flat(row: Mapping[str, Any]) -> dict[str, str]:
    flat = {name: " ".join(value) if isinstance(value, list) else str(value) for name, value in row.items()
            if name != "areas" and value is not None}  # fmt: skip
    for area in row["areas"]:
        flat |= {area["id"]: "" if area["score"] is None else str(area["score"]), f"{area['id']}.band": area["band"]}
    return flat


def bad_lines(sheet: Sheet) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for problem in sheet.problems:
        found.setdefault(problem.line, []).append(problem)
    return found
