"""Answered questions are made unanswerable, until the words of a question do not tell whether it has an answer."""

from __future__ import annotations

import random

import pytest

from evaluation.measures import area_under_curve
from evaluation.reader.alter import (
    SHARE,
    balanced,
    cut,
    is_answered,
    kept_share,
    swapped,
    told_by_question,
    turned_share,
    unanswerable,
    withheld,
    without_answer,
)
from evaluation.reader.groups import Group, Window

TEXT = (
    "Partners meet every month, and the minutes go to all. "
    "A partner gives 26 weeks of notice from 2024 on. "
    "The deed says who signs the lease and who keeps the keys."
)
START = TEXT.index("26 weeks")
RIGHT = Window("Notice", TEXT, True, START, START + len("26 weeks"))
WRONG = Window("Meetings", "The chair opens the meeting.")
GROUP = Group("papers", "How many weeks of notice from 2024 does a partner give?", (RIGHT, WRONG, WRONG))


def test_a_swapped_question_names_another_year_and_nothing_answers_it() -> None:
    other = swapped(GROUP, [], random.Random(3))
    assert other is not None
    assert other.question != GROUP.question
    assert "2024" not in other.question
    assert not is_answered(other)


def test_a_question_without_year_figure_or_name_is_not_swapped() -> None:
    assert swapped(Group("own", "Who gives notice?", (RIGHT, WRONG)), ["Kent"], random.Random(3)) is None


def test_the_sentence_that_answers_is_cut_out_and_the_others_stay_word_for_word() -> None:
    made = cut(RIGHT)
    assert made is not None
    assert (made.right, made.start, made.end) == (False, 0, 0)
    assert "26 weeks" not in made.text
    assert made.text.startswith("Partners meet every month, and the minutes go to all.")
    assert made.text.endswith("The deed says who signs the lease and who keeps the keys.")


@pytest.mark.parametrize(
    "window",
    [
        Window("Notice", "A partner gives 26 weeks.", True, 16, 24),
        Window("Notice", TEXT, True, 0, 0),
        Window("Notice", f"{TEXT} All partners give 26 weeks.", True, START, START + len("26 weeks")),
    ],
    ids=["nothing would be left", "no place is marked", "the answer stands elsewhere too"],
)
def test_a_window_is_not_cut_where(window: Window) -> None:
    assert cut(window) is None


def test_the_windows_that_answer_are_withheld() -> None:
    made = withheld(GROUP)
    assert made is not None
    assert made.windows == (WRONG, WRONG)
    assert withheld(Group("papers", "?", (RIGHT, WRONG))) is None


@pytest.mark.parametrize("source", ["covid", "conditional", "rules"])
def test_where_others_may_answer_nothing_is_cut_or_withheld(source: str) -> None:
    group = Group(source, GROUP.question, GROUP.windows)
    assert without_answer(group) is None
    assert withheld(group) is None


@pytest.mark.parametrize("seed", range(12))
def test_whatever_way_is_drawn_nothing_answers(seed: int) -> None:
    made = unanswerable(GROUP, ["Kent"], random.Random(seed))
    assert made is not None
    assert not is_answered(made)
    assert made.question != GROUP.question or all("26 weeks" not in window.text for window in made.windows)


@pytest.mark.parametrize("chance", [0.0, 0.1, 0.3, SHARE, 0.6, 0.9])
def test_of_every_way_of_asking_the_same_share_has_no_answer(chance: float) -> None:
    silent = chance * kept_share(chance) + (1 - chance) * turned_share(chance)
    answered = (1 - chance) * (1 - turned_share(chance))
    assert silent / (silent + answered) == pytest.approx(SHARE)


def groups_that_tell(count: int) -> list[Group]:
    """Half of them without an answer, of which four in five ask "What is the name"."""
    chance = random.Random(7)
    made = []
    for n in range(count):
        silent = n % 2 == 1
        asks = "What is the name of" if chance.random() < (0.8 if silent else 0.1) else "When was"
        windows = (WRONG, WRONG) if silent else (RIGHT, WRONG, WRONG)
        made.append(Group("papers", f"{asks} thing {chance.randrange(10**6)} of the town?", windows))
    return made


def area(groups: list[Group]) -> float:
    told = [1.0 - chance for chance in told_by_question(groups)]
    yes = [chance for chance, group in zip(told, groups, strict=True) if is_answered(group)]
    return area_under_curve(yes, [c for c, group in zip(told, groups, strict=True) if not is_answered(group)])


def test_after_balancing_the_question_no_longer_tells() -> None:
    groups = groups_that_tell(600)
    assert area(groups) > 0.75
    after = balanced(groups, told_by_question(groups), random.Random(1))
    assert area(after) < 0.6
    assert 0.35 < sum(not is_answered(group) for group in after) / len(after) < 0.55
