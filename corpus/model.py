"""The nouns of the product: documents, their pages, the passages cut from them, and citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from corpus.when import When


class Audience(StrEnum):
    """Who may read a document, from everybody to named officers only."""

    PUBLIC = "public"
    PRACTICE = "practice"
    OFFICER = "officer"
    CONFIDENTIAL = "confidential"

    @property
    def rank(self) -> int:
        return _AUDIENCE_RANK[self]

    def admits(self, role: Audience) -> bool:
        """Whether a reader of `role` may see a document of this audience."""
        return role.rank >= self.rank


_AUDIENCE_RANK = {audience: rank for rank, audience in enumerate(Audience)}


class Kind(StrEnum):
    GUIDANCE = "guidance"
    POSITION_PAPER = "position_paper"
    TOOLKIT = "toolkit"
    NEWSLETTER = "newsletter"
    AGREEMENT = "agreement"
    FORM = "form"
    PAGE = "page"


class Authority(StrEnum):
    """How much weight a source carries, the heaviest first."""

    STATUTE = "statute"
    CONTRACT = "contract"
    NATIONAL_GUIDANCE = "national_guidance"
    LMC_POSITION = "lmc_position"
    TOOLKIT = "toolkit"
    COMMENTARY = "commentary"


class Status(StrEnum):
    CURRENT = "current"
    UNDER_REVIEW = "under_review"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Nation(StrEnum):
    UK = "uk"
    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern_ireland"


@dataclass(frozen=True, slots=True)
class Document:
    """One paper with its metadata; `audience` is `officer` until somebody opens it.

    `path` is where its file lies on this machine, absolute; `sha256` is the file's checksum.
    """

    id: str
    title: str
    library: str
    path: str
    sha256: str = ""
    publisher: str = ""
    kind: Kind = Kind.GUIDANCE
    audience: Audience = Audience.OFFICER
    nation: Nation = Nation.UK
    authority: Authority = Authority.COMMENTARY
    published: When | None = None
    reviewed: When | None = None
    review_due: When | None = None
    status: Status = Status.CURRENT
    superseded_by: str | None = None
    source_url: str | None = None
    licence: str = ""
    contact: str = ""

    def link(self, page: int) -> str:
        """Where a person reads a page: the published address, else the file itself."""
        place = self.source_url or Path(self.path).as_uri()
        return f"{place.split('#')[0]}#page={page}"

    @property
    def key(self) -> str:
        """Unique in a data folder: ids are unique only within their library."""
        return f"{self.library}/{self.id}"

    @property
    def dated(self) -> When | None:
        """The date that says how fresh the text is: the last review, else publication."""
        return max((d for d in (self.reviewed, self.published) if d), default=None)


@dataclass(frozen=True, slots=True)
class Page:
    """The stored text of one page; `number` is 1-based, `label` is what is printed on it."""

    number: int
    text: str
    label: str = ""
    ocr: bool = False


class SpanKind(StrEnum):
    SENTENCE = "sentence"
    LEAD = "lead"  # the sentence that introduces a list
    ITEM = "item"  # one entry of a list
    ROW = "row"  # one row of a table, with its column names


@dataclass(frozen=True, slots=True)
class Span:
    """One quotable unit of a passage: `passage.text[start:end]` stands on page `page`."""

    start: int
    end: int
    page: int
    kind: SpanKind = SpanKind.SENTENCE


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is found and cited. `text` is verbatim; the context line is searched, never quoted."""

    id: str
    document: str
    ordinal: int
    heading_path: tuple[str, ...]
    page_start: int
    page_end: int
    text: str
    spans: Sequence[Span] = field(default_factory=tuple)

    @property
    def heading(self) -> str:
        return " › ".join(self.heading_path)


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote with all that a reader needs to check it.

    `marked` is where in `quote` the words stand that answer, `quote[start:end]`: to be set in bold; None without any.
    """

    n: int
    passage_id: str
    document_id: str
    library: str
    title: str
    publisher: str
    published: When | None
    status: Status
    page: int
    heading: str
    url: str
    quote: str
    passage: str
    similarity: float
    page_label: str = ""
    ocr: bool = False
    superseded_by: str | None = None
    marked: tuple[int, int] | None = None
