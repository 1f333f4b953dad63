"""Answers are found again by their id, their question, their thread, their person and their sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from records import Records
from records.answers import MAY_HELP, Kept
from tests.records.conftest import TestClock
from tests.records.everything import SOURCES, kept


@pytest.fixture
def answer(clock: TestClock) -> Kept:
    return kept(clock, "a1")


def test_what_was_kept_is_read_back_with_its_sources_in_order(records: Records, answer: Kept) -> None:
    records.answers.keep(replace(answer, sources=SOURCES[::-1]))

    assert records.answers.get("a1") == answer
    assert records.answers.get("a2") is None


def test_keeping_twice_is_keeping_once(records: Records, answer: Kept) -> None:
    records.answers.keep(answer)
    records.answers.keep(answer)

    assert records.answers.of_person("T1", "U0ALICE") == [answer]


def test_keeping_again_replaces_everything(records: Records, answer: Kept, clock: TestClock) -> None:
    records.answers.keep(answer)
    other = kept(clock, "a1", question="Changed?", outcome="no_answer", sources=(), channel="D1", reply_ts="9.9")
    records.answers.keep(other)

    assert records.answers.get("a1") == other
    assert records.answers.citing("lmc/leave") == []


def test_where_a_reply_stands_is_noted_and_survives_a_second_attempt(records: Records, answer: Kept) -> None:
    records.answers.keep(answer)
    records.answers.posted("a1", "C1", "7.7")
    records.answers.keep(answer)

    assert records.answers.get("a1") == replace(answer, reply_channel="C1", reply_ts="7.7")


def test_the_latest_in_a_thread_is_the_last_that_was_asked_there(records: Records, clock: TestClock) -> None:
    for number, thread in enumerate(["1.0", "1.0", "2.0"]):
        records.answers.keep(kept(clock, f"a{number}", thread_ts=thread))
        clock.advance(seconds=1)

    latest = records.answers.latest_in_thread("T1", "C1", "1.0")

    assert latest is not None
    assert latest.id == "a1"
    assert records.answers.latest_in_thread("T2", "C1", "1.0") is None
    earlier = records.answers.latest_in_thread("T1", "C1", "1.0", but="a1")
    assert earlier is not None
    assert earlier.id == "a0"


def test_a_person_finds_their_own_newest_first_and_nobody_elses(records: Records, clock: TestClock) -> None:
    for number in range(12):
        records.answers.keep(kept(clock, f"a{number}"))
        clock.advance(seconds=1)
    records.answers.keep(kept(clock, "other", user="U0BEA"))
    records.answers.keep(kept(clock, "team", team="T2"))

    assert [one.id for one in records.answers.of_person("T1", "U0ALICE", limit=3)] == ["a11", "a10", "a9"]
    assert len(records.answers.of_person("T1", "U0ALICE")) == 10


def test_the_unanswered_are_those_whose_question_is_still_there(records: Records, clock: TestClock) -> None:
    records.answers.keep(kept(clock, "old", outcome="no_answer", sources=()))
    since = clock.advance(days=1)
    for answer_id, outcome, question in [
        ("answered", "answer", "How?"),
        ("silent", "no_answer", "Why?"),
        ("expired", "no_answer", ""),
        ("vague", "clarify", "What?"),
    ]:
        records.answers.keep(kept(clock, answer_id, outcome=outcome, question=question, sources=()))

    assert [one.id for one in records.answers.unanswered(since)] == ["silent"]


def test_what_was_not_surely_answered_is_among_the_unanswered(records: Records, clock: TestClock) -> None:
    records.answers.keep(kept(clock, "unsure", outcome=MAY_HELP))
    records.answers.keep(kept(clock, "sure", outcome="answer"))

    assert [one.id for one in records.answers.unanswered(clock.now)] == ["unsure"]


def test_outcomes_are_counted_since_a_moment(records: Records, clock: TestClock) -> None:
    records.answers.keep(kept(clock, "old"))
    since = clock.advance(days=1)
    for number, outcome in enumerate(["answer", "answer", "declined", "no_answer"]):
        records.answers.keep(kept(clock, f"a{number}", outcome=outcome))

    assert records.answers.counts(since) == {"answer": 2, "declined": 1, "no_answer": 1}
    assert records.answers.counts(since + timedelta(seconds=1)) == {}


def test_answers_that_show_a_document_are_found_by_it(records: Records, clock: TestClock) -> None:
    records.answers.keep(kept(clock, "a1"))
    clock.advance(seconds=1)
    records.answers.keep(kept(clock, "a2", sources=SOURCES[1:]))

    assert [one.id for one in records.answers.citing("lmc/contract")] == ["a2", "a1"]
    assert [one.id for one in records.answers.citing("lmc/leave")] == ["a1"]
    assert records.answers.citing("lmc/none") == []


def test_more_answers_than_one_statement_takes_are_found_with_their_sources(records: Records, clock: TestClock) -> None:
    for number in range(3):
        records.answers.keep(kept(clock, f"a{number}", outcome="no_answer"))
    from records import answers

    most, answers.MOST_VALUES = answers.MOST_VALUES, 2
    try:
        found = records.answers.unanswered(clock.now)
    finally:
        answers.MOST_VALUES = most

    assert [one.sources for one in found] == [SOURCES] * 3


@pytest.mark.parametrize(
    "text", ["NUL \0 inside", "half a character \udcff", "<!channel> \u202e 🙂 ﷽", "x" * 100_000, "%s :a ?"]
)
def test_hostile_text_is_kept_as_far_as_it_can_be_written(records: Records, answer: Kept, text: str) -> None:
    records.answers.keep(replace(answer, question=text))

    found = records.answers.get("a1")

    assert found is not None
    assert found.question == text.replace("\0", "").replace("\udcff", "?")


def test_words_do_not_fit_where_codes_belong(records: Records, answer: Kept) -> None:
    """On SQLite too, which would not mind; and the words are not in the message."""
    with pytest.raises(Exception, match="64 are the most") as caught:
        records.answers.keep(replace(answer, reason="a secret question, in the wrong column: " * 3))

    assert "secret" not in str(caught.value)


def test_moments_without_a_zone_are_refused(records: Records, answer: Kept) -> None:
    with pytest.raises(Exception, match="needs its zone"):
        records.answers.keep(replace(answer, asked=answer.asked.replace(tzinfo=None)))
