"""The questions in a question are found by their words: sides, questions one after the other, one asked of two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.parts import MOST_PARTS, asks_everywhere, parts, sides


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Compare the GPRP and GPDP: who they are for.", ("the GPRP who they are for", "GPDP who they are for")),
        ("What is the difference between mentoring and coaching?", ("mentoring", "coaching")),
        ("Mentoring versus coaching: who pays?", ("Mentoring who pays", "coaching who pays")),
        ("How does mentoring differ from coaching?", ("mentoring", "coaching")),
        ("How does Kent LMC's view of mergers differ from Ockham's idea of trust?",
         ("Kent LMC's of mergers", "Ockham's of trust")),
        ("Is our GPDP the same as the NHS England GPDP?", ("our GPDP", "the NHS England GPDP")),
        ("Merge or just share staff? What fits us?", ("Merge What fits us", "share staff What fits us")),
        ("Place level or system level, which fits?", ("Place level which fits", "system level which fits")),
        ("Is it free or must we pay?", ()),
        ("Who leads, a doctor or a manager?", ()),
        ("Who runs mentoring and coaching?", ()),
    ],
)  # fmt: skip
def test_sides_of_a_comparison(question: str, found: tuple[str, ...]) -> None:
    assert sides(question) == found


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How long is it, and who pays?", ("How long is it", "who pays")),
        ("Is it free? Who runs it?", ("Is it free", "Who runs it")),
        ("When did it start and does it cost anything?", ("When did it start", "does it cost anything")),
        ("Our partners fell out and are not speaking", ()),
        ("Who signs and dates the form?", ()),
        ("What must we do about patients and about staff before a merger?",
         ("What must we do about patients before a merger", "What must we do about staff before a merger")),
        ("What part does trust play in joint work and in a board?",
         ("What part does trust play in joint work", "What part does trust play in a board")),
        ("Who runs mentoring and coaching?", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_questions_one_after_the_other(question: str, found: tuple[str, ...]) -> None:
    assert parts(question) == found


@pytest.mark.parametrize(
    ("everywhere", "question"),
    [
        (True, "What do our documents say about premises?"),
        (True, "Across the papers, what do LMCs do?"),
        (True, "List every tool mentioned anywhere in the library"),
        (True, "What does the guidance say about leases?"),
        (False, "What does the paper on leases say?"),
        (False, "Which documents does the commissioner need?"),
        (False, "How do I add a document?"),
    ],
)
def test_question_about_several_papers(everywhere: bool, question: str) -> None:
    assert asks_everywhere(question) is everywhere


@pytest.mark.slow
@given(st.text())
def test_any_text_is_taken_apart_into_few(question: str) -> None:
    assert len(parts(question)) in {0, *range(2, MOST_PARTS + 1)}
    assert len(sides(question)) in {0, 2}
