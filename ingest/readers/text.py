"""Plain text → blocks, by its layout: blank lines, short lines that stand alone, typed bullets and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.blocks import Block, BlockKind, Reading
from ingest.readers.dates import find_published
from ingest.readers.encoding import decode
from ingest.readers.layout import Cell, looks_like_header, split_marker, squeeze, table_rows, words

# What web pages leave behind when they are saved as text.
_MENU_WORDS = words(
    "menu home search login log in out sign register contact about us skip to main content navigation news events "
    "close open toggle site map sitemap back top share print email a-z help cookies accessibility"
)
_MENU_SIGNS = frozenset(("menu", "home", "search", "login", "skip", "navigation", "sitemap"))
_PAGE_NUMBER = re.compile(r"page \d{1,4}(?: of \d{1,4})?|[-–] ?\d{1,4} ?[-–]", re.I)
_UPDATED = re.compile(r"(?:last )?(?:updated|modified|reviewed)(?: on)?:? .{4,40}?(?:, ?[\d,]+ views)?", re.I)
_VIEWS = re.compile(r"[\d,]+ views?", re.I)
_PUBLISHED = re.compile(r"\b(?:first )?(?:published|issued|publication date)\b(?: (?:on|in))?:? ", re.I)
_BARE_CALL = re.compile(
    r"(?:(?:please )?(?:read|find out|learn|see|view|click|download|apply|book|register|sign up)"
    r"(?: (?:more|now|all|online))*(?: here)?"
    r"|more info(?:rmation)?|back to top|(?:share|print) this(?: page)?)\W*",
    re.I,
)
_CALL = re.compile(
    r"(?:read|view|download|click|see|find out|learn|listen|watch|contact|email|e-mail|tel|telephone|phone|fax|visit|"
    r"www\.|https?:|published|updated|issued|dated?|version|ref|share|print|page|source|©|copyright)\b|\S+@\S+",
    re.I,
)
_CALL_TAIL = re.compile(r"\b(?:here|download)\W*$|https?://|www\.|\S@\S|\.{3}$|…$", re.I)
_RELATED = re.compile(
    r"(?:related|you (?:may|might) also (?:like|be interested in)|recommended|more like this|see also|read next"
    r"|latest)(?: (?:guidance|articles?|posts?|pages?|content|links|documents|news|reading|stories))?\W*",
    re.I,
)
_NUMBERED = re.compile(r"(?:(\d{1,2})[.)]|(\d{1,2}(?:\.\d{1,2})+)[.)]?)\s+(?=[A-Z])")
_UNDERLINE = re.compile(r"(=+|-+|~+)\s*")
_LONGEST_TEASER = 300


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines between two blank lines, on page `page`."""

    lines: list[str]
    page: int

    @property
    def text(self) -> str:
        return squeeze(" ".join(self.lines))


def read_text(data: bytes) -> Reading:
    """Read a text file; a form feed begins a page."""
    text = decode(data)
    groups = [kept for group in _groups(text) if (kept := _without_leftovers(group))]
    groups = _without_related(groups)
    kinds = _headings(groups)
    blocks = [block for group, level in zip(groups, kinds, strict=True) for block in _blocks(group, level)]
    blocks = _levelled(blocks)
    return Reading(
        format="text",
        blocks=blocks,
        page_count=max(text.rstrip("\f\n ").count("\f") + 1, 1),
        title=next((block.text for block in blocks if block.kind is BlockKind.HEADING), None),
        published=find_published(_dated_lines(text)),
    )


def _dated_lines(text: str) -> str:
    """The lines to look for a date in: those that say when it was published come before any that say "updated"."""
    lines = [line for raw in text.splitlines() if (line := squeeze(raw))]
    lines = lines[:40] + [line for line in lines[40:] if len(line) <= 40]
    published = [line for line in lines if len(line) <= 120 and _PUBLISHED.search(line)]
    return "\n".join(published[:1] or lines)


def _groups(text: str) -> Iterator[_Group]:
    for page, part in enumerate(text.split("\f"), start=1):
        lines: list[str] = []
        for raw in [*part.split("\n"), ""]:
            if raw.strip():
                lines.append(raw.rstrip())
            elif lines:
                yield _Group(lines, page)
                lines = []


def _without_leftovers(group: _Group) -> _Group | None:
    lines = [line for line in group.lines if not _is_leftover(squeeze(line))]
    return _Group(lines, group.page) if lines else None


def _is_leftover(line: str) -> bool:
    if _PAGE_NUMBER.fullmatch(line) or _BARE_CALL.fullmatch(line) or _VIEWS.fullmatch(line):
        return True
    if _UPDATED.fullmatch(line) and re.search(r"\d{4}", line):
        return True
    words = [word.strip("|/›>•·☰×-").lower() for word in line.split()]
    words = [word for word in words if word]
    return 2 <= len(words) <= 12 and _MENU_WORDS.issuperset(words) and not _MENU_SIGNS.isdisjoint(words)


def _without_related(groups: list[_Group]) -> list[_Group]:
    """Drop a closing "Related guidance…" with its teasers; a section of real text after that heading is kept."""
    for at, group in enumerate(groups):
        rest = groups[at + 1 :]
        teasers = all(len(other.text) <= _LONGEST_TEASER for other in rest)
        if at and rest and len(group.lines) == 1 and teasers and _RELATED.fullmatch(group.text):
            return groups[:at]
    return groups


def _headings(groups: list[_Group]) -> list[int]:
    """The heading level of each group, 0 for body: a heading stands alone and leads to text.

    Of several in a row only the last two head something (a title and a subtitle); a row of questions that
    leads to nothing is text, not headings.
    """
    candidates = [_may_head(group) for group in groups]
    levels = [0] * len(groups)
    for at, group in enumerate(groups):
        if not candidates[at]:
            continue
        end = next((i for i in range(at, len(groups)) if not candidates[i]), len(groups))
        leads = (end < len(groups) and end - at <= 2) or at == 0
        if leads and not _is_one_of_many(groups, at):
            levels[at] = _level(group.text)
    return levels


def _is_one_of_many(groups: list[_Group], at: int) -> bool:
    """A numbered line next to another, or a question next to another, is an entry of a list and not a heading."""
    near = [groups[i].text for i in (at - 1, at + 1) if 0 <= i < len(groups)]
    if groups[at].text.endswith("?"):
        return any(text.endswith("?") and len(text) < 200 for text in near)
    return bool(_NUMBERED.match(groups[at].text)) and any(_NUMBERED.match(text) for text in near)


def _may_head(group: _Group) -> bool:
    if len(group.lines) == 2 and _UNDERLINE.fullmatch(group.lines[1].strip()):
        return True
    line = group.text
    if len(group.lines) != 1 or len(line) > 95 or line[-1] in ".:;,!-–" or "\t" in group.lines[0].strip():
        return False
    if _CALL.match(line) or _CALL_TAIL.search(line) or not re.search(r"[A-Za-z]{3}", line):
        return False
    if not _NUMBERED.match(line) and split_marker(line):
        return False
    first = _NUMBERED.sub("", line)[0]
    limit = 15 if line.endswith("?") else 12
    return (first.isupper() or first.isdigit() or first in "“‘\"'") and len(line.split()) <= limit


def _level(line: str) -> int:
    numbered = _NUMBERED.match(line)
    return 3 + (numbered.group(2) or "").count(".") if numbered else 2


def _levelled(blocks: list[Block]) -> list[Block]:
    """The first heading is the title when nothing stands before it."""
    if not blocks or blocks[0].kind is not BlockKind.HEADING:
        return blocks
    return [Block(BlockKind.HEADING, blocks[0].text, blocks[0].page, 1), *blocks[1:]]


def _blocks(group: _Group, level: int) -> Iterator[Block]:
    if level:
        yield Block(BlockKind.HEADING, squeeze(group.lines[0]), group.page, level)
        return
    table = _table(group.lines)
    if table:
        for row in table:
            yield Block(BlockKind.ROW, row, group.page)
        return
    for indent, marker, text in _entries(group.lines):
        if marker:
            yield Block(BlockKind.ITEM, f"{marker} {text}", group.page, min(indent // 4, 5))
        else:
            yield Block(BlockKind.PARAGRAPH, text, group.page)


def _table(lines: list[str]) -> list[str]:
    """Lines with the same number of tabs in them (two lines or more) are a table."""
    rows = [[squeeze(cell) for cell in line.strip().split("\t")] for line in lines]
    width = len(rows[0])
    if len(rows) < 2 or width < 2 or any(len(row) != width for row in rows) or split_marker(lines[0].strip()):
        return []
    cells = [[Cell(text) for text in row] for row in rows]
    return table_rows(cells, 1 if looks_like_header(cells) else 0)


def _entries(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Hard-wrapped lines joined into paragraphs and list items: (indent, marker or "", text)."""
    indent, marker, parts = 0, "", list[str]()
    listing = split_marker(lines[0].strip()) is not None
    for line in lines:
        found = split_marker(line.strip())
        if found and (listing or found[0] == "•" or (parts and parts[-1].endswith(":"))):
            if parts:
                yield indent, marker, squeeze(" ".join(parts))
            indent, (marker, rest), listing = len(line) - len(line.lstrip()), found, True
            parts = [rest]
        else:
            parts.append(line.strip())
    yield indent, marker, squeeze(" ".join(parts))
