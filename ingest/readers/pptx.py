"""A PowerPoint file → blocks: each slide a page, its title a heading, its speaker's notes and comments as notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.errors import DocumentDamaged
from ingest.blocks import Block, BlockKind, Reading
from ingest.readers.dates import find_published
from ingest.readers.layout import (
    BULLET,
    Cell,
    join_lines,
    list_number,
    looks_like_header,
    split_marker,
    squeeze,
    table_rows,
)
from ingest.readers.ooxml import (
    Element,
    Package,
    Relation,
    attribute,
    child,
    children,
    diagram_texts,
    drawn_text,
    number,
    relation_id,
    run_text,
    tag,
)

_TITLES = frozenset(("title", "ctrTitle"))
_FURNITURE = frozenset(("dt", "ftr", "hdr", "sldNum", "sldImg"))
_BODIES = frozenset(("body", "obj", ""))
# PowerPoint's names for list numbers: the style, then what stands around it.
_NUMBERS = {"arabic": "decimal", "alphaLc": "lowerLetter", "alphaUc": "upperLetter",
            "romanLc": "lowerRoman", "romanUc": "upperRoman"}  # fmt: skip
_AROUND = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}"}
_DATED_BLOCKS = 40


def read_pptx(data: bytes) -> Reading:
    """Read a PowerPoint file of 2007 or later, slide by slide as they are shown.

    Raises: DocumentDamaged, DocumentEncrypted or DocumentIsBomb.
    """
    package = Package(data)
    main = package.main_part("ppt/presentation.xml")
    names = _slide_names(package, main)
    if not names:
        raise DocumentDamaged("it is damaged: it has no list of slides")
    slides = [_slide(package, name, page) for page, name in enumerate(names, start=1)]
    blocks = [block for slide in slides for block in slide]
    lines = "\n".join(block.text for block in blocks[:_DATED_BLOCKS])
    return Reading(
        format="pptx",
        blocks=blocks,
        page_count=len(names),
        title=package.title() or next((b.text for b in blocks if b.kind is BlockKind.HEADING), None),
        published=find_published(lines),
        blank_pages=[page for page, slide in enumerate(slides, start=1) if not slide],
        warnings=package.warnings,
    )


def _slide_names(package: Package, main: str) -> list[str]:
    root = package.xml(main)
    relations = package.relations(main)
    ids = [relation_id(element, "id") for element in children(child(root, "sldIdLst"), "sldId")]
    return [relations[each].target for each in ids if each in relations and relations[each].target]


def _slide(package: Package, name: str, page: int) -> list[Block]:
    root = package.optional(name)
    if root is None:
        return []
    relations = package.relations(name)
    shapes = list(_shapes(child(root, "cSld", "spTree")))
    shapes.sort(key=lambda shape: _placeholder(shape) not in _TITLES)  # the title is read first, wherever it is drawn
    blocks = [block for shape in shapes for block in _shape(package, relations, shape)]
    blocks += [Block(BlockKind.NOTE, text) for text in _notes(package, relations)]
    return [Block(block.kind, block.text, page, block.level) for block in blocks]


def _shapes(tree: Element | None) -> Iterator[Element]:
    """The shapes of a slide in drawing order, out of their groups; what is drawn in two ways only once."""
    for each in children(tree):
        name = tag(each)
        if name == "AlternateContent":
            branches = (list(_shapes(branch)) for branch in children(each, "Choice", "Fallback"))
            yield from next((found for found in branches if any(_has_text(shape) for shape in found)), [])
        elif name == "grpSp":
            yield from _shapes(each)
        elif name not in ("nvGrpSpPr", "grpSpPr"):
            yield each


def _has_text(shape: Element) -> bool:
    return bool(drawn_text(shape)) or next(shape.iter("{*}relIds"), None) is not None


def _placeholder(shape: Element) -> str | None:
    """The kind of placeholder that a shape fills ("" where it does not say), None for a shape of its own."""
    for properties in children(shape):
        found = child(properties, "nvPr", "ph")
        if found is not None:
            return attribute(found, "type")
    return None


def _shape(package: Package, relations: dict[str, Relation], shape: Element) -> Iterator[Block]:
    kind = _placeholder(shape)
    if kind in _FURNITURE:
        return
    for table in shape.iter("{*}tbl"):
        yield from (Block(BlockKind.ROW, line) for line in _table(table))
    for ids in shape.iter("{*}relIds"):
        relation = relations.get(relation_id(ids, "dm"))
        for text in diagram_texts(package, relation.target) if relation else []:
            yield Block(BlockKind.ITEM, f"{BULLET} {text}")
    if kind in _TITLES and (title := drawn_text(shape)):
        yield Block(BlockKind.HEADING, title, level=1)
        return
    for body in shape.iter("{*}txBody"):
        if tag(body.getparent()) != "tc":
            yield from _paragraphs(body, listed=kind in _BODIES)


@dataclass(slots=True)
class _Counter:
    """The numbers of one text body's automatic lists."""

    counts: dict[int, int]

    def next(self, level: int, start: int) -> int:
        self.counts = {at: count for at, count in self.counts.items() if at <= level}
        self.counts[level] = self.counts.get(level, start - 1) + 1
        return self.counts[level]

    def stop(self, level: int) -> None:
        self.counts = {at: count for at, count in self.counts.items() if at < level}


def _paragraphs(body: Element, *, listed: bool) -> Iterator[Block]:
    """`listed`: a slide's main placeholder, whose paragraphs have bullets unless they say otherwise."""
    paragraphs = [(p, text) for p in children(body, "p") if (text := run_text(p))]
    counter = _Counter({})
    for paragraph, text in paragraphs:
        properties = child(paragraph, "pPr")
        level = number(attribute(properties, "lvl"))
        marker = _marker(properties, counter, level, listed=listed and len(paragraphs) > 1)
        typed = split_marker(text) if marker in ("", BULLET) else None
        if marker or typed:
            line = " ".join(typed) if typed else f"{marker} {text}"
            yield Block(BlockKind.ITEM, line, level=level)
        else:
            yield Block(BlockKind.PARAGRAPH, text)


def _marker(properties: Element | None, counter: _Counter, level: int, *, listed: bool) -> str:
    auto = child(properties, "buAutoNum")
    if auto is not None:
        kind = attribute(auto, "type", "arabicPeriod")
        name = next((name for name in _NUMBERS if kind.startswith(name)), "arabic")
        count = counter.next(level, number(attribute(auto, "startAt"), 1))
        return _AROUND.get(kind.removeprefix(name), "{}.").format(list_number(count, _NUMBERS[name]))
    counter.stop(level)
    if child(properties, "buChar") is not None or child(properties, "buBlip") is not None:
        return BULLET
    return BULLET if listed and child(properties, "buNone") is None else ""


def _table(table: Element) -> list[str]:
    rows = [[_cell(cell) for cell in children(row, "tc") if _begins(cell)] for row in children(table, "tr")]
    rows = [row for row in rows if row]
    if not rows:
        return []
    marked = attribute(child(table, "tblPr"), "firstRow") in ("1", "true")
    return table_rows(rows, 1 if len(rows) > 1 and (marked or looks_like_header(rows)) else 0)


def _begins(cell: Element) -> bool:
    """Whether a cell is not merely the covered part of a merged one."""
    return not any(attribute(cell, name) in ("1", "true") for name in ("hMerge", "vMerge"))


def _cell(cell: Element) -> Cell:
    text = join_lines(run_text(paragraph) for paragraph in cell.iter("{*}p"))
    return Cell(text, max(number(attribute(cell, "gridSpan"), 1), 1), max(number(attribute(cell, "rowSpan"), 1), 1))


def _notes(package: Package, relations: dict[str, Relation]) -> Iterator[str]:
    """What the speaker's notes and the reviewers' comments say."""
    for relation in relations.values():
        if relation.kind == "notesSlide":
            root = package.optional(relation.target)
            for shape in _shapes(child(root, "cSld", "spTree")):
                if _placeholder(shape) in _BODIES:
                    yield from (text for p in shape.iter("{*}p") if (text := run_text(p)))
        elif relation.kind == "comments":
            root = package.optional(relation.target)
            for comment in () if root is None else root.iter("{*}cm", "{*}reply"):
                if text := _comment(comment):
                    yield f"Comment: {text}"


def _comment(comment: Element) -> str:
    """The words of a comment: in an element of their own until 2019, in a text body since."""
    body = child(comment, "txBody")
    if body is not None:
        return join_lines(run_text(paragraph) for paragraph in body.iter("{*}p"))
    return squeeze("".join(e.text or "" for e in children(comment, "text")))
