"""Killed at any moment of a build, the live generation serves, and the next build is clean and loses no work."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from corpus.manifest import load_library
from index.embedded import EmbeddedStore
from ingest.pipeline import Ingest, Options, Summary
from tests.fakes import DirectReader, FakeEmbedder, QuietProgress, write_library
from tests.index.store_contract import documents_found

ROOT = Path(__file__).resolve().parents[2]
FIRST = {"old.txt": "# Old\nA merger of practices.\n# More\nA lease.", "kept.txt": "A board. A levy."}
SECOND = {
    **{f"new{n}.txt": f"# One\nA mentor number {n}.\n# Two\nStaff and premises {n}." for n in range(8)},
    "kept.txt": FIRST["kept.txt"],
}
NEW_PASSAGES = 16


@dataclass(frozen=True)
class Death:
    moment: str
    killed: bool
    touched: int
    passages_put: int


def ingest(library: Path, data: Path) -> tuple[Summary, FakeEmbedder, DirectReader]:
    store, embedder, reader = EmbeddedStore(data), FakeEmbedder(), DirectReader()
    try:
        run = Ingest(store, embedder, lambda: reader, QuietProgress(), Options())
        return run.run([load_library(library, [".txt"], library_id="lib")]), embedder, reader
    finally:
        store.close()


class Place:
    """A data folder with a live generation of the first library, and a second library to be built next."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.library = root / "library"
        write_library(self.library, FIRST)
        ingest(self.library, root / "before")
        write_library(self.library, SECOND)

    def kill(self, *moments: str) -> list[Death]:
        for moment in moments:
            shutil.copytree(self.root / "before", self.root / moment)
        return self.build(*moments)

    def build(self, *moments: str) -> list[Death]:
        """Build in the data folders as they are."""
        command = [sys.executable, "-m", "tests.index.killed", str(self.library), str(self.root), *moments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=100)
        fields = [line.split() for line in done.stdout.splitlines()]
        return [Death(name, killed == "1", int(touched), int(put)) for name, killed, touched, put in fields]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("crash"))


def assert_serves_and_recovers(place: Place, death: Death) -> None:
    data = place.root / death.moment
    assert death.killed, death

    snapshot = EmbeddedStore(data).open()
    before_or_after = (documents_found(snapshot, "merger")[1], documents_found(snapshot, "mentor")[1])
    everything_new = {f"lib/new{n}" for n in range(8)}
    published = EmbeddedStore(data).live() != EmbeddedStore(place.root / "before").live()
    # What is gone is hidden before the build begins; apart from that it is the old library or the new.
    assert before_or_after in [({"lib/old"}, set()), (set(), set()), (set(), everything_new)], death
    assert before_or_after[1] == (everything_new if published else set()), death

    summary, embedder, reader = ingest(place.library, data)

    assert len(embedder.embedded) == (0 if published else NEW_PASSAGES - death.passages_put), death
    assert len(reader.read_keys) == len(embedder.embedded) / 2, death
    store = EmbeddedStore(data)
    assert documents_found(store.open(), "mentor")[1] == everything_new, death
    assert documents_found(store.open(), "merger")[1] == set(), death
    assert store.live() == summary.generation
    if summary.published:
        assert [f.name for f in (data / "generations").iterdir() if f.name.startswith(".")] == [], death
    assert all(store.verify(name) is None for name in store.generations()), death


@pytest.mark.slow
def test_killed_while_it_reads_and_embeds(place: Place) -> None:
    deaths = place.kill("put-1", "put-2", "put-3", "put-4", "read-1", "read-4", "read-8")

    for death in deaths:
        assert_serves_and_recovers(place, death)


@pytest.mark.slow
def test_killed_at_any_file_that_it_touches(place: Place) -> None:
    [whole] = place.kill("file-0")
    assert not whole.killed
    assert whole.touched > 30
    moments = sorted({*range(1, whole.touched, 6), *range(whole.touched - 6, whole.touched + 1)})

    deaths = place.kill(*(f"file-{moment}" for moment in moments))

    for death in deaths:
        assert_serves_and_recovers(place, death)


@pytest.mark.slow
def test_killed_twice_in_a_row(place: Place) -> None:
    """The second death is in a data folder that the first one left."""
    [first] = place.kill("put-2-first")
    (place.root / "put-2-first").rename(place.root / "read-2-second")
    [second] = place.build("read-2-second")
    assert (first.killed, second.killed) == (True, True)

    _, embedder, _ = ingest(place.library, place.root / "read-2-second")

    assert len(embedder.embedded) == NEW_PASSAGES - first.passages_put
    assert len(list((place.root / "read-2-second" / "generations").iterdir())) == 2
