"""Words become stems, and stems find passages by BM25."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import LexicalIndex, analyse, build_lexical, words


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Practices' resilience, in the long-term!", ["practic", "resili", "long", "term"]),
        ("What is a PCN?", ["pcn"]),
        ("merging after a merger", ["merg", "after", "merg"]),
        ("the BMA's view", ["bma", "view"]),
        ("the BMA’s view", ["bma", "view"]),
        ("£1,500 on 11.06.15", ["1", "500", "11", "06", "15"]),
        ("Café, naïve, ŵyl", ["cafe", "naiv", "wyl"]),
        ("ﬁnance", ["financ"]),  # a ligature that nobody mended
        ("e-mail nhs.net_old", ["e", "mail", "nhs", "net", "old"]),
        ("may not who", ["may", "not", "who"]),  # carry meaning, so they are no stop words
        ("To be, or ... !?", []),
        ("", []),
    ],
)
def test_a_text_is_analysed_into_stems(text: str, stems: list[str]) -> None:
    assert analyse(text) == stems


@given(st.text())
def test_any_text_can_be_analysed_and_has_no_white_space_in_its_stems(text: str) -> None:
    assert all(stem and not any(letter.isspace() for letter in stem) for stem in analyse(text))


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_case_makes_no_difference(text: str) -> None:
    assert words(text.upper()) == words(text.lower())


def build(folder: Path, *texts: str, contexts: tuple[str, ...] = (), classes: tuple[int, ...] = ()) -> LexicalIndex:
    """An index of these texts; row and document are the position, the class is 0 unless given."""
    rows = [
        (
            n,
            "\n".join([" ".join(analyse(contexts[n] if contexts else "")), " ".join(analyse(text))]),
            classes[n] if classes else 0,
            n + 1,
        )
        for n, text in enumerate(texts)
    ]
    build_lexical(folder / "lexical", rows)
    return LexicalIndex(folder / "lexical")


def ranked(index: LexicalIndex, text: str, k: int = 10) -> list[int]:
    return [hit.row for hit in index.search(dict.fromkeys(analyse(text), 1.0), k, [0])]


def test_bm25_worked_out_by_hand(tmp_path: Path) -> None:
    """Three passages of 2, 4 and 3 stems, 3 on average; `merger` is in two of them.

    idf = ln(1 + (3 - 2 + 0.5) / (2 + 0.5)) = ln 1.6
    row 0: tf 1, norm = 1.2 (0.25 + 0.75 * 2/3) = 0.9, score = idf * 2.2 * 1 / (1 + 0.9)
    row 1: tf 2, norm = 1.2 (0.25 + 0.75 * 4/3) = 1.5, score = idf * 2.2 * 2 / (2 + 1.5)
    """
    index = build(tmp_path, "merger lease", "merger merger partner premises", "mentor board staff")

    hits = index.search({"merg": 1.0}, 10, [0])

    idf = math.log(1.6)
    assert [hit.row for hit in hits] == [1, 0]
    assert [hit.score for hit in hits] == pytest.approx([idf * 4.4 / 3.5, idf * 2.2 / 1.9], rel=1e-5)


def test_a_rare_word_counts_more_than_a_common_one(tmp_path: Path) -> None:
    index = build(tmp_path, "practice one", "practice two", "practice three", "tupe four")

    assert ranked(index, "practice tupe")[0] == 3


def test_a_short_passage_beats_a_long_one_with_the_same_word(tmp_path: Path) -> None:
    index = build(tmp_path, "merger of staff premises lease board mentor", "merger lease")

    assert ranked(index, "merger") == [1, 0]


def test_a_word_in_the_heading_counts_twice(tmp_path: Path) -> None:
    index = build(tmp_path, "merger lease board", "staff lease board", contexts=("staff", "merger"))

    assert ranked(index, "merger") == [1, 0]


def test_a_weight_raises_what_it_is_given_to(tmp_path: Path) -> None:
    index = build(tmp_path, "merger one", "lease two")

    assert [hit.row for hit in index.search({"merg": 1.0, "leas": 2.0}, 10, [0])] == [1, 0]
    [plain], [double] = (index.search({"merg": weight}, 10, [0]) for weight in (1.0, 2.0))
    assert double.score == pytest.approx(2 * plain.score)


def test_ties_stand_in_row_order_also_where_k_cuts_them(tmp_path: Path) -> None:
    index = build(tmp_path, *["merger lease"] * 30)

    assert [ranked(index, "merger", k) for k in (3, 30)] == [list(range(3)), list(range(30))]


def test_only_the_classes_asked_for_are_found(tmp_path: Path) -> None:
    index = build(tmp_path, "merger", "merger", "merger", classes=(0, 1, 2))

    found = [[hit.row for hit in index.search({"merg": 1.0}, 10, classes)] for classes in ([], [1], [0, 2], [9])]

    assert found == [[], [1], [0, 2], []]


def test_hidden_documents_are_not_found_and_do_not_use_up_k(tmp_path: Path) -> None:
    index = build(tmp_path, "merger merger", "merger", "merger lease board")

    assert [hit.row for hit in index.search({"merg": 1.0}, 1, [0], hidden=[1, 2])] == [2]


def test_no_words_and_no_passages_find_nothing(tmp_path: Path) -> None:
    index = build(tmp_path)

    assert [index.search(terms, 5, [0]) for terms in ({}, {"merg": 1.0})] == [[], []]
    assert (index.document_frequency("merg"), index.stems_with_prefix("m")) == (0, [])
