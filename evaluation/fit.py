"""Fits what answer/ holds as constants, on the tuning parts of the question sets alone.

`python -m evaluation.fit ranking DATA` prints the weights of the closer look (answer/retrieve.py).
`python -m evaluation.fit reader DATA` tells, for several weights of the reader beside the search (answer/reread.py),
how often the answer is in the first passage, and how well the reader alone parts questions with from those without an
answer: all of them, and those that we wrote weighed so that the questions alone tell nothing.
`python -m evaluation.fit gate DATA` prints the weights of the gate with a reader and without one (answer/gate.py).
DATA is as in `scripts/bench evidence`. What concerns the reader is fitted on sets that it was not trained on,
`--sets starter dev followups held held_papers held_articles aside_covidqa aside_conditionalqa`, or it is trusted too
much.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.pipeline import Pipeline

from answer.answerer import Answerer, Asking, Weighed
from answer.compose import Candidate
from answer.gate import Evidence
from answer.reader import OFF, PACKAGED, SUREST, Reader, find_reader, logit, open_reader
from answer.reread import READER
from answer.retrieve import CLOSER, LOOKED_AT, signs
from evaluation.judges import Judge
from evaluation.measures import area_under_curve, mean
from evaluation.questions import Question
from evaluation.reader.giveaway import learnt, levelled, ours
from evaluation.reader.held import (
    ASIDE_CONDITIONALQA,
    ASIDE_COVIDQA,
    HELD,
    HELD_ARTICLES,
    HELD_PAPERS,
    aside_conditionalqa,
    aside_covidqa,
    held,
    held_articles,
    held_papers,
)
from evaluation.studied import TODAY, QuestionSet, load_sets, shipped_vocabulary
from index.embed import Embedder, ModelChoice, open_embedder
from ingest.pipeline import Options

Table = npt.NDArray[np.float64]

NAMES = [field.name for field in fields(Evidence)]
READ = {"read", "read_first"}
# What the gate weighs beside a reader. How many of the question's words a passage has, how like its best sentence is to
# the question, and whether the rankings agree on it, tell less than they seem to, since near-misses have all three: on
# a set left out, the gate parts questions with and without an answer better when it does not look at them.
BESIDE_READER = [
    "read", "read_first", "fits",
    "no_names", "no_years", "no_months", "no_figures", "no_attribute", "attribute",
]  # fmt: skip
# Sets whose questions are of our own kind count more, whatever their size: the gate is for them.
SHARE = {"starter": 3.0, "dev": 2.0, HELD: 3.0, HELD_PAPERS: 3.0}
# Strengths of the ridge that are tried: the one that does best on sets left out is taken.
RIDGES = (0.03, 0.1, 0.3, 1.0, 3.0)
WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0, 3.0)
KEPT_BACK: dict[str, Callable[[Path], QuestionSet]] = {
    HELD: held,
    HELD_PAPERS: lambda _: held_papers(),
    HELD_ARTICLES: lambda _: held_articles(),
    ASIDE_COVIDQA: aside_covidqa,
    ASIDE_CONDITIONALQA: aside_conditionalqa,
}
UNANSWERABLE = 0.35  # the share that questions without an answer are taken to have among those that come


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it came to the gate: its words, its evidence, and whether the passages chosen hold its answer.

    candidates: for each passage looked at, its score without the reader, the reader's logit (not a number where it was
    not read) and whether it holds the answer.
    """

    name: str
    question: str
    evidence: tuple[float, ...]
    right: bool
    answerable: bool
    candidates: tuple[tuple[float, float, bool], ...]


def cases(answerer: Answerer, name: str, questions: Sequence[Question], judge: Judge) -> Iterator[Case]:
    """The cases of a set: questions that are refused or may be asked back about are left out."""
    for question in questions:
        if not question.expect <= {"answer", "no_answer"}:
            continue
        weighed = answerer.weigh(Asking(question.text, question.role, question.after, before=question.before))
        if weighed.evidence:
            yield _case(name, question, weighed, judge)


def _case(name: str, question: Question, weighed: Weighed, judge: Judge) -> Case:
    held = [_held(question, item, judge) for item in weighed.candidates]
    rows = {c.ranked.row: flag for c, flag in zip(weighed.candidates, held, strict=True)}
    right = question.answerable and any(rows.get(q.candidate.ranked.row, False) for q in weighed.quotes)
    least = min((logit(c.reading) for c in weighed.candidates if c.reading), default=0.0)
    candidates = tuple(
        (c.score - READER * (logit(c.reading) if c.reading else least), logit(c.reading) if c.reading else least, flag)
        for c, flag in zip(weighed.candidates, held, strict=True)
    )
    assert weighed.evidence is not None  # noqa: S101 - the caller looked
    return Case(name, question.text, weighed.evidence.values(), right, question.answerable, candidates)


# --- the closer look -----------------------------------------------------------------------------------------------


def pairs(answerer: Answerer, questions: Sequence[Question], judge: Judge) -> list[Table]:
    """Differences of standardised signs between passages that answer and passages that do not."""
    rows: list[Table] = []
    for question in questions:
        asking = Asking(question.text, question.role, question.after, before=question.before)
        weighed = answerer.weigh(asking)
        candidates = answerer.search(asking, LOOKED_AT)
        if not question.answerable or not candidates:
            continue
        table = np.array(signs(candidates, weighed.understood, weighed.weight))
        deviation = table.std(axis=0)
        standard = (table - table.mean(axis=0)) / np.where(deviation > 1e-9, deviation, 1.0)
        good = np.array([_held(question, item, judge) for item in candidates])
        rows += [one - other for one in standard[good][:3] for other in standard[~good][:12]]
    return rows


def _held(question: Question, item: Candidate, judge: Judge) -> bool:
    around = f"{item.found.document.title}\n{item.found.passage.heading}"
    return judge.holds(question, item.found.document.id, item.found.passage.text, around)


def _say_ranking(given: argparse.Namespace) -> None:
    """The weights of the closer look, each set counting alike; they are rounded and scaled before they are used."""
    embedder = open_embedder(ModelChoice(), given.work / "models")
    tables = []
    for one in _sets(given.data, given.sets):
        answerer = _answerer(one, given.work / "evidence", embedder, None)
        found = pairs(answerer, one.sample(_part(one), given.most), one.judge)
        if found:
            tables.append(np.array(found))
    both = np.vstack([np.vstack([table, -table]) for table in tables])
    labels = np.concatenate([[1] * len(table) + [0] * len(table) for table in tables])
    shares = np.concatenate([np.full(2 * len(table), 1 / len(table)) for table in tables])
    model = LogisticRegression(fit_intercept=False, max_iter=2_000).fit(both, labels, sample_weight=shares * 1_000)
    _say(dict(zip(CLOSER, (round(float(weight), 2) for weight in model.coef_[0]), strict=True)))


# --- the reader's weight -------------------------------------------------------------------------------------------


def first_found(found: Sequence[Case], weight: float) -> float:
    """The share of answerable questions whose first passage holds the answer, with the reader counting `weight`."""
    known = [case.candidates for case in found if case.answerable and case.candidates]
    return mean([float(max(rows, key=lambda row: row[0] + weight * row[1])[2]) for rows in known])


def read_parts(found: Sequence[Case], weights: Table | None = None) -> float:
    """The area under the curve between questions with and without an answer by the reader's best logit alone."""
    answerable = [case.answerable for case in found]
    if len(set(answerable)) < 2:  # one kind alone has no area
        return math.nan
    best = [max((logit for _, logit, _ in case.candidates), default=-SUREST) for case in found]
    return float(roc_auc_score(answerable, best, sample_weight=weights))


def _say_reader(found: Sequence[Case]) -> None:
    names = list(dict.fromkeys(case.name for case in found))
    _say("weight", *names, "mean")
    for weight in WEIGHTS:
        shares = [first_found([case for case in found if case.name == name], weight) for name in names]
        _say(f"{weight:.1f}", *(f"{share:.3f}" for share in shares), f"{mean(shares):.3f}")
    parts = [[case for case in found if case.name == name] for name in names]
    _say("AUC", *(f"{read_parts(part):.3f}" for part in parts))
    model = learnt(ours())
    _say("AUC, levelled", *(f"{_levelled(part, model):.3f}" for part in parts))


def _levelled(found: Sequence[Case], model: Pipeline) -> float:
    """`read_parts` with what the questions alone give away taken out, where we wrote them."""
    if found[0].name not in {HELD, HELD_PAPERS, HELD_ARTICLES}:
        return math.nan
    return read_parts(found, levelled(model, [(case.question, case.answerable) for case in found]))


# --- the gate ------------------------------------------------------------------------------------------------------


def fitted(found: Sequence[Case], names: Sequence[str], ridge: float) -> LogisticRegression:
    """A logistic regression of "the passages hold the answer" on the evidence of those names."""
    model = LogisticRegression(C=ridge, max_iter=2_000)
    return model.fit(_design(found, names), [case.right for case in found], sample_weight=_shares(found))


def _design(found: Sequence[Case], names: Sequence[str]) -> Table:
    columns = [NAMES.index(name) for name in names]
    return np.array([[case.evidence[i] for i in columns] for case in found], np.float64)


def _shares(found: Sequence[Case]) -> Table:
    """A weight for each case: each set counts as `SHARE` says, and within all of them the unanswerable as often."""
    sizes = {(c.name, c.answerable): 0 for c in found}
    for case in found:
        sizes[case.name, case.answerable] += 1
    raw = [
        SHARE.get(c.name, 1.0) * (1 - UNANSWERABLE if c.answerable else UNANSWERABLE) / sizes[c.name, c.answerable]
        for c in found
    ]
    return np.array(raw) * len(found) / sum(raw)


def chosen_ridge(found: Sequence[Case], names: Sequence[str]) -> float:
    """The ridge whose regression, fitted without a set, predicts that set best, over all sets."""
    return min(RIDGES, key=lambda ridge: mean_loss_without(found, names, ridge))


def mean_loss_without(found: Sequence[Case], names: Sequence[str], ridge: float) -> float:
    """The logarithmic loss of a set by the regression fitted without it, the mean over all sets."""
    return mean([_loss_without(found, name, names, ridge) for name in sorted({case.name for case in found})])


def _loss_without(found: Sequence[Case], left_out: str, names: Sequence[str], ridge: float) -> float:
    part, chances = _told_without(found, left_out, names, ridge)
    return float(log_loss([case.right for case in part], chances, sample_weight=_shares(part), labels=[False, True]))


def _told_without(
    found: Sequence[Case], left_out: str, names: Sequence[str], ridge: float
) -> tuple[list[Case], npt.NDArray[np.float64]]:
    """The cases of a set, and what a regression fitted without that set says of each."""
    rest, part = [c for c in found if c.name != left_out], [c for c in found if c.name == left_out]
    return part, fitted(rest, names, ridge).predict_proba(_design(part, names))[:, 1]


def parted(found: Sequence[Case], names: Sequence[str], ridge: float) -> float:
    """The area under the curve between questions with and without an answer, each set told by a fit without it."""
    yes: list[float] = []
    no: list[float] = []
    for name in sorted({case.name for case in found}):
        for case, chance in zip(*_told_without(found, name, names, ridge), strict=True):
            (yes if case.answerable else no).append(float(chance))
    return area_under_curve(yes, no)


def _say_gate(found: Sequence[Case], names: Sequence[str], title: str) -> None:
    ridge = chosen_ridge(found, names) if len({case.name for case in found}) > 1 else 1.0
    model = fitted(found, names, ridge)
    weights = dict(zip(names, (round(float(w), 2) for w in model.coef_[0]), strict=True))
    _say(f"{title}: ridge {ridge}")
    _say(f"Weights({float(model.intercept_[0]):.2f}, {weights})")
    if len({case.name for case in found}) > 1:
        loss = mean_loss_without(found, names, ridge)
        _say(f"  each set told by a fit without it: AUC {parted(found, names, ridge):.3f}, log loss {loss:.3f}")
    for name in sorted({case.name for case in found}):
        part = [case for case in found if case.name == name]
        chances = model.predict_proba(_design(part, names))[:, 1]
        yes = [float(c) for c, case in zip(chances, part, strict=True) if case.answerable]
        no = [float(c) for c, case in zip(chances, part, strict=True) if not case.answerable]
        _say(f"  {name}: {len(yes)} with and {len(no)} without an answer, AUC {area_under_curve(yes, no):.3f}")


def _say(*parts: object) -> None:
    sys.stdout.write(" ".join(str(part) for part in parts) + "\n")
    sys.stdout.flush()


def _sets(data: Path, names: Sequence[str]) -> list[QuestionSet]:
    """The sets of those names, or all, with the questions that the reader was not trained on as the last."""
    chosen = [name for name in names if name not in KEPT_BACK]
    found = load_sets(data, chosen) if chosen or not names else []
    return [*found, *(load(data) for name, load in KEPT_BACK.items() if not names or name in names)]


def gather(sets: Sequence[QuestionSet], work: Path, embedder: Embedder, reader: Reader | None, most: int) -> list[Case]:
    """The cases of the tuning parts of several sets."""
    found: list[Case] = []
    for one in sets:
        answerer = _answerer(one, work, embedder, reader)
        found += cases(answerer, one.name, one.sample(_part(one), most), one.judge)
    return found


def _answerer(one: QuestionSet, work: Path, embedder: Embedder, reader: Reader | None) -> Answerer:
    vocabulary = shipped_vocabulary()
    return Answerer(one.open(work, embedder, Options()), embedder, vocabulary, TODAY, reader=reader)


def _part(one: QuestionSet) -> str | None:
    return None if one.name in KEPT_BACK else "tune"


def _load(file: Path) -> list[Case]:
    rows = json.loads(file.read_text("utf-8"))
    return [
        Case(
            row["name"],
            row["question"],
            tuple(row["evidence"]),
            row["right"],
            row["answerable"],
            tuple((score, read, held) for score, read, held in row["candidates"]),
        )
        for row in rows
    ]


def _cases(given: argparse.Namespace) -> list[Case]:
    """The cases that were kept in a file, or new ones."""
    if given.cases and given.cases.is_file():
        return _load(given.cases)
    embedder = open_embedder(ModelChoice(), given.work / "models")
    reader = open_reader(find_reader(given.reader)) if given.reader != OFF else None
    found = gather(_sets(given.data, given.sets), given.work / "evidence", embedder, reader, given.most)
    if given.cases:
        given.cases.write_text(json.dumps([asdict(case) for case in found]), "utf-8")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.fit", description=__doc__)
    parser.add_argument("what", choices=("ranking", "reader", "gate"))
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="+", default=[])
    parser.add_argument("--reader", default=PACKAGED, help="packaged, off, or a folder")
    parser.add_argument("--cases", type=Path, help="a file to keep the cases in, or to take them from")
    parser.add_argument("--work", type=Path, default=Path("var/bench"))
    parser.add_argument("--most", type=int, default=200, help="questions with, and without, an answer of each set")
    given = parser.parse_args()
    if given.what == "ranking":
        _say_ranking(given)
        return 0
    found = _cases(given)
    if given.what == "reader":
        _say_reader(found)
        return 0
    if given.reader != OFF:
        _say_gate(found, BESIDE_READER, "with the reader")
        _say_gate(found, NAMES, "with the reader and all signs, which is not used")
    _say_gate(found, [name for name in NAMES if name not in READ], "without the reader")
    return 0


if __name__ == "__main__":
    sys.exit(main())
