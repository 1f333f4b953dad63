"""Which document of the library a new file seems to be a new version of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from corpus.manifest import slug
from corpus.model import Document, Status
from corpus.when import MONTHS

# Titles that are as like as this name the same paper (tried on the starter library's titles: the nearest pair of
# different papers, two of the merger series, comes to 0.74).
LIKE = 0.8
_DATED = re.compile(
    r"\b(?:\d{4}|\d{1,2}|v\d[\w.]*|version|ver|draft|final|copy|new|updated?|revised|"
    + "|".join(name.lower() for name in MONTHS)
    + r")\b"
)


class Why(StrEnum):
    """What makes two documents versions of one paper, the surest first."""

    SAME_FILE = "same_file"
    SAME_NAME = "same_name"
    SAME_TITLE = "same_title"
    LIKE_TITLE = "like_title"


@dataclass(frozen=True, slots=True)
class Likeness:
    """A document of the library, and why it seems to be the same paper."""

    document: Document
    why: Why


def find_same_file(sha256: str, documents: Sequence[Document]) -> Document | None:
    """The document whose file has the very same bytes."""
    return next((document for document in documents if document.sha256 == sha256), None)


def find_version(name: str, title: str, sha256: str, documents: Sequence[Document]) -> Likeness | None:
    """The document that a file named `name` with this title most probably replaces; None when none is like it.

    A document that something else replaced already is no candidate, nor is one with the very same bytes.
    """
    gone = {Status.SUPERSEDED, Status.WITHDRAWN}
    living = [d for d in documents if d.status not in gone and d.sha256 != sha256]
    stem, bare = name.rsplit(".", 1)[0], _bare(title)
    by_name = [d for d in living if d.id == slug(stem) or _bare(d.id) == _bare(stem)]
    by_title = [d for d in living if _bare(d.title) == bare]
    for why, found in ((Why.SAME_NAME, by_name), (Why.SAME_TITLE, by_title)):
        if found:
            return Likeness(found[0], why)
    best = max(living, key=lambda d: _likeness(d.title, title), default=None)
    return Likeness(best, Why.LIKE_TITLE) if best and _likeness(best.title, title) >= LIKE else None


def _bare(text: str) -> str:
    """A title or a file's name without what tells versions apart; the whole of it where nothing else is there."""
    words = re.sub(r"[\W_]+", " ", text.lower())
    return " ".join(_DATED.sub(" ", words).split()) or words.strip()


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, _bare(one), _bare(other), autojunk=False).ratio()
