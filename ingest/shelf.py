"""The library's own shelf: the text of its manifests and overrides, in, and changed, out.

A document that was added from Slack or with `lmc documents add` lies in `<data folder>/shelf/<library>/files` and has
an entry in the manifest beside it. What is said about a document that lies elsewhere, whose manifest is not ours to
edit, stands in `overrides.toml`:

    [document."starter/merger-staff"]
    status = "superseded"
    superseded_by = "merger-staff-2027"
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import PurePosixPath

import tomlkit
from tomlkit.items import AoT, Table
from tomlkit.toml_document import TOMLDocument

from corpus.errors import ManifestError
from corpus.manifest import Library, Source, slug
from corpus.model import Audience, Authority, Kind, Nation, Status
from corpus.when import When

FILES = "files"
LONGEST_ID = 60
LONGEST_TITLE = 150
LONGEST_LINE = 300
_ADDRESS = re.compile(r"https?://[^\s<>|\"]+")
_HEAD = "Written by the assistant: documents added from Slack or with `lmc documents add`."
_OVERRIDES_HEAD = "Written by the assistant: what administrators said about documents whose manifest is not its own."


@dataclass(frozen=True, slots=True)
class Facts:
    """What somebody says about a document that goes on the shelf.

    `replaces` is the key of the document that it takes the place of; `library` may stay empty then, and where there is
    only one. What is None comes from the replaced document, or is the default of a document without an entry.
    """

    title: str
    audience: Audience = Audience.OFFICER
    published: When | None = None
    reviewed: When | None = None
    review_due: When | None = None
    status: Status = Status.CURRENT
    source_url: str = ""
    contact: str | None = None
    publisher: str | None = None
    kind: Kind | None = None
    nation: Nation | None = None
    authority: Authority | None = None
    licence: str | None = None
    replaces: str = ""
    library: str = ""

    def problems(self) -> dict[str, str]:
        """What is wrong, as field to sentence; empty when it can be taken in."""
        found: dict[str, str] = {}
        if not self.title.strip():
            found["title"] = "Give the document a title."
        elif len(self.title) > LONGEST_TITLE:
            found["title"] = f"Keep the title to {LONGEST_TITLE} characters."
        if self.source_url and not _ADDRESS.fullmatch(self.source_url):
            found["source_url"] = "Write the whole address, beginning with https:// or http://."
        if self.published and self.review_due and _first_day(self.review_due) < _first_day(self.published):
            found["review_due"] = "The review cannot be due before the document was published."
        if self.published and self.reviewed and _first_day(self.reviewed) < _first_day(self.published):
            found["reviewed"] = "It cannot have been reviewed before it was published."
        if self.status not in {Status.CURRENT, Status.UNDER_REVIEW}:
            found["status"] = "A document that is added is current or under review."
        for name in ("source_url", "contact", "publisher", "licence"):
            if len(getattr(self, name) or "") > LONGEST_LINE:
                found[name] = f"Keep it to {LONGEST_LINE} characters."
        return found


def _first_day(date: When) -> tuple[int, int, int]:
    return (date.year, date.month or 1, date.day or 1)


@dataclass(frozen=True, slots=True)
class Override:
    """What stands for a document in place of its manifest's word; `superseded_by` is an id in its own library."""

    status: Status
    superseded_by: str


# --- manifests ---------------------------------------------------------------------------------------------------


def with_entry(manifest: str, library: str, name: str, path: str, facts: Facts) -> str:
    """The manifest's text with an entry for document `name`, in place of the one that it had."""
    parsed = _parsed(manifest, _HEAD)
    if "library" not in parsed:
        table = tomlkit.table()
        table["id"] = library
        parsed["library"] = table
    entries = _entries(parsed)
    entry = _entry(name, path, facts)
    for number, old in enumerate(entries):
        if old.get("id") == name:
            entries[number] = entry
            break
    else:
        entries.append(entry)
    parsed["document"] = entries
    return tomlkit.dumps(parsed)


def paths_of(manifest: str) -> dict[str, str]:
    """Document id to the path of its file, as the manifest's text gives it."""
    return {str(entry["id"]): str(entry["path"]) for entry in _entries(_parsed(manifest, _HEAD))}


def _entry(name: str, path: str, facts: Facts) -> Table:
    entry = tomlkit.table()
    entry["id"], entry["path"], entry["title"] = name, path, facts.title.strip()
    for field in fields(Facts):
        value = getattr(facts, field.name)
        if field.name in {"title", "replaces", "library"} or value is None or value == "":
            continue
        entry[field.name] = value.iso() if isinstance(value, When) else str(value)
    return entry


def _entries(parsed: TOMLDocument) -> AoT:
    found = parsed.get("document")
    return found if isinstance(found, AoT) else tomlkit.aot()


def _parsed(text: str, head: str) -> TOMLDocument:
    if text:
        return tomlkit.parse(text)
    fresh = tomlkit.document()
    fresh.add(tomlkit.comment(head))
    return fresh


# --- overrides ---------------------------------------------------------------------------------------------------


def overrides_of(text: str) -> dict[str, Override]:
    """Document key to what overrides its manifest. Raises: ManifestError when the text is not what we write."""
    try:
        tables: Mapping[str, Mapping[str, str]] = tomlkit.parse(text).unwrap().get("document", {})
        return {
            key: Override(Status(said["status"]), str(said.get("superseded_by", ""))) for key, said in tables.items()
        }
    except (tomlkit.exceptions.TOMLKitError, ValueError, KeyError, AttributeError) as error:
        raise ManifestError(
            "overrides.toml in the data folder cannot be read; mend it, or move it away and mark replaced documents"
            " again with lmc documents supersede."
        ) from error


def overrides_text(overrides: Mapping[str, Override]) -> str:
    """What `overrides_of` reads; empty where there is none."""
    if not overrides:
        return ""
    parsed = _parsed("", _OVERRIDES_HEAD)
    tables = tomlkit.table()
    for key, said in sorted(overrides.items()):
        table = tomlkit.table()
        table["status"], table["superseded_by"] = str(said.status), said.superseded_by
        tables[key] = table
    parsed["document"] = tables
    return tomlkit.dumps(parsed)


def with_successor(overrides: Mapping[str, Override], key: str, successor: str | None) -> dict[str, Override]:
    """The overrides with `key` replaced by the document `successor` of its library, or, with None, by nothing."""
    others = {name: said for name, said in overrides.items() if name != key}
    return {**others, key: Override(Status.SUPERSEDED, successor)} if successor else others


def without_claims_of(overrides: Mapping[str, Override], library: str, name: str, but: str) -> dict[str, Override]:
    """The overrides without those that `library/name` takes the place of anything else than `but`."""
    return {
        key: said
        for key, said in overrides.items()
        if key == but or said.superseded_by != name or key.split("/")[0] != library
    }


def overridden(library: Library, overrides: Mapping[str, Override]) -> Library:
    """The library as the overrides would have it; one whose successor is not there is left out and named."""
    if not any(key.startswith(f"{library.id}/") for key in overrides):
        return library
    ids = {source.document.id for source in library.sources}
    problems = [
        f"overrides.toml: {key}: superseded_by: there is no document {said.superseded_by} in library {library.id}."
        for key, said in overrides.items()
        if key.startswith(f"{library.id}/") and key.split("/", 1)[1] in ids and said.superseded_by not in ids
    ]
    sources = tuple(_overridden(source, overrides.get(source.document.key), ids) for source in library.sources)
    return replace(library, sources=sources, problems=(*library.problems, *problems))


def _overridden(source: Source, said: Override | None, ids: set[str]) -> Source:
    if said is None or said.superseded_by not in ids:
        return source
    document = replace(source.document, status=said.status, superseded_by=said.superseded_by)
    return replace(source, document=document)


# --- names -------------------------------------------------------------------------------------------------------


def new_id(title: str, published: When | None, taken: Sequence[str]) -> str:
    """An id for a new document that nobody in its library has.

    >>> new_id("Merger staff", When(2027, 3), ["merger-staff"])
    'merger-staff-2027'
    """
    base = slug(title)[:LONGEST_ID].strip("-._")
    dated = f"{base}-{published.year}" if published else base
    candidates = [base, dated, *(f"{dated}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in candidates if name not in taken)


def file_path(name: str, sha256: str, suffix: str) -> str:
    """Where a document's file lies, from its manifest: never the same for other bytes, so none is overwritten."""
    return str(PurePosixPath(FILES) / f"{name}-{sha256[:12]}{suffix.lower()}")
