"""Blocks in; stored pages and the passages cut from them out.

A passage stays within one heading, holds whole sentences, keeps a list with the sentence that introduces it, and is a
run of the page's own text: what is quoted from it stands on the page, letter for letter.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.model import Page, Passage, Span, SpanKind
from ingest.blocks import Block, BlockKind
from ingest.sentences import sentences

# Counts up when passages would come out otherwise: part of what decides whether a document is split again.
SPLITTER_VERSION = 3

# Characters of a passage. Measured with `lmc evaluate --passage-chars`: see docs/evidence.md.
PASSAGE_CHARS = 900


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage with the line that is searched with it: document title › headings › list lead."""

    passage: Passage
    context: str


@dataclass(slots=True)
class _Unit:
    """One span before it belongs to a passage, with the separator that stands before it on the page."""

    text: str
    page: int
    kind: SpanKind
    before: str
    lead: str = ""
    glued: bool = False  # stays in the passage of the unit before it: a list's first entry with its lead


@dataclass(slots=True)
class _Section:
    heading_path: tuple[str, ...]
    units: list[_Unit] = field(default_factory=list)


def store_pages(blocks: Sequence[Block], labels: dict[int, str], ocr: Sequence[int]) -> list[Page]:
    """The text of each page as it is kept: blocks apart by an empty line, entries of a list or table by a line."""
    texts: dict[int, str] = {}
    previous: Block | None = None
    for block in blocks:
        same_page = previous is not None and previous.page == block.page
        separator = _separator(previous, block) if same_page else ""
        texts[block.page] = texts.get(block.page, "") + separator + block.text
        previous = block
    scanned = set(ocr)
    return [Page(number, text, labels.get(number, ""), number in scanned) for number, text in sorted(texts.items())]


def _separator(previous: Block | None, block: Block) -> str:
    if previous is None:
        return ""
    listed = {BlockKind.ITEM, BlockKind.ROW}
    return "\n" if block.kind in listed and previous.kind is not BlockKind.HEADING else "\n\n"


def split(blocks: Sequence[Block], *, document: str, title: str, passage_chars: int = PASSAGE_CHARS) -> list[Cut]:
    """Cut blocks (as `clean` left them) into passages of at most about `passage_chars` characters.

    Args:
        document: the document's key; passage ids are derived from it and from the text, so they are stable while
            the text is.
    """
    cuts: list[Cut] = []
    seen: dict[str, int] = {}
    for section in _sections(blocks, title):
        for group in _without_crumbs(list(_groups(section.units, passage_chars)), passage_chars):
            cuts.append(_cut(group, section.heading_path, document, title, len(cuts), seen))
    return cuts


def _sections(blocks: Sequence[Block], title: str) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    section = _Section(())
    previous: Block | None = None
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            if section.units:
                yield section
            path = [(level, text) for level, text in path if level < block.level] + [(block.level, block.text)]
            section = _Section(tuple(text for _, text in path if text != title))
        elif block.text == title:
            # A page or a slide that repeats it says nothing new, but it parts what it stands between.
            if section.units:
                yield section
            section = _Section(section.heading_path)
        else:
            section.units += _units(block, section.units, previous)
        previous = block
    if section.units:
        yield section


def _units(block: Block, before: Sequence[_Unit], previous: Block | None) -> list[_Unit]:
    separator = _separator(previous if before else None, block)
    if block.kind is BlockKind.ROW:
        return [_Unit(block.text, block.page, SpanKind.ROW, separator)]
    kind = SpanKind.ITEM if block.kind is BlockKind.ITEM else SpanKind.SENTENCE
    units: list[_Unit] = []
    end = 0
    for start, stop in sentences(block.text):
        gap = separator if not units else block.text[end:start]
        units.append(_Unit(block.text[start:stop], block.page, kind if not units else SpanKind.SENTENCE, gap))
        end = stop
    if kind is SpanKind.ITEM and units:
        _introduce(units[0], before, previous)
        for unit in units[1:2]:  # "2. Talk weekly. A short talk is better than ..." is not parted after its first words
            unit.glued = True
    return units


def _introduce(item: _Unit, before: Sequence[_Unit], previous: Block | None) -> None:
    """Tie the first entry of a list to its lead, and tell every entry what the lead is."""
    if not before or previous is None:
        return
    if previous.kind is BlockKind.PARAGRAPH and _leads(before[-1].text):
        before[-1].kind = SpanKind.LEAD
        item.lead, item.glued = before[-1].text, True
    elif previous.kind is BlockKind.ITEM:
        item.lead = next((unit.lead for unit in reversed(before) if unit.kind is SpanKind.ITEM), "")


LONGEST_LEAD = 160  # characters; a longer sentence before a list introduces it only when it ends in a colon


def _leads(text: str) -> bool:
    return text.endswith(":") or len(text) <= LONGEST_LEAD


def _groups(units: Sequence[_Unit], limit: int) -> Iterator[list[_Unit]]:
    """Units in runs of about equal length, none much over `limit`, preferring to part between blocks."""
    total = _size(units)
    share = total / max(1, math.ceil(total / (limit * 1.15)))
    group: list[_Unit] = []
    size = 0
    for i, unit in enumerate(units):
        if group and not unit.glued and _full(size, unit, share, limit, _list_size(units, i)):
            yield group
            group, size = [], 0
        group.append(unit)
        size += len(unit.text) + len(unit.before)
    if group:
        yield group


def _without_crumbs(groups: Sequence[list[_Unit]], limit: int) -> list[list[_Unit]]:
    """A last entry or sentence that is left over joins the passage before it."""
    kept: list[list[_Unit]] = []
    for group in groups:
        if kept and _size(group) < limit // 4 and _size(kept[-1]) + _size(group) <= limit * 1.3:
            kept[-1] = kept[-1] + group
        else:
            kept.append(group)
    return kept


def _size(units: Sequence[_Unit]) -> int:
    return sum(len(unit.text) + len(unit.before) for unit in units)


def _full(size: int, unit: _Unit, share: float, limit: int, coming: int) -> bool:
    """Whether a passage of `size` ends before `unit`; `coming` is the length of the list that it introduces."""
    if size + len(unit.text) > limit * 1.15:
        return True
    if coming and size + coming > limit * 1.15 and coming <= limit * 1.15 and size >= limit // 4:
        return True
    starts_block = "\n" in unit.before
    return size >= share * (0.85 if starts_block else 1.0)


def _list_size(units: Sequence[_Unit], i: int) -> int:
    """The length of a list with its lead, when unit `i` is the lead; else 0."""
    if units[i].kind is not SpanKind.LEAD:
        return 0
    size = len(units[i].text)
    for unit in units[i + 1 :]:
        if unit.kind is not SpanKind.ITEM and "\n\n" in unit.before:
            break
        size += len(unit.text) + len(unit.before)
    return size


def _cut(
    group: Sequence[_Unit],
    path: tuple[str, ...],
    document: str,
    title: str,
    ordinal: int,
    seen: dict[str, int],
) -> Cut:
    text, spans = "", []
    for unit in group:
        text += unit.before if text else ""
        spans.append(Span(len(text), len(text) + len(unit.text), unit.page, unit.kind))
        text += unit.text
    name = hashlib.sha256(f"{document}\0{text}".encode()).hexdigest()[:16]
    seen[name] = seen.get(name, 0) + 1
    if seen[name] > 1:
        name = f"{name}-{seen[name]}"
    lead = group[0].lead if group[0].kind is SpanKind.ITEM and not group[0].glued else ""
    passage = Passage(name, document, ordinal, path, group[0].page, group[-1].page, text, tuple(spans))
    return Cut(passage, context_line(title, path, lead))


def context_line(title: str, path: Sequence[str], lead: str = "") -> str:
    """What is searched with a passage and never quoted: document title › headings › the lead of its list."""
    return " › ".join(part for part in (title, *path, lead.rstrip(":")) if part)


def renamed(cut: Cut, document: str) -> Cut:
    """The same passage under another document key."""
    return replace(cut, passage=replace(cut.passage, document=document))
