"""A Markdown file → blocks, found by markdown-it; most lines hold no mark-up, and those skip its slow part."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from corpus.when import When
from ingest.blocks import BlockKind, Reading
from ingest.readers.dates import find_published
from ingest.readers.encoding import decode
from ingest.readers.layout import BULLET, Cell, Writer, sensible_title, squeeze, table_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"---[ \t]*\n((?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|$)")
_KEY = re.compile(r"([\w-]+)[ \t]*:[ \t]*(.*)")
_DATE_KEYS = ("published", "date", "publication_date", "issued", "updated", "last_updated", "lastmod", "modified")
# Characters that may begin mark-up inside a line; text without them is what it looks like.
_INLINE = re.compile(r"[\\`*_\[\]<&!]")
# What pandoc and others add to CommonMark: attributes after a heading, footnotes, and emphasis before a space, which
# CommonMark leaves as asterisks.
_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}]*\}\s*$")
_FOOTNOTE = re.compile(r"\[\^([\w-]+)\]:\s*")
_FOOTNOTE_MARK = re.compile(r"\[\^[\w-]+\](?!:)")
_STRAY_MARKS = re.compile(r"\*{2,}")
# The preset's limit of 20 loses the text of lists more than nine deep; the parser is recursive, so there must be one.
_DEEPEST = 100
_BREAK_TAG = re.compile(r"<br\b", re.I)


def read_markdown(data: bytes) -> Reading:
    """Read CommonMark with tables and simple front matter."""
    text = decode(data)
    keys, text = _front_matter(text)
    writer = Writer()
    _write(_parser().parse(text), writer)
    headings = [block for block in writer.blocks if block.kind is BlockKind.HEADING]
    first = next((block.text for block in headings if block.level == 1), headings[0].text if headings else None)
    lines = [block.text for block in writer.blocks]
    return Reading(
        format="markdown",
        blocks=writer.blocks,
        title=sensible_title(keys.get("title")) or first,
        published=_date(keys) or find_published("\n".join([*lines[:40], *lines[-5:]])),
    )


@cache
def _parser() -> MarkdownIt:
    """Without the inline stage: it takes most of the time and is run only on the lines that need it."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").disable(["inline", "text_join"])


@cache
def _inline_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": _DEEPEST})


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """(`key: value` lines between the opening rules, the rest); what is not such lines is text."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    lines = [line for line in found.group(1).splitlines() if line.strip()]
    if not lines or not _KEY.match(lines[0]):
        return {}, text
    pairs = [pair.groups() for line in lines if (pair := _KEY.match(line))]
    return {key.lower(): _unquoted(value) for key, value in pairs}, text[found.end() :]


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _date(keys: dict[str, str]) -> When | None:
    for value in (keys[key] for key in _DATE_KEYS if key in keys):
        try:
            return When.parse(value[:10])
        except ValueError:
            if found := find_published(f"Published {value}"):
                return found
    return None


def _write(tokens: Sequence[Token], writer: Writer) -> None:
    counters: list[int | None] = []  # of the open lists; None for one with bullets
    at = 0
    while at < len(tokens):
        token = tokens[at]
        match token.type:
            case "heading_open":
                _write_heading(int(token.tag[1]), tokens[at + 1].content, writer)
                at += 1
            case "inline":
                _write_paragraph(token.content, writer)
            case "bullet_list_open":
                counters.append(None)
            case "ordered_list_open":
                counters.append(int(token.attrGet("start") or 1) if token.attrGet("start") != 0 else 0)
            case "bullet_list_close" | "ordered_list_close":
                counters.pop()
            case "list_item_open":
                writer.open_item(_marker(counters, token.markup))
            case "list_item_close":
                writer.close_item()
            case "table_open":
                at = _write_table(tokens, at, writer)
            case "fence" | "code_block":
                writer.text(token.content.strip("\n").rstrip())
            case "html_block":
                _write_html(token.content, writer)
            case _:
                pass
        at += 1


def _marker(counters: list[int | None], mark: str) -> str:
    """The number that the list shows: counted from its first, whatever the source has for the rest."""
    count = counters[-1]
    if count is None:
        return BULLET
    counters[-1] = count + 1
    return f"{count}{mark}"


def _write_paragraph(content: str, writer: Writer) -> None:
    footnote = _FOOTNOTE.match(content)
    if footnote:
        text = squeeze(_plain(content[footnote.end() :]))
        writer.text(f"Footnote {footnote.group(1)}: {text}" if text else "", kind=BlockKind.NOTE)
    else:
        writer.text(squeeze(_plain(content)))


def _write_heading(level: int, content: str, writer: Writer) -> None:
    text = squeeze(_ATTRIBUTES.sub("", _plain(content)))
    if writer.depth:
        writer.text(text)
    else:
        writer.heading(level, text)


def _write_table(tokens: Sequence[Token], at: int, writer: Writer) -> int:
    """Write the table that opens at `at`; returns where it closes."""
    rows: list[list[Cell]] = []
    while tokens[at].type != "table_close":
        if tokens[at].type == "tr_open":
            rows.append([])
        elif tokens[at].type == "inline":
            rows[-1].append(Cell(squeeze(_plain(tokens[at].content))))
        at += 1
    named = any(cell.text for cell in rows[0])
    writer.rows(table_rows(rows if named else rows[1:], 1 if named else 0))
    return at


def _write_html(markup: str, writer: Writer) -> None:
    from ingest.readers.html import write_fragment

    write_fragment(markup, writer)


def _plain(content: str) -> str:
    """A line's text as it is shown: no marks, links as their text, pictures as their description."""
    if not _INLINE.search(content):
        return content
    parts: list[str] = []
    for token in _inline_parser().parseInline(_FOOTNOTE_MARK.sub("", content)):
        _plain_tokens(token.children or [], parts)
    return "".join(parts)


def _plain_tokens(tokens: Sequence[Token], parts: list[str]) -> None:
    for token in tokens:
        if token.type == "text":
            parts.append(_STRAY_MARKS.sub("", token.content))
        elif token.type in ("code_inline", "text_special", "image"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak") or _BREAK_TAG.match(token.content):
            parts.append(" ")
