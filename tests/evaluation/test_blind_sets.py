"""The blind sets load, and every fact of the one over the starter library stands in its document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.manifest import Source, load_library
from corpus.model import Status
from corpus.vocabulary import shipped
from evaluation.facts import holds_exactly
from evaluation.questions import STARTER_QUESTIONS, Question, load_questions
from ingest.blocks import Reading
from ingest.read import SUFFIXES, read_file

SETS = STARTER_QUESTIONS.parent
BLIND, BLIND_SEEDS = SETS / "blind.jsonl", SETS / "blind_seeds.jsonl"

# A fact is a few words: no set carries sentences of a document.
FACT_CHARACTERS = 60


@pytest.fixture(scope="module")
def library() -> dict[str, tuple[Source, Reading]]:
    sources = load_library(shipped("documents"), SUFFIXES).sources
    return {source.document.id: (source, read_file(source.file)) for source in sources}


def _alternatives(question: Question) -> Iterator[str]:
    for fact in question.facts:
        yield from fact.split("|")


def _answerable(file: Path) -> list[Question]:
    return [question for question in load_questions(file) if question.answerable]


@pytest.mark.parametrize(("file", "answerable", "silent"), [(BLIND, 75, 45), (BLIND_SEEDS, 60, 40)])
def test_a_blind_set_loads_whole_with_ids_and_words_used_once(file: Path, answerable: int, silent: int) -> None:
    questions = load_questions(file)

    assert [q.answerable for q in questions].count(True) == answerable
    assert [q.expect for q in questions].count(frozenset({"no_answer"})) == silent
    assert len({q.id for q in questions}) == len(questions)
    assert len({q.text.lower() for q in questions}) == len(questions)


@pytest.mark.parametrize("file", [BLIND, BLIND_SEEDS])
def test_only_what_has_an_answer_names_documents_and_short_facts(file: Path) -> None:
    questions = load_questions(file)

    assert [q.id for q in questions if q.answerable != bool(q.documents and q.facts)] == []
    assert [q.id for q in questions if (q.type == "unanswerable") is q.answerable] == []
    assert [fact for q in questions for fact in _alternatives(q) if not 0 < len(fact) <= FACT_CHARACTERS] == []


def test_no_question_stands_in_two_sets() -> None:
    blind, seeds, starter = (
        {q.text.lower() for q in load_questions(f)} for f in (BLIND, BLIND_SEEDS, STARTER_QUESTIONS)
    )

    assert blind & seeds | blind & starter | seeds & starter == set()


def test_every_fact_stands_in_one_block_of_its_documents(library: dict[str, tuple[Source, Reading]]) -> None:
    def holds(name: str, fact: str) -> bool:
        return any(holds_exactly(block.text, fact) for block in library[name][1].blocks)

    questions = _answerable(BLIND)

    assert [(q.id, f) for q in questions for f in _alternatives(q) if not any(holds(d, f) for d in q.documents)] == []
    assert [(q.id, d) for q in questions for d in q.documents if not any(holds(d, f) for f in q.facts)] == []


def test_who_asks_may_read_a_document_that_answers(library: dict[str, tuple[Source, Reading]]) -> None:
    def shut(question: Question, name: str) -> bool:
        document = library[name][0].document
        return document.status is Status.WITHDRAWN or not document.audience.admits(question.role)

    assert [(q.id, name) for q in _answerable(BLIND) for name in q.documents if shut(q, name)] == []


def test_every_document_that_can_be_found_is_asked_about(library: dict[str, tuple[Source, Reading]]) -> None:
    found = {name for name, (source, _) in library.items() if source.document.status is not Status.WITHDRAWN}

    assert found == {name for q in _answerable(BLIND) for name in q.documents}


def test_the_page_is_the_one_of_the_first_fact(library: dict[str, tuple[Source, Reading]]) -> None:
    for question in _answerable(BLIND):
        reading = library[question.documents[0]][1]
        pages = {block.page for block in reading.blocks if holds_exactly(block.text, question.facts[0])}
        assert (question.page in pages) if reading.format == "pdf" else question.page is None, question.id
