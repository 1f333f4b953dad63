"""What a Word paragraph's style makes of it: a heading of some level, an entry of a numbered list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.readers.layout import BULLET, list_number
from ingest.readers.ooxml import Element, attribute, child, children, number

# Word keeps English names for its own styles; other programs and old files write their own language's.
_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titulo|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|"
    r"заголовок|başlık|見出し|标题|標題)\s*(\d)\b",
    re.I,
)
_TITLE = re.compile(r"(?:title|titel|título|titolo|titre|название|заголовок)$", re.I)
_CONTENTS = re.compile(r"(?:toc|table of figures|inhaltsverzeichnis|tm|index)\s*\d?$", re.I)
_DEEPEST_BASE = 20  # styles that are based on each other in a ring end here
BODY_LEVEL = 9  # Word's outline level for body text


@dataclass(frozen=True, slots=True)
class Style:
    name: str
    based_on: str
    outline: int | None  # 0-based, None where the style does not say
    num_id: str
    list_level: str
    bold: bool | None


class Styles:
    """The paragraph styles of a document, each with what it inherits."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {attribute(e, "styleId"): _style(e) for e in children(root, "style")}

    def heading_level(self, style_id: str) -> int:
        """1-6 for a heading style, also one in another language or based on one; 0 for any other."""
        for style in self._chain(style_id):
            if style.outline is not None:
                return 0 if style.outline >= BODY_LEVEL else min(style.outline + 1, 6)
            if found := _HEADING.match(style.name):
                return min(max(int(found.group(1)), 1), 6)
            if _TITLE.match(style.name):
                return 1
        found = _HEADING.match(style_id)
        return min(int(found.group(1)), 6) if found and style_id not in self._styles else 0

    def is_title(self, style_id: str) -> bool:
        return any(_TITLE.match(style.name) for style in self._chain(style_id))

    def is_contents(self, style_id: str) -> bool:
        """Whether it sets a line of a table of contents, whose text stands again where it points."""
        return any(_CONTENTS.match(style.name) for style in self._chain(style_id))

    def is_bold(self, style_id: str) -> bool:
        return next((style.bold for style in self._chain(style_id) if style.bold is not None), False)

    def numbering(self, style_id: str) -> tuple[str, str]:
        """(numId, level) that the style gives its paragraphs, empty where it gives none."""
        chain = list(self._chain(style_id))
        num_id = next((style.num_id for style in chain if style.num_id), "")
        return num_id, next((style.list_level for style in chain if style.list_level), "")

    def lineage(self, style_id: str) -> list[str]:
        """The style and those that it is based on, nearest first."""
        ids: list[str] = []
        while style_id in self._styles and len(ids) < _DEEPEST_BASE:
            ids.append(style_id)
            style_id = self._styles[style_id].based_on
        return ids

    def _chain(self, style_id: str) -> Iterator[Style]:
        return (self._styles[each] for each in self.lineage(style_id))


def _style(element: Element) -> Style:
    properties = child(element, "pPr")
    outline = attribute(child(properties, "outlineLvl"), "val")
    return Style(
        name=attribute(child(element, "name"), "val"),
        based_on=attribute(child(element, "basedOn"), "val"),
        outline=number(outline, BODY_LEVEL) if outline else None,
        num_id=attribute(child(properties, "numPr", "numId"), "val"),
        list_level=attribute(child(properties, "numPr", "ilvl"), "val"),
        bold=toggle(child(element, "rPr"), "b"),
    )


def toggle(properties: Element | None, name: str) -> bool | None:
    """An on/off property such as `w:b`: None where it is not set at all."""
    found = child(properties, name)
    if found is None:
        return None
    return attribute(found, "val", "1") not in ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class _Level:
    style: str = "decimal"  # Word's numFmt
    text: str = ""  # "%1.%2" and the like
    start: int = 1
    restart: int = -1  # 0: never; n: after a paragraph of level n (1-based) or higher; -1: after any higher level
    legal: bool = False  # all numbers in decimals
    paragraph_style: str = ""


@dataclass(slots=True)
class _List:
    abstract: str
    own_levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The numbers that Word shows before list entries and headings: they are counted, not stored."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, dict[int, _Level]] = {}
        self._links: dict[str, str] = {}
        for element in children(root, "abstractNum"):
            key = attribute(element, "abstractNumId")
            self._abstract[key] = {number(attribute(e, "ilvl")): _level(e) for e in children(element, "lvl")}
            self._links[key] = attribute(child(element, "numStyleLink"), "val")
        self._lists = {attribute(element, "numId"): _list(element) for element in children(root, "num")}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def marker(self, num_id: str, level_text: str, style_id: str) -> tuple[str, int] | None:
        """Count one paragraph → (the marker that it shows, its level); None where it is in no list.

        The marker is empty in a list that shows none.
        """
        entry = self._lists.get(num_id)
        if entry is None or num_id == "0":
            return None
        levels = {**self._levels_of(entry), **entry.own_levels}
        level = number(level_text) if level_text else self._linked_level(levels, style_id)
        shape = levels.get(level)
        if shape is None:
            return None
        counts = self._count(num_id, entry, level, levels)
        if shape.style == "bullet":
            return BULLET, level
        return _shown(shape, levels, counts), level

    def _levels_of(self, entry: _List) -> dict[int, _Level]:
        """The levels of a list's definition, also where that is borrowed from a list style."""
        link = self._links.get(entry.abstract, "")
        borrowed = self._lists.get(self._styles.numbering(link)[0]) if link else None
        levels = self._abstract.get(entry.abstract, {})
        return levels or (self._abstract.get(borrowed.abstract, {}) if borrowed else {})

    def _linked_level(self, levels: dict[int, _Level], style_id: str) -> int:
        lineage = self._styles.lineage(style_id)
        return next((at for at, level in sorted(levels.items()) if level.paragraph_style in lineage), 0)

    def _count(self, num_id: str, entry: _List, level: int, levels: dict[int, _Level]) -> dict[int, int]:
        """Lists that share a definition go on counting, unless one says where it starts."""
        counts = self._counts.setdefault(entry.abstract, {})
        first = (num_id, level) not in self._begun
        self._begun.add((num_id, level))
        if first and level in entry.starts:
            counts[level] = entry.starts[level]
        else:
            counts[level] = counts[level] + 1 if level in counts else levels[level].start
        for deeper in [at for at in counts if at > level]:
            restart = levels[deeper].restart if deeper in levels else -1
            if restart < 0 or level < restart:
                del counts[deeper]
        return counts


def _list(element: Element) -> _List:
    entry = _List(attribute(child(element, "abstractNumId"), "val"))
    for override in children(element, "lvlOverride"):
        level = number(attribute(override, "ilvl"))
        own = child(override, "lvl")
        if own is not None:
            entry.own_levels[level] = _level(own)
        start = child(override, "startOverride")
        if start is not None:
            entry.starts[level] = number(attribute(start, "val"), 1)
    return entry


def _level(element: Element) -> _Level:
    return _Level(
        style=attribute(child(element, "numFmt"), "val", "decimal"),
        text=attribute(child(element, "lvlText"), "val"),
        start=number(attribute(child(element, "start"), "val"), 1),
        restart=number(attribute(child(element, "lvlRestart"), "val"), -1),
        legal=bool(toggle(element, "isLgl")),
        paragraph_style=attribute(child(element, "pStyle"), "val"),
    )


def _shown(shape: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
    """`%1.%2` → `3.2`; a higher level that has not been used yet shows its start."""

    def digits(found: re.Match[str]) -> str:
        at = int(found.group(1)) - 1
        level = levels.get(at, _Level())
        style = "decimal" if shape.legal else level.style
        return "" if style == "none" else list_number(counts.get(at, level.start), style)

    return re.sub(r"%(\d)", digits, shape.text).strip()
