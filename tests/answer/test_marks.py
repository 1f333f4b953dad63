"""The words that answer: the reader's where it is sure, else the only figure of the kind that is asked for."""

from __future__ import annotations

import pytest

from answer.marks import mark
from answer.reader import Reading
from answer.understand import Understood, Wants
from index.lexical import analyse


def understood(kind: Wants, question: str = "") -> Understood:
    return Understood(question, question, kind, {}, tuple(analyse(question)), frozenset())


def marked(text: str, kind: Wants, question: str = "", reading: Reading | None = None) -> str:
    """What is marked where the whole text is quoted and is one sentence."""
    everything = (0, len(text))
    place = mark(reading, text, everything, everything, understood(kind, question))
    return text[slice(*place)] if place else ""


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("The survey takes about 10 to 15 minutes online.", Wants.DURATION, "10 to 15 minutes"),
        ("The survey takes an hour or a morning.", Wants.DURATION, "an hour"),
        ("It takes 12 minutes, and its report two hours.", Wants.DURATION, ""),  # which of them?
        ("It takes a while.", Wants.DURATION, ""),
        ("The levy is £1.20 for each patient.", Wants.MONEY, "£1.20"),
        ("The fund was £40 million over four years.", Wants.MONEY, "£40 million"),
        ("Mentoring is free and funded.", Wants.MONEY, ""),
        ("The programme began in June 2017 for all.", Wants.DATE, "June 2017"),
        ("Tell the commissioner 90 days before the date.", Wants.DATE, "90 days"),
        ("Reply within the time that is given.", Wants.DATE, ""),
        ("It began in 2017 and ended in 2019.", Wants.DATE, ""),
        ("It takes 12 minutes at most.", Wants.ANYTHING, ""),
        ("It takes 12 minutes at most.", Wants.LIST, ""),
    ],
)
def test_only_figure_of_the_kind_asked_for_is_marked(text: str, kind: Wants, words: str) -> None:
    assert marked(text, kind) == words


def test_number_is_marked_only_with_what_it_counts() -> None:
    text = "The survey has 36 statements in ten areas."

    assert marked(text, Wants.NUMBER, "How many statements?") == "36 statements"
    assert marked(text, Wants.NUMBER, "How many areas?") == "ten areas"
    assert marked(text, Wants.NUMBER, "How many partners?") == ""


def test_words_of_a_sure_reader_come_before_a_figure() -> None:
    text = "Ask the accountant 90 days before the date."

    assert marked(text, Wants.ANYTHING, "", Reading(0.9, 4, 18, 0.9)) == "the accountant"
    assert marked(text, Wants.ANYTHING, "", Reading(0.9, 4, 18, 0.1)) == ""
    assert marked(text, Wants.DATE, "", Reading(0.9, 4, 18, 0.9)) == "90 days"


def test_figure_of_a_sentence_that_is_not_quoted_is_not_marked() -> None:
    text = "It takes 12 minutes. It is done online by the manager."

    assert mark(None, text, (21, len(text)), (0, 20), understood(Wants.DURATION)) is None
    assert mark(None, text, (0, len(text)), (0, 20), understood(Wants.DURATION)) == (9, 19)


def test_a_quote_that_is_all_figure_is_not_marked() -> None:
    assert marked("12 minutes.", Wants.DURATION) == ""
