"""The librarian's desk: what administrators do to the library, the same from Slack and from `lmc`.

Every change holds the store's lock, so that one runs at a time, and ends in a published generation or in the library
as it was (see ingest/books.py). Done a second time, a change changes nothing.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.errors import DocumentError, IndexDamaged, IndexMismatch, IndexMissing, ManifestError
from corpus.manifest import SLUG
from corpus.model import Document, Status
from index.embed import Embedder
from index.embedded import EmbeddedStore
from index.files import sha256_of, sync_file, sync_folder
from index.generation import read_meta
from index.store import StoredDocument
from ingest.blocks import Reading
from ingest.books import Books, changing, keep, kept, read_books, shelf, tidy, write_books
from ingest.describe import Described, Preread, Readers, as_sentence, describe, read_one, reader_pools
from ingest.likeness import find_same_file
from ingest.news import News, news
from ingest.pipeline import DELETED, WITHDRAWN, Ingest, Options, Planned, Progress, Summary
from ingest.read import SUFFIXES
from ingest.register import STARTER, Registered, libraries_to_ingest, registered, sources_text
from ingest.shelf import (
    Facts,
    file_path,
    new_id,
    overrides_of,
    overrides_text,
    paths_of,
    with_entry,
    with_successor,
    without_claims_of,
)

# What is remembered of generations, which never change: the live one, the one before, and those looked at by name.
MOST_REMEMBERED = 4
INBOUND = "inbound"
READERS = 2
# What a new version keeps of the document that it replaces, unless it is told otherwise.
INHERITED = ("contact", "publisher", "kind", "nation", "authority", "licence")


class ChangeRefused(ManifestError):
    """The library cannot be changed as asked; the sentence is for whoever asked, in Slack too."""


class AlreadyThere(ChangeRefused):
    """The file's bytes are those of a document elsewhere in the library."""

    def __init__(self, document: Document) -> None:
        super().__init__(f"This file is in the library already, as “{document.title}” ({document.key}).")
        self.document = document


class Silent:
    """A `Progress` that tells nobody."""

    def start(self, total_bytes: int) -> None: ...

    def advance(self, done_bytes: int, passages: int) -> None: ...

    def say(self, what: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did. `before` and `after` are generations, equal when nothing had to be built.

    The lists hold document keys; `failures` gives for each document that could not be read a sentence; `documents`
    and `passages` count the live library. `key` is the document that was added or marked.
    """

    before: str | None
    after: str
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    documents: int = 0
    passages: int = 0
    seconds: float = 0.0
    key: str = ""


@dataclass(frozen=True, slots=True)
class LibraryState:
    """The library as it serves. `failures` are sentences and `hidden` reasons, by document key."""

    live: str | None
    built: dt.datetime | None
    documents: int
    passages: int
    failures: Mapping[str, str]
    hidden: Mapping[str, str]
    generations: tuple[str, ...]
    libraries: tuple[str, ...]
    titles: Mapping[str, str]


class Desk:
    """See the module. Safe to share between threads.

    Args:
        embedder: gives the model; called only when a generation is to be built.
        readers: give the worker processes that read files.
        library: where a document goes that names no library and replaces nothing; else the first one registered.
        starter: what is ingested where nothing has been registered.
    """

    def __init__(
        self,
        data: Path,
        embedder: Callable[[], Embedder],
        *,
        readers: Readers | None = None,
        options: Options | None = None,
        library: str | None = None,
        starter: Path = STARTER,
    ) -> None:
        self._data = data
        self._embedder = embedder
        self._readers = readers or reader_pools()
        self._options = options or Options()
        self._library = library
        self._starter = starter
        self._remembered: dict[str, Sequence[StoredDocument]] = {}

    def inbound(self, name: str) -> Path:
        """A folder for a file that somebody sent, until it is on the shelf; whoever asks for it deletes it."""
        return self._data / INBOUND / name

    # --- looking -------------------------------------------------------------------------------------------------

    def describe(self, path: Path, name: str = "") -> Described:
        """Read a file in a worker process and say what it is; nothing is changed.

        Args:
            path: its suffix must be that of the file as it was sent.
            name: what people call the file; its title is made of this where it has none.
        """
        documents = [item.document for item in self.documents()]
        return describe(path, name or path.name, documents, self._readers, self._options)

    def document(self, name: str) -> StoredDocument:
        """The live document of this key, or of this id where only one library has it. Raises: IndexMissing."""
        return only(self.documents(), name)

    def documents(self) -> Sequence[StoredDocument]:
        """All documents of the generation that serves, hidden ones too; none before the first ingest."""
        store = EmbeddedStore(self._data)
        return self._of(store, store.live()) if store.live() else ()

    def state(self) -> LibraryState:
        store = EmbeddedStore(self._data)
        stored, live = self.documents(), store.live()
        return LibraryState(
            live,
            _built(store, live) if live else None,
            len(stored),
            sum(item.passage_count for item in stored),
            {item.document.key: as_sentence(item.report.error) for item in stored if item.report.state == "failed"},
            dict(store.hidden()),
            tuple(store.generations()),
            tuple(sorted({item.document.library for item in stored})),
            {item.document.key: item.document.title for item in stored},
        )

    def changes(self, limit: int = 20) -> list[News]:
        """What changed lately: first what the live generation brought, then what bears the newest dates.

        Hidden and unreadable documents are left out. Who may see the others is for the caller to decide, by each
        document's audience.
        """
        store = EmbeddedStore(self._data)
        live, hidden = store.live(), store.hidden()
        now = {s.document.key: s for s in self.documents() if s.document.key not in hidden and s.passage_count}
        earlier = [name for name in store.generations() if live and name < live]
        try:
            before = {s.document.key: s for s in self._of(store, earlier[-1])} if earlier else now
        except (IndexMissing, IndexDamaged, IndexMismatch):
            before = now  # the dates are left
        return news(now, before)[:limit]

    def overrides(self) -> dict[str, str]:
        """Document key to the id of what an administrator said replaces it."""
        return {key: said.superseded_by for key, said in overrides_of(read_books(self._data).overrides).items()}

    def verify(self, generation: str | None = None) -> str:
        """Check every file of a generation, the live one by default: what is wrong with it, or "".

        Raises: IndexMissing when there is no such generation.
        """
        store = EmbeddedStore(self._data)
        name = generation or store.live()
        if name is None:
            raise IndexMissing("Nothing has been ingested yet; run lmc ingest first.")
        if name not in store.generations():
            raise IndexMissing(f"There is no generation {name}; lmc generations lists those that are there.")
        return store.verify(name) or ""

    def _of(self, store: EmbeddedStore, generation: str | None) -> Sequence[StoredDocument]:
        """The documents of a generation; of the live one's stand-in where that is damaged."""
        live = store.live()
        if generation and generation in self._remembered:
            return self._remembered[generation]
        snapshot = store.open(None if generation == live else generation)
        try:
            found = snapshot.documents()
        finally:
            snapshot.close()
        others = list(self._remembered.items())[-MOST_REMEMBERED + 1 :]
        self._remembered = {**dict(others), snapshot.generation: found}
        return found

    # --- at once: no new generation is needed --------------------------------------------------------------------

    def withdraw(self, name: str, reason: str) -> Document:
        """Take a document out of all answers from now on, whatever is ingested later. Raises: IndexMissing."""
        document = self.document(name).document
        # An ingest shows again what it hid itself, and knows that by the reason.
        lasting = f"{reason} (by an administrator)" if reason in {DELETED, WITHDRAWN} else reason
        EmbeddedStore(self._data).hide({document.key: lasting})
        return document

    def restore(self, name: str) -> Document:
        """Let a document answer again. Raises: IndexMissing, or ChangeRefused when its manifest withdraws it."""
        document = self.document(name).document
        if document.status is Status.WITHDRAWN:
            raise ChangeRefused(f"{document.key} is withdrawn in its manifest; change its status there.")
        EmbeddedStore(self._data).show([document.key])
        return document

    # --- changes that publish ------------------------------------------------------------------------------------

    def ensure(self, progress: Progress | None = None) -> Changed | None:
        """Ingest what is registered, or the starter library, where nothing has ever been ingested."""
        if EmbeddedStore(self._data).live() is not None:
            return None
        return self.reindex(progress, everything=False)

    def reindex(self, progress: Progress | None = None, *, everything: bool = True) -> Changed:
        """Ingest all that is registered; with `everything`, files that did not change are read again too.

        Raises: LibraryLocked when somebody else is changing the library; OperatorError when it cannot be built.
        """
        with self._change() as (store, _):
            return self._ingest(store, progress, everything=everything)

    def add(self, file: Path, facts: Facts, progress: Progress | None = None) -> Changed:
        """Put a file on the shelf with what is said about it, mark what it replaces, and publish.

        A file whose bytes are on the shelf already gets these facts instead of those that it had.

        Raises: ChangeRefused when the facts cannot stand or the file cannot be read, naming the document;
            LibraryLocked when somebody else is changing the library. The library is then as it was.
        """
        if problems := facts.problems():
            raise ChangeRefused(" ".join(problems.values()))
        if file.suffix.lower() not in SUFFIXES:
            raise ChangeRefused(f"{file.name} cannot be read; send one of {', '.join(sorted(SUFFIXES))}.")
        outcome = read_one(file, self._readers)
        if isinstance(outcome, DocumentError):
            raise ChangeRefused(f"“{facts.title}” cannot be added. {as_sentence(str(outcome))}")
        with self._change() as (store, before):
            key, books = self._placed(before, file, facts)
            write_books(self._data, books)
            return replace(self._ingest(store, progress, read={key: outcome}), key=key)

    def supersede(self, name: str, by: str | None, progress: Progress | None = None) -> Changed:
        """Mark a document as replaced by another one of its library, or, with None, as not replaced after all.

        Raises: IndexMissing for a document that is not there; ChangeRefused when one cannot replace the other.
        """
        document = self.document(name).document
        successor = self.document(by).document if by else None
        if successor:
            _refuse_successor(document, successor)
        with self._change() as (store, before):
            said = with_successor(overrides_of(before.overrides), document.key, successor.id if successor else None)
            write_books(self._data, replace(before, overrides=overrides_text(said)))
            return replace(self._ingest(store, progress), key=document.key)

    def rollback(self, generation: str | None = None) -> Changed:
        """Serve an earlier generation, by default the one before, and go on from what it was made from.

        Raises: IndexMissing, IndexDamaged or IndexMismatch when it cannot serve.
        """
        with self._change() as (store, _):
            live = store.live()
            target = generation or next((n for n in reversed(store.generations()) if live and n < live), None)
            if target is None:
                raise IndexMissing("There is no earlier generation to roll back to.")
            store.open(target).close()
            if target != live:
                if books := kept(self._data, target):
                    write_books(self._data, books)
                store.publish(target, live)
            return self._compared(store, live, target)

    # --- inside a change -----------------------------------------------------------------------------------------

    @contextmanager
    def _change(self) -> Iterator[tuple[EmbeddedStore, Books]]:
        """The store, locked, and the books before. Raises: LibraryLocked at once when somebody else has it."""
        store = EmbeddedStore(self._data)
        try:
            store.lock()
            try:
                with changing(self._data, store.live) as before:
                    yield store, before
            finally:
                tidy(self._data, store.generations())
        finally:
            store.close()

    def _ingest(
        self,
        store: EmbeddedStore,
        progress: Progress | None,
        *,
        everything: bool = False,
        read: Mapping[str, Reading | DocumentError] | None = None,
    ) -> Changed:
        """Ingest what the books say, as they are now."""
        live = store.live()
        libraries, after = libraries_to_ingest(self._data, library=self._library, starter=self._starter)
        write_books(self._data, replace(read_books(self._data), sources=sources_text(after, self._data)))
        embedder = self._embedder()
        with self._readers(READERS) as pool:
            reader = Preread(pool, read or {})
            run = Ingest(store, embedder, lambda: reader, progress or Silent(), self._options)
            summary = run.run(libraries, everything=everything)
        if summary.generation:
            keep(self._data, summary.generation, read_books(self._data), anew=True)
        return self._summarised(live, summary)

    def _summarised(self, before: str | None, summary: Summary) -> Changed:
        stored = self.documents()
        items = summary.plan.documents if summary.plan else ()
        return Changed(
            before,
            summary.generation or "",
            new=_keys(items, "new"),
            # What was only read again, with everything else, is no news.
            changed=_keys([i for i in items if i.before and i.before.content_key != i.content_key], "changed"),
            metadata=_keys(items, "metadata"),
            removed=tuple(summary.plan.removed) if summary.plan else (),
            failures={k: as_sentence(r.error) for k, r in summary.reports.items() if r.state == "failed"},
            problems=tuple(summary.plan.problems) if summary.plan else (),
            documents=len(stored),
            passages=sum(item.passage_count for item in stored),
            seconds=summary.seconds,
        )

    def _compared(self, store: EmbeddedStore, before: str | None, after: str) -> Changed:
        """The difference between two generations that are both there."""
        now = {s.document.key: s for s in self._of(store, after)}
        try:
            old = {s.document.key: s for s in self._of(store, before)} if before else {}
        except (IndexMissing, IndexDamaged, IndexMismatch):
            old = now  # a damaged generation is what one rolls back from
        return Changed(
            before,
            after,
            new=tuple(sorted(now.keys() - old.keys())),
            changed=tuple(k for k in sorted(now.keys() & old.keys()) if now[k].document != old[k].document),
            removed=tuple(sorted(old.keys() - now.keys())),
            documents=len(now),
            passages=sum(item.passage_count for item in now.values()),
        )

    def _placed(self, before: Books, file: Path, facts: Facts) -> tuple[str, Books]:
        """Copy a file to the shelf: the new document's key, and the books with it, which are not yet written."""
        libraries, register = libraries_to_ingest(self._data, library=self._library, starter=self._starter)
        there = [source.document for library in libraries for source in library.sources]
        replaced = _replaced(facts, there)
        library = _library_for(facts, replaced, self._library, register)
        place = self._place_for(before, file, facts, library, [d.id for d in there if d.library == library])
        if replaced and replaced.key == place.key:
            raise ChangeRefused(f"“{facts.title}” cannot take the place of itself.")
        _copy(file, shelf(self._data, library) / place.path)
        entry = with_entry(
            before.manifests.get(library, ""), library, place.name, place.path, _inherited(facts, replaced)
        )
        said = without_claims_of(overrides_of(before.overrides), library, place.name, facts.replaces)
        if replaced:
            said = with_successor(said, replaced.key, place.name)
        home = Registered(shelf(self._data.resolve(), library), library)
        sources = [*register, *([] if any(entry.path == home.path for entry in register) else [home])]
        manifests = {**before.manifests, library: entry}
        return place.key, Books(sources_text(sources, self._data), overrides_text(said), manifests)

    def _place_for(self, before: Books, file: Path, facts: Facts, library: str, taken: Sequence[str]) -> _Place:
        """Where a document goes: where its bytes lie already, or a place of its own."""
        checksum = sha256_of(file)
        known = paths_of(before.manifests.get(library, ""))
        for name, path in known.items():
            if Path(path).stem.endswith(f"-{checksum[:12]}"):
                return _Place(library, name, path)
        if same := find_same_file(checksum, [stored.document for stored in self.documents()]):
            raise AlreadyThere(same)
        name = new_id(facts.title, facts.published, [*taken, *known])
        return _Place(library, name, file_path(name, checksum, file.suffix))


@dataclass(frozen=True, slots=True)
class _Place:
    """A document's library, id and file; `path` is from the library's shelf."""

    library: str
    name: str
    path: str

    @property
    def key(self) -> str:
        return f"{self.library}/{self.name}"


def only(documents: Iterable[StoredDocument], name: str) -> StoredDocument:
    """The one document of this key or id. Raises: IndexMissing when there is none, or more than one."""
    found = [item for item in documents if name in {item.document.id, item.document.key}]
    if not found:
        raise IndexMissing(f"There is no document {name}; lmc documents lists those that are there.")
    if len(found) > 1:
        keys = ", ".join(item.document.key for item in found)
        raise IndexMissing(f"Several libraries have a document {name}; name one of {keys}.")
    return found[0]


def forget_library(data: Path, library: str) -> None:
    """Take a library and its shelf out of the books; call it inside `changing`."""
    books = read_books(data)
    left = [entry for entry in registered(data) if entry.library != library]
    manifests = {name: text for name, text in books.manifests.items() if name != library}
    write_books(data, Books(sources_text(left, data), books.overrides, manifests))


def _keys(items: Sequence[Planned], change: str) -> tuple[str, ...]:
    return tuple(item.source.document.key for item in items if item.change == change)


def _built(store: EmbeddedStore, generation: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(read_meta(store.folder(generation)).created)
    except (IndexDamaged, IndexMismatch):
        return None


def _replaced(facts: Facts, documents: Sequence[Document]) -> Document | None:
    if not facts.replaces:
        return None
    found = next((document for document in documents if document.key == facts.replaces), None)
    if found is None:
        raise ChangeRefused(f"There is no document {facts.replaces} to replace.")
    return found


def _library_for(facts: Facts, replaced: Document | None, usual: str | None, register: Sequence[Registered]) -> str:
    """A replaced document is found again only by its own library, so that is where the new one goes."""
    wanted = facts.library or (replaced.library if replaced else usual or register[0].library)
    if replaced and wanted != replaced.library:
        raise ChangeRefused(f"{replaced.key} can be replaced only by a document of library {replaced.library}.")
    if not SLUG.fullmatch(wanted):
        raise ChangeRefused(f"The library id {wanted!r} may hold only a-z, 0-9, '-', '_' and '.'.")
    return wanted


def _inherited(facts: Facts, replaced: Document | None) -> Facts:
    if replaced is None:
        return facts
    silent = {name: getattr(replaced, name) for name in INHERITED if getattr(facts, name) is None}
    return replace(facts, **silent)


def _refuse_successor(document: Document, successor: Document) -> None:
    if document.key == successor.key:
        raise ChangeRefused(f"{document.key} cannot take the place of itself.")
    if document.library != successor.library:
        raise ChangeRefused(f"{document.key} can be replaced only by a document of library {document.library}.")
    if successor.superseded_by == document.id:
        raise ChangeRefused(f"{successor.key} is itself replaced by {document.key}.")


def _copy(file: Path, target: Path) -> None:
    """Put a file where it is to lie, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}")
    shutil.copyfile(file, draft)
    sync_file(draft)
    draft.replace(target)
    sync_folder(target.parent)
