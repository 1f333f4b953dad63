"""Earlier builds that a new one takes over from: what has not changed is neither read nor embedded again."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged, IndexMismatch
from corpus.model import Page
from index.draft import Staged
from index.embed import Embedded, Vectors
from index.embedded import EmbeddedStore
from index.generation import Generation
from index.passages import PassageReader
from index.store import Found, StoredDocument

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Donor:
    """A build's documents and vectors. `fingerprint` says which model made the vectors."""

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


def open_donors(store: EmbeddedStore) -> list[Donor]:
    """The live generation, if it is whole, and builds that were killed."""
    donors = []
    live = store.live()
    if live is not None:
        try:
            donors.append(_of_generation(store.open(live)))
        except (IndexDamaged, IndexMismatch) as error:
            log.warning("%s Everything is read again.", error)
    for folder in store.abandoned():
        try:
            staged = Staged(folder)
            donors.append(Donor(staged.fingerprint, staged.reader, staged.vectors, staged.spans))
        except (sqlite3.DatabaseError, TypeError, OSError) as error:
            log.info("the build %s is not taken over: %s", folder.name, type(error).__name__)
    return donors


def _of_generation(generation: Generation) -> Donor:
    return Donor(generation.fingerprint, generation.reader, generation.raw_vectors, generation.raw_spans)
