"""Terms that were replaced: from when, by what, and the line to add to an answer that uses them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from corpus.manifest import WhenField
from corpus.vocabulary import load_entries, shipped


class Replacement(BaseModel):
    """One replaced term. `certain` is false where the change itself has to be checked first."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    id: str
    old: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1)
    now: str
    since: str
    effective: WhenField | None = None
    certain: bool = True
    check_with: str = "your LMC office"


class StatusMap:
    """Finds replaced terms in a text."""

    def __init__(self, replacements: Sequence[Replacement]) -> None:
        self.replacements = tuple(replacements)
        self._patterns = [(entry, tuple(t.lower() for t in entry.old), _pattern(entry.old)) for entry in replacements]

    def find(self, text: str) -> list[Replacement]:
        """The replaced terms that `text` uses, in the order of the map; a longer term hides one inside it."""
        small = text.lower()
        spots = [
            (m.span(), entry.id)
            for entry, terms, pattern in self._patterns
            if any(term in small for term in terms)  # most are not: eight times faster than asking every pattern
            for m in pattern.finditer(text)
        ]
        found, taken = set(), [False] * len(text)
        for (start, end), name in sorted(spots, key=lambda spot: spot[0][0] - spot[0][1]):
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                found.add(name)
        return [entry for entry in self.replacements if entry.id in found]


def _pattern(terms: Sequence[str]) -> re.Pattern[str]:
    """Whole words; a term in capitals keeps its case, others match in any."""
    ordered = sorted(terms, key=len, reverse=True)
    parts = [re.escape(t) if t.isupper() or _acronym(t) else f"(?i:{re.escape(t)})" for t in ordered]
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)")


def _acronym(term: str) -> bool:
    """`CCGs`, `BLMK CCG`: more capitals than small letters."""
    capitals = sum(letter.isupper() for letter in term)
    return capitals > sum(letter.islower() for letter in term)


def load_status_map(file: Path | None = None) -> StatusMap:
    """Read a status map, by default the one that ships. Raises: ManifestError."""
    return StatusMap(load_entries(file or shipped("status_map.toml"), "term", Replacement))
