"""Where the passages behind the areas are kept between two starts: one small file beside the index."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.model import Audience, Citation
from index.files import write_atomically

log = logging.getLogger(__name__)

FILE = "guidance.json"

Passages = Mapping[tuple[str, Audience], tuple[Citation, ...]]
"""What was found, by question and reader."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Entry(_Strict):
    query: str
    role: Audience
    citations: tuple[Citation, ...]


class _Kept(_Strict):
    generation: str
    made_with: str
    entries: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Passages of one generation, as they were found with one set of settings.

    `made_with` names whatever else decides what is found: with another model or glossary, what is kept is not used.
    A file that cannot be read or written costs time and nothing else, so it is told in the log and done without.
    """

    file: Path
    made_with: str = ""

    def read(self, generation: str) -> dict[tuple[str, Audience], tuple[Citation, ...]]:
        """What is kept of this generation; nothing where it is another one's."""
        try:
            kept = _Kept.model_validate_json(self.file.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            log.warning("kept guidance was not read", extra={"error": type(error).__name__})
            return {}
        if (kept.generation, kept.made_with) != (generation, self.made_with):
            return {}
        return {(entry.query, entry.role): entry.citations for entry in kept.entries}

    def write(self, generation: str, found: Passages) -> None:
        """Replace what is kept. One thread at a time."""
        entries = tuple(_Entry(query=query, role=role, citations=made) for (query, role), made in found.items())
        kept = _Kept(generation=generation, made_with=self.made_with, entries=entries)
        try:
            write_atomically(self.file, kept.model_dump_json())
        except OSError as error:
            log.warning("guidance was not kept", extra={"error": type(error).__name__})
