"""The date that a text gives for itself."""

from __future__ import annotations

import pytest

from corpus.when import When
from ingest.readers.dates import find_published

# text, the date it gives for itself
DATED = [
    ("Published 12 June 2022", When(2022, 6, 12)),
    ("Published: 12th June 2022", When(2022, 6, 12)),
    ("Updated on Monday 3 May 2021", When(2021, 5, 3)),
    ("Last reviewed: 03/05/2024", When(2024, 5, 3)),
    ("Date of issue: 2019-11", When(2019, 11)),
    ("First published June 2015", When(2015, 6)),
    ("Issued on May 3, 2020", When(2020, 5, 3)),
    ("LAST UPDATED: 1 SEPT 2020", When(2020, 9, 1)),
    ("A guide to mergers\n\nJune 2022\n\nContents", When(2022, 6)),
    ("A guide to mergers\nVersion 2.1, 12 June 2022", When(2022, 6, 12)),
    ("Practice merger toolkit: deciding\nPart 1 of 8. 3 August 2026.", When(2026, 8, 3)),
    ("The tool, step by step. 14 September 2026.", When(2026, 9, 14)),
    ("This page was last updated on 2 October 2018.", When(2018, 10, 2)),
    ("LMC newsletter | Friday 4 March 2016", When(2016, 3, 4)),
]


@pytest.mark.parametrize(("text", "date"), DATED)
def test_a_date_with_its_label_or_alone_on_a_line_is_the_documents_own(text: str, date: When) -> None:
    assert find_published(text) == date


@pytest.mark.parametrize(
    "text",
    [
        "The report published in June 2019 found that practices merged.",
        "It was the paper\npublished in June 2019 that began it.",
        "Review date: June 2030",
        "Next review: 12 June 2030",
        "From 1 April 2024",
        "Contract terms: by 1 April 2024",
        "Meet us on 12 June 2022 at noon in the town hall.",
        "2022",
        "12/06/2022",
        "Call 01793 2022 or write.",
        "",
    ],
)
def test_dates_of_other_things_are_not_the_documents_own(text: str) -> None:
    assert find_published(text) is None


def test_the_latest_of_publication_and_update_counts() -> None:
    assert find_published("Published 1 May 2019\nLast updated 7 March 2023\nUpdated 2 April 2021") == When(2023, 3, 7)


def test_a_labelled_date_goes_before_one_that_stands_alone() -> None:
    assert find_published("March 2024\nPublished 12 June 2022") == When(2022, 6, 12)


@pytest.mark.parametrize("text", ["Published 31 June 2022", "Published 12/13/2022", "Published 1 May 1899"])
def test_a_day_that_does_not_exist_or_cannot_be_is_no_date(text: str) -> None:
    assert find_published(text) is None


def test_a_date_far_down_the_text_is_not_looked_at() -> None:
    assert find_published("A line of text.\n" * 200 + "Published 12 June 2022") is None
