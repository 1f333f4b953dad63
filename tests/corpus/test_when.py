"""A date says as much as its source did, and not a day more."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.when import When

dates = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
whens = st.builds(lambda d, parts: When(*(d.year, d.month, d.day)[:parts]), dates, st.integers(1, 3))


@pytest.mark.parametrize(
    ("written", "words", "month"),
    [
        ("2015-06-11", "11 June 2015", "June 2015"),
        ("2015-06", "June 2015", "June 2015"),
        ("2015", "2015", "2015"),
    ],
)
def test_a_date_is_said_as_precisely_as_it_was_written(written: str, words: str, month: str) -> None:
    when = When.parse(written)

    assert (when.iso(), when.words(), when.month_words()) == (written, words, month)


@pytest.mark.parametrize("text", ["", "June 2015", "2015-6", "2015-13", "2015-00", "2015-02-30", "11/06/2015", "15"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|month|day"):
        When.parse(text)


def test_a_day_needs_a_month() -> None:
    with pytest.raises(ValueError, match="needs a month"):
        When(2015, 0, 11)


@given(whens)
def test_writing_and_reading_gives_the_same_date(when: When) -> None:
    assert When.parse(when.iso()) == when


@given(dates, dates)
def test_dates_sort_as_the_calendar_does(a: dt.date, b: dt.date) -> None:
    assert (When.of(a) < When.of(b)) == (a < b)


def test_a_vaguer_date_sorts_before_the_dates_within_it() -> None:
    assert When(2015) < When(2015, 6) < When(2015, 6, 1) < When(2016)


@pytest.mark.parametrize(
    ("when", "months"),
    [
        (When(2026, 10, 23), 1),
        (When(2026, 10, 24), 0),
        (When(2026, 11), 0),
        (When(2025), 11),  # an unknown month is the last of its year
        (When(2015, 6, 11), 137),
    ],
)
def test_age_is_counted_in_whole_months(when: When, months: int) -> None:
    assert when.months_before(dt.date(2026, 11, 23)) == months
