"""Fits the two sets of weights that answer/ holds as constants: the closer look at candidates, and the gate.

`python -m evaluation.fit ranking FOLDER...` and `python -m evaluation.fit gate FOLDER...` print weights fitted to
public question sets (folders of corpus, queries and judgements). Those of the ranking went, rounded, into
answer/retrieve.py; the gate was set by hand beside them (docs/evidence.md). The gate also takes the tuning half of the
starter set.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from answer.answerer import Answerer, Asking, Vocabulary
from answer.compose import Candidate
from answer.offer import Offers
from answer.retrieve import CLOSER, signs
from corpus.glossary import Glossary, load_glossary
from corpus.status_map import StatusMap, load_status_map
from corpus.vocabulary import shipped
from evaluation.build import index_folder, index_texts
from evaluation.questions import STARTER_QUESTIONS, Judged, Question, load_judged, load_questions
from index.embed import Embedder, ModelChoice, open_embedder
from ingest.pipeline import Options

Table = npt.NDArray[np.float64]

STARTER = shipped("documents")
STEPS, RATE, RIDGE = 6_000, 0.3, 0.003


def logistic(features: Table, labels: npt.NDArray[np.float64], *, intercept: bool) -> Table:
    """Weights of a ridge logistic regression by gradient descent; the intercept, if any, is the first.

    Classes are weighed alike, so that a set of mostly answerable questions does not make the gate credulous.
    """
    design = np.hstack([np.ones((len(features), 1)), features]) if intercept else features
    weights = np.zeros(design.shape[1])
    balance = np.where(labels > 0.5, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (balance * (chance - labels)) / len(labels) + RIDGE * weights
        weights -= RATE * slope
    return weights


def pairs(answerer: Answerer, questions: Sequence[Question], right: Callable[[Question, Candidate], bool]) -> Table:
    """Differences of standardised signs between passages that answer and passages that do not."""
    rows: list[Table] = []
    for question in questions:
        weighed = answerer.weigh(Asking(question.text, question.role, question.after))
        if not weighed.candidates:
            continue
        table = np.array([signs(item, weighed.understood, weighed.weight) for item in weighed.candidates])
        deviation = table.std(axis=0)
        standard = (table - table.mean(axis=0)) / np.where(deviation > 1e-9, deviation, 1.0)
        good = np.array([right(question, item) for item in weighed.candidates])
        rows += [one - other for one in standard[good][:3] for other in standard[~good][:12]]
    return np.array(rows)


def fit_ranking(differences: Table) -> dict[str, float]:
    both = np.vstack([differences, -differences])
    labels = np.concatenate([np.ones(len(differences)), np.zeros(len(differences))])
    return dict(zip(CLOSER, logistic(both, labels, intercept=False).round(2).tolist(), strict=True))


def evidence_of(answerer: Answerer, questions: Sequence[Question]) -> tuple[Table, npt.NDArray[np.float64]]:
    """The gate's evidence for each question, and whether it is answerable."""
    rows, labels = [], []
    for question in questions:
        weighed = answerer.weigh(Asking(question.text, question.role, question.after))
        if weighed.evidence:
            rows.append(weighed.evidence.values())
            labels.append(float(question.answerable))
    return np.array(rows), np.array(labels)


def _answers(judged: Judged, folder: Path) -> Callable[[Question, Candidate], bool]:
    """Whether a passage answers: of a judged document, and with the answer's words where the set gives them."""
    texts: dict[str, list[str]] = {}
    for line in (folder / "queries.jsonl").read_text("utf-8").split("\n"):
        if line.strip():
            row = json.loads(line)
            given = row.get("answers") or ([row["answer"]] if "span" in row else [])
            texts[str(row["id"])] = [" ".join(answer.lower().split()) for answer in given]

    def right(question: Question, item: Candidate) -> bool:
        if judged.grades.get(question.id, {}).get(item.found.document.id, 0.0) <= 0:
            return False
        passage = " ".join(item.found.passage.text.lower().split())
        wanted = texts.get(question.id, [])
        return not wanted or any(answer in passage for answer in wanted)

    return right


def _answerer(folder: Path, judged: Judged, data: Path, embedder: Embedder) -> Answerer:
    snapshot = index_texts(judged.documents, folder.name, data / folder.name, embedder, Options())
    empty = Vocabulary(Glossary([]), StatusMap([]), Offers([]))
    return Answerer(snapshot, embedder, empty, dt.date(2026, 1, 1))


def _add(
    answerer: Answerer, questions: Sequence[Question], tables: list[Table], labels: list[npt.NDArray[np.float64]]
) -> None:
    found, answerable = evidence_of(answerer, questions)
    tables.append(found)
    labels.append(answerable)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.fit", description=__doc__)
    parser.add_argument("what", choices=("ranking", "gate"))
    parser.add_argument("folder", nargs="+", type=Path)
    parser.add_argument("--data-dir", type=Path, default=Path("var"))
    parser.add_argument("--most", type=int, default=400, help="questions taken of each set")
    options = parser.parse_args()
    embedder = open_embedder(ModelChoice(), options.data_dir / "models")
    tables: list[Table] = []
    labels: list[npt.NDArray[np.float64]] = []
    for folder in options.folder:
        judged = load_judged(folder)
        answerer = _answerer(folder, judged, options.data_dir / "evaluation", embedder)
        questions = judged.questions[: options.most]
        if options.what == "ranking":
            tables.append(pairs(answerer, [q for q in questions if q.answerable], _answers(judged, folder)))
        else:
            _add(answerer, questions, tables, labels)
    if options.what == "gate":
        snapshot = index_folder(STARTER, options.data_dir / "evaluation" / "starter", embedder, Options())
        vocabulary = Vocabulary(load_glossary(), load_status_map(), Offers([]))
        own = [q for q in load_questions(STARTER_QUESTIONS) if q.part == "tune"]
        own = [q for q in own if q.expect <= {"answer", "no_answer"}]
        for _ in range(2):  # our own kind of question counts twice
            _add(Answerer(snapshot, embedder, vocabulary, dt.date(2026, 1, 1)), own, tables, labels)
    if options.what == "ranking":
        sys.stdout.write(f"{fit_ranking(np.vstack(tables))}\n")
    else:
        weights = logistic(np.vstack(tables), np.concatenate(labels), intercept=True)
        sys.stdout.write(f"{weights.round(3).tolist()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
