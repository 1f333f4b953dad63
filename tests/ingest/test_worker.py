"""One bad file takes nothing else with it: whatever a reader does, the others are read."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import DocumentDamaged, DocumentEmpty, DocumentIsBomb, DocumentTooSlow
from ingest.blocks import Block, BlockKind, Reading
from ingest.readers.ocr import Ocr
from ingest.worker import READ_AHEAD, ReaderPool, ReadJob

MIB = 1 << 20


def act(path: Path, *, password: str | None, ocr: Ocr | None) -> Reading:
    """A reader that does what the file says."""
    match path.read_text():
        case "vanish":
            os._exit(3)
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang":
            time.sleep(60)
        case "eat":
            return Reading("act", [Block(BlockKind.PARAGRAPH, str(len(bytearray(4096 * MIB))))])
        case "blunder":
            raise KeyError("a secret of the document")
        case "refuse":
            raise DocumentEmpty("it has no content")
    return Reading("act", [Block(BlockKind.PARAGRAPH, f"{path.read_text()} {password}")])


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(workers=2, timeout_s=2, memory_bytes=1024 * MIB, reader=act) as pool:
        yield pool


def jobs(folder: Path, *contents: str) -> list[ReadJob]:
    made = [ReadJob(f"{i}-{content}", folder / f"{i}.txt") for i, content in enumerate(contents)]
    for job, content in zip(made, contents, strict=True):
        job.path.write_text(content)
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("deed", "error", "says"),
    [
        ("vanish", DocumentDamaged, "reading it crashed the reader"),
        ("crash", DocumentDamaged, "reading it crashed the reader"),
        ("hang", DocumentTooSlow, "reading it took longer than 2 seconds"),
        ("eat", DocumentIsBomb, "unpacks to more than the memory"),
        ("blunder", DocumentDamaged, r"the reader failed on it \(KeyError\)"),
        ("refuse", DocumentEmpty, "it has no content"),
    ],
)
def test_a_bad_file_is_reported_and_those_around_it_are_read(
    pool: ReaderPool, tmp_path: Path, deed: str, error: type[Exception], says: str
) -> None:
    given = jobs(tmp_path, "one", "two", deed, "four", "five")

    outcomes = list(pool.read(given))

    assert [job for job, _ in outcomes] == given
    assert [_text(outcome) for _, outcome in outcomes if isinstance(outcome, Reading)] == [
        f"{word} None" for word in ("one", "two", "four", "five")
    ]
    with pytest.raises(error, match=says):
        raise _error(outcomes[2][1])


def _text(reading: Reading) -> str:
    return reading.blocks[0].text


def _error(outcome: object) -> Exception:
    assert isinstance(outcome, Exception)
    return outcome


@pytest.mark.slow
def test_crashes_in_a_row_cost_no_other_file(pool: ReaderPool, tmp_path: Path) -> None:
    contents = ["crash", "vanish", "fine"] * 4

    outcomes = [outcome for _, outcome in pool.read(jobs(tmp_path, *contents))]

    assert [isinstance(outcome, Reading) for outcome in outcomes] == [word == "fine" for word in contents]


@pytest.mark.slow
def test_outcomes_come_in_the_order_given_though_a_later_file_is_done_first(pool: ReaderPool, tmp_path: Path) -> None:
    given = jobs(tmp_path, *(f"file {i}" for i in range(60)))

    assert [_text(outcome) for _, outcome in pool.read(given) if isinstance(outcome, Reading)] == [
        f"file {i} None" for i in range(60)
    ]


@pytest.mark.slow
def test_reading_ahead_is_bounded(pool: ReaderPool, tmp_path: Path) -> None:
    taken: list[ReadJob] = []

    def endless() -> Iterator[ReadJob]:
        for job in jobs(tmp_path, *("word" for _ in range(400))):
            taken.append(job)
            yield job

    next(pool.read(endless()))

    assert 2 < len(taken) <= 2 * READ_AHEAD


@pytest.mark.slow
def test_the_log_says_where_a_reader_failed_and_never_what_the_document_says(
    pool: ReaderPool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "ingest.worker"):
        list(pool.read(jobs(tmp_path, "blunder")))

    [record] = caplog.records
    assert "raised KeyError" in record.getMessage()
    assert "in act" in record.getMessage()
    assert "secret" not in record.getMessage()


@pytest.mark.slow
def test_a_password_reaches_the_reader(pool: ReaderPool, tmp_path: Path) -> None:
    [job] = jobs(tmp_path, "locked")

    [(_, outcome)] = pool.read([ReadJob(job.key, job.path, "open sesame")])

    assert isinstance(outcome, Reading)
    assert _text(outcome) == "locked open sesame"


@pytest.mark.slow
def test_files_of_every_format_are_read_by_default(tmp_path: Path) -> None:
    from tests.ingest import pdfs

    (tmp_path / "a.pdf").write_bytes(pdfs.flowing(pdfs.paragraph(pdfs.PROSE)))

    with ReaderPool(workers=1) as pool:
        [(_, outcome)] = pool.read([ReadJob("a", tmp_path / "a.pdf")])

    assert isinstance(outcome, Reading)
    assert _text(outcome) == pdfs.PROSE
