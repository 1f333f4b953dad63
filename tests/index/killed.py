"""Ingests in child processes that are killed at chosen moments; run by test_crash.py as a process of its own.

    python -m tests.index.killed LIBRARY ROOT MOMENT...

Each MOMENT is a data folder below ROOT, and its name begins with when the child that builds there dies: `put-3` after
its third put, `read-2` before it reads its second document, `file-17` at the 17th time it touches a file of its data
folder (opening, renaming, deleting, making a folder), `file-0` never. For each a line is printed: the moment, whether
the child was killed, how many files it touched, and how many passages of new documents had been put when it ended.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.manifest import load_library
from index.embedded import EmbeddedStore
from index.store import DocumentToStore
from ingest import pipeline
from ingest.pipeline import Ingest, Options
from tests.fakes import DirectReader, FakeEmbedder, QuietProgress

EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "sqlite3.connect"}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Report:
    """Numbers that outlive the process: a pipe to the one that waits for it."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def write(self, what: str, number: int) -> None:
        os.write(self._pipe, f"{what} {number}\n".encode())


class DyingStore(EmbeddedStore):
    def __init__(self, data: Path, report: Report, die_after: int) -> None:
        super().__init__(data)
        self._report, self._die_after = report, die_after
        self._puts = self._passages = 0

    def put(self, generation: str, documents: Sequence[DocumentToStore]) -> None:
        super().put(generation, documents)
        self._puts += 1
        self._passages += sum(len(item.passages) for item in documents if item.document.id.startswith("new"))
        self._report.write("put", self._passages)
        if self._puts == self._die_after:
            die()


def build(library: Path, data: Path, report: Report) -> None:
    kind, number, *_ = data.name.split("-")
    moment = int(number)
    touched = reads = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal touched
        if event in EVENTS and any(str(data) in str(argument) for argument in arguments[:2]):
            touched += 1
            if kind == "file" and touched == moment:
                die()

    def on_read(job: object) -> None:
        nonlocal reads
        reads += 1
        if kind == "read" and reads == moment:
            die()

    pipeline.EMBED_TOGETHER = 4
    store = DyingStore(data, report, moment if kind == "put" else 0)
    sys.addaudithook(watch)
    reader = DirectReader(on_read)
    run = Ingest(store, FakeEmbedder(), lambda: reader, QuietProgress(), Options())
    run.run([load_library(library, [".txt"], library_id="lib")])
    report.write("touched", touched)


def main(library: Path, root: Path, moments: Sequence[str]) -> None:
    for moment in moments:
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.close(read)
            try:
                build(library, root / moment, Report(write))
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            facts = dict(line.split() for line in pipe)
        _, status = os.waitpid(child, 0)
        killed = int(os.WIFSIGNALED(status))
        sys.stdout.write(f"{moment} {killed} {facts.get('touched', 0)} {facts.get('put', 0)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
