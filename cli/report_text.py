"""A report as plain text for a terminal: everything that the page says, one thing a line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from corpus.when import When
from scoring.report import BarChart, Bullets, Guidance, NextStep, Paragraph, Part, Report, Table, shown

WIDTH = 100
BAR = 20  # letters of a bar of 100


def report_text(report: Report) -> str:
    head = report.headline
    word = f"{head.number}: {head.word}" if head.number else head.word
    lines = [report.title, f"{report.subject}, {When.of(report.made).words()}, version {report.version}", "", word]
    lines += _wrapped(head.sentence)
    for section in report.sections:
        lines += ["", section.title, "-" * len(section.title)]
        for part in section.parts:
            lines += _part(part)
    lines += ["", "How the scores work, and their limits", *_wrapped(report.limits)]
    return "\n".join(lines) + "\n"


def _part(part: Part) -> Iterator[str]:
    match part:
        case Paragraph(text):
            yield from _wrapped(text)
        case Bullets(items):
            for item in items:
                yield from _wrapped(item, "- ", "  ")
        case BarChart():
            yield from _chart(part)
        case Table():
            yield from _table(part)
        case Guidance(area, citations):
            for citation in citations:
                yield from _wrapped(f"{area}: “{citation.quote}” ({citation.title}, page {citation.page})", "- ", "  ")
        case NextStep(text, person, href):
            yield from _wrapped(text)
            yield from _wrapped(f"{person} {href}".strip())


def _chart(chart: BarChart) -> Iterator[str]:
    yield from _wrapped(chart.caption)
    width = max((len(bar.label) for bar in chart.bars), default=0)
    for bar in chart.bars:
        drawn = "#" * round((bar.value or 0) * BAR / 100)
        other = f" ({chart.other.lower()}: {shown(bar.other)})" if chart.other else ""
        note = f" {bar.note}" if bar.note else ""
        yield f"  {bar.label:<{width}}  {shown(bar.value):>4}  {drawn:<{BAR}}  {bar.word}{other}{note}".rstrip()


def _table(table: Table) -> Iterator[str]:
    yield from _wrapped(table.caption)
    for first, *rest in table.rows:
        yield from _wrapped(first, "- ", "  ")
        for column, cell in zip(table.columns[1:], rest, strict=True):
            yield from _wrapped(f"{column}: {cell}", "    ", "      ")


def _wrapped(text: str, first: str = "", after: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=after)
