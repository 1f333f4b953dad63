"""A report as a value: what a page, a PDF, a table file and Slack all draw from, so that they cannot differ."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TypeAlias

from corpus.model import Citation


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart. `value` in [0, 100], None where there is none; `word` says in words what it means.

    `other` is a second value on the same scale, such as the claimed level beside the evidenced one.
    """

    label: str
    value: float | None
    word: str
    note: str = ""
    other: float | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """Drawn as bars and, always, as a table with the same facts. `lines` mark values that bands begin at.

    `things` is what a bar stands for, `name` what its value is and `other` its second value, as columns of the table
    are headed; `other` is empty where no bar has a second value.
    """

    caption: str
    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, str], ...] = ()
    things: str = "Area"
    name: str = "Score"
    other: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` have as many cells as `columns`; the first cell of a row is its heading."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Guidance:
    """Passages of the library behind one area, quoted word for word."""

    area: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next, and the person who helps."""

    text: str
    person: str
    href: str = ""


def shown(value: float | None) -> str:
    """A value of a chart as people read it: a whole number, a half rounded up; "none" where there is none.

    >>> shown(62.5), shown(None)
    ('63', 'none')
    """
    return "none" if value is None else str(math.floor(value + 0.5))


def chart_table(chart: BarChart) -> Table:
    """The same facts as the bars: a chart is never the only place where something stands."""
    noted = any(bar.note for bar in chart.bars)
    columns = (chart.things, chart.name, *((chart.other,) if chart.other else ()), "In words")
    return Table(
        chart.caption, (*columns, *(("Note",) if noted else ())), tuple(_row(chart, bar, noted) for bar in chart.bars)
    )


def _row(chart: BarChart, bar: Bar, noted: bool) -> tuple[str, ...]:
    values = (shown(bar.value), *((shown(bar.other),) if chart.other else ()))
    return (bar.label, *values, bar.word, *((bar.note,) if noted else ()))


Part: TypeAlias = Paragraph | Bullets | BarChart | Table | Guidance | NextStep


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """What stands first: a word and, where there is one, a number from 0 to 100, as it is shown."""

    word: str
    number: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """One finished report; `subject` is whose it is (the practice's name, or the team of partners)."""

    instrument: str
    version: str
    title: str
    subject: str
    made: dt.date
    headline: Headline
    sections: tuple[Section, ...]
    limits: str
