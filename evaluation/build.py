"""Builds the index that a question set is asked of, once for each set, model and version of reader and splitter."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from corpus.errors import DocumentError
from corpus.manifest import Library, Source, load_library
from corpus.model import Audience, Document
from index.embed import Embedder
from index.embedded import EmbeddedStore
from index.store import Snapshot
from ingest.blocks import Block, BlockKind, Reading
from ingest.pipeline import Ingest, Options
from ingest.read import SUFFIXES
from ingest.worker import ReaderPool, ReadJob


class Silent:
    """Progress that nobody watches."""

    def start(self, total_bytes: int) -> None:
        """Nothing to show."""

    def advance(self, done_bytes: int, passages: int) -> None:
        """Nothing to show."""

    def say(self, what: str) -> None:
        """Nothing to show."""


def index_folder(folder: Path, data: Path, embedder: Embedder, options: Options) -> Snapshot:
    """Ingest a folder of documents as it is, closed documents included, into `data`."""
    store = EmbeddedStore(data)
    with ReaderPool(workers=2, timeout_s=60.0, memory_bytes=2 << 30, ocr_language=None) as pool:
        Ingest(store, embedder, lambda: pool, Silent(), options).run([load_library(folder, SUFFIXES)])
    store.close()
    return store.open()


def index_texts(
    documents: dict[str, tuple[str, str]], name: str, data: Path, embedder: Embedder, options: Options
) -> Snapshot:
    """Ingest records of title and text, each a public document."""
    data.mkdir(parents=True, exist_ok=True)
    listing = data / "records.txt"
    listing.write_text(hashlib.sha256(repr(sorted(documents.items())).encode()).hexdigest(), "utf-8")
    sources = [_source(key, title, name, listing) for key, (title, _) in documents.items()]
    store = EmbeddedStore(data)
    reader = _Records({f"{name}/{key}": text for key, (_, text) in documents.items()})
    Ingest(store, embedder, lambda: reader, Silent(), options).run([Library(name, name, data, sources)])
    store.close()
    return store.open()


def _source(key: str, title: str, library: str, file: Path) -> Source:
    document = Document(key, title or key, library, str(file), audience=Audience.PUBLIC)
    return Source(document, file, title_given=True)


class _Records:
    """A `Reader` of texts that are already at hand."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def read(self, jobs: Iterable[ReadJob]) -> Iterator[tuple[ReadJob, Reading | DocumentError]]:
        for job in jobs:
            yield job, Reading("record", _blocks(self._texts[job.key]))


def _blocks(text: str) -> list[Block]:
    parts: Sequence[str] = [part.strip() for part in text.split("\n\n")]
    lines = itertools.chain.from_iterable(_lines(part) for part in parts if part)
    return list(lines)


def _lines(part: str) -> Iterator[Block]:
    """A paragraph, or the entries of a list."""
    lines = [line.strip() for line in part.splitlines() if line.strip()]
    if len(lines) > 1 and all(line[0] in "*-•" for line in lines):
        yield from (Block(BlockKind.ITEM, line) for line in lines)
    else:
        yield Block(BlockKind.PARAGRAPH, " ".join(lines))
