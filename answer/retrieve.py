"""An understood question in, the passages that may answer it out.

The index ranks by vectors and words over the whole library; the best of those are then looked at more closely: which
share of the question's words the passage and its best sentence have, and whether a fact of the kind asked for is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from answer.compose import Candidate, best_span
from answer.gate import coverage, fits, rarity
from answer.understand import Understood
from index.search import Sought, search
from index.store import Scope, Snapshot

# Passages that are looked at closely; five are cited at most. 24 gave the same figures and cost a millisecond more.
READ = 12

# How much each standardised sign counts: rounded from a logistic fit on public question sets (SQuAD 2.0 sample,
# COVID-QA, MTRAG) over 24 candidates. `python -m evaluation.fit ranking` over 12 gives others: docs/evidence.md.
CLOSER = {
    "similarity": 0.05,
    "lexical": 0.4,
    "best_span": 0.7,
    "passage_coverage": 0.4,
    "span_coverage": 0.45,
    "context_coverage": 0.25,
    "span_fits": 0.3,
    "passage_fits": 0.3,
}


def retrieve(
    understood: Understood,
    vector: npt.NDArray[np.float32],
    snapshot: Snapshot,
    scope: Scope,
    weight: Mapping[str, float],
    *,
    k: int = READ,
) -> list[Candidate]:
    """The best `k` passages in scope, best first."""
    ranked = search(snapshot, Sought(vector, understood.terms, understood.named), scope, max(k, READ))
    found = snapshot.passages([item.row for item in ranked])
    candidates = [Candidate(item, passage, passage.stems) for item, passage in zip(ranked, found, strict=True)]
    return closer(candidates, understood, weight)[:k]


def closer(candidates: Sequence[Candidate], understood: Understood, weight: Mapping[str, float]) -> list[Candidate]:
    """The candidates in the order that a closer look gives; ties in the order they came."""
    if not candidates:
        return []
    table = np.array([signs(item, understood, weight) for item in candidates])
    deviation = table.std(axis=0)
    standard = (table - table.mean(axis=0)) / np.where(deviation > 1e-9, deviation, 1.0)
    scores = standard @ np.array(list(CLOSER.values()))
    order = np.argsort(-scores, kind="stable")
    return [replace(candidates[i], score=float(scores[i])) for i in order]


def signs(item: Candidate, understood: Understood, weight: Mapping[str, float]) -> list[float]:
    """What a closer look sees of a passage, in the order of `CLOSER`."""
    passage = item.found.passage
    best = best_span(item, understood, weight)
    span = passage.spans[best]
    return [
        item.ranked.similarity,
        item.ranked.lexical,
        item.ranked.best_span,
        coverage(understood.content, item.stems, weight),
        coverage(understood.content, item.found.span_stems[best], weight),
        coverage(understood.content, item.found.context_stems, weight),
        float(fits(understood, passage.text[span.start : span.end])),
        float(fits(understood, passage.text)),
    ]


def weights(stems: Sequence[str], snapshot: Snapshot, count: int) -> Mapping[str, float]:
    """How much each stem tells in this library; see `gate.rarity`."""
    return {stem: rarity(snapshot.document_frequency(stem), max(1, count)) for stem in stems}
