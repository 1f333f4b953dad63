"""A Word file → blocks. It walks the XML itself: much of what an LMC's papers say stands in text boxes, content
controls, nested tables, headers and tracked insertions, where simpler readers do not look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from corpus.errors import DocumentDamaged
from ingest.blocks import Block, BlockKind, Reading
from ingest.readers.dates import find_published
from ingest.readers.layout import Cell, join_lines, looks_like_header, split_marker, squeeze, table_rows, words
from ingest.readers.ooxml import (
    Element,
    Package,
    attribute,
    child,
    children,
    diagram_texts,
    drawn_text,
    number,
    relation_id,
    tag,
)
from ingest.readers.word_styles import Numbering, Styles, toggle

_DATED_BLOCKS = 40
# Deleted and moved-away text, field codes, and properties say nothing that the reader of the paper sees.
_UNSEEN = words("del moveFrom delText instrText delInstrText rPr pPr sdtPr sdtEndPr rt")
_DRAWN = words("drawing pict object")
_SIGNS = {"tab": " ", "ptab": " ", "cr": " ", "noBreakHyphen": "-"}
_ONLY_PAGE_NUMBER = re.compile(r"(?:page)?[\s\d|/–-]*(?:of)?[\s\d|/–-]*", re.I)
_PLAIN_TABLES = words("tablenormal tablegrid normaltable") | {""}


def read_docx(data: bytes) -> Reading:
    """Read a Word file of 2007 or later.

    Pages are those that Word last laid out, where it noted them, else those of the author's own page breaks.
    Raises: DocumentDamaged, DocumentEncrypted or DocumentIsBomb.
    """
    package = Package(data)
    main = package.main_part("word/document.xml")
    body = child(package.xml(main), "body")
    if body is None:
        raise DocumentDamaged("it is damaged: the part with the text is missing")
    walk = _Walk(package, main, body)
    blocks = walk.document(body)
    pages = max((block.page for block in blocks), default=1)
    lines = "\n".join(block.text for block in blocks[:_DATED_BLOCKS])
    first = next((b.text for b in blocks if b.kind is BlockKind.HEADING and b.level == 1), None)
    return Reading(
        format="docx",
        blocks=blocks,
        page_count=pages,
        title=walk.title or package.title() or first,
        published=find_published(lines),
        warnings=package.warnings,
    )


@dataclass(slots=True)
class _Line:
    """One paragraph being read: its text, what hangs on it, and whether all of it is bold."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    page: int = 0  # where its first letter stands
    bold: bool = True

    @property
    def text(self) -> str:
        return squeeze("".join(self.parts))


class _Walk:
    """Goes through the document once, in reading order."""

    def __init__(self, package: Package, main: str, body: Element) -> None:
        self._package = package
        self._relations = package.relations(main)
        self._styles = Styles(self._related("styles"))
        self._numbering = Numbering(self._related("numbering"), self._styles)
        self._notes = {kind: _notes(self._related(f"{kind}s")) for kind in ("footnote", "endnote")}
        self._note_count = {"footnote": 0, "endnote": 0}
        self._laid_out = next(body.iter("{*}lastRenderedPageBreak"), None) is not None
        self._page = 1
        self._level = 0  # of the styled heading above
        self.title: str | None = None

    def document(self, body: Element) -> list[Block]:
        headers = self._edges(body, "headerReference")
        blocks = list(self._blocks(body))
        endnotes = self._endnotes(body)
        footers = self._edges(body, "footerReference")
        return [*headers, *blocks, *endnotes, *footers]

    def _related(self, kind: str) -> Element | None:
        found = next((r.target for r in self._relations.values() if r.kind == kind and r.target), None)
        return self._package.optional(found) if found else None

    def _edges(self, body: Element, reference: str) -> list[Block]:
        """Headers or footers: each text once, however many sections repeat it; page numbers alone are left out."""
        blocks: dict[str, Block] = {}
        for element in body.iter(f"{{*}}{reference}"):
            relation = self._relations.get(relation_id(element, "id"))
            root = self._package.optional(relation.target) if relation else None
            for block in self._blocks(root):
                if not _ONLY_PAGE_NUMBER.fullmatch(block.text):
                    blocks.setdefault(block.text, Block(BlockKind.NOTE, block.text, self._page))
        return list(blocks.values())

    def _endnotes(self, body: Element) -> list[Block]:
        ids = [attribute(element, "id") for element in body.iter("{*}endnoteReference")]
        return [block for note_id in ids for block in self._note("endnote", note_id)]

    def _note(self, kind: str, note_id: str) -> Iterator[Block]:
        element = self._notes[kind].get(note_id)
        text = self._flat(element) if element is not None else ""
        self._note_count[kind] += 1
        if text:
            yield Block(BlockKind.NOTE, f"{kind.capitalize()} {self._note_count[kind]}: {text}", self._page)

    def _blocks(self, element: Element | None) -> Iterator[Block]:
        for each in children(element):
            name = tag(each)
            if name == "p":
                yield from self._paragraph(each)
            elif name == "tbl":
                yield from self._table(each)
            elif name == "AlternateContent":
                branch = child(each, "Choice")
                yield from self._blocks(branch if branch is not None else child(each, "Fallback"))
            elif name not in _UNSEEN:
                yield from self._blocks(each)

    def _paragraph(self, element: Element) -> Iterator[Block]:
        properties = child(element, "pPr")
        style_id = attribute(child(properties, "pStyle"), "val")
        if not self._laid_out and toggle(properties, "pageBreakBefore"):
            self._page += 1
        line = _Line()
        self._collect(element, line, self._styles.is_bold(style_id))
        if line.text and not self._styles.is_contents(style_id):
            yield self._shaped(element, line, style_id)
        for text in line.drawn:
            yield Block(BlockKind.NOTE, text, line.page or self._page)
        for box in line.boxes:
            yield from (_boxed(block) for block in self._blocks(box))
        for kind, note_id in line.notes:
            yield from self._note(kind, note_id)
        section = attribute(child(properties, "sectPr", "type"), "val", "nextPage")
        if not self._laid_out and child(properties, "sectPr") is not None and section != "continuous":
            self._page += 1

    def _shaped(self, element: Element, line: _Line, style_id: str) -> Block:
        """A paragraph's text as the heading, list entry or plain paragraph that it is."""
        page = line.page or self._page
        properties = child(element, "pPr")
        marker = self._marker(properties, style_id)
        level = self._heading_level(element)
        self._level = level or self._level
        if not level and marker is None and self._stands_for_heading(line):
            level = self._fake_level()
        if level:
            if self._styles.is_title(style_id) and self.title is None:
                self.title = line.text
            return Block(BlockKind.HEADING, squeeze(f"{marker[0] if marker else ''} {line.text}"), page, level)
        if marker and marker[0]:
            return Block(BlockKind.ITEM, f"{marker[0]} {line.text}", page, marker[1])
        typed = split_marker(line.text)
        if typed:
            return Block(BlockKind.ITEM, f"{typed[0]} {typed[1]}", page)
        return Block(BlockKind.PARAGRAPH, line.text, page)

    def _heading_level(self, element: Element) -> int:
        properties = child(element, "pPr")
        own = attribute(child(properties, "outlineLvl"), "val")
        if own and number(own, 9) < 9:
            return min(number(own) + 1, 6)
        return self._styles.heading_level(attribute(child(properties, "pStyle"), "val"))

    def _stands_for_heading(self, line: _Line) -> bool:
        """A short line that is bold throughout and ends no sentence: how most papers in practice mark headings."""
        text = line.text
        wordy = re.search(r"[^\W\d_]{3}", text) is not None
        return line.bold and wordy and len(text) <= 90 and text[-1] not in ".,;:!" and len(text.split()) <= 14

    def _fake_level(self) -> int:
        """Below the styled heading above it; level 2 in a paper that has none."""
        return min(self._level + 1, 6) if self._level else 2

    def _marker(self, properties: Element | None, style_id: str) -> tuple[str, int] | None:
        own = child(properties, "numPr")
        styled_id, styled_level = self._styles.numbering(style_id)
        num_id = attribute(child(own, "numId"), "val") or styled_id
        level = attribute(child(own, "ilvl"), "val") or styled_level
        return self._numbering.marker(num_id, level, style_id) if num_id else None

    def _collect(self, element: Element, line: _Line, bold: bool) -> None:
        """Gather the text below `element` in reading order; what is drawn is kept for after the paragraph."""
        for each in children(element):
            name = tag(each)
            if name == "r":
                self._run(each, line, bold)
            elif name == "AlternateContent":
                self._branch(each, line, bold)
            elif name in _DRAWN:
                self._drawing(each, line)
            elif name == "t":
                self._add(line, "".join(each.itertext()), bold)
            elif name not in _UNSEEN:
                self._sign(each, name, line)
                self._collect(each, line, bold)

    def _run(self, run: Element, line: _Line, bold: bool) -> None:
        properties = child(run, "rPr")
        if toggle(properties, "vanish"):
            return
        own = toggle(properties, "b")
        self._collect(run, line, bold if own is None else own)

    def _add(self, line: _Line, text: str, bold: bool) -> None:
        if text.strip():
            line.page = line.page or self._page
            line.bold = line.bold and bold
        line.parts.append(text)

    def _sign(self, element: Element, name: str, line: _Line) -> None:
        if name in _SIGNS:
            line.parts.append(_SIGNS[name])
        elif name == "br":
            line.parts.append(" ")
            self._page += attribute(element, "type") == "page" and not self._laid_out
        elif name == "lastRenderedPageBreak":
            self._page += 1
        elif name in ("footnoteReference", "endnoteReference"):
            kind = name.removesuffix("Reference")
            if kind == "footnote":  # endnotes come together at the end
                line.notes.append((kind, attribute(element, "id")))

    def _branch(self, element: Element, line: _Line, bold: bool) -> None:
        """The same thing drawn in a new and in an old way: the first that has any text is read."""
        for branch in children(element, "Choice", "Fallback"):
            trial = _Line()
            self._collect(branch, trial, bold)
            if trial.text or trial.drawn or any(_letters(box) for box in trial.boxes):
                line.parts += trial.parts
                line.boxes += trial.boxes
                line.drawn += trial.drawn
                line.notes += trial.notes
                return

    def _drawing(self, element: Element, line: _Line) -> None:
        boxes = list(_outermost_boxes(element))
        line.boxes += boxes
        for ids in element.iter("{*}relIds"):
            relation = self._relations.get(relation_id(ids, "dm"))
            line.drawn += diagram_texts(self._package, relation.target) if relation else []
        if not boxes and (text := drawn_text(element)):
            line.drawn.append(text)
        line.drawn += [t for path in element.iter("{*}textpath") if (t := squeeze(attribute(path, "string")))]

    def _flat(self, element: Element) -> str:
        """All that stands below an element as one line."""
        return join_lines(block.text for block in self._blocks(element))

    def _table(self, table: Element) -> Iterator[Block]:
        rows = [row for row in _rows(table) if child(row, "trPr", "del") is None]
        cells = [list(_cells(row)) for row in rows]
        width = max((sum(cell.across for cell in row) for row in cells), default=0)
        if width <= 1 or len(rows) == 1:  # drawn for its frame: what stands in it is read like text outside
            for row in cells:
                for cell in row:
                    yield from self._blocks(cell.element)
            return
        texts, pages = [], []
        for row in cells:
            pages.append(self._page)
            texts.append([Cell("" if c.goes_on else self._flat(c.element), c.across) for c in row])
        heads = self._header_rows(table, rows, texts)
        yield from _row_blocks(_merged_down(texts, cells), heads, pages)

    def _header_rows(self, table: Element, rows: list[Element], texts: list[list[Cell]]) -> int:
        marked = 0
        for row in rows[: len(rows) - 1]:
            if not toggle(child(row, "trPr"), "tblHeader"):
                break
            marked += 1
        if marked:
            return marked
        style = attribute(child(table, "tblPr", "tblStyle"), "val").lower()
        styled = style not in _PLAIN_TABLES and attribute(child(table, "tblPr", "tblLook"), "firstRow") == "1"
        bold = self._is_bold(rows[0]) and not self._is_bold(rows[1])
        full = all(cell.text for cell in texts[0])
        return 1 if full and (styled or bold or looks_like_header(texts)) else 0

    def _is_bold(self, row: Element) -> bool:
        line = _Line()
        for paragraph in row.iter("{*}p"):
            style_id = attribute(child(paragraph, "pPr", "pStyle"), "val")
            for run in paragraph.iter("{*}r"):
                own = toggle(child(run, "rPr"), "b")
                bold = self._styles.is_bold(style_id) if own is None else own
                if any("".join(t.itertext()).strip() for t in children(run, "t")):
                    line.bold = line.bold and bold
                    line.parts.append("x")
        return line.bold and bool(line.parts)


@dataclass(frozen=True, slots=True)
class _WordCell:
    element: Element
    across: int
    goes_on: bool  # the lower part of a cell that is merged downwards


def _rows(table: Element) -> Iterator[Element]:
    for each in children(table):
        if tag(each) == "tr":
            yield each
        elif tag(each) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _rows(each)


def _cells(row: Element) -> Iterator[_WordCell]:
    for each in children(row):
        name = tag(each)
        if name == "tc":
            properties = child(each, "tcPr")
            merged = child(properties, "vMerge")
            across = max(number(attribute(child(properties, "gridSpan"), "val"), 1), 1)
            yield _WordCell(each, across, merged is not None and attribute(merged, "val", "continue") != "restart")
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _cells(each)


def _row_blocks(rows: list[list[Cell]], heads: int, pages: list[int]) -> Iterator[Block]:
    """The table's rows as blocks, each on the page where the row begins."""
    for row, page in zip(rows[heads:], pages[heads:], strict=True):
        for line in table_rows([*rows[:heads], row], heads):
            yield Block(BlockKind.ROW, line, page)


def _merged_down(texts: list[list[Cell]], cells: list[list[_WordCell]]) -> list[list[Cell]]:
    """Word leaves the lower parts of a merged cell empty: each takes the text of the cell above."""
    above: dict[int, str] = {}
    filled = []
    for row, marks in zip(texts, cells, strict=True):
        column, new = 0, []
        for cell, mark in zip(row, marks, strict=True):
            text = above.get(column, "") if mark.goes_on else cell.text
            above[column] = text
            new.append(replace(cell, text=text))
            column += cell.across
        filled.append(new)
    return filled


def _notes(root: Element | None) -> dict[str, Element]:
    """Footnotes or endnotes by id, without the separators that Word keeps among them."""
    return {attribute(e, "id"): e for e in children(root) if attribute(e, "type", "normal") == "normal"}


def _outermost_boxes(element: Element) -> Iterator[Element]:
    """The text boxes of a drawing; those inside another box are found when that is read."""
    for each in children(element):
        if tag(each) == "txbxContent":
            yield each
        elif tag(each) == "AlternateContent":
            branches = (list(_outermost_boxes(branch)) for branch in children(each, "Choice", "Fallback"))
            yield from next((found for found in branches if found), [])
        else:
            yield from _outermost_boxes(each)


def _letters(element: Element) -> bool:
    """Whether any text stands in an element; unlike reading it, this counts no list numbers."""
    return any("".join(text.itertext()).strip() for text in element.iter("{*}t"))


def _boxed(block: Block) -> Block:
    """What stands in a text box neither heads nor continues the text around it; its lists and tables stay so."""
    free = block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH)
    return replace(block, kind=BlockKind.NOTE, level=0) if free else block
