"""The passage store that needs no server: generations as folders, published by replacing one small file.

<data folder>/
    CURRENT              the id of the live generation
    generations/<id>/    see index/generation.py; `.<id>.building` while it is being written
    withdrawn.json       documents that nobody may find, with the reason
    write.lock           held by the one process that writes; the system lets go of it when that process dies
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing, LibraryLocked, StaleGeneration
from index.draft import Draft
from index.files import Verified, sync_folder, write_atomically
from index.generation import Generation, open_generation, read_meta
from index.store import DocumentToStore

log = logging.getLogger(__name__)

CURRENT, WITHDRAWN = "CURRENT", "withdrawn.json"


class Withdrawn(Mapping[str, str]):
    """Key to reason, read again whenever the file has changed: a withdrawal takes effect at the next question."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._reasons: dict[str, str] = {}

    def _fresh(self) -> dict[str, str]:
        try:
            facts = self._file.stat()
        except FileNotFoundError:
            self._stamp, self._reasons = None, {}
            return self._reasons
        stamp = (facts.st_mtime_ns, facts.st_ino)
        if stamp != self._stamp:
            self._reasons = json.loads(self._file.read_text("utf-8"))
            self._stamp = stamp
        return self._reasons

    def __getitem__(self, key: str) -> str:
        return self._fresh()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._fresh()))

    def __len__(self) -> int:
        return len(self._fresh())


class EmbeddedStore:
    """A `PassageStore` in a folder. Any number of processes may read it; one at a time writes."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._generations = data / "generations"
        self._withdrawn = Withdrawn(data / WITHDRAWN)
        self._verified = Verified(data / "verified.json")
        self._lock = FileLock(data / "write.lock", timeout=0)
        self._drafts: dict[str, Draft] = {}

    def open_generation(self, generation: str, *, dimension: int, fingerprint: str) -> None:
        self.lock()
        if generation not in self._drafts:
            place = self._building(generation)
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            self._drafts[generation] = Draft(place, dimension, fingerprint)

    def lock(self) -> None:
        """Become the one that writes. Raises: LibraryLocked when another process is."""
        self.data.mkdir(parents=True, exist_ok=True)
        if self._lock.is_locked:
            return
        try:
            self._lock.acquire()
        except Timeout as error:
            raise LibraryLocked(
                f"Another process is writing to {self.data}; wait until its ingest is done and try again."
            ) from error

    def put(self, generation: str, documents: Sequence[DocumentToStore]) -> None:
        self._drafts[generation].put(documents)

    def delete(self, generation: str, keys: Sequence[str]) -> None:
        self._drafts[generation].delete(keys)

    def publish(self, generation: str, expected: str | None) -> None:
        self.lock()
        if self.live() != expected:
            raise StaleGeneration(f"Generation {self.live()} was published in between; run lmc ingest again.")
        if generation in self._drafts:
            self._complete(generation)
        elif not (self._generations / generation).is_dir():
            raise IndexMissing(f"There is no generation {generation}; lmc generations lists those that are there.")
        self._point(generation)

    def _complete(self, generation: str) -> None:
        created = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        draft = self._drafts.pop(generation)
        draft.finish(generation, created)
        self._building(generation).replace(self._generations / generation)
        sync_folder(self._generations)

    def _point(self, generation: str) -> None:
        write_atomically(self.data / CURRENT, generation + "\n")

    def live(self) -> str | None:
        try:
            return (self.data / CURRENT).read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None

    def open(self, generation: str | None = None) -> Generation:
        """Open a generation; when the live one is damaged, the last good one before it serves, with a warning."""
        if generation is not None:
            return self._open(generation)
        live = self.live()
        if live is None:
            raise IndexMissing(f"Nothing has been ingested into {self.data} yet; run lmc ingest first.")
        try:
            return self._open(live)
        except (IndexMissing, IndexDamaged, IndexMismatch) as error:
            older = [name for name in reversed(self.generations()) if name < live]
            for name in older:
                try:
                    found = self._open(name)
                except (IndexDamaged, IndexMismatch):
                    continue
                log.warning("%s Until then generation %s serves.", error, name)
                return found
            raise

    def _open(self, generation: str) -> Generation:
        folder = self.folder(generation)
        if not folder.is_dir():
            raise IndexMissing(f"There is no generation {generation}; lmc generations lists those that are there.")
        return open_generation(folder, self._withdrawn, self._verified)

    def verify(self, generation: str) -> str | None:
        """What is wrong with a generation, as a sentence; None when every file is as it was written."""
        try:
            open_generation(self._generations / generation, {}, Verified(self.data / ".unverified")).close()
        except (IndexDamaged, IndexMismatch) as error:
            return str(error)
        finally:
            (self.data / ".unverified").unlink(missing_ok=True)
        return None

    def generations(self) -> list[str]:
        if not self._generations.is_dir():
            return []
        return sorted(f.name for f in self._generations.iterdir() if f.is_dir() and not f.name.startswith("."))

    def drop(self, generation: str) -> None:
        self.lock()
        if generation == self.live():
            raise StaleGeneration(f"Generation {generation} is live; publish or roll back to another one first.")
        folder = self._generations / generation
        if not folder.is_dir():
            raise IndexMissing(f"There is no generation {generation}; lmc generations lists those that are there.")
        # Renamed first: a reader never sees half of it, and a crash leaves something that the next build clears.
        grave = self._generations / f".{generation}.dropped"
        folder.replace(grave)
        shutil.rmtree(grave)

    def next_id(self) -> str:
        """An id that sorts after all that are there."""
        last = max((int(name.split("-")[0]) for name in self.generations() if name.split("-")[0].isdigit()), default=0)
        return f"{last + 1:06d}-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}"

    def abandoned(self) -> list[Path]:
        """Folders of builds that did not end; only meaningful while holding the lock."""
        if not self._generations.is_dir():
            return []
        own = {self._building(name) for name in self._drafts}
        return sorted(f for f in self._generations.glob(".*.building") if f not in own)

    def sweep(self) -> None:
        """Delete what crashed builds and drops left behind."""
        self.lock()
        for folder in [*self.abandoned(), *self._generations.glob(".*.dropped")]:
            shutil.rmtree(folder, ignore_errors=True)

    def folder(self, generation: str) -> Path:
        return self._generations / generation

    def created(self, generation: str) -> str:
        return read_meta(self._generations / generation).created

    def hide(self, keys: Mapping[str, str]) -> None:
        self._rewrite_withdrawn(lambda reasons: {**reasons, **keys})

    def show(self, keys: Sequence[str]) -> None:
        gone = set(keys)
        self._rewrite_withdrawn(lambda reasons: {key: why for key, why in reasons.items() if key not in gone})

    def _rewrite_withdrawn(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        """Under a lock of its own, so that two withdrawals at once both stand, also while an ingest runs."""
        self.data.mkdir(parents=True, exist_ok=True)
        with FileLock(self.data / "withdrawn.lock"):
            reasons = change(dict(self._withdrawn))
            text = json.dumps(dict(sorted(reasons.items())), indent=1, ensure_ascii=False)
            write_atomically(self.data / WITHDRAWN, text)

    def hidden(self) -> Mapping[str, str]:
        return self._withdrawn

    def close(self) -> None:
        for draft in self._drafts.values():
            draft.close()
        self._drafts.clear()
        self._lock.release()

    def _building(self, generation: str) -> Path:
        return self._generations / f".{generation}.building"
