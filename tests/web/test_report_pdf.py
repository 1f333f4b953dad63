"""The PDF is one that a screen reader can read, and no word of anybody's is run by what makes it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pypdf
import pytest

from scoring.report import Bullets, Headline, Paragraph, Section
from tests.web.reports import a_hostile_report, a_report
from web.pdf import report_pdf


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text(pdf: bytes) -> str:
    """All words, with single spaces and without the places where long ones may break."""
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).replace("\u200b", "").split())


def test_it_is_tagged_and_says_its_title_and_language() -> None:
    reader = read(report_pdf(a_report()))

    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Practice Healthcheck – Harbour Street Surgery"
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_headings_tables_and_lists_are_marked_as_such() -> None:
    kinds: set[str] = set()
    root: Any = read(report_pdf(a_report())).trailer["/Root"]
    waiting = [root["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, pypdf.generic.DictionaryObject):
            kinds.add(str(node.get("/S", "")))
            below = node.get("/K", [])
            waiting += below if isinstance(below, list) else [below]

    assert {"/H1", "/H2", "/H3", "/Table", "/TR", "/TH", "/TD", "/L", "/LI", "/Link"} <= kinds


def test_it_says_everything_that_the_report_says() -> None:
    said = text(report_pdf(a_report()))

    for words in (
        "62 out of 100",
        "Red flag, Partnership and leadership",
        "GP workforce and succession",
        "44 Priority",
        "Watch. Held down by a red flag",
        "Review the agreement every three years.",
        "21 December 2026",
        "Ask your LMC office for a Resilience Assessment",
        "The bands are provisional.",
    ):
        assert words in said


def test_only_published_sources_are_linked() -> None:
    pages = read(report_pdf(a_report())).pages
    targets = {
        note.get_object()["/A"].get("/URI")
        for page in pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object()
    }

    assert targets == {"https://kb.example.org/a.pdf#page=4", "https://lmc.example.org/"}


def test_words_are_never_code() -> None:
    said = text(report_pdf(a_hostile_report()))

    assert '#panic("boom") $x$ *b* _i_ @a <l>' in said
    assert "\\u{41}" in said
    assert "cmd|' /C calc'!A0" in said


@pytest.mark.parametrize(
    "name",
    [
        "😀",
        "漢字診療所",
        "a\x00b\ud83dc",
        "\u202egnirts",
        "מרפאה",
        '"',
        "\\",
        "\n\n= Heading",
        '#import "/etc/passwd"',
        "x" * 3_000,
        "",
    ],
    ids=ascii,
)
def test_any_name_makes_a_document(name: str) -> None:
    report = replace(
        a_report(),
        subject=name,
        headline=Headline(name, "", name),
        sections=(Section("a", name, (Paragraph(name), Bullets((name,)))),),
    )

    assert report_pdf(report).startswith(b"%PDF-")


def test_what_cannot_be_drawn_is_marked_and_the_rest_stays() -> None:
    said = text(report_pdf(replace(a_report(), subject="Žofia's Surgery 😀")))

    assert "Žofia's Surgery ?" in said


def test_the_same_report_is_the_same_file() -> None:
    assert report_pdf(a_report()) == report_pdf(a_report())
