"""Files read in worker processes with limits on time and memory, so that one bad file stops no other.

A reader may crash, hang or eat memory: the worker dies for it, is replaced, and that file alone is reported.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
import traceback
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Protocol

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from corpus.errors import DocumentDamaged, DocumentError, DocumentIsBomb, DocumentTooSlow
from ingest.blocks import Reading
from ingest.readers.ocr import Ocr, Tesseract, find_tesseract

GIB = 1 << 30
MEMORY_BYTES = 2 * GIB
TIMEOUT_S = 60.0
TASKS_A_WORKER = 500  # then it is replaced, so that what a library leaks stays bounded
# Files that a worker has waiting or done: enough for the others to go on while one takes its full minute.
READ_AHEAD = 64

CRASHED = "reading it crashed the reader; the file is probably damaged"
FAILED = "the reader failed on it"

log = logging.getLogger("ingest.worker")


@dataclass(frozen=True, slots=True)
class ReadJob:
    """One file to read; `key` is the caller's own name for it."""

    key: str
    path: Path
    password: str | None = None


class FileReader(Protocol):
    """How one file is read; a function at a module's top level, so that a worker can import it."""

    def __call__(self, path: Path, *, password: str | None, ocr: Ocr | None) -> Reading: ...


@dataclass(frozen=True, slots=True)
class _Bug:
    """An exception that no reader meant to raise: its type and the places it passed, never its text."""

    name: str
    places: str


Outcome = Reading | DocumentError
_Future = ProcessFuture["Reading | DocumentError | _Bug"]


class ReaderPool:
    """Worker processes that read files; use as a context manager.

    `ocr_language`: read scanned pages by tesseract in this language, where it is installed; `None`: do not.
    `reader`: what reads a file; by default every format that there is a reader for.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        timeout_s: float = TIMEOUT_S,
        memory_bytes: int = MEMORY_BYTES,
        ocr_language: str | None = None,
        reader: FileReader | None = None,
    ) -> None:
        self._workers = workers
        self._timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._ocr_language = ocr_language
        self._reader = reader
        self._pool = self._new_pool()

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_pool()

    def read(self, jobs: Iterable[ReadJob]) -> Iterator[tuple[ReadJob, Outcome]]:
        """Each job with what it came to, in the order given, reading ahead while the caller works."""
        waiting: deque[tuple[ReadJob, _Future]] = deque()
        for job in jobs:
            waiting.append((job, self._submit(job)))
            if len(waiting) >= self._workers * READ_AHEAD:
                yield self._next(waiting)
        while waiting:
            yield self._next(waiting)

    def _next(self, waiting: deque[tuple[ReadJob, _Future]]) -> tuple[ReadJob, Outcome]:
        job, future = waiting.popleft()
        try:
            return job, self._outcome(job, future)
        except BrokenProcessPool:
            # subtle: pebble gives up a pool when a worker dies between two files. None of those waiting is to blame.
            self._end_pool()
            self._pool = self._new_pool()
            others = [other for other, _ in waiting]
            waiting.clear()
            again = self._submit(job)
            waiting.extend((other, self._submit(other)) for other in others)
            return job, self._outcome(job, again)

    def _outcome(self, job: ReadJob, future: _Future) -> Outcome:
        try:
            result = future.result()
        except FutureTimeout:
            return DocumentTooSlow(f"reading it took longer than {self._timeout_s:g} seconds")
        except ProcessExpired as error:
            log.warning("the reader of %s ended with exit code %s", job.key, error.exitcode)
            return DocumentDamaged(CRASHED)
        if isinstance(result, _Bug):
            log.error("reading %s raised %s\n%s", job.key, result.name, result.places)
            return DocumentDamaged(f"{FAILED} ({result.name})")
        return result

    def _submit(self, job: ReadJob) -> _Future:
        arguments = (job.path, job.password, self._ocr_language, self._reader)
        return self._pool.schedule(_read_one, args=arguments, timeout=self._timeout_s)

    def _end_pool(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=TASKS_A_WORKER,
            initializer=_limit_memory,
            initargs=(self._memory_bytes,),
            # A fork would copy the locks that the threads of onnxruntime and torch hold.
            context=multiprocessing.get_context("spawn"),
        )


def _limit_memory(memory_bytes: int) -> None:
    # Only Linux holds a process to its address space: macOS accepts the call or refuses it, and limits nothing,
    # and Windows has no `resource`. There the limit on time is what stops a bomb.
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read_one(
    path: Path, password: str | None, ocr_language: str | None, reader: FileReader | None
) -> Reading | DocumentError | _Bug:
    """Read one file in a worker; every exception comes back as a value."""
    try:
        ocr = _tesseract(ocr_language) if ocr_language else None
        return (reader or _default_reader())(path, password=password, ocr=ocr)
    except DocumentError as error:
        return error.with_traceback(None)
    except MemoryError:
        return DocumentIsBomb("it unpacks to more than the memory that one file may use")
    except Exception as error:  # noqa: BLE001  the edge of a process: a bug in a reader must not end the ingest
        return _Bug(type(error).__name__, _places(error))


@cache
def _tesseract(language: str) -> Tesseract | None:
    return find_tesseract(language)


def _default_reader() -> FileReader:
    from ingest.read import read_file  # here, so that the parent need not load every format's library

    return read_file


def _places(error: BaseException) -> str:
    """Where the exception passed: files and lines only, since its text may quote the document."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
