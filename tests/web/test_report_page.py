"""The page of a report can be read by everybody: without colour or a mouse, narrow, on paper, by a screen reader."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from scoring.report import BarChart, Report, Table
from tests.scoring.test_reports import every_report
from tests.web.reports import a_hostile_report, a_report
from web.report import ReportLinks, draw_report, report_style, report_style_hash

CHROMIUM = Path("/usr/bin/chromium")
LINKS = ReportLinks("report.pdf", "report.csv", "start")


class Seen(HTMLParser):
    """The words of a page, and the kinds of its elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def seen(report: Report) -> Seen:
    return Seen(draw_report(report, LINKS))


# --- what it says ------------------------------------------------------------------------------------------------


def test_the_word_and_the_number_stand_first() -> None:
    text = seen(a_report()).text

    assert text.index("Watch 62 out of 100") < text.index("What stands out") < text.index("The ten areas")
    assert "Report of 23 November 2026" in text


def test_every_chart_has_a_title_a_description_and_a_table() -> None:
    html = draw_report(a_report(), LINKS)

    charts = [part for section in a_report().sections for part in section.parts if isinstance(part, BarChart)]
    assert html.count("<details>") == len(charts) == 2
    drawn = [attributes for attributes in Seen(html).all("svg") if attributes.get("role") == "img"]
    assert len(drawn) == 2 * len(charts)  # one across, one down
    ids = set(re.findall(r'id="([^"]+)"', html))
    assert all(name in ids for attributes in drawn for name in str(attributes["aria-labelledby"]).split())
    assert "GP workforce and succession: Priority, 44." in html


def test_a_bar_without_a_score_is_told_in_words() -> None:
    text = seen(a_report()).text

    assert "Working with others Not enough answers 1 of 3 answered" in text


def test_each_table_has_a_caption_and_headings() -> None:
    page = seen(a_report())

    tables = [part for section in a_report().sections for part in section.parts if isinstance(part, BarChart | Table)]
    assert len(page.all("table")) == len(page.all("caption")) == len(tables)
    assert {attributes["scope"] for attributes in page.all("th")} == {"col", "row"}


def test_passages_are_quoted_with_document_date_and_page() -> None:
    page = seen(a_report())

    assert (
        "Review the agreement every three years. Partnership agreements , Anytown LMC, 1 May 2026, page 4" in page.text
    )
    hrefs = {attributes.get("href") for attributes in page.all("a")}
    assert "https://kb.example.org/a.pdf#page=4" in hrefs
    assert not any(str(href).startswith("file:") for href in hrefs)


def test_sources_may_be_linked_to_pages_of_ours() -> None:
    html = draw_report(a_report(), LINKS, lambda citation: f"/source/{citation.document_id}")

    assert html.count('href="/source/deed"') == 2


def test_it_leads_to_the_pdf_and_the_table() -> None:
    hrefs = [attributes.get("href") for attributes in seen(a_report()).all("a")]

    assert {"report.pdf", "report.csv", "start"} <= set(hrefs)
    assert "report.pdf" not in draw_report(a_report(), ReportLinks())


def test_hostile_words_stay_words() -> None:
    html = draw_report(a_hostile_report(), LINKS)
    page = Seen(html)

    assert not page.all("script")
    assert not page.all("img")
    assert "{{ 7*7 }}" in page.text
    assert "javascript:" not in " ".join(str(attributes.get("href")) for attributes in page.all("a"))


def test_nothing_needs_more_than_its_own_style_sheet() -> None:
    """So that it can be shown under `default-src 'none'; style-src <hash>`."""
    html = draw_report(a_report(), LINKS)

    assert f"<style>{report_style()}</style>" in html
    assert not re.search(r"\sstyle=|<script|\son\w+=", html)
    assert report_style_hash().startswith("'sha256-")


# --- in a browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it the tests are skipped, unless the environment says that they must run."""
    if not CHROMIUM.exists() and os.environ.get("TEST_REQUIRE_BROWSER") != "1":
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 320], ids=["wide", "400 % zoom"])
def test_axe_finds_nothing(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for report in [a_report(), a_hostile_report(), *every_report()]:
        page.set_content(draw_report(report, LINKS))
        page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")

        found = Axe().run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        )

        assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
@pytest.mark.slow
def test_at_400_percent_nothing_is_cut_or_scrolls_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    for report in [a_report(), a_hostile_report(), *every_report()]:
        page.set_content(draw_report(report, LINKS))
        page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")

        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 900, 320])
def test_the_words_of_a_chart_stand_inside_of_it_and_apart_from_each_other(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for report in every_report():
        page.set_content(draw_report(report, LINKS))

        problems = page.evaluate(_PROBLEMS)

        assert problems == []


# A text that stands out of its card, or over another text or a bar of the same drawing.
_PROBLEMS = """() => {
  const problems = [];
  for (const chart of document.querySelectorAll('svg.chart')) {
    const card = chart.closest('section').getBoundingClientRect();
    if (!chart.getBoundingClientRect().width) continue;
    const texts = [...chart.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    const tracks = [...chart.querySelectorAll('rect.track')].map(t => ['a bar', t.getBoundingClientRect()]);
    for (const [said, box] of texts) {
      if (box.left < card.left || box.right > card.right) problems.push('out: ' + said);
      for (const [other, there] of [...texts, ...tracks]) {
        const apart = box.right <= there.left + 1 || there.right <= box.left + 1
          || box.bottom <= there.top + 4 || there.bottom <= box.top + 4;
        if (box !== there && !apart) problems.push(said + ' over ' + other);
      }
    }
  }
  return problems;
}"""


@pytest.mark.browser
@pytest.mark.slow
def test_the_table_of_a_chart_opens_with_the_keyboard(page: Page) -> None:
    page.set_content(draw_report(a_report(), LINKS))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"

    page.locator("summary").first.focus()
    page.keyboard.press("Enter")

    assert page.locator("details[open] table").first.is_visible()


@pytest.mark.browser
@pytest.mark.slow
def test_on_paper_the_tables_are_open(page: Page) -> None:
    page.set_content(draw_report(a_report(), LINKS))
    page.emulate_media(media="print")

    assert page.locator("details table").first.bounding_box()
    assert page.locator(".files").is_hidden()
