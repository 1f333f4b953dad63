"""FAISS finds what numpy finds: always where it is exact, nearly always where it is compressed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import vectors
from index.embed import Vectors
from index.store import Hit
from index.vectors import COMPRESSED, VectorIndex, build_vectors, measure_recall

DIMENSION = 128


def some(count: int, seed: int = 7) -> Vectors:
    """Unit vectors in small clusters, the same ones for every seed, so that a question has near and far passages."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(1).standard_normal((400, DIMENSION))
    found = centres[rng.integers(0, 400, count)] + 0.5 * rng.standard_normal((count, DIMENSION))
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


def build(folder: Path, rows: Vectors) -> VectorIndex:
    folder.mkdir(exist_ok=True)
    build_vectors(folder, [rows[:10], rows[10:]], DIMENSION, len(rows))
    return VectorIndex(folder)


def brute_force(rows: Vectors, query: npt.NDArray[np.float32], ranges: Sequence[tuple[int, int]]) -> dict[int, float]:
    return {row: float(rows[row] @ query) for start, end in ranges for row in range(start, end)}


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    return build(tmp_path_factory.mktemp("flat"), some(500))


borders = st.lists(st.integers(0, 500), max_size=8, unique=True).map(sorted)


@settings(deadline=None)
@given(borders, st.integers(1, 600), st.integers(0, 1000))
def test_a_search_of_ranges_is_brute_force_over_those_rows(
    flat: VectorIndex, marks: list[int], k: int, seed: int
) -> None:
    ranges = list(zip(marks[::2], marks[1::2], strict=False))
    query = some(1, seed)[0]

    hits = flat.search(query, k, ranges)

    true = brute_force(some(500), query, ranges)
    assert len(hits) == min(k, len(true))
    assert {hit.row for hit in hits} <= set(true)
    assert [hit.score for hit in hits] == pytest.approx(sorted(true.values(), reverse=True)[:k], abs=1e-6)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.row))


def test_the_raw_vectors_are_those_that_were_built_in(flat: VectorIndex) -> None:
    assert (flat.dimension, flat.count) == (DIMENSION, 500)
    assert np.array_equal(flat.raw, some(500))


@pytest.mark.parametrize("k", [1, 7, 20])
def test_equal_vectors_stand_in_row_order_also_where_k_cuts_them(tmp_path: Path, k: int) -> None:
    rows = np.repeat(some(2), 10, axis=0)
    index = build(tmp_path, rows)

    found = [hit.row for hit in index.search(rows[15], k, [(0, 20)])]

    assert found == [*range(10, 20), *range(10)][:k]


def test_nothing_to_see_finds_nothing(flat: VectorIndex, tmp_path: Path) -> None:
    empty = build(tmp_path / "empty", some(0))

    assert flat.search(some(1)[0], 5, []) == []
    assert flat.search(some(1)[0], 5, [(3, 3)]) == []
    assert empty.search(some(1)[0], 5, [(0, 0)]) == []
    assert empty.raw.shape == (0, DIMENSION)


def test_few_rows_are_not_compressed(tmp_path: Path) -> None:
    build(tmp_path, some(100))

    assert not (tmp_path / COMPRESSED).exists()


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "COMPRESS_ABOVE", 1_000)
        folder = tmp_path_factory.mktemp("packed")
        index = build(folder, some(4_000))
        assert (folder / COMPRESSED).exists()
    return index


@pytest.mark.slow
def test_the_compressed_search_finds_nearly_all_with_their_exact_similarity(packed: VectorIndex) -> None:
    rows, queries = some(4_000), some(32, seed=8)

    assert measure_recall(packed, queries) >= 0.97
    for query in queries:
        hits = packed.search(query, 10, [(0, 4_000)])
        assert [hit.score for hit in hits] == pytest.approx([float(rows[hit.row] @ query) for hit in hits], abs=1e-6)
        assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.row))


@pytest.mark.slow
def test_a_filtered_search_stays_exact_where_the_whole_is_compressed(packed: VectorIndex) -> None:
    rows, query = some(4_000), some(1, seed=9)[0]

    for ranges in ([(0, 3_999)], [(5, 6)], [(10, 900), (2_000, 3_500)]):
        hits = packed.search(query, 10, ranges)
        true = brute_force(rows, query, ranges)
        assert [hit.score for hit in hits] == pytest.approx(sorted(true.values(), reverse=True)[:10], abs=1e-6)


@pytest.mark.slow
def test_all_that_is_visible_comes_when_more_is_asked_for(packed: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "COMPRESS_ABOVE", 1_000)

    hits = packed.search(some(1)[0], 3_000, [(500, 2_700)])

    assert sorted(hit.row for hit in hits) == list(range(500, 2_700))


def test_recall_is_what_the_search_found_of_the_true_nearest() -> None:
    """Two questions, two nearest each: of the four true ones the search below finds three."""

    class Forgetful(VectorIndex):
        def __init__(self) -> None:
            self.count, self.raw = 4, np.eye(4, dtype=np.float32)

        def search(self, vector: npt.NDArray[np.float32], k: int, ranges: Sequence[tuple[int, int]]) -> list[Hit]:
            order = [int(i) for i in np.argsort(-(self.raw @ vector))]
            return [Hit(row, 0.0) for row in (order[:2] if vector[0] else [order[0], order[3]])]

    questions = np.array([[0.8, 0.6, 0.1, 0], [0, 0.1, 0.8, 0.6]], np.float32)

    assert measure_recall(Forgetful(), questions, k=2) == 0.75
