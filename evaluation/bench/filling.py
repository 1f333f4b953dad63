"""How long it takes until a page is saved when 100 people fill in a Healthcheck at once: by a server that has just said
that it is ready (cold), and by one that has served as many before (warm). Takes 3 minutes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from evaluation.bench import command
from evaluation.bench.figures import Checked, report, say
from evaluation.bench.filling_crowd import Filled, Running, arrive, fill_in
from evaluation.bench.slack import load_words
from evaluation.measures import percentile

PEOPLE = 100
THINK_S = 5.0
"""A page takes a person a minute: this is people in a great hurry."""
AT_MOST_MS = 300.0


def figures_of(name: str, filled: Filled) -> list[Checked]:
    times = [taken * 1_000 for taken in filled.times]
    return [
        Checked(f"{name}: a page is saved, p50", percentile(times, 0.5), unit="ms"),
        Checked(f"{name}: a page is saved, p95", percentile(times, 0.95), at_most=AT_MOST_MS, unit="ms"),
        Checked(f"{name}: a page is saved, longest", max(times), unit="ms"),
        Checked(f"{name}: answers that are not kept as they were sent", filled.lost, at_most=0),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("filling", __doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"people at once (default {PEOPLE})")
    parser.add_argument("--think", type=float, default=THINK_S, help=f"seconds over a page (default {THINK_S:g})")
    options = parser.parse_args(arguments)
    folder = options.work / "filling"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    crowds = [arrive(folder, options.people, first) for first in (0, options.people)]
    running = Running(folder)
    running.start()
    figures = []
    try:
        for name, people in zip(("cold", "warm"), crowds, strict=True):
            filled = fill_in(running, people, options.think)
            say(f"{name}: {len(filled.times)} pages, load {load_words()}")
            figures += figures_of(name, filled)
    finally:
        running.kill()
    notes = [f"load of the machine at the end: {load_words()}"]
    report("filling", figures, options.json, how=command.how(options), notes=notes)
    return 0 if all(figure.reached is not False for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
