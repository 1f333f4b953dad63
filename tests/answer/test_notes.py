"""A reader is told how old a source is, whether it still holds, and what has changed since it was written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from answer.notes import notes
from corpus.model import Citation, Document, Status
from corpus.status_map import Replacement, StatusMap
from corpus.when import When
from tests.fakes import a_document

TODAY = dt.date(2026, 11, 23)
CCG = Replacement(
    id="ccg",
    old=("CCG", "CCGs"),
    now="ICBs",
    effective=When(2022, 7, 1),
    since="CCGs were replaced by ICBs on 1 July 2022.",
)
STP = Replacement(id="stp", old=("STP",), now="ICSs", since="STPs are an earlier form of ICSs.", certain=False)
MAP = StatusMap([CCG, STP])


def cited(text: str = "It is so.", **said: Any) -> tuple[Citation, Document]:
    document = a_document(said.pop("name", "paper"), **{"published": When(2026, 5), **said})
    about = (document.id, document.library, document.title, "", document.published, document.status)
    citation = Citation(1, "p", *about, 1, "", "", text, text, 0.5)
    return citation, document


def said(*items: tuple[Citation, Document], question: str = "What is so?") -> tuple[str, ...]:
    return notes(items, question, MAP, TODAY)


def test_recent_current_document_needs_no_note() -> None:
    assert said(cited()) == ()


@pytest.mark.parametrize(
    ("published", "old"),
    [
        (When(2024, 11, 23), True),  # 24 months to the day
        (When(2024, 11, 24), False),
        (When(2024, 12), False),
        (When(2024), False),  # it may have been December
        (When(2023), True),
        (When(2015, 6, 11), True),
    ],
)
def test_document_of_two_years_or_more_is_called_old(published: When, old: bool) -> None:
    found = said(cited(published=published))

    assert bool(found) is old
    assert not old or f"is from {published.month_words()}" in found[0]


def test_old_document_says_from_when_and_whom_to_ask() -> None:
    assert said(cited(published=When(2015, 6, 11), title="Working together", contact="the liaison team")) == (
        "“Working together” is from June 2015. Check with the liaison team.",
    )


def test_review_makes_an_old_document_fresh() -> None:
    assert said(cited(published=When(2015, 6, 11), reviewed=When(2026, 1))) == ()


def test_change_after_the_document_is_told() -> None:
    assert said(cited("Ask your CCG.", published=When(2015, 6, 11))) == (
        "“Paper” is from June 2015. Since then: CCGs were replaced by ICBs on 1 July 2022. Check with your LMC office.",
    )


def test_change_that_a_recent_document_could_have_known_is_no_news() -> None:
    assert said(cited("CCGs ended.", published=When(2026, 5))) == ()


def test_change_after_a_recent_document_is_told_although_it_is_not_old() -> None:
    recent = Replacement(id="x", old=("Essex board",), now="y", effective=When(2026, 10), since="It moved in October.")

    found = notes([cited("Ask the Essex board.")], "Whom?", StatusMap([recent]), TODAY)

    assert found == ("“Paper” is from May 2026. Since then: It moved in October. Check with your LMC office.",)


def test_changes_that_are_no_news_do_not_crowd_out_one_that_is() -> None:
    def change(name: str, year: int) -> Replacement:
        return Replacement(id=name, old=(name,), now="y", effective=When(year), since=f"{name} went in {year}.")

    changes = StatusMap([change("alpha", 2001), change("beta", 2002), change("gamma", 2003), change("delta", 2020)])

    found = notes([cited("alpha beta gamma delta", published=When(2015))], "What?", changes, TODAY)

    assert "Since then: delta went in 2020." in found[0]


def test_change_without_a_date_is_told() -> None:
    assert "STPs are an earlier form of ICSs." in said(cited("The STP leads."))[0]


def test_each_change_is_told_once() -> None:
    old = When(2015, 6)

    found = said(cited("Ask your CCG.", published=old), cited("The CCG pays.", published=old, name="other"))

    assert sum("CCGs were replaced" in line for line in found) == 1
    assert len(found) == 2


def test_document_quoted_twice_gets_one_note() -> None:
    old = When(2015, 6)

    assert len(said(cited("One.", published=old), cited("Two.", published=old))) == 1


def test_replaced_document_names_its_successor() -> None:
    replaced = cited(status=Status.SUPERSEDED, superseded_by="new-paper")

    found = notes([replaced], "What is so?", MAP, TODAY, {"new-paper": "The new paper"})

    assert found == ("“Paper” has been replaced by “The new paper”.",)


def test_successor_that_the_reader_may_not_see_is_not_named() -> None:
    assert said(cited(status=Status.SUPERSEDED, superseded_by="new-paper")) == ("“Paper” has been replaced.",)


def test_replaced_document_without_a_successor_is_named_too() -> None:
    assert said(cited(status=Status.SUPERSEDED)) == ("“Paper” has been replaced.",)


def test_document_under_review_says_so() -> None:
    assert said(cited(status=Status.UNDER_REVIEW)) == ("“Paper” is under review.",)


@pytest.mark.parametrize(("due", "overdue"), [(When(2026, 10), True), (When(2026, 11), False), (When(2027, 1), False)])
def test_review_that_is_overdue_is_told(due: When, overdue: bool) -> None:
    expected: Sequence[str] = ("The review of “Paper” was due in October 2026.",) if overdue else ()

    assert said(cited(review_due=due)) == tuple(expected)


def test_document_is_named_once_however_much_there_is_to_say_of_it() -> None:
    old = cited(published=When(2015, 6), status=Status.UNDER_REVIEW, review_due=When(2018, 6))

    assert said(old) == (
        "“Paper” is from June 2015 and is under review. Its review was due in June 2018. Check with your LMC office.",
    )


def test_nobody_waits_for_the_review_of_a_replaced_document() -> None:
    old = cited(published=When(2015, 6), status=Status.SUPERSEDED, superseded_by="new", review_due=When(2018, 6))

    assert notes([old], "What is so?", MAP, TODAY, {"new": "The new paper"}) == (
        "“Paper” is from June 2015 and has been replaced by “The new paper”. Check with your LMC office.",
    )


def test_document_without_a_date_says_so() -> None:
    assert said(cited(published=None)) == ("“Paper” does not give its date. Check with your LMC office.",)


def test_replaced_term_in_the_question_is_explained() -> None:
    found = said(cited(), question="What did our CCG pay?")

    assert found == ("Your question names CCG. CCGs were replaced by ICBs on 1 July 2022.",)


def test_term_that_a_source_was_noted_for_is_not_explained_again() -> None:
    found = said(cited("Ask your CCG.", published=When(2015, 6)), question="What did our CCG pay?")

    assert len(found) == 1
