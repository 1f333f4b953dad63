"""What each part of finding and judging brings: the same questions with one part left out at a time.

DATA is as in `scripts/bench evidence`. For each set: the share of answerable questions whose first passage, and any of
whose first five, holds the answer; and how well the gate's probability parts questions with and without an answer, over
all sets. Parts of the search are left out without the reader, so that what each brings is not hidden by it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from answer.everyday import EverydayWords
from answer.offer import Offers
from answer.reader import OFF, PACKAGED, Reader, find_reader, open_reader
from answer.retrieve import ALL_PARTS, CLOSER, Parts
from corpus.errors import OperatorError
from corpus.glossary import Glossary
from corpus.status_map import StatusMap
from evaluation.bench.command import WORK
from evaluation.bench.figures import say
from evaluation.bench.misspell import misspelt
from evaluation.measures import hit_at, mean
from evaluation.page import put
from evaluation.shown import Shown
from evaluation.studied import TODAY, QuestionSet, load_sets, shipped_vocabulary
from evaluation.study import AMONG, Row, Study, Watched
from evaluation.summary import gate
from index.embed import Embedder, ModelChoice, open_embedder
from ingest.pipeline import Options
from ingest.split import PASSAGE_CHARS

SIZES = (450, 650, 1_200)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to answer: what is left out, of what size passages are, and whether the questions are misspelt."""

    name: str
    parts: Parts = ALL_PARTS
    read: bool = False
    glossary: bool = True
    everyday: bool = True
    passage_chars: int = PASSAGE_CHARS
    misspelt: bool = False


def variants(*, read: bool, sizes: bool = False) -> list[Variant]:
    """All that ships first, then the search alone, then the search with one part left out at a time.

    What mending brings is told by questions that are misspelt (`misspell.py`), since few of the sets are. With
    `sizes` also passages of other lengths: each set is embedded again for each.
    """
    whole = [Variant("all, with the reader", read=True)] if read else []
    return [
        *whole,
        Variant("the search alone"),
        Variant("… without passage vectors", replace(ALL_PARTS, vectors=False)),
        Variant("… without words", replace(ALL_PARTS, words=False)),
        Variant("… without sentence vectors", replace(ALL_PARTS, sentences=False)),
        Variant("… without glossary and status map", glossary=False),
        Variant("… without everyday words", everyday=False),
        Variant("… without the closer look", replace(ALL_PARTS, closer=False)),
        *(
            Variant(f"… closer look without {name.replace('_', ' ')}", replace(ALL_PARTS, left_out=frozenset({name})))
            for name in CLOSER
        ),
        Variant("a word of each question misspelt", misspelt=True),
        Variant("… and not mended", replace(ALL_PARTS, spelling=False), misspelt=True),
        *(Variant(f"passages of {size} characters", passage_chars=size) for size in SIZES if sizes),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        sets = load_sets(given.data, given.sets)
        reader = None if given.reader == OFF else open_reader(find_reader(given.reader))
    except OperatorError as error:
        say(str(error))
        return error.exit_code
    embedder = open_embedder(ModelChoice(), given.work / "models")
    tried = [
        item
        for item in variants(read=reader is not None, sizes=given.sizes)
        if not given.only or given.only in item.name
    ]
    found = []
    for variant in tried:
        say(f"{variant.name} ...")
        rows = {chosen.name: _rows(variant, chosen, given, embedder, reader) for chosen in sets}
        found.append([variant.name, *(told(one) for one in rows.values()), _auc(list(rows.values()))])
    columns = ["", *(f"{chosen.name}: first / five" for chosen in sets), "AUC"]
    table = Shown("What each part brings", columns, found)
    Console(width=None if sys.stdout.isatty() else 180).print(table.rich())
    if given.page:
        given.page.write_text(put(given.page.read_text("utf-8"), {"parts": table.markdown()}), "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="scripts/bench parts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("data", type=Path, metavar="DATA", help="folder with the sets")
    made.add_argument("--sets", nargs="+", default=(), metavar="NAME", help="only these sets")
    made.add_argument("--part", choices=("tune", "report"), default="report", help="half of the questions")
    made.add_argument("--most", type=int, default=150, help="questions of a set, each with and without an answer")
    made.add_argument("--sizes", action="store_true", help="also passages of other sizes, which are embedded first")
    made.add_argument("--only", metavar="WORDS", help="only what has these words in its name")
    made.add_argument("--reader", default=PACKAGED, help=f"a folder with a reader, or '{OFF}' (default {PACKAGED})")
    made.add_argument("--page", type=Path, metavar="PAGE", help="put the table into this page")
    made.add_argument("--work", type=Path, default=WORK, help=f"folder to work in (default {WORK})")
    return made


def _rows(
    variant: Variant, chosen: QuestionSet, given: argparse.Namespace, embedder: Embedder, reader: Reader | None
) -> list[Row]:
    snapshot = chosen.open(given.work / "evidence", embedder, Options(variant.passage_chars))
    vocabulary = replace(shipped_vocabulary(), offers=Offers([]))
    if not variant.glossary:
        vocabulary = replace(vocabulary, glossary=Glossary([]), status_map=StatusMap([]))
    if not variant.everyday:
        vocabulary = replace(vocabulary, everyday=EverydayWords())
    answerer = Watched(
        snapshot,
        embedder,
        vocabulary,
        TODAY,
        reader=reader if variant.read else None,
        parts=variant.parts,
    )
    questions = chosen.sample(given.part, given.most)
    if variant.misspelt:
        questions = [replace(question, text=misspelt(question.text)) for question in questions]
    rows = Study(answerer, snapshot, chosen.judge, placing=False).rows(questions)
    snapshot.close()
    return rows


def told(rows: Sequence[Row]) -> str:
    """The shares of answerable questions whose first, and any of whose first five, passages hold the answer."""
    known = [row.found for row in rows if row.expect in {"answer", "partial"}]
    return f"{mean([hit_at(row, 1) for row in known]):.3f} / {mean([hit_at(row, AMONG) for row in known]):.3f}"


def _auc(sets: Sequence[Sequence[Row]]) -> str:
    return f"{gate([row for rows in sets for row in rows])['auc']:.3f}"


if __name__ == "__main__":
    sys.exit(main())
