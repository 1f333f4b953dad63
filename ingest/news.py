"""What changed in the library lately, from two generations and from the dates that documents bear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from corpus.model import Document, Status
from corpus.when import When
from index.store import StoredDocument


class What(StrEnum):
    NEW = "new"  # not in the generation before
    CHANGED = "changed"  # other content than in the generation before
    REPLACED = "replaced"  # marked as replaced since the generation before
    PUBLISHED = "published"  # by the date that it bears
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class News:
    """What became of a document. `date` is the document's own; `successor` is what replaced it."""

    document: Document
    what: What
    date: When | None
    successor: Document | None = None


def news(now: Mapping[str, StoredDocument], before: Mapping[str, StoredDocument]) -> list[News]:
    """First what is otherwise than before, then all others that bear a date; the newest first in both."""
    found = [item for key, stored in now.items() if (item := _difference(stored, before.get(key), now))]
    told = {item.document.key for item in found}
    dated = [_by_date(s.document) for key, s in now.items() if key not in told and s.document.dated]
    return sorted(found, key=_order, reverse=True) + sorted(dated, key=_order, reverse=True)


def _difference(stored: StoredDocument, old: StoredDocument | None, now: Mapping[str, StoredDocument]) -> News | None:
    document = stored.document
    if old is None:
        return News(document, What.NEW, document.dated)
    if document.status is Status.SUPERSEDED and old.document.status is not Status.SUPERSEDED:
        successor = now.get(f"{document.library}/{document.superseded_by}")
        return News(document, What.REPLACED, document.dated, successor.document if successor else None)
    if old.document.sha256 != document.sha256:
        return News(document, What.CHANGED, document.dated)
    return None


def _by_date(document: Document) -> News:
    reviewed = document.reviewed is not None and document.dated == document.reviewed != document.published
    return News(document, What.REVIEWED if reviewed else What.PUBLISHED, document.dated)


def _order(item: News) -> When:
    return item.date or When(1)
