"""What the library is made from, as a few small files that change together: all of them or none.

<data folder>/
    sources.json                 which folders and files are ingested
    overrides.toml               what replaces the word of a manifest
    shelf/<library>/manifest.toml   the documents that the assistant keeps itself, in `files` beside it
    books/changing.json          the books as they were, while a change of them is not yet published
    books/<generation>.json      the books that a generation was made from, for a roll back

A change is written down before it is made and undone when it fails; after a crash the next one who holds the store's
lock undoes it (`recover`), unless its generation had been published.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from corpus.manifest import MANIFEST
from index.files import write_atomically
from ingest.shelf import FILES, paths_of

SOURCES, OVERRIDES, SHELF, BOOKS, CHANGING = "sources.json", "overrides.toml", "shelf", "books", "changing.json"


@dataclass(frozen=True, slots=True)
class Books:
    """The texts of the files; an empty one is a file that is not there. `manifests` is by library."""

    sources: str = ""
    overrides: str = ""
    manifests: Mapping[str, str] = field(default_factory=dict)


def shelf(data: Path, library: str) -> Path:
    """The folder of a library's own documents."""
    return data / SHELF / library


def is_shelf(data: Path, path: Path) -> bool:
    """Whether a registered folder is one of ours: then only what its manifest lists is part of the library."""
    return path.resolve().parent == (data / SHELF).resolve()


def read_books(data: Path) -> Books:
    folders = sorted((data / SHELF).glob(f"*/{MANIFEST}"))
    manifests = {file.parent.name: file.read_text("utf-8") for file in folders}
    return Books(_text(data / SOURCES), _text(data / OVERRIDES), manifests)


def write_books(data: Path, books: Books) -> None:
    """Write what differs. Not atomic as a whole: call it inside `changing`."""
    before = read_books(data)
    for library in before.manifests.keys() | books.manifests.keys():
        _put(shelf(data, library) / MANIFEST, books.manifests.get(library, ""))
    _put(data / OVERRIDES, books.overrides)
    _put(data / SOURCES, books.sources)


def _text(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def _put(file: Path, text: str) -> None:
    if text == _text(file):
        return
    if text:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text)
    else:
        file.unlink(missing_ok=True)


# --- changes that happen wholly or not at all ----------------------------------------------------------------------

Live = Callable[[], str | None]


@contextmanager
def changing(data: Path, live: Live) -> Iterator[Books]:
    """Change the books and publish inside the block: what it raises before it publishes undoes the change.

    `live` gives the generation that serves. Call it while holding the store's lock.
    """
    recover(data, live)
    before, was = read_books(data), live()
    if was:
        keep(data, was, before)
    note = data / BOOKS / CHANGING
    note.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(note, json.dumps({"live": was, "books": _plain(before)}))
    with ExitStack() as undo:
        undo.callback(recover, data, live)
        yield before
        undo.pop_all()
    note.unlink()


def recover(data: Path, live: Live) -> None:
    """Undo a change that did not come to its end; one whose generation is published stands."""
    note = data / BOOKS / CHANGING
    if not note.exists():
        return
    plain = json.loads(note.read_text("utf-8"))
    if plain["live"] == live():
        write_books(data, _books(plain["books"]))
    note.unlink()


def keep(data: Path, generation: str, books: Books, *, anew: bool = False) -> None:
    """Remember what a generation was made from; without `anew` the first word stands."""
    file = data / BOOKS / f"{generation}.json"
    if anew or not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, json.dumps(_plain(books)))


def kept(data: Path, generation: str) -> Books | None:
    """The books that a generation was made from, where that is known."""
    text = _text(data / BOOKS / f"{generation}.json")
    return _books(json.loads(text)) if text else None


def tidy(data: Path, generations: Collection[str]) -> None:
    """Forget the books of generations that are gone, and delete files of the shelf that no books name any more."""
    for file in (data / BOOKS).glob("*.json"):
        if file.stem not in generations and file.name != CHANGING:
            file.unlink()
    all_books = [read_books(data), *(found for name in generations if (found := kept(data, name)))]
    named = {
        shelf(data, library) / path
        for books in all_books
        for library, text in books.manifests.items()
        for path in paths_of(text).values()
    }
    for file in (data / SHELF).glob(f"*/{FILES}/*"):
        if file not in named:
            file.unlink()


def _plain(books: Books) -> dict[str, object]:
    return {"sources": books.sources, "overrides": books.overrides, "manifests": dict(books.manifests)}


def _books(plain: Mapping[str, object]) -> Books:
    manifests = plain["manifests"]
    return Books(str(plain["sources"]), str(plain["overrides"]), dict(manifests) if isinstance(manifests, dict) else {})
