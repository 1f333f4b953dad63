"""`python -m evaluation.torture FOLDER`: are broken files told apart as the folder's `manifest.csv` says?

Every file is read as an ingest reads it, in worker processes with limits. A probe word counts as found wherever
its letters stand in a row, spaces and case apart: some of these files space out their letters.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from corpus.errors import DocumentEmpty, DocumentError, DocumentHasNoText, DocumentTooSlow
from ingest.blocks import Reading
from ingest.worker import CRASHED, FAILED, ReaderPool, ReadJob

PASS_SHARE = 0.95
FEW_LETTERS = 3  # where the manifest has no probe word, more than these must come out


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the manifest."""

    file: str
    ext: str
    kind: str
    expected: str
    probe: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading one file came to; `seconds` since the one before it was done, so an upper bound."""

    file: str
    ext: str
    kind: str
    expected: str
    outcome: str
    right: bool
    why: str
    seconds: float


def rows_of(folder: Path) -> list[Row]:
    """The manifest's rows."""
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as lines:
        return [
            Row(r["file"], r["ext"], r["kind"], r["expected"], tuple(filter(None, r["probe"].split("|"))))
            for r in csv.DictReader(lines)
        ]


def judge(row: Row, outcome: Reading | DocumentError) -> str:
    """Why the outcome is not what the row expects; empty if it is."""
    if isinstance(outcome, DocumentTooSlow) or str(outcome).startswith((CRASHED, FAILED)):
        return str(outcome)
    if row.expected == "either":
        return ""
    if row.expected == "must-fail-clearly":
        return "" if isinstance(outcome, DocumentError) else "was read, and should not have been"
    if row.expected == "no-text":
        return _why_not_silent(outcome)
    return f"{type(outcome).__name__}: {outcome}" if isinstance(outcome, DocumentError) else _missing(row, outcome)


def _why_not_silent(outcome: Reading | DocumentError) -> str:
    if isinstance(outcome, Reading):
        read = {block.page for block in outcome.blocks}
        return "" if read <= set(outcome.ocr_pages) else "text came out, and not by OCR"
    return "" if isinstance(outcome, DocumentHasNoText | DocumentEmpty) else f"{type(outcome).__name__}: {outcome}"


def _missing(row: Row, reading: Reading) -> str:
    letters = _letters(" ".join(block.text for block in reading.blocks))
    if not row.probe:
        return "" if len(letters) > FEW_LETTERS else f"only {len(letters)} letters"
    missing = [word for word in row.probe if _letters(word) not in letters]
    return f"not found: {', '.join(missing)}" if missing else ""


def _letters(text: str) -> str:
    return "".join(text.replace("-\n", "").split()).casefold()


def run(folder: Path, rows: Sequence[Row], *, ocr: bool, workers: int = 2) -> Iterator[Verdict]:
    """Read every file of the rows and judge what came of it."""
    with ReaderPool(workers=workers, ocr_language="eng" if ocr else None) as pool:
        last = time.monotonic()
        jobs = [ReadJob(row.file, folder / "files" / row.file) for row in rows]
        for row, (_, outcome) in zip(rows, pool.read(jobs), strict=True):
            now = time.monotonic()
            why = judge(row, outcome)
            name = "read" if isinstance(outcome, Reading) else outcome.code
            yield Verdict(row.file, row.ext, row.kind, row.expected, name, not why, why, round(now - last, 3))
            last = now


def main(arguments: Sequence[str] | None = None) -> int:
    """Print where files and manifest disagree; 0 if enough agree, else 1."""
    parser = argparse.ArgumentParser(prog="evaluation.torture", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds manifest.csv and files/")
    parser.add_argument("--json", action="store_true", help="print every verdict as JSON")
    parser.add_argument("--ocr", action="store_true", help="read scanned pages by tesseract")
    parser.add_argument("--ext", action="append", help="only files of this extension; may be given again")
    options = parser.parse_args(arguments)
    rows = [row for row in rows_of(options.folder) if not options.ext or row.ext in options.ext]
    verdicts = list(run(options.folder, rows, ocr=options.ocr))
    share = sum(verdict.right for verdict in verdicts) / max(len(verdicts), 1)
    if options.json:
        json.dump({"share": share, "files": [asdict(v) for v in verdicts]}, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        _show(verdicts, share)
    return 0 if share >= PASS_SHARE else 1


def _show(verdicts: Sequence[Verdict], share: float) -> None:
    console = Console()
    table = Table(title="Not as the manifest says")
    for name in ("file", "kind", "expected", "outcome", "why"):
        table.add_column(name, overflow="fold", no_wrap=name in ("expected", "outcome"))
    for verdict in verdicts:
        if not verdict.right:
            table.add_row(verdict.file, verdict.kind, verdict.expected, verdict.outcome, verdict.why)
    console.print(table)
    slowest = max(verdicts, key=lambda verdict: verdict.seconds, default=None)
    for ext, of in sorted(_by_ext(verdicts).items()):
        console.print(f"{ext:>6}: {sum(verdict.right for verdict in of)} of {len(of)}")
    right = sum(verdict.right for verdict in verdicts)
    console.print(f"{right} of {len(verdicts)} as expected ({share:.1%}); at least {PASS_SHARE:.0%} are needed")
    if slowest:
        console.print(f"slowest: {slowest.file}, {slowest.seconds:.1f} s")


def _by_ext(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.ext, []).append(verdict)
    return groups


if __name__ == "__main__":
    sys.exit(main())
