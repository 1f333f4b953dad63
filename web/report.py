"""A report as an accessible page: each chart with a table of the same facts, nothing told by colour alone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from corpus.model import Citation
from corpus.when import When
from scoring.report import (
    Bar,
    BarChart,
    Bullets,
    Guidance,
    NextStep,
    Paragraph,
    Part,
    Report,
    Table,
    chart_table,
    shown,
)

_TEMPLATES = Path(__file__).parent / "templates"
_KINDS: dict[type[Part], str] = {
    Paragraph: "paragraph", Bullets: "bullets", BarChart: "chart", Table: "table", Guidance: "guidance",
    NextStep: "step",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportLinks:
    """Where a page leads, as addresses relative to it or whole; what is empty is not offered."""

    pdf: str = ""
    csv: str = ""
    back: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in a drawing of bars things stand: shares of its width in per cent, heights in letters (em).

    Across has the label, the bar and the words in one row; down has them below each other, for narrow screens.
    `note_row` is what a row is higher by where bars have notes; `reach` is how far lines stand out of a bar; `names`
    says whether the lines are named in the drawing.
    """

    id: str
    label: float
    begin: float
    width: float
    words: float
    row: float
    note_row: float
    label_down: float
    bar_down: float
    words_down: float
    reach: float
    names: bool


ACROSS = Layout("across", 0, 37, 41, 79.5, 2.5, 0.7, 1.55, 0.65, 1.55, 0.3, names=True)
DOWN = Layout("down", 0, 0, 100, 0, 4.6, 1.2, 1.1, 1.5, 3.85, 0, names=False)
LAYOUTS = (ACROSS, DOWN)
BAR_HEIGHT = 1.25
TOP = 1.8
FOOT = 1.8


def published(citation: Citation) -> str:
    """The address of a source on the web; nothing for a file on this machine."""
    return address(citation.url)


def address(href: str) -> str:
    """An address of the web or of e-mail; nothing for what a click would run."""
    return href if href.lower().startswith(("https://", "http://", "mailto:")) else ""


def draw_report(report: Report, links: ReportLinks, source: Callable[[Citation], str] = published) -> str:
    """The whole page. `source` gives the address where a quoted passage can be read, or nothing."""
    return _engine().get_template("report.html").render(
        report=report, links=links, source=source, style=report_style(), layouts=LAYOUTS, bar_height=BAR_HEIGHT,
        top=TOP, foot=FOOT, base="report_frame.html",
    )  # fmt: skip


@cache
def report_style() -> str:
    """The style sheet of the page, which stands in it: a page that is saved or printed looks the same."""
    return (_TEMPLATES / "report.css").read_text("utf-8")


@cache
def report_style_hash() -> str:
    """What the content security policy knows the style sheet by."""
    digest = hashlib.sha256(report_style().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def described(chart: BarChart) -> str:
    """A chart in one sentence a bar, for those who do not see it."""
    return " ".join(f"{bar.label}: {said(chart, bar)}{f'. {bar.note}' if bar.note else ''}." for bar in chart.bars)


def said(chart: BarChart, bar: Bar) -> str:
    """What stands beside a bar: `Watch, 63`, or `Defined, 50; claimed 61`."""
    if bar.value is None:
        return bar.word
    other = f"; {chart.other.lower()} {shown(bar.other)}" if chart.other else ""
    return f"{bar.word}, {shown(bar.value)}{other}"


def facts(citation: Citation) -> str:
    """`Anytown LMC, 11 June 2026, page 4`."""
    dated = citation.published.words() if citation.published else "no date given"
    return ", ".join(fact for fact in (citation.publisher, dated, f"page {citation.page}") if fact)


@cache
def _engine() -> Environment:
    engine = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    engine.filters.update(
        kind=lambda part: _KINDS[type(part)], chart_table=chart_table, described=described, facts=facts,
        address=address, day=lambda date: When.of(date).words(),
    )  # fmt: skip
    engine.globals.update(said=said)
    return engine
