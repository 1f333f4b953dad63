"""`lmc evaluate`: asks a question set and prints what came back, measured."""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from answer.answerer import Answerer
from cli.ask import print_json
from cli.settings import Settings
from cli.wire import open_model, open_reading_model, open_vocabulary
from corpus.errors import QuestionError
from evaluation.build import index_folder, index_texts
from evaluation.expected import compare
from evaluation.questions import STARTER_QUESTIONS, Judged, Question, load_csv, load_judged, load_questions
from evaluation.run import Figures, ask_all, by_type, declining, figures, rank_all
from index.store import Snapshot
from ingest.pipeline import Options
from ingest.register import STARTER

# Outcomes carry notes on age, so a fixed day keeps figures comparable.
TODAY = dt.date(2026, 11, 23)


def add_commands(commands: Any) -> None:
    evaluate = commands.add_parser(
        "evaluate",
        help="measure answers against a question set",
        description="Builds an index of its own for the set and asks every question. SET is 'starter', a .jsonl file in"
        " the starter set's format, a .csv of expected facts (with --documents), or a folder of corpus.jsonl,"
        " queries.jsonl and qrels.tsv. What each figure means: evaluation/run.py.",
    )
    evaluate.add_argument("set", metavar="SET")
    evaluate.add_argument("--documents", type=Path, help="the folder of documents that the questions are asked of")
    evaluate.add_argument("--part", choices=("tune", "report"), help="only this half of the questions")
    evaluate.add_argument("--passage-chars", type=int, help="cut passages of this many characters")
    evaluate.add_argument("--most", type=int, default=500, help="questions of a folder that are asked (default 500)")
    evaluate.add_argument("--out", type=Path, help="write the figures and every outcome as JSON")
    evaluate.add_argument("--expected", type=Path, help="compare with this file's figures; exit 1 when one has fallen")
    evaluate.set_defaults(run=run_evaluate)


def run_evaluate(options: argparse.Namespace, settings: Settings) -> int:
    how = Options(options.passage_chars or settings.passage_chars)
    place = Path(options.set)
    if place.is_dir():
        found, rows = _judged(load_judged(place), place, options, settings, how)
    else:
        found, rows = _asked(place, options, settings, how)
    plain = {kind: _known(group) for kind, group in found.items()}
    if options.out:
        text = json.dumps({"set": options.set, "figures": plain, "questions": rows}, indent=1, ensure_ascii=False)
        options.out.write_text(text + "\n", "utf-8")
    if options.json:
        print_json({"set": options.set, "figures": plain})
    else:
        _print(options.set, found)
    return _expected(options, found["all"])


def _known(figures: Figures) -> dict[str, float | None]:
    """The figures for JSON, which has no word for "not a number": what was not measured is null."""
    return {name: None if math.isnan(value) else round(value, 4) for name, value in figures.items()}


def _expected(options: argparse.Namespace, found: Figures) -> int:
    if not options.expected:
        return 0
    fallen = compare(options.expected, Path(options.set).stem, found)
    for line in fallen:
        Console(stderr=True).print(line, style="red", highlight=False)
    return 1 if fallen else 0


def _questions(place: Path) -> list[Question]:
    if place.name == "starter":
        return load_questions(STARTER_QUESTIONS)
    if not place.is_file():
        raise QuestionError(f"There is no question set {place}; name 'starter', a .jsonl or .csv file, or a folder.")
    return load_csv(place) if place.suffix == ".csv" else load_questions(place)


def _asked(
    place: Path, options: argparse.Namespace, settings: Settings, how: Options
) -> tuple[dict[str, Figures], list[dict[str, Any]]]:
    questions = [q for q in _questions(place) if options.part in {None, q.part}]
    documents = options.documents or STARTER
    if place.suffix == ".csv" and not options.documents:
        raise QuestionError("A .csv set needs --documents with the folder that its questions are about.")
    embedder = open_model(settings)
    snapshot = index_folder(documents, _data(settings, documents, how), embedder, how)
    reader = open_reading_model(settings)
    asked = ask_all(Answerer(snapshot, embedder, open_vocabulary(settings), TODAY, reader=reader), questions)
    rows = [
        {
            "id": item.question.id,
            "type": item.question.type,
            "expect": sorted(item.question.expect),
            "outcome": item.outcome.kind,
            "confidence": round(item.outcome.confidence, 4),
            "cited": list(item.cited_facts),
            "quoted": list(item.quoted_facts),
        }
        for item in asked
    ]
    return {"all": figures(asked), **by_type(asked)}, rows


def _judged(
    judged: Judged, place: Path, options: argparse.Namespace, settings: Settings, how: Options
) -> tuple[dict[str, Figures], list[dict[str, Any]]]:
    embedder = open_model(settings)
    snapshot: Snapshot = index_texts(judged.documents, place.name, _data(settings, place, how), embedder, how)
    questions = [q for q in judged.questions if options.part in {None, q.part}][: options.most]
    reader = open_reading_model(settings)
    answerer = Answerer(snapshot, embedder, open_vocabulary(settings), TODAY, reader=reader)
    asked = Judged(judged.documents, questions, judged.grades)
    found = rank_all(answerer, asked)
    if any(not q.answerable for q in questions):
        found |= declining(answerer, questions)
    return {"all": found}, []


def _data(settings: Settings, documents: Path, how: Options) -> Path:
    """A data folder for each set and way of splitting, so that a second evaluation does not embed again."""
    name = hashlib.sha256(f"{documents.resolve()}|{how.passage_chars}|{settings.model}".encode()).hexdigest()[:12]
    return settings.data_dir / "evaluation" / f"{documents.name}-{name}"


def _print(name: str, found: dict[str, Figures]) -> None:
    kinds: Sequence[str] = [kind for kind in found if kind == "all"] + [kind for kind in found if kind != "all"]
    table = Table("Figure", *kinds, title=f"Evaluation of {name}")
    for figure in found["all"]:
        table.add_row(figure, *(_number(found[kind].get(figure)) for kind in kinds))
    Console(width=max(100, 24 + 12 * len(kinds))).print(table)


def _number(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "-"
    return f"{value:.0f}" if value == int(value) and value > 1 else f"{value:.3f}"
