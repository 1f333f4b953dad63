"""A generation while it is being written: documents go in one by one, a finished folder comes out.

Vectors are appended to files and a document's rows are committed after them, so a build that was killed leaves whole
documents, which the next build takes over instead of embedding them again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.model import Document
from index.embed import Vectors
from index.files import sha256_of, sync_file, sync_folder, write_atomically
from index.generation import FORMAT, LEXICAL, META, SPANS, Meta, ScopeClass, finished_files
from index.lexical import build_lexical
from index.passages import DATABASE, PassageReader, create, decode_document, insert
from index.store import DocumentToStore
from index.vectors import VectorIndex, build_vectors, measure_recall

STAGING, STAGED_VECTORS, STAGED_SPANS = STAGED = ("staging.sqlite", "staging.f32", "staging.f16")
BLOCK_ROWS = 8_192
RECALL_QUERIES = 64


class Draft:
    """Writes `staging.sqlite` and its vector files in a folder until `finish` makes a generation of them.

    The staged files stay until `meta.json` is written, so that a build killed at any moment can be taken over.
    """

    def __init__(self, folder: Path, dimension: int, fingerprint: str) -> None:
        self._folder = folder
        self._dimension = dimension
        self._fingerprint = fingerprint
        self._db = create(folder / STAGING)
        self._db.execute("pragma synchronous = normal")
        self._db.execute("create table draft (dimension integer, fingerprint text)")
        self._db.execute("insert into draft values (?, ?)", [dimension, fingerprint])
        self._vectors = (folder / STAGED_VECTORS).open("ab")
        self._spans = (folder / STAGED_SPANS).open("ab")
        self._rows = 0
        self._span_count = 0

    def put(self, documents: Sequence[DocumentToStore]) -> None:
        """Add or replace documents, all of them or none."""
        for stored in documents:
            for item in stored.passages:
                _check(item.vector, item.span_vectors, self._dimension, len(item.passage.spans))
        rows, spans = self._rows, self._span_count
        self._write_vectors(documents)
        self._db.execute("begin immediate")
        with self._db:  # all of it, or nothing when something is raised
            for stored in documents:
                self._forget(stored.document.key)
                spans += insert(self._db, stored, rows, spans)
                rows += len(stored.passages)
        self._rows, self._span_count = rows, spans

    def _write_vectors(self, documents: Sequence[DocumentToStore]) -> None:
        """Overwrite from the last committed row on: a put that failed leaves nothing behind."""
        self._vectors.truncate(self._rows * self._dimension * 4)
        self._spans.truncate(self._span_count * self._dimension * 2)
        for stored in documents:
            for item in stored.passages:
                self._vectors.write(item.vector.astype(np.float32).tobytes())
                self._spans.write(item.span_vectors.astype(np.float16).tobytes())
        self._vectors.flush()
        self._spans.flush()

    def delete(self, keys: Sequence[str]) -> None:
        """Remove documents; one that is not there is no error."""
        self._db.execute("begin immediate")
        with self._db:
            for key in keys:
                self._forget(key)

    def _forget(self, key: str) -> None:
        found = self._db.execute("select ord from documents where key = ?", [key]).fetchone()
        if found:
            self._db.execute("delete from passages where document = ?", found)
            self._db.execute("delete from pages where document = ?", found)
            self._db.execute("delete from documents where ord = ?", found)

    def finish(self, generation: str, created: str) -> None:
        """Write the generation's files, `meta.json` last, and remove the staging files."""
        self.close()
        staged = Staged(self._folder)
        order = _final_order(staged)
        classes = _write_database(self._folder, staged, order)
        old_rows = np.concatenate([np.asarray(rows, np.int64) for _, _, rows in order] or [np.zeros(0, np.int64)])
        build_vectors(self._folder, _blocks(staged.vectors, old_rows), self._dimension, len(old_rows))
        span_count = _write_spans(self._folder, staged)
        _write_lexical(self._folder, classes)
        staged.close()
        recall = _recall(self._folder, span_count, self._dimension)
        self._write_meta(generation, created, classes, (len(order), len(old_rows), span_count), recall)
        for name in STAGED:
            (self._folder / name).unlink()
        sync_folder(self._folder)

    def _write_meta(
        self,
        generation: str,
        created: str,
        classes: Sequence[ScopeClass],
        counts: tuple[int, int, int],
        recall: float,
    ) -> None:
        files = finished_files(self._folder, leave_out=STAGED)
        for file in files:
            sync_file(file)
        meta = Meta(
            format=FORMAT, id=generation, created=created, fingerprint=self._fingerprint, dimension=self._dimension,
            document_count=counts[0], passage_count=counts[1], span_count=counts[2], recall_at_10=round(recall, 4),
            classes=tuple(classes), sha256={f.relative_to(self._folder).as_posix(): sha256_of(f) for f in files},
        )  # fmt: skip
        write_atomically(self._folder / META, meta.model_dump_json(indent=1))

    def close(self) -> None:
        self._vectors.close()
        self._spans.close()
        self._db.close()


class Staged:
    """Reads a draft's files, also those of a build that was killed."""

    def __init__(self, folder: Path) -> None:
        file = folder / STAGING
        self._db = sqlite3.connect(file)
        self.dimension, self.fingerprint = self._db.execute("select dimension, fingerprint from draft").fetchone()
        self.vectors = _mapped(folder / STAGED_VECTORS, np.float32, self.dimension)
        self.spans = _mapped(folder / STAGED_SPANS, np.float16, self.dimension)
        self.reader = PassageReader(file)

    def documents(self) -> list[tuple[int, Document, int, int]]:
        """Ordinal, document, first row and number of rows."""
        rows = self._db.execute("select ord, body, first_row, row_count from documents").fetchall()
        return [(number, decode_document(body), first, count) for number, body, first, count in rows]

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        return self._db.execute(sql, values).fetchall()

    def close(self) -> None:
        self._db.close()
        self.reader.close()


def _mapped(file: Path, kind: Any, dimension: int) -> npt.NDArray[Any]:
    count = file.stat().st_size // (dimension * np.dtype(kind).itemsize) if file.exists() else 0
    return np.memmap(file, kind, "r", shape=(count, dimension)) if count else np.zeros((0, dimension), kind)


def _check(vector: npt.NDArray[np.float32], spans: Vectors, dimension: int, span_count: int) -> None:
    if vector.shape != (dimension,) or spans.shape != (span_count, dimension):
        raise ValueError(f"vectors of shape {vector.shape} and {spans.shape} where {dimension} dimensions are needed")
    if not (np.isfinite(vector).all() and np.isfinite(spans).all()):
        raise ValueError("a vector that is not finite cannot be stored")


_ClassKey = tuple[str, str, str, str]


def _class_of(document: Document) -> _ClassKey:
    return document.library, document.audience.value, document.status.value, document.nation.value


def _final_order(staged: Staged) -> list[tuple[int, Document, range]]:
    """Documents so that those alike in scope stand together; ordinal, document and its rows in the draft."""
    found = [(number, document, range(first, first + count)) for number, document, first, count in staged.documents()]
    return sorted(found, key=lambda item: (_class_of(item[1]), item[1].key))


def _write_database(folder: Path, staged: Staged, order: Sequence[tuple[int, Document, range]]) -> list[ScopeClass]:
    """Copy the draft's tables in their final order; returns the classes with their rows."""
    db = create(folder / DATABASE)
    db.execute("pragma synchronous = off")  # synced as a file before meta.json is written
    db.execute("begin")
    row = span = 0
    classes = []
    for kind, group in groupby(order, key=lambda item: _class_of(item[1])):
        first = row
        for old, _, rows in group:
            span = _copy_document(db, staged, old, row, span)
            row += len(rows)
        library, audience, status, nation = kind
        classes.append(
            ScopeClass.model_validate(
                {
                    "library": library, "audience": audience, "status": status, "nation": nation,
                    "first_row": first, "row_count": row - first,
                }
            )
        )  # fmt: skip
    db.execute("commit")
    db.execute("analyze")
    db.close()
    return classes


def _copy_document(db: sqlite3.Connection, staged: Staged, old: int, row: int, span: int) -> int:
    """Copy one document to `row` on; returns the next free span."""
    key, body, content_key, report, count = staged.execute(
        "select key, body, content_key, report, row_count from documents where ord = ?", [old]
    )[0]
    new = db.execute(
        "insert into documents (key, body, content_key, report, first_row, row_count) values (?, ?, ?, ?, ?, ?)",
        [key, body, content_key, report, row, count],
    ).lastrowid
    pages = staged.execute("select number, label, ocr, text from pages where document = ?", [old])
    db.executemany("insert into pages values (?, ?, ?, ?, ?)", [(new, *page) for page in pages])
    passages = staged.execute("select * from passages where document = ? order by row", [old])
    for item in passages:
        values = [row, item[1], new, *item[3:11], span, *item[12:]]
        db.execute("insert into passages values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        row += 1
        span += item[12]
    return span


def _blocks(vectors: npt.NDArray[np.float32], rows: npt.NDArray[np.int64]) -> Iterator[Vectors]:
    for start in range(0, len(rows), BLOCK_ROWS):
        yield vectors[rows[start : start + BLOCK_ROWS]]


def _write_spans(folder: Path, staged: Staged) -> int:
    """Bring the span vectors into the order of the rows; returns how many there are."""
    places = _span_order(folder, staged)
    count = 0
    with (folder / SPANS).open("wb") as out:
        for first, number in places:
            out.write(staged.spans[first : first + number].tobytes())
            count += number
    return count


def _span_order(folder: Path, staged: Staged) -> list[tuple[int, int]]:
    """For each final row, where its spans stand in the draft."""
    places = staged.execute(
        "select d.key, p.ordinal, p.first_span, p.span_count from passages p join documents d on d.ord = p.document"
    )
    old = {(key, ordinal): (first, count) for key, ordinal, first, count in places}
    final = sqlite3.connect(folder / DATABASE)
    rows = final.execute(
        "select d.key, p.ordinal from passages p join documents d on d.ord = p.document order by p.row"
    ).fetchall()
    final.close()
    return [old[key, ordinal] for key, ordinal in rows]


def _write_lexical(folder: Path, classes: Sequence[ScopeClass]) -> None:
    reader = PassageReader(folder / DATABASE)
    ordinals = {key: place[0] for key, place in reader.places().items()}
    starts = np.array([item.first_row + item.row_count for item in classes])
    build_lexical(
        folder / LEXICAL,
        (
            (row, stems, int(np.searchsorted(starts, row, side="right")), ordinals[key])
            for row, stems, key in list(reader.rows_for_lexical())
        ),
    )
    reader.close()


def _recall(folder: Path, span_count: int, dimension: int) -> float:
    """Recall of the vector search against brute force, asked with sentences of the library itself."""
    if not span_count:
        return 1.0
    index = VectorIndex(folder)
    spans = np.memmap(folder / SPANS, np.float16, "r", shape=(span_count, dimension))
    step = max(1, span_count // RECALL_QUERIES)
    return measure_recall(index, spans[::step][:RECALL_QUERIES].astype(np.float32))
