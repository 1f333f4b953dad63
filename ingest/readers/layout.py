"""What all readers share: one line of text from many, list numbers, table rows, and the blocks being written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ingest.blocks import Block, BlockKind

BULLET = "•"

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
          (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_ENDS = (".", ":", ";", ",", "?", "!", "-", "–", "—")
_BULLETS = "•·▪▫◦‣●○■□➢➤✓✔❖\uf0b7\uf0a7\uf0d8"
_MARKED = re.compile(
    rf"(?P<bullet>[{_BULLETS}])\s*(?=\S)"
    r"|(?P<dash>[-–—*o])\s+(?=\S)"
    r"|(?P<number>\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{2,5})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?)\s+(?=\S)"
)
_NAMELESS = re.compile(
    r"microsoft |document ?\d*$|doc\d*$|untitled|title\b.{0,3}$|powerpoint presentation|presentation ?\d*$|slide \d+$"
    r"|no title|normal|template$|[\w\- ]+\.(?:docx?|pptx?|pdf|html?|txt|dotx?|indd|pub)$",
    re.IGNORECASE,
)


def squeeze(text: str) -> str:
    """One line: every run of white space (no-break spaces too) becomes a single space."""
    return " ".join(text.split())


def words(text: str) -> frozenset[str]:
    """A set of names, written as one line."""
    return frozenset(text.split())


def sensible_title(text: str | None) -> str | None:
    """The title that a file's properties give, unless it is one that a program made up."""
    title = squeeze(text or "")
    wordy = re.search(r"[^\W\d_]{2}", title) is not None
    return title if wordy and len(title) <= 250 and not _NAMELESS.match(title) else None


def letters(number: int) -> str:
    """1 → a, 26 → z, 27 → aa, 28 → ab, as HTML counts (Word, which says bb, hardly ever gets that far)."""
    text = ""
    while number > 0:
        number, digit = divmod(number - 1, 26)
        text = chr(ord("a") + digit) + text
    return text


def roman(number: int) -> str:
    """1 → i, 4 → iv, 1990 → mcmxc."""
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text


def ordinal(number: int) -> str:
    """1 → 1st, 12 → 12th, 23 → 23rd."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def list_number(number: int, style: str) -> str:
    """A counter as a list of `style` (Word's names) shows it; what cannot be written so is shown in decimals."""
    if style in ("lowerLetter", "upperLetter") and 0 < number < 1000:
        text = letters(number)
    elif style in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        text = roman(number)
    elif style == "ordinal":
        text = ordinal(number)
    else:
        text = f"{number:02d}" if style == "decimalZero" else str(number)
    return text.upper() if style.startswith("upper") else text


def split_marker(text: str) -> tuple[str, str] | None:
    """A line that was typed as a list item → (marker, the rest); all bullets become one."""
    found = _MARKED.match(text)
    if not found:
        return None
    return found.group("number") or BULLET, text[found.end() :]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the file gives it: `across` columns wide, `down` rows high."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of the grid that the cells cover; `first` is false where a wide cell goes on."""

    text: str = ""
    first: bool = True


# A span that a damaged or hostile file claims must not make a grid of millions of places.
_WIDEST, _HIGHEST = 200, 2000


def grid(rows: Sequence[Sequence[Cell]]) -> list[list[Slot]]:
    """Lay cells out on a grid: a high cell is repeated in each of its rows, a wide one is `first` only once."""
    placed: list[dict[int, Slot]] = [{} for _ in rows]
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while x in placed[y]:
                x += 1
            across = min(max(cell.across, 1), _WIDEST)
            for below in placed[y : y + min(max(cell.down, 1), _HIGHEST)]:
                below.update({x + i: Slot(cell.text, first=i == 0) for i in range(across)})
            x += across
            if x >= _WIDEST:
                break
    width = max((max(row, default=-1) + 1 for row in placed), default=0)
    return [[row.get(x, Slot()) for x in range(width)] for row in placed]


def table_rows(rows: Sequence[Sequence[Cell]], header_rows: int) -> list[str]:
    """Each row of a table as a line that can be read alone: `Column: value; Column: value`.

    Without header rows a table of two columns reads `first: second`, a wider one `a; b; c`.
    """
    slots = grid(rows)
    body = slots[header_rows:]
    if not body:
        return _lines(slots, [])
    if header_rows:
        return _lines(body, _column_names(slots[:header_rows]))
    if len(slots[0]) == 2:
        return _pairs(slots)
    return _lines(body, [])


def _column_names(heads: Sequence[Sequence[Slot]]) -> list[str]:
    """`Fee` over `Member` names the column `Fee Member`; a cell that reaches down counts once."""
    columns = zip(*heads, strict=True)
    return [" ".join(dict.fromkeys(slot.text for slot in column if slot.text)) for column in columns]


def _lines(rows: Iterable[Sequence[Slot]], names: Sequence[str]) -> list[str]:
    return [line for row in rows if (line := _line(row, names))]


def _line(row: Sequence[Slot], names: Sequence[str]) -> str:
    pieces: list[tuple[list[str], str]] = []
    for name, slot in zip_longest(names, row, fillvalue=None):
        if slot is None:
            break
        if slot.first or not pieces:
            pieces.append(([], slot.text))
        pieces[-1][0].extend([str(name)] if name else [])
    if sum(1 for _, text in pieces) == 1 and len(row) > 1:
        return pieces[0][1]  # a cell over the whole width heads the rows below it: it has no column
    return "; ".join(_named(columns, text) for columns, text in pieces if text)


def _named(columns: Iterable[str], text: str) -> str:
    name = ", ".join(dict.fromkeys(columns)).rstrip(": ")
    return f"{name}: {text}" if name and name != text else text


def _pairs(rows: Iterable[Sequence[Slot]]) -> list[str]:
    lines = []
    for left, right in rows:
        value = right.text if right.first else ""
        lines.append(_named([left.text], value) if left.text and value else left.text or value)
    return [line for line in lines if line]


def looks_like_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a first row that nothing marks as a header reads like one: a short, different name in every column.

    A table of two columns is a form (`Author | Jane Smith`) as often as a list with headings: there the rows below
    must also be of another kind than the first, figures or much longer texts.
    """
    texts = [cell.text for cell in rows[0]]
    if len(rows) < 2 or len(texts) < max(2, *(len(row) for row in rows)) or len(set(texts)) < len(texts):
        return False
    if not all(0 < len(t) <= 40 and t[0].isalpha() and not t.endswith((".", ":", ";")) for t in texts):
        return False
    return len(texts) > 2 or _differs(texts[1], [row[-1].text for row in rows[1:]])


def _differs(head: str, values: Sequence[str]) -> bool:
    figures = sum(any(sign.isdigit() for sign in value) for value in values)
    if figures == len(values):
        return len(values) > 1 and not any(sign.isdigit() for sign in head)
    return len(values) > 1 and min(len(value) for value in values) > 2 * len(head)


def join_lines(texts: Iterable[str]) -> str:
    """The paragraphs of one table cell as one line; a stroke parts those that do not end a sentence."""
    joined = ""
    for text in filter(None, texts):
        if joined:
            joined += " " if joined.endswith(_ENDS) else " / "
        joined += text
    return joined


@dataclass(slots=True)
class Writer:
    """Collects blocks; while an item is open, its first text carries the marker and later text joins it."""

    blocks: list[Block] = field(default_factory=list)
    page: int = 1
    _marker: str = ""
    _item: int = -1  # the open item's place in `blocks`, -1 where its text has not begun
    _depth: int = 0

    @property
    def depth(self) -> int:
        """How many items are open around what is written next."""
        return self._depth

    def heading(self, level: int, text: str) -> None:
        self._add(BlockKind.HEADING, squeeze(text), min(max(level, 1), 6))

    def rows(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._add(BlockKind.ROW, line)

    def text(self, text: str, *, kind: BlockKind = BlockKind.PARAGRAPH) -> None:
        """A paragraph, or a part of the open item."""
        if not text.strip():
            return
        if self._marker:
            self._add(BlockKind.ITEM, f"{self._marker} {text}", self._depth - 1)
            self._marker, self._item = "", len(self.blocks) - 1
        elif self._depth and self._item == len(self.blocks) - 1:
            last = self.blocks[-1]
            self.blocks[-1] = Block(last.kind, join_lines([last.text, text]), last.page, last.level)
        else:
            self._add(kind, text)

    def open_item(self, marker: str) -> None:
        self._marker, self._item = marker, -1
        self._depth += 1

    def close_item(self) -> None:
        self._marker, self._item = "", -1
        self._depth -= 1

    def _add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if text:
            self.blocks.append(Block(kind, text, self.page, level))
