"""What a command of `lmc tools` is given: the instrument that was named, and the rows of a file with their results."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import TypeAlias

from cli.responses import Problem, Sheet, read_sheet
from corpus.errors import InstrumentError, ResponsesError, SettingsError
from scoring.instrument import Checklist, Healthcheck, Instrument, Levels, Skills, instruments, load_instrument
from scoring.result import Result
from scoring.score import score

Known: TypeAlias = Healthcheck | Levels | Skills | Checklist

HEALTHCHECK = "practice_healthcheck"
BAD_ROW = ResponsesError.exit_code


def find_instrument(name: str) -> Known:
    """By its id, or from a file. Raises: InstrumentError."""
    if name in instruments():
        return instruments()[name]
    if name.endswith((".yaml", ".yml")):
        return load_instrument(Path(name))
    raise InstrumentError(f"There is no instrument {name}; name one of {', '.join(instruments())}, or a YAML file.")


def find_healthcheck(name: str, why: str) -> Healthcheck:
    """Raises: InstrumentError where it is of another kind."""
    instrument = find_instrument(name)
    if not isinstance(instrument, Healthcheck):
        raise InstrumentError(f"{instrument.id} is not {why}; only an instrument of the kind healthcheck is.")
    return instrument


def scored(file: Path, instrument: Instrument) -> tuple[Sheet, dict[str, Result]]:
    """The rows of a file with their results by id. Raises: ResponsesError."""
    sheet = read_sheet(file, instrument)
    results: dict[str, Result] = {}
    refused: list[Problem] = []
    for row in sheet.rows:
        try:
            results[row.id] = score(instrument, row.responses, today())
        except ResponsesError as error:
            refused.append(Problem(row.line, row.id, "", str(error)))
    problems = tuple(sorted((*sheet.problems, *refused), key=lambda problem: problem.line))
    return Sheet(file, tuple(row for row in sheet.rows if row.id in results), problems), results


def refuse_team(options: argparse.Namespace) -> None:
    """Raises: SettingsError where a workspace is named beside a file, in which there is none."""
    if options.team:
        raise SettingsError("--team belongs to the records; leave out either it or the file of responses.")


def say_problems(sheet: Sheet) -> int:
    for problem in sheet.problems:
        sys.stderr.write(f"lmc: {sheet.file}, {problem}\n")
    return BAD_ROW if sheet.problems else 0


def today() -> dt.date:
    return dt.datetime.now().astimezone().date()
