"""The PDF of a Healthcheck is one page, also with a comparison and something to read, in legible letters."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pypdf
import pytest

from corpus.tools import load_tools
from scoring.benchmark import Counted, compare, freeze
from scoring.cohort import cohort
from scoring.report import Report
from scoring.reports.healthcheck import healthcheck_report
from scoring.reports.parts import Setting
from scoring.result import HealthcheckResult
from scoring.score import score
from tests.scoring import filled
from tests.web.reports import a_citation, a_report
from web.pdf import report_pdf

TODAY = dt.date(2026, 11, 23)
QUOTE = (
    "A partnership agreement should say how partners leave, how much notice they give and how property and money are"
    " shared out. Review it every three years, and whenever a partner joins or leaves."
)
SMALLEST_BODY = 9.5


def compared(practices: int) -> Report:
    """Two red flags, two blind spots, a comparison area by area, and a passage behind each low area."""
    instrument = filled.healthcheck()
    results = [score(instrument, given, dt.date(2026, 8, 1)) for given in cohort(instrument, practices)]
    counted = [Counted(f"p{i}", f"p{i}", one) for i, one in enumerate(results) if isinstance(one, HealthcheckResult)]
    result = filled.healthcheck_result(filled.uneven())
    comparison = compare(freeze(counted, instrument, "2026-Q3").snapshot, instrument, result)
    guidance = {area.id: (replace(a_citation(QUOTE), passage_id=area.id),) for area in instrument.areas}
    setting = Setting("Harbour Street Surgery", TODAY, guidance, {tool.id: tool for tool in load_tools(None)})
    return healthcheck_report(instrument, result, comparison, setting)


@pytest.mark.slow
@pytest.mark.parametrize("practices", [138, 400], ids=["in words", "in numbers"])
def test_a_healthcheck_with_everything_is_one_page(practices: int) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(report_pdf(compared(practices))))

    words = " ".join(pdf.pages[0].extract_text().replace("\u200b", "").split())
    assert len(pdf.pages) == 1
    for said in (
        "65 out of 100", "Each area beside the same practices", QUOTE[:40], "Do this next", "How the scores work",
        "Page 1 of 1",
    ):  # fmt: skip
        assert said in words


@pytest.mark.slow
def test_nothing_that_is_to_be_read_is_smaller_than_nine_and_a_half_points() -> None:
    """Smaller is only what tells where a passage stands, the version and the foot of the page."""
    sizes: dict[str, float] = {}

    def seen(text: str, _: object, matrix: list[float], __: object, size: float) -> None:
        for word in text.split():
            sizes[word] = min(sizes.get(word, 99.0), size * abs(matrix[3]))

    pypdf.PdfReader(io.BytesIO(report_pdf(compared(138)))).pages[0].extract_text(visitor_text=seen)

    for word in ("signed", "Strong", "Mean", "notice", "provisional"):
        assert sizes[word] >= SMALLEST_BODY, word


def test_other_reports_are_set_as_wide_as_before() -> None:
    wide = replace(a_report(), instrument="resilience_assessment")

    assert len(pypdf.PdfReader(io.BytesIO(report_pdf(wide))).pages) > len(
        pypdf.PdfReader(io.BytesIO(report_pdf(a_report()))).pages
    )
