"""The report of an assessment is behind the same link: a page, a PDF and a table, for those who may see it alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from assess.reporting import Reporting
from bot.http import WebServer
from corpus.model import Audience
from corpus.tools import load_tools
from tests.assess.test_reporting import Shelf
from tests.web.assessing import EVE, EVERY, HEALTHCHECK, MO, PAT, SKILLS, Office
from web import reports

pytestmark = pytest.mark.slow


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def office(tmp_path: Path, shelf: Shelf) -> Iterator[Office]:
    office = Office(tmp_path)
    reporting = Reporting(office.desk, shelf, load_tools())
    routes = reports.routes(office.desk, office.passes, reporting, now=lambda: office.now)
    server = WebServer(Starlette(routes=routes), "127.0.0.1", 0)
    server.start()
    office.port = server.port
    yield office
    server.stop()
    office.stop()


@pytest.mark.parametrize("instrument", EVERY)
def test_every_report_is_a_page_a_pdf_and_a_table(office: Office, instrument: str) -> None:
    found, link = office.begun(instrument)
    office.fill(found, choice=1)
    office.desk.finish(MO, found.id)

    page, pdf, csv = (office.get(f"{link}{name}") for name in ("report", "report.pdf", "report.csv"))

    assert page.status == pdf.status == csv.status == 200
    assert "Mill Lane Surgery" in page.seen
    assert f'href="{link}report.pdf"' in page.text
    assert f'href="{link}start"' in page.text
    assert pdf.body.startswith(b"%PDF-")
    assert csv.body.startswith(b"\xef\xbb\xbf")
    assert re.match(r"attachment; filename\*=UTF-8''.*2026-11-23\.pdf$", pdf.headers["content-disposition"])


def test_a_report_behind_a_link_quotes_what_practices_may_read(office: Office, shelf: Shelf) -> None:
    found, link = office.begun()
    office.fill(found, choice=0)

    office.get(f"{link}report")

    assert {role for _, role in shelf.asked} == {Audience.PRACTICE}


def test_the_style_of_a_report_is_the_only_thing_in_it_that_a_browser_may_use(office: Office) -> None:
    found, link = office.begun()
    office.fill(found)

    headers = office.get(f"{link}report").headers

    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        headers["content-security-policy"],
    )
    assert headers["cache-control"] == "private, no-store"


def test_a_report_opens_for_nobody_else(office: Office) -> None:
    office.desk.add_practice(EVE, "Elsewhere", "B12345")
    found, _ = office.begun(SKILLS, PAT)
    office.fill(found, PAT)

    for name in ("report", "report.pdf", "report.csv", "team", "team.pdf", "team.csv"):
        assert office.get(f"{office.link(found, PAT)}{name}").status == 200
        assert office.get(f"{office.link(found, MO)}{name}").status == 410
        assert office.get(f"{office.link(found, EVE)}{name}").status == 410


def test_a_team_of_one_is_not_shown(office: Office) -> None:
    found, link = office.begun(SKILLS)
    office.fill(found)
    office.desk.finish(MO, found.id)

    page = office.get(f"{link}team")

    assert page.status == 200
    assert "The partners of Mill Lane Surgery" in page.seen
    assert "<svg" not in page.text


def test_before_anything_is_filled_in_there_is_no_report(office: Office) -> None:
    _, link = office.begun(HEALTHCHECK)

    for name in ("report", "report.pdf", "report.csv", "team", "team.pdf", "team.csv"):
        assert office.get(f"{link}{name}").headers["location"] == f"{link}start"
