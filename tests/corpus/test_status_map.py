"""Terms that were replaced are found where they are used, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import ManifestError
from corpus.status_map import Replacement, StatusMap, load_status_map
from corpus.when import When


def replacement(name: str, *old: str) -> Replacement:
    return Replacement(id=name, old=old, now="something else", since="It was replaced.")


BEDS = replacement("beds", "Bedfordshire CCG")
ENTRY = '[[term]]\nid = "a"\nold = ["x"]\nnow = "b"\nsince = "c"\n'
CCG = replacement("ccg", "CCG", "CCGs", "clinical commissioning group")


def found(text: str, *entries: Replacement) -> list[str]:
    return [entry.id for entry in StatusMap(entries).find(text)]


@pytest.mark.parametrize("entries", [(BEDS, CCG), (CCG, BEDS)])
def test_a_longer_term_hides_the_one_inside_it_wherever_it_stands_in_the_map(
    entries: tuple[Replacement, ...],
) -> None:
    assert found("Ask Bedfordshire CCG.", *entries) == ["beds"]


def test_a_term_that_also_stands_by_itself_is_found_too() -> None:
    assert found("Bedfordshire CCG is a CCG.", CCG, BEDS) == ["ccg", "beds"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the CCG decides", ["ccg"]),
        ("the CCGs decide", ["ccg"]),
        ("the ccg decides", []),  # capitals keep their case
        ("a Clinical Commissioning Group", ["ccg"]),  # words do not
        ("CCG's plan", ["ccg"]),
        ("the XCCG", []),  # whole words only
        ("CCG_id", []),
        ("", []),
    ],
)
def test_acronyms_keep_their_case_and_words_do_not(text: str, expected: list[str]) -> None:
    assert found(text, CCG) == expected


def test_what_regular_expressions_make_special_is_taken_as_it_stands() -> None:
    entry = replacement("odd", "section 1.2 (old)")

    assert found("See section 1.2 (old) now", entry) == ["odd"]
    assert found("See section 1x2 (old) now", entry) == []


def test_the_shipped_map_says_since_when_bedfordshire_has_another_board() -> None:
    entry = next(e for e in load_status_map().find("Is the Bedfordshire CCG still there?"))

    assert (entry.id, entry.effective) == ("bedfordshire_ccg", When(2026, 4, 1))


def test_every_shipped_term_finds_itself() -> None:
    shipped = load_status_map()

    for entry in shipped.replacements:
        for term in entry.old:
            assert [e.id for e in shipped.find(f"About {term}, please.")] == [entry.id], term


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ENTRY.replace('"x"', ""), "term a: old: "),
        (ENTRY.replace('"x"', '""'), "term a: old.0: "),
        (ENTRY + 'colour = "red"', "term a: colour: is not a known key"),
        (ENTRY + 'effective = "soon"', "term a: effective: 'soon' is not a date"),
        (ENTRY.replace('id = "a"', ""), "term number 1: id: "),
        ("[[word]]\nid = 1", r"word is not known here; each entry is a \[\[term\]\]"),
        ("term = 1", r"write each entry as \[\[term\]\]"),
        ("[[term", "cannot be read"),
    ],
)
def test_a_wrong_entry_is_named_with_its_file(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "map.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(ManifestError, match=says) as caught:
        load_status_map(file)

    assert str(file) in str(caught.value)


def test_an_id_that_is_used_twice_is_named(tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text(ENTRY * 2, "utf-8")

    with pytest.raises(ManifestError, match="term a: id: it is used twice"):
        load_status_map(file)


def test_a_map_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read"):
        load_status_map(tmp_path / "nowhere.toml")
