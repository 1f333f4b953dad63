"""Earlier builds that a new one takes over from: what has not changed is neither read nor embedded again."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing
from corpus.model import Page
from index.draft import Staged
from index.embed import Embedded, Vectors
from index.embedded import EmbeddedStore
from index.files import Verified
from index.generation import META, Generation, open_generation
from index.passages import PassageReader
from index.store import Found, StoredDocument

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Donor:
    """A build's documents and vectors. `fingerprint` says which model made the vectors."""

    name: str
    fingerprint: str
    _reader: PassageReader
    _vectors: Vectors
    _spans: npt.NDArray[np.float16]

    def documents(self) -> dict[str, StoredDocument]:
        return {stored.document.key: stored for stored in self._reader.documents()}

    def pages(self, key: str) -> list[Page]:
        return self._reader.pages(key)

    def passages(self, key: str) -> list[Found]:
        return self._reader.passages_of(key)

    def embedded(self, embed_keys: Sequence[str]) -> dict[str, Embedded]:
        """Vectors for those of the keys that are here and whole."""
        places = self._reader.embedded(embed_keys)
        found = {}
        for key, (row, first, count) in places.items():
            if row < len(self._vectors) and first + count <= len(self._spans):
                vector = np.array(self._vectors[row], np.float32)
                # A build that lost its power may have rows whose vectors never reached the disk.
                if abs(float(vector @ vector) - 1.0) < 1e-3:
                    found[key] = Embedded(vector, np.array(self._spans[first : first + count], np.float32))
        return found


@dataclass(frozen=True, slots=True)
class Donors:
    """`base` is what serves now, and what a new build goes on from; `killed` are builds that were never published."""

    base: Donor | None
    killed: Sequence[Donor]

    @property
    def all(self) -> list[Donor]:
        return [*([self.base] if self.base else []), *self.killed]


def open_donors(store: EmbeddedStore) -> Donors:
    """Everything that a build may take over from; call it while holding the store's lock."""
    live = store.live() or ""
    whole = [store.folder(name) for name in store.generations() if name > live]
    killed = [found for folder in [*whole, *store.abandoned()] if (found := _open(folder))]
    return Donors(open_base(store), killed)


def open_base(store: EmbeddedStore) -> Donor | None:
    """The generation that serves: the live one, or the last good one where that is damaged."""
    try:
        return _of_generation(store.open())
    except IndexMissing:
        return None
    except (IndexDamaged, IndexMismatch) as error:
        log.warning("%s Everything is read again.", error)
        return None


def _open(folder: Path) -> Donor | None:
    """A build that was killed, finished or not; None when it did not get far enough to be of use."""
    try:
        if (folder / META).exists():
            return _of_generation(open_generation(folder, {}, Verified(folder.parent.parent / "verified.json")))
        staged = Staged(folder)
        return Donor(folder.name, staged.fingerprint, staged.reader, staged.vectors, staged.spans)
    except (sqlite3.DatabaseError, TypeError, OSError, IndexDamaged, IndexMismatch) as error:
        log.info("the build %s is not taken over: %s", folder.name, type(error).__name__)
        return None


def _of_generation(found: Generation) -> Donor:
    return Donor(found.generation, found.fingerprint, found.reader, found.raw_vectors, found.raw_spans)
