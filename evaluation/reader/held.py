"""Our own questions that the reader was not trained on, as a question set: the gate is calibrated on them too."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from corpus.model import Audience
from evaluation.questions import Question
from evaluation.reader.recipe import OWN_QUESTIONS, is_held, library, loosely, may_learn
from evaluation.studied import QuestionSet


@dataclass(frozen=True, slots=True)
class ByAnswers:
    """A passage of the question's document that has all the words that were marked as the answer."""

    judges_quotes: bool = True

    def holds(self, question: Question, document: str, text: str, around: str = "") -> bool:  # noqa: ARG002
        if document not in question.documents or not question.facts:
            return False
        return all(re.search(loosely(fact), text) for fact in question.facts)


def held(data: Path, file: Path = OWN_QUESTIONS) -> QuestionSet:
    """The set over the library that the recipe makes of a folder of data; all of its questions are for tuning."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    questions = [
        Question(
            f"held-{number}",
            row["question"],
            Audience.PUBLIC,
            "held",
            frozenset({"answer" if row["answers"] else "no_answer"}),
            documents=(row["document"],),
            facts=tuple(row["answers"]),
        )
        for number, row in enumerate(rows)
        if may_learn(row["document"]) and is_held(row["passage"])
    ]
    return QuestionSet("held", "train", questions, ByAnswers(), library(data))
