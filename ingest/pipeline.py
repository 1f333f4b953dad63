"""A library in, a new index generation out: what changed is read, cleaned, cut, embedded and published.

What did not change is taken over from the live generation, or from a build that was killed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from corpus.errors import DocumentError, NothingIngested
from corpus.manifest import Library, Source
from corpus.model import Document, Page, Status
from index.donors import Donor, Donors, open_donors
from index.embed import Embeddable, Embedded, Embedder
from index.embedded import EmbeddedStore
from index.files import sha256_of
from index.store import DocumentToStore, IngestReport, PassageToStore, StoredDocument
from ingest.blocks import Reading
from ingest.clean import clean
from ingest.read import READER_VERSION
from ingest.split import PASSAGE_CHARS, SPLITTER_VERSION, Cut, context_line, split, store_pages
from ingest.worker import ReadJob

log = logging.getLogger(__name__)

# Passages that are embedded together: enough to sort by length, few enough to lose little in a crash.
EMBED_TOGETHER = 256
KEPT_GENERATIONS = 3
DELETED = "deleted: the file or its library is gone"
WITHDRAWN = "withdrawn in the manifest"


class Reader(Protocol):
    """Reads files in worker processes; see `ingest.worker.ReaderPool`."""

    def read(self, jobs: Iterable[ReadJob]) -> Iterator[tuple[ReadJob, Reading | DocumentError]]: ...


class Progress(Protocol):
    """Told what is happening: bytes of files done, and passages embedded so far."""

    def start(self, total_bytes: int) -> None: ...

    def advance(self, done_bytes: int, passages: int) -> None: ...

    def say(self, what: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Options:
    """What decides how a file comes out, apart from the file."""

    passage_chars: int = PASSAGE_CHARS
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """One source with what is to be done: `new`, `changed`, `metadata` or `unchanged`."""

    source: Source
    change: str
    content_key: str
    size_bytes: int
    before: StoredDocument | None


@dataclass(frozen=True, slots=True)
class Plan:
    documents: Sequence[Planned]
    removed: Sequence[str]
    kept: Sequence[str]
    problems: Sequence[str]

    def count(self, change: str) -> int:
        return sum(item.change == change for item in self.documents)

    @property
    def is_empty(self) -> bool:
        return not self.removed and all(item.change == "unchanged" for item in self.documents)


@dataclass(slots=True)
class Summary:
    """How an ingest ended; times are seconds of the clock on the wall."""

    generation: str | None = None
    published: bool = False
    plan: Plan | None = None
    reports: dict[str, IngestReport] = field(default_factory=dict)
    passages: int = 0
    embedded: int = 0
    seconds: float = 0.0
    recall_at_10: float = 1.0


def content_key(source: Source, file_sha256: str, options: Options) -> str:
    """Equal keys, equal pages and passages: the file, the versions of reader and splitter, and what steers them."""
    parts = [
        file_sha256, READER_VERSION, SPLITTER_VERSION, options.passage_chars, options.ocr,
        source.password or "", source.document.title if source.title_given else "", source.published_given,
        source.document.key,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def plan(
    libraries: Sequence[Library],
    before: Mapping[str, StoredDocument],
    options: Options,
    *,
    forget: Sequence[str] = (),
    everything: bool = False,
) -> Plan:
    """Compare libraries on disk with the documents of the live generation.

    Args:
        before: what is live, by document key.
        forget: ids of libraries to drop altogether.
        everything: read all files again, also those that did not change.
    """
    documents = [_planned(source, before, options) for library in libraries for source in library.sources]
    if everything:
        documents = [item if item.change == "new" else replace(item, change="changed") for item in documents]
    present = {item.source.document.key for item in documents}
    ours = {library.id for library in libraries}
    gone = [k for k, s in before.items() if (s.document.library in ours and k not in present)]
    dropped = [k for k, s in before.items() if s.document.library in forget]
    kept = [k for k in before if k not in present and k not in gone and k not in dropped]
    problems = [problem for library in libraries for problem in library.problems]
    return Plan(documents, sorted({*gone, *dropped}), kept, problems)


def _planned(source: Source, before: Mapping[str, StoredDocument], options: Options) -> Planned:
    checksum = sha256_of(source.file)
    source = replace(source, document=replace(source.document, sha256=checksum))
    key = content_key(source, checksum, options)
    old = before.get(source.document.key)
    if old is None:
        change = "new"
    elif old.content_key != key:
        change = "changed"
    else:
        change = "unchanged" if _with_derived(source, old.document) == old.document else "metadata"
    return Planned(source, change, key, source.file.stat().st_size, old)


def _with_derived(source: Source, old: Document) -> Document:
    """The source's metadata with what only reading the file could tell."""
    document = source.document
    return replace(
        document,
        title=document.title if source.title_given else old.title,
        published=document.published if source.published_given else old.published,
    )


class Ingest:
    """One run over some libraries. `store` must be this process's own: it is locked while the run lasts."""

    def __init__(
        self,
        store: EmbeddedStore,
        embedder: Embedder,
        reader: Callable[[], Reader],
        progress: Progress,
        options: Options,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._reader = reader
        self._progress = progress
        self._options = options
        self._summary = Summary()

    def run(self, libraries: Sequence[Library], *, forget: Sequence[str] = (), everything: bool = False) -> Summary:
        """Ingest `libraries`, keep everything else that is live, drop libraries in `forget`, and publish.

        With `everything`, files that did not change are read again too; a passage that comes out as it was keeps
        its vectors.
        Raises: LibraryLocked, StaleGeneration; NothingIngested when not one document could be read.
        """
        began = time.monotonic()
        self._store.lock()
        donors = open_donors(self._store)
        live = self._store.live()
        before = donors.base.documents() if donors.base else {}
        if everything:
            donors = replace(donors, killed=())  # what a build before this one has read is not read again
        todo = plan(libraries, before, self._options, forget=forget, everything=everything)
        self._summary.plan = todo
        if todo.is_empty and donors.base and self._is_as_wanted(donors.base, live):
            self._show_again(todo)
            self._summary.generation = live
            self._summary.reports = {item.source.document.key: _report_before(item) for item in todo.documents}
        else:
            self._build(todo, donors, live)
        self._summary.seconds = time.monotonic() - began
        return self._summary

    def _is_as_wanted(self, base: Donor, live: str | None) -> bool:
        return base.name == live and base.fingerprint == self._embedder.fingerprint

    def _build(self, todo: Plan, donors: Donors, live: str | None) -> None:
        gone = dict.fromkeys(todo.removed, DELETED)
        gone |= {
            item.source.document.key: WITHDRAWN
            for item in todo.documents
            if item.source.document.status is Status.WITHDRAWN
        }
        # At once: a long build must not keep quoting what was taken away. Somebody's own reason stands.
        self._store.hide({key: why for key, why in gone.items() if key not in self._store.hidden()})
        generation = self._store.next_id()
        self._store.open_generation(
            generation, dimension=self._embedder.dimension, fingerprint=self._embedder.fingerprint
        )
        self._progress.start(sum(item.size_bytes for item in todo.documents))
        for stored in self._all(todo, donors):
            self._store.put(generation, stored)
            self._count(stored)
        self._refuse_nothing(todo)
        self._progress.say("Writing the index")
        self._store.publish(generation, live)
        self._tidy(todo)
        self._summary.generation, self._summary.published = generation, True

    def _refuse_nothing(self, todo: Plan) -> None:
        states = [report.state for report in self._summary.reports.values()]
        if todo.documents and not todo.kept and states and all(state == "failed" for state in states):
            raise NothingIngested(
                "Not one document could be read, so nothing was published: "
                + "; ".join(f"{key}: {report.error}" for key, report in list(self._summary.reports.items())[:3])
            )

    def _show_again(self, todo: Plan) -> None:
        """Let documents answer that an ingest had hidden and that are back. Those that are gone stay hidden: a
        reader may still have an earlier generation open, and somebody may roll back to it."""
        present = (item.source.document for item in todo.documents)
        back = {document.key for document in present if document.status is not Status.WITHDRAWN}
        hidden = self._store.hidden().items()
        if shown := [key for key, why in hidden if why in {DELETED, WITHDRAWN} and key in back]:
            self._store.show(shown)

    def _tidy(self, todo: Plan) -> None:
        self._show_again(todo)
        self._store.sweep()
        for old in self._store.generations()[:-KEPT_GENERATIONS]:
            if old != self._store.live():
                self._store.drop(old)

    def _count(self, stored: Sequence[DocumentToStore]) -> None:
        for item in stored:
            self._summary.reports[item.document.key] = item.report
            self._summary.passages += len(item.passages)

    def _all(self, todo: Plan, donors: Donors) -> Iterator[list[DocumentToStore]]:
        """Every document of the new generation, in groups that are embedded together."""
        same = [item for item in todo.documents if item.change in {"unchanged", "metadata"}]
        group: list[Prepared] = []
        for prepared in self._carried(todo.kept, same, donors.base):
            group.append(prepared)
            if sum(len(p.cuts) for p in group) >= EMBED_TOGETHER:
                yield self._embed(group, donors)
                group = []
        for prepared in self._read([item for item in todo.documents if item not in same], donors.killed):
            group.append(prepared)
            if sum(len(p.cuts) for p in group) >= EMBED_TOGETHER:
                yield self._embed(group, donors)
                group = []
        if group:
            yield self._embed(group, donors)

    def _carried(self, kept: Sequence[str], same: Sequence[Planned], base: Donor | None) -> Iterator[Prepared]:
        if base is None:
            return
        known = base.documents()
        for key in kept:
            yield _take_over(base, known[key], known[key].document, 0)
        for item in same:
            old = known[item.source.document.key]
            yield _take_over(base, old, _with_derived(item.source, old.document), item.size_bytes)

    def _read(self, items: Sequence[Planned], donors: Sequence[Donor]) -> Iterator[Prepared]:
        """Documents that are new or changed: taken over from a killed build where it got so far, else read."""
        killed = [(donor, donor.documents()) for donor in donors]
        to_read = []
        for item in items:
            found = _from_killed(item, killed)
            if found:
                yield found
            else:
                to_read.append(item)
        by_key = {item.source.document.key: item for item in to_read}
        jobs = (ReadJob(i.source.document.key, i.source.file, i.source.password) for i in to_read)
        if to_read:
            for job, outcome in self._reader().read(jobs):
                yield prepare(by_key[job.key], outcome, self._options)

    def _embed(self, group: Sequence[Prepared], donors: Donors) -> list[DocumentToStore]:
        """Give every passage its vectors: from a donor that has them, else from the model."""
        fingerprint = self._embedder.fingerprint
        keys = {_embed_key(cut, fingerprint): cut for item in group for cut in item.cuts}
        found: dict[str, Embedded] = {}
        for donor in donors.all:
            if donor.fingerprint == fingerprint:
                found |= donor.embedded([key for key in keys if key not in found])
        missing = [key for key in keys if key not in found]
        fresh = self._embedder.embed_passages([_embeddable(keys[key]) for key in missing])
        found |= dict(zip(missing, fresh, strict=True))
        self._summary.embedded += len(missing)
        self._progress.advance(sum(item.size_bytes for item in group), len(missing))
        return [_with_vectors(item, found, fingerprint) for item in group]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that only lacks its vectors."""

    document: Document
    content_key: str
    pages: Sequence[Page]
    cuts: Sequence[Cut]
    report: IngestReport
    size_bytes: int


def _report_before(item: Planned) -> IngestReport:
    return item.before.report if item.before else IngestReport()


def _take_over(donor: Donor, old: StoredDocument, document: Document, size_bytes: int) -> Prepared:
    found = donor.passages(document.key)
    # A changed title is a changed context line, and is searched anew.
    same_title = document.title == old.document.title
    cuts = [
        Cut(
            item.passage,
            item.context if same_title else context_line(document.title, item.passage.heading_path),
        )
        for item in found
    ]
    return Prepared(document, old.content_key, donor.pages(document.key), cuts, old.report, size_bytes)


def _from_killed(item: Planned, killed: Sequence[tuple[Donor, Mapping[str, StoredDocument]]]) -> Prepared | None:
    for donor, documents in killed:
        old = documents.get(item.source.document.key)
        if old and old.content_key == item.content_key:
            return _take_over(donor, old, _with_derived(item.source, old.document), item.size_bytes)
    return None


def prepare(item: Planned, outcome: Reading | DocumentError, options: Options) -> Prepared:
    """Clean and cut what was read; a file that could not be read becomes a document without passages."""
    document = item.source.document
    if isinstance(outcome, DocumentError):
        report = IngestReport("failed", error=str(outcome), code=outcome.code)
        titled = replace(document, title=document.title or title_of(item.source.file))
        return Prepared(titled, item.content_key, (), (), report, item.size_bytes)
    document = replace(
        document,
        title=document.title or outcome.title or title_of(item.source.file),
        published=document.published or outcome.published,
    )
    blocks = clean(outcome.blocks)
    pages = store_pages(blocks, outcome.page_labels, outcome.ocr_pages)
    cuts = split(blocks, document=document.key, title=document.title, passage_chars=options.passage_chars)
    return Prepared(document, item.content_key, pages, cuts, _report(outcome, options), item.size_bytes)


def _report(reading: Reading, options: Options) -> IngestReport:
    warnings = [_as_sentence(warning) for warning in reading.warnings]
    if reading.blank_pages:
        advice = "" if options.ocr else "; install tesseract to read scanned pages"
        warnings.append(f"{_pages(reading.blank_pages)} no text{advice}.")
    if reading.ocr_pages:
        warnings.append(f"{_pages(reading.ocr_pages, 'was', 'were')} read by OCR; check quotes against the page.")
    state = "warnings" if warnings else "indexed"
    return IngestReport(state, reading.format, reading.page_count, warnings=tuple(warnings))


def _as_sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _pages(numbers: Sequence[int], one: str = "has", many: str = "have") -> str:
    if len(numbers) == 1:
        return f"Page {numbers[0]} {one}"
    return f"Pages {', '.join(map(str, numbers))} {many}"


def title_of(file: Path) -> str:
    """A title made of a file's name, where neither the manifest nor the file has one."""
    return file.stem.replace("_", " ").replace("-", " ").strip().capitalize()


def _embed_key(cut: Cut, fingerprint: str) -> str:
    spans = [(span.start, span.end) for span in cut.passage.spans]
    return hashlib.sha256(json.dumps([fingerprint, cut.context, cut.passage.text, spans]).encode()).hexdigest()[:32]


def _embeddable(cut: Cut) -> Embeddable:
    return Embeddable(cut.context, cut.passage.text, [(span.start, span.end) for span in cut.passage.spans])


def _with_vectors(item: Prepared, vectors: Mapping[str, Embedded], fingerprint: str) -> DocumentToStore:
    passages = []
    for cut in item.cuts:
        key = _embed_key(cut, fingerprint)
        found = vectors[key]
        passages.append(PassageToStore(cut.passage, cut.context, key, found.vector, found.spans))
    return DocumentToStore(item.document, item.content_key, item.pages, passages, item.report)
