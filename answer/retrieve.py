"""An understood question in, the passages that may answer it out: what is sought, and how much each word tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from answer.compose import Candidate, candidate
from answer.gate import rarity
from answer.understand import Understood
from index.search import Sought, search
from index.store import Scope, Snapshot

# Passages that are read and weighed; five are cited at most.
READ = 10


def retrieve(
    understood: Understood, vector: npt.NDArray[np.float32], snapshot: Snapshot, scope: Scope, *, k: int = READ
) -> list[Candidate]:
    """The best `k` passages in scope, best first."""
    ranked = search(snapshot, Sought(vector, understood.terms, understood.named), scope, k)
    found = snapshot.passages([item.row for item in ranked])
    return [candidate(item, passage) for item, passage in zip(ranked, found, strict=True)]


def weights(stems: Sequence[str], snapshot: Snapshot, count: int) -> Mapping[str, float]:
    """How much each stem tells in this library; see `gate.rarity`."""
    return {stem: rarity(snapshot.document_frequency(stem), max(1, count)) for stem in stems}
