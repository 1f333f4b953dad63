"""A report as a file for a spreadsheet: everything that the page says, one thing a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from corpus.when import When
from scoring.report import BarChart, Bullets, Guidance, NextStep, Paragraph, Part, Report, Table, chart_table
from web.report import facts

COLUMNS = ("Section", "Part", "Item", "What", "Value")
# What a spreadsheet takes for the beginning of a formula, also in its wide forms; source: OWASP, CSV injection.
_FORMULA = re.compile(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")

Row = tuple[str, str, str, str, str]


def report_csv(report: Report) -> bytes:
    """UTF-8 with a byte order mark, as Excel asks for it; lines end in CR LF; every cell is quoted."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in row] for row in _rows(report))
    return lines.getvalue().encode("utf-8-sig", "replace")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what would be a formula; plain numbers stay numbers.

    >>> guarded("=1+1"), guarded("-5"), guarded("- notes")
    ("'=1+1", '-5', "'- notes")
    """
    cell = cell.replace("\x00", "")
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _rows(report: Report) -> Iterator[Row]:
    head = report.headline
    about = {
        "Title": report.title, "Whose": report.subject, "Date": When.of(report.made).iso(), "Version": report.version,
        "In words": head.word, "Number": head.number, "Summary": head.sentence,
    }  # fmt: skip
    yield from (("Report", "", "", what, value) for what, value in about.items() if value)
    for section in report.sections:
        for part in section.parts:
            yield from ((section.title, *row) for row in _part(part))
    yield ("How the scores work, and their limits", "", "", "Text", report.limits)


def _part(part: Part) -> Iterator[tuple[str, str, str, str]]:
    match part:
        case Paragraph(text):
            yield ("", "", "Text", text)
        case Bullets(items):
            yield from (("", str(number), "Point", item) for number, item in enumerate(items, 1))
        case BarChart():
            yield from _cells(chart_table(part))
        case Table():
            yield from _cells(part)
        case Guidance(area, citations):
            for citation in citations:
                yield (area, citation.title, "Quote", citation.quote)
                yield (area, citation.title, "Source", facts(citation))
        case NextStep(text, person, _):
            yield ("", "", "Next step", text)
            yield ("", "", "Who helps", person)


def _cells(table: Table) -> Iterator[tuple[str, str, str, str]]:
    for row in table.rows:
        for column, cell in zip(table.columns[1:], row[1:], strict=True):
            yield (table.caption, row[0], column, cell)
