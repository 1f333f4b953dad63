"""Fakes with behaviour: a model without weights, a reader without processes, a reference without an engine."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from corpus.errors import DocumentDamaged, DocumentError
from corpus.model import Document, Page, Passage, Span
from index.embed import Embeddable, Embedded, Embedder, Vectors
from index.lexical import analyse
from index.store import DocumentToStore, IngestReport, PassageToStore, Scope
from ingest.blocks import Block, BlockKind, Reading
from ingest.read import read_file
from ingest.sentences import sentences
from ingest.split import context_line
from ingest.worker import ReadJob

DIMENSION = 64


@lru_cache(maxsize=8192)
def _direction(word: str) -> npt.NDArray[np.float64]:
    """A direction of its own for each word, the same in every process."""
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(DIMENSION)


def vector_of(text: str) -> npt.NDArray[np.float32]:
    """A unit vector: texts that share stems are near; a trace of the text itself keeps any two apart."""
    found = 0.01 * _direction(f"text:{text}")
    for stem, count in Counter(analyse(text)).items():
        found = found + count * _direction(stem)
    unit: npt.NDArray[np.float32] = (found / np.linalg.norm(found)).astype(np.float32)
    return unit


class FakeEmbedder:
    """An `Embedder` over hashed bags of stems; it remembers what it was asked to embed."""

    dimension = DIMENSION
    max_tokens = 256

    def __init__(self, fingerprint: str = "fake-1") -> None:
        self.fingerprint = fingerprint
        self.embedded: list[str] = []

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return np.stack([vector_of(text) for text in texts]) if texts else np.zeros((0, DIMENSION), np.float32)

    def embed_passages(self, passages: Sequence[Embeddable]) -> list[Embedded]:
        self.embedded += [passage.text for passage in passages]
        return [_embedded(passage) for passage in passages]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [min(len(text.split()) + 2, self.max_tokens) for text in texts]


_: type[Embedder] = FakeEmbedder


def _embedded(passage: Embeddable) -> Embedded:
    spans = [vector_of(passage.text[start:end]) for start, end in passage.spans]
    rows = np.stack(spans) if spans else np.zeros((0, DIMENSION), np.float32)
    return Embedded(vector_of(f"{passage.context}\n{passage.text}"), rows)


# --- documents -----------------------------------------------------------------------------------------


def a_document(name: str = "paper", *, library: str = "lib", **said: Any) -> Document:
    """A document whose title is its id, unless said otherwise."""
    facts: dict[str, Any] = {"title": name.capitalize(), "path": f"/library/{library}/{name}.md"}
    return Document(id=name, library=library, **{**facts, **said})


def a_passage(document: Document, text: str, ordinal: int = 0, headings: Sequence[str] = ()) -> PassageToStore:
    """One passage on page 1 with a span for each of its sentences, embedded by the fake model."""
    spans = tuple(Span(start, end, 1) for start, end in sentences(text))
    name = hashlib.sha256(f"{document.key}\0{text}\0{ordinal}".encode()).hexdigest()[:16]
    passage = Passage(name, document.key, ordinal, tuple(headings), 1, 1, text, spans)
    context = context_line(document.title, headings)
    vectors = _embedded(Embeddable(context, text, [(span.start, span.end) for span in spans]))
    return PassageToStore(passage, context, f"key-{name}", vectors.vector, vectors.spans)


def stored(document: Document | str, *texts: str, content_key: str = "v1") -> DocumentToStore:
    """A document with one passage for each text, all on its page 1."""
    made = a_document(document) if isinstance(document, str) else document
    passages = [a_passage(made, text, number) for number, text in enumerate(texts)]
    report = IngestReport(format="text", page_count=1)
    return DocumentToStore(made, content_key, [Page(1, "\n\n".join(texts))], passages, report)


# --- the slow, obvious reference -------------------------------------------------------------------------


class BruteForce:
    """Both rankings worked out passage by passage: the oracle for every engine. Keys are passage ids."""

    def __init__(self, documents: Sequence[DocumentToStore], hidden: Iterable[str] = ()) -> None:
        self._items = [(item, whole.document) for whole in documents for item in whole.passages]
        self._hidden = set(hidden)
        self._bags = {item.passage.id: Counter(searched_stems(item)) for item, _ in self._items}

    def visible(self, scope: Scope) -> list[PassageToStore]:
        return [i for i, document in self._items if scope.admits(document) and document.key not in self._hidden]

    def dense(self, vector: npt.NDArray[np.float32], scope: Scope) -> dict[str, float]:
        return {item.passage.id: float(item.vector @ vector) for item in self.visible(scope)}

    def lexical(self, terms: Mapping[str, float], scope: Scope) -> dict[str, float]:
        """BM25 over the statistics of everything that is stored, for those that are visible and share a word."""
        scores = {item.passage.id: self._bm25(terms, self._bags[item.passage.id]) for item in self.visible(scope)}
        return {name: score for name, score in scores.items() if score > 0}

    def _bm25(self, terms: Mapping[str, float], bag: Counter[str]) -> float:
        """k1 = 1.2, b = 0.75; exact for passages of up to 40 stems, beyond which the engine rounds lengths."""
        count = len(self._bags)
        average = sum(b.total() for b in self._bags.values()) / count
        score = 0.0
        for stem, weight in terms.items():
            having = sum(stem in b for b in self._bags.values())
            rarity = math.log(1 + (count - having + 0.5) / (having + 0.5))
            norm = 1.2 * (1 - 0.75 + 0.75 * bag.total() / average)
            score += weight * rarity * bag[stem] * 2.2 / (bag[stem] + norm)
        return score


def searched_stems(item: PassageToStore) -> list[str]:
    """The context line counts twice."""
    text = item.passage.text
    spans = [stem for span in item.passage.spans for stem in analyse(text[span.start : span.end])]
    return [*analyse(item.context), *analyse(item.context), *spans]


# --- reading without processes -----------------------------------------------------------------------------


@dataclass
class QuietProgress:
    """Keeps what it was told."""

    said: list[str] = field(default_factory=list)
    total_bytes: int = 0
    done_bytes: int = 0
    passages: int = 0

    def start(self, total_bytes: int) -> None:
        self.total_bytes = total_bytes

    def advance(self, done_bytes: int, passages: int) -> None:
        self.done_bytes += done_bytes
        self.passages += passages

    def say(self, what: str) -> None:
        self.said.append(what)


class DirectReader:
    """A `Reader` in this process for small text files; it remembers which documents it read.

    A line that begins with `# ` is a heading, `- ` an entry of a list, `| ` a table row; `---` ends a page; `! `
    says that the file is damaged, and how. Other lines are paragraphs.
    """

    def __init__(self, on_read: Callable[[ReadJob], None] = lambda job: None) -> None:
        self.read_keys: list[str] = []
        self._on_read = on_read

    def read(self, jobs: Iterable[ReadJob]) -> Iterator[tuple[ReadJob, Reading | DocumentError]]:
        for job in jobs:
            self.read_keys.append(job.key)
            self._on_read(job)
            yield job, reading_of(job.path.read_text("utf-8"))


class ReadHere:
    """Stands in for `ReaderPool`: the real readers, in this process, since processes take a second to start."""

    def __init__(self, **_: object) -> None:
        """The limits of the pool are for processes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left open."""

    def read(self, jobs: Iterable[ReadJob]) -> Iterator[tuple[ReadJob, Reading | DocumentError]]:
        for job in jobs:
            try:
                yield job, read_file(job.path, password=job.password)
            except DocumentError as error:
                yield job, error


_KINDS = {"# ": BlockKind.HEADING, "- ": BlockKind.ITEM, "| ": BlockKind.ROW}


def reading_of(text: str) -> Reading | DocumentError:
    """What `DirectReader` makes of a file's text."""
    if text.startswith("! "):
        return DocumentDamaged(text[2:].strip())
    blocks = []
    for number, page in enumerate(text.split("\n---\n"), 1):
        for line in filter(None, map(str.strip, page.splitlines())):
            kind = _KINDS.get(line[:2], BlockKind.PARAGRAPH)
            body = line if kind is BlockKind.PARAGRAPH else line[2:]
            blocks.append(Block(kind, body, number, int(kind is BlockKind.HEADING)))
    return Reading("text", blocks, blocks[-1].page if blocks else 1)


def write_library(root: Path, files: Mapping[str, str], manifest: str = "") -> Path:
    """A library folder with these files, and only these."""
    root.mkdir(parents=True, exist_ok=True)
    for old in root.rglob("*.txt"):
        old.unlink()
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    if manifest:
        (root / "manifest.toml").write_text(manifest, "utf-8")
    return root
