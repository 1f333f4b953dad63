"""Measurements in, figures out: medians, percentiles, ratios against the best peer, and whether a target is met."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evaluation.measures import percentile


def median(values: Sequence[float]) -> float:
    """The middle value.

    >>> median([3.0, 1.0, 2.0])
    2.0
    """
    return percentile(values, 0.5)


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of ours and of the peers, smaller being better; `target` is the largest good ratio to the best."""

    name: str
    unit: str
    ours: float
    peers: Mapping[str, float]
    target: float | None = None

    @property
    def best(self) -> str:
        """The peer with the smallest figure; the first in alphabetical order of several."""
        return min(sorted(self.peers), key=lambda name: self.peers[name])

    @property
    def ratio(self) -> float:
        return self.ours / self.peers[self.best]

    @property
    def reached(self) -> bool | None:
        return None if self.target is None else self.ratio <= self.target


@dataclass(frozen=True, slots=True)
class Checked:
    """One figure and the bound that it should keep; without a bound it is only told."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    @property
    def reached(self) -> bool | None:
        if self.at_least is None and self.at_most is None:
            return None
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def target(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "measured": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def plain(figure: Compared | Checked) -> dict[str, Any]:
    """A figure as it stands in the JSON file."""
    if isinstance(figure, Compared):
        return {
            "name": figure.name, "unit": figure.unit, "ours": figure.ours, "peers": dict(figure.peers),
            "best": figure.best, "ratio": figure.ratio, "target": figure.target, "reached": figure.reached,
        }  # fmt: skip
    return {
        "name": figure.name, "unit": figure.unit, "value": figure.value, "at_least": figure.at_least,
        "at_most": figure.at_most, "reached": figure.reached,
    }  # fmt: skip


def report(
    bench: str,
    figures: Sequence[Compared | Checked],
    out: Path | None,
    *,
    how: Mapping[str, Any],
    notes: Sequence[str] = (),
) -> None:
    """Print the figures and, with `out`, write them as JSON with the machine, the arguments and the notes."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    compared = [figure for figure in figures if isinstance(figure, Compared)]
    checked = [figure for figure in figures if isinstance(figure, Checked)]
    if compared:
        console.print(_compared_table(bench, compared))
    if checked:
        console.print(_checked_table(bench, checked))
    for note in notes:
        console.print(f"- {note}", highlight=False, markup=False)
    if out:
        value = {
            "bench": bench, "machine": machine(), "how": dict(how), "figures": [plain(f) for f in figures],
            "notes": list(notes),
        }  # fmt: skip
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _compared_table(bench: str, figures: Sequence[Compared]) -> Table:
    peers = sorted({name for figure in figures for name in figure.peers})
    table = Table("figure", "ours", *peers, "ratio to the best", "target", "", title=f"{bench} (smaller is better)")
    for figure in figures:
        others = [number(figure.peers[name]) if name in figure.peers else "" for name in peers]
        target = f"≤ {figure.target:g}" if figure.target is not None else ""
        name = f"{figure.name}, {figure.unit}"
        table.add_row(name, number(figure.ours), *others, f"{figure.ratio:.3f}", target, mark(figure.reached))
    return table


def _checked_table(bench: str, figures: Sequence[Checked]) -> Table:
    table = Table("figure", "value", "target", "", title=bench)
    for figure in figures:
        name = f"{figure.name}, {figure.unit}" if figure.unit else figure.name
        table.add_row(name, number(figure.value), figure.target, mark(figure.reached))
    return table


def mark(reached: bool | None) -> str:
    return "" if reached is None else ("yes" if reached else "NO")


def number(value: float) -> str:
    """Three significant figures without an exponent.

    >>> number(1234.5), number(0.06789), number(12.34)
    ('1,234', '0.0679', '12.3')
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def say(line: str) -> None:
    """Tell on standard error what is going on."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
