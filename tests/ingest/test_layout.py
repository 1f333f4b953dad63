"""Table rows, list numbers and typed markers, worked by hand."""

from __future__ import annotations

import pytest

from ingest.blocks import Block, BlockKind
from ingest.readers.layout import (
    Cell,
    Writer,
    list_number,
    looks_like_header,
    sensible_title,
    split_marker,
    table_rows,
)


def cells(*rows: str) -> list[list[Cell]]:
    return [[Cell(text) for text in row.split("|")] for row in rows]


@pytest.mark.parametrize(
    ("number", "style", "shown"),
    [
        (3, "decimal", "3"),
        (3, "decimalZero", "03"),
        (1, "lowerLetter", "a"),
        (27, "lowerLetter", "aa"),
        (28, "upperLetter", "AB"),
        (4, "lowerRoman", "iv"),
        (1990, "upperRoman", "MCMXC"),
        (12, "ordinal", "12th"),
        (23, "ordinal", "23rd"),
        (0, "lowerRoman", "0"),
    ],
)
def test_a_counter_is_written_as_its_list_shows_it(number: int, style: str, shown: str) -> None:
    assert list_number(number, style) == shown


def test_each_row_carries_its_column_names() -> None:
    rows = table_rows(cells("Service|Fee", "Cremation form|£82", "Firearms report|£130"), 1)

    assert rows == ["Service: Cremation form; Fee: £82", "Service: Firearms report; Fee: £130"]


def test_two_header_rows_are_read_together_and_a_high_cell_once() -> None:
    heads = [[Cell("Service", down=2), Cell("Fee", across=2)], [Cell("Member"), Cell("Other")]]

    rows = table_rows([*heads, *cells("Cremation form|£82|£90")], 2)

    assert rows == ["Service: Cremation form; Fee Member: £82; Fee Other: £90"]


def test_a_high_cell_is_repeated_in_each_of_its_rows() -> None:
    rows = table_rows([*cells("Area|Who"), [Cell("Staff", down=2), Cell("Partner")], [Cell("Manager")]], 1)

    assert rows == ["Area: Staff; Who: Partner", "Area: Staff; Who: Manager"]


def test_a_cell_over_two_columns_names_both_and_stands_once() -> None:
    rows = table_rows([*cells("Service|Member|Other"), [Cell("Advice"), Cell("free", across=2)]], 1)

    assert rows == ["Service: Advice; Member, Other: free"]


def test_a_row_that_spans_the_table_has_no_column_name() -> None:
    assert table_rows([*cells("Task|Who"), [Cell("Before the merger", across=2)]], 1) == ["Before the merger"]


def test_a_form_of_two_columns_reads_as_name_and_value() -> None:
    assert table_rows(cells("Author|Jane Smith", "Version|2"), 0) == ["Author: Jane Smith", "Version: 2"]


def test_empty_cells_are_left_out() -> None:
    assert table_rows(cells("A|B|C", "1||3"), 1) == ["A: 1; C: 3"]


def test_absurd_spans_do_not_make_an_absurd_grid() -> None:
    rows = table_rows([[Cell("x", across=10**9, down=10**9)], [Cell("y")]], 0)

    assert len(rows) == 2


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("Service|Member|Other", "Cremation form|£82|£90"), True),
        (("Service|Fee", "Cremation form|£82", "Firearms report|£130"), True),
        (("Author|Jane Smith", "Version|2", "Owner|The LMC"), False),
        (("Name:|Jane Smith|x", "Age:|2|y"), False),
        (("Service|Member|Other",), False),
    ],
)
def test_an_unmarked_header_is_told_from_a_form(rows: tuple[str, ...], expected: bool) -> None:
    assert looks_like_header(cells(*rows)) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("• Hub", ("•", "Hub")),
        ("- Hub", ("•", "Hub")),
        ("1. Stop", ("1.", "Stop")),
        ("(a) Stop", ("(a)", "Stop")),
        ("iv) Stop", ("iv)", "Stop")),
        ("2.1 Stop", ("2.1", "Stop")),
        ("2018. Stop", None),
        ("10-15 minutes", None),
        ("Stop", None),
    ],
)
def test_typed_markers_are_told_from_words(line: str, expected: tuple[str, str] | None) -> None:
    assert split_marker(line) == expected


@pytest.mark.parametrize("title", ["Microsoft Word - fees.doc", "Document1", "untitled", "fees_2015.docx", "", "12"])
def test_titles_that_programs_make_up_are_no_titles(title: str) -> None:
    assert sensible_title(title) is None


def test_a_written_title_is_kept() -> None:
    assert sensible_title(" Practice  mergers ") == "Practice mergers"


def test_all_paragraphs_of_an_item_stay_with_it() -> None:
    writer = Writer()
    writer.open_item("1.")
    writer.text("First.")
    writer.text("More of it.")
    writer.close_item()
    writer.text("After.")

    assert writer.blocks == [Block(BlockKind.ITEM, "1. First. More of it."), Block(BlockKind.PARAGRAPH, "After.")]
