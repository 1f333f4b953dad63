"""Two rankings and the sentences in them become one order, and a rare exact hit is not buried in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest

from corpus.model import Page
from index.embed import Vectors
from index.embedded import EmbeddedStore
from index.lexical import analyse
from index.search import EXACT_WITHIN, Ranked, Sought, Weights, search
from index.store import DocumentToStore, Found, Hit, Query, Result, Scope, StoredDocument
from tests.fakes import BruteForce, a_document, stored, vector_of
from tests.index.store_contract import EVERYTHING, publish


@dataclass
class Given:
    """A snapshot of rows whose scores are simply given; each term is in the rows that have a score for it."""

    dense: Sequence[float]
    lexical: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    spans: Sequence[Sequence[float]] | None = None
    generation: str = "1"
    fingerprint: str = "fake-1"
    libraries: Sequence[str] = ("lib",)

    def search(self, query: Query) -> Result:
        sums: dict[int, float] = {}
        for term, weight in query.terms.items():
            for row, score in self.lexical.get(term, {}).items():
                sums[row] = sums.get(row, 0.0) + weight * score
        return Result(
            "1",
            best(dict(enumerate(self.dense)), query.k) if query.vector is not None else [],
            best(sums, query.k),
        )

    def similarities(self, vector: npt.NDArray[np.float32], rows: Sequence[int]) -> npt.NDArray[np.float32]:
        return np.array([self.dense[row] for row in rows], np.float32)

    def span_similarities(self, vectors: Vectors, rows: Sequence[int]) -> list[npt.NDArray[np.float32]]:
        spans = self.spans or [[similarity] for similarity in self.dense]
        return [np.array([spans[row]], np.float32) for row in rows]

    def document_frequency(self, term: str) -> int:
        return len(self.lexical.get(term, {}))

    def stems_with_prefix(self, prefix: str) -> list[str]:
        return sorted(term for term in self.lexical if term.startswith(prefix))

    def passages(self, rows: Sequence[int]) -> list[Found]:
        return []

    def page(self, document: str, number: int) -> Page | None:
        return None

    def document(self, key: str) -> StoredDocument | None:
        return None

    def documents(self) -> list[StoredDocument]:
        return []

    def count(self, scope: Scope) -> int:
        return len(self.dense)

    def close(self) -> None: ...


def best(scores: Mapping[int, float], k: int) -> list[Hit]:
    return sorted((Hit(row, score) for row, score in scores.items()), key=lambda h: (-h.score, h.row))[:k]


def sought(*terms: str, named: Sequence[str] = ()) -> Sought:
    return Sought(vector_of("anything"), dict.fromkeys(terms, 1.0), frozenset(named))


def rows_of(ranked: Sequence[Ranked]) -> list[int]:
    return [item.row for item in ranked]


def test_standardised_scores_are_summed_as_worked_out_by_hand() -> None:
    """Three passages; each ranking is made zero mean and unit deviation, and the three are added.

    dense   0.9 0.6 0.3  mean 0.6, deviation 0.2449   ->  1.2247  0      -1.2247
    words   0   4   2    mean 2,   deviation 1.6330   -> -1.2247  1.2247  0
    spans   0.9 0.8 0.1  mean 0.6, deviation 0.3559   ->  0.8429  0.5620 -1.4049
    sum                                                   0.8429  1.7867 -2.6296
    """
    snapshot = Given([0.9, 0.6, 0.3], {"merger": {1: 4.0, 2: 2.0}}, [[0.9, 0.1], [0.8], [0.0, 0.1]])

    ranked = search(snapshot, sought("merger"), EVERYTHING, 3)

    assert rows_of(ranked) == [1, 0, 2]
    assert [item.score for item in ranked] == pytest.approx([1.7867, 0.8429, -2.6296], abs=1e-3)
    assert [(item.similarity, item.lexical, item.best_span) for item in ranked] == [
        pytest.approx(facts) for facts in [(0.6, 4.0, 0.8), (0.9, 0.0, 0.9), (0.3, 2.0, 0.1)]
    ]


@pytest.mark.parametrize(("weights", "first"), [(Weights(1, 0, 0), 0), (Weights(0, 1, 0), 1), (Weights(0, 0, 1), 2)])
def test_a_weight_decides_how_much_a_ranking_counts(weights: Weights, first: int) -> None:
    snapshot = Given([0.9, 0.5, 0.4], {"merger": {1: 4.0}}, [[0.1], [0.2], [0.9]])

    assert search(snapshot, sought("merger"), EVERYTHING, 1, weights)[0].row == first


def test_a_ranking_that_does_not_tell_them_apart_does_not_count() -> None:
    snapshot = Given([0.5, 0.5, 0.5], {"merger": {2: 1.0}})

    assert rows_of(search(snapshot, sought("merger"), EVERYTHING, 3)) == [2, 0, 1]


def test_a_passage_without_spans_speaks_for_itself() -> None:
    ranked = search(Given([0.9, 0.6], spans=[[], [0.6]]), sought(), EVERYTHING, 2)

    assert [item.best_span for item in ranked] == pytest.approx([0.9, 0.6])


def test_a_passage_that_only_the_cosine_finds_has_its_words_counted_too() -> None:
    """Row 99 is no candidate by its words, of which many passages have more; by its cosine it is the second."""
    dense = [0.5] * 98 + [0.9, 0.8]
    snapshot = Given(dense, {"merger": {**dict.fromkeys(range(98), 3.0), 99: 1.0}})

    ranked = {item.row: item.lexical for item in search(snapshot, sought("merger"), EVERYTHING, 64)}

    assert (ranked[98], ranked[99]) == (0.0, 1.0)


CROWD = [0.9 - 0.001 * row for row in range(100)]


@pytest.mark.parametrize("k", [1, 2, 3, 10])
def test_a_rare_name_of_the_question_is_among_the_first(k: int) -> None:
    snapshot = Given(CROWD, {"tupe": {99: 0.1}, "merger": dict.fromkeys(range(99), 3.0)})

    ranked = search(snapshot, sought("merger", "tupe", named=["tupe"]), EVERYTHING, k)

    assert 99 in rows_of(ranked)[:EXACT_WITHIN]
    assert len(ranked) == k
    assert len(set(rows_of(ranked))) == k


def test_two_rare_names_are_both_among_the_first() -> None:
    snapshot = Given(CROWD, {"tupe": {98: 0.1}, "pcse": {99: 0.1}, "merger": dict.fromkeys(range(98), 3.0)})

    ranked = search(snapshot, sought("merger", "tupe", "pcse", named=["tupe", "pcse"]), EVERYTHING, 5)

    assert rows_of(ranked) == [0, 98, 99, 1, 2]


def test_a_name_that_is_first_already_changes_nothing() -> None:
    snapshot = Given(CROWD, {"tupe": {0: 9.0, 50: 1.0}})

    assert rows_of(search(snapshot, sought("tupe", named=["tupe"]), EVERYTHING, 5)) == rows_of(
        search(snapshot, sought("tupe"), EVERYTHING, 5)
    )


def test_a_name_that_many_passages_have_is_left_to_the_scores() -> None:
    snapshot = Given(CROWD, {"gp": {96: 0.1, 97: 0.1, 98: 0.1, 99: 0.1}, "merger": dict.fromkeys(range(90), 3.0)})

    ranked = search(snapshot, sought("merger", "gp", named=["gp"]), EVERYTHING, 5)

    assert max(rows_of(ranked)) < 90


def test_a_name_that_is_nowhere_is_no_harm() -> None:
    assert rows_of(search(Given([0.5]), sought(named=["nowhere"]), EVERYTHING, 5)) == [0]


def test_nothing_in_the_scope_is_an_empty_ranking() -> None:
    assert search(Given([]), sought("merger", named=["merger"]), EVERYTHING, 5) == []


# --- over a real index ---------------------------------------------------------------------------------------


def library() -> list[DocumentToStore]:
    subjects = ["merger", "lease", "mentor", "board", "staff", "premises", "partner", "levy", "rota", "audit"]
    return [
        stored(f"d{n}", *(f"The {a} and the {b} come first. Ask about the {a}." for b in subjects[:6]))
        for n, a in enumerate(subjects)
    ]


def fused(documents: Sequence[DocumentToStore], text: str) -> dict[str, float]:
    """The sum of standardised scores over all passages, worked out passage by passage."""
    truth, vector = BruteForce(documents), vector_of(text)
    dense = truth.dense(vector, EVERYTHING)
    words = truth.lexical(dict.fromkeys(analyse(text), 1.0), EVERYTHING)
    spans = {
        item.passage.id: max(float(row @ vector) for row in item.span_vectors)
        for whole in documents
        for item in whole.passages
    }
    names = list(dense)
    total = np.zeros(len(names))
    for scores in (dense, words, spans):
        values = np.array([scores.get(name, 0.0) for name in names])
        total += (values - values.mean()) / values.std()
    return dict(zip(names, total, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("text", ["Ask about the merger of premises", "levy", "Is the partner of the rota a mentor?"])
def test_the_order_is_that_of_brute_force(store: EmbeddedStore, text: str) -> None:
    documents = library()
    snapshot = publish(store, "1", *documents)
    question = Sought(vector_of(text), dict.fromkeys(analyse(text), 1.0))

    ranked = search(snapshot, question, EVERYTHING, 10)

    true = fused(documents, text)
    names = [found.passage.id for found in snapshot.passages(rows_of(ranked))]
    assert [item.score for item in ranked] == pytest.approx(sorted(true.values(), reverse=True)[:10], abs=5e-3)
    assert [item.score for item in ranked] == pytest.approx([true[name] for name in names], abs=5e-3)


def test_the_same_question_gives_the_same_order_from_another_opening(store: EmbeddedStore) -> None:
    twins = [stored(a_document(f"twin{n}", title="Twin"), "A merger of practices.") for n in range(6)]
    snapshot = publish(store, "1", *twins)
    question = Sought(vector_of("merger"), {"merg": 1.0}, frozenset({"merg"}))

    first, again = (search(opened, question, EVERYTHING, 6) for opened in (snapshot, store.open("1")))

    assert rows_of(first) == rows_of(again)
    assert [item.score for item in first] == [item.score for item in again]


def test_an_exact_hit_is_among_the_first_in_a_real_index(store: EmbeddedStore) -> None:
    crowd = [stored(f"d{n}", "The merger of practices needs a plan for the merger.") for n in range(8)]
    snapshot = publish(store, "1", *crowd, stored("tupe", "Under TUPE staff keep their terms, whatever happens."))
    text = "What does the plan for the merger of practices say on TUPE?"
    question = Sought(vector_of(text), dict.fromkeys(analyse(text), 1.0), frozenset({"tupe"}))

    ranked = search(snapshot, question, EVERYTHING, 5)

    keys = [found.document.id for found in snapshot.passages(rows_of(ranked))]
    assert "tupe" in keys[:EXACT_WITHIN]
