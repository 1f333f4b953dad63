"""Question sets: our own JSON Lines, a CSV of expected facts, or a folder of corpus, queries and judgements."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
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
    before: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    page: int | None = None
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what is expected. `expect` lists the outcomes that are right.

    `after` is the question before it in its thread, `before` those before that one, oldest first; `rewrite` the
    question as a person put it to stand alone; `scenario` what the person who asks says of themselves; `span` where the
    answer stands in the text of its document, in characters; `group` the paper, page or conversation whose questions
    stay in one part.
    """

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
    group: str = ""
    before: tuple[str, ...] = ()
    rewrite: str = ""
    scenario: str = ""
    span: tuple[int, int] | None = None

    @property
    def answerable(self) -> bool:
        return "answer" in self.expect

    @property
    def part(self) -> str:
        """`tune` or `report`, half and half, by hash: nothing is reported on what was tuned on.

        Questions of one group go to one part, so that what is reported is over papers that were not tuned on.
        """
        return "tune" if is_tuned_on(self.group or self.id) else "report"


def is_tuned_on(group: str) -> bool:
    """Whether a paper, page, conversation or question belongs to the half that may be tuned and trained on."""
    return hashlib.sha256(group.encode()).digest()[0] % 2 == 0


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
                row.facts, row.page, row.tool, before=row.before,
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
    documents = _documents(folder / "corpus.jsonl")
    questions = [_of_query(row) for row in _jsonl(folder / "queries.jsonl")]
    return Judged(documents, questions, _grades(folder))


def load_pages(folder: Path) -> Judged:
    """Read a set whose judgements are of paragraphs, with the pages that they stand on in `pages.jsonl`.

    A question's `documents` is its page, its `facts` are the paragraphs that are evidence, and it is asked with its
    scenario in front, as people ask ("My father died … Do I have a greater right to probate?").
    """
    texts = _documents(folder / "pages.jsonl")
    pages = {name: (title, text.replace("\n", "\n\n")) for name, (title, text) in texts.items()}
    places = {row["url"]: row["id"] for row in _jsonl(folder / "pages.jsonl")}
    paragraphs, grades = _documents(folder / "corpus.jsonl"), _grades(folder)
    questions = [
        replace(
            _of_query(row), group=places[row["url"]], documents=(places[row["url"]],),
            text=f"{row['scenario']} {row['text']}", scenario=row["scenario"],
            facts=tuple(paragraphs[name][1] for name, grade in grades.get(str(row["id"]), {}).items() if grade > 0),
        )
        for row in _jsonl(folder / "queries.jsonl") if row["url"] in places
    ]  # fmt: skip
    return Judged(pages, questions, {q.id: {q.documents[0]: 1.0} for q in questions})


def load_rewritten(folder: Path) -> Judged:
    """Read the conversations whose questions people rewrote to stand alone, over the same corpus.

    `human_judged_answers.jsonl` has the tasks, several times each, with the passages that answer; `rewrites/` the
    questions by task.
    """
    rewrites = {
        row["_id"]: row["text"].replace("|user|:", "").strip()
        for file in sorted((folder / "rewrites").glob("*_rewrite.jsonl")) for row in _jsonl(file)
    }  # fmt: skip
    tasks = {row["task_id"]: row for row in _jsonl(folder / "human_judged_answers.jsonl") if row["task_id"] in rewrites}
    questions = [
        replace(
            _of_query({"id": name, "text": row["question"], "history": row["history"]}), rewrite=rewrites[name]
        )
        for name, row in tasks.items() if row["answerability"] == ["ANSWERABLE"]
    ]  # fmt: skip
    grades = {name: dict.fromkeys(row["context_ids"], 1.0) for name, row in tasks.items()}
    return Judged(_documents(folder / "corpus.jsonl"), questions, grades)


def _documents(file: Path) -> dict[str, tuple[str, str]]:
    return {row["id"]: (row.get("title", ""), row["text"]) for row in _jsonl(file)}


def _grades(folder: Path) -> dict[str, dict[str, float]]:
    grades: dict[str, dict[str, float]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades[query][document] = float(grade)
    return dict(grades)


# Answerable in part, or not clear what is asked: neither silence nor an answer is wrong.
_EITHER = frozenset({"PARTIAL", "UNDERSPECIFIED"})


def _of_query(row: dict) -> Question:  # type: ignore[type-arg]
    history = tuple(turn[1] for turn in row.get("history") or [] if turn[0] == "user")
    expect = frozenset({"answer"} if row.get("answerable", True) else {"no_answer"})
    if row.get("answerability") in _EITHER:
        expect = frozenset({"answer", "no_answer", "clarify"})
    span = row.get("span")
    answers = row.get("answers") or ([row["answer"]] if span else [])
    return Question(
        str(row["id"]), row["text"], Audience.PUBLIC, "query", expect, history[-1] if history else None,
        (span["doc"],) if span else (), tuple(answers), before=history[:-1],
        span=(span["start"], span["end"]) if span else None, group=_group(row),
    )  # fmt: skip


def _group(row: dict) -> str:  # type: ignore[type-arg]
    """The paper, passage, tree of rules or conversation that a question belongs to; empty where it has none."""
    conversation, parted, _ = str(row["id"]).partition("<::>")
    span = row.get("span") or {}
    return str(span.get("doc") or row.get("passage") or row.get("tree") or (conversation if parted else ""))


def _jsonl(file: Path) -> list[dict]:  # type: ignore[type-arg]
    with file.open(encoding="utf-8") as handle:
        return [json.loads(line) for line in handle if line.strip()]
