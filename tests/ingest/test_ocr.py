"""Pictures of pages are read by tesseract."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ingest.readers.ocr import Tesseract, find_tesseract
from ingest.readers.pdf import read_pdf
from tests.ingest import pdfs

HERE = shutil.which("tesseract") is not None
needs_tesseract = pytest.mark.skipif(
    not HERE and "TEST_REQUIRE_TESSERACT" not in os.environ, reason="tesseract is not installed"
)


def program(folder: Path, script: str) -> str:
    """A program of our own in tesseract's place."""
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.ocr
@pytest.mark.slow
@needs_tesseract
def test_a_scanned_page_is_read() -> None:
    reading = read_pdf(pdfs.drawn(lambda canvas: pdfs.scanned(canvas, "The merger is complete")), ocr=find_tesseract())

    assert [block.text for block in reading.blocks] == ["The merger is complete"]
    assert reading.ocr_pages == [1]


@pytest.mark.ocr
@needs_tesseract
def test_a_language_that_is_not_installed_is_not_found() -> None:
    assert find_tesseract("eng") is not None
    assert find_tesseract("eng+tlh") is None


def test_without_the_program_there_is_no_ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_tesseract() is None


def test_the_languages_and_the_gift_for_turned_pages_are_the_programs_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = program(tmp_path, "printf 'List of available languages (2):\\neng\\nosd\\n'")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_tesseract("eng") == Tesseract(found, "eng", finds_orientation=True)
    assert find_tesseract("cym") is None


def test_the_picture_goes_in_and_the_text_comes_out(tmp_path: Path) -> None:
    echo = Tesseract(program(tmp_path, "cat; echo; echo $4"), "cym")

    assert echo.read_page(b"picture") == "picture\ncym\n"


def test_a_page_that_takes_too_long_or_fails_has_no_text(tmp_path: Path) -> None:
    slow = Tesseract(program(tmp_path, "exec sleep 20"), timeout_s=0.1)
    failing = Tesseract(program(tmp_path, "echo half a page; exit 1"))

    assert slow.read_page(b"picture") == ""
    assert failing.read_page(b"picture") == ""
