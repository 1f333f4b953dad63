"""What is filled in becomes facts, or sentences at the fields; documents that are not theirs are nobody's to name."""

from __future__ import annotations

import pytest

from bot import describing
from bot.render import library as screens
from bot.render.forms import Filled
from corpus.model import Audience, Status
from corpus.when import When
from index.store import IngestReport, StoredDocument
from ingest.shelf import Facts
from records.columns import Json
from tests.fakes import a_document

LEVY = a_document(
    "levy", title="The levy", audience=Audience.PUBLIC, contact="the office", source_url="https://a.example/l"
)
HEARING = a_document("hearing", title="Zephyr hearing", audience=Audience.CONFIDENTIAL)
OLD = a_document("old", title="Old paper", audience=Audience.PUBLIC, status=Status.SUPERSEDED)
READABLE = {document.key: document for document in (LEVY, OLD)}
GIVEN = {"title": "A paper", "audience": "practice", "status": "current"}
FOUND: dict[str, Json] = {
    "title": "Found title", "format": "pdf", "size_bytes": 10, "pages": 2, "passages": 3, "ocr_pages": 0,
    "warnings": [], "published": "2026-11", "same_as": "", "replaces": "lib/levy",
}  # fmt: skip


def filled(**said: str) -> Filled:
    return Filled({name: (value,) for name, value in {**GIVEN, **said}.items()})


def test_what_was_filled_in_becomes_facts() -> None:
    facts, errors = describing.facts_of(
        filled(published="2026-11-23", review_due="2027", contact=" Olu ", replaces="lib/levy", library="lib"), READABLE
    )

    assert errors == {}
    assert facts == Facts(
        "A paper", Audience.PRACTICE, When(2026, 11, 23), review_due=When(2027), contact="Olu", replaces="lib/levy",
        library="lib",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "block"),
    [
        ({"title": " "}, screens.TITLE),
        ({"title": "x" * 200}, screens.TITLE),
        ({"title": "About 943 476 5919"}, screens.TITLE),
        ({"audience": "king"}, screens.AUDIENCE),
        ({"status": "superseded"}, screens.STATUS),
        ({"status": "x"}, screens.STATUS),
        ({"published": "soon"}, screens.PUBLISHED),
        ({"reviewed": "2026-13"}, screens.REVIEWED),
        ({"review_due": "31/12/2026"}, screens.REVIEW_DUE),
        ({"published": "2026", "review_due": "2025"}, screens.REVIEW_DUE),
        ({"source_url": "javascript:x"}, screens.SOURCE_URL),
        ({"contact": "x" * 400}, screens.CONTACT),
        ({"replaces": "lib/hearing"}, screens.REPLACES),
        ({"replaces": "lib/levy", "library": "other"}, screens.LIBRARY),
        ({"library": "elsewhere"}, screens.LIBRARY),
    ],
)
def test_what_cannot_stand_is_told_at_its_field(said: dict[str, str], block: str) -> None:
    facts, errors = describing.facts_of(filled(**said), READABLE)

    assert facts is None
    assert list(errors) == [block]


def test_none_of_the_documents_is_a_choice() -> None:
    facts, _ = describing.facts_of(filled(replaces=screens.NO_DOCUMENT), READABLE)

    assert facts is not None
    assert facts.replaces == ""


def test_facts_are_read_back_as_they_were_kept() -> None:
    facts = Facts(
        "A paper", Audience.PUBLIC, When(2026, 11), When(2026, 12), When(2028), Status.UNDER_REVIEW,
        "https://a.example", "Olu", "Anytown LMC", replaces="lib/levy", library="lib",
    )  # fmt: skip

    assert describing.read_facts(describing.plain_facts(facts)) == facts
    assert describing.read_facts(describing.plain_facts(Facts("A paper"))) == Facts("A paper")


def test_modal_starts_from_the_file_and_from_what_it_replaces_but_is_closed() -> None:
    view = describing.modal("u1", "paper.pdf", FOUND, READABLE, needs_approval=False)

    about = view.description
    assert (about.title, about.published, about.replaces) == ("Found title", "2026-11", "lib/levy")
    assert (about.contact, about.source_url) == ("the office", "https://a.example/l")
    assert about.audience is Audience.OFFICER
    assert [choice.key for choice in view.documents] == ["lib/levy"]


def test_document_that_is_not_theirs_is_not_named() -> None:
    found: dict[str, Json] = {**FOUND, "replaces": "lib/hearing", "same_as": "lib/hearing"}

    view = describing.modal("u1", "paper.pdf", found, READABLE, needs_approval=False)
    message = describing.understood("u1", "paper.pdf", found, READABLE)

    assert (view.description.replaces, message.replaces, message.same_as) == ("", None, None)


@pytest.mark.parametrize(
    ("role", "expected"),
    [(Audience.PUBLIC, {"lib/levy"}), (Audience.OFFICER, {"lib/levy"}),
     (Audience.CONFIDENTIAL, {"lib/levy", "lib/hearing"})],
)  # fmt: skip
def test_who_may_read_what(role: Audience, expected: set[str]) -> None:
    stored = [StoredDocument(document, "", IngestReport(), 1) for document in (LEVY, HEARING)]

    assert set(describing.may_read(stored, role)) == expected


def test_typing_narrows_the_documents() -> None:
    choices = describing.choices([LEVY, OLD])

    assert [choice.key for choice in describing.matching(choices, "PAPER old")] == ["lib/old"]
    assert describing.matching(choices, "") == choices


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Guide.PDF", "guide.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\a b.docx", "a-b.docx"),
        (".md", "md"),
        ("", "document"),
        ("ü" * 300 + ".md", "document.md"),
    ],
)
def test_file_is_kept_under_a_plain_name(name: str, expected: str) -> None:
    assert describing.file_name(name) == expected
