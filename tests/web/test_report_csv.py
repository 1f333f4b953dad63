"""The file for a spreadsheet has all that the report says, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest

from tests.web.reports import a_hostile_report, a_report
from web.table import COLUMNS, guarded, report_csv


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_it_opens_as_utf_8_with_one_thing_a_row() -> None:
    data = report_csv(a_report())

    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    found = rows(data)
    assert tuple(found[0]) == COLUMNS
    assert {len(row) for row in found} == {len(COLUMNS)}


def test_it_has_every_score_plan_line_and_source() -> None:
    found = rows(report_csv(a_report()))

    assert ["The ten areas", "Score of each area, 0 to 100", "Demand and workload", "Score", "38"] in found
    assert [
        "The ten areas",
        "Score of each area, 0 to 100",
        "Working with others",
        "In words",
        "Not enough answers",
    ] in found
    assert ["Where you stand", "Claimed and evidenced", "Demand and workload", "Claimed", "50"] in found
    plan = [row for row in found if row[0] == "The plan"]
    assert [row[3] for row in plan[:5]] == ["Why", "Who", "By when", "Support", "Progress"]
    assert [
        "What to read",
        "Partnership and leadership",
        "Partnership agreements",
        "Quote",
        "Review the agreement every three years.",
    ] in found
    assert found[-1][4] == a_report().limits


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1+1",
        "－2+3",
        "|cmd",
        "%0A=1",
        '=HYPERLINK("x")',
    ],
    ids=ascii,
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["62", "-5", "+44", "0.5", "Watch", "a=b", "", "10–20"])
def test_plain_words_and_numbers_stay(cell: str) -> None:
    assert guarded(cell) == cell


def test_hostile_words_stay_in_their_cell() -> None:
    found = rows(report_csv(a_hostile_report()))

    assert {len(row) for row in found} == {len(COLUMNS)}
    assert not any(cell.startswith(("=", "+", "@", "\t")) for row in found for cell in row)
