"""A file in, what it is out: read in a worker process, held against the library, and nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import DocumentError
from corpus.manifest import Source
from corpus.model import Document
from corpus.when import When
from index.files import sha256_of
from ingest.blocks import Reading
from ingest.likeness import Likeness, find_same_file, find_version
from ingest.pipeline import Options, Planned, Reader, prepare, title_of
from ingest.worker import MEMORY_BYTES, TIMEOUT_S, ReaderPool, ReadJob

Readers = Callable[[int], AbstractContextManager[Reader]]
"""Gives a reader with as many processes."""


def reader_pools(
    *, timeout_s: float = TIMEOUT_S, memory_bytes: int = MEMORY_BYTES, ocr_language: str | None = None
) -> Readers:
    """How files are read: in worker processes, within these limits."""
    return lambda workers: ReaderPool(
        workers=workers, timeout_s=timeout_s, memory_bytes=memory_bytes, ocr_language=ocr_language
    )


@dataclass(frozen=True, slots=True)
class Described:
    """What a file is. `error` is a sentence; empty when it can be read.

    `same_as` is the document with the very same bytes, `replaces` the one that this seems to be a new version of.
    """

    name: str
    sha256: str
    size_bytes: int
    title: str
    format: str = ""
    pages: int = 0
    passages: int = 0
    ocr_pages: int = 0
    warnings: tuple[str, ...] = ()
    error: str = ""
    published: When | None = None
    same_as: Document | None = None
    replaces: Likeness | None = None


def describe(path: Path, name: str, documents: Sequence[Document], readers: Readers, options: Options) -> Described:
    """Read a file and say what it is. `name` is what people call it; `documents` are those of the library."""
    checksum, size_bytes = sha256_of(path), path.stat().st_size
    outcome = read_one(path, readers)
    same = find_same_file(checksum, documents)
    if isinstance(outcome, DocumentError):
        title = title_of(Path(name))
        return Described(name, checksum, size_bytes, title, error=as_sentence(str(outcome)), same_as=same)
    source = Source(Document("file", "", "new", path.as_posix(), checksum), Path(name))
    made = prepare(Planned(source, "new", "", size_bytes, None), outcome, options)
    title = made.document.title
    return Described(
        name,
        checksum,
        size_bytes,
        title,
        outcome.format,
        outcome.page_count,
        len(made.cuts),
        len(outcome.ocr_pages),
        made.report.warnings,
        published=made.document.published,
        same_as=same,
        replaces=find_version(name, title, checksum, documents),
    )


def read_one(path: Path, readers: Readers) -> Reading | DocumentError:
    """Read one file within the limits."""
    with readers(1) as pool:
        [(_, outcome)] = pool.read([ReadJob("file", path)])
    return outcome


def as_sentence(error: str) -> str:
    """What readers say without a capital and a full stop: "it is empty"."""
    text = error.rstrip(".")
    return text[:1].upper() + text[1:] + "."


class Preread:
    """A `Reader` that has read some files already, by document key, and leaves the others to another one."""

    def __init__(self, reader: Reader, outcomes: Mapping[str, Reading | DocumentError]) -> None:
        self._reader = reader
        self._outcomes = outcomes

    def read(self, jobs: Iterable[ReadJob]) -> Iterator[tuple[ReadJob, Reading | DocumentError]]:
        todo = list(jobs)
        yield from ((job, self._outcomes[job.key]) for job in todo if job.key in self._outcomes)
        yield from self._reader.read(job for job in todo if job.key not in self._outcomes)
