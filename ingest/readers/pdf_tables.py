"""Tables of a PDF page as rows: "Column: value; Column: value".

Ruled tables come from the lines that are painted, as a grid whose missing walls join cells; a joined cell
stands in every row that it spans. Unruled ones come from lines whose gaps stand at the same places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ingest.readers.pdf_lines import Line, lines_of
from ingest.readers.pdf_page import Rule, Word, turned

SNAP = 3.0  # points within which two walls are one: double borders, thin filled boxes
MAX_CELLS = 4_000
MAX_WALLS = 800  # after merging; a page with more is a drawing, and finding its cells takes seconds
MAX_WORDS_A_CELL = 120  # boxes with more are a page's layout, not a table


@dataclass(frozen=True, slots=True)
class Cell:
    text: str = ""
    look: tuple[bool, int, float] = (False, 0, 0.0)  # bold, ink, size


@dataclass(frozen=True, slots=True)
class Table:
    """A table's cells by row; `edges` are the x of its columns' walls, to know its continuation again."""

    rows: list[list[Cell]]
    edges: tuple[float, ...]


class Found(NamedTuple):
    """A ruled table and the places, among the page's words, of those that stand in it."""

    table: Table
    places: set[int]


def ruled_tables(words: Sequence[Word], rules: Sequence[Rule], turn: int) -> list[Found]:
    """Tables drawn with lines, in the page's main direction `turn`."""
    walls = _merged([_upright(rule, turn) for rule in rules])
    found = []
    for group in _touching(walls) if len(walls) <= MAX_WALLS else ():
        grid = _grid(group)
        if grid:
            table = _fill(grid, words, turn)
            found += [table] if table else []
    return found


def _upright(rule: Rule, turn: int) -> Rule:
    ax, ay = turned(rule.x0, rule.y0, turn)
    bx, by = turned(rule.x1, rule.y1, turn)
    return Rule(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _is_level(rule: Rule) -> bool:
    return rule.x1 - rule.x0 > rule.y1 - rule.y0


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Rules on one line that touch become one."""
    level = [Rule(r.x0, r.y0, r.x1, r.y0) for r in rules if _is_level(r)]
    upright = [Rule(r.y0, r.x0, r.y1, r.x0) for r in rules if not _is_level(r)]
    return _end_to_end(level) + [Rule(r.y0, r.x0, r.y1, r.x1) for r in _end_to_end(upright)]


def _end_to_end(level: list[Rule]) -> list[Rule]:
    merged: list[Rule] = []
    snapped = _snapped([rule.y0 for rule in level])
    for y, rule in sorted((snapped[rule.y0], rule) for rule in level):
        last = merged[-1] if merged else None
        if last and last.y0 == y and rule.x0 <= last.x1 + SNAP:
            merged[-1] = Rule(last.x0, y, max(last.x1, rule.x1), y)
        else:
            merged.append(Rule(rule.x0, y, rule.x1, y))
    return merged


def _snapped(values: Sequence[float]) -> dict[float, float]:
    """Each value with the first of its group: values closer than `SNAP` to the one before are one group."""
    groups: dict[float, float] = {}
    first = last = float("-inf")
    for value in sorted(values):
        if value - last > SNAP:
            first = value
        groups[value] = first
        last = value
    return groups


def _touching(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules in groups that cross or meet: each group may be a table."""
    groups: list[list[Rule]] = []
    for rule in rules:
        met = [group for group in groups if any(_cross(rule, other) for other in group)]
        groups = [group for group in groups if all(group is not other for other in met)]
        groups.append([rule, *(other for group in met for other in group)])
    return [group for group in groups if len(group) >= 4]


def _cross(a: Rule, b: Rule) -> bool:
    return (
        a.x0 <= b.x1 + SNAP and b.x0 <= a.x1 + SNAP and a.y0 <= b.y1 + SNAP and b.y0 <= a.y1 + SNAP
        and _is_level(a) != _is_level(b)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Grid:
    """Walls of a table: xs rise to the right, ys fall down the page."""

    xs: list[float]
    ys: list[float]
    rules: list[Rule]

    def has_wall_right_of(self, row: int, column: int) -> bool:
        x, y = self.xs[column + 1], (self.ys[row] + self.ys[row + 1]) / 2
        return any(not _is_level(r) and abs(r.x0 - x) <= SNAP and r.y0 <= y <= r.y1 for r in self.rules)

    def has_wall_below(self, row: int, column: int) -> bool:
        x, y = (self.xs[column] + self.xs[column + 1]) / 2, self.ys[row + 1]
        return any(_is_level(r) and abs(r.y0 - y) <= SNAP and r.x0 <= x <= r.x1 for r in self.rules)


def _grid(rules: list[Rule]) -> _Grid | None:
    level = [rule for rule in rules if _is_level(rule)]
    upright = [rule for rule in rules if not _is_level(rule)]
    if len(level) < 2 or not upright:
        return None
    # A table without outer walls still ends where its lines end.
    xs = [*(r.x0 for r in upright), min(r.x0 for r in level), max(r.x1 for r in level)]
    ys = [*(r.y0 for r in level), min(r.y0 for r in upright), max(r.y1 for r in upright)]
    columns = sorted(set(_snapped(xs).values()))
    rows = sorted(set(_snapped(ys).values()), reverse=True)
    if len(columns) < 3 or len(rows) < 3 or len(columns) * len(rows) > MAX_CELLS:
        return None
    return _Grid(columns, rows, rules)


def _fill(grid: _Grid, words: Sequence[Word], turn: int) -> Found | None:
    """The words that stand within the grid, cell by cell."""
    contents: dict[tuple[int, int], list[Word]] = {}
    places: set[int] = set()
    for place, word in enumerate(words):
        spot = _spot(grid, word) if word.turn == turn else None
        if spot:
            contents.setdefault(spot, []).append(word)
            places.add(place)
    cells = _joined_cells(grid, contents)
    rows = _without_empty([row for row in cells if any(cell.text for cell in row)])
    return Found(Table(rows, tuple(grid.xs)), places) if _is_table(rows) else None


def _without_empty(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows without the columns that hold nothing or only what the column before holds: the gaps of double lines."""
    width = len(rows[0]) if rows else 0
    kept = [i for i in range(width) if any(row[i].text and (i == 0 or row[i] is not row[i - 1]) for row in rows)]
    return [[row[i] for i in kept] for row in rows]


def _spot(grid: _Grid, word: Word) -> tuple[int, int] | None:
    x, y = (word.x0 + word.x1) / 2, word.y + word.size * 0.3
    row = next((i for i, (top, bottom) in enumerate(pairwise(grid.ys)) if bottom <= y < top), None)
    column = next((i for i, (left, right) in enumerate(pairwise(grid.xs)) if left <= x < right), None)
    return None if row is None or column is None else (row, column)


def _joined_cells(grid: _Grid, contents: dict[tuple[int, int], list[Word]]) -> list[list[Cell]]:
    """Cells by row; those with no wall between them are one and the same `Cell` in each place."""
    height, width = len(grid.ys) - 1, len(grid.xs) - 1
    owner = {(row, column): (row, column) for row in range(height) for column in range(width)}

    def top(spot: tuple[int, int]) -> tuple[int, int]:
        while owner[spot] != spot:
            spot = owner[spot]
        return spot

    def unite(a: tuple[int, int], b: tuple[int, int]) -> None:
        first, second = sorted((top(a), top(b)))
        owner[second] = first

    for row, column in list(owner):
        if column + 1 < width and not grid.has_wall_right_of(row, column):
            unite((row, column), (row, column + 1))
        if row + 1 < height and not grid.has_wall_below(row, column):
            unite((row, column), (row + 1, column))
    held: dict[tuple[int, int], list[Word]] = {}
    for spot, words in sorted(contents.items()):
        held.setdefault(top(spot), []).extend(words)
    filled = {spot: _cell(words) for spot, words in held.items()}
    return [[filled.get(top((row, column)), Cell()) for column in range(width)] for row in range(height)]


def _cell(words: Sequence[Word]) -> Cell:
    text = " ".join(line.text for line in lines_of(sorted(words, key=lambda w: (-round(w.y), w.x0))))
    first = words[0]
    return Cell(text, (all(w.bold for w in words), first.ink, round(first.size)))


def _is_table(rows: Sequence[Sequence[Cell]]) -> bool:
    """Two columns and two rows at least with something in them, and no cell as long as a page."""
    cells = [cell for row in rows for cell in row]
    filled = [cell for cell in cells if cell.text]
    columns = {i for row in rows for i, cell in enumerate(row) if cell.text}
    if len(rows) < 2 or len(columns) < 2 or len(filled) < 0.2 * len(cells):
        return False
    return sum(len(cell.text.split()) for cell in filled) / len(filled) <= MAX_WORDS_A_CELL


def aligned_table(lines: Sequence[Line]) -> Table:
    """The table that these lines are, one row each, of the same columns."""
    edges = tuple(run.x0 for run in lines[0].runs)
    rows = [[Cell(run.text, (line.bold, 0, round(line.size))) for run in line.runs] for line in lines]
    return Table(rows, edges)


def aligned_stretches(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Where three or more lines follow each other whose runs stand under each other."""
    start = 0
    for i in range(1, len(lines) + 1):
        if i < len(lines) and _same_columns(lines[i - 1], lines[i]):
            continue
        if i - start >= 3 and len(lines[start].runs) >= 3:
            yield start, i
        start = i


def _same_columns(a: Line, b: Line) -> bool:
    if len(a.runs) != len(b.runs) or len(a.runs) < 3 or a.turn != b.turn or not 0 < a.y - b.y < 4 * a.size:
        return False
    return all(
        abs(p.x0 - q.x0) < a.size or abs(p.x1 - q.x1) < a.size or abs(p.x0 + p.x1 - q.x0 - q.x1) < 2 * a.size
        for p, q in zip(a.runs, b.runs, strict=True)
    )


def header_of(table: Table, previous: list[str] | None, previous_edges: tuple[float, ...]) -> list[str] | None:
    """The names of the columns: the first row's, or those of the table that this one continues."""
    if _looks_like_header(table):
        rows = table.rows[: _header_depth(table)]
        return [
            " ".join(dict.fromkeys(cell.text for cell in column if cell.text)) for column in zip(*rows, strict=True)
        ]
    continues = previous and len(previous) == len(table.rows[0]) and _same_edges(previous_edges, table.edges)
    return previous if continues else None


def _header_depth(table: Table) -> int:
    """How many rows the header has: one more for each that a joined cell reaches into."""
    depth = 1
    while depth < len(table.rows) - 1 and any(
        upper is lower and upper.text for upper, lower in zip(table.rows[depth - 1], table.rows[depth], strict=True)
    ):
        depth += 1
    return depth


def _same_edges(a: Sequence[float], b: Sequence[float]) -> bool:
    return len(a) == len(b) and all(abs(x - y) <= SNAP for x, y in zip(a, b, strict=True))


def _looks_like_header(table: Table) -> bool:
    """The first row looks unlike the second, or it has three or more names and no figures.

    A table of two columns that look alike is taken for names and values, which need no header.
    """
    first, second = table.rows[0], table.rows[1]
    named = [cell for cell in first if cell.text]
    if len(named) < max(2, len(first) - 1) or len({id(cell) for cell in named}) < 2:
        return False
    looks = {cell.look for cell in named}
    if len(looks) == 1 and not looks & {cell.look for cell in second if cell.text}:
        return True
    return len(first) >= 3 and not any(_is_figure(cell.text) for cell in named)


def _is_figure(text: str) -> bool:
    return sum(letter.isdigit() for letter in text) > 0.5 * len(text)


def row_texts(table: Table, header: list[str] | None) -> list[str]:
    """Each row as "Column: value; Column: value"; a header with a column that is never filled stays a row."""
    if header is None:
        return [_row(row, [""] * len(row)) for row in table.rows]
    depth = _header_depth(table) if _looks_like_header(table) else 0
    body = table.rows[depth:]
    unused = depth and any(name and not any(row[i].text for row in body) for i, name in enumerate(header))
    lead = ["; ".join(name for name in header if name)] if unused else []
    return lead + [_row(row, header) for row in body]


def _row(row: Sequence[Cell], header: Sequence[str]) -> str:
    if all(cell is row[0] for cell in row):
        return row[0].text
    fresh = [cell.text if i == 0 or cell is not row[i - 1] else "" for i, cell in enumerate(row)]
    if len(row) == 2 and not any(header) and all(fresh) and len(fresh[0]) <= 80:
        return f"{fresh[0].rstrip(':')}: {fresh[1]}"
    return "; ".join(
        f"{name.rstrip(':')}: {text}" if name else text for name, text in zip(header, fresh, strict=True) if text
    )
