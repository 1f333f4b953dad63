"""The starter library as a newcomer has it, with the models that ship: low areas have something to read behind them."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pypdf
import pytest

from answer.answerer import Answerer, Vocabulary
from answer.everyday import EverydayWords
from answer.offer import Offers
from answer.reader import PACKAGED, find_reader, open_reader
from assess.guidance import Guide
from assess.reporting import Reporting
from bot.render.report import ReportAddresses, report_message
from corpus.everyday import load_everyday
from corpus.glossary import load_glossary
from corpus.model import Audience
from corpus.status_map import load_status_map
from corpus.tools import load_tools
from corpus.vocabulary import shipped
from evaluation.build import index_folder
from index.embed import ModelChoice, open_embedder
from index.embedded import EmbeddedStore
from index.generation import Generation
from ingest.pipeline import Options
from scoring.instrument import instruments
from scoring.report import Guidance, Report
from tests.assess.desk_setup import HEALTHCHECK, MANAGER, Place
from tests.assess.test_reporting import answered
from tests.scoring import filled
from web.pdf import report_pdf
from web.report import ReportLinks, draw_report

pytestmark = [pytest.mark.slow, pytest.mark.model]

TODAY = dt.date(2026, 11, 23)
# Of ten areas of a practice: 8 when this was written. What the library does not hold, a report must not make up.
AT_LEAST = 7


class Live:
    """The starter library, live."""

    def __init__(self, generation: Generation, answerer: Answerer) -> None:
        self._generation, self._answerer = generation, answerer

    def answerer(self) -> Answerer:
        return self._answerer

    def snapshot(self) -> Generation:
        return self._generation

    def may_read(self, role: Audience, key: str) -> bool:
        stored = self._generation.document(key)
        return stored is not None and stored.document.audience.admits(role)


@pytest.fixture(scope="module")
def guide(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Guide:
    embedder = open_embedder(ModelChoice(), models)
    data = tmp_path_factory.mktemp("starter")
    index_folder(shipped("documents"), data, embedder, Options())
    snapshot = EmbeddedStore(data).open()
    vocabulary = Vocabulary(load_glossary(), load_status_map(), Offers([]), EverydayWords(load_everyday()))
    reader = open_reader(find_reader(PACKAGED))
    return Guide(Live(snapshot, Answerer(snapshot, embedder, vocabulary, TODAY, reader=reader)))


def test_most_areas_of_a_practice_have_passages_behind_them(guide: Guide) -> None:
    found = {
        area.id: len(guide.passages(area.guidance, Audience.PRACTICE)) for area in instruments()[HEALTHCHECK].areas
    }

    assert sum(count > 0 for count in found.values()) >= AT_LEAST, found


def test_what_is_behind_a_low_area_is_quoted_on_the_page_in_the_pdf_and_in_slack(place: Place, guide: Guide) -> None:
    one = answered(place, HEALTHCHECK, filled.uneven())
    place.desk.finish(MANAGER, one)
    made = Reporting(place.desk, guide, load_tools()).report_for(MANAGER, one, Audience.PRACTICE, TODAY)

    quotes = _quotes(made)
    assert "GP workforce and succession" in quotes
    page, pdf = draw_report(made, ReportLinks()), _pdf_words(made)
    slack = str(report_message(made, ReportAddresses()).blocks)
    for area, quote in quotes.items():
        first = " ".join(quote.split()[:4])
        assert area in page
        assert first in " ".join(page.split())
        assert first in pdf
        assert first in " ".join(slack.replace("\\n", " ").split())


def _quotes(made: Report) -> dict[str, str]:
    parts = [part for section in made.sections for part in section.parts]
    return {part.area: part.citations[0].quote for part in parts if isinstance(part, Guidance)}


def _pdf_words(made: Report) -> str:
    pages = pypdf.PdfReader(io.BytesIO(report_pdf(made))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())
