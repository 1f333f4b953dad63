"""What a source page says, drawn as HTML. Every value is escaped by the template engine; nothing here writes markup."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from corpus.when import When
from web.setting import Setting

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of what is known of the document; `href` is empty where there is nothing to open."""

    name: str
    value: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class PageLink:
    """Another page of the same document."""

    number: int
    href: str


@dataclass(frozen=True, slots=True)
class SourcePage:
    """All that a source page shows. `cautions` are sentences to read before anything else; `setting` is None for a
    page without text."""

    title: str
    page: int
    page_count: int
    page_label: str
    facts: Sequence[Fact]
    cautions: Sequence[str]
    setting: Setting | None
    hint: str
    before: PageLink | None
    after: PageLink | None
    marked: PageLink | None
    original: str
    original_opens: bool
    until: dt.date

    @property
    def until_words(self) -> str:
        return When.of(self.until).words()


@dataclass(frozen=True, slots=True)
class Notice:
    """A page of words alone: what could not be shown, and what to do."""

    title: str
    sentences: Sequence[str]


def draw_source(page: SourcePage) -> str:
    return _engine().get_template("source.html").render(page=page, style=style())


def draw_notice(notice: Notice) -> str:
    return _engine().get_template("notice.html").render(notice=notice, style=style())


@cache
def style() -> str:
    """Our style sheet, which stands in the page itself: a page that is saved or printed looks the same."""
    return (_TEMPLATES / "source.css").read_text("utf-8")


@cache
def style_hash() -> str:
    """What the content security policy knows the style sheet by."""
    digest = hashlib.sha256(style().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _engine() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
