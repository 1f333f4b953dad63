"""Everyday words of people who ask, and the words that papers have for the same: "lawyer" and "solicitor"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ManifestError
from corpus.vocabulary import load_rows, shipped

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
    return [_entry(row, place) for row, place in load_rows(file or shipped("everyday.csv"), COLUMNS)]


def _entry(row: dict[str, str], place: str) -> EverydayWord:
    written = tuple(part.strip() for part in row["written"].split(";") if part.strip())
    if not row["asked"].strip() or not written:
        raise ManifestError(f"{place}: what is asked and what is written are both needed.")
    return EverydayWord(row["asked"].strip(), written)
