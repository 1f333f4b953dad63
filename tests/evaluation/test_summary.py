"""Rows in, figures out: each figure against a handful of rows counted by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import QuestionError
from evaluation.study import Lost, load, save
from evaluation.summary import confidences, figures, gate, lost, predictions
from tests.evaluation.rows import DECLINED, FOOLED, GUARDED, OPEN, RIGHT, SECOND, SILENT

ROWS = [RIGHT, SECOND, DECLINED, SILENT, FOOLED, GUARDED, OPEN]


def test_declined_question_counts_as_a_miss_of_what_is_cited_and_not_of_what_is_chosen() -> None:
    told = figures(ROWS)

    assert told["questions"] == 3  # the open question is not counted
    assert told["first"] == pytest.approx(1 / 3)
    assert told["any"] == pytest.approx(2 / 3)
    assert told["chosen_first"] == pytest.approx(2 / 3)
    assert told["chosen_any"] == 1.0
    assert told["any_quote"] == pytest.approx(1 / 3)
    assert told["found_1"] == pytest.approx(2 / 3)


def test_target_is_the_plain_hybrid_and_a_third_of_what_it_misses() -> None:
    """The plain hybrid has two of three among five: 2/3 + 1/3 * 1/3 = 7/9."""
    assert figures(ROWS)["target_5"] == pytest.approx(7 / 9)


def test_gate_is_judged_on_what_came_to_it() -> None:
    """Yes: 0.9, 0.6, 0.2; no: 0.1 and 0.7, for the guard stopped the third. Four of the six pairs stand right."""
    told = gate(ROWS)

    assert confidences(ROWS) == ([0.9, 0.6, 0.2], [0.1, 0.7])
    assert told["auc"] == pytest.approx(4 / 6)
    assert told["declines_right"] == pytest.approx(2 / 3)  # the guard's counts: it got no answer
    assert told["declines_wrong"] == pytest.approx(1 / 3)
    assert told["unsure_right"] == pytest.approx(1 / 3)
    assert told["unsure_wrong"] == 0.0


def test_answerable_question_that_was_refused_counts_against_the_gate() -> None:
    assert confidences([replace(RIGHT, outcome="declined")]) == ([0.0], [])


def test_probability_is_of_passages_that_answer_not_of_a_question_that_could_be_answered() -> None:
    """A question whose chosen passages miss the answer did not come true, whatever could have been found."""
    missed = replace(RIGHT, would_cite=(False,))

    assert predictions([RIGHT, missed, SILENT, OPEN]) == ([0.9, 0.9, 0.1], [True, False, False])


def test_follow_ups_are_compared_with_their_other_forms_over_the_same_questions() -> None:
    follow = replace(RIGHT, follows=True, found=(False,) * 5, bare=(True,), rewritten=(False, True))
    alone = replace(RIGHT, rewritten=(True,))  # a first question is no follow-up

    told = figures([follow, alone])

    assert (told["follow_5"], told["bare_5"]) == (0.0, 1.0)
    assert (told["own_5"], told["rewritten_5"]) == (0.0, 1.0)


def test_every_counted_question_is_at_one_place_of_the_map() -> None:
    counted = lost(ROWS)

    assert sum(counted.values()) == len(ROWS) - 1
    assert (counted[Lost.NOT], counted[Lost.FIRST], counted[Lost.HEDGED]) == (3, 1, 1)
    assert Lost.OPEN not in counted


def test_set_that_cannot_tell_a_figure_gives_none() -> None:
    told = figures([RIGHT])

    assert all(math.isnan(told[name]) for name in ("auc", "declined_at_5", "page_1", "rewritten_5", "declines_right"))


def test_rows_come_back_from_their_file_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "new" / "rows.json"

    save(file, {"mine": ROWS}, {"part": "tune"})

    assert load(file) == {"mine": ROWS}


@pytest.mark.parametrize("text", ["", "{}", '{"sets": {"mine": [{"id": "1"}]}}'])
def test_file_that_is_no_saved_run_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    file.write_text(text, "utf-8")

    with pytest.raises(QuestionError, match=r"rows\.json is no saved run"):
        load(file)
