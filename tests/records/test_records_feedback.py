"""Votes: the last one of a person counts, and causes come from a closed list."""

from __future__ import annotations

import pytest

from records import Records
from records.feedback import CAUSES, Feedback
from tests.records.conftest import TestClock


def test_a_vote_is_read_back_as_it_was_given(records: Records, clock: TestClock) -> None:
    records.feedback.keep(
        "a1", "T1", "U1", False, causes=["missing", "wrong"], comment="Not the 2026 rules", tell_owner=True
    )

    assert records.feedback.of_answer("a1") == [
        Feedback("a1", "T1", "U1", False, ("wrong", "missing"), "Not the 2026 rules", True, clock.now)
    ]
    assert records.feedback.of_answer("a2") == []


def test_the_last_vote_of_a_person_counts(records: Records, clock: TestClock) -> None:
    records.feedback.keep("a1", "T1", "U1", False, causes=["wrong"], comment="No")
    clock.advance(seconds=1)
    records.feedback.keep("a1", "T1", "U1", True)
    records.feedback.keep("a1", "T1", "U2", True)

    votes = records.feedback.of_answer("a1")

    assert {(vote.user, vote.helpful, vote.causes, vote.comment) for vote in votes} == {
        ("U1", True, (), ""),
        ("U2", True, (), ""),
    }


@pytest.mark.parametrize("cause", ["Wrong", "other", "", "it is about Dr Jones"])
def test_a_cause_that_is_not_on_the_list_is_refused(records: Records, cause: str) -> None:
    with pytest.raises(ValueError, match="a cause is one of wrong, out_of_date"):
        records.feedback.keep("a1", "T1", "U1", False, causes=["wrong", cause])

    assert records.feedback.recent(10) == []


def test_the_summary_counts_votes_and_causes_since_a_moment(records: Records, clock: TestClock) -> None:
    records.feedback.keep("a0", "T1", "U1", False, causes=["unclear"])
    since = clock.advance(days=1)
    records.feedback.keep("a1", "T1", "U1", False, causes=["wrong", "missing"])
    records.feedback.keep("a1", "T1", "U2", False, causes=["wrong"])
    records.feedback.keep("a2", "T1", "U1", True)

    summary = records.feedback.summary(since)

    assert (summary.helpful, summary.not_helpful) == (1, 2)
    assert summary.causes == {**dict.fromkeys(CAUSES, 0), "wrong": 2, "missing": 1}


def test_recent_votes_come_newest_first(records: Records, clock: TestClock) -> None:
    for number in range(4):
        records.feedback.keep(f"a{number}", "T1", "U1", True)
        clock.advance(seconds=1)

    assert [vote.answer_id for vote in records.feedback.recent(2)] == ["a3", "a2"]
