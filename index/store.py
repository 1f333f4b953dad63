"""What a passage store promises, whichever engine is behind it.

The embedded store (`index/embedded.py`) keeps generations as folders; a store on PostgreSQL can take its place by
showing the same behaviour (`tests/index/store_contract.py`):

1. The scope is applied before the best `k` are chosen, in both rankings: min(k, visible) hits, never one outside it.
   An empty scope finds nothing.
2. Similarities are exact inner products of unit vectors; ties stand in row order.
3. A snapshot is one generation for both rankings and for the passages read after; publishing does not change it.
4. A document is put whole or not at all; putting it again replaces it.
5. Publishing is a compare-and-set: of several writers that saw the same live generation, one wins.
6. Hidden documents are found by no snapshot from that moment on.

Tokenising, weights of terms, fusion and the choice of passages are outside, so that rankings are alike everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.model import Audience, Document, Nation, Page, Passage, Status
from index.embed import Vectors


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search may see. All four are needed; an empty one finds nothing."""

    libraries: frozenset[str]
    audiences: frozenset[Audience]
    statuses: frozenset[Status]
    nations: frozenset[Nation]

    @classmethod
    def of_role(cls, role: Audience, libraries: Sequence[str], nation: Nation | None = None) -> Scope:
        """What a reader of `role` may see of `libraries`: everything but what was withdrawn.

        With a `nation`, documents of that nation and of the whole United Kingdom.
        """
        nations = {nation, Nation.UK} if nation else set(Nation)
        return cls(
            frozenset(libraries),
            frozenset(a for a in Audience if a.admits(role)),
            frozenset(Status) - {Status.WITHDRAWN},
            frozenset(nations),
        )

    def admits(self, document: Document) -> bool:
        return (
            document.library in self.libraries
            and document.audience in self.audiences
            and document.status in self.statuses
            and document.nation in self.nations
        )


@dataclass(frozen=True, slots=True)
class PassageToStore:
    """A passage with what it is searched by. `span_vectors` has one row for each of the passage's spans."""

    passage: Passage
    context: str
    embed_key: str
    vector: npt.NDArray[np.float32]
    span_vectors: Vectors


@dataclass(frozen=True, slots=True)
class IngestReport:
    """How reading a document ended: `indexed`, `warnings` or `failed`, each warning or error one sentence."""

    state: str = "indexed"
    format: str = ""
    page_count: int = 0
    error: str = ""
    code: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentToStore:
    """A document as a whole. `content_key` changes when it would have to be read again."""

    document: Document
    content_key: str
    pages: Sequence[Page] = ()
    passages: Sequence[PassageToStore] = ()
    report: IngestReport = field(default_factory=IngestReport)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as a generation lists it, with what became of it."""

    document: Document
    content_key: str
    report: IngestReport
    passage_count: int


@dataclass(frozen=True, slots=True)
class Found:
    """A passage read back, with its document and the context line it was searched by.

    `context_stems` and `span_stems` are what `index.lexical.analyse` gives for the context line and for each span;
    `stems_in_order` the same for the spans, in the order of the text, a line for each.
    """

    row: int
    passage: Passage
    document: Document
    context: str
    context_stems: frozenset[str]
    span_stems: tuple[frozenset[str], ...]
    stems_in_order: str = ""

    @property
    def stems(self) -> frozenset[str]:
        return self.context_stems.union(*self.span_stems)


@dataclass(frozen=True, slots=True)
class Hit:
    """A row of a ranking; `score` is a cosine in the dense one and BM25 in the lexical one."""

    row: int
    score: float


@dataclass(frozen=True, slots=True)
class Query:
    """One search: a unit vector of shape (d,), weighted terms as `index.lexical.analyse` gives them, or both."""

    vector: npt.NDArray[np.float32] | None
    terms: Mapping[str, float]
    k: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class Result:
    generation: str
    dense: Sequence[Hit]
    lexical: Sequence[Hit]


class Snapshot(Protocol):
    """One generation, opened: it stays the same however often others publish."""

    @property
    def generation(self) -> str: ...

    @property
    def fingerprint(self) -> str:
        """Of the model whose vectors it holds."""

    @property
    def libraries(self) -> Sequence[str]: ...

    def search(self, query: Query) -> Result: ...

    def similarities(self, vector: npt.NDArray[np.float32], rows: Sequence[int]) -> npt.NDArray[np.float32]:
        """The cosine of each row's passage with `vector`; shape (len(rows),)."""

    def span_similarities(self, vectors: Vectors, rows: Sequence[int]) -> list[npt.NDArray[np.float32]]:
        """For each row the cosines of its spans with each of `vectors`; shape (q, spans) each."""

    def document_frequency(self, term: str) -> int:
        """In how many passages of the whole generation a term occurs."""

    def stems_with_prefix(self, prefix: str) -> list[str]:
        """The library's stems that begin with `prefix`, in alphabetical order."""

    def passages(self, rows: Sequence[int]) -> list[Found]: ...

    def page(self, document: str, number: int) -> Page | None: ...

    def document(self, key: str) -> StoredDocument | None: ...

    def documents(self) -> list[StoredDocument]: ...

    def count(self, scope: Scope) -> int: ...

    def close(self) -> None: ...


class PassageStore(Protocol):
    """Where generations are built, published and opened."""

    def open_generation(self, generation: str, *, dimension: int, fingerprint: str) -> None:
        """Begin (or go on with) a generation that nobody sees until it is published."""

    def put(self, generation: str, documents: Sequence[DocumentToStore]) -> None: ...

    def delete(self, generation: str, keys: Sequence[str]) -> None: ...

    def publish(self, generation: str, expected: str | None) -> None:
        """Make it the live one. Raises: StaleGeneration when `expected` is not live any more."""

    def live(self) -> str | None: ...

    def open(self, generation: str | None = None) -> Snapshot:
        """Open a generation, the live one by default. Raises: IndexMissing, IndexDamaged, IndexMismatch."""

    def generations(self) -> list[str]: ...

    def drop(self, generation: str) -> None: ...

    def hide(self, keys: Mapping[str, str]) -> None:
        """Take documents out of all searches at once; key to reason."""

    def show(self, keys: Sequence[str]) -> None: ...

    def hidden(self) -> Mapping[str, str]: ...

    def close(self) -> None: ...
