"""Where the right passage is lost, and what the gate costs: the tables of docs/evidence.md.

SET is `starter` or a .csv of expected facts (with --set, the folder of its documents).
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from answer import gate
from answer.answerer import Answerer, Asking, Vocabulary
from answer.compose import Candidate
from answer.offer import Offers
from answer.retrieve import READ, closer
from answer.understand import names_attribute
from corpus.glossary import load_glossary
from corpus.status_map import load_status_map
from corpus.tools import load_tools
from corpus.vocabulary import shipped
from evaluation.bench.command import parser
from evaluation.build import index_folder
from evaluation.measures import hit_at, mean
from evaluation.questions import STARTER_QUESTIONS, Question, load_csv, load_questions
from evaluation.run import Asked, ask_all
from index.embed import Embedder, ModelChoice, open_embedder
from index.search import Ranked
from ingest.pipeline import Options

SIZES = (450, 650, 900, 1_200)
CUTS = (1, 3, 5)
THRESHOLDS = (0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 0.9)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser("evidence", __doc__)
    options.add_argument("questions", metavar="SET", help="'starter', or a .csv of expected facts")
    given = options.parse_args(arguments)
    embedder = open_embedder(ModelChoice(), given.work / "models")
    documents = given.set or shipped("documents")
    questions = _questions(given.questions)
    console = Console()
    answerer = _answerer(documents, given.work / "evidence", embedder, Options())
    console.print(_rankings(answerer, questions))
    console.print(_sizes(documents, given.work / "evidence", embedder, questions))
    console.print(_gate(answerer, questions))
    return 0


def _questions(name: str) -> list[Question]:
    if name == "starter":
        return load_questions(STARTER_QUESTIONS)
    return load_csv(Path(name))


def _answerer(documents: Path, work: Path, embedder: Embedder, how: Options) -> Answerer:
    snapshot = index_folder(documents, work / f"{documents.name}-{how.passage_chars}", embedder, how)
    vocabulary = Vocabulary(load_glossary(), load_status_map(), Offers(load_tools()))
    return Answerer(snapshot, embedder, vocabulary, dt.date(2026, 11, 23))


def _asked(questions: Sequence[Question]) -> list[Question]:
    return [q for q in questions if q.answerable and q.facts and "clarify" not in q.expect]


def _held(question: Question, item: Candidate) -> bool:
    found = item.found
    text = f"{found.document.title}\n{found.passage.heading}\n{found.passage.text}"
    return any(question.holds(text, fact) for fact in question.facts)


def _rankings(answerer: Answerer, questions: Sequence[Question]) -> Table:
    """The share of questions with an expected fact in the first 1, 3 and 5 passages, by what ranks them.

    All rankings order the same candidates: the fused best of the whole library.
    """
    rows: dict[str, list[list[bool]]] = {name: [] for name in ("passage", "words", "sentence", "sum", "closer look")}
    for question in _asked(questions):
        asking = Asking(question.text, question.role, question.after)
        weighed = answerer.weigh(asking)
        found = sorted(weighed.candidates, key=lambda item: -item.ranked.score)
        orders = {
            "passage": _by(found, lambda ranked: ranked.similarity),
            "words": _by(found, lambda ranked: ranked.lexical),
            "sentence": _by(found, lambda ranked: ranked.best_span),
            "sum": found,
            "closer look": closer(found, weighed.understood, weighed.weight),
        }
        for name, order in orders.items():
            rows[name].append([_held(question, item) for item in order])
    table = Table("Ranking", *(f"first {cut}" for cut in CUTS), title=f"Rankings of the best {READ} candidates")
    for name, held in rows.items():
        table.add_row(name, *(f"{mean([hit_at(row, cut) for row in held]):.3f}" for cut in CUTS))
    return table


def _by(found: Sequence[Candidate], key: Callable[[Ranked], float]) -> list[Candidate]:
    return sorted(found, key=lambda item: -key(item.ranked))


def _sizes(documents: Path, work: Path, embedder: Embedder, questions: Sequence[Question]) -> Table:
    table = Table("Characters", "Passages", *(f"first {cut}" for cut in CUTS), title="Size of a passage")
    for size in SIZES:
        answerer = _answerer(documents, work, embedder, replace(Options(), passage_chars=size))
        held = [
            [_held(q, item) for item in answerer.search(Asking(q.text, q.role, q.after), 10)] for q in _asked(questions)
        ]
        shares = (f"{mean([hit_at(row, cut) for row in held]):.3f}" for cut in CUTS)
        table.add_row(str(size), str(answerer.passage_count), *shares)
    return table


def _gate(answerer: Answerer, questions: Sequence[Question]) -> Table:
    """What each threshold would decline, rightly and wrongly, of questions that name their fact and of others."""
    asked = ask_all(answerer, questions)
    table = Table(
        "Threshold",
        "names its fact: right",
        "wrong",
        "others: right",
        "wrong",
        title=f"The gate (in use: {gate.STRICT_THRESHOLD} and {gate.THRESHOLD})",
    )
    groups = [[item for item in asked if names_attribute(item.question.text) is named] for named in (True, False)]
    for threshold in THRESHOLDS:
        table.add_row(f"{threshold:.2f}", *(share for group in groups for share in _declined(group, threshold)))
    return table


def _declined(group: Sequence[Asked], threshold: float) -> list[str]:
    """The shares of questions without and with an answer that get none at a threshold."""
    silent = [item for item in group if not item.question.answerable]
    wanted = [item for item in group if item.question.expect == {"answer"}]
    return [
        f"{mean([float(_is_declined(item, threshold)) for item in part]):.3f} of {len(part)}"
        for part in (silent, wanted)
    ]


def _is_declined(item: Asked, threshold: float) -> bool:
    return item.outcome.kind in {"declined", "clarify"} or item.outcome.confidence < threshold


if __name__ == "__main__":
    sys.exit(main())
