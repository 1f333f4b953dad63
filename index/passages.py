"""Documents, pages and passages in one SQLite file: written while a generation is built, then only read."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.model import (
    Audience,
    Authority,
    Document,
    Kind,
    Nation,
    Page,
    Passage,
    Span,
    SpanKind,
    Status,
)  # fmt: skip
from corpus.when import When
from index.lexical import analyse
from index.store import DocumentToStore, Found, IngestReport, PassageToStore, StoredDocument

DATABASE = "passages.sqlite"
MOST_KNOWN = 4_096  # documents kept in memory, about 2 kB each

SCHEMA = """
create table documents (
    ord integer primary key, key text not null unique, body text not null, content_key text not null,
    report text not null, first_row integer not null default 0, row_count integer not null default 0);
create table pages (
    document integer not null, number integer not null, label text not null, ocr integer not null,
    text text not null, primary key (document, number));
create table passages (
    row integer primary key, id text not null, document integer not null, ordinal integer not null,
    headings text not null, page_start integer not null, page_end integer not null, text text not null,
    context text not null, spans text not null, embed_key text not null,
    first_span integer not null, span_count integer not null, stems text not null);
create index passages_by_document on passages (document);
create index passages_by_embed_key on passages (embed_key);
"""

_KINDS = list(SpanKind)


def encode_document(document: Document) -> str:
    """JSON that `decode_document` reads back unchanged."""
    plain = asdict(document)
    for name in ("published", "reviewed", "review_due"):
        value: When | None = getattr(document, name)
        plain[name] = value.iso() if value else None
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=1_024)  # a question meets the same few documents again and again, and they cannot be changed
def decode_document(text: str) -> Document:
    plain: dict[str, Any] = json.loads(text)
    for name in ("published", "reviewed", "review_due"):
        plain[name] = When.parse(plain[name]) if plain[name] else None
    for name, kind in _ENUMS.items():
        plain[name] = kind(plain[name])
    return Document(**plain)


_ENUMS: dict[str, Any] = {
    "kind": Kind, "audience": Audience, "nation": Nation, "authority": Authority, "status": Status,
}  # fmt: skip


def encode_spans(spans: Sequence[Span]) -> str:
    return json.dumps([[s.start, s.end, s.page, _KINDS.index(s.kind)] for s in spans], separators=(",", ":"))


def decode_spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end, page, _KINDS[kind]) for start, end, page, kind in json.loads(text))


def encode_stems(context: str, passage: Passage) -> str:
    """Stems of the context line and of each span, a line each: worked out once, not for every question."""
    parts = [context, *(passage.text[span.start : span.end] for span in passage.spans)]
    return "\n".join(" ".join(analyse(part)) for part in parts)


def encode_report(report: IngestReport) -> str:
    return json.dumps(asdict(report), ensure_ascii=False)


def decode_report(text: str) -> IngestReport:
    plain = json.loads(text)
    return IngestReport(**{**plain, "warnings": tuple(plain["warnings"])})


def create(file: Path) -> sqlite3.Connection:
    """A new, empty database to write to."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript(f"begin; {SCHEMA} commit;")  # one wait for the disk instead of six
    return connection


class PassageReader:
    """Reads a finished (or abandoned) database; safe to share between threads."""

    def __init__(self, file: Path) -> None:
        # `immutable`: nobody writes to a finished generation, so no lock file is needed on a read-only disk.
        self._db = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        self._known: dict[str, StoredDocument | None] = {}

    def close(self) -> None:
        self._db.close()

    def _all(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def documents(self) -> list[StoredDocument]:
        rows = self._all("select body, content_key, report, row_count from documents order by key")
        return [_stored(row) for row in rows]

    def document(self, key: str) -> StoredDocument | None:
        """A document of a finished generation; those that were asked for are remembered, as they cannot change."""
        if key in self._known:
            return self._known[key]
        rows = self._all("select body, content_key, report, row_count from documents where key = ?", [key])
        found = _stored(rows[0]) if rows else None
        if len(self._known) < MOST_KNOWN:
            self._known[key] = found
        return found

    def places(self) -> dict[str, tuple[int, int, int]]:
        """Document key to its ordinal, first row and number of rows."""
        rows = self._all("select key, ord, first_row, row_count from documents")
        return {key: (number, first, count) for key, number, first, count in rows}

    def page(self, key: str, number: int) -> Page | None:
        sql = (
            "select p.number, p.text, p.label, p.ocr from pages p join documents d on d.ord = p.document"
            " where d.key = ? and p.number = ?"
        )
        rows = self._all(sql, [key, number])
        return Page(rows[0][0], rows[0][1], rows[0][2], bool(rows[0][3])) if rows else None

    def pages(self, key: str) -> list[Page]:
        sql = (
            "select p.number, p.text, p.label, p.ocr from pages p join documents d on d.ord = p.document"
            " where d.key = ? order by p.number"
        )
        return [Page(number, text, label, bool(ocr)) for number, text, label, ocr in self._all(sql, [key])]

    def passages(self, rows: Sequence[int]) -> list[Found]:
        """The passages of `rows`, in the order asked for."""
        marks = ",".join("?" * len(rows))
        found = self._all(f"{_PASSAGES} where p.row in ({marks})", list(rows))
        documents: dict[str, Document] = {}
        by_row = {row[0]: _found(row, documents) for row in found}
        return [by_row[row] for row in rows]

    def passages_of(self, key: str) -> list[Found]:
        documents: dict[str, Document] = {}
        rows = self._all(f"{_PASSAGES} where d.key = ? order by p.ordinal", [key])
        return [_found(row, documents) for row in rows]

    def span_places(self, rows: Sequence[int]) -> list[tuple[int, int]]:
        """For each row the first of its span vectors and how many there are."""
        marks = ",".join("?" * len(rows))
        sql = f"select row, first_span, span_count from passages where row in ({marks})"  # noqa: S608
        places = {row: (first, count) for row, first, count in self._all(sql, list(rows))}
        return [places[row] for row in rows]

    def embedded(self, embed_keys: Sequence[str]) -> dict[str, tuple[int, int, int]]:
        """Of the given keys those that are here: key to row, first span vector and number of spans."""
        found: dict[str, tuple[int, int, int]] = {}
        for start in range(0, len(embed_keys), 500):
            part = embed_keys[start : start + 500]
            marks = ",".join("?" * len(part))
            sql = f"select embed_key, row, first_span, span_count from passages where embed_key in ({marks})"  # noqa: S608
            found |= {key: (row, first, count) for key, row, first, count in self._all(sql, list(part))}
        return found

    def rows_for_lexical(self) -> Iterator[tuple[int, str, str]]:
        """Row, stems (a line each for the context and the spans) and document key of every passage, in row order."""
        with self._lock:
            cursor = self._db.execute(
                "select p.row, p.stems, d.key from passages p join documents d on d.ord = p.document order by p.row"
            )
            yield from cursor


_PASSAGES = (
    "select p.row, p.id, p.ordinal, p.headings, p.page_start, p.page_end, p.text, p.context, p.spans, p.stems,"
    " d.key, d.body from passages p join documents d on d.ord = p.document"
)


def _stored(row: Any) -> StoredDocument:
    body, content_key, report, count = row
    return StoredDocument(decode_document(body), content_key, decode_report(report), count)


def _found(row: Any, documents: dict[str, Document]) -> Found:
    number, name, ordinal, headings, start, end, text, context, spans, stems, key, body = row
    if key not in documents:
        documents[key] = decode_document(body)
    passage = Passage(name, key, ordinal, tuple(json.loads(headings)), start, end, text, decode_spans(spans))
    above, *inside = stems.split("\n")
    by_span = tuple(frozenset(line.split()) for line in inside)
    return Found(number, passage, documents[key], context, frozenset(above.split()), by_span, "\n".join(inside))


def insert(db: sqlite3.Connection, stored: DocumentToStore, first_row: int, first_span: int) -> int:
    """Write one document; returns the number of span vectors that belong to it."""
    cursor = db.execute(
        "insert into documents (key, body, content_key, report, first_row, row_count) values (?, ?, ?, ?, ?, ?)",
        [
            stored.document.key, encode_document(stored.document), stored.content_key,
            encode_report(stored.report), first_row, len(stored.passages),
        ],
    )  # fmt: skip
    number = cursor.lastrowid
    db.executemany(
        "insert into pages values (?, ?, ?, ?, ?)",
        [(number, page.number, page.label, int(page.ocr), page.text) for page in stored.pages],
    )
    spans = 0
    for i, item in enumerate(stored.passages):
        db.execute(_INSERT, _row(item, first_row + i, number, first_span + spans))
        spans += len(item.passage.spans)
    return spans


_INSERT = "insert into passages values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _row(item: PassageToStore, row: int, document: int | None, first_span: int) -> list[object]:
    passage = item.passage
    return [
        row, passage.id, document, passage.ordinal, json.dumps(passage.heading_path, ensure_ascii=False),
        passage.page_start, passage.page_end, passage.text, item.context, encode_spans(passage.spans),
        item.embed_key, first_span, len(passage.spans), encode_stems(item.context, passage),
    ]  # fmt: skip
