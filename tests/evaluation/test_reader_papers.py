"""The papers and articles written for the reader's training, and the questions about them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from evaluation.questions import load_questions
from evaluation.reader.held import held_articles, held_papers
from evaluation.reader.recipe import (
    ARTICLE_QUESTIONS,
    ARTICLES,
    PAPER_QUESTIONS,
    PAPERS,
    Grouper,
    Marked,
    is_held_paper,
    papers,
)
from evaluation.studied import OWN, QuestionSet
from tests.fakes import FakeEmbedder

PAPER = """# Locums in Marlshire

## The bank

The bank opened in May 2019. It pays a locum £92 an hour and is run by Hale surgery, which keeps a fee of 4 per cent.
{padding}

## The chambers

The chambers opened in June 2021. It pays nobody by the hour; its eleven members share what is earned each quarter.
{padding}
""".format(
    padding="Nothing else was decided on that day, and the minutes say no more about what was said by anybody. " * 8
)


class Kind(NamedTuple):
    """Documents of one kind, the questions over them, and those of them that are kept back as a set."""

    documents: Path
    questions: Path
    held: Callable[[], QuestionSet]


KINDS = [Kind(PAPERS, PAPER_QUESTIONS, held_papers), Kind(ARTICLES, ARTICLE_QUESTIONS, held_articles)]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=["papers", "articles"])


def questions(kind: Kind) -> list[Marked]:
    return [*papers(kind.questions, held=True), *papers(kind.questions, held=False)]


@each_kind
def test_every_answer_and_every_near_miss_stands_in_its_document(kind: Kind) -> None:
    texts = {file.stem: " ".join(file.read_text("utf-8").split()) for file in kind.documents.glob("*.md")}
    lost = [
        (item.question, words)
        for item in questions(kind)
        for words in [*item.answers, *([item.near] if item.near else [])]
        if " ".join(words.split()) not in texts[next(iter(item.related))]
    ]

    assert lost == []


@each_kind
def test_each_question_either_has_an_answer_or_says_what_it_nearly_hits(kind: Kind) -> None:
    assert [item.question for item in questions(kind) if item.answerable == bool(item.near)] == []


@each_kind
def test_no_document_without_questions_and_none_in_both_parts(kind: Kind) -> None:
    parts = {name: papers(kind.questions, held=name == "held") for name in ("held", "train")}
    kept = {name: {next(iter(item.related)) for item in part} for name, part in parts.items()}

    assert kept["held"] | kept["train"] == {file.stem for file in kind.documents.glob("*.md")}
    assert not kept["held"] & kept["train"]
    assert all(is_held_paper(document) for document in kept["held"])
    assert 0.08 < len(kept["held"]) / len(kept["held"] | kept["train"]) < 0.3


@each_kind
@pytest.mark.parametrize("name", ["starter", "followups", "blind", "blind_seeds"])
def test_no_question_of_a_set_that_is_reported_on_is_learnt(name: str, kind: Kind) -> None:
    asked = {question.text.casefold() for question in load_questions(OWN / f"{name}.jsonl")}

    assert asked & {item.question.casefold() for item in questions(kind)} == set()


@each_kind
def test_no_question_is_asked_twice_of_a_document(kind: Kind) -> None:
    counted = Counter((item.question.casefold(), item.related) for item in questions(kind))

    assert [question for question, count in counted.items() if count > 1] == []


@each_kind
def test_held_ones_are_a_set_over_all_documents(kind: Kind) -> None:
    found = kind.held()

    assert found.documents == kind.documents
    assert len(found.questions) == len(papers(kind.questions, held=True)) > 0
    assert {document for question in found.questions for document in question.documents} == {
        next(iter(item.related)) for item in papers(kind.questions, held=True)
    }


def test_groups_hold_the_answer_in_its_place_and_begin_with_the_near_miss(
    tmp_path: Path, embedder: FakeEmbedder
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "x-01.md").write_text(PAPER, "utf-8")
    rows = [
        {"document": "x-01", "question": "What does the bank pay a locum an hour?", "answers": ["£92 an hour"]},
        {
            "document": "x-01",
            "question": "What fee does the chambers keep?",
            "answers": [],
            "near": "a fee of 4 per cent",
        },
    ]
    file = tmp_path / "papers.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    marked = [*papers(file, held=True), *papers(file, held=False)]

    answered, missed = Grouper("papers", folder, tmp_path / "work", embedder).groups("papers", marked)

    right = [window for window in answered.windows if window.right]
    assert [window.text[window.start : window.end] for window in right] == ["£92 an hour"]
    assert not any(window.right for window in missed.windows)
    assert any("a fee of 4 per cent" in window.text for window in missed.windows)
