"""The zip that a DOCX or PPTX is: its parts as XML, opened as if by a stranger with bad intentions.

Nothing is written to disk, nothing is fetched, no entity is resolved, and no part unpacks to more than it should.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from corpus.errors import DocumentDamaged, DocumentEncrypted, DocumentIsBomb
from ingest.readers.layout import sensible_title, squeeze

Element: TypeAlias = etree._Element

MAX_PART_BYTES = 100 * 1024 * 1024
MAX_TOTAL_BYTES = 300 * 1024 * 1024
# Word's own XML packs 10 to 40 times smaller; only parts that have become large are held to it.
MAX_RATIO, RATIO_FROM_BYTES = 300, 8 * 1024 * 1024
MAX_ENTRIES = 10_000
_CHUNK = 1024 * 1024
_UNPACK_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, OSError, NotImplementedError, ValueError)

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# ISO 29500 "strict" files name the same things by other addresses.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/presentationml/main",
        b"http://schemas.openxmlformats.org/presentationml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _RELATIONS.encode()),
)
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.I)


def tag(element: Element) -> str:
    """The element's name without its namespace; empty for comments and processing instructions."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The child elements, of the given names if any are given."""
    if element is None:
        return
    for child in element:
        if not names or tag(child) in names:
            yield child


def child(element: Element | None, *path: str) -> Element | None:
    """The first element down a path of names."""
    for name in path:
        element = next(children(element, name), None)
    return element


def attribute(element: Element | None, name: str, default: str = "") -> str:
    """An attribute by its name, in whatever namespace."""
    if element is None:
        return default
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return default


def relation_id(element: Element, name: str) -> str:
    """The `r:embed`, `r:id` … of an element, which may have an `id` of its own as well."""
    return str(element.get(f"{{{_RELATIONS}}}{name}") or "")


def number(text: str, default: int = 0) -> int:
    """A whole number out of an attribute; damaged files put anything there."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else default


def drawn_text(element: Element) -> str:
    """The text of the drawing's paragraphs (`a:p`) at or below an element, one line."""
    paragraphs = element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}p")
    return squeeze(" ".join(run_text(paragraph) for paragraph in paragraphs))


def run_text(paragraph: Element) -> str:
    """One paragraph of a drawing: its runs as they join, its line breaks as spaces."""
    parts = []
    for each in paragraph.iter():
        if tag(each) == "t":
            parts.append("".join(each.itertext()))
        elif tag(each) in ("br", "tab"):
            parts.append(" ")
    return squeeze("".join(parts))


@dataclass(frozen=True, slots=True)
class Relation:
    kind: str  # the last word of the relation's type: slide, header, footnotes …
    target: str  # a part's name; empty for what stands outside the package


class Package:
    """The parts of an Office file, unpacked one at a time and within limits."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise DocumentDamaged("it is cut short or damaged: its table of contents cannot be read") from error
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise DocumentIsBomb(f"it claims to hold {len(entries):,} parts, far more than a document has")
        self._entries = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in entries}
        self._unpacked = 0
        self.warnings: list[str] = []

    def xml(self, name: str) -> Element | None:
        """A part's root element, None where the package has no such part.

        Raises: DocumentDamaged, DocumentEncrypted or DocumentIsBomb.
        """
        entry = self._entries.get(name.lstrip("/").lower())
        return None if entry is None else _parsed(self._unpack(entry))

    def optional(self, name: str) -> Element | None:
        """A part that the document can be read without: if it is damaged, a warning says so."""
        try:
            return self.xml(name)
        except DocumentDamaged:
            self.warnings.append(f"A part of it ({posixpath.basename(name)}) is damaged and was left out.")
            return None

    def relations(self, part: str) -> dict[str, Relation]:
        """The relations of a part, by their ids, in the order of the file."""
        folder, name = posixpath.split(part)
        root = self.optional(f"{folder}/_rels/{name}.rels")
        found = {}
        for element in children(root, "Relationship"):
            external = attribute(element, "TargetMode").lower() == "external"
            target = "" if external else posixpath.normpath(posixpath.join("/", folder, attribute(element, "Target")))
            kind = attribute(element, "Type").rpartition("/")[2]
            found[attribute(element, "Id")] = Relation(kind, target.lstrip("/"))
        return found

    def main_part(self, usual: str) -> str:
        """The name of the part that is the document itself."""
        named = [r.target for r in self.relations("").values() if r.kind == "officeDocument"]
        return next((name for name in named if name.lower() in self._entries), usual)

    def title(self) -> str | None:
        """The title among the file's properties, unless it is one that a program made up."""
        parts = [r.target for r in self.relations("").values() if r.kind == "core-properties"]
        root = self.optional(parts[0] if parts else "docProps/core.xml")
        return sensible_title("".join(e.text or "" for e in children(root, "title")))

    def _unpack(self, entry: zipfile.ZipInfo) -> bytes:
        """One entry, read in bounded steps: what its header says of its size may be a lie."""
        if entry.flag_bits & 0x1:
            raise DocumentEncrypted("it is packed with a password; save a copy without one")
        pieces: list[bytes] = []
        size = 0
        try:
            with self._zip.open(entry) as file:
                while piece := file.read(_CHUNK):
                    size += len(piece)
                    self._unpacked += len(piece)
                    self._refuse_bomb(size, entry.compress_size)
                    pieces.append(piece)
        except _UNPACK_ERRORS as error:
            raise DocumentDamaged("it is damaged: a part of it cannot be unpacked") from error
        return b"".join(pieces)

    def _refuse_bomb(self, size: int, packed: int) -> None:
        swollen = size > RATIO_FROM_BYTES and size > MAX_RATIO * max(packed, 1)
        if swollen or size > MAX_PART_BYTES or self._unpacked > MAX_TOTAL_BYTES:
            raise DocumentIsBomb("it unpacks to far more than a document of its size should")


def _parsed(data: bytes) -> Element:
    _refuse_doctype(data)
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentDamaged("it is damaged: a part of it is not well-formed XML") from error
    if root.getroottree().docinfo.doctype:  # one that hid behind another encoding
        raise DocumentIsBomb("it declares a document type of its own, which no Office program writes")
    return root


def _refuse_doctype(data: bytes) -> None:
    """No Office program writes a DOCTYPE: it is there to define entities that swell or reach outside."""
    declared = {found.upper() for found in _DOCTYPE.findall(data.replace(b"\0", b"")[:65536])}
    if b"ENTITY" in declared:
        raise DocumentIsBomb("it defines XML entities, which can swell without limit or reach outside the file")
    if declared:
        raise DocumentDamaged("it declares a document type of its own, which no Office program writes")


def diagram_texts(package: Package, part: str) -> list[str]:
    """The texts of a SmartArt drawing, from its data part."""
    root = package.optional(part)
    texts = []
    for point in () if root is None else root.iter("{*}pt"):
        if attribute(point, "type", "node") in ("node", "asst"):
            texts += [text for p in point.iter("{*}p") if (text := run_text(p))]
    return texts
