"""The age and status of what is quoted, and what has changed since, as lines beside an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from corpus.model import Citation, Document, Status
from corpus.status_map import Replacement, StatusMap
from corpus.when import When

# Older than this a source gets a line with its date (design decision; the LMC reviews papers every two years).
OLD_MONTHS = 24
MOST_CHANGES = 2


def notes(
    cited: Sequence[tuple[Citation, Document]],
    question: str,
    status_map: StatusMap,
    today: dt.date,
    titles: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """One line for each cited document that is old, under review or replaced, or uses a replaced term.

    `titles` gives the titles of documents that replace others, by id, where this reader may see them.
    """
    lines: list[str] = []
    told: set[str] = set()
    seen: dict[str, list[Citation]] = {}
    documents = {}
    for citation, document in cited:
        seen.setdefault(document.key, []).append(citation)
        documents[document.key] = document
    for key, citations in seen.items():
        line = _line(documents[key], citations, status_map, today, told, titles or {})
        if line:
            lines.append(line)
    asked = [change for change in status_map.find(question) if change.id not in told]
    lines += [f"Your question names {_term(change, question)}. {change.since}" for change in asked[:MOST_CHANGES]]
    return tuple(lines)


def _term(change: Replacement, question: str) -> str:
    return next((old for old in change.old if old.lower() in question.lower()), change.old[0])


def _line(
    document: Document,
    citations: Sequence[Citation],
    status_map: StatusMap,
    today: dt.date,
    told: set[str],
    titles: Mapping[str, str],
) -> str:
    text = "\n".join(citation.quote for citation in citations)
    found = [change for change in status_map.find(text) if change.id not in told]
    changes = [change for change in found if _is_later(change, document.dated)][:MOST_CHANGES]
    told.update(change.id for change in changes)
    old = document.dated is not None and document.dated.months_before(today) >= OLD_MONTHS
    facts = [*_date(document, old or bool(changes)), *_status(document, titles)]
    parts = [f"“{document.title}” {' and '.join(facts)}."] if facts else []
    parts += _overdue(document, today, is_named=bool(facts))
    if changes:
        since = "Since then" if document.dated else "Since it was written"
        parts.append(f"{since}: " + " ".join(change.since for change in changes))
    if old or changes or not document.dated:
        parts.append(f"Check with {document.contact or 'your LMC office'}.")
    return " ".join(parts)


def _is_later(change: Replacement, dated: When | None) -> bool:
    """A change that the document itself could have known is no news."""
    return change.effective is None or dated is None or change.effective > dated


def _date(document: Document, matters: bool) -> list[str]:
    if not document.dated:
        return ["does not give its date"]
    return [f"is from {document.dated.month_words()}"] if matters else []


def _status(document: Document, titles: Mapping[str, str]) -> list[str]:
    if document.status is Status.SUPERSEDED:
        successor = titles.get(document.superseded_by or "", "")
        return [f"has been replaced by “{successor}”" if successor else "has been replaced"]
    return ["is under review"] if document.status is Status.UNDER_REVIEW else []


def _overdue(document: Document, today: dt.date, *, is_named: bool) -> list[str]:
    """A review that is late; of a paper that was replaced nobody waits for one."""
    due = document.review_due
    if document.status is Status.SUPERSEDED or not due or due.months_before(today) < 1:
        return []
    review = "Its review" if is_named else f"The review of “{document.title}”"
    return [f"{review} was due in {due.month_words()}."]
