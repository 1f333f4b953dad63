"""The store that needs no server keeps the promises of every store, and some of its own."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from corpus.errors import LibraryLocked
from index.embedded import EmbeddedStore
from tests.fakes import DIMENSION, stored
from tests.index.store_contract import StoreContract, ask, documents_found, publish


class TestEmbeddedStore(StoreContract):
    def new_store(self, place: Path) -> EmbeddedStore:
        return EmbeddedStore(place)


def test_a_second_writer_is_told_to_wait(store: EmbeddedStore, data_dir: Path) -> None:
    store.open_generation("1", dimension=DIMENSION, fingerprint="fake-1")
    other = EmbeddedStore(data_dir)

    with pytest.raises(LibraryLocked, match=r"Another process is writing to .*; wait until its ingest is done"):
        other.open_generation("2", dimension=DIMENSION, fingerprint="fake-1")

    store.close()
    other.open_generation("2", dimension=DIMENSION, fingerprint="fake-1")
    other.close()


def test_reading_needs_no_lock(store: EmbeddedStore, data_dir: Path) -> None:
    publish(store, "1", stored("a", "A merger."))
    store.open_generation("2", dimension=DIMENSION, fingerprint="fake-1")

    assert documents_found(EmbeddedStore(data_dir).open(), "merger")[0] == {"lib/a"}


def test_new_ids_sort_after_all_that_are_there(store: EmbeddedStore) -> None:
    first = store.next_id()
    publish(store, first, stored("a", "A merger."))

    assert first.startswith("000001-")
    assert store.next_id() > first


def test_what_a_crashed_build_left_is_swept_away_but_not_ones_own(store: EmbeddedStore, data_dir: Path) -> None:
    left = [data_dir / "generations" / name for name in (".0001.building", ".0000.dropped")]
    for folder in left:
        folder.mkdir(parents=True)
        (folder / "staging.sqlite").write_text("half")
    store.open_generation("2", dimension=DIMENSION, fingerprint="fake-1")

    assert store.abandoned() == [left[0]]
    store.sweep()

    assert [folder.exists() for folder in left] == [False, False]
    store.publish("2", None)
    assert store.live() == "2"


def test_readers_in_many_threads_get_the_same_answers_while_others_publish(store: EmbeddedStore) -> None:
    papers = [stored(f"d{n}", f"Merger number {n}.", "A lease.") for n in range(8)]
    snapshot = publish(store, "1", *papers)
    expected = snapshot.search(ask("merger number"))
    wrong: list[object] = []

    def read() -> None:
        for _ in range(20):
            found = snapshot.search(ask("merger number"))
            rows = [hit.row for hit in found.dense]
            texts = [item.passage.text for item in snapshot.passages(rows)]
            if found != expected or len(texts) != len(rows):
                wrong.append(found)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    publish(store, "2", stored("new", "A merger."))
    for thread in threads:
        thread.join()

    assert wrong == []
