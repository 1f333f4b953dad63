"""Ingest a folder twice with nothing changed in between, as whole processes: the second time against the first."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from evaluation.bench import command
from evaluation.bench.figures import Checked, median, report, say
from evaluation.bench.processes import Measured, measure
from index.embed import ModelChoice, open_embedder

TARGET = 0.02


def ingest(folder: Path, data: Path) -> tuple[Measured, dict[str, object]]:
    """`lmc ingest` as a process, and what it says of itself."""
    done = measure([sys.executable, "-m", "cli.main", "ingest", folder, "--json", "--data-dir", data])
    return done, json.loads(done.output.strip().splitlines()[-1])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("reingest", __doc__)
    parser.add_argument("--again", type=int, default=3, help="times to ingest again; the median counts (default 3)")
    options = parser.parse_args(arguments)
    if options.set is None:
        parser.error("--set FOLDER is needed: the documents to ingest")
    # The model is exported once on every machine; neither run is to pay for it.
    open_embedder(ModelChoice(), options.work / "models")
    with tempfile.TemporaryDirectory() as place:
        data = Path(place)
        shutil.copytree(options.work / "models", data / "models")
        first, told = ingest(options.set.absolute(), data)
        say(f"first: {first.wall_s:.1f} s; {json.dumps(told)[:300]}")
        again = [ingest(options.set.absolute(), data)[0] for _ in range(options.again)]
    seconds = median([measured.wall_s for measured in again])
    figures = [
        Checked("first", first.wall_s, unit="s"),
        Checked("first, peak memory", first.peak_mib, unit="MiB"),
        Checked("again, nothing changed", seconds, unit="s"),
        Checked("again against the first", seconds / first.wall_s, at_most=TARGET),
    ]
    report("reingest", figures, options.json, how=command.how(options))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
