"""One door for every file: its format found, its text read, or one sentence that says why not."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from corpus.errors import DocumentEmpty, DocumentError, DocumentHasNoText, DocumentIsNotItsName, DocumentUnsupported
from ingest import read
from ingest.read import SUFFIXES, read_file


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", b"Words of a text.", "text"),
        ("a.md", b"# Words", "markdown"),
        ("a.html", b"<p>Words</p>", "html"),
    ],
)
def test_each_format_goes_to_its_reader(tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    reading = read_file(put(tmp_path, name, data))

    assert reading.format == expected
    assert "Words" in reading.blocks[0].text
    assert reading.warnings == []


def test_a_web_page_under_another_name_is_read_with_a_warning(tmp_path: Path) -> None:
    reading = read_file(put(tmp_path, "page.docx", b"<!doctype html><html><body><p>Words</p></body></html>"))

    assert reading.blocks[0].text == "Words"
    assert len(reading.warnings) == 1
    assert ".docx" in reading.warnings[0]


def test_a_word_file_under_another_name_is_read_with_a_warning(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Words")
    document.save(str(tmp_path / "a.txt"))

    reading = read_file(tmp_path / "a.txt")

    assert (reading.format, reading.blocks[0].text) == ("docx", "Words")
    assert reading.warnings == ["Its name ends in .txt, but it is a Word file; it was read as that."]


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.txt", b"", DocumentEmpty),
        ("a.md", b"---\ntitle: x\n---\n", DocumentHasNoText),
        ("a.txt", b"--- *** ---\n\n...\n", DocumentHasNoText),
        ("a.html", b"<html><body><script>x()</script></body></html>", DocumentHasNoText),
        ("a.docx", b"Plain words", DocumentIsNotItsName),
    ],
)
def test_a_file_without_text_is_never_silently_accepted(
    tmp_path: Path, name: str, data: bytes, error: type[DocumentError]
) -> None:
    with pytest.raises(DocumentError) as raised:
        read_file(put(tmp_path, name, data))

    assert type(raised.value) is error
    assert name not in str(raised.value)


def test_a_file_over_the_ceiling_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_BYTES", 10)

    with pytest.raises(DocumentUnsupported, match="larger than"):
        read_file(put(tmp_path, "a.txt", b"More than ten bytes"))


def test_a_missing_file_is_a_document_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be opened"):
        read_file(tmp_path / "gone.txt")


def test_folders_are_searched_for_what_can_be_read_only() -> None:
    assert {".pdf", ".docx", ".pptx", ".html", ".md", ".txt"} <= SUFFIXES
    assert not {".png", ".xlsx", ".doc", ".csv"} & SUFFIXES
