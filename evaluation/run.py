"""Asks a question set and measures what came back."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from answer.answerer import Answerer, Asking
from answer.outcome import Answer, Outcome
from evaluation.measures import (
    area_under_curve,
    hit_at,
    mean,
    ndcg_at,
    percentile,
    recall_at,
    reciprocal_rank,
)  # fmt: skip
from evaluation.questions import Judged, Question

Figures = dict[str, float]
ANSWERED = frozenset({"answer"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its outcome, and what the citations held. `milliseconds` is question to outcome."""

    question: Question
    outcome: Outcome
    again_equal: bool
    cited_facts: tuple[bool, ...]
    facts_found: float
    quoted_facts: tuple[bool, ...]
    milliseconds: float

    @property
    def right_outcome(self) -> bool:
        return self.outcome.kind in self.question.expect


def ask_all(answerer: Answerer, questions: Sequence[Question]) -> list[Asked]:
    """Ask every question twice: the second time to see that the outcome is the same, and to time it warm."""
    return [_ask(answerer, question) for question in questions]


def _ask(answerer: Answerer, question: Question) -> Asked:
    asking = Asking(question.text, question.role, question.after, before=question.before)
    first = answerer.ask(asking)
    began = time.perf_counter()
    outcome = answerer.ask(asking)
    took = (time.perf_counter() - began) * 1000
    citations = outcome.citations if isinstance(outcome, Answer) else ()
    passages = [f"{c.title}\n{c.heading}\n{c.passage}" for c in citations]
    facts = question.facts
    return Asked(
        question,
        outcome,
        _same(first, outcome),
        tuple(any(question.holds(text, fact) for fact in facts) for text in passages),
        mean([float(any(question.holds(text, fact) for text in passages)) for fact in facts]) if facts else 0.0,
        tuple(any(question.holds(c.quote, fact) for fact in facts) for c in citations),
        took,
    )


def _same(one: Outcome, other: Outcome) -> bool:
    return (one.id, one.kind, one.text, one.notes, one.tools) == (
        other.id,
        other.kind,
        other.text,
        other.notes,
        other.tools,
    )


def figures(asked: Sequence[Asked]) -> Figures:
    """The measures of a set.

    first_citation, any_citation: share of answerable questions with an expected fact in the first (any) cited passage.
    first_quote, any_quote: the same for the words quoted. facts_found: share of all expected facts in cited passages.
    citation_precision: share of citations that hold an expected fact or are of an expected document.
    declines_right: share of the questions without an answer that got none; declines_wrong: share of the answerable
    that got none. confidence_auc: how well the confidence parts the two. page_accuracy: the cited page is the
    expected one, where the fact was cited. tool_offered, tool_not_offered: expected tools that were offered, and
    questions of other kinds on which no scoring tool was offered wrongly.
    """
    known = [item for item in asked if item.question.answerable and item.question.facts and _must_answer(item)]
    answerable = [item for item in asked if item.question.expect == ANSWERED]
    silent = [item for item in asked if not item.question.answerable]
    return {
        "questions": float(len(asked)),
        "first_citation": mean([hit_at(item.cited_facts, 1) for item in known]),
        "any_citation": mean([hit_at(item.cited_facts, 9) for item in known]),
        "first_quote": mean([hit_at(item.quoted_facts, 1) for item in known]),
        "any_quote": mean([hit_at(item.quoted_facts, 9) for item in known]),
        "mean_reciprocal_rank": mean([reciprocal_rank(item.cited_facts) for item in known]),
        "facts_found": mean([item.facts_found for item in known]),
        "citation_precision": mean([float(right) for item in known for right in _right_citations(item)]),
        "citations_each": mean([float(len(item.cited_facts)) for item in known if item.cited_facts]),
        "declines_right": mean([float(item.outcome.kind != "answer") for item in silent]),
        "declines_wrong": mean([float(item.outcome.kind not in item.question.expect) for item in answerable]),
        "confidence_auc": area_under_curve(*_confidences(asked)),
        "outcome_right": mean([float(item.right_outcome) for item in asked]),
        "page_accuracy": mean([float(_page_right(item)) for item in known if _page_asked(item)]),
        "tool_offered": mean([float(_tool_offered(item)) for item in asked if item.question.tool]),
        "reproducible": mean([float(item.again_equal) for item in asked]),
        "p50_ms": percentile([item.milliseconds for item in asked], 0.5),
        "p95_ms": percentile([item.milliseconds for item in asked], 0.95),
    }


def _must_answer(item: Asked) -> bool:
    """A question that may be asked back about is no test of what is cited."""
    return "clarify" not in item.question.expect


def _right_citations(item: Asked) -> list[bool]:
    citations = item.outcome.citations if isinstance(item.outcome, Answer) else ()
    wanted = item.question.documents
    return [held or c.document_id in wanted for held, c in zip(item.cited_facts, citations, strict=True)]


def _confidences(asked: Sequence[Asked]) -> tuple[list[float], list[float]]:
    weighed = [item for item in asked if item.outcome.kind in {"answer", "no_answer"}]
    return (
        [item.outcome.confidence for item in weighed if item.question.answerable],
        [item.outcome.confidence for item in weighed if not item.question.answerable],
    )


def _page_asked(item: Asked) -> bool:
    return item.question.page is not None and any(item.quoted_facts)


def _page_right(item: Asked) -> bool:
    citations = item.outcome.citations if isinstance(item.outcome, Answer) else ()
    return any(
        held and c.page == item.question.page and c.document_id in item.question.documents
        for held, c in zip(item.quoted_facts, citations, strict=True)
    )


def _tool_offered(item: Asked) -> bool:
    return item.question.tool in {tool.id for tool in item.outcome.tools}


def by_type(asked: Sequence[Asked]) -> dict[str, Figures]:
    """The figures of each type of question."""
    groups: dict[str, list[Asked]] = defaultdict(list)
    for item in asked:
        groups[item.question.type].append(item)
    return {name: figures(group) for name, group in sorted(groups.items())}


def rank_all(answerer: Answerer, judged: Judged, *, k: int = 10, document_of: Callable[[str], str] = str) -> Figures:
    """Rankings of documents against graded judgements; a document stands where its best passage does."""
    rows: dict[str, list[float]] = defaultdict(list)
    for question in judged.questions:
        grades: Mapping[str, float] = judged.grades.get(question.id, {})
        if not question.answerable or not any(grade > 0 for grade in grades.values()):
            continue
        found = answerer.search(Asking(question.text, question.role, question.after, before=question.before), 5 * k)
        ranked = list(dict.fromkeys(document_of(item.found.document.id) for item in found))
        right = [grades.get(name, 0.0) > 0 for name in ranked]
        for cut in (1, 3, 5):
            rows[f"hit_at_{cut}"].append(hit_at(right, cut))
        rows["mean_reciprocal_rank"].append(reciprocal_rank(right[:k]))
        rows[f"ndcg_at_{k}"].append(ndcg_at(ranked, grades, k))
        rows[f"recall_at_{k}"].append(recall_at(ranked, grades, k))
    return {"ranked": float(len(rows["hit_at_1"])), **{name: mean(values) for name, values in rows.items()}}


def declining(answerer: Answerer, questions: Sequence[Question]) -> Figures:
    """How the gate parts answerable from unanswerable questions."""
    weighed = [(q.answerable, answerer.ask(Asking(q.text, q.role, q.after, before=q.before))) for q in questions]
    yes = [outcome for answerable, outcome in weighed if answerable]
    no = [outcome for answerable, outcome in weighed if not answerable]
    return {
        "unanswerable": float(len(no)),
        "declines_right": mean([float(outcome.kind != "answer") for outcome in no]),
        "declines_wrong": mean([float(outcome.kind != "answer") for outcome in yes]),
        "confidence_auc": area_under_curve([o.confidence for o in yes], [o.confidence for o in no]),
    }
