"""Two papers that say different things are told apart; papers that only seem to are left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from answer.differ import Difference, Sentence, difference, note
from answer.outcome import Answer
from answer.understand import Understood, Wants
from corpus.model import Authority, Document, Nation, Status
from corpus.when import When
from index.embedded import EmbeddedStore
from index.lexical import analyse
from tests.answer.libraries import Desk, entry
from tests.fakes import FakeEmbedder, a_document

NEW = a_document("new", title="New guide", published=When(2024, 6))
OLD = a_document("old", title="Old guide", published=When(2019))


def understood(question: str, kind: Wants) -> Understood:
    content = tuple(dict.fromkeys(analyse(question)))
    return Understood(question, question, kind, dict.fromkeys(content, 1.0), content, frozenset())


def sentence(document: Document, text: str) -> Sentence:
    return Sentence(document, text, frozenset(analyse(text)), frozenset(analyse(document.title)))


def found(one: str, other: str, question: str, kind: Wants, **changed: Any) -> Difference | None:
    """What differs between the new paper and the old one, whose details are `changed`."""
    asked = understood(question, kind)
    old = a_document("old", **{"title": "Old guide", "published": When(2019), **changed})
    return difference([sentence(old, other), sentence(NEW, one)], asked, dict.fromkeys(asked.content, 1.0))


@pytest.mark.parametrize(
    ("one", "other", "question", "kind", "values"),
    [
        ("The survey takes 10 minutes.", "The survey takes about 15 minutes.", "How long does the survey take?",
         Wants.DURATION, ("10 minutes", "15 minutes")),
        ("The survey takes two hours.", "The survey takes 10 to 15 minutes.", "How long does the survey take?",
         Wants.DURATION, ("two hours", "10 to 15 minutes")),
        ("The levy costs £1.20 a patient.", "The levy costs £1.35 a patient.", "How much does the levy cost?",
         Wants.MONEY, ("£1.20", "£1.35")),
        ("The survey has 36 statements.", "The survey has 40 statements.", "How many statements has the survey?",
         Wants.NUMBER, ("36 statements", "40 statements")),
        ("The survey started in 2017.", "The survey started in June 2018.", "When did the survey start?",
         Wants.DATE, ("2017", "June 2018")),
    ],
)  # fmt: skip
def test_values_that_exclude_each_other_differ(
    one: str, other: str, question: str, kind: Wants, values: tuple[str, str]
) -> None:
    difference = found(one, other, question, kind)

    assert difference
    assert (difference.first.id, difference.second.id) == ("new", "old")
    assert (difference.first_says, difference.second_says) == values


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The survey takes 10 minutes.", "The survey takes 10 minutes."),
        ("The survey takes 60 minutes.", "The survey takes an hour."),
        ("The survey takes 12 minutes.", "The survey takes 10 to 15 minutes."),
        ("The survey takes 10 minutes.", "The survey takes at least 15 minutes."),
        ("The survey takes 10 minutes.", "The survey takes 15 minutes, its report 20 minutes."),
        ("The survey takes 10 minutes.", "The survey costs £15."),
        ("The survey takes 10 minutes.", "A meeting of all partners takes 40 minutes."),
        ("In 2017 the survey took 10 minutes.", "In 2019 the survey took 15 minutes."),
    ],
)
def test_values_that_need_not_exclude_each_other_do_not_differ(one: str, other: str) -> None:
    assert found(one, other, "How long does the survey take?", Wants.DURATION) is None


def test_a_question_that_asks_for_no_value_finds_no_difference() -> None:
    one, other = "The survey takes 10 minutes.", "The survey takes 15 minutes."

    assert found(one, other, "What is the survey?", Wants.DEFINITION) is None
    assert found(one, other, "How long does the survey take?", Wants.DURATION)


def test_a_follow_up_that_does_not_say_what_it_asks_of_finds_no_difference() -> None:
    asked = replace(understood("And how long does that take?", Wants.DURATION), follows=True)
    sentences = [sentence(NEW, "The survey takes 10 minutes."), sentence(OLD, "The review takes a day.")]

    assert difference(sentences, asked, dict.fromkeys(asked.content, 1.0)) is None


def test_papers_of_two_nations_may_say_different_things() -> None:
    one, other = "The survey takes 10 minutes.", "The survey takes 15 minutes."
    asked = understood("How long does the survey take?", Wants.DURATION)
    papers = a_document("a", nation=Nation.WALES), a_document("b", nation=Nation.SCOTLAND)

    sentences = [sentence(papers[0], one), sentence(papers[1], other)]

    assert difference(sentences, asked, dict.fromkeys(asked.content, 1.0)) is None


def test_one_paper_does_not_differ_from_itself() -> None:
    asked = understood("How long does the survey take?", Wants.DURATION)
    sentences = [sentence(NEW, "The survey takes 10 minutes."), sentence(NEW, "The survey takes 15 minutes.")]

    assert difference(sentences, asked, dict.fromkeys(asked.content, 1.0)) is None


@pytest.mark.parametrize(
    ("changed", "first"),
    [
        ({}, "new"),
        ({"published": When(2025)}, "old"),
        ({"authority": Authority.CONTRACT}, "old"),
        ({"authority": Authority.CONTRACT, "status": Status.SUPERSEDED}, "new"),
    ],
)
def test_the_one_to_believe_is_current_then_of_authority_then_newer(changed: dict[str, Any], first: str) -> None:
    one, other = "The survey takes 10 minutes.", "The survey takes 15 minutes."

    difference = found(one, other, "How long does the survey take?", Wants.DURATION, **changed)

    assert difference
    assert difference.first.id == first


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        ({}, " “New guide” is newer."),
        ({"published": None}, ""),
        ({"authority": Authority.CONTRACT}, " “Old guide” has more authority. “New guide” is newer."),
        ({"authority": Authority.CONTRACT, "published": When(2025)}, " “Old guide” is newer and has more authority."),
    ],
)
def test_note_says_what_each_says_and_which_is_newer(changed: dict[str, Any], standing: str) -> None:
    one, other = "The survey takes 10 minutes.", "The survey takes 15 minutes."

    difference = found(one, other, "How long does the survey take?", Wants.DURATION, **changed)

    assert difference
    told = note(difference)
    assert told.startswith("These two sources differ: “")
    assert "“New guide” (June 2024) says “10 minutes”" in told
    assert "says “15 minutes”" in told
    assert told.endswith(f".{standing}")
    assert ("no date given" in told) == (changed.get("published", When(2019)) is None)


# --- in an answer --------------------------------------------------------------------------------------------------


def test_answer_shows_both_papers_the_newer_first_and_says_what_differs(tmp_path: Path, store: EmbeddedStore) -> None:
    desk = Desk(tmp_path / "libraries", store, FakeEmbedder())
    texts = {
        "older": "The Practice Healthcheck survey takes 15 minutes in each practice.",
        "newer": "The Practice Healthcheck survey of a practice takes 10 minutes.",
    }
    entries = entry("older", published="2025-01-10") + entry("newer", published="2026-05-01")
    desk.ingest(desk.write("lib", texts, entries))

    outcome = desk.ask("How long does the Practice Healthcheck survey take?")

    assert isinstance(outcome, Answer)
    assert [citation.document_id for citation in outcome.citations] == ["newer", "older"]
    first = outcome.citations[0].title
    assert outcome.notes[0].startswith("These two sources differ: ")
    assert "says “10 minutes”; " in outcome.notes[0]
    assert outcome.notes[0].endswith(f"says “15 minutes”. “{first}” is newer.")
