"""A build that is not what was written is refused in one sentence, and the last good one serves."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing, OperatorError
from index.embedded import EmbeddedStore
from index.files import Verified
from index.generation import FORMAT, META, open_generation, read_meta
from tests.fakes import DIMENSION, stored
from tests.index.store_contract import ask, documents_found, publish


@pytest.fixture
def two(store: EmbeddedStore) -> EmbeddedStore:
    """A store with a good generation `1` and a live one `2`."""
    publish(store, "1", stored("old", "A merger."))
    publish(store, "2", stored("new", "A merger. It takes time."))
    return store


def truncate(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x40
    file.write_bytes(bytes(data))


def edit_meta(folder: Path, **changes: object) -> None:
    meta = json.loads((folder / META).read_text())
    (folder / META).write_text(json.dumps({**meta, **changes}))


FILES = ["passages.sqlite", "vectors.faiss", "spans.f16", "lexical/meta.json"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", [truncate, flip, Path.unlink])
def test_a_damaged_file_is_named_and_the_last_good_generation_serves(
    two: EmbeddedStore, name: str, harm: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    harm(two.folder("2") / name)

    with caplog.at_level(logging.WARNING):
        snapshot = two.open()

    assert snapshot.generation == "1"
    assert documents_found(snapshot, "merger")[0] == {"lib/old"}
    assert caplog.messages == [
        f"Generation 2 is damaged: {name} is not what was written; run lmc ingest to build anew."
        " Until then generation 1 serves."
    ]
    with pytest.raises(IndexDamaged, match=name):
        two.open("2")


def test_every_file_of_a_generation_has_a_checksum(two: EmbeddedStore) -> None:
    folder = two.folder("2")
    files = {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file() and f.suffix != ".lock"}

    assert set(read_meta(folder).sha256) == files - {META}
    assert set(FILES) <= files


@pytest.mark.parametrize(
    ("harm", "error", "says"),
    [
        (lambda f: (f / META).unlink(), IndexDamaged, "has no readable meta.json"),
        (lambda f: truncate(f / META), IndexDamaged, "has no readable meta.json"),
        (lambda f: (f / META).write_bytes(b"\xff\xfe"), IndexDamaged, "has no readable meta.json"),
        (lambda f: (f / META).write_text("[]"), IndexMismatch, "has another format than this version reads"),
        (lambda f: edit_meta(f, format=FORMAT + 1), IndexMismatch, "has another format than this version reads"),
        (lambda f: edit_meta(f, colour="red"), IndexDamaged, "has a damaged meta.json"),
        (lambda f: edit_meta(f, classes="none"), IndexDamaged, "has a damaged meta.json"),
        (lambda f: edit_meta(f, dimension=DIMENSION * 2), IndexDamaged, "meta.json does not fit spans.f16"),
        (lambda f: edit_meta(f, span_count=99_999), IndexDamaged, "meta.json does not fit spans.f16"),
    ],
)
def test_a_meta_that_does_not_fit_is_refused_and_the_last_good_generation_serves(
    two: EmbeddedStore, harm: Callable[[Path], object], error: type[OperatorError], says: str
) -> None:
    harm(two.folder("2"))

    with pytest.raises(error, match=f"Generation 2 .*{says}.*run lmc ingest") as caught:
        two.open("2")

    assert "\n" not in str(caught.value)
    assert two.open().generation == "1"


def test_a_live_generation_that_is_gone_altogether_is_replaced_by_the_last_good_one(two: EmbeddedStore) -> None:
    two.folder("2").rename(two.data / "elsewhere")

    assert two.open().generation == "1"


def test_without_a_good_one_the_damage_is_what_is_reported(two: EmbeddedStore) -> None:
    for name in ("1", "2"):
        flip(two.folder(name) / "vectors.faiss")

    with pytest.raises(IndexDamaged, match=r"Generation 2 is damaged: vectors\.faiss"):
        two.open()


def test_after_a_rollback_a_later_generation_does_not_step_in(two: EmbeddedStore) -> None:
    two.publish("1", "2")
    flip(two.folder("1") / "vectors.faiss")

    with pytest.raises(IndexDamaged, match="Generation 1 is damaged"):
        two.open()


def test_nothing_ingested_yet_is_said_with_what_to_do(store: EmbeddedStore) -> None:
    with pytest.raises(IndexMissing, match=r"Nothing has been ingested into .* yet; run lmc ingest first"):
        store.open()


def test_verify_reads_every_file_again(two: EmbeddedStore) -> None:
    """Also when size and time of change are as before, so that opening it notices nothing."""
    file = two.folder("2") / "vectors.faiss"
    two.open().close()
    facts = file.stat()
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    with file.open("r+b") as handle:
        handle.write(data)
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    assert two.open().generation == "2"
    assert two.verify("1") is None
    assert "vectors.faiss is not what was written" in str(two.verify("2"))
    assert "has no readable meta.json" in str(two.verify("nowhere"))
    assert not (two.data / ".unverified").exists()


def test_a_generation_opens_from_a_folder_that_nobody_may_write_to(two: EmbeddedStore, tmp_path: Path) -> None:
    folder = two.folder("2")
    files = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    for place in [folder, *folder.rglob("*")]:
        place.chmod(0o555 if place.is_dir() else 0o444)

    generation = open_generation(folder, {}, Verified(tmp_path / "nowhere" / "verified.json"))
    found = documents_found(generation, "merger")
    generation.close()

    assert found == ({"lib/new"}, {"lib/new"})
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == files
    for place in [folder, *folder.rglob("*")]:
        place.chmod(0o755)


def test_the_same_documents_make_the_same_rows_whatever_the_order_they_came_in(store: EmbeddedStore) -> None:
    papers = [stored(f"d{n}", f"Merger {n}.", "A lease.") for n in range(5)]

    first = publish(store, "1", *papers)
    second = publish(store, "2", *reversed(papers))

    rows = range(10)
    assert [f.passage for f in first.passages(rows)] == [f.passage for f in second.passages(rows)]
    assert first.search(ask("merger lease")).dense == second.search(ask("merger lease")).dense


@pytest.mark.slow
def test_an_open_generation_goes_on_while_it_is_dropped(two: EmbeddedStore) -> None:
    snapshot = two.open("1")
    wrong: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(50):
                assert documents_found(snapshot, "merger")[0] == {"lib/old"}
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    two.drop("1")
    reader.join()

    assert wrong == []
    assert two.generations() == ["2"]
