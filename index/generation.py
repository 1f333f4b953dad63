"""One complete, immutable build of the index, as a folder: what is in it, and whether it is whole.

generations/<id>/
    passages.sqlite          documents, pages, passages
    vectors.faiss            passage vectors, exact
    vectors.fastscan.faiss   the same, compressed, where there are many
    spans.f16                vectors of sentences, list entries and rows; half precision, shape (m, d)
    lexical/                 the tantivy index
    meta.json                written last: without it the folder is not a generation
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import IndexDamaged, IndexMismatch
from corpus.model import Audience, Nation, Page, Status
from index.embed import Vectors
from index.files import Verified
from index.lexical import LexicalIndex
from index.passages import DATABASE, PassageReader
from index.store import Found, Query, Result, Scope, StoredDocument
from index.vectors import VectorIndex

META, SPANS, LEXICAL = "meta.json", "spans.f16", "lexical"

# Counts up when a generation is written otherwise, or `index.lexical.analyse` gives other stems; another format is
# refused, not guessed at.
FORMAT = 2


class ScopeClass(BaseModel):
    """A run of rows that are alike in all that a scope asks about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    library: str
    audience: Audience
    status: Status
    nation: Nation
    first_row: int
    row_count: int


class Meta(BaseModel):
    """`meta.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    id: str
    created: str
    fingerprint: str
    dimension: int
    document_count: int
    passage_count: int
    span_count: int
    recall_at_10: float
    classes: tuple[ScopeClass, ...]
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    ordinal: int
    first_row: int
    row_count: int


class Generation:
    """A `Snapshot` over a generation's folder. `hidden` gives the documents that nobody may find, at any moment."""

    def __init__(self, folder: Path, meta: Meta, hidden: Mapping[str, str]) -> None:
        self._folder = folder
        self._hidden = hidden
        self.meta = meta
        self.generation = meta.id
        self.fingerprint = meta.fingerprint
        self.libraries = sorted({item.library for item in meta.classes})
        self.reader = self._passages = PassageReader(folder / DATABASE)
        self._vectors = VectorIndex(folder)
        self._lexical = LexicalIndex(folder / LEXICAL)
        self._spans = read_spans(folder / SPANS, meta.span_count, meta.dimension)
        self.raw_vectors, self.raw_spans = self._vectors.raw, self._spans
        self._places: dict[str, _Place] = {}

    def search(self, query: Query) -> Result:
        classes = [i for i, item in enumerate(self.meta.classes) if _admits(query.scope, item)]
        hidden = self._hidden_places()
        dense = []
        if query.vector is not None:
            if query.vector.shape != (self.meta.dimension,):
                raise IndexMismatch(
                    f"The question's vector has {query.vector.shape[0]} dimensions and generation {self.generation}"
                    f" has {self.meta.dimension}; run lmc ingest with the same model."
                )
            dense = self._vectors.search(query.vector, query.k, self._ranges(classes, hidden))
        ordinals = [place.ordinal for place in hidden]
        lexical = self._lexical.search(query.terms, query.k, classes, ordinals)
        return Result(self.generation, dense, lexical)

    def _ranges(self, classes: Sequence[int], hidden: Sequence[_Place]) -> list[tuple[int, int]]:
        """The rows of the admitted classes, less the hidden documents, as half-open ranges."""
        ranges = [(c.first_row, c.first_row + c.row_count) for c in (self.meta.classes[i] for i in classes)]
        for place in hidden:
            ranges = [part for whole in ranges for part in _without(whole, place)]
        return _joined(ranges)

    def _hidden_places(self) -> list[_Place]:
        if not self._hidden:
            return []
        if not self._places:
            self._places = {key: _Place(*place) for key, place in self._passages.places().items()}
        return [self._places[key] for key in self._hidden if key in self._places]

    def similarities(self, vector: npt.NDArray[np.float32], rows: Sequence[int]) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = self._vectors.raw[list(rows)] @ vector
        return found

    def span_similarities(self, vectors: Vectors, rows: Sequence[int]) -> list[npt.NDArray[np.float32]]:
        places = self._passages.span_places(rows)
        wanted = [np.arange(first, first + count) for first, count in places]
        if not wanted:
            return []
        picked = self._spans[np.concatenate(wanted)].astype(np.float32)
        cosines = vectors @ picked.T
        ends = list(accumulate(count for _, count in places))
        return [cosines[:, end - count : end] for end, (_, count) in zip(ends, places, strict=True)]

    def document_frequency(self, term: str) -> int:
        return self._lexical.document_frequency(term)

    def stems_with_prefix(self, prefix: str) -> list[str]:
        return self._lexical.stems_with_prefix(prefix)

    def passages(self, rows: Sequence[int]) -> list[Found]:
        return self._passages.passages(rows)

    def page(self, document: str, number: int) -> Page | None:
        return self._passages.page(document, number)

    def document(self, key: str) -> StoredDocument | None:
        return None if key in self._hidden else self._passages.document(key)

    def documents(self) -> list[StoredDocument]:
        return self._passages.documents()

    def count(self, scope: Scope) -> int:
        classes = [i for i, item in enumerate(self.meta.classes) if _admits(scope, item)]
        return sum(end - start for start, end in self._ranges(classes, self._hidden_places()))

    def close(self) -> None:
        self._passages.close()


def _admits(scope: Scope, item: ScopeClass) -> bool:
    return (
        item.library in scope.libraries
        and item.audience in scope.audiences
        and item.status in scope.statuses
        and item.nation in scope.nations
    )


def _without(whole: tuple[int, int], place: _Place) -> list[tuple[int, int]]:
    start, end = whole
    first, last = max(start, place.first_row), min(end, place.first_row + place.row_count)
    if first >= last:
        return [whole]
    return [part for part in ((start, first), (last, end)) if part[0] < part[1]]


def _joined(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbouring ranges as one, so that they are searched in one go."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        elif start < end:
            joined.append((start, end))
    return joined


def read_spans(file: Path, count: int, dimension: int) -> npt.NDArray[np.float16]:
    """The span vectors, mapped; shape (count, dimension)."""
    if not count:
        return np.zeros((0, dimension), np.float16)
    return np.memmap(file, np.float16, "r", shape=(count, dimension))


def finished_files(folder: Path, *, leave_out: Collection[str]) -> list[Path]:
    """Every file of a generation but its `meta.json` and tantivy's lock files, in a fixed order."""
    others = {folder / name for name in (META, *leave_out)}  # by path: tantivy has a meta.json of its own
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return [file for file in files if file.suffix != ".lock" and file not in others]


def read_meta(folder: Path) -> Meta:
    """Raises: IndexDamaged or IndexMismatch, in a sentence."""
    try:
        text = (folder / META).read_text("utf-8")
        plain = json.loads(text)
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"Generation {folder.name} has no readable {META}; run lmc ingest to build anew.") from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise IndexMismatch(f"Generation {folder.name} has another format than this version reads; run lmc ingest.")
    try:
        return Meta.model_validate_json(text)
    except ValidationError as error:
        raise IndexDamaged(f"Generation {folder.name} has a damaged {META}; run lmc ingest to build anew.") from error


def open_generation(folder: Path, hidden: Mapping[str, str], verified: Verified) -> Generation:
    """Open a generation after checking every file against its checksum. Raises: IndexDamaged, IndexMismatch."""
    meta = read_meta(folder)
    wrong = verified.check(folder, meta.sha256)
    if wrong:
        raise IndexDamaged(
            f"Generation {folder.name} is damaged: {wrong} is not what was written; run lmc ingest to build anew."
        )
    if (folder / SPANS).stat().st_size != meta.span_count * meta.dimension * np.dtype(np.float16).itemsize:
        raise IndexDamaged(
            f"Generation {folder.name} is damaged: {META} does not fit {SPANS}; run lmc ingest to build anew."
        )
    return Generation(folder, meta, hidden)
