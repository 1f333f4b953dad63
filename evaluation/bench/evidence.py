"""Where the right passage is lost, what is cited, and what the gate costs: the tables of docs/evidence.md.

DATA is a folder with `questions_dev.csv`, `seed_documents/` and `question_sets/`; the starter set comes with us. With
--json every question's row is saved; --before FILE reads such a file and prints the map of errors of both. What each
figure means: `evaluation/summary.py`; the places where a fact is lost: `evaluation/study.py`.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from answer.reader import OFF, PACKAGED, Reader, find_reader, open_reader
from corpus.errors import OperatorError
from evaluation.bench.command import WORK, how
from evaluation.bench.figures import say
from evaluation.measures import Bin, mean, reliability
from evaluation.page import ONCE, Told, keep, kept, map_of, put, targets, tell
from evaluation.plain import PlainHybrid
from evaluation.run import Figures
from evaluation.shown import Shown, diagram
from evaluation.studied import TODAY, QuestionSet, is_blind, load_sets, shipped_vocabulary
from evaluation.study import Lost, Row, Study, Watched, all_passages, load, save
from evaluation.summary import confidences, lost, predictions
from index.embed import Embedder, ModelChoice, open_embedder
from ingest.pipeline import Options

THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
BINS = 10
# Figures that the tables of the page compare with: of 23 November 2026, before there was a reader, and without it.
KEPT = Path(__file__).parents[1] / "kept"

Rows = Mapping[str, Sequence[Row]]


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        before = _loaded(given.before, given.part)
        found = _loaded(given.saved, given.part) if given.saved else _study(given)
    except OperatorError as error:
        say(str(error))
        return error.exit_code
    told = tell(found)
    console = Console(width=None if sys.stdout.isatty() else 180)
    for table in (_figures(told), *_tables(found, before)):
        console.print(table.rich())
    if given.ids:
        _say_ids(found)
    if given.keep:
        keep(given.keep, told, {name: str(getattr(given, name)) for name in ("part", "most", "passage_chars")})
    if given.page:
        _write_page(given, found, told)
    return 0


def _write_page(given: argparse.Namespace, found: Rows, told: Mapping[str, Told]) -> None:
    """Put the tables and the diagram into the page, beside what was kept of another run."""
    before, without = (kept(KEPT / f"{name}.json") for name in ("before", "without_reader"))
    runs = {"before": before, "without the reader": without, "now": told}
    tables = {
        "targets": targets(runs), "map": map_of(before, told), "thresholds": _thresholds(found),
        "reliability": _reliability(found),
    }  # fmt: skip
    page = put(given.page.read_text("utf-8"), {name: table.markdown() for name, table in tables.items()})
    given.page.write_text(page, "utf-8")
    drawn = diagram("How often passages answered, beside the probability that was said", _bins(found))
    (given.page.parent / "reliability.svg").write_text(drawn, "utf-8")


def _tables(found: Rows, before: Rows) -> list[Shown]:
    changes = [_changes(name, before[name], rows) for name, rows in found.items() if name in before]
    return [_map(found), *changes, _thresholds(found), _reliability(found)]


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="scripts/bench evidence", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("data", type=Path, nargs="?", default=Path(), metavar="DATA", help="folder with the sets")
    made.add_argument("--sets", nargs="+", default=(), metavar="NAME", help="only these sets")
    made.add_argument("--part", choices=("tune", "report"), help="only this half of the questions")
    made.add_argument("--most", type=int, help="questions of a set, each with and without an answer, drawn by hash")
    made.add_argument("--reader", default=PACKAGED, help=f"a folder with a reader, or '{OFF}' (default {PACKAGED})")
    made.add_argument("--passage-chars", type=int, default=Options().passage_chars, help="characters of a passage")
    made.add_argument("--saved", type=Path, nargs="+", metavar="FILE", help="tell of saved runs instead of asking")
    made.add_argument("--before", type=Path, nargs="+", default=(), metavar="FILE", help="saved runs to compare with")
    made.add_argument("--ids", action="store_true", help="name the questions that were lost (never of a blind set)")
    made.add_argument("--keep", type=Path, metavar="OUT", help="write the figures and counts here, without questions")
    made.add_argument("--page", type=Path, metavar="PAGE", help="put the tables into this page, the diagram beside it")
    made.add_argument("--json", type=Path, metavar="OUT", help="save the rows here")
    made.add_argument("--work", type=Path, default=WORK, help=f"folder to work in (default {WORK})")
    return made


def _loaded(files: Sequence[Path], part: str | None) -> dict[str, list[Row]]:
    """Saved rows by set; a blind set is whole in every part."""
    found = {name: rows for file in files for name, rows in load(file).items()}
    return {
        name: [row for row in rows if is_blind(name) or part in {None, row.part}] for name, rows in found.items()
    }  # fmt: skip


def _study(given: argparse.Namespace) -> dict[str, list[Row]]:
    embedder = open_embedder(ModelChoice(), given.work / "models")
    reader = None if given.reader == OFF else open_reader(find_reader(given.reader))
    found = {}
    for chosen in load_sets(given.data, given.sets):
        say(f"{chosen.name} ...")
        found[chosen.name] = study_set(chosen, given, embedder, reader)
        if given.json:  # after every set: a long run that is stopped has not been for nothing
            save(given.json, found, how(given))
    return found


def study_set(chosen: QuestionSet, given: argparse.Namespace, embedder: Embedder, reader: Reader | None) -> list[Row]:
    """Ask the questions of a set that were asked for; a blind set is asked whole."""
    snapshot = chosen.open(given.work / "evidence", embedder, Options(given.passage_chars))
    vocabulary = shipped_vocabulary()
    answerer = Watched(snapshot, embedder, vocabulary, TODAY, reader=reader)
    plain = PlainHybrid(snapshot, embedder, all_passages(snapshot, answerer.passage_count))
    part = None if is_blind(chosen.name) else given.part
    rows = Study(answerer, snapshot, chosen.judge, plain).rows(chosen.sample(part, given.most))
    snapshot.close()
    return rows


def _figures(told: Mapping[str, Told]) -> Shown:
    names = dict.fromkeys(name for one in told.values() for name in one.figures)
    rows = [[name, *(_number(one.figures, name) for one in told.values())] for name in names]
    return Shown("Figures", ["figure", *told], rows)


def _all(found: Rows) -> list[Row]:
    return [row for name, rows in found.items() if name not in ONCE for row in rows]


def _number(figures_of: Figures, name: str) -> str:
    value = figures_of.get(name, math.nan)
    if math.isnan(value):
        return ""
    return f"{value:.0f}" if name in {"questions", "silent", "p50_ms", "p95_ms"} else f"{value:.3f}"


def _map(found: Rows) -> Shown:
    counts = {name: lost(rows) for name, rows in found.items()}
    rows = [
        [place.value, *(_share(counted, place) for counted in counts.values())]
        for place in Lost if place is not Lost.OPEN
    ]  # fmt: skip
    return Shown("The map of errors: questions, and their share", ["where it was lost", *found], rows)


def _share(counted: Mapping[Lost, int], place: Lost) -> str:
    return f"{counted[place]} ({counted[place] / max(1, sum(counted.values())):.2f})" if counted[place] else "-"


def _changes(name: str, before: Sequence[Row], after: Sequence[Row]) -> Shown:
    """The map before and after, over the questions that both asked."""
    both = {row.id for row in before} & {row.id for row in after}
    one, two = (lost([row for row in rows if row.id in both]) for rows in (before, after))
    rows = [
        [place.value, _share(one, place), _share(two, place), f"{two[place] - one[place]:+d}"]
        for place in one if one[place] or two[place]
    ]  # fmt: skip
    return Shown(f"{name}: {len(both)} questions", ["where it was lost", "before", "after", "change"], rows)


def _thresholds(found: Rows) -> Shown:
    """What each threshold would decline, rightly and wrongly, of the questions that came to the gate."""
    parted = {name: both for name, rows in found.items() if all(both := confidences(rows))}
    rows = [
        [f"{threshold:.2f}", *(_declined(*both, threshold) for both in parted.values())] for threshold in THRESHOLDS
    ]
    title = "The gate: share declined of questions without an answer / of those with one"
    return Shown(title, ["below", *parted], rows)


def _declined(yes: Sequence[float], no: Sequence[float], threshold: float) -> str:
    right, wrong = (mean([float(value < threshold) for value in values]) for values in (no, yes))
    return f"{right:.2f} / {wrong:.2f}"


def _bins(found: Rows) -> list[Bin]:
    return reliability(*predictions(_all(found)), BINS, equal_mass=True)


def _reliability(found: Rows) -> Shown:
    rows = [[str(item.count), f"{item.predicted:.2f}", f"{item.observed:.2f}"] for item in _bins(found)]
    return Shown("Reliability: ten bins of equal mass over all sets", ["questions", "said", "came true"], rows)


def _say_ids(found: Rows) -> None:
    for name, rows in found.items():
        for place in Lost:
            ids = [row.id for row in rows if row.lost is place]
            if ids and place not in {Lost.NOT, Lost.OPEN} and not is_blind(name):
                sys.stdout.write(f"{name}, {place.value}: {' '.join(ids)}\n")


if __name__ == "__main__":
    sys.exit(main())
