"""What an acronym stands for, and a sentence with file and line where the table is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import ManifestError
from corpus.glossary import COLUMNS, Glossary, load_glossary

HEAD = ",".join(COLUMNS)


def write(folder: Path, *rows: str, head: str = HEAD) -> Path:
    file = folder / "glossary.csv"
    file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return file


def test_a_term_is_found_as_written_and_with_a_plural_s(tmp_path: Path) -> None:
    glossary = load_glossary(write(tmp_path, "PCN,Primary Care Network,,,,,,no,,"))

    assert [term and term.expansion for term in map(glossary.get, ["PCN", "PCNs", "pcn", "PC"])] == [
        "Primary Care Network",
        "Primary Care Network",
        None,
        None,
    ]


def test_only_an_ambiguous_term_has_other_meanings(tmp_path: Path) -> None:
    file = write(tmp_path, "DES,Directed Enhanced Service,,,,,,yes,a drug; data standard,", "LES,Local,,,,,,no,x,")

    assert [term.other_meanings for term in load_glossary(file)] == [("a drug", "data standard"), ()]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",Something,,,,,,no,,", "line 2: a term and its expansion are both needed"),
        ("PCN,,,,,,,no,,", "line 2: a term and its expansion are both needed"),
        ("DES,Service,,,,,,yes,,", "line 2: DES is ambiguous, so other_meanings must say how"),
        ("PCN,Primary Care Network", "line 2: there must be 10 columns"),
        ("PCN,Primary, Care, Network,,,,,,no,,", "line 2: there must be 10 columns"),
    ],
)
def test_a_wrong_row_is_named_by_file_and_line(tmp_path: Path, row: str, says: str) -> None:
    file = write(tmp_path, row)

    with pytest.raises(ManifestError, match=says) as caught:
        load_glossary(file)

    assert str(file) in str(caught.value)


def test_other_columns_are_refused_with_the_ones_that_are_needed(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=f"the first line must be {HEAD}"):
        load_glossary(write(tmp_path, head="term,meaning"))


def test_a_file_that_is_not_there_or_not_text_is_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "latin.csv"
    broken.write_bytes(HEAD.encode() + b"\nCaf\xe9,x,,,,,,no,,\n")

    for file in (broken, tmp_path / "nowhere.csv"):
        with pytest.raises(ManifestError, match=f"{file.name} cannot be read"):
            load_glossary(file)


@pytest.fixture(scope="module")
def shipped() -> Glossary:
    return load_glossary()


def test_the_shipped_glossary_knows_the_acronyms_of_general_practice(shipped: Glossary) -> None:
    assert all(shipped.get(name) for name in ["LMC", "PCN", "ICB", "CQC", "TUPE", "PCSE"])


def test_no_term_is_in_the_shipped_glossary_twice(shipped: Glossary) -> None:
    names = [term.term for term in shipped]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_shipped_successor_is_said_in_words(shipped: Glossary) -> None:
    assert all(term.superseded_by.strip() == term.superseded_by for term in shipped)
