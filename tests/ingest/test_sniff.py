"""A file's format comes from its bytes; its name is only a hint."""

from __future__ import annotations

import io
import zipfile

import pytest

from corpus.errors import (
    DocumentDamaged,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentError,
    DocumentIsNotItsName,
    DocumentUnsupported,
)
from ingest.readers.sniff import Format, sniff

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def package(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


def stream(name: str) -> bytes:
    return OLE + name.encode("utf-16-le")


KNOWN = [
    (b"%PDF-1.7\n...", "a.pdf", Format.PDF),
    (b"\0junk before it\r\n" * 20 + b"%PDF-1.4", "a.pdf", Format.PDF),
    (b"%PDF-1.7\n...", "a.docx", Format.PDF),
    (package("[Content_Types].xml", "word/document.xml"), "a.docx", Format.DOCX),
    (package("[Content_Types].xml", "word/document.xml"), "a.txt", Format.DOCX),
    (package("ppt/presentation.xml"), "a.pptm", Format.PPTX),
    (b"<!DOCTYPE html><p>Hello", "a.txt", Format.HTML),
    (b"\xef\xbb\xbf  <html><body>Hello", "a", Format.HTML),
    ("<html><body>Hello".encode("utf-16"), "a.htm", Format.HTML),
    (b"<p>A part of a page</p>", "a.html", Format.HTML),
    (b"No tag at all", "a.html", Format.TEXT),
    (b"Plain words", "a.md", Format.MARKDOWN),
    (b"# One\n\ntext\n\n## Two\n", "a.txt", Format.MARKDOWN),
    (b"---\ntitle: A\n---\nText", "a", Format.MARKDOWN),
    (b"Plain words", "a.txt", Format.TEXT),
    ("£40 for a café visit".encode("cp1252"), "a.txt", Format.TEXT),
    ("“safe working” – £40".encode("utf-16-be"), "a.txt", Format.TEXT),
    (b"NUL\0 bytes in a few\0 places of a text", "a.txt", Format.TEXT),
]

REFUSED = [
    (b"", "a.html", DocumentEmpty),
    (b" \n\t\r\n ", "a.txt", DocumentEmpty),
    (b"\xef\xbb\xbf", "a.txt", DocumentEmpty),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a.txt", DocumentIsNotItsName),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a.png", DocumentUnsupported),
    (bytes(range(256)) * 40, "a.txt", DocumentIsNotItsName),
    (b"This is plain text", "a.docx", DocumentIsNotItsName),
    (b"This is plain text", "a.pdf", DocumentIsNotItsName),
    (b"PK\x03\x04 and then nothing that a zip has", "a.docx", DocumentDamaged),
    (package("xl/workbook.xml"), "a.xlsx", DocumentUnsupported),
    (package("mimetype", "content.xml"), "a.odt", DocumentUnsupported),
    (package("META-INF/container.xml"), "a.epub", DocumentUnsupported),
    (package("notes.txt"), "a.zip", DocumentUnsupported),
    (stream("EncryptedPackage"), "a.docx", DocumentEncrypted),
    (stream("WordDocument"), "a.doc", DocumentUnsupported),
    (stream("PowerPoint Document"), "a.ppt", DocumentUnsupported),
    (b"{\\rtf1 Hello}", "a.rtf", DocumentUnsupported),
]


@pytest.mark.parametrize(("data", "name", "expected"), KNOWN)
def test_content_decides_the_format(data: bytes, name: str, expected: Format) -> None:
    assert sniff(data, name) is expected


@pytest.mark.parametrize(("data", "name", "error"), REFUSED)
def test_what_cannot_be_read_is_refused_for_its_own_reason(data: bytes, name: str, error: type[DocumentError]) -> None:
    with pytest.raises(DocumentError) as raised:
        sniff(data, name)

    assert type(raised.value) is error


def test_the_sentence_says_what_an_old_word_file_should_become() -> None:
    with pytest.raises(DocumentUnsupported, match="save it as DOCX"):
        sniff(stream("WordDocument"), "a.doc")
