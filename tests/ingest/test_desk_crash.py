"""Killed at any moment of a change, the library is the old one or the new one, and the change can be made again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.model import Status
from index.embedded import EmbeddedStore
from ingest.books import BOOKS, CHANGING, read_books
from tests.fakes import write_library
from tests.ingest.killed_desk import NEW, desk

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = """[library]
id = "starter"
[[document]]
path = "merger.txt"
[[document]]
path = "lease.txt"
"""
OLD = {"starter/lease": Status.CURRENT, "starter/merger": Status.CURRENT}
NEWER = {"starter/dispensing": Status.CURRENT, "starter/lease": Status.CURRENT, "starter/merger": Status.SUPERSEDED}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("desk")
    write_library(root / "starter", {"merger.txt": "A merger.", "lease.txt": "A lease."}, MANIFEST)
    (root / "new.txt").write_text("A dispensing practice.", "utf-8")
    desk(root, "before").ensure()
    shutil.copytree(root / "before", root / "after")
    desk(root, "after").add(root / "new.txt", NEW)
    return root


def kill(what: str, root: Path, origin: str, moments: list[int]) -> list[tuple[str, bool, int]]:
    for moment in moments:
        shutil.rmtree(root / str(moment), ignore_errors=True)
        shutil.copytree(root / origin, root / str(moment))
    command = [sys.executable, "-m", "tests.ingest.killed_desk", what, str(root), *map(str, moments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=100)
    fields = [line.split() for line in done.stdout.splitlines()]
    return [(moment, killed == "1", int(touched)) for moment, killed, touched in fields]


def served(root: Path, moment: str) -> dict[str, Status]:
    return {stored.document.key: stored.document.status for stored in desk(root, moment).documents()}


def test_killed_while_it_adds(place: Path) -> None:
    [(_, killed, touched)] = kill("add", place, "before", [0])
    assert not killed
    assert touched > 60

    deaths = kill("add", place, "before", [*range(1, touched, 6), *range(touched - 12, touched + 1, 2)])

    # How often the memory of checksums is written depends on the clock: the last moments may come after the end.
    assert all(was_killed for _, was_killed, _ in deaths[:-6])
    for moment, *_ in deaths:
        published = EmbeddedStore(place / moment).live() != EmbeddedStore(place / "before").live()
        assert served(place, moment) == (NEWER if published else OLD), moment
    for moment, *_ in deaths[::4]:
        assert_the_books_follow_what_serves(place, moment)
        assert_the_change_can_be_made_again(place, moment)


def assert_the_books_follow_what_serves(root: Path, moment: str) -> None:
    """The next who changes the library finds the whole of the change, or nothing of it."""
    before = served(root, moment)
    here = desk(root, moment)

    here.reindex(everything=False)

    assert served(root, moment) == before, moment
    assert not (root / moment / BOOKS / CHANGING).exists()


def assert_the_change_can_be_made_again(root: Path, moment: str) -> None:
    here = desk(root, moment)

    done = [here.add(root / "new.txt", NEW) for _ in range(2)]

    assert {changed.key for changed in done} == {"starter/dispensing"}
    assert served(root, moment) == NEWER, moment
    assert len(list((root / moment / "shelf" / "starter" / "files").iterdir())) == 1, moment
    assert here.verify() == ""


def test_killed_while_it_rolls_back(place: Path) -> None:
    [(_, killed, touched)] = kill("rollback", place, "after", [0])
    assert not killed
    first = EmbeddedStore(place / "before").live()

    deaths = kill("rollback", place, "after", list(range(1, touched + 1, 3)))

    assert all(was_killed for _, was_killed, _ in deaths[:-3])
    for moment, *_ in deaths:
        rolled = EmbeddedStore(place / moment).live() == first
        assert served(place, moment) == (OLD if rolled else NEWER), moment
        desk(place, moment).reindex(everything=False)
        assert served(place, moment) == (OLD if rolled else NEWER), moment
        assert ("superseded" in read_books(place / moment).overrides) is not rolled
