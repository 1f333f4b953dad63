"""A library folder in, its documents out: what the manifest says, and what files say where it is silent.

A folder may hold a `manifest.toml`:

    [library]
    id = "starter"
    [defaults]
    publisher = "Your LMC"
    [[document]]
    id = "practice-healthcheck"
    path = "practice-healthcheck.md"
    audience = "practice"
    published = 2026-05-01

A file without an entry is taken in too, with the audience `officer`: closed until somebody opens it.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from corpus.errors import ManifestError
from corpus.model import Audience, Authority, Document, Kind, Nation, Status
from corpus.when import When

MANIFEST = "manifest.toml"
SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]*")


def _when(value: object) -> When:
    if isinstance(value, When):
        return value
    if isinstance(value, dt.date):
        return When.of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return When(value)
    return When.parse(str(value))


WhenField = Annotated[When, BeforeValidator(_when)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class LibraryEntry(_Strict):
    """The `[library]` table."""

    id: str
    name: str = ""


class Defaults(_Strict):
    """The `[defaults]` table: what a document is when its own entry does not say."""

    publisher: str | None = None
    kind: Kind | None = None
    audience: Audience | None = None
    nation: Nation | None = None
    authority: Authority | None = None
    licence: str | None = None
    contact: str | None = None
    review_due: WhenField | None = None


class Entry(Defaults):
    """One `[[document]]` table."""

    id: str | None = None
    path: str
    title: str | None = None
    published: WhenField | None = None
    reviewed: WhenField | None = None
    status: Status = Status.CURRENT
    superseded_by: str | None = None
    source_url: str | None = None
    password: str | None = None


class Manifest(_Strict):
    library: LibraryEntry | None = None
    defaults: Defaults = Defaults()
    document: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document to be read: its metadata as far as it is known before reading, and where its file is."""

    document: Document
    file: Path
    password: str | None = None
    title_given: bool = False
    published_given: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """A named set of sources, and what was wrong with entries that could not be taken in."""

    id: str
    name: str
    root: Path
    sources: Sequence[Source]
    problems: Sequence[str] = field(default_factory=tuple)


def slug(text: str) -> str:
    """A short name for ids: lower case, digits, hyphen, underscore and dot.

    >>> slug("Guide to Mergers (June 2022)")
    'guide-to-mergers-june-2022'
    """
    return re.sub(r"[^a-z0-9_.]+", "-", text.lower()).strip("-._") or "document"


def load_library(
    path: Path, suffixes: Iterable[str], *, library_id: str | None = None, audience: Audience | None = None
) -> Library:
    """Read the manifest of `path` (a folder or one file) and list all documents in it.

    Args:
        suffixes: the file extensions to take from a folder, such as `.pdf`.
        library_id: names a library whose manifest does not; else the folder's name does.
        audience: opens (or closes) documents whose entry does not say; without it they are `officer`.
    Raises: ManifestError when the path or the manifest as a whole cannot be used. A single bad entry is
        reported in `problems` and left out; the others go on.
    """
    if not path.exists():
        raise ManifestError(f"{path} does not exist; name a folder or a file to ingest.")
    root = path if path.is_dir() else path.parent
    manifest, problems, refused = _read_manifest(root / MANIFEST) if path.is_dir() else (Manifest(), [], set())
    name = manifest.library.id if manifest.library else library_id or slug(root.resolve().name)
    if not SLUG.fullmatch(name):
        raise ManifestError(f"{path}: the library id {name!r} may hold only a-z, 0-9, '-', '_' and '.'.")
    files = _files(root, suffixes) if path.is_dir() else [path]
    sources = _listed(manifest, root, name, audience, problems)
    # A file whose entry is wrong stays out: what the entry was to say, its audience say, would be lost.
    taken = {(root / entry).resolve() for entry in refused | {entry.path for entry in manifest.document}}
    sources += _unlisted(files, taken, root, name, manifest.defaults, audience)
    sources = _without_duplicates(sources, root, problems)
    _check_successors(sources, root, problems)
    title = manifest.library.name if manifest.library else ""
    return Library(name, title or name, root, tuple(sources), tuple(problems))


def _read_manifest(file: Path) -> tuple[Manifest, list[str], set[str]]:
    """The manifest, with bad entries left out: a sentence for each, and the paths that they name."""
    if not file.exists():
        return Manifest(), [], set()
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"{file} is not valid TOML: {error}.") from error
    problems: list[str] = []
    entries = data.pop("document", [])
    if not isinstance(entries, list) or not all(isinstance(raw, dict) for raw in entries):
        raise ManifestError(f"{file}: write each document as [[document]], with two brackets.")
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as error:
        raise ManifestError(f"{file}: {sentence_of(error)}.") from error
    good = [entry for number, raw in enumerate(entries, 1) if (entry := _entry(raw, number, file, problems))]
    refused = {str(raw["path"]) for raw in entries if "path" in raw} - {entry.path for entry in good}
    return manifest.model_copy(update={"document": tuple(good)}), problems, refused


def _entry(raw: dict[str, Any], number: int, file: Path, problems: list[str]) -> Entry | None:
    name = raw.get("id") or raw.get("path") or f"number {number}"
    try:
        return Entry.model_validate(raw)
    except ValidationError as error:
        problems.append(f"{file}: document {name}: {sentence_of(error)}.")
        return None


def sentence_of(error: ValidationError) -> str:
    """What is wrong, as `field: reason; field: reason`, without pydantic's links and type names."""
    parts = []
    for item in error.errors():
        where = ".".join(str(part) for part in item["loc"]) or "the file"
        what = "is not a known key" if item["type"] == "extra_forbidden" else item["msg"]
        parts.append(f"{where}: {what.removeprefix('Value error, ')}")
    return "; ".join(parts)


def _files(root: Path, suffixes: Iterable[str]) -> list[Path]:
    """All readable files below a folder in a fixed order; hidden ones and the manifest are left out."""
    wanted = {suffix.lower() for suffix in suffixes}
    return sorted(
        file
        for file in root.rglob("*")
        if file.is_file()
        and file.resolve().is_relative_to(root.resolve())  # a link that leaves the library is not part of it
        and file.suffix.lower() in wanted
        and not any(part.startswith((".", "~$")) for part in file.relative_to(root).parts)
    )


def _listed(
    manifest: Manifest, root: Path, library: str, audience: Audience | None, problems: list[str]
) -> list[Source]:
    sources = []
    for entry in manifest.document:
        file = root / entry.path
        name = entry.id or slug(Path(entry.path).stem)
        if not file.resolve().is_relative_to(root.resolve()):
            problems.append(f"{root / MANIFEST}: document {name}: path: {entry.path} leaves the library's folder.")
        elif not file.is_file():
            problems.append(f"{root / MANIFEST}: document {name}: path: there is no file {entry.path}.")
        elif not SLUG.fullmatch(name):
            problems.append(f"{root / MANIFEST}: document {name}: id: only a-z, 0-9, '-', '_' and '.' are allowed.")
        else:
            sources.append(_source(entry, name, file, library, manifest.defaults, audience))
    return sources


def _source(entry: Entry, name: str, file: Path, library: str, defaults: Defaults, audience: Audience | None) -> Source:
    def said(key: str, otherwise: Any) -> Any:
        own = getattr(entry, key)
        return own if own is not None else (shared if (shared := getattr(defaults, key)) is not None else otherwise)

    document = Document(
        id=name,
        title=entry.title or "",
        library=library,
        path=file.resolve().as_posix(),
        publisher=said("publisher", ""),
        kind=said("kind", Kind.GUIDANCE),
        audience=said("audience", audience or Audience.OFFICER),
        nation=said("nation", Nation.UK),
        authority=said("authority", Authority.COMMENTARY),
        published=entry.published,
        reviewed=entry.reviewed,
        review_due=said("review_due", None),
        status=entry.status,
        superseded_by=entry.superseded_by,
        source_url=entry.source_url,
        licence=said("licence", ""),
        contact=said("contact", ""),
    )
    return Source(document, file, entry.password, bool(entry.title), entry.published is not None)


def _unlisted(
    files: Sequence[Path],
    taken: set[Path],
    root: Path,
    library: str,
    defaults: Defaults,
    audience: Audience | None,
) -> list[Source]:
    """Files that were dropped in without an entry, ids derived from their paths."""
    free = [file for file in files if file.resolve() not in taken]
    stems = [slug(file.relative_to(root).with_suffix("").as_posix()) for file in free]
    sources = []
    for file, stem in zip(free, stems, strict=True):
        name = stem if stems.count(stem) == 1 else f"{stem}-{file.suffix[1:].lower()}"
        # The manifest's default audience is for its entries: nobody has looked at this file yet.
        entry = Entry(path=file.relative_to(root).as_posix(), audience=audience or Audience.OFFICER)
        sources.append(_source(entry, name, file, library, defaults, audience))
    return sources


def _without_duplicates(sources: Sequence[Source], root: Path, problems: list[str]) -> list[Source]:
    """The first document of each id stays; the others are named as problems."""
    first: dict[str, Source] = {}
    for source in sources:
        name = source.document.id
        if name in first:
            problems.append(
                f"{root / MANIFEST}: document {name}: id: it is used twice, for {first[name].document.path}"
                f" and {source.document.path}; give the second another id."
            )
        else:
            first[name] = source
    return list(first.values())


def _check_successors(sources: Sequence[Source], root: Path, problems: list[str]) -> None:
    known = {source.document.id for source in sources}
    for source in sources:
        successor = source.document.superseded_by
        if successor is not None and successor not in known:
            problems.append(
                f"{root / MANIFEST}: document {source.document.id}: superseded_by: there is no document {successor}."
            )
