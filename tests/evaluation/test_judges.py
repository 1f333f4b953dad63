"""Who says that a passage holds the answer: by facts, by document, by paragraph, by place."""

from __future__ import annotations

import pytest

from corpus.model import Audience
from evaluation.judges import ByDocument, ByFacts, ByParagraph, BySpan, Judge, places, squeezed
from evaluation.questions import Question

PAPER = "Title of it\n\nThe study began in 2003. Its end\nwas 2003 as well, say  the authors.\n\nNothing else."


def asked(
    facts: tuple[str, ...] = (), documents: tuple[str, ...] = (), span: tuple[int, int] | None = None
) -> Question:
    return Question("q", "?", Audience.PUBLIC, "query", frozenset({"answer"}), None, documents, facts, span=span)


def at(words: str) -> Question:
    """A question whose answer is these words of the paper, where they stand last."""
    start = PAPER.rindex(words)
    return asked((words,), ("paper",), (start, start + len(words)))


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Its end was 2003 as well, say the authors.", True),  # white space differs
        ("end was 2003", True),
        ("The study began in 2003.", False),  # the same words at another place
        ("Its end was 20", False),  # only a part of the answer
        ("Something else altogether, of 2003.", False),
    ],
)
def test_answer_is_held_where_it_stands_and_nowhere_else(text: str, held: bool) -> None:
    assert BySpan({"paper": PAPER}).holds(at("2003"), "paper", text) is held


def test_answer_in_another_document_does_not_count() -> None:
    judge = BySpan({"paper": PAPER, "other": PAPER})

    assert not judge.holds(at("2003"), "other", "Its end was 2003 as well")


def test_answer_over_two_lines_is_held_by_a_text_that_has_both() -> None:
    question = at("end\nwas 2003")

    assert BySpan({"paper": PAPER}).holds(question, "paper", "Its end was 2003 as well")
    assert not BySpan({"paper": PAPER}).holds(question, "paper", "was 2003 as well, say the authors.")


def test_text_with_a_line_left_out_is_found_line_by_line() -> None:
    text = "The study began in 2003.\nNothing else."

    assert BySpan({"paper": PAPER}).holds(at("Nothing else"), "paper", text)
    assert not BySpan({"paper": PAPER}).holds(at("2003"), "paper", text)


def test_answer_that_parts_stand_on_both_sides_of_a_gap_is_not_held() -> None:
    assert places("abXcd", "ab\ncd") == [(0, 2), (3, 5)]
    question = asked(("abXcd",), ("d",), (0, 5))

    assert not BySpan({"d": "abXcd"}).holds(question, "d", "ab\ncd")


def test_fact_may_stand_in_the_heading_above_a_passage() -> None:
    question = asked(("in 2019|last year",))

    assert ByFacts().holds(question, "any", "It grew.", "Report › In 2019")
    assert not ByFacts().holds(question, "any", "It grew.", "Report")


def test_document_answers_only_with_a_grade_and_where_asked_with_the_answer() -> None:
    grades = {"q": {"right": 1.0, "adversarial": 0.0}}
    question = asked(("Sky  Active",))

    assert ByDocument(grades).holds(question, "right", "whatever")
    assert not ByDocument(grades).holds(question, "adversarial", "sky active")
    assert ByDocument(grades, answers=True).holds(question, "right", "now called sky active, it")
    assert not ByDocument(grades, answers=True).holds(question, "right", "whatever")


def test_paragraph_of_the_right_page_must_stand_whole() -> None:
    question = asked(("You must be 18 or over.",), ("page",))

    assert ByParagraph().holds(question, "page", "Apply.\n\nYou must be\n18 or over. Then wait.")
    assert not ByParagraph().holds(question, "page", "You must be 18")
    assert not ByParagraph().holds(question, "other", "You must be 18 or over.")


@pytest.mark.parametrize(
    ("judge", "quotes"),
    [
        (ByFacts(), True),
        (ByParagraph(), True),
        (BySpan({}), True),
        (ByDocument({}), False),
        (ByDocument({}, True), True),
    ],
)
def test_only_a_judge_of_whole_documents_cannot_judge_a_quote(judge: Judge, quotes: bool) -> None:
    assert judge.judges_quotes is quotes


def test_squeezed_text_has_no_white_space_of_any_kind() -> None:
    assert squeezed(" a\u00a0b\n\tc\u2003d ") == "abcd"
