"""What every passage store promises (index/store.py), as tests that a new engine inherits.

A subclass gives `new_store`. Stores of one folder stand for several processes that share one place.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import IndexMismatch, IndexMissing, LibraryLocked, StaleGeneration
from corpus.model import Audience, Nation, Page, SpanKind, Status
from corpus.when import When
from index.lexical import analyse
from index.store import DocumentToStore, Hit, PassageStore, Query, Result, Scope, Snapshot
from tests.fakes import DIMENSION, BruteForce, FakeEmbedder, a_document, stored, vector_of

EVERYTHING = Scope(frozenset({"lib", "other"}), frozenset(Audience), frozenset(Status), frozenset(Nation))
WORDS = ["merger", "partner", "premises", "lease", "staff", "resilience", "mentor", "board"]

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(lambda words: " ".join(words).capitalize() + ".")


def subsets(of: Iterable[object]) -> st.SearchStrategy[frozenset[object]]:
    return st.frozensets(st.sampled_from(list(of)))


scopes = st.builds(Scope, subsets(["lib", "other"]), subsets(Audience), subsets(Status), subsets(Nation))


@st.composite
def libraries(draw: st.DrawFn) -> list[DocumentToStore]:
    found = []
    for number in range(draw(st.integers(1, 6))):
        document = a_document(
            f"d{number}", library=draw(st.sampled_from(["lib", "other"])), audience=draw(st.sampled_from(Audience)),
            status=draw(st.sampled_from(Status)), nation=draw(st.sampled_from([Nation.UK, Nation.WALES])),
        )  # fmt: skip
        found.append(stored(document, *draw(st.lists(texts, max_size=4))))
    return found


def ask(text: str, k: int = 10, scope: Scope = EVERYTHING) -> Query:
    return Query(vector_of(text), dict.fromkeys(analyse(text), 1.0), k, scope)


def publish(store: PassageStore, generation: str, *documents: DocumentToStore) -> Snapshot:
    """Build and publish a generation of these documents, and open it."""
    store.open_generation(generation, dimension=DIMENSION, fingerprint=FakeEmbedder().fingerprint)
    store.put(generation, documents)
    store.publish(generation, store.live())
    return store.open()


def documents_found(snapshot: Snapshot, text: str, scope: Scope = EVERYTHING) -> tuple[set[str], set[str]]:
    """The keys of the documents in both rankings."""
    result = snapshot.search(ask(text, 100, scope))
    dense, lexical = (
        {found.document.key for found in snapshot.passages([hit.row for hit in hits])}
        for hits in (result.dense, result.lexical)
    )
    return dense, lexical


def named(snapshot: Snapshot, hits: Sequence[Hit]) -> list[tuple[str, float]]:
    passages = snapshot.passages([hit.row for hit in hits])
    return [(found.passage.id, hit.score) for found, hit in zip(passages, hits, strict=True)]


def assert_is_the_best(found: Sequence[tuple[str, float]], true: dict[str, float], k: int) -> None:
    """As many as there are up to `k`, each with its own score, and none left out that is better."""
    assert len(found) == min(k, len(true))
    assert len({name for name, _ in found}) == len(found)
    assert [score for _, score in found] == pytest.approx(sorted(true.values(), reverse=True)[:k], abs=1e-5)
    assert [score for _, score in found] == pytest.approx([true[name] for name, _ in found], abs=1e-5)


def assert_is_in_order(hits: Sequence[Hit]) -> None:
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.score, hit.row))


class StoreContract:
    """Inherit, and give `new_store`."""

    def new_store(self, place: Path) -> PassageStore:
        """A store over `place`: a second one over it is what a second process would have."""
        raise NotImplementedError

    @pytest.fixture
    def shop(self, data_dir: Path) -> Iterator[PassageStore]:
        store = self.new_store(data_dir)
        yield store
        store.close()

    # --- 1: the scope comes first -------------------------------------------------------------------------

    @pytest.mark.slow
    @settings(
        max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors]
    )
    @given(libraries(), st.lists(scopes, min_size=1, max_size=4), texts, st.integers(1, 12))
    def test_both_rankings_are_those_of_brute_force_within_the_scope(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        documents: list[DocumentToStore],
        asked: list[Scope],
        question: str,
        k: int,
    ) -> None:
        store, truth = self.new_store(tmp_path_factory.mktemp("data")), BruteForce(documents)
        snapshot = publish(store, "1", *documents)

        for scope in [*asked, EVERYTHING]:
            query = ask(question, k, scope)
            result = snapshot.search(query)

            assert_is_the_best(named(snapshot, result.dense), truth.dense(vector_of(question), scope), k)
            assert_is_the_best(named(snapshot, result.lexical), truth.lexical(query.terms, scope), k)
            assert_is_in_order(result.dense)
            assert_is_in_order(result.lexical)
            assert snapshot.count(scope) == len(truth.visible(scope))
        snapshot.close()
        store.close()

    @pytest.mark.parametrize("part", ["libraries", "audiences", "statuses", "nations"])
    def test_a_scope_with_an_empty_part_finds_nothing(self, shop: PassageStore, part: str) -> None:
        snapshot = publish(shop, "1", stored("a", "The merger of two practices."))

        result = snapshot.search(ask("merger", scope=replace(EVERYTHING, **{part: frozenset()})))

        assert (list(result.dense), list(result.lexical)) == ([], [])

    def test_a_better_passage_outside_the_scope_does_not_use_up_the_best_k(self, shop: PassageStore) -> None:
        closed = a_document("closed", audience=Audience.CONFIDENTIAL)
        snapshot = publish(
            shop, "1", stored(closed, *["Merger merger merger."] * 20), stored("open", "A lease and one merger.")
        )
        scope = Scope.of_role(Audience.OFFICER, ["lib"])

        result = snapshot.search(ask("merger", k=1, scope=scope))

        assert (len(result.dense), len(result.lexical)) == (1, 1)
        assert documents_found(snapshot, "merger", scope) == ({"lib/open"}, {"lib/open"})

    @pytest.mark.parametrize("role", list(Audience))
    def test_a_role_sees_what_it_may_and_never_what_was_withdrawn(self, shop: PassageStore, role: Audience) -> None:
        documents = [
            a_document(f"{audience}-{status}", audience=audience, status=status)
            for audience in Audience
            for status in Status
        ]
        snapshot = publish(shop, "1", *(stored(document, "A merger.") for document in documents))

        dense, lexical = documents_found(snapshot, "merger", Scope.of_role(role, ["lib"]))

        visible = {d.key for d in documents if d.audience.rank <= role.rank and d.status is not Status.WITHDRAWN}
        assert (dense, lexical) == (visible, visible)

    def test_a_nation_sees_its_own_documents_and_those_of_the_whole_kingdom(self, shop: PassageStore) -> None:
        papers = [stored(a_document(nation.value, nation=nation), "A merger.") for nation in Nation]
        snapshot = publish(shop, "1", *papers)
        scope = Scope.of_role(Audience.OFFICER, ["lib"], Nation.WALES)

        assert documents_found(snapshot, "merger", scope)[0] == {"lib/wales", "lib/uk"}

    # --- 2: exact similarities ----------------------------------------------------------------------------

    def test_similarities_are_inner_products_and_ties_stand_in_row_order(self, shop: PassageStore) -> None:
        twins = [stored(f"d{number}", "The same sentence.") for number in range(5)]
        same = twins[0].passages[0]
        twins = [replace(t, passages=[replace(t.passages[0], vector=same.vector)]) for t in twins]
        snapshot = publish(shop, "1", *twins)

        for k in (1, 3, 5):
            rows = [hit.row for hit in snapshot.search(ask("sentence", k)).dense]
            assert rows == list(range(k))
        expected = float(same.vector @ vector_of("sentence"))
        assert snapshot.similarities(vector_of("sentence"), [3, 0]) == pytest.approx([expected, expected], abs=1e-6)

    def test_span_similarities_are_those_of_the_passages_own_spans(self, shop: PassageStore) -> None:
        first = stored("a", "A merger needs time. Ask the board.", "One lease.")
        second = stored("b", "Staff come first. They stay. They are told.")
        snapshot = publish(shop, "1", second, first)
        rows = [2, 0]
        questions = np.stack([vector_of("board"), vector_of("staff")])

        cosines = snapshot.span_similarities(questions, rows)

        for found, matrix in zip(snapshot.passages(rows), cosines, strict=True):
            text = found.passage.text
            expected = [[q @ vector_of(text[s.start : s.end]) for s in found.passage.spans] for q in questions]
            assert matrix == pytest.approx(np.array(expected), abs=2e-3)  # kept in half precision
        assert snapshot.span_similarities(questions, []) == []

    def test_a_question_of_another_dimension_is_refused(self, shop: PassageStore) -> None:
        snapshot = publish(shop, "1", stored("a", "A merger."))

        with pytest.raises(IndexMismatch, match="32 dimensions and generation 1 has 64; run lmc ingest"):
            snapshot.search(Query(np.ones(32, np.float32), {}, 5, EVERYTHING))

    # --- 3: a snapshot stays ------------------------------------------------------------------------------

    def test_publishing_does_not_change_a_snapshot(self, shop: PassageStore) -> None:
        old = publish(shop, "1", stored("a", "A merger of practices."))
        before = old.search(ask("merger"))

        new = publish(shop, "2", stored("b", "A merger of premises."), stored("c", "A merger."))

        assert old.search(ask("merger")) == before
        assert [found.passage.text for found in old.passages([0])] == ["A merger of practices."]
        assert (old.generation, new.generation, shop.live()) == ("1", "2", "2")
        assert documents_found(new, "merger")[0] == {"lib/b", "lib/c"}

    def test_everything_that_was_stored_is_read_back(self, shop: PassageStore) -> None:
        document = a_document(
            "paper", published=When(2015, 6), reviewed=When(2026), publisher="LMC", source_url="https://lmc.example",
            superseded_by="newer", sha256="0" * 64,
        )  # fmt: skip
        whole = stored(document, "Ask first. Then sign.", content_key="k1")
        spans = [replace(s, kind=SpanKind.ITEM, page=7) for s in whole.passages[0].passage.spans]
        passage = replace(whole.passages[0].passage, spans=tuple(spans), heading_path=("One", "Two"), page_end=7)
        whole = replace(
            whole,
            passages=[replace(whole.passages[0], passage=passage)],
            pages=[Page(1, "Ask first.", "i", ocr=True), Page(7, "Then sign.")],
        )

        snapshot = publish(shop, "1", whole)

        [found] = snapshot.passages([0])
        assert (found.passage, found.document, found.context) == (passage, document, "Paper")
        assert snapshot.page("lib/paper", 1) == Page(1, "Ask first.", "i", ocr=True)
        assert (snapshot.page("lib/paper", 2), snapshot.page("lib/else", 1), snapshot.document("lib/else")) == (
            None, None, None,
        )  # fmt: skip
        [listed] = snapshot.documents()
        assert listed == snapshot.document("lib/paper")
        assert (listed.document, listed.content_key, listed.report, listed.passage_count) == (
            document, "k1", whole.report, 1,
        )  # fmt: skip
        assert (snapshot.libraries, snapshot.fingerprint) == (["lib"], "fake-1")

    def test_passages_come_in_the_order_asked_for(self, shop: PassageStore) -> None:
        snapshot = publish(shop, "1", stored("a", "First.", "Second.", "Third."))

        assert [found.passage.text for found in snapshot.passages([2, 0, 1])] == ["Third.", "First.", "Second."]

    def test_terms_are_counted_and_listed_over_the_whole_generation(self, shop: PassageStore) -> None:
        snapshot = publish(shop, "1", stored("a", "A merger.", "Merging and merit."), stored("b", "A lease."))

        assert [snapshot.document_frequency(term) for term in ("merg", "merit", "leas", "nowher")] == [2, 1, 1, 0]
        assert snapshot.stems_with_prefix("mer") == ["merg", "merit"]

    # --- 4: whole or not at all ---------------------------------------------------------------------------

    def test_putting_a_document_again_replaces_it(self, shop: PassageStore) -> None:
        shop.open_generation("1", dimension=DIMENSION, fingerprint="fake-1")
        shop.put("1", [stored("a", "A merger.", "A lease."), stored("b", "Premises.")])
        shop.put("1", [stored("a", "A mentor.")])
        shop.publish("1", None)

        snapshot = shop.open()
        assert snapshot.count(EVERYTHING) == 2
        assert documents_found(snapshot, "lease")[1] == set()
        assert documents_found(snapshot, "mentor")[1] == {"lib/a"}
        assert sorted(found.passage.text for found in snapshot.passages([0, 1])) == ["A mentor.", "Premises."]

    def test_the_last_of_two_in_one_put_stands(self, shop: PassageStore) -> None:
        snapshot = publish(shop, "1", stored("a", "A merger."), stored("a", "A mentor."))

        assert [found.passage.text for found in snapshot.passages([0])] == ["A mentor."]
        assert snapshot.count(EVERYTHING) == 1

    def test_a_deleted_document_leaves_nothing_and_an_unknown_one_is_no_error(self, shop: PassageStore) -> None:
        shop.open_generation("1", dimension=DIMENSION, fingerprint="fake-1")
        shop.put("1", [stored("a", "A merger."), stored("b", "A lease.")])
        shop.delete("1", ["lib/a", "lib/nowhere"])
        shop.publish("1", None)

        snapshot = shop.open()
        assert [d.document.key for d in snapshot.documents()] == ["lib/b"]
        assert snapshot.page("lib/a", 1) is None
        assert snapshot.document_frequency("merger") == 0

    @pytest.mark.parametrize(
        "vector",
        [np.full(DIMENSION, np.nan, np.float32), np.full(DIMENSION, np.inf, np.float32), np.ones(8, np.float32)],
        ids=["nan", "infinite", "too short"],
    )
    def test_a_put_with_one_vector_that_is_wrong_leaves_nothing(
        self, shop: PassageStore, vector: npt.NDArray[np.float32]
    ) -> None:
        good, bad = stored("good", "A merger."), stored("bad", "A lease.", "Premises.")
        bad = replace(bad, passages=[bad.passages[0], replace(bad.passages[1], vector=vector)])
        shop.open_generation("1", dimension=DIMENSION, fingerprint="fake-1")
        shop.put("1", [stored("before", "A board.")])

        with pytest.raises(ValueError, match=r"dimensions are needed|not finite"):
            shop.put("1", [good, bad])

        shop.put("1", [stored("after", "A mentor.")])
        shop.publish("1", None)
        snapshot = shop.open()
        assert [d.document.key for d in snapshot.documents()] == ["lib/after", "lib/before"]
        assert documents_found(snapshot, "mentor")[1] == {"lib/after"}
        assert_is_the_best(
            named(snapshot, snapshot.search(ask("mentor")).dense),
            BruteForce([stored("before", "A board."), stored("after", "A mentor.")]).dense(
                vector_of("mentor"), EVERYTHING
            ),
            10,
        )

    def test_a_put_that_the_disk_refuses_leaves_nothing(self, shop: PassageStore) -> None:
        twice = stored("twice", "A lease.")
        twice = replace(twice, pages=[Page(1, "One."), Page(1, "Another one.")])
        shop.open_generation("1", dimension=DIMENSION, fingerprint="fake-1")

        with pytest.raises(Exception, match="UNIQUE"):
            shop.put("1", [stored("good", "A merger."), twice])
        shop.put("1", [stored("after", "A mentor. It helps.")])
        shop.publish("1", None)

        snapshot = shop.open()
        assert [d.document.key for d in snapshot.documents()] == ["lib/after"]
        [cosines] = snapshot.span_similarities(vector_of("It helps.")[None, :], [0])
        assert cosines[0].argmax() == 1

    # --- 5: publishing is a compare-and-set -------------------------------------------------------------------

    def test_a_generation_is_seen_by_nobody_until_it_is_published(self, shop: PassageStore, data_dir: Path) -> None:
        shop.open_generation("1", dimension=DIMENSION, fingerprint="fake-1")
        shop.put("1", [stored("a", "A merger.")])

        assert (shop.live(), list(shop.generations())) == (None, [])
        for store in (shop, self.new_store(data_dir)):
            with pytest.raises(IndexMissing, match="run lmc ingest first"):
                store.open()

    def test_of_two_writers_that_saw_the_same_generation_one_wins(self, shop: PassageStore, data_dir: Path) -> None:
        publish(shop, "1", stored("a", "A merger."))
        publish(shop, "2", stored("b", "A lease."))
        shop.close()
        late = self.new_store(data_dir)
        late.open_generation("3", dimension=DIMENSION, fingerprint="fake-1")
        late.put("3", [stored("c", "A mentor.")])

        with pytest.raises(StaleGeneration, match="Generation 2 was published in between"):
            late.publish("3", "1")

        assert (late.live(), late.generations()) == ("2", ["1", "2"])
        late.close()

    @pytest.mark.slow
    def test_of_many_writers_at_once_exactly_one_publishes(self, data_dir: Path) -> None:
        outcomes: list[str] = []

        def write(name: str) -> None:
            store = self.new_store(data_dir)
            while True:
                try:
                    store.open_generation(name, dimension=DIMENSION, fingerprint="fake-1")
                    break
                except LibraryLocked:
                    continue
            store.put(name, [stored(name, "A merger.")])
            try:
                store.publish(name, None)
                outcomes.append(name)
            except StaleGeneration:
                pass
            finally:
                store.close()

        threads = [threading.Thread(target=write, args=(str(number),)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        reader = self.new_store(data_dir)
        assert outcomes == [reader.live()]
        assert documents_found(reader.open(), "merger")[0] == {f"lib/{outcomes[0]}"}

    def test_an_earlier_generation_can_be_published_again(self, shop: PassageStore) -> None:
        publish(shop, "1", stored("a", "A merger."))
        publish(shop, "2", stored("b", "A merger."))

        shop.publish("1", "2")

        assert shop.live() == "1"
        assert documents_found(shop.open(), "merger")[0] == {"lib/a"}

    def test_what_was_never_built_can_be_neither_published_nor_opened_nor_dropped(self, shop: PassageStore) -> None:
        publish(shop, "1", stored("a", "A merger."))

        for use in (lambda: shop.publish("9", "1"), lambda: shop.open("9"), lambda: shop.drop("9")):
            with pytest.raises(IndexMissing, match="There is no generation 9"):
                use()

    def test_a_generation_can_be_dropped_unless_it_is_live(self, shop: PassageStore) -> None:
        publish(shop, "1", stored("a", "A merger."))
        publish(shop, "2", stored("b", "A merger."))

        shop.drop("1")

        assert shop.generations() == ["2"]
        with pytest.raises(StaleGeneration, match="Generation 2 is live"):
            shop.drop("2")

    def test_an_empty_generation_serves_and_finds_nothing(self, shop: PassageStore) -> None:
        snapshot = publish(shop, "1")

        result = snapshot.search(ask("merger"))

        assert (list(result.dense), list(result.lexical), snapshot.count(EVERYTHING)) == ([], [], 0)

    # --- 6: hidden at once ----------------------------------------------------------------------------------

    def test_a_hidden_document_is_found_by_no_snapshot_from_then_on(self, shop: PassageStore, data_dir: Path) -> None:
        open_before = publish(shop, "1", stored("a", "A merger."), stored("b", "A merger of premises."))
        other = self.new_store(data_dir)
        theirs = other.open()

        other.hide({"lib/a": "out of date"})

        for snapshot in (open_before, theirs, shop.open()):
            assert documents_found(snapshot, "merger") == ({"lib/b"}, {"lib/b"})
            assert snapshot.count(EVERYTHING) == 1
        assert dict(shop.hidden()) == {"lib/a": "out of date"}

    def test_a_document_that_is_shown_again_is_found_again(self, shop: PassageStore, data_dir: Path) -> None:
        snapshot = publish(shop, "1", stored("a", "A merger."))
        shop.hide({"lib/a": "a mistake", "lib/unknown": "no such paper"})

        self.new_store(data_dir).show(["lib/a"])

        assert documents_found(snapshot, "merger") == ({"lib/a"}, {"lib/a"})
        assert dict(shop.hidden()) == {"lib/unknown": "no such paper"}

    @pytest.mark.slow
    @settings(
        max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors]
    )
    @given(libraries(), st.sets(st.integers(0, 5)), texts, st.integers(1, 12))
    def test_rankings_without_the_hidden_are_those_of_brute_force(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        documents: list[DocumentToStore],
        out: set[int],
        question: str,
        k: int,
    ) -> None:
        keys = [documents[number].document.key for number in out if number < len(documents)]
        store, truth = self.new_store(tmp_path_factory.mktemp("data")), BruteForce(documents, keys)
        snapshot = publish(store, "1", *documents)

        store.hide(dict.fromkeys(keys, "hidden"))

        query = ask(question, k)
        result = snapshot.search(query)
        assert_is_the_best(named(snapshot, result.dense), truth.dense(vector_of(question), EVERYTHING), k)
        assert_is_the_best(named(snapshot, result.lexical), truth.lexical(query.terms, EVERYTHING), k)
        snapshot.close()
        store.close()

    def test_two_that_hide_at_once_both_do(self, data_dir: Path) -> None:
        stores = [self.new_store(data_dir) for _ in range(2)]

        def hide(store: PassageStore, who: int) -> None:
            for number in range(8):
                store.hide({f"lib/{who}-{number}": "why not"})

        threads = [threading.Thread(target=hide, args=(store, who)) for who, store in enumerate(stores)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(self.new_store(data_dir).hidden()) == 16

    # --- names and texts as people have them ------------------------------------------------------------------

    @pytest.mark.parametrize(
        "name",
        [
            "it's",
            'say "no"',
            "../../etc/passwd",
            "'; drop table pages;--",
            "a/b\\c",
            "ŵyl-日本",
            "%s{}*",
            "x" * 300,
            " ",
        ],
    )
    def test_a_hostile_id_is_only_a_name(self, shop: PassageStore, name: str) -> None:
        snapshot = publish(shop, "1", stored(a_document(name), "A merger."), stored("other", "A lease."))

        assert documents_found(snapshot, "merger")[1] == {f"lib/{name}"}
        assert snapshot.page(f"lib/{name}", 1) == Page(1, "A merger.")
        shop.hide({f"lib/{name}": 'it\'s "enough"'})
        assert documents_found(snapshot, "merger") == ({"lib/other"}, set())

    @pytest.mark.parametrize(
        "text",
        [
            "Sut mae'r practis yn gofyn am gymorth? Café, naïve, ŵyl.",
            "“Quoted” – £1,500 per 1,000 patients; 11.06.15… 👩‍⚕️",
            "merger " * 8_600,  # 60,000 characters
            "NUL\x00 and tab\t and\nnew line.",
        ],
        ids=["welsh", "signs", "60k", "control"],
    )
    def test_an_odd_text_is_kept_letter_for_letter_and_found(self, shop: PassageStore, text: str) -> None:
        snapshot = publish(shop, "1", stored("odd", text), stored("other", "Nothing alike."))

        [hit] = snapshot.search(ask(text, 1)).lexical
        [found] = snapshot.passages([hit.row])
        assert found.passage.text == text
        page = snapshot.page("lib/odd", 1)
        assert page
        assert page.text == text

    def test_a_passage_without_spans_and_a_document_without_passages_are_no_harm(self, shop: PassageStore) -> None:
        bare = stored("bare", "A merger.")
        item = bare.passages[0]
        passage = replace(item.passage, spans=())
        bare = replace(
            bare, passages=[replace(item, passage=passage, span_vectors=np.zeros((0, DIMENSION), np.float32))]
        )

        snapshot = publish(shop, "1", bare, stored("empty"), stored("full", "A lease. A board."))

        rows = [hit.row for hit in snapshot.search(ask("lease")).dense]
        assert sorted(len(c[0]) for c in snapshot.span_similarities(vector_of("lease")[None, :], rows)) == [0, 2]
        assert {d.document.key: d.passage_count for d in snapshot.documents()} == {
            "lib/bare": 1, "lib/empty": 0, "lib/full": 1,
        }  # fmt: skip

    def test_a_question_without_words_or_vector_asks_the_other_ranking_only(self, shop: PassageStore) -> None:
        snapshot = publish(shop, "1", stored("a", "A merger."))

        wordless: Result = snapshot.search(Query(vector_of("merger"), {}, 5, EVERYTHING))
        vectorless = snapshot.search(Query(None, ask("merger").terms, 5, EVERYTHING))

        assert [len(wordless.dense), len(wordless.lexical)] == [1, 0]
        assert [len(vectorless.dense), len(vectorless.lexical)] == [0, 1]
