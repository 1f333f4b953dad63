"""Two rankings and the sentences in them, fused: what to search for in, ranked passages out.

Scores carry more than ranks (docs/evidence.md): the cosine of the passage, its BM25 and the cosine of its best sentence
are standardised over the candidates and summed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.store import Hit, Query, Scope, Snapshot

# Candidates from each ranking before they are scored together.
CANDIDATES = 64
# Passages ranked by words whose scores are known: a candidate that the cosines found has its words counted too.
WORDS_KNOWN = 256
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
    nearest = snapshot.search(Query(sought.vector, {}, wide, scope)).dense
    worded = snapshot.search(Query(None, sought.terms, max(WORDS_KNOWN, k), scope)).lexical
    exact = _exact_hits(snapshot, sought, scope)
    lexical = {hit.row: hit.score for hits in (*exact, worded) for hit in hits}
    rows = sorted({hit.row for hits in (*exact, nearest, worded[:wide]) for hit in hits})
    if not rows:
        return []
    dense = snapshot.similarities(sought.vector, rows)
    spans = [item[0] for item in snapshot.span_similarities(sought.vector[None, :], rows)]
    best = np.array([item.max() if len(item) else d for item, d in zip(spans, dense, strict=True)])
    words = np.array([lexical.get(row, 0.0) for row in rows])
    total = weights.dense * _standard(dense) + weights.lexical * _standard(words) + weights.span * _standard(best)
    order = np.lexsort((np.array(rows), -total))
    ranked = [
        Ranked(rows[i], float(total[i]), float(dense[i]), float(words[i]), np.asarray(spans[i], np.float32))
        for i in order
    ]
    return _not_buried(ranked, [{hit.row for hit in hits} for hits in exact], min(k, EXACT_WITHIN))[:k]


def _standard(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Zero mean and unit deviation; all zero where the values do not differ."""
    values = values.astype(np.float64)
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation > 1e-9 else np.zeros(len(values))


def _exact_hits(snapshot: Snapshot, sought: Sought, scope: Scope) -> list[Sequence[Hit]]:
    """For each rare name of the question the passages that have it."""
    rare = [stem for stem in sorted(sought.named) if 0 < snapshot.document_frequency(stem) <= RARE]
    found = [snapshot.search(Query(None, {stem: 1.0}, RARE, scope)).lexical for stem in rare]
    return [hits for hits in found if hits]


def _not_buried(ranked: list[Ranked], exact: Sequence[set[int]], first: int) -> list[Ranked]:
    """The ranking with the best passage of each of `exact` among the `first`, as far as there is room for all."""
    named = {next(item.row for item in ranked if item.row in rows) for rows in exact}
    front = [item for item in ranked if item.row in named][:first]
    others = [item for item in ranked if item.row not in {item.row for item in front}]
    room = first - len(front)
    chosen = {item.row for item in (*front, *others[:room])}
    return [*(item for item in ranked if item.row in chosen), *others[room:]]
