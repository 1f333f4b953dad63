"""The bytes of a file → its format. The name only decides between kinds of text: people rename files."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePath

from corpus.errors import (
    DocumentDamaged,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentIsBomb,
    DocumentIsNotItsName,
    DocumentUnsupported,
)
from ingest.readers.encoding import decode


class Format(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


EXTENSIONS = {
    ".pdf": Format.PDF,
    ".docx": Format.DOCX, ".docm": Format.DOCX, ".dotx": Format.DOCX, ".dotm": Format.DOCX,
    ".pptx": Format.PPTX, ".pptm": Format.PPTX, ".ppsx": Format.PPTX, ".potx": Format.PPTX,
    ".html": Format.HTML, ".htm": Format.HTML, ".xhtml": Format.HTML,
    ".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT, ".text": Format.TEXT,
}  # fmt: skip

_BINARY_EXTENSIONS = {name for name, kind in EXTENSIONS.items() if kind in (Format.PDF, Format.DOCX, Format.PPTX)}
MAX_ENTRIES = 10_000

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM\x00\x00", "a bitmap picture"),
    (b"RIFF", "a picture, sound or film"),
    (b"\x1f\x8b", "a compressed (gzip) file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"MZ\x90", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)

# What an Office file keeps inside an OLE compound file, as its directory spells the streams.
_OLE: tuple[tuple[str, str], ...] = (
    ("WordDocument", "a Word file of before 2007; save it as DOCX"),
    ("PowerPoint Document", "a PowerPoint file of before 2007; save it as PPTX"),
    ("Workbook", "an Excel file, which is not read; save the part that matters as DOCX or PDF"),
    ("__nameid_version1.0", "an Outlook message, which is not read; save it as PDF"),
)

_PARTS: tuple[tuple[str, Format], ...] = (("word/", Format.DOCX), ("ppt/", Format.PPTX))
_OTHER_PACKAGES: tuple[tuple[str, str], ...] = (
    ("xl/", "an Excel file, which is not read; save the part that matters as DOCX or PDF"),
    ("visio/", "a Visio drawing, which is not read; save it as PDF"),
    ("META-INF/container.xml", "an EPUB book, which is not read; save it as PDF or HTML"),
    ("content.xml", "an OpenDocument file, which is not read; save it as DOCX or PDF"),
)

_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_TAG = re.compile(rb"<(?:p|div|h[1-6]|table|ul|ol|br|span|a|section|article|main|b|strong|em)\b[^<>]*>", re.I)
_MARKDOWN = re.compile(rb"^#{1,6} \S", re.M)
_FRONT_MATTER = re.compile(rb"---[ \t]*\r?\n(?:[\w-]+:.*\r?\n)+---[ \t]*\r?\n")
_UNPRINTED = re.compile("[\x01-\x08\x0e-\x1f\x7f\ufffd]")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff")
_BLANK = b" \t\r\n\f\v\x00"


def sniff(data: bytes, name: str) -> Format:
    """Say what `data` is, by its content; `name` is the file's, with its extension.

    Raises: DocumentEmpty, DocumentEncrypted, DocumentDamaged, DocumentIsBomb, DocumentIsNotItsName (content that no
        reader takes under the name of one that is read) or DocumentUnsupported.
    """
    if not _without_bom(data).strip(_BLANK):
        raise DocumentEmpty("it is empty" if not data else "it holds nothing but white space")
    suffix = PurePath(name).suffix.lower()
    if b"%PDF-" in data[:1024] and not _HTML_START.match(data):
        return Format.PDF
    if data.startswith(b"PK"):
        return _package(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise _compound(data)
    if data.startswith(b"{\\rtf"):
        raise DocumentUnsupported("it is a rich-text (RTF) file, which is not read; save it as DOCX or PDF")
    _refuse_binary(data, suffix)
    return _kind_of_text(data, suffix)


def _without_bom(data: bytes) -> bytes:
    return next((data[len(bom) :] for bom in _BOMS if data.startswith(bom)), data)


def _package(data: bytes) -> Format:
    """A zip: which Office format it is follows from the folders inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DocumentDamaged("it is cut short or damaged: its table of contents cannot be read") from error
    if len(entries) > MAX_ENTRIES:
        raise DocumentIsBomb(f"it claims to hold {len(entries):,} parts, far more than a document has")
    names = [entry.filename.replace("\\", "/").lstrip("/") for entry in entries]
    for start, kind in _PARTS:
        if any(name.startswith(start) for name in names):
            return kind
    for start, what in _OTHER_PACKAGES:
        if any(name.startswith(start) for name in names):
            raise DocumentUnsupported(f"it is {what}")
    raise DocumentUnsupported("it is a ZIP archive; unpack it and add the documents in it")


def _compound(data: bytes) -> DocumentEncrypted | DocumentUnsupported:
    """An OLE compound file: a DOCX or PPTX with a password, or the Office of before 2007."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return DocumentEncrypted("it is protected with a password; save a copy without one")
    for stream, what in _OLE:
        if stream.encode("utf-16-le") in data:
            return DocumentUnsupported(f"it is {what}")
    return DocumentUnsupported("it is an old Office file that is not read; save it as DOCX, PPTX or PDF")


def _refuse_binary(data: bytes, suffix: str) -> None:
    what = next((what for magic, what in _MAGIC if data.startswith(magic)), None)
    if what is None and not _is_text(data):
        what = "neither text nor a document of a known kind"
    if what and suffix in EXTENSIONS:
        raise DocumentIsNotItsName(f"it is {what}, not what {suffix} says")
    if what:
        raise DocumentUnsupported(f"it is {what}, which is not read")


def _is_text(data: bytes) -> bool:
    """Whether the first 64 kB read as text: hardly any control characters, NULs of a careless export apart."""
    text = decode(data[:65536])
    return len(_UNPRINTED.findall(text)) <= len(text) // 50


def _kind_of_text(data: bytes, suffix: str) -> Format:
    start = _without_bom(data[:65536]).replace(b"\0", b"")
    named = EXTENSIONS.get(suffix)
    if _HTML_START.match(start):
        return Format.HTML
    if suffix in _BINARY_EXTENSIONS:
        raise DocumentIsNotItsName(f"it is plain text, not what {suffix} says; name it .txt if that is right")
    if named is Format.HTML:
        return Format.HTML if _HTML_TAG.search(start) else Format.TEXT
    if named is Format.MARKDOWN:
        return Format.MARKDOWN
    marked = _FRONT_MATTER.match(start) is not None or len(_MARKDOWN.findall(start)) >= 2
    return Format.MARKDOWN if marked else Format.TEXT
