"""Sentences begin and end where a reader would say so, and no letter is lost or changed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import LONGEST, sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "marked",
    [
        "One sentence.| Another one.",
        "Is it?| It is!| So there…| Yes.",
        "Ask Dr. Jones and Mrs. Patel first.| They know.",
        "See para. 3 and reg. 26.| It binds.",
        "Write to J. B. Smith.| He answers.",
        "It costs £1.50 per patient.| Pay on 1 April.",
        "The letter of 11.06.15 says so.| It is old.",
        "The letter is dated 11.06.15.| It is old.",
        "Premises, e.g. a lease, count.| Debts too, i.e. loans.",
        "Take stock, e.g. Monday.| Then act.",
        "Call approx. 20 practices, etc. and wait.| Do it.",
        "“It is closed.”| She left.",
        "It is closed (see annex).| £5 is due.",
        "He asked 'Why?'| Nobody knew.",
        "The contract began in 2015.| The lease ended.",
        "Visit www.lmc.org.uk today.| It is open.",
        "Version 2.1 applies.| Version 3 does not.",
        "Tell them.|  Two spaces.|\nNew line.",
        "Ŵyl is a feast.| Éclair is not.",
        "• First point.| • Second point.",
        "no capital and no end",
        "1. Ask the board.| Then wait.",
        "12. Ask the board.",
        "Who pays?| (The practice.)| That is all.",
        "The practice must act.|The board decides.",
        "See gov.uk.| Then act.",
        "Well... it depends.| Ask.",
        "The U.K. is one.| Wales is in it.",
        "",
        "   ",
    ],
)
def test_a_text_is_cut_where_its_sentences_end(marked: str) -> None:
    """In the table a bar stands where one sentence ends and the next begins."""
    assert cut(marked.replace("|", "")) == [part.strip() for part in marked.split("|") if part.strip()]


def test_what_has_no_end_is_cut_at_a_clause_before_it_gets_too_long() -> None:
    text = "; ".join(["the practice tells the commissioner about the partners that leave"] * 30)

    found = cut(text)

    assert len(found) > 1
    assert all(len(part) <= LONGEST for part in found)
    assert all(part.endswith(";") for part in found[:-1])


def test_what_has_neither_clause_nor_space_is_cut_all_the_same() -> None:
    assert all(len(part) <= LONGEST for part in cut("x" * 5_000))


# Letters, marks and spaces as they come in papers, so that sentences and their ends are likely.
papers = st.text(alphabet=st.sampled_from("abcDE.!?…;: \n\t()\"'”•£12")) | st.text()


@given(papers, st.integers(1, 60))
def test_ranges_are_in_order_apart_and_hold_everything_but_white_space(text: str, times: int) -> None:
    text *= times

    ranges = sentences(text)

    assert all(start < end for start, end in ranges)
    between = list(pairwise([(0, 0), *ranges, (len(text), len(text))]))
    assert all(before[1] <= after[0] for before, after in between)
    assert not "".join(text[before[1] : after[0]] for before, after in between).strip()


@given(papers)
def test_no_sentence_begins_or_ends_with_white_space_or_is_too_long(text: str) -> None:
    assert all(part == part.strip() and len(part) <= LONGEST + 1 for part in cut(text * 20))
