"""The file that a document was read from, sent as it was read or not at all."""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from corpus.model import Document
from index.files import BLOCK

PDF = "application/pdf"
_OFFICE = "application/vnd.openxmlformats-officedocument."
# What a browser saves. Pages and drawings can run scripts, so they are no type that a browser would show.
_SAVED: Mapping[str, str] = {
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".pptx": f"{_OFFICE}presentationml.presentation",
}
_PLAIN = frozenset({".txt", ".text", ".md", ".markdown"})
_ANYTHING = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Original:
    """An open file whose content is what was ingested. `blocks` reads it once and closes it."""

    handle: BinaryIO
    size: int
    media_type: str
    disposition: str

    @property
    def is_pdf(self) -> bool:
        """Browsers show PDF with a viewer of their own, which does not run in a sandbox."""
        return self.media_type == PDF

    def blocks(self) -> Iterator[bytes]:
        with self.handle:
            while block := self.handle.read(BLOCK):
                yield block


def open_original(document: Document) -> Original | None:
    """The document's file; None when it is gone, or has changed since it was ingested.

    What is checked is what is sent: a file that is put in its place meanwhile has another handle.
    """
    file = Path(document.path)
    try:
        handle = file.open("rb")
    except OSError:
        return None
    start = handle.read(BLOCK)
    handle.seek(0)
    digest = hashlib.file_digest(handle, "sha256")
    if not document.sha256 or digest.hexdigest() != document.sha256:
        handle.close()
        return None
    handle.seek(0)
    media_type, shown = _media_type(file.suffix.lower(), start)
    return Original(handle, os.fstat(handle.fileno()).st_size, media_type, _disposition(file.name, shown=shown))


def opens_in_browser(document: Document) -> bool:
    """Whether the original can be opened at a page: a PDF."""
    return Path(document.path).suffix.lower() == ".pdf"


def _media_type(suffix: str, start: bytes) -> tuple[str, bool]:
    """The type, and whether a browser shows the file: PDF and plain text, which run nothing."""
    if b"%PDF-" in start[:1024] and suffix == ".pdf":
        return PDF, True
    if suffix in _PLAIN:
        return f"text/plain{_charset(start)}", True
    return _SAVED.get(suffix, _ANYTHING), False


def _charset(start: bytes) -> str:
    """UTF-8 where it is that; other alphabets are left to the browser to find out."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return ""
    return "; charset=utf-8"


def _disposition(name: str, *, shown: bool) -> str:
    """How to take the file, with its name as RFC 6266 writes it."""
    return f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
