"""A file → its blocks, by the reader that its content asks for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import DocumentDamaged, DocumentHasNoText, DocumentUnsupported
from ingest.blocks import Reading
from ingest.readers.sniff import EXTENSIONS, Format, sniff

if TYPE_CHECKING:
    from ingest.readers.ocr import Ocr

# Part of every document's fingerprint: raise it when a reader's output changes, and all is read again.
READER_VERSION = 1

# What is taken from a folder; a file that is named in a manifest is read whatever it is called.
SUFFIXES = frozenset(EXTENSIONS)

MAX_BYTES = 200 * 1024 * 1024

# Kinds of text pass for each other without a word: nothing goes wrong when a page is saved as .txt.
_WRITTEN = frozenset((Format.HTML, Format.MARKDOWN, Format.TEXT))

_WORD = re.compile(r"\w")
_NO_TEXT = {
    Format.PDF: "no text was found on any of its pages: it is a scan or a drawing, and needs OCR",
    Format.PPTX: "no text was found on any of its slides",
}


def read_file(path: Path, *, password: str | None = None, ocr: Ocr | None = None) -> Reading:
    """Read one file, whatever it is called.

    Args:
        password: tried on an encrypted PDF.
        ocr: reads the pages of a PDF that have no text; without it they are reported as blank.
    Raises: DocumentError, one sentence for a person that does not name the file.
    """
    data = _bytes(path)
    format_ = sniff(data, path.name)
    reading = _read(format_, data, password=password, ocr=ocr)
    if not any(_WORD.search(block.text) for block in reading.blocks):
        raise DocumentHasNoText(_NO_TEXT.get(format_, "no text was found in it"))
    named = EXTENSIONS.get(path.suffix.lower(), format_)
    if named is not format_ and not {named, format_} <= _WRITTEN:
        warning = f"Its name ends in {path.suffix}, but it is {_ARTICLE[format_]} file; it was read as that."
        return replace(reading, warnings=[*reading.warnings, warning])
    return reading


_ARTICLE = {Format.PDF: "a PDF", Format.DOCX: "a Word", Format.PPTX: "a PowerPoint", Format.HTML: "an HTML",
            Format.MARKDOWN: "a Markdown", Format.TEXT: "a text"}  # fmt: skip


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentUnsupported(f"it is larger than {MAX_BYTES // 1024 // 1024} MB, the most that is read")
        return path.read_bytes()
    except OSError as error:
        raise DocumentDamaged(f"it cannot be opened: {error.strerror or 'the disk gave an error'}") from error


def _read(format_: Format, data: bytes, *, password: str | None, ocr: Ocr | None) -> Reading:
    """Each reader is imported when its format turns up: a worker that reads Markdown loads no PDF library."""
    match format_:
        case Format.PDF:
            from ingest.readers.pdf import read_pdf

            return read_pdf(data, password=password, ocr=ocr)
        case Format.DOCX:
            from ingest.readers.docx import read_docx

            return read_docx(data)
        case Format.PPTX:
            from ingest.readers.pptx import read_pptx

            return read_pptx(data)
        case Format.HTML:
            from ingest.readers.html import read_html

            return read_html(data)
        case Format.MARKDOWN:
            from ingest.readers.markdown import read_markdown

            return read_markdown(data)
        case Format.TEXT:
            from ingest.readers.text import read_text

            return read_text(data)
