"""Question sets: our own JSON Lines, a CSV of expected facts, or a folder of corpus, queries and judgements."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import QuestionError
from corpus.manifest import sentence_of
from corpus.model import Audience
from evaluation.facts import holds_by_words, holds_exactly

STARTER_QUESTIONS = Path(__file__).parent / "sets" / "starter.jsonl"


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    role: Audience
    question: str
    type: str
    expect: str
    after: str | None = None
    documents: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    page: int | None = None
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what is expected. `expect` lists the outcomes that are right."""

    id: str
    text: str
    role: Audience
    type: str
    expect: frozenset[str]
    after: str | None = None
    documents: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    page: int | None = None
    tool: str | None = None
    holds: Callable[[str, str], bool] = holds_exactly

    @property
    def answerable(self) -> bool:
        return "answer" in self.expect

    @property
    def part(self) -> str:
        """`tune` or `report`, half and half, by the hash of the id: nothing is reported on what was tuned on."""
        return "report" if hashlib.sha256(self.id.encode()).digest()[0] % 2 else "tune"


@dataclass(frozen=True, slots=True)
class Judged:
    """A retrieval set: documents, queries and graded judgements."""

    documents: dict[str, tuple[str, str]]
    questions: Sequence[Question]
    grades: dict[str, dict[str, float]] = field(default_factory=dict)


def load_questions(file: Path) -> list[Question]:
    """Read our own format. Raises: QuestionError naming the file and the line."""
    questions = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = _Row.model_validate_json(line)
        except ValidationError as error:
            raise QuestionError(f"{file}, line {number}: {sentence_of(error)}.") from error
        questions.append(
            Question(
                row.id, row.question, row.role, row.type, frozenset({row.expect}), row.after, row.documents,
                row.facts, row.page, row.tool,
            )
        )  # fmt: skip
    return questions


# What a behaviour in the CSV's note asks of the outcome. A partial answer may also be told as silence.
_BEHAVIOURS: dict[str, frozenset[str]] = {
    "answer": frozenset({"answer"}),
    "synthesise": frozenset({"answer"}),
    "cite": frozenset({"answer"}),
    "rewrite": frozenset({"answer"}),
    "repair": frozenset({"answer"}),
    "correct": frozenset({"answer"}),
    "partial": frozenset({"answer", "no_answer"}),
    "clarify": frozenset({"clarify", "answer"}),
    "not_found": frozenset({"no_answer"}),
    "decline": frozenset({"declined"}),
    "refuse": frozenset({"declined"}),
    "refuse_pii": frozenset({"declined"}),
    "crisis": frozenset({"declined"}),
}

# The CSV only describes the thread of a follow-up; this is the earlier question that its note tells of.
_THREADS = {
    "Q55": "How long does the RAT take and what happens afterwards?",
    "Q56": "Compare the GPRP and GPDP: who they are for and which tools they use.",
    "Q57": "What is the difference between the PHQ and the RAT?",
    "Q58": "What are the origins of the LMC Support Network project?",
    "Q59": "How much money was in the national General Practice Resilience Programme?",
    "Q60": "When did the General Practice Resilience Programme start?",
    "Q61": "How many practices had done the PHQ by November 2019?",
}


# The CSV describes its facts in prose. What a cited passage must hold of them, as short strings by question id.
_FACTS = Path(__file__).parent / "sets" / "dev_facts.json"


def load_csv(file: Path) -> list[Question]:
    """Read a CSV with the columns id, role, type, question, expected_source, expected_key_facts and note."""
    facts: dict[str, list[str]] = json.loads(_FACTS.read_text("utf-8"))
    with file.open(encoding="utf-8", newline="") as handle:
        return [_of_csv(row, facts) for row in csv.DictReader(handle)]


def _of_csv(row: dict[str, str], known: dict[str, list[str]]) -> Question:
    behaviour = row["note"].partition("behaviour=")[2].replace("+", " ").split(" ")[0].strip(";,")
    expect = _BEHAVIOURS.get(behaviour, frozenset({"answer"}))
    sources = tuple(name.strip().removesuffix(".txt") for name in row["expected_source"].split(";"))
    unsourced = sources == ("none",)
    if unsourced and expect == {"answer"}:
        expect = frozenset({"no_answer"})  # its source, a help page, is not among the documents
    described = tuple(part.strip() for part in row["expected_key_facts"].split(";") if part.strip())
    facts = tuple(known.get(row["id"], ()))
    return Question(
        row["id"], row["question"], Audience.OFFICER, row["type"], expect, _THREADS.get(row["id"]),
        () if unsourced else sources, facts or described, holds=holds_exactly if facts else holds_by_words,
    )  # fmt: skip


def load_judged(folder: Path) -> Judged:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`."""
    documents = {row["id"]: (row.get("title", ""), row["text"]) for row in _jsonl(folder / "corpus.jsonl")}
    grades: dict[str, dict[str, float]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades[query][document] = float(grade)
    questions = [_of_query(row) for row in _jsonl(folder / "queries.jsonl")]
    return Judged(documents, questions, dict(grades))


def _of_query(row: dict) -> Question:  # type: ignore[type-arg]
    history = [turn[1] for turn in row.get("history") or [] if turn[0] == "user"]
    expect = frozenset({"answer"} if row.get("answerable", True) else {"no_answer"})
    return Question(str(row["id"]), row["text"], Audience.PUBLIC, "query", expect, history[-1] if history else None)


def _jsonl(file: Path) -> list[dict]:  # type: ignore[type-arg]
    with file.open(encoding="utf-8") as handle:
        return [json.loads(line) for line in handle if line.strip()]
