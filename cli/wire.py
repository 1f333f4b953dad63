"""The composition root: settings in, the working parts out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from answer.answerer import Answerer, Vocabulary
from answer.offer import Offers
from cli.settings import Settings
from corpus.errors import ManifestError
from corpus.glossary import load_glossary
from corpus.manifest import Library, load_library
from corpus.model import Audience
from corpus.status_map import load_status_map
from corpus.tools import load_tools
from corpus.vocabulary import shipped
from index.embed import Embedder, open_embedder
from index.embedded import EmbeddedStore
from index.files import write_atomically
from index.store import Snapshot

SOURCES = "sources.json"
STARTER = shipped("documents")


@dataclass(frozen=True, slots=True)
class Registered:
    """A path that was ingested before, and the library that it belongs to."""

    path: Path
    library: str
    audience: Audience | None = None


def open_store(settings: Settings) -> EmbeddedStore:
    return EmbeddedStore(settings.data_dir)


def open_model(settings: Settings, *, threads: int = 2) -> Embedder:
    return open_embedder(settings.model, settings.data_dir / "models", threads=threads)


def open_vocabulary(settings: Settings) -> Vocabulary:
    return Vocabulary(
        load_glossary(settings.glossary),
        load_status_map(settings.status_map),
        Offers(load_tools(settings.tools)),
    )


def open_answerer(settings: Settings, snapshot: Snapshot | None = None) -> Answerer:
    """Everything that answering needs, over the live generation."""
    found = snapshot or open_store(settings).open()
    today = dt.datetime.now().astimezone().date()
    return Answerer(found, open_model(settings), open_vocabulary(settings), today)


def registered(settings: Settings) -> list[Registered]:
    """The paths that `lmc ingest` without arguments reads again."""
    note = settings.data_dir / SOURCES
    if not note.exists():
        return []
    entries = json.loads(note.read_text("utf-8"))
    return [
        Registered(Path(e["path"]), e["library"], Audience(e["audience"]) if e["audience"] else None) for e in entries
    ]


def register(settings: Settings, sources: Sequence[Registered]) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    entries = [{"path": str(s.path), "library": s.library, "audience": s.audience} for s in sources]
    write_atomically(settings.data_dir / SOURCES, json.dumps(entries, indent=1))


def libraries_to_ingest(
    settings: Settings, paths: Sequence[Path], suffixes: Sequence[str], audience: Audience | None
) -> tuple[list[Library], list[Registered]]:
    """The libraries to read, and the register afterwards.

    Without paths, all that is registered (the starter library where nothing is). With paths, those, and whatever
    else is registered for the same libraries: ingesting a second folder of a library does not delete the first.
    """
    known = registered(settings)
    wanted = [Registered(path.resolve(), "", audience) for path in paths]
    if not paths:
        wanted = known or [Registered(STARTER, "")]
    loaded = [(entry, _load(entry, settings, suffixes)) for entry in wanted]
    ids = {library.id for _, library in loaded}
    paths_now = {entry.path for entry, _ in loaded}
    loaded += [(e, _load(e, settings, suffixes)) for e in known if e.library in ids and e.path not in paths_now]
    register_after = [Registered(entry.path, library.id, entry.audience) for entry, library in loaded]
    register_after += [e for e in known if e.path not in {item.path for item in register_after}]
    return _merged([library for _, library in loaded]), register_after


def _load(entry: Registered, settings: Settings, suffixes: Sequence[str]) -> Library:
    if entry.library and not entry.path.exists():
        raise ManifestError(
            f"{entry.path}, ingested before, is not there any more; put it back, or run"
            f" lmc ingest --forget {entry.library} to drop that library."
        )
    name = entry.library or settings.library
    return load_library(entry.path, suffixes, library_id=name, audience=entry.audience)


def _merged(libraries: Sequence[Library]) -> list[Library]:
    """One library for each id; a document id that two folders use is kept once and named."""
    by_id: dict[str, Library] = {}
    for library in libraries:
        first = by_id.get(library.id)
        if first is None:
            by_id[library.id] = library
            continue
        taken = {source.document.id for source in first.sources}
        twice = [s for s in library.sources if s.document.id in taken]
        problems = [
            f"{s.file}: library {library.id} has a document {s.document.id} already; give one another id."
            for s in twice
        ]
        by_id[library.id] = Library(
            library.id,
            first.name,
            first.root,
            (*first.sources, *(s for s in library.sources if s.document.id not in taken)),
            (*first.problems, *library.problems, *problems),
        )
    return list(by_id.values())
