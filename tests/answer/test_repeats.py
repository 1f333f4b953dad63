"""What was said before is not said again; what differs in a figure, a name or a "not" is something else."""

from __future__ import annotations

import pytest

from answer.repeats import is_said_before, says_again

SURVEY = "The survey takes about ten minutes and is done online by the practice manager."


@pytest.mark.parametrize(
    "other",
    [
        SURVEY,
        "the survey takes about ten minutes, and is done online by the practice manager",
        f"Practices differ. {SURVEY}",
        "The survey takes about ten minutes and is done online by the manager.",
    ],
)
def test_same_words_say_the_same(other: str) -> None:
    assert says_again(SURVEY, other)
    assert says_again(other, SURVEY)


@pytest.mark.parametrize(
    "other",
    [
        "The survey takes about fifteen minutes and is done online by the practice manager.",
        "The survey takes about 10 minutes and is done online by the practice manager.",
        "The survey is not done online and takes about ten minutes by the practice manager.",
        "Ten minutes by the manager online: the practice is done and takes about the survey.",
        "The survey is paid for by the practice.",
        "",
    ],
)
def test_another_figure_or_meaning_is_said_anew(other: str) -> None:
    assert not says_again(SURVEY, other)


def test_another_name_is_another_matter() -> None:
    one = "The levy of Kent LMC is set each year by its members at their meeting."

    assert not says_again(one, one.replace("Kent", "Anytown"))


def test_quote_with_something_new_to_say_is_kept() -> None:
    assert is_said_before([SURVEY], ["Tea is served.", SURVEY])
    assert not is_said_before([SURVEY, "A report follows within the week."], [SURVEY])
    assert not is_said_before([SURVEY], [])


def test_long_quote_is_not_taken_for_the_short_one_that_it_contains() -> None:
    long = f"{SURVEY} A report follows within the week, with a plan of at most twelve actions for all the partners."

    assert not is_said_before([long], [SURVEY])
