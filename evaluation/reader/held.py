"""Questions that the reader was not trained on, though it was on others of their kind: the gate is fitted on them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.model import Audience
from evaluation.questions import Question
from evaluation.reader.groups import is_aside
from evaluation.reader.recipe import (
    ARTICLE_QUESTIONS,
    ARTICLES,
    OWN_QUESTIONS,
    PAPER_QUESTIONS,
    PAPERS,
    conditional,
    covid,
    is_held,
    is_held_paper,
    library,
    loosely,
    may_learn,
)
from evaluation.studied import QuestionSet, load_sets


@dataclass(frozen=True, slots=True)
class ByAnswers:
    """A passage of the question's document that has all the words that were marked as the answer."""

    judges_quotes: bool = True

    def holds(self, question: Question, document: str, text: str, around: str = "") -> bool:  # noqa: ARG002
        if document not in question.documents or not question.facts:
            return False
        return all(re.search(loosely(fact), text) for fact in question.facts)


HELD, HELD_PAPERS, HELD_ARTICLES = "held", "held_papers", "held_articles"
ASIDE_COVIDQA, ASIDE_CONDITIONALQA = "aside_covidqa", "aside_conditionalqa"


def held(data: Path, file: Path = OWN_QUESTIONS) -> QuestionSet:
    """The set over the library that the recipe makes of a folder of data; all of its questions are for tuning."""
    rows = [row for row in _rows(file) if may_learn(row["document"]) and is_held(row["passage"])]
    return QuestionSet(HELD, "train", _questions(HELD, rows), ByAnswers(), library(data))


def held_papers(file: Path = PAPER_QUESTIONS, papers: Path = PAPERS) -> QuestionSet:
    """The set over the papers of committees written for the training; all of its questions are for tuning."""
    return _over(HELD_PAPERS, "papers", file, papers)


def held_articles(file: Path = ARTICLE_QUESTIONS, articles: Path = ARTICLES) -> QuestionSet:
    """The same over the articles, help pages and studies written for it: no guidance, but texts as public sets have."""
    return _over(HELD_ARTICLES, "articles", file, articles)


def aside_covidqa(data: Path) -> QuestionSet:
    """The questions of COVID-QA's tuning half that were kept aside."""
    (found,) = load_sets(data, ["covidqa"])
    asked = {marked.question for marked in covid(data)}
    return replace(found, name=ASIDE_COVIDQA, questions=_aside(found.questions, asked))


def aside_conditionalqa(data: Path) -> QuestionSet:
    """The same of ConditionalQA, each with its scenario or without, as the training would have asked it."""
    told, bare = load_sets(data, ["conditionalqa", "conditionalqa_bare"])
    asked = {marked.question for marked in conditional(data)}
    questions = _aside([*told.questions, *bare.questions], asked)
    return replace(told, name=ASIDE_CONDITIONALQA, questions=questions)


def _aside(questions: Sequence[Question], asked: Collection[str]) -> list[Question]:
    """Those that the training has in these very words, and keeps aside; `asked`: all that it has."""
    return [question for question in questions if question.text in asked and is_aside(question.text)]


def _over(name: str, index: str, file: Path, documents: Path) -> QuestionSet:
    rows = [row for row in _rows(file) if is_held_paper(row["document"])]
    return QuestionSet(name, index, _questions(name, rows), ByAnswers(), documents)


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def _questions(name: str, rows: Sequence[dict[str, Any]]) -> list[Question]:
    return [
        Question(
            f"{name}-{number}",
            row["question"],
            Audience.OFFICER,
            name,
            frozenset({"answer" if row["answers"] else "no_answer"}),
            documents=(row["document"],),
            facts=tuple(row["answers"]),
        )
        for number, row in enumerate(rows)
    ]
