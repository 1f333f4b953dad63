"""Which folders and files make up the libraries, and those libraries as they are to be ingested."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ManifestError
from corpus.manifest import Library, load_library
from corpus.model import Audience
from corpus.vocabulary import shipped
from index.files import write_atomically
from ingest.books import OVERRIDES, SOURCES, is_shelf
from ingest.read import SUFFIXES
from ingest.shelf import overridden, overrides_of

STARTER = shipped("documents")


@dataclass(frozen=True, slots=True)
class Registered:
    """A path that was ingested before, and the library that it belongs to."""

    path: Path
    library: str
    audience: Audience | None = None


def registered(data: Path) -> list[Registered]:
    """The paths that an ingest without paths reads again."""
    note = data / SOURCES
    return parse_sources(note.read_text("utf-8"), data) if note.exists() else []


def register(data: Path, sources: Sequence[Registered]) -> None:
    data.mkdir(parents=True, exist_ok=True)
    write_atomically(data / SOURCES, sources_text(sources, data))


def parse_sources(text: str, data: Path) -> list[Registered]:
    """What `sources_text` wrote; a path in the data folder is relative to it, so that the folder can be moved."""
    entries = json.loads(text) if text else []
    return [
        Registered(data.resolve() / e["path"], e["library"], Audience(e["audience"]) if e["audience"] else None)
        for e in entries
    ]


def sources_text(sources: Sequence[Registered], data: Path) -> str:
    return json.dumps(
        [{"path": _written(s.path, data), "library": s.library, "audience": s.audience} for s in sources], indent=1
    )


def _written(path: Path, data: Path) -> str:
    return str(path.relative_to(data.resolve()) if is_shelf(data, path) else path)


def libraries_to_ingest(
    data: Path,
    paths: Sequence[Path] = (),
    audience: Audience | None = None,
    *,
    library: str | None = None,
    starter: Path = STARTER,
) -> tuple[list[Library], list[Registered]]:
    """The libraries to read, as `overrides.toml` would have them, and the register afterwards.

    Without paths, all that is registered (the starter library where nothing is). With paths, those, and whatever
    else is registered for the same libraries: ingesting a second folder of a library does not delete the first.

    Args:
        library: names a library whose manifest does not.
    Raises: ManifestError when a path, a manifest or the overrides cannot be used.
    """
    known = registered(data)
    wanted = [Registered(path.resolve(), "", audience) for path in paths]
    if not paths:
        wanted = known or [Registered(starter, "")]
    loaded = [(entry, _load(entry, data, library)) for entry in wanted]
    ids = {found.id for _, found in loaded}
    paths_now = {entry.path for entry, _ in loaded}
    loaded += [(e, _load(e, data, library)) for e in known if e.library in ids and e.path not in paths_now]
    register_after = [Registered(entry.path, found.id, entry.audience) for entry, found in loaded]
    register_after += [e for e in known if e.path not in {item.path for item in register_after}]
    overrides = overrides_of(_text(data / OVERRIDES))
    return [overridden(found, overrides) for found in _merged([found for _, found in loaded])], register_after


def _text(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def _load(entry: Registered, data: Path, library: str | None) -> Library:
    if entry.library and not entry.path.exists():
        raise ManifestError(
            f"{entry.path}, ingested before, is not there any more; put it back, or run"
            f" lmc ingest --forget {entry.library} to drop that library."
        )
    # On a shelf only what the manifest lists is there: a file without an entry is one whose adding was cut short.
    suffixes = () if is_shelf(data, entry.path) else sorted(SUFFIXES)
    return load_library(entry.path, suffixes, library_id=entry.library or library, audience=entry.audience)


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
