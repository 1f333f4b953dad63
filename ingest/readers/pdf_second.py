"""A PDF by pypdf: its title, outline and page labels, and the text of pages that pdfium cannot read.

pypdf meets damaged files with nearly any exception of Python's, so each question to it is asked in `_ask`:
what it cannot answer is simply not known.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import pypdf
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import Destination

from ingest.readers.pdf_layout import OutlineEntry

# It reports every oddity of every file; a person is told what matters by this project's own warnings.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

_FAULTS = (
    PyPdfError, DependencyError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError,
    AssertionError, NotImplementedError, OSError, struct.error, zlib.error,
)  # fmt: skip
_NOT_A_TITLE = re.compile(
    r"\(?(?:untitled|anonymous|unspecified|none)\)?[\s\d-]*"  # what reportlab and others write for no title
    r"|(?:microsoft (?:word|powerpoint)|powerpoint presentation|presentation|document|slide|title|doc|scan)[\s\d-]*"
    r"|microsoft \w+ - .*"
    r"|.*\.(?:docx?|pdf|pptx?|xlsx?|indd|qxd|qxp|rtf|odt|pub|tex|dvi|html?)",
    re.IGNORECASE,
)
MAX_OUTLINE = 5_000

T = TypeVar("T")


class SecondReader:
    """The same bytes, opened by pypdf when they are first asked for."""

    def __init__(self, data: bytes, password: str | None) -> None:
        self._data = data
        self._password = password
        self._opened: pypdf.PdfReader | None = None
        self._tried = False

    def page_count(self) -> int:
        return self._ask(lambda pdf: len(pdf.pages), 0)

    def page_lines(self, index: int) -> list[str]:
        """The lines of the page at `index` (from 0); none where pypdf cannot read it either."""
        return self._ask(lambda pdf: pdf.pages[index].extract_text().splitlines(), [])

    def title(self) -> str | None:
        """The title in the metadata, unless it is a file's name or a program's."""
        text = self._ask(lambda pdf: str((pdf.metadata and pdf.metadata.title) or ""), "")
        text = " ".join(text.replace("\x00", "").split())
        return text if 4 <= len(text) <= 300 and not _NOT_A_TITLE.fullmatch(text) else None

    def outline(self) -> list[OutlineEntry]:
        return self._ask(lambda pdf: list(_entries(pdf, pdf.outline, 1))[:MAX_OUTLINE], [])

    def page_labels(self) -> dict[int, str]:
        """Labels by page from 1, where they are not simply its number."""
        none: list[str] = []
        labels = self._ask(lambda pdf: list(pdf.page_labels), none)
        return {i: label for i, label in enumerate(labels, 1) if label and label != str(i)}

    def is_locked(self) -> bool:
        """Whether a password is missing or wrong."""
        return self._ask(lambda pdf: pdf.is_encrypted and not pdf.decrypt(self._password or ""), False)

    def _ask(self, question: Callable[[pypdf.PdfReader], T], unknown: T) -> T:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                pdf = self._open()
                return unknown if pdf is None else question(pdf)
            except _FAULTS:
                return unknown

    def _open(self) -> pypdf.PdfReader | None:
        if not self._tried:
            self._tried = True
            pdf = pypdf.PdfReader(io.BytesIO(self._data), strict=False)
            if pdf.is_encrypted:
                pdf.decrypt(self._password or "")
            self._opened = pdf
        return self._opened


def _entries(pdf: pypdf.PdfReader, outline: Iterable[object], depth: int) -> Iterator[OutlineEntry]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _entries(pdf, entry, depth + 1)
        elif isinstance(entry, Destination) and entry.title:
            number = pdf.get_destination_page_number(entry)
            if number is not None:
                yield OutlineEntry(str(entry.title), number + 1, depth)
