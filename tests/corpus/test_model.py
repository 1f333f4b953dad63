"""Who may read what, and where a citation leads."""

from __future__ import annotations

import pytest

from corpus.model import Audience, Document
from corpus.when import When
from tests.fakes import a_document


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("public", ["public", "practice", "officer", "confidential"]),
        ("practice", ["practice", "officer", "confidential"]),
        ("officer", ["officer", "confidential"]),
        ("confidential", ["confidential"]),
    ],
)
def test_a_document_is_open_to_its_audience_and_those_above(audience: str, readers: list[str]) -> None:
    assert [role for role in Audience if Audience(audience).admits(role)] == readers


def test_a_document_is_for_officers_until_somebody_opens_it() -> None:
    assert Document(id="x", title="X", library="lib", path="/x").audience is Audience.OFFICER


def test_a_link_leads_to_the_page_of_the_published_address_else_of_the_file() -> None:
    hosted = a_document("a", source_url="https://lmc.example/a.pdf#top")
    local = a_document("b", path="/papers/two words.pdf")

    assert hosted.link(3) == "https://lmc.example/a.pdf#page=3"
    assert local.link(1) == "file:///papers/two%20words.pdf#page=1"


def test_freshness_is_the_last_review_else_publication() -> None:
    reviewed = a_document(published=When(2015), reviewed=When(2026, 1))

    assert [a_document().dated, a_document(published=When(2015)).dated, reviewed.dated] == [
        None,
        When(2015),
        When(2026, 1),
    ]
