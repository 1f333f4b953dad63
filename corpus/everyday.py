"""Everyday words of people who ask, and the words that papers have for the same: "lawyer" and "solicitor"."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from corpus.errors import ManifestError

COLUMNS = ("asked", "written")


@dataclass(frozen=True, slots=True)
class EverydayWord:
    """One entry: a word or a phrase as people say it, and what papers write instead."""

    asked: str
    written: tuple[str, ...]


def load_everyday(file: Path | None = None) -> Sequence[EverydayWord]:
    """Read a CSV of everyday words, by default the one that ships.

    Raises: ManifestError naming the file and the line.
    """
    place = file or Path(str(files("corpus") / "everyday.csv"))
    try:
        with place.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise ManifestError(f"{place}: the first line must be {','.join(COLUMNS)}.")
            return [_entry(row, place, reader.line_num) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(f"{place} cannot be read: {error}.") from error


def _entry(row: dict[str, str], place: Path, line: int) -> EverydayWord:
    if set(row) != set(COLUMNS) or None in row.values():
        raise ManifestError(f"{place}, line {line}: there must be 2 columns, the second with semicolons.")
    written = tuple(part.strip() for part in row["written"].split(";") if part.strip())
    if not row["asked"].strip() or not written:
        raise ManifestError(f"{place}, line {line}: what is asked and what is written are both needed.")
    return EverydayWord(row["asked"].strip(), written)
