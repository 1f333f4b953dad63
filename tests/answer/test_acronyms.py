"""An ambiguous acronym is asked back about what this reader may see, and the chosen meaning takes its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from answer.acronyms import with_meaning
from answer.outcome import Clarify
from corpus.glossary import Glossary, load_glossary
from corpus.model import Audience
from index.embedded import EmbeddedStore
from tests.answer.libraries import Desk, entry
from tests.fakes import FakeEmbedder

OURS, CLINICAL = "Practice Healthcheck Questionnaire", "Patient Health Questionnaire, a clinical tool such as PHQ-9"


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


@pytest.mark.parametrize(
    ("question", "meaning", "asked"),
    [
        ("What is the PHQ?", OURS, f"What is the {OURS}?"),
        ("what is phq", OURS, f"what is {OURS}"),
        ("Can you explain the PHQs?", OURS, f"Can you explain the {OURS}?"),
        ("What is a PHQ?", CLINICAL, f"What is a {CLINICAL}?"),
        ("What is it?", OURS, f"What is it ({OURS})?"),
    ],
)
def test_meaning_takes_the_place_of_the_acronym(question: str, meaning: str, asked: str, glossary: Glossary) -> None:
    assert with_meaning(question, meaning, glossary) == asked


def test_every_meaning_that_is_offered_can_be_asked(glossary: Glossary) -> None:
    for term in glossary:
        for meaning in (term.expansion, *term.other_meanings) if term.other_meanings and term.term.isupper() else ():
            assert meaning in with_meaning(f"What is the {term.term}?", meaning, glossary)


def test_a_document_that_the_reader_may_not_see_settles_no_acronym(
    tmp_path: Path, store: EmbeddedStore, embedder: FakeEmbedder
) -> None:
    desk = Desk(tmp_path, store, embedder)
    files = {"open": "Mentoring gives a partner six meetings.", "closed": "The PSU joins legal and NHS skills."}
    entries = entry("open") + entry("closed", Audience.CONFIDENTIAL)
    desk.ingest(desk.write("town", files, entries))

    assert isinstance(desk.ask("What is the PSU?", Audience.PUBLIC), Clarify)
    assert not isinstance(desk.ask("What is the PSU?", Audience.CONFIDENTIAL), Clarify)
