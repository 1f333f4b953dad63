"""The stored text of a page, set out again as headings, paragraphs, lists and tables, with one passage marked.

What is stored is plain text. Its passages cover everything but headings, so what no passage covers is one; their spans
say which lines are entries of a list or rows of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.model import Passage, Span, SpanKind

# Under the title of the document and the number of the page.
TOP_LEVEL = 3
LOWEST_LEVEL = 6
# Characters; what is longer, and in no passage, is text all the same.
LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A run of letters. The first and the last of what is marked say so, for those who do not see colours."""

    text: str
    marked: bool = False
    begins: bool = False
    ends: bool = False


Parts = tuple[Part, ...]


class GroupKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Group:
    """`rows` are the entries of a list or the cells of a table, row by row; elsewhere there is one row with one cell.

    `level` is a heading's, 3 to 6; `columns` are a table's.
    """

    kind: GroupKind
    rows: tuple[tuple[Parts, ...], ...]
    level: int = 0
    columns: tuple[str, ...] = ()

    @property
    def is_marked(self) -> bool:
        """Whether any of it belongs to the passage."""
        return any(part.marked for row in self.rows for cell in row for part in cell)


@dataclass(frozen=True, slots=True)
class Setting:
    """A page as it is to be shown; `has_mark` says whether the passage stands on it."""

    groups: tuple[Group, ...]
    has_mark: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A passage's part on the page: `text[start:end]`, with its spans moved to the page's letters."""

    passage: Passage
    start: int
    end: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    kind: SpanKind | None  # None: no passage covers it
    heading_path: tuple[str, ...]


def set_out(text: str, number: int, passages: Sequence[Passage], marked: str) -> Setting:
    """Set out the text of page `number`.

    Args:
        passages: the document's, in their order.
        marked: the id of the passage to mark; one that is not there is simply not marked.
    """
    found = list(_locate(text, number, passages))
    mark = next(((item.start, item.end) for item in found if item.passage.id == marked), (0, 0))
    lines = list(_lines(text, found))
    return Setting(tuple(_levelled(_groups(text, lines, mark))), mark != (0, 0))


def _locate(text: str, number: int, passages: Sequence[Passage]) -> Iterator[_Found]:
    """Where each passage stands on the page. They follow each other, so that of equal ones each has its own place."""
    cursor = 0
    for passage in passages:
        spans = [span for span in passage.spans if span.page == number]
        if not spans:
            continue
        first, last = spans[0].start, spans[-1].end
        start = text.find(passage.text[first:last], cursor)
        if start < 0:
            continue
        cursor = start + last - first
        moved = (replace(span, start=span.start - first + start, end=span.end - first + start) for span in spans)
        yield _Found(passage, start, cursor, tuple(moved))


def _lines(text: str, found: Sequence[_Found]) -> Iterator[_Line]:
    kinds = {span.start: span.kind for item in found for span in item.spans}
    waiting = list(reversed(found))
    for match in re.finditer(r"[^\n]+", text):
        start, end = match.span()
        while waiting and waiting[-1].end <= start:
            waiting.pop()
        path = waiting[-1].passage.heading_path if waiting else ()
        if waiting and waiting[-1].start < end:
            yield _Line(start, end, kinds.get(start, SpanKind.SENTENCE), path)
        else:
            yield _Line(start, end, None, path)


def _groups(text: str, lines: Sequence[_Line], mark: tuple[int, int]) -> Iterator[Group]:
    """Lines, those of one list or table together."""
    at = 0
    while at < len(lines):
        end = at + 1
        if lines[at].kind in {SpanKind.ITEM, SpanKind.ROW}:
            while end < len(lines) and _follows(text, lines[end - 1], lines[end]):
                end += 1
        yield _group(text, lines[at:end], mark)
        at = end


def _follows(text: str, before: _Line, line: _Line) -> bool:
    return line.kind is before.kind and "\n\n" not in text[before.end : line.start]


def _group(text: str, lines: Sequence[_Line], mark: tuple[int, int]) -> Group:
    line = lines[0]
    if line.kind is SpanKind.ROW:
        return _table(text, lines, mark)
    rows = tuple((_parts(text, each.start, each.end, mark),) for each in lines)
    if line.kind is SpanKind.ITEM:
        return Group(GroupKind.LIST, rows)
    said = text[line.start : line.end]
    if line.kind is None and len(said) <= LONGEST_HEADING:
        depth = line.heading_path.index(said) if said in line.heading_path else 0
        return Group(GroupKind.HEADING, rows, TOP_LEVEL + depth)
    return Group(GroupKind.PARAGRAPH, rows)


def _levelled(groups: Iterator[Group]) -> Iterator[Group]:
    """No level is left out on the way down, so that the outline of the page is whole."""
    level = TOP_LEVEL - 1
    for group in groups:
        if group.kind is GroupKind.HEADING:
            level = min(group.level, level + 1, LOWEST_LEVEL)
            yield replace(group, level=level)
        else:
            yield group


def _parts(text: str, start: int, end: int, mark: tuple[int, int]) -> Parts:
    """`text[start:end]`, cut where the mark begins and ends."""
    first, last = max(start, mark[0]), min(end, mark[1])
    if first >= last:
        return (Part(text[start:end]),)
    marked = Part(text[first:last], True, first == mark[0], last == mark[1])
    parts = (Part(text[start:first]), marked, Part(text[last:end]))
    return tuple(part for part in parts if part.text)


# --- tables ------------------------------------------------------------------------------------------------------


def _table(text: str, lines: Sequence[_Line], mark: tuple[int, int]) -> Group:
    """Rows as cells under their columns, where all of them name the same; else as they are stored, a line each."""
    rows = [_cells(text, line) for line in lines]
    columns = max((tuple(row) for row in rows), key=len)
    if len(columns) < 2 or not all(row and _is_part(tuple(row), columns) for row in rows):
        plain = tuple((_parts(text, line.start, line.end, mark),) for line in lines)
        return Group(GroupKind.LIST, plain)
    drawn = tuple(_row(text, line, row, columns, mark) for line, row in zip(lines, rows, strict=True))
    return Group(GroupKind.TABLE, drawn, columns=columns)


def _cells(text: str, line: _Line) -> dict[str, tuple[int, int]]:
    """Of a row `Column: value; Column: value` each column with where its value stands; empty when it is no such row."""
    cells: dict[str, tuple[int, int]] = {}
    end = line.start - 2
    for piece in text[line.start : line.end].split("; "):
        start, end = end + 2, end + 2 + len(piece)
        name, colon, _ = piece.partition(": ")
        if not colon or name in cells:
            return {}
        cells[name] = (start + len(name) + 2, end)
    return cells


def _is_part(names: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether `names` are some of the columns, in their order: an empty cell is not stored."""
    rest = iter(columns)
    return all(name in rest for name in names)


def _row(
    text: str, line: _Line, row: dict[str, tuple[int, int]], columns: Sequence[str], mark: tuple[int, int]
) -> tuple[Parts, ...]:
    if mark[0] == line.start:
        # The name of the column is not shown in the cell, so the mark begins behind it.
        mark = (next(iter(row.values()))[0], mark[1])
    return tuple(_parts(text, *row[column], mark) if column in row else () for column in columns)
