"""Tables and the reliability diagram: what is drawn is what was measured, and it can be read without seeing it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from evaluation.measures import Bin
from evaluation.shown import EDGE, SIDE, Shown, diagram

SVG = "{http://www.w3.org/2000/svg}"


def test_table_in_markdown_has_as_many_cells_in_every_line() -> None:
    lines = Shown("t", ["what", "a", "b"], [["x", "1", "2"], ["y", "3", "4"]]).markdown().splitlines()

    assert len(lines) == 4
    assert {line.count("|") for line in lines} == {4}


def test_dot_of_a_bin_lies_where_its_numbers_say() -> None:
    drawn = ET.fromstring(diagram("Reliability", [Bin(10, 0.25, 0.5), Bin(40, 1.0, 1.0)]))  # noqa: S314 - our own

    dots = [(float(c.attrib["cx"]), float(c.attrib["cy"])) for c in drawn.iter(f"{SVG}circle")]
    assert dots == [(EDGE + 0.25 * SIDE, EDGE + 0.5 * SIDE), (EDGE + SIDE, EDGE)]
    assert [float(c.attrib["r"]) for c in drawn.iter(f"{SVG}circle")] == [4.0, 6.0]


def test_diagram_says_in_words_what_it_shows() -> None:
    drawn = ET.fromstring(diagram("Of A & B", [Bin(10, 0.25, 0.5)]))  # noqa: S314 - our own

    assert drawn.attrib["role"] == "img"
    assert drawn.findtext(f"{SVG}title") == "Of A & B"
    assert drawn.findtext(f"{SVG}desc") == "said 0.25, came true 0.50 (10)."
