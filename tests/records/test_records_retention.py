"""The retention job: words and people go after one time, rows and the audit after another, and nothing before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from records import Records
from records.columns import Holds, of_kind
from records.retention import COUNTED
from records.schema import audit_permit, people
from tests.records.conftest import TestClock
from tests.records.everything import PLACE, USER, WORDS, dump, fill, kept, tables_with

OF_PRACTICES = {
    "members", "assessments", "responses", "consents", "shares", "plans", "actions", "team_view_partners",
}  # fmt: skip


def run(records: Records, clock: TestClock) -> Mapping[str, int]:
    """As the product does it by default."""
    return records.privacy.expire(
        questions_before=clock.now - timedelta(days=90), audit_before=clock.now - timedelta(days=730)
    )


def test_words_and_people_go_when_they_are_old_and_the_counts_stay(records: Records, clock: TestClock) -> None:
    fill(records, clock.now)
    clock.advance(days=89)
    fresh = dump(records)
    assert not any(run(records, clock).values())
    assert dump(records) == fresh

    clock.advance(days=2)
    counts = run(records, clock)

    assert {name: counts[name] for name in ("answers", "feedback", "escalations", "inbox", "threads")} == {
        "answers": 1, "feedback": 1, "escalations": 1, "inbox": 1, "threads": 1,
    }  # fmt: skip
    # An upload is part of the library's history, and `people` of the audit: they go with the audit. What a practice
    # fills in has a time of its own.
    for word in (WORDS, USER, PLACE):
        assert tables_with(records, word) <= {"uploads", "people"} | OF_PRACTICES
    for table in COUNTED:
        assert len(dump(records)[table.name]) == 1


def test_after_the_longer_time_nothing_at_all_is_left(records: Records, clock: TestClock) -> None:
    fill(records, clock.now)
    records.audit.note(USER, "document.added")
    clock.advance(days=91)
    run(records, clock)
    for upload in records.uploads.leftovers():
        records.uploads.cleared(upload.id)
    clock.advance(days=640)
    run(records, clock)
    clock.advance(days=400)  # the assessment of a practice stays for 36 months

    run(records, clock)

    expired = records.audit.recent(10, action="records.expired")
    assert sum(entry.details["audit"] for entry in expired) >= 1  # type: ignore[misc]
    assert {name for name, rows in dump(records).items() if rows} == {"alembic_version", "audit"}


def test_what_is_new_is_left_alone(records: Records, clock: TestClock) -> None:
    records.answers.keep(kept(clock, "old"))
    clock.advance(days=60)
    new = kept(clock, "new")
    records.answers.keep(new)
    records.feedback.keep("new", "T1", "U0BEA", True, comment="Thanks")
    clock.advance(days=60)

    counts = run(records, clock)

    assert (counts["answers"], counts["feedback"]) == (1, 0)
    assert records.answers.get("new") == new
    assert records.feedback.of_answer("new")[0].comment == "Thanks"


def test_an_old_answer_still_shows_its_sources_to_the_buttons_in_slack(records: Records, clock: TestClock) -> None:
    answer = kept(clock, "a1")
    records.answers.keep(answer)
    clock.advance(days=91)

    run(records, clock)

    found = records.answers.get("a1")
    assert found is not None
    assert found == replace(
        answer, channel="", thread_ts="", ts="", question="", after="", text="", user=found.user,
        asked=answer.asked.replace(hour=0, minute=0, second=0, microsecond=0),
    )  # fmt: skip
    assert found.user.startswith("gone-")
    assert found.sources


def test_people_in_old_rows_stay_apart_but_unknown(records: Records, clock: TestClock) -> None:
    for number, user in enumerate(["U0ALICE", "U0BEA", "U0ALICE"]):
        records.answers.keep(kept(clock, f"a{number}", user=user))
        records.feedback.keep("a0", "T1", user, True)
    clock.advance(days=91)
    run(records, clock)

    first, second, third = (records.answers.get(f"a{number}") for number in range(3))
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.user == third.user != second.user
    assert len({vote.user for vote in records.feedback.of_answer("a0")}) == 2


def test_running_it_again_changes_nothing_and_notes_nothing(records: Records, clock: TestClock) -> None:
    fill(records, clock.now)
    clock.advance(days=91)
    run(records, clock)
    before = dump(records)

    assert not any(run(records, clock).values())
    assert dump(records) == before


def test_the_audit_loses_what_is_old_and_stays_closed_afterwards(records: Records, clock: TestClock) -> None:
    records.audit.note("U0OLU", "old")
    clock.advance(days=400)
    records.audit.note("U0BEA", "newer")
    clock.advance(days=331)

    assert run(records, clock)["audit"] == 1

    assert [entry.action for entry in records.audit.recent(10)] == ["records.expired", "newer"]
    with records.database.read() as connection:
        assert connection.execute(select(audit_permit)).all() == []
        assert list(connection.scalars(select(people.c.user))) == ["U0BEA"]
    with pytest.raises(DatabaseError, match="only ever added to"), records.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit"))


def test_a_permit_for_old_entries_is_none_for_newer_ones(records: Records, clock: TestClock) -> None:
    records.audit.note("U0OLU", "newer")
    with records.database.write() as connection:
        connection.execute(audit_permit.insert().values(before=clock.now))

    with pytest.raises(DatabaseError, match="only ever added to"), records.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit"))

    assert [entry.action for entry in records.audit.recent(10)] == ["newer"]


def test_an_upload_is_known_for_as_long_as_its_bytes_are_there(records: Records, clock: TestClock) -> None:
    fill(records, clock.now)
    clock.advance(days=731)
    run(records, clock)
    (upload,) = records.uploads.leftovers()

    records.uploads.cleared(upload.id)

    assert run(records, clock)["uploads"] == 1
    assert records.uploads.get(upload.id) is None


def test_somebody_whose_name_still_stands_in_the_audit_is_still_known(records: Records, clock: TestClock) -> None:
    records.audit.note("U0OLU", "old")
    clock.advance(days=700)
    records.audit.note("U0OLU", "new")
    clock.advance(days=100)
    run(records, clock)

    assert [entry.actor for entry in records.audit.recent(10, action="new")] == ["U0OLU"]


def test_keys_are_known_for_as_long_as_slack_may_repeat_itself(records: Records, clock: TestClock) -> None:
    records.inbox.receive(["a"], "question", {})
    item = records.inbox.claim("w1")
    assert item is not None
    records.inbox.done(item.id, "w1")
    clock.advance(hours=47)
    run(records, clock)
    assert records.inbox.receive(["a"], "question", {}) is None

    clock.advance(hours=2)
    counts = run(records, clock)

    assert (counts["inbox"], counts["inbox_keys"]) == (1, 1)


def test_work_that_waits_or_failed_is_not_lost_with_its_keys(records: Records, clock: TestClock) -> None:
    for name in ("waits", "failed"):
        records.inbox.receive([name], name, {"text": "x"})
    item = records.inbox.claim("w1", kinds=["failed"])
    assert item is not None
    records.inbox.fail(item.id, "w1", "ref")
    clock.advance(days=3)

    assert run(records, clock)["inbox"] == 0

    state = records.inbox.state()
    assert (state.waiting, state.failed) == (1, 1)


def test_what_nobody_finished_in_all_that_time_is_given_up(records: Records, clock: TestClock) -> None:
    fill(records, clock.now)
    clock.advance(days=91)

    run(records, clock)

    assert records.escalations.open_ones() == []
    assert records.uploads.open_ones() == []
    assert len(records.uploads.leftovers()) == 1


@pytest.mark.parametrize("table", COUNTED, ids=lambda table: table.name)
def test_a_table_that_keeps_its_counts_begins_with_the_moment_that_decides(table: object) -> None:
    first = of_kind(table, Holds.TIME)[0]  # type: ignore[arg-type]

    assert first.name in {"asked", "given", "opened"}
