"""The vocabulary of general practice: what an acronym stands for, and which ones are ambiguous."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ManifestError
from corpus.vocabulary import load_rows, shipped

COLUMNS = (
    "term", "expansion", "gloss", "category", "nation", "status",
    "superseded_by", "ambiguous", "other_meanings", "basis",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One entry; `other_meanings` is empty unless the term is ambiguous."""

    term: str
    expansion: str
    gloss: str
    category: str
    superseded_by: str
    other_meanings: tuple[str, ...]


class Glossary:
    """Terms by their written form; acronyms keep their capitals."""

    def __init__(self, terms: list[Term]) -> None:
        self.terms = terms
        self._by_name = {term.term: term for term in terms}

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def get(self, name: str) -> Term | None:
        """The entry for an acronym or term, written exactly so or with a plural s."""
        return self._by_name.get(name) or (self._by_name.get(name[:-1]) if name.endswith("s") else None)


def load_glossary(file: Path | None = None) -> Glossary:
    """Read a glossary CSV, by default the one that ships.

    Raises: ManifestError naming the file and the line.
    """
    rows = load_rows(file or shipped("glossary.csv"), COLUMNS)
    return Glossary([_term(row, place) for row, place in rows])


def _term(row: dict[str, str], place: str) -> Term:
    if not row["term"] or not row["expansion"]:
        raise ManifestError(f"{place}: a term and its expansion are both needed.")
    others = tuple(part.strip() for part in row["other_meanings"].split(";") if part.strip())
    if row["ambiguous"] == "yes" and not others:
        raise ManifestError(f"{place}: {row['term']} is ambiguous, so other_meanings must say how.")
    return Term(
        row["term"], row["expansion"], row["gloss"], row["category"], row["superseded_by"],
        others if row["ambiguous"] == "yes" else (),
    )  # fmt: skip
