"""Lines of a PDF's pages as blocks: headings by outline and size, paragraphs, list entries, table rows.

What a style means is decided over the whole document; where a block ends, line by line.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from ingest.blocks import Block, BlockKind
from ingest.readers.pdf_lines import Line

EDGE_LINES = 2  # lines at the top and at the bottom of a page that may be a running header or footer
HEADING_LENGTH = 160
BOLD_HEADING_LENGTH = 110
HEADING_LINES = 3  # more lines of one large style are an introduction, not a heading

_BULLET = r"[•●▪■◦‣·○□➢➤✓✔❖§*–—-]|o"
_NUMBER = r"\(?(?:\d{1,3}|[a-z]|[ivxl]{1,5}|[A-Z])[.)]"
_ITEM = re.compile(rf"(?:{_BULLET}|{_NUMBER})\s+\S")
_STRONG_BULLET = re.compile(r"[•●▪■◦‣○□➢➤✓✔❖]\s*\S?")
_LONE_MARK = re.compile(rf"(?:{_BULLET}|{_NUMBER})")
_HANGING_NUMBER = re.compile(r"\d{1,3}|[a-z]|[ivx]{1,5}")
_CLAUSE = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,4}\.?\s+\S")
_HEADING_NUMBER = re.compile(r"(?:(?:Appendix|Annex|Chapter|Part|Section)\s+)?(?:\d{1,3}(?:\.\d{1,3})*|[A-Z])[.):]?")
_ENDS_SENTENCE = re.compile(r"[.!?:;][\"'”’)\]]*$")
_DOT_LEADER = re.compile(r"(?:\.\s?){5,}|…{2,}")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Rows:
    """A table's rows, standing where the table stands among the lines."""

    texts: list[str]


Flow = list["Line | Rows"]
Style = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading that the document's own outline names: its page from 1, its depth from 1."""

    title: str
    page: int
    depth: int


@dataclass(slots=True)
class _Styles:
    """What the document's sizes mean."""

    body: float
    leading: float
    levels: dict[Style, int] = field(default_factory=dict)

    def level(self, line: Line) -> int:
        return self.levels.get(_style(line), 0)


def blocks_of(pages: Mapping[int, Flow], outline: Sequence[OutlineEntry]) -> list[Block]:
    """The blocks of all pages (by their number from 1), in reading order."""
    lines = [piece for flow in pages.values() for piece in flow if isinstance(piece, Line)]
    body = _body_size(lines)
    running = _running_texts(pages, body)
    outlined = _outlined(pages, outline)
    styles = _styles([line for line in lines if _edge_key(line, body) not in running], body, outlined)
    blocks: list[Block] = []
    for number, flow in pages.items():
        blocks += _PageBlocks(number, styles, running, outlined).read(flow)
    return blocks


def _style(line: Line) -> Style:
    return round(line.size * 2) / 2, line.bold


def _body_size(lines: Sequence[Line]) -> float:
    """The size in which most of the text is set."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[_style(line)[0]] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _styles(lines: Sequence[Line], body: float, outlined: Mapping[tuple[int, str], int]) -> _Styles:
    """Body size, leading and the level of each style that is a heading's, largest first."""
    styles = _Styles(body, _leading(lines))
    letters = sum(len(line.text) for line in lines)
    bold_is_rare = sum(len(line.text) for line in lines if line.bold) < 0.3 * letters
    seen = {_style(line) for line in lines if _could_head(line)}
    ranked = sorted((s for s in seen if _is_heading_style(s, body, bold_is_rare)), reverse=True)
    levels = _agreeing_with(outlined, lines, {style: min(i + 1, 6) for i, style in enumerate(ranked)})
    styles.levels.update(levels)
    return styles


def _is_heading_style(style: Style, body: float, bold_is_rare: bool) -> bool:
    size, bold = style
    return size >= max(body * 1.1, body + 1) or (bold and bold_is_rare and size >= body - 0.5)


def _agreeing_with(
    outlined: Mapping[tuple[int, str], int], lines: Sequence[Line], levels: dict[Style, int]
) -> dict[Style, int]:
    """Styles whose lines the outline names take its depth; the others stay in their order around them."""
    depths: dict[Style, Counter[int]] = defaultdict(Counter)
    titles = {title: depth for (_, title), depth in outlined.items()}
    for line in lines:
        depth = titles.get(_plain(line.text))
        if depth and _style(line) in levels:
            depths[_style(line)][depth] += 1
    agreed: dict[Style, int] = {}
    above = 0
    for style, level in levels.items():
        known = depths[style].most_common(1)[0][0] if depths[style] else 0
        above = known or (min(above + 1, 6) if depths and above else (1 if depths else level))
        agreed[style] = min(above, 6)
    return agreed


def _leading(lines: Sequence[Line]) -> float:
    """The usual step, in ems, to a line that begins in small letters: it surely goes on with a paragraph."""
    steps = Counter(
        round((a.y - b.y) / a.size, 1)
        for a, b in pairwise(lines)
        if b.text[0].islower() and abs(a.size - b.size) < 0.5 and 0.8 < (a.y - b.y) / a.size < 3
    )
    return steps.most_common(1)[0][0] if steps else 1.2


def _plain(text: str) -> str:
    """Letters and digits only, in one case: how an outline's title and its line are compared."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _outlined(pages: Mapping[int, Flow], outline: Sequence[OutlineEntry]) -> dict[tuple[int, str], int]:
    """Lines that the outline names, as (page, plain text) with their depth; a title may take two or three lines."""
    wanted: dict[int, dict[str, int]] = defaultdict(dict)
    for entry in outline:
        if _plain(entry.title):
            wanted[entry.page].setdefault(_plain(entry.title), min(entry.depth, 6))
    found: dict[tuple[int, str], int] = {}
    for number, titles in wanted.items():
        texts = [_plain(line.text) for line in pages.get(number, []) if isinstance(line, Line)]
        for i in range(len(texts)):
            for span in range(1, HEADING_LINES + 1):
                depth = titles.get("".join(texts[i : i + span]))
                if depth and i + span <= len(texts):
                    found.update({(number, text): depth for text in texts[i : i + span]})
    return found


def _running_texts(pages: Mapping[int, Flow], body: float) -> set[str]:
    """Texts that come again at the edges of pages, figures apart: running headers and footers.

    Not in large letters, unless word for word: chapters that begin a page are told apart by their figures alone.
    """
    seen: Counter[str] = Counter()
    for flow in pages.values():
        seen.update({_edge_key(line, body) for line in _edge_lines(flow)})
    least = 2 if len(pages) <= 4 else 3
    return {text for text, count in seen.items() if count >= least}


def _edge_key(line: Line, body: float) -> str:
    return line.text if line.size > 1.2 * body else _DIGITS.sub("#", line.text).casefold()


def _edge_lines(flow: Flow) -> list[Line]:
    lines = sorted((line for line in flow if isinstance(line, Line) and not line.turn), key=lambda line: -line.y)
    return lines if len(lines) <= 2 * EDGE_LINES else lines[:EDGE_LINES] + lines[-EDGE_LINES:]


def _could_head(line: Line) -> bool:
    text = line.text
    if len(text) > HEADING_LENGTH or sum(letter.isalpha() for letter in text) < 2 or _DOT_LEADER.search(text):
        return False
    return not (_ITEM.match(text) and not text[0].isdigit() and not text[0].isupper())


@dataclass(slots=True)
class _PageBlocks:
    """Reads one page's lines into blocks."""

    page: int
    styles: _Styles
    running: set[str]
    outlined: Mapping[tuple[int, str], int]
    right_edges: dict[int, float] = field(default_factory=dict)
    depths: list[float] = field(default_factory=list)

    def read(self, flow: Flow) -> list[Block]:
        top, body, bottom = self._edges_apart(flow)
        lines = [line for line in body if isinstance(line, Line)]
        for line in lines:
            place = round(line.x0 / 36)
            self.right_edges[place] = max(self.right_edges.get(place, 0.0), line.x1)
        blocks = [self._paragraph([line]) for line in top]
        for is_rows, group in groupby(body, lambda piece: isinstance(piece, Rows)):
            pieces = list(group)
            blocks += list(_row_blocks(pieces, self.page)) if is_rows else self._text_blocks(pieces)
        return blocks + [self._paragraph([line]) for line in bottom]

    def _edges_apart(self, flow: Flow) -> tuple[list[Line], Flow, list[Line]]:
        """Running lines taken out of the flow, to stand as blocks of their own at the page's top and bottom."""
        edges = _edge_lines(flow)
        running = [line for line in edges if _edge_key(line, self.styles.body) in self.running]
        rest: Flow = [piece for piece in flow if not any(piece is line for line in running)]
        ys = [piece.y for piece in rest if isinstance(piece, Line)]
        middle = (max(ys) + min(ys)) / 2 if ys else 0.0
        return [r for r in running if r.y > middle], rest, [r for r in running if r.y <= middle]

    def _text_blocks(self, pieces: Sequence[Line | Rows]) -> list[Block]:
        lines = [piece for piece in pieces if isinstance(piece, Line)]
        groups: list[list[Line]] = []
        levels: list[int] = []
        for i, line in enumerate(lines):
            level = self._heading_level(line, lines[i + 1] if i + 1 < len(lines) else None)
            if groups and self._joins(groups[-1], levels[-1], line, level):
                groups[-1].append(line)
            else:
                groups.append([line])
                levels.append(level)
        return [self._block(group, level) for group, level in zip(groups, levels, strict=True)]

    def _heading_level(self, line: Line, after: Line | None) -> int:
        """1-6 if the line is a heading or part of one, else 0."""
        depth = self.outlined.get((self.page, _plain(line.text)))
        if depth:
            return depth
        level = self.styles.level(line)
        if not level or not _could_head(line):
            return 0
        return level if _style(line)[0] > self.styles.body + 0.9 or self._bold_heads(line, after) else 0

    def _bold_heads(self, line: Line, after: Line | None) -> bool:
        """Whether a bold line of the text's own size is a heading, not a bold beginning of a paragraph."""
        if (
            len(line.text) > BOLD_HEADING_LENGTH
            or line.text.endswith((",", ";"))
            or (line.text.endswith((".", ":")) and len(line.text) > 60)
        ):
            return False
        if len(line.runs) > 1 and not _HEADING_NUMBER.fullmatch(line.runs[0].text):
            return False
        runs_on = after is not None and not after.bold and not self._gap_above(line, after)
        return not (runs_on and self._is_full(line))

    def _gap_above(self, a: Line, b: Line) -> bool:
        """Whether `b` stands further below `a` than the next line of a paragraph would."""
        step = a.y - b.y
        return step < 0.3 * b.size or step > (self.styles.leading + 0.2) * max(a.size, b.size)

    def _is_full(self, line: Line) -> bool:
        """Whether the line reaches the right edge of its column, give or take a longish word."""
        return self._room_after(line) < 5 * line.size

    def _room_after(self, line: Line) -> float:
        """How far the line ends from the right edge of its column."""
        place = round(line.x0 / 36)
        return max(self.right_edges.get(place + step, 0.0) for step in (-1, 0, 1)) - line.x1

    def _had_room_for(self, last: Line, line: Line) -> bool:
        """Whether the first word of `line` would have found room on the line before: then it starts anew."""
        width_a_letter = (line.x1 - line.x0) / len(line.text)
        return self._room_after(last) > (len(line.text.split()[0]) + 1.5) * width_a_letter

    def _joins(self, group: list[Line], group_level: int, line: Line, level: int) -> bool:
        """Whether the line goes on with the block."""
        last, first = group[-1], group[0]
        if group_level or level:
            same = group_level == level and _style(last) == _style(line) and len(group) < HEADING_LINES
            return same and 0 < last.y - line.y <= 1.6 * line.size and not _starts_numbered(line)
        if line.turn != last.turn or abs(line.size - last.size) > 0.15 * last.size:
            return False
        if _LONE_MARK.fullmatch(last.text) and len(group) == 1 and abs(last.y - line.y) < line.size:
            return True
        if last.y - line.y < 0.3 * line.size:
            return _goes_on_in_next_column(last, line)
        if self._gap_above(last, line) or self._starts_block(group, line):
            return False
        return not self._ends_block(first, last, line)

    def _starts_block(self, group: list[Line], line: Line) -> bool:
        """Whether the line begins an entry, a clause or an indented paragraph."""
        last = group[-1]
        if _STRONG_BULLET.match(line.text) or _hangs_from_number(line):
            return True
        if _ITEM.match(line.text) or _CLAUSE.match(line.text):
            in_list = _is_entry(group[0]) or bool(_CLAUSE.match(group[0].text))
            moved = abs(line.x0 - last.x0) > 0.5 * line.size
            return in_list or moved or bool(_ENDS_SENTENCE.search(last.text)) or not self._is_full(last)
        indented = line.x0 - last.x0 > 0.7 * line.size
        hangs = len(group) == 1 and (_is_entry(last) or bool(_CLAUSE.match(last.text)))
        return indented and not hangs and not _is_centred(last, line)

    def _ends_block(self, first: Line, last: Line, line: Line) -> bool:
        """Whether the line before was a block's last: a short line with a full stop, or a list's end."""
        if _is_entry(first) and line.x0 < first.x0 + 0.5 * line.size and last is not first:
            return bool(last.x0 > first.x0 + 0.5 * line.size)
        stopped = bool(_ENDS_SENTENCE.search(last.text))
        return stopped and self._had_room_for(last, line) and not line.text[0].islower()

    def _block(self, group: list[Line], level: int) -> Block:
        if level:
            self.depths.clear()
            return Block(BlockKind.HEADING, " ".join(line.text for line in group), self.page, level)
        if _is_entry(group[0]):
            return Block(BlockKind.ITEM, _text(group), self.page, self._depth(group[0]))
        return self._paragraph(group)

    def _paragraph(self, group: list[Line]) -> Block:
        if group[0].turn == 0:
            self.depths.clear()
        return Block(BlockKind.PARAGRAPH, _text(group), self.page)

    def _depth(self, line: Line) -> int:
        """How deep an entry stands, by the indents of the entries before it."""
        step = 0.7 * line.size
        if self.depths and abs(line.x0 - self.depths[-1]) > 15 * line.size:
            self.depths.clear()  # the list goes on in the next column
        while self.depths and line.x0 < self.depths[-1] - step:
            self.depths.pop()
        if not self.depths or line.x0 > self.depths[-1] + step:
            self.depths.append(line.x0)
        return len(self.depths) - 1


def _is_entry(line: Line) -> bool:
    """Whether the line is the first of a list's entry."""
    return bool(_ITEM.match(line.text) or _STRONG_BULLET.match(line.text)) or _hangs_from_number(line)


def _hangs_from_number(line: Line) -> bool:
    """Whether a bare number or letter stands apart to the left of the text: `1    Appoint a lead`."""
    return len(line.runs) > 1 and bool(_HANGING_NUMBER.fullmatch(line.runs[0].text))


def _row_blocks(pieces: Sequence[Line | Rows], page: int) -> Iterator[Block]:
    for piece in pieces:
        if isinstance(piece, Rows):
            yield from (Block(BlockKind.ROW, text, page) for text in piece.texts)


def _starts_numbered(line: Line) -> bool:
    return bool(_CLAUSE.match(line.text) or re.match(r"(?:\d{1,3}|[A-Z])[.)]\s", line.text))


def _is_centred(a: Line, b: Line) -> bool:
    return abs((a.x0 + a.x1) - (b.x0 + b.x1)) < 2 * a.size


def _goes_on_in_next_column(last: Line, line: Line) -> bool:
    return line.text[0].islower() and not _ENDS_SENTENCE.search(last.text) and line.x0 > last.x1


def _text(lines: Sequence[Line]) -> str:
    """Lines joined by a space; after a hyphen the line's end is kept, for whoever mends broken words."""
    text = lines[0].text
    for line in lines[1:]:
        text += ("\n" if text.endswith(("-", "\u00ad", "\u2010")) else " ") + line.text
    return text
