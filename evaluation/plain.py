"""The plain hybrid that ours is measured against: passage cosine and plain BM25, by reciprocal rank.

Nothing of ours but the passages: no stemming, no stop words, no fields, no expansion, no thread. Searched is the
context line (title and headings) with the passage.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from corpus.model import Audience
from index.embed import Embedder
from index.store import Found, Query, Scope, Snapshot

RANK_K = 60  # Cormack, Clarke and Büttcher (2009), reciprocal rank fusion
K1, B = 1.2, 0.75  # Robertson and Zaragoza (2009), the usual values
DEPTH = 100  # places of each ranking that are fused


def tokens(text: str) -> list[str]:
    """Words in lower case.

    >>> tokens("The PCN's 10 leads")
    ['the', 'pcn', 's', '10', 'leads']
    """
    return re.findall(r"\w+", text.lower())


class Bm25:
    """Okapi BM25 over texts, the slow and obvious way."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [Counter(tokens(text)) for text in texts]
        self._lengths = np.array([sum(count.values()) for count in counted], np.float64)
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, count in enumerate(counted):
            for token, times in count.items():
                self._postings[token].append((row, times))

    def rank(self, question: str, k: int) -> list[int]:
        """The rows of the best `k` texts that share a word with the question, best first; ties in row order."""
        scores: dict[int, float] = defaultdict(float)
        mean, count = self._lengths.mean(), len(self._lengths)
        for token in tokens(question):
            found = self._postings.get(token, [])
            weight = math.log(1 + (count - len(found) + 0.5) / (len(found) + 0.5))
            for row, times in found:
                scores[row] += weight * times * (K1 + 1) / (times + K1 * (1 - B + B * self._lengths[row] / mean))
        return sorted(scores, key=lambda row: (-scores[row], row))[:k]


def fused(rankings: Sequence[Sequence[int]], k: int) -> list[int]:
    """The best `k` by the sum of 1 / (60 + place); ties in row order.

    >>> fused([[1, 2], [2, 3]], 3)
    [2, 1, 3]
    """
    scores: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for place, row in enumerate(ranking, 1):
            scores[row] += 1 / (RANK_K + place)
    return sorted(scores, key=lambda row: (-scores[row], row))[:k]


class PlainHybrid:
    """Ranks the passages of a generation for a public reader."""

    def __init__(self, snapshot: Snapshot, embedder: Embedder, passages: Sequence[Found]) -> None:
        self._snapshot = snapshot
        self._embedder = embedder
        self._passages = passages
        self._words = Bm25([f"{found.context} {found.passage.text}" for found in passages])
        self._scope = Scope.of_role(Audience.CONFIDENTIAL, snapshot.libraries)

    def rank(self, question: str, k: int) -> list[Found]:
        vector = self._embedder.embed_questions([question])[0]
        dense = self._snapshot.search(Query(vector, {}, DEPTH, self._scope)).dense
        rows = fused([[hit.row for hit in dense], self._words.rank(question, DEPTH)], k)
        return [self._passages[row] for row in rows]
