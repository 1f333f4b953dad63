"""Asks a question set once and writes down, for each question, what was found, cited and quoted, and where it was lost.

Everything that is told of a set afterwards is computed from these rows, so a run that was saved can be compared with
another one.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from answer.answerer import LONGEST_QUESTION, Answerer, Asking, Weighed
from answer.compose import Candidate
from answer.outcome import Answer, Outcome, timed
from corpus.errors import QuestionError
from corpus.model import Citation
from evaluation.judges import Judge
from evaluation.plain import PlainHybrid
from evaluation.questions import Question
from index.store import Found, Scope, Snapshot

AMONG = 5  # passages that "found" is told of
LOOKED_AT = 20  # candidates whose judgement is written down
WIDE = 100  # candidates that are looked through for what was not among those read


class Lost(StrEnum):
    """Where the fact of a question was lost: the first place on the way from the paper to the reader."""

    EXTRACTED = "not extracted"
    CUT = "cut across passages"
    FOUND = "not found by either ranking"
    READ = "found, but not looked at closely"
    THREAD = "follow-up not understood"
    DECLINED = "wrongly declined"
    FIRST = "cited, but not first"
    CITED = "found, but not cited"
    SENTENCE = "first, but the wrong words quoted"
    ANSWERED = "wrongly answered"
    HEDGED = "wrongly answered, with “this may help”"
    NOT = "right"
    OPEN = "not counted"


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one question.

    expect: `answer`; `partial` where silence is as right; `silence`; or `either` where it may be asked back as well.
    found: for each candidate, best first, whether it holds the answer; pages: whether it is of a right document.
    would_cite: the same for the passages that were chosen, whether or not the gate let them through; cited, quoted: for
    what was shown. plain, plain_pages: the first five of the plain hybrid. rewritten: the first five for the question
    as a person rewrote it; bare: for a follow-up without its thread. deep: the place (from 1) of the first passage that
    holds the answer among a hundred, 0 without one; -1 where nobody looked. sound: every quote stands on its page word
    for word, every cited document is for the reader, and (of one question in eight) the outcome is the same again.
    """

    id: str
    part: str
    expect: str
    follows: bool
    outcome: str
    tentative: bool
    confidence: float
    found: tuple[bool, ...]
    pages: tuple[bool, ...]
    would_cite: tuple[bool, ...]
    cited: tuple[bool, ...]
    quoted: tuple[bool, ...]
    plain: tuple[bool, ...]
    plain_pages: tuple[bool, ...]
    rewritten: tuple[bool, ...]
    deep: int
    lost: Lost
    milliseconds: float
    bare: tuple[bool, ...] = ()
    sound: bool = True

    @property
    def answered(self) -> bool:
        return self.outcome == "answer"


class Watched(Answerer):
    """An answerer that shows how it weighed its last question. One question at a time."""

    weighed: Weighed | None = None

    def weigh(self, asking: Asking) -> Weighed:
        self.weighed = super().weigh(asking)
        return self.weighed

    def outcome(self, asking: Asking) -> tuple[Outcome, Weighed, float]:
        """The outcome, how it was weighed (also where the guard spoke first), and its milliseconds."""
        self.weighed = None
        began = time.perf_counter()
        outcome = self.ask(asking)
        took = (time.perf_counter() - began) * 1000
        return outcome, self.weighed or self.weigh(asking), took


class Study:
    """One set, its answerer and all that its questions are judged by.

    Without `placing` nobody looks where facts were lost, nor at other forms of follow-ups: it is faster.
    """

    def __init__(
        self,
        answerer: Watched,
        snapshot: Snapshot,
        judge: Judge,
        plain: PlainHybrid | None = None,
        *,
        placing: bool = True,
    ) -> None:
        self._answerer = answerer
        self._snapshot = snapshot
        self._judge = judge
        self._plain = plain
        self._placing = placing
        self._passages: Mapping[str, Sequence[Found]] | None = None

    def rows(self, questions: Sequence[Question]) -> list[Row]:
        """Ask every question; the first few are asked before as well, so that times are warm."""
        for question in questions[:5]:
            self._answerer.ask(_asking(question))
        return [self.row(question) for question in questions]

    def row(self, question: Question) -> Row:
        outcome, weighed, took = self._answerer.outcome(_asking(question))
        citations = outcome.citations if isinstance(outcome, Answer) else ()
        candidates = weighed.candidates
        plain = self._plain.rank(question.text, AMONG) if self._plain else []
        row = Row(
            id=question.id,
            part=question.part,
            expect=_expected(question),
            follows=question.after is not None,
            outcome=outcome.kind,
            tentative=bool(getattr(outcome, "tentative", False)),
            confidence=weighed.confidence,
            found=tuple(self._held(question, item) for item in candidates[:LOOKED_AT]),
            pages=tuple(item.found.document.id in question.documents for item in candidates[:LOOKED_AT]),
            would_cite=tuple(self._held(question, quote.candidate) for quote in weighed.quotes),
            cited=tuple(
                self._judge.holds(question, c.document_id, c.passage, f"{c.title}\n{c.heading}") for c in citations
            ),
            quoted=tuple(self._judge.holds(question, c.document_id, c.quote) for c in citations),
            plain=tuple(self._holds(question, found) for found in plain),
            plain_pages=tuple(found.document.id in question.documents for found in plain),
            rewritten=self._first_five(question, question.rewrite),
            bare=self._first_five(question, question.text if question.after else ""),
            deep=-1,
            lost=Lost.OPEN,
            milliseconds=took,
            sound=self._sound(question, outcome),
        )
        return self._placed(question, row) if self._placing else row

    def _sound(self, question: Question, outcome: Outcome) -> bool:
        scope = Scope.of_role(question.role, self._snapshot.libraries)
        citations = outcome.citations if isinstance(outcome, Answer) else ()
        if not all(self._stands(citation, scope) for citation in citations):
            return False
        return not _drawn(question) or timed(self._answerer.ask(_asking(question)), outcome.timings) == outcome

    def _stands(self, citation: Citation, scope: Scope) -> bool:
        key = f"{citation.library}/{citation.document_id}"
        page, stored = self._snapshot.page(key, citation.page), self._snapshot.document(key)
        return bool(page and stored and citation.quote in page.text and scope.admits(stored.document))

    def _holds(self, question: Question, found: Found) -> bool:
        around = f"{found.document.title}\n{found.passage.heading}"
        return self._judge.holds(question, found.document.id, found.passage.text, around)

    def _held(self, question: Question, item: Candidate) -> bool:
        return self._holds(question, item.found)

    def _first_five(self, question: Question, form: str) -> tuple[bool, ...]:
        """Judgements for another form of the question, asked without a thread; none for an empty form."""
        if not form or not self._placing:
            return ()
        candidates = self._answerer.weigh(Asking(form[:LONGEST_QUESTION], question.role)).candidates
        return tuple(self._held(question, item) for item in candidates[:AMONG])

    def _placed(self, question: Question, row: Row) -> Row:
        if row.expect == "silence":
            wrong = Lost.HEDGED if row.tentative else Lost.ANSWERED
            return replace(row, lost=wrong if row.answered else Lost.NOT)
        if row.expect == "either" or not (question.facts or question.documents or any(row.found) or row.follows):
            return row
        lost, deep = self._lost(question, row)
        return replace(row, lost=lost, deep=deep)

    def _lost(self, question: Question, row: Row) -> tuple[Lost, int]:
        """The first place on the way where the fact is gone, and how deep the ranking has it."""
        if not any(row.found):
            return self._unfound(question)
        if not row.answered:
            return Lost.DECLINED, -1
        if not row.cited[0]:
            if self._other_form(question, 1):
                return Lost.THREAD, -1
            return (Lost.FIRST if any(row.cited) else Lost.CITED), -1
        if self._judge.judges_quotes and not row.quoted[0]:
            return Lost.SENTENCE, -1
        return Lost.NOT, -1

    def _unfound(self, question: Question) -> tuple[Lost, int]:
        if not self._on_a_page(question):
            return Lost.EXTRACTED, 0
        if not any(self._holds(question, found) for found in self._library(question)):
            return Lost.CUT, 0
        if self._other_form(question, AMONG):
            return Lost.THREAD, 0
        wide = self._answerer.search(_asking(question), WIDE)
        deep = next((place for place, item in enumerate(wide, 1) if self._held(question, item)), 0)
        return (Lost.READ if deep else Lost.FOUND), deep

    def _other_form(self, question: Question, among: int) -> bool:
        """Whether a follow-up finds the answer when it is put otherwise: rewritten, or with what was asked before."""
        if question.after is None:
            return False
        thread = (*question.before, question.after)
        forms = [question.rewrite, f"{question.after} {question.text}", " ".join((*thread, question.text))]
        return any(any(self._first_five(question, form)[:among]) for form in dict.fromkeys(filter(None, forms)))

    def _on_a_page(self, question: Question) -> bool:
        stored = self._snapshot.documents()
        named = [item for item in stored if item.document.id in question.documents]
        return any(
            self._judge.holds(question, item.document.id, text)
            for item in named or stored
            for text in self._pages(item.document.key, item.report.page_count)
        )

    def _pages(self, key: str, count: int) -> list[str]:
        pages = (self._snapshot.page(key, number) for number in range(1, max(1, count) + 1))
        return [page.text for page in pages if page]

    def _library(self, question: Question) -> Sequence[Found]:
        """All passages that may hold the answer: those of its documents, or all where it names none."""
        if self._passages is None:
            by_document: dict[str, list[Found]] = defaultdict(list)
            for found in all_passages(self._snapshot, self._answerer.passage_count):
                by_document[found.document.id].append(found)
            self._passages = by_document
        named = [self._passages[name] for name in question.documents if name in self._passages]
        return [found for passages in named or self._passages.values() for found in passages]


def all_passages(snapshot: Snapshot, count: int) -> list[Found]:
    """Every passage of a generation that has `count`, in row order."""
    return [
        found for start in range(0, count, 500) for found in snapshot.passages(range(start, min(count, start + 500)))
    ]


def _asking(question: Question) -> Asking:
    return Asking(question.text, question.role, question.after, before=question.before)


def _drawn(question: Question) -> bool:
    return hashlib.sha256(question.id.encode()).digest()[1] % 8 == 0


def _expected(question: Question) -> str:
    if not question.answerable:
        return "silence"
    if "clarify" in question.expect:
        return "either"
    return "answer" if question.expect == {"answer"} else "partial"


def save(file: Path, rows: Mapping[str, Sequence[Row]], how: Mapping[str, Any]) -> None:
    """Write rows by set, with how they were made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    plain = {"how": dict(how), "sets": {name: [asdict(row) for row in found] for name, found in rows.items()}}
    file.write_text(json.dumps(plain) + "\n", "utf-8")


def load(file: Path) -> dict[str, list[Row]]:
    """What `save` wrote. Raises: QuestionError for a file that is not one."""
    try:
        sets = json.loads(file.read_text("utf-8"))["sets"]
        return {name: [_row(values) for values in found] for name, found in sets.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QuestionError(f"{file} is no saved run of scripts/bench evidence; make it with --json.") from error


def _row(values: dict[str, Any]) -> Row:
    plain: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    plain["lost"] = Lost(values["lost"])
    return Row(**plain)
