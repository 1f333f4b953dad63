"""Everyday words and what papers write instead, and a sentence with file and line where the table is wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpus.errors import ManifestError
from corpus.everyday import EverydayWord, load_everyday


def write(folder: Path, *rows: str, head: str = "asked,written") -> Path:
    file = folder / "everyday.csv"
    file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return file


def test_an_entry_has_what_is_asked_and_all_that_is_written(tmp_path: Path) -> None:
    file = write(tmp_path, "lawyer,solicitor", "get rid of, remove ; dismiss;")

    assert list(load_everyday(file)) == [
        EverydayWord("lawyer", ("solicitor",)),
        EverydayWord("get rid of", ("remove", "dismiss")),
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",solicitor", "line 2: what is asked and what is written are both needed"),
        ("lawyer, ; ", "line 2: what is asked and what is written are both needed"),
        ("lawyer", "line 2: there must be 2 columns"),
        ("lawyer,solicitor,advocate", "line 2: there must be 2 columns"),
    ],
)
def test_a_wrong_row_is_named_by_file_and_line(tmp_path: Path, row: str, says: str) -> None:
    file = write(tmp_path, row)

    with pytest.raises(ManifestError, match=says) as caught:
        load_everyday(file)

    assert str(file) in str(caught.value)


def test_other_columns_and_a_file_that_is_not_there_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="the first line must be asked,written"):
        load_everyday(write(tmp_path, head="word,means"))
    with pytest.raises(ManifestError, match=r"nowhere\.csv cannot be read"):
        load_everyday(tmp_path / "nowhere.csv")


def test_what_ships_names_each_word_once_and_never_itself() -> None:
    shipped = load_everyday()
    counted = Counter(entry.asked.casefold() for entry in shipped)

    assert [asked for asked, count in counted.items() if count > 1] == []
    assert [entry.asked for entry in shipped if entry.asked in entry.written] == []
