"""Passage vectors on disk: exact search always, a compressed one in front of it where there are many rows.

Rows of one scope class stand together, so what a reader may see is a few ranges of rows and a filtered search stays
exact: it simply does not look at the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.embed import Vectors
from index.store import Hit

FLAT, COMPRESSED = "vectors.faiss", "vectors.fastscan.faiss"

# From here a flat scan costs more than reading the question does (0.8 ms at 10,000 rows, 12 ms at 100,000).
COMPRESS_ABOVE = 50_000
# Candidates that are ranked again with their exact vectors, as a multiple of k.
REFINE = 10
TRAINING_ROWS = 65_536

Ranges = Sequence[tuple[int, int]]


class VectorIndex:
    """Exact inner products over ranges of rows, through FAISS on memory-mapped files."""

    def __init__(self, folder: Path) -> None:
        faiss.omp_set_num_threads(1)  # two threads on one question are slower (docs/performance.md)
        self._flat = faiss.read_index(str(folder / FLAT), faiss.IO_FLAG_MMAP_IFC)
        packed = folder / COMPRESSED
        self._packed = faiss.read_index(str(packed)) if packed.exists() else None
        self.dimension = int(self._flat.d)
        self.count = int(self._flat.ntotal)
        self.raw = _mapped(folder / FLAT, self.count, self.dimension)

    def search(self, vector: npt.NDArray[np.float32], k: int, ranges: Ranges) -> list[Hit]:
        """The best `k` rows within half-open `ranges`: exactly, unless the ranges are everything and it is large."""
        visible = sum(end - start for start, end in ranges)
        if not visible:
            return []
        query = np.ascontiguousarray(vector.reshape(1, -1), np.float32)
        if self._packed is not None and visible == self.count:
            return self._compressed(self._packed, query, min(k, visible))
        hits = [hit for span in ranges for hit in self._exact(query, k, span)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.row))[:k]

    def _exact(self, query: Vectors, k: int, span: tuple[int, int]) -> list[Hit]:
        start, end = span
        inside = faiss.SearchParameters(sel=faiss.IDSelectorRange(start, end))  # type: ignore[call-arg]
        scores, rows = self._flat.search(query, min(k, end - start), params=inside)
        return [Hit(int(r), float(s)) for r, s in zip(rows[0], scores[0], strict=True) if r >= 0]

    def _compressed(self, packed: Any, query: Vectors, k: int) -> list[Hit]:
        """Candidates by their codes, ranked again by their exact vectors."""
        _, rows = packed.search(query, min(self.count, k * REFINE))
        near = np.sort(rows[0][rows[0] >= 0])
        scores = self.raw[near] @ query[0]
        best = np.lexsort((near, -scores))[:k]
        return [Hit(int(near[i]), float(scores[i])) for i in best]


def _mapped(file: Path, count: int, dimension: int) -> Vectors:
    """The raw vectors, mapped from the end of a flat index's file: they outlive the index that was read from it."""
    if not count:
        return np.zeros((0, dimension), np.float32)
    start = file.stat().st_size - count * dimension * 4
    return np.memmap(file, np.float32, "r", offset=start, shape=(count, dimension))


def _view(flat: Any) -> Vectors:
    """The raw vectors of a flat index without copying them; valid while the index lives."""
    size = int(flat.ntotal) * int(flat.d)
    if not size:
        return np.zeros((0, int(flat.d)), np.float32)
    view: Vectors = faiss.rev_swig_ptr(flat.get_xb(), size).reshape(int(flat.ntotal), int(flat.d))
    return view


def build_vectors(folder: Path, blocks: Iterable[Vectors], dimension: int, count: int) -> None:
    """Write the flat index, and the compressed one where `count` asks for it."""
    flat = faiss.IndexFlatIP(dimension)
    for block in blocks:
        flat.add(np.ascontiguousarray(block))
    faiss.write_index(flat, str(folder / FLAT))
    if count > COMPRESS_ABOVE:
        _compress(folder, _view(flat), dimension)


def _compress(folder: Path, raw: Vectors, dimension: int) -> None:
    packed = faiss.IndexPQFastScan(dimension, dimension // 4, 4, faiss.METRIC_INNER_PRODUCT)
    step = max(1, len(raw) // TRAINING_ROWS)
    packed.train(np.ascontiguousarray(raw[::step]))
    packed.add(raw)
    faiss.write_index(packed, str(folder / COMPRESSED))


def measure_recall(index: VectorIndex, queries: Vectors, k: int = 10) -> float:
    """The share of the true `k` nearest rows (by brute force) that a search over everything finds."""
    if not len(queries) or not index.count:
        return 1.0
    k = min(k, index.count)
    found = 0
    for query in queries:
        scores = index.raw @ query
        floor = np.partition(scores, -k)[-k] - 1e-6
        found += sum(scores[hit.row] >= floor for hit in index.search(query, k, [(0, index.count)]))
    return found / (k * len(queries))
