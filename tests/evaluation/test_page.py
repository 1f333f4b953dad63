"""What goes into the page: targets, the map, tables between their marks."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from corpus.errors import QuestionError
from evaluation.page import ALL, DOMAIN, PUBLIC, Target, Told, keep, kept, map_of, put, targets, tell
from evaluation.study import Lost
from tests.evaluation.rows import DECLINED, FOOLED, GUARDED, RIGHT, SECOND, SILENT

TOLD = {"mine": Told({"first": 0.9, "goal": 0.8, "slow_ms": 90.0, "none": math.nan}, {"right": 3})}


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        (Target("a number", "mine", "first", 0.9), True),
        (Target("a number", "mine", "first", 0.91), False),
        (Target("another figure", "mine", "first", against="goal"), True),
        (Target("more than a share of another", "mine", "goal", 0.9, against="first"), False),  # 0.81
        (Target("at most", "mine", "slow_ms", 90, most=True), True),
        (Target("at most", "mine", "slow_ms", 89, most=True), False),
        (Target("of a set that was not asked", "other", "first", 0.1), False),
    ],
)
def test_target_is_reached_at_its_bound(target: Target, reached: bool) -> None:
    assert target.reached(TOLD) is reached


def test_only_what_was_measured_is_in_the_table_of_targets() -> None:
    now = {"dev": Told({"first": 0.9, "any": 0.5}, {})}
    before = {"dev": Told({"first": 0.8}, {})}

    table = targets({"before": before, "now": now})

    assert [list(row[1:]) for row in table.rows] == [
        ["0.880", "0.800", "0.900", "yes"],
        ["0.960", "-", "0.500", "**no**"],
    ]


def test_sets_are_told_apart_and_in_their_groups() -> None:
    told = tell(
        {"dev": [RIGHT, SILENT], "blind": [FOOLED], "squad2": [SECOND, GUARDED], "conditionalqa_bare": [DECLINED]}
    )

    assert told[DOMAIN].figures["silent"] == 2
    assert told[PUBLIC].figures["silent"] == 1
    assert sum(told[ALL].lost.values()) == 5  # the questions that are asked in two forms count once


def test_map_shows_how_many_before_and_now() -> None:
    now = {"dev": Told({}, {Lost.NOT.value: 7, Lost.FIRST.value: 1}), ALL: Told({}, {})}

    table = map_of({"dev": Told({}, {Lost.NOT.value: 5, Lost.FIRST.value: 3})}, now)

    shown = {row[0]: row[1] for row in table.rows}
    assert list(table.columns) == ["where it was lost", "dev"]
    assert (shown["right"], shown["cited, but not first"], shown["questions"]) == ("5 → 7", "3 → 1", "8")


def test_kept_figures_come_back_and_hold_no_questions(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"

    keep(file, tell({"dev": [RIGHT, SILENT]}), {"part": "report"})

    back = kept(file)
    assert back["dev"].figures["first"] == 1.0
    assert math.isnan(back["dev"].figures["rewritten_5"])
    assert back["dev"].lost[Lost.NOT.value] == 2
    assert '"id"' not in file.read_text("utf-8")


@pytest.mark.parametrize("text", ["", "[]", '{"sets": {"dev": 1}}'])
def test_file_without_kept_figures_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    file.write_text(text, "utf-8")

    with pytest.raises(QuestionError, match=r"kept\.json holds no kept figures"):
        kept(file)


def test_table_goes_between_its_marks_and_nothing_else_changes() -> None:
    page = "# Title\n<!-- table one -->\nold\n<!-- end -->\ntext\n<!-- table two -->\n<!-- end -->\n"

    once = put(page, {"one": "| a |"})

    assert once == "# Title\n<!-- table one -->\n\n| a |\n\n<!-- end -->\ntext\n<!-- table two -->\n<!-- end -->\n"
    assert put(once, {"one": "| a |"}) == once


def test_table_without_marks_is_an_error() -> None:
    with pytest.raises(QuestionError, match="no place for a table three"):
        put("# Title\n", {"three": "| a |"})
