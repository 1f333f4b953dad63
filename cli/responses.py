"""A CSV file of responses to an instrument: a row is a practice or a partner, a column a field of the form."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ResponsesError
from scoring.fields import FormPage, Responses
from scoring.instrument import Instrument, Kind
from scoring.pages import pages
from scoring.reading import read

ID, PRACTICE, CONSENT = "id", "practice", "consent"
BESIDE = {Kind.SKILLS: (PRACTICE, CONSENT)}
"""Columns that may stand beside the fields: whose partner it is, and whether the team view may count few partners."""
YES_NO = {"yes": True, "no": False, "": False}
OTHER_MARKS = {"semicolons": ";", "tabs": "\t"}
"""What spreadsheets of other countries put between cells."""
LARGEST = 50_000_000  # bytes; ten times what 10,000 practices need


@dataclass(frozen=True, slots=True)
class Row:
    """One practice or partner. `responses` are read as the form reads them, without what was left open."""

    line: int
    id: str
    practice: str
    has_consented: bool
    responses: Responses


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken; `field` is the column, empty where it is the row as a whole. Never repeats a value."""

    line: int
    id: str
    field: str
    says: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.field}' if self.field else ''}: {self.says}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that can be scored, and what is wrong with the others, both in the order of the file."""

    file: Path
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read_sheet(file: Path, instrument: Instrument) -> Sheet:
    """Read a file; a bad row is named and the rest goes on. Raises: ResponsesError for a file that has no rows."""
    lines = _lines(file)
    head = next(lines, (1, []))[1]
    if not head:
        raise ResponsesError(f"{file} is empty; write a heading with the column id, and a row for each under it.")
    columns = [column.strip() for column in head]
    shown = pages(instrument, {})
    _check_columns(file, columns, instrument, shown)
    rows: dict[str, Row] = {}
    problems: list[Problem] = []
    for line, cells in lines:
        found = _row(line, columns, cells, shown)
        if isinstance(found, Row) and found.id in rows:
            found = [
                Problem(line, found.id, ID, f"The same id stands on line {rows[found.id].line}; keep one of the two.")
            ]
        if isinstance(found, Row):
            rows[found.id] = found
        else:
            problems += found
    if not rows and not problems:
        raise ResponsesError(f"{file} holds no responses; write a row for each practice or partner under the heading.")
    return Sheet(file, tuple(rows.values()), tuple(problems))


def mark_of(row: Row) -> tuple[str, str]:
    """Opaque ids of who answered and of the answers as they stand, for a benchmark's basis."""
    answers = json.dumps([row.id, sorted(row.responses.items())])
    return _digest(row.id), _digest(answers)


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """A file that `read_sheet` reads again; a spreadsheet runs none of its cells."""
    from web.table import guarded

    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(columns)
    writer.writerows([guarded(row.get(column, "")) for column in columns] for row in rows)
    return made.getvalue()


def field_ids(instrument: Instrument) -> tuple[str, ...]:
    """The columns of a file of responses, in the order of the form."""
    return tuple(field.id for page in pages(instrument, {}) for field in page.fields)


def _lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, each with the line that it begins on. Raises: ResponsesError."""
    try:
        if file.stat().st_size > LARGEST:
            raise ResponsesError(f"{file} is larger than {LARGEST // 1_000_000} MB; split it.")
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise ResponsesError(f"{file} cannot be read: {error.strerror}; name a CSV file of responses.") from error
    except UnicodeDecodeError as error:
        raise ResponsesError(f"{file} is not UTF-8 text; save it as “CSV UTF-8”.") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    began = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield began, cells
            began = reader.line_num + 1
    except csv.Error as error:
        raise ResponsesError(f"{file}, line {began}, is not CSV: {error}; mend that line.") from error


def _check_columns(file: Path, columns: Sequence[str], instrument: Instrument, shown: Sequence[FormPage]) -> None:
    """Every column must be known: answers under a mistyped heading would be lost unseen. Raises: ResponsesError."""
    if ID not in columns:
        parted = next((name for name, mark in OTHER_MARKS.items() if mark in "".join(columns)), "")
        mend = f"its cells are parted by {parted}: save it with commas" if parted else "add one that names each row"
        raise ResponsesError(f"{file}, line 1: there is no column id; {mend}.")
    fields = {field.id for page in shown for field in page.fields}
    known = {ID, *fields, *BESIDE.get(instrument.kind, ())}
    for column in columns:
        if column not in known:
            raise ResponsesError(
                f"{file}, line 1: the column {_printable(column) or '(empty)'} is no field of {instrument.id};"
                " correct it or leave it out."
            )
        if columns.count(column) > 1:
            raise ResponsesError(f"{file}, line 1: the column {column} stands twice; leave one of the two out.")


def _row(line: int, columns: Sequence[str], cells: Sequence[str], shown: Sequence[FormPage]) -> Row | list[Problem]:
    raw = dict(zip(columns, cells, strict=False))
    name = _printable(raw.get(ID, ""))
    if len(cells) != len(columns):
        says = f"It has {len(cells)} cells and the heading has {len(columns)}; mend its commas and quotes."
        return [Problem(line, name, "", says)]
    if not name:
        return [Problem(line, "", ID, "Name the row: it has no id.")]
    readings = [read(page, raw) for page in shown]
    codes = {field.id: [option.value for option in field.options] for page in shown for field in page.fields}
    problems = [
        # The form says to choose from its list, which a file has not.
        Problem(line, name, field, f"Write one of {', '.join(codes[field])}." if codes[field] else says)
        for one in readings
        for field, says in one.problems.items()
    ]
    consent = raw.get(CONSENT, "").strip().lower()
    if consent not in YES_NO:
        problems.append(Problem(line, name, CONSENT, "Write yes or no."))
    if problems:
        return problems
    values = {field: value for one in readings for field, value in one.values.items() if value}
    return Row(line, name, _printable(raw.get(PRACTICE, "")), YES_NO[consent], values)


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]
