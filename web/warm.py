"""Everything that takes long the first time, done before the first person comes.

It is part of making the routes, so that a server which says that it listens compiles nothing any more; and a template
that is broken is told when the server starts, and not to the first person who opens its page.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from scoring.form import pages
from scoring.instrument import instruments
from scoring.report import (
    Bar,
    BarChart,
    Bullets,
    Guidance,
    Headline,
    NextStep,
    Paragraph,
    Report,
    Section,
    Table,
)
from web import layout, static
from web.filling import asked
from web.pdf import report_pdf
from web.report import ReportLinks, draw_report
from web.table import report_csv


@cache
def warm_pages() -> None:
    """Templates, style sheets, instruments, and the page that each of them begins with. Once in a process."""
    static.styles()
    layout.compile_all()
    for instrument in instruments().values():
        layout.draw_fields(asked(pages(instrument, {})[0], {}))


@cache
def warm_reports() -> None:
    """The page, the PDF with its fonts, and the table. Once in a process."""
    report = _blank()
    draw_report(report, ReportLinks())
    report_pdf(report)
    report_csv(report)


def _blank() -> Report:
    """A report with a part of each kind."""
    parts = (
        Paragraph("A paragraph"),
        Bullets(("A point",)),
        BarChart("A chart", (Bar("A bar", 50.0, "Half"),)),
        Table("A table", ("One", "Two"), (("1", "2"),)),
        Guidance("An area", ()),
        NextStep("A step", "A person"),
    )
    return Report(
        "blank", "1.0", "A report", "Nobody", dt.date(2000, 1, 1), Headline("A word", "", "A sentence"),
        (Section("all", "All", parts),), "Limits",
    )  # fmt: skip
