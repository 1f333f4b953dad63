"""Two rankings and the sentences in them, fused: what to search for in, ranked passages out.

Scores carry more than ranks (docs/evidence.md): the cosine of the passage, its BM25 and the cosine of its best sentence
are standardised over the candidates and summed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.store import Query, Scope, Snapshot

# Candidates from each ranking before they are scored together.
CANDIDATES = 64
# A term in so few passages names something: a passage that has it must not be buried.
RARE = 3
EXACT_WITHIN = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each standardised score counts. Equal weights: docs/evidence.md has the comparison."""

    dense: float = 1.0
    lexical: float = 1.0
    span: float = 1.0


@dataclass(frozen=True, slots=True)
class Sought:
    """What to search for: the question's unit vector, and its stems with their weights.

    `named` are stems that name one thing (an acronym, a figure, a quoted word): a passage that has a rare one of
    them stands among the first.
    """

    vector: npt.NDArray[np.float32]
    terms: Mapping[str, float]
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate passage with everything that its place was decided on.

    `similarity` and `span_similarities` are cosines in [-1, 1], `lexical` is BM25 (0 where no word is shared),
    `score` is the sum of standardised scores: comparable within one search only.
    """

    row: int
    score: float
    similarity: float
    lexical: float
    span_similarities: npt.NDArray[np.float32]

    @property
    def best_span(self) -> float:
        return float(self.span_similarities.max()) if len(self.span_similarities) else self.similarity


def search(snapshot: Snapshot, sought: Sought, scope: Scope, k: int, weights: Weights | None = None) -> list[Ranked]:
    """The best `k` passages in `scope`, best first; ties in row order."""
    weights = weights or Weights()
    wide = max(CANDIDATES, k)
    found = snapshot.search(Query(sought.vector, sought.terms, wide, scope))
    lexical = {hit.row: hit.score for hit in found.lexical}
    # A row that a full lexical ranking left out has at most its last score.
    floor = found.lexical[-1].score if len(found.lexical) >= wide else 0.0
    rows = sorted({hit.row for hit in found.dense} | set(lexical))
    if not rows:
        return []
    dense = snapshot.similarities(sought.vector, rows)
    spans = [item[0] for item in snapshot.span_similarities(sought.vector[None, :], rows)]
    best = np.array([item.max() if len(item) else d for item, d in zip(spans, dense, strict=True)])
    words = np.array([lexical.get(row, min(floor, 0.0)) for row in rows])
    total = weights.dense * _standard(dense) + weights.lexical * _standard(words) + weights.span * _standard(best)
    order = np.lexsort((rows, -total))
    ranked = [
        Ranked(rows[i], float(total[i]), float(dense[i]), float(words[i]), np.asarray(spans[i], np.float32))
        for i in order
    ]
    return _exact_hits_first(snapshot, ranked, sought, scope, k)


def _standard(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Zero mean and unit deviation; all zero where the values do not differ."""
    values = values.astype(np.float64)
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation > 1e-9 else np.zeros(len(values))


def _exact_hits_first(snapshot: Snapshot, ranked: list[Ranked], sought: Sought, scope: Scope, k: int) -> list[Ranked]:
    """Bring the best passage with a rare name of the question among the first, if fusion has buried it."""
    top = ranked[:k]
    for stem in sorted(sought.named):
        if not 0 < snapshot.document_frequency(stem) <= RARE:
            continue
        exact = {hit.row for hit in snapshot.search(Query(None, {stem: 1.0}, RARE, scope)).lexical}
        if not exact or any(item.row in exact for item in top[:EXACT_WITHIN]):
            continue
        found = next((item for item in ranked if item.row in exact), None)
        if found:
            rest = [item for item in top if item is not found]
            top = [*rest[: EXACT_WITHIN - 1], found, *rest[EXACT_WITHIN - 1 :]][:k]
    return top
