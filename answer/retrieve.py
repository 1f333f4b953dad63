"""An understood question in, the passages that may answer it out.

The index ranks by vectors and words over the whole library; the best of those are then looked at more closely: how well
one sentence of the passage alone answers, which of the question's words stand side by side, whether a fact of the kind
asked for is there, and whether other passages of the document speak of the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from answer.compose import Candidate
from answer.gate import coverage, fits, rarity
from answer.understand import Understood
from index.lexical import analyse
from index.search import Sought, Weights, search
from index.store import Scope, Snapshot

# Passages that are looked at closely, and those that are handed on; five are cited at most.
LOOKED_AT = 48
READ = 12

# How much each standardised sign counts, rounded from fits on the tuning parts of eight sets (docs/evidence.md): the
# chance that the first passage answers, each set left out in turn to choose the signs. What a score of 1 means decides
# how near to the first a passage must be to be cited (`compose.NEAR`) and how much the reader counts.
CLOSER = {
    "similarity": 0.21,
    "lexical": 0.07,
    "sentence": 0.60,
    "asked_coverage": 0.32,
    "context_coverage": 0.18,
    "fits": 0.32,
    "side_by_side": 0.14,
    "document": 0.32,
}
# A sentence that has all of the question's words is worth this much cosine more than one that has none.
WORDS_OF_SENTENCE = 0.5


@dataclass(frozen=True, slots=True)
class Parts:
    """What finds and ranks passages. Each may be left out, to see what it brings (docs/evidence.md)."""

    vectors: bool = True
    words: bool = True
    sentences: bool = True
    closer: bool = True
    spelling: bool = True  # misspelt words are mended
    left_out: frozenset[str] = frozenset()  # signs of the closer look, by their names in `CLOSER`

    @property
    def weights(self) -> Weights:
        usual = Weights()
        return Weights(usual.dense * self.vectors, usual.lexical * self.words, usual.span * self.sentences)


ALL_PARTS = Parts()


def retrieve(
    understood: Understood,
    vector: npt.NDArray[np.float32],
    snapshot: Snapshot,
    scope: Scope,
    weight: Mapping[str, float],
    *,
    k: int = READ,
    parts: Parts = ALL_PARTS,
) -> list[Candidate]:
    """The best `k` passages in scope, best first."""
    sought = Sought(vector, understood.terms, understood.named)
    ranked = search(snapshot, sought, scope, max(k, LOOKED_AT), parts.weights)
    found = snapshot.passages([item.row for item in ranked])
    candidates = [
        Candidate(item, passage, passage.stems, item.score) for item, passage in zip(ranked, found, strict=True)
    ]
    return closer(candidates, understood, weight, parts)[:k] if parts.closer else candidates[:k]


def closer(
    candidates: Sequence[Candidate],
    understood: Understood,
    weight: Mapping[str, float],
    parts: Parts = ALL_PARTS,
) -> list[Candidate]:
    """The candidates in the order that a closer look gives; ties in the order they came."""
    if not candidates:
        return []
    table = np.array(signs(candidates, understood, weight))
    deviation = table.std(axis=0)
    standard = (table - table.mean(axis=0)) / np.where(deviation > 1e-9, deviation, 1.0)
    scores = standard @ np.array([0.0 if name in parts.left_out else much for name, much in CLOSER.items()])
    order = np.argsort(-scores, kind="stable")
    return [replace(candidates[i], score=float(scores[i])) for i in order]


def signs(candidates: Sequence[Candidate], understood: Understood, weight: Mapping[str, float]) -> list[list[float]]:
    """What a closer look sees of each candidate, in the order of `CLOSER`."""
    asked, pairs = asked_stems(understood), list(zip(understood.content, understood.content[1:], strict=False))
    documents: dict[str, float] = {}
    for item in candidates:
        key = item.found.document.key
        documents[key] = max(documents.get(key, 0.0), item.ranked.lexical)
    return [
        [
            item.ranked.similarity,
            item.ranked.lexical,
            _best_sentence(item, understood, weight),
            coverage(asked, item.stems, weight, understood.alike),
            coverage(understood.content, item.found.context_stems, weight, understood.alike),
            float(fits(understood, item.found.passage.text)),
            _side_by_side(item, pairs, weight),
            documents[item.found.document.key],
        ]
        for item in candidates
    ]


def _best_sentence(item: Candidate, understood: Understood, weight: Mapping[str, float]) -> float:
    """The most that one sentence has of the question's meaning and words together."""
    worth = (
        float(similarity) + WORDS_OF_SENTENCE * coverage(understood.content, stems, weight, understood.alike)
        for similarity, stems in zip(item.ranked.span_similarities, item.found.span_stems, strict=True)
    )
    return max(worth, default=item.ranked.similarity)


def _side_by_side(item: Candidate, pairs: Sequence[tuple[str, str]], weight: Mapping[str, float]) -> float:
    """The share, by weight, of the question's neighbouring words that are neighbours in a sentence too."""
    if not pairs:
        return 0.0
    text = f" {item.found.stems_in_order} ".replace("\n", " \n ")
    total = sum(weight[one] + weight[other] for one, other in pairs)
    held = sum(weight[one] + weight[other] for one, other in pairs if f" {one} {other} " in text)
    return held / total if total else 0.0


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def asked_stems(understood: Understood) -> tuple[str, ...]:
    """The stems of what is asked, where a question comes with a story: "My father died in May. Who …?"."""
    sentences = _SENTENCE_END.split(understood.asked or understood.question)
    if len(sentences) == 1:
        return understood.content
    asking = [sentence for sentence in sentences if sentence.endswith("?")] or sentences[-1:]
    stems = set(analyse(" ".join(asking)))
    return tuple(stem for stem in understood.content if stem in stems) or understood.content


def weights(stems: Sequence[str], snapshot: Snapshot, count: int) -> Mapping[str, float]:
    """How much each stem tells in this library; see `gate.rarity`."""
    return {stem: rarity(snapshot.document_frequency(stem), max(1, count)) for stem in stems}
