"""What a question insists on is found in it, and what a passage lacks of it is told in shares."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.insists import Figure, Insists, NameKind, figures_in, insists, months_in, years_in
from corpus.glossary import Glossary, load_glossary
from index.lexical import analyse


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("in 2016", ("2016",)),
        ("the 2025/26 contract", ("2025/26", "2025")),
        ("the 2025-26 contract", ("2025/26", "2025")),
        ("2025/2026", ("2025/26", "2025", "2026")),
        ("from 2016-2020", ("2016", "2020")),
        ("£2016 and 2,016 patients", ()),
        ("1.2016", ()),
        ("call 02079460000", ()),
        ("no year", ()),
    ],
)
def test_years_are_told_from_other_numbers(text: str, years: tuple[str, ...]) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("by 1 March 2026", ("march",)),
        ("in May", ("may",)),
        ("May 2027", ("may",)),
        ("May we begin?", ()),
        ("we march on", ()),
        ("in october", ("october",)),
        ("what may we do in June or July", ("june", "july")),
    ],
)
def test_months_are_told_from_words(text: str, months: tuple[str, ...]) -> None:
    assert months_in(text) == months


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("90 days", [("90", "day")]),
        ("a 90-day notice", [("90", "day")]),
        ("10-15 minutes", [("10", "minut"), ("15", "minut")]),
        ("10 to 15 minutes", [("10", "minut"), ("15", "minut")]),
        ("£40m or £16.5 million", [("40000000", "£"), ("16500000", "£")]),
        ("70% of 1,000 patients", [("70", "%"), ("1000", "patient")]),
        ("eight competencies", [("8", "compet")]),
        ("one of them", []),
        ("the PHQ-9", []),
        ("in 2016", []),
        ("more than 50", [("50", "")]),
    ],
)
def test_figures_come_with_what_they_count(text: str, figures: list[tuple[str, str]]) -> None:
    assert figures_in(text) == tuple(Figure(*figure) for figure in figures)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who is the chair of Kent LMC?", [("Kent LMC", NameKind.BODY)]),
        ("who is the chair of kent lmc?", [("kent lmc", NameKind.BODY)]),
        ("Who chairs the LMC in kent?", [("LMC", NameKind.ACRONYM), ("kent", NameKind.PLACE)]),
        ("Kent LMC: who is its chair?", [("Kent LMC", NameKind.BODY)]),
        ("What did Beds and Herts LMC say?", [("Beds and Herts LMC", NameKind.BODY)]),
        ("Do Somerset and Devon agree?", [("Somerset", NameKind.PLACE), ("Devon", NameKind.PLACE)]),
        ("What did Dr. patel say?", [("Dr. patel", NameKind.PERSON)]),
        ("Was it Jane Smith in Leeds?", [("Jane Smith", NameKind.OTHER), ("Leeds", NameKind.PLACE)]),
        ("What does “deep support” mean?", [("deep support", NameKind.QUOTED)]),
        ("Tell me about the Practice Healthcheck", [("Practice Healthcheck", NameKind.OTHER)]),
        ("Compare the GPRP and GPDP", [("GPRP", NameKind.ACRONYM), ("GPDP", NameKind.ACRONYM)]),
        ("Where is Kent's office?", [("Kent", NameKind.PLACE)]),
        ("Practices want what?", []),
        ("How do we tell the lmc?", []),
        ("How can I build trust?", []),
        ("Is it due in October?", []),
    ],
)
def test_names_are_found(question: str, names: list[tuple[str, NameKind]], glossary: Glossary) -> None:
    assert [(name.text, name.kind) for name in insists(question, glossary).names] == names


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        ("What is the salary of a PCN clinical director?", ("salari",)),
        ("How many practices merged?", ("practic",)),
        ("How much does a locum charge?", ("charg",)),
        ("What are the eight competencies in the tool?", ("compet",)),
        ("Which tool is for us?", ()),
        ("How do we begin?", ()),
    ],
)
def test_fact_asked_for_is_named(question: str, attribute: tuple[str, ...], glossary: Glossary) -> None:
    assert insists(question, glossary).attribute == attribute


def asked(question: str, glossary: Glossary) -> Insists:
    return insists(question, glossary)


def test_passage_that_has_all_lacks_nothing(glossary: Glossary) -> None:
    text = "In May 2019 Kent Local Medical Committee paid a salary of £40m for 90 days"

    lacking = asked("What was the salary of Kent LMC in May 2019: £40 million for 90 days?", glossary).lacking(
        text, set(analyse(text))
    )

    assert (lacking.years, lacking.months, lacking.figures, lacking.names, lacking.attribute) == (0, 0, 0, 0, 0)
    assert not lacking.other_year
    assert not lacking.other_figure


@pytest.mark.parametrize(
    ("question", "text", "what", "share"),
    [
        ("What changed in 2024?", "It changed in 2019", "years", 1.0),
        ("What changed in 2019 and 2024?", "It changed in 2019", "years", 0.5),
        ("What changed in May 2019?", "It changed in June 2019", "months", 1.0),
        ("Is it 12 minutes?", "It is 12 months", "figures", 1.0),
        ("Is it 12 minutes?", "It is 12 to 15 minutes", "figures", 0.0),
        ("Are there 12 areas?", "There are 12 of them", "figures", 0.0),
        ("Who is the chair of Kent LMC?", "The chair of Somerset LMC", "names", 1.0),
        ("Who is the chair of Beds LMC?", "The chair of Bedfordshire LMC", "names", 0.0),
        ("What is the salary of a director?", "The director leads", "attribute", 1.0),
    ],
)
def test_what_a_passage_lacks_is_a_share(question: str, text: str, what: str, share: float, glossary: Glossary) -> None:
    assert getattr(asked(question, glossary).lacking(text, set(analyse(text))), what) == share


def test_another_year_or_figure_is_told_from_none(glossary: Glossary) -> None:
    wants = asked("Was it 90 days in 2024?", glossary)

    other = wants.lacking("It was 60 days in 2019", set())
    none = wants.lacking("It was long", set())

    assert other.other_year
    assert other.other_figure
    assert not none.other_year
    assert not none.other_figure


@pytest.mark.slow
@given(question=st.text(), text=st.text())
def test_any_text_can_be_held_against_any_question(question: str, text: str) -> None:
    found = insists(question, Glossary([]))

    lacking = found.lacking(text, set(analyse(text)))

    shares = [lacking.years, lacking.months, lacking.figures, lacking.names, lacking.attribute]
    assert all(0 <= share <= 1 for share in shares)
    assert all(re.fullmatch(r"\d+(?:\.\d+)?", figure.value) for figure in found.figures)
