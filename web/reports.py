"""The report of an assessment under the same link: as a page, as a PDF and as a table; and the view of a team."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assess.desk import Assessing
from assess.reporting import Reporting
from corpus.model import Audience, Citation
from scoring.instrument import Kind
from scoring.report import Report
from web.door import HEADERS, Door, Handler, Visit, html, see
from web.passes import Passes
from web.pdf import report_pdf
from web.report import ReportLinks, draw_report, published, report_style_hash
from web.table import report_csv
from web.warm import warm_reports

# A link can be passed on, so a report behind one quotes what practices may read: docs/adr/0013.
ROLE = Audience.PRACTICE
_POLICY = (
    f"default-src 'none'; style-src {report_style_hash()}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_Maker = Callable[[Visit], Report]


def routes(
    desk: Assessing, passes: Passes, reporting: Reporting, source: Callable[[Citation], str] = published,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> list[BaseRoute]:  # fmt: skip
    """`report`, `report.pdf` and `report.csv` of an assessment; `team` and the like of partner skills."""
    warm_reports()
    door = Door(desk, passes, now)
    made = Made(reporting, source, now)

    def get(path: str, handler: Handler) -> Route:
        return Route(f"/assessment/{{token}}/{path}", door(handler), methods=["GET"])

    return [
        route
        for name, maker in (("report", made.report), ("team", made.team))
        for route in (
            get(name, made.page(name, maker)),
            get(f"{name}.pdf", made.pdf(name, maker)),
            get(f"{name}.csv", made.csv(name, maker)),
        )
    ]


@dataclass(frozen=True, slots=True)
class Made:
    """Handlers, each for the report that a maker makes."""

    reporting: Reporting
    source: Callable[[Citation], str]
    now: Callable[[], dt.datetime]

    def report(self, visit: Visit) -> Report:
        return self.reporting.report_for(visit.who, visit.id, ROLE, self.now().date())

    def team(self, visit: Visit) -> Report:
        return self.reporting.team_report(visit.who, visit.opened.practice.id, ROLE, self.now().date())

    def page(self, name: str, maker: _Maker) -> Handler:
        def show(visit: Visit) -> Response:
            links = ReportLinks(pdf=visit.to(f"{name}.pdf"), csv=visit.to(f"{name}.csv"), back=visit.to("start"))
            return html(draw_report(maker(visit), links, self.source), headers={"Content-Security-Policy": _POLICY})

        return _where_there_is_one(name, show)

    def pdf(self, name: str, maker: _Maker) -> Handler:
        return _where_there_is_one(name, lambda visit: _file(maker(visit), report_pdf, "pdf", "application/pdf"))

    def csv(self, name: str, maker: _Maker) -> Handler:
        return _where_there_is_one(
            name, lambda visit: _file(maker(visit), report_csv, "csv", "text/csv; charset=utf-8")
        )


def _where_there_is_one(name: str, handler: Handler) -> Handler:
    """Before anything is filled in there is no report, and only partner skills have one of a team."""
    return lambda visit: handler(visit) if _has(name, visit) else see(visit.to("start"))


def _has(name: str, visit: Visit) -> bool:
    if name == "team":
        return visit.opened.instrument.kind is Kind.SKILLS
    return bool(visit.opened.responses)


def _file(report: Report, write: Callable[[Report], bytes], suffix: str, media_type: str) -> Response:
    """A file to keep, named after what it is and the day."""
    name = re.sub(r"[^\w -]", "", f"{report.title} {report.subject} {report.made.isoformat()}")
    headers = {
        **HEADERS,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.{suffix}')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(write(report), headers=headers, media_type=media_type)
