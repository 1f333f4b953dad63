"""The modal that describes an upload, and back: what was understood and filled in, as facts about a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from bot.receive import typed_patient_data
from bot.render import library as screens
from bot.render import words
from bot.render.forms import Filled
from corpus.manifest import slug
from corpus.model import Audience, Document, Status
from corpus.when import When
from index.store import StoredDocument
from ingest.describe import Described
from ingest.shelf import LONGEST_TITLE, Facts
from records.columns import Json

DATES = ("published", "reviewed", "review_due")
LINES = {screens.TITLE: "title", screens.SOURCE_URL: "source_url", screens.CONTACT: "contact",
         screens.PUBLISHER: "publisher"}  # fmt: skip
BAD_DATE = "Write a day, a month or a year: 2026-11-23, 2026-11 or 2026."
CHOOSE = "Choose one of the list."
GONE = "That document is not in the library any more."


# --- what was understood, as it is kept ------------------------------------------------------------------------------


def kept(described: Described) -> dict[str, Json]:
    """What `describe` found, as plain values."""
    return {
        "title": described.title,
        "format": described.format,
        "size_bytes": described.size_bytes,
        "pages": described.pages,
        "passages": described.passages,
        "ocr_pages": described.ocr_pages,
        "warnings": list(described.warnings),
        "published": described.published.iso() if described.published else "",
        "same_as": described.same_as.key if described.same_as else "",
        "replaces": described.replaces.document.key if described.replaces else "",
    }


def understood(
    upload_id: str, name: str, found: Mapping[str, Json], readable: Mapping[str, Document]
) -> screens.Understood:
    """The message about an upload; it names only documents that the reader may read."""
    return screens.Understood(
        upload_id,
        name,
        _number(found, "size_bytes"),
        str(found["format"]),
        str(found["title"]),
        _number(found, "pages"),
        _number(found, "passages"),
        _number(found, "ocr_pages"),
        warnings_of(found),
        choice_of(readable.get(str(found["replaces"]))),
        choice_of(readable.get(str(found["same_as"]))),
    )


def warnings_of(found: Mapping[str, Json]) -> tuple[str, ...]:
    warnings = found.get("warnings")
    return tuple(str(item) for item in warnings) if isinstance(warnings, list) else ()


def _number(found: Mapping[str, Json], name: str) -> int:
    value = found.get(name)
    return value if isinstance(value, int) else 0


# --- the modal -------------------------------------------------------------------------------------------------------


def modal(
    upload_id: str,
    name: str,
    found: Mapping[str, Json],
    readable: Mapping[str, Document],
    *,
    needs_approval: bool,
) -> screens.DescribeView:
    """What the modal starts from: the file's own word, then that of the document which it seems to replace."""
    old = readable.get(str(found["same_as"])) or readable.get(str(found["replaces"]))
    replaces = readable.get(str(found["replaces"]))
    libraries = sorted({document.library for document in readable.values()})
    description = screens.Description(
        title=str(found["title"])[:LONGEST_TITLE],
        publisher=old.publisher if old else "",
        # Closed until somebody opens it, also where the earlier version is open: it is for a person to say so.
        audience=Audience.OFFICER,
        published=str(found["published"]),
        source_url=(old.source_url or "") if old else "",
        contact=old.contact if old else "",
        replaces=replaces.key if replaces else "",
        library=old.library if old else next(iter(libraries), ""),
    )
    first = [replaces] if replaces else []
    documents = [*first, *(d for d in readable.values() if d.status is not Status.SUPERSEDED and d not in first)]
    return screens.DescribeView(upload_id, name, description, choices(documents), libraries, needs_approval)


def choices(documents: Iterable[Document]) -> list[screens.Choice]:
    return [choice for document in documents if (choice := choice_of(document))]


def choice_of(document: Document | None) -> screens.Choice | None:
    if document is None:
        return None
    date = document.published.words() if document.published else ""
    return screens.Choice(document.key, document.title, ", ".join(filter(None, (document.publisher, date))))


def matching(choices_: Sequence[screens.Choice], typed: str) -> list[screens.Choice]:
    """Those whose title holds every word that was typed."""
    wanted = typed.lower().split()
    return [choice for choice in choices_ if all(word in choice.title.lower() for word in wanted)]


def may_read(stored: Sequence[StoredDocument], role: Audience) -> dict[str, Document]:
    """The documents that somebody may read, by key."""
    return {item.document.key: item.document for item in stored if item.document.audience.admits(role)}


# --- what was filled in ------------------------------------------------------------------------------------------


def facts_of(given: Filled, readable: Mapping[str, Document]) -> tuple[Facts | None, dict[str, str]]:
    """The facts of a submitted modal, or what is wrong with them, as block id to sentence."""
    errors = {block: words.PATIENT_DATA_ERROR for block in LINES if typed_patient_data(given.text(block))}
    dates: dict[str, When | None] = {}
    for name in DATES:
        try:
            dates[name] = When.parse(given.text(name)) if given.text(name) else None
        except ValueError:
            errors[name] = BAD_DATE
    replaces = given.chosen(screens.REPLACES)
    if replaces == screens.NO_DOCUMENT:
        replaces = ""
    if replaces and replaces not in readable:
        errors[screens.REPLACES] = GONE
    library = given.chosen(screens.LIBRARY)
    if library and library not in {document.library for document in readable.values()}:
        errors[screens.LIBRARY] = CHOOSE
    elif library and replaces and not replaces.startswith(f"{library}/"):
        errors[screens.LIBRARY] = "A document goes into the library of the one that it replaces."
    audience, status = given.chosen(screens.AUDIENCE), given.chosen(screens.STATUS)
    if audience not in set(Audience):
        errors[screens.AUDIENCE] = CHOOSE
    if status not in set(Status):
        errors[screens.STATUS] = CHOOSE
    if errors:
        return None, errors
    facts = Facts(
        title=given.text(screens.TITLE),
        audience=Audience(audience),
        published=dates["published"],
        reviewed=dates["reviewed"],
        review_due=dates["review_due"],
        status=Status(status),
        source_url=given.text(screens.SOURCE_URL),
        contact=given.text(screens.CONTACT) or None,
        publisher=given.text(screens.PUBLISHER) or None,
        replaces=replaces,
        library=library,
    )
    problems = facts.problems()
    return (None, problems) if problems else (facts, {})


def plain_facts(facts: Facts) -> dict[str, Json]:
    """Facts as plain values; what is not said is left out."""
    found: dict[str, Json] = {}
    for field in fields(Facts):
        value = getattr(facts, field.name)
        if value:
            found[field.name] = value.iso() if isinstance(value, When) else str(value)
    return found


def read_facts(plain: Mapping[str, Json]) -> Facts:
    """What `plain_facts` wrote."""
    said = {name: str(value) for name, value in plain.items()}
    return Facts(
        title=said["title"],
        audience=Audience(said["audience"]),
        published=_when(said, "published"),
        reviewed=_when(said, "reviewed"),
        review_due=_when(said, "review_due"),
        status=Status(said["status"]),
        source_url=said.get("source_url", ""),
        contact=said.get("contact"),
        publisher=said.get("publisher"),
        replaces=said.get("replaces", ""),
        library=said.get("library", ""),
    )


def _when(said: Mapping[str, str], name: str) -> When | None:
    return When.parse(said[name]) if name in said else None


def description_of(facts: Facts) -> screens.Description:
    """What the approver is shown."""

    def iso(date: When | None) -> str:
        return date.iso() if date else ""

    return screens.Description(
        facts.title, facts.publisher or "", facts.audience, iso(facts.published), iso(facts.reviewed),
        iso(facts.review_due), facts.status, facts.source_url, facts.contact or "", facts.replaces, facts.library,
    )  # fmt: skip


def file_name(name: str) -> str:
    """A name to keep a file under, with the suffix that says what it is.

    >>> file_name("../../Guide to mergers (v2).PDF")
    'guide-to-mergers-v2.pdf'
    """
    last = re.split(r"[/\\]", name)[-1]
    return slug(Path(last).stem)[:60] + Path(last).suffix.lower()
