"""Small files are whole or not there, and a checksum that was right is not worked out twice."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from index import files
from index.files import BLOCK, Verified, sha256_of, write_atomically


def test_a_checksum_is_that_of_the_content(tmp_path: Path) -> None:
    data = b"guidance" * (BLOCK // 4)
    (tmp_path / "f").write_bytes(data)

    assert sha256_of(tmp_path / "f") == hashlib.sha256(data).hexdigest()


def test_writing_replaces_the_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "CURRENT"
    write_atomically(file, "a long first text")
    write_atomically(file, "ŵyl")

    assert file.read_text("utf-8") == "ŵyl"
    assert list(tmp_path.iterdir()) == [file]


def test_a_write_that_fails_leaves_the_old_text(tmp_path: Path) -> None:
    file = tmp_path / "CURRENT"
    write_atomically(file, "old")

    with pytest.raises(UnicodeEncodeError):
        write_atomically(file, "half\ud800")

    assert file.read_text("utf-8") == "old"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "generation"
    place.mkdir()
    (place / "a").write_text("first")
    (place / "b").write_text("second")
    return place


def sums(folder: Path) -> dict[str, str]:
    return {file.name: sha256_of(file) for file in sorted(folder.iterdir())}


def test_what_is_as_it_was_written_is_right_also_to_one_who_remembers(folder: Path, tmp_path: Path) -> None:
    note = tmp_path / "verified.json"

    assert [Verified(note).check(folder, sums(folder)) for _ in range(2)] == [None, None]
    assert note.exists()


def test_a_change_is_noticed_by_one_who_remembers(folder: Path, tmp_path: Path) -> None:
    expected, verified = sums(folder), Verified(tmp_path / "verified.json")
    assert verified.check(folder, expected) is None

    (folder / "b").write_text("changed")

    assert verified.check(folder, expected) == "b"


def test_a_change_of_the_same_length_is_noticed(folder: Path, tmp_path: Path) -> None:
    expected, verified = sums(folder), Verified(tmp_path / "verified.json")
    verified.check(folder, expected)
    stamp = (folder / "b").stat().st_mtime_ns

    (folder / "b").write_text("sEcond")
    os.utime(folder / "b", ns=(stamp + 1, stamp + 1))

    assert verified.check(folder, expected) == "b"


def test_another_file_in_its_place_is_noticed_although_size_and_time_are_the_same(folder: Path, tmp_path: Path) -> None:
    expected, verified = sums(folder), Verified(tmp_path / "verified.json")
    verified.check(folder, expected)
    facts = (folder / "b").stat()

    (folder / "other").write_text("sEcond")
    os.utime(folder / "other", ns=(facts.st_atime_ns, facts.st_mtime_ns))
    (folder / "other").replace(folder / "b")

    assert verified.check(folder, expected) == "b"


def test_a_file_that_is_gone_is_named(folder: Path, tmp_path: Path) -> None:
    expected = sums(folder)
    (folder / "a").unlink()

    assert Verified(tmp_path / "verified.json").check(folder, expected) == "a"


def test_a_file_is_read_once_whatever_links_lead_to_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, note = sums(folder), tmp_path / "verified.json"
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    assert Verified(note).check(folder, expected) is None

    monkeypatch.setattr(files, "sha256_of", lambda file: pytest.fail(f"{file} was read again"))

    assert Verified(note).check(tmp_path / "link", expected) is None


def test_another_expectation_is_not_taken_for_the_remembered_one(folder: Path, tmp_path: Path) -> None:
    verified = Verified(tmp_path / "verified.json")
    verified.check(folder, sums(folder))

    assert verified.check(folder, {"a": "0" * 64}) == "a"


@pytest.mark.parametrize("note", ["not json", ""])
def test_a_note_that_is_damaged_is_not_believed(folder: Path, tmp_path: Path, note: str) -> None:
    (tmp_path / "verified.json").write_text(note)
    expected = sums(folder)
    (folder / "a").write_text("changed")

    assert Verified(tmp_path / "verified.json").check(folder, expected) == "a"


def test_where_nothing_can_be_remembered_it_is_checked_every_time(folder: Path, tmp_path: Path) -> None:
    verified = Verified(tmp_path / "no" / "such" / "folder.json")

    assert verified.check(folder, sums(folder)) is None
    assert verified.check(folder, {**sums(folder), "a": "0" * 64}) == "a"
