"""An index folder in, an answerer and its times out: what the benches that ask questions share."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from answer.answerer import Answerer, Asking
from corpus.model import Audience, Document, Page, Passage, Span
from evaluation.bench.corpus import BenchPassage
from evaluation.studied import shipped_vocabulary
from index.embed import Embeddable, Embedded, Embedder
from index.embedded import EmbeddedStore
from index.store import DocumentToStore, IngestReport, PassageToStore

LIBRARY = "bench"
TOGETHER = 256
TODAY = dt.date(2026, 11, 1)
# Who may see a document, in turn: a library that has a little that not everybody may see, as real ones have.
AUDIENCES = [Audience.PRACTICE] * 12 + [Audience.OFFICER] * 7 + [Audience.CONFIDENTIAL]


def open_answerer(data: Path, embedder: Embedder) -> Answerer:
    """The whole path from question to outcome over the live generation of a data folder."""
    vocabulary = shipped_vocabulary()
    return Answerer(EmbeddedStore(data).open(), embedder, vocabulary, TODAY)


def ask_ms(answerer: Answerer, question: str) -> float:
    """Milliseconds from a question to its outcome, as an officer asks it."""
    began = time.perf_counter()
    answerer.ask(Asking(question, Audience.OFFICER))
    return (time.perf_counter() - began) * 1_000


def build(data: Path, found: Iterable[BenchPassage], embedder: Embedder) -> None:
    """Embed passages and publish them as a generation: an ingest without reading and cutting."""
    store = EmbeddedStore(data)
    store.lock()
    generation = store.next_id()
    store.open_generation(generation, dimension=embedder.dimension, fingerprint=embedder.fingerprint)
    for group in _groups(found):
        store.put(generation, _stored(group, embedder))
    store.publish(generation, store.live())
    store.close()


def _groups(found: Iterable[BenchPassage]) -> Iterator[list[list[BenchPassage]]]:
    """Whole documents, about as many together as an ingest embeds together."""
    group: list[list[BenchPassage]] = []
    for _, document in groupby(found, key=lambda item: item.document):
        group.append(list(document))
        if sum(map(len, group)) >= TOGETHER:
            yield group
            group = []
    if group:
        yield group


def _stored(group: Sequence[Sequence[BenchPassage]], embedder: Embedder) -> list[DocumentToStore]:
    flat = [item for document in group for item in document]
    vectors = iter(embedder.embed_passages([Embeddable(i.context, i.text, i.spans) for i in flat]))
    return [_document(items, [next(vectors) for _ in items]) for items in group]


def _document(items: Sequence[BenchPassage], embedded: Sequence[Embedded]) -> DocumentToStore:
    name = items[0].document
    number = sum(map(ord, name))
    document = Document(
        name, items[0].context.split(" › ")[0], LIBRARY, f"/bench/{name}", audience=AUDIENCES[number % len(AUDIENCES)]
    )
    passages = []
    for i, (item, vectors) in enumerate(zip(items, embedded, strict=True)):
        spans = tuple(Span(start, end, 1) for start, end in item.spans)
        headings = tuple(item.context.split(" › ")[1:])
        passage = Passage(f"{name}-{i}", document.key, i, headings, 1, 1, item.text, spans)
        passages.append(PassageToStore(passage, item.context, passage.id, vectors.vector, vectors.spans))
    page = Page(1, "\n\n".join(item.text for item in items))
    return DocumentToStore(document, name, [page], passages, IngestReport(format="bench", page_count=1))
