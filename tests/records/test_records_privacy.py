"""A person is shown everything that is held about them, and is forgotten when they ask, in every table there is."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select, update

from records import Records
from records.answers import Source
from records.columns import Holds, Json, of_kind
from records.forget import PERSONAL
from records.schema import answers, escalations, feedback, responses, uploads
from records.uploads import REJECTED, Upload
from tests.records.conftest import TestClock
from tests.records.everything import (
    OF_PRACTICE,
    OFFICER,
    PLACE,
    TEAM,
    USER,
    WORDS,
    dump,
    fill,
    kept,
    rows_of,
    tables_with,
)

TABLES = {table.name for table in PERSONAL}


@pytest.fixture
def filled(records: Records, clock: TestClock) -> Records:
    """A row of the person in every table, and entries of the audit by them and about them."""
    records.audit.note(USER, "document.added", "lmc/leave")
    records.audit.note("U0OLU", "escalation.closed", "e1", asked_by=USER)
    with records.database.write() as connection:
        for table, row in rows_of(clock.now):
            if table.name != "people":  # the audit has put them there
                connection.execute(table.insert().values(row))
    return records


def test_everything_held_about_a_person_is_shown_to_them(filled: Records) -> None:
    export = filled.privacy.export(TEAM, USER)

    assert json.loads(json.dumps(export)) == export
    for table in PERSONAL:
        rows = export[table.name]
        assert isinstance(rows, list)
        assert len(rows) == 1, table.name
        assert USER in str(rows), table.name
        assert (WORDS in str(rows)) == bool(of_kind(table, Holds.WORDS)), table.name
    assert [entry["action"] for entry in export["audit"]] == ["document.added", "escalation.closed"]  # type: ignore[union-attr,index,call-overload]


def test_the_sources_of_a_persons_answers_are_shown_to_them(records: Records, clock: TestClock) -> None:
    records.answers.keep(kept(clock, "a1", sources=(Source(1, "lmc/leave", "leave:3", 12, "practice"),)))

    assert records.privacy.export("T1", "U0ALICE")["answer_sources"] == [
        {
            "answer_id": "a1",
            "n": 1,
            "document_key": "lmc/leave",
            "passage_id": "leave:3",
            "page": 12,
            "audience": "practice",
        }
    ]


def test_a_person_of_whom_nothing_is_held_is_shown_nothing(filled: Records) -> None:
    for team, user in [("T1", "U0BEA"), ("T2", "U0BEA")]:
        assert not any(filled.privacy.export(team, user).values())


def test_an_officer_is_shown_their_part_and_nobody_elses_words(filled: Records) -> None:
    export = filled.privacy.export(TEAM, OFFICER)

    assert {name for name, rows in export.items() if rows} == {
        "escalations_as_officer", "uploads_as_approver", "shares_as_reader", "plans_as_analyst",
    }  # fmt: skip
    assert OFFICER in str(export)
    assert not [word for word in (USER, WORDS, PLACE) if word in str(export)]


def test_nothing_that_leads_to_a_forgotten_person_is_left_in_any_table(filled: Records) -> None:
    assert tables_with(filled, USER) == TABLES

    filled.privacy.delete(TEAM, USER)

    for word in (USER, WORDS, PLACE):
        assert tables_with(filled, word) == set(), word
    assert not any(filled.privacy.export(TEAM, USER).values())


def test_the_moments_that_slack_would_know_are_left_as_days(filled: Records, clock: TestClock) -> None:
    filled.privacy.delete(TEAM, USER)

    with filled.database.read() as connection:
        for table in (answers, feedback, escalations, uploads):
            (row,) = connection.execute(select(*of_kind(table, Holds.TIME)))
            assert {(moment.date(), moment.hour, moment.microsecond) for moment in row} == {(clock.now.date(), 0, 0)}


def test_the_counts_stay_when_the_person_goes(filled: Records, clock: TestClock) -> None:
    midnight = clock.now.replace(hour=0, minute=0, second=0, microsecond=0)
    counted = sum(filled.answers.counts(midnight).values()), filled.feedback.summary(midnight).not_helpful

    filled.privacy.delete(TEAM, USER)

    assert (sum(filled.answers.counts(midnight).values()), filled.feedback.summary(midnight).not_helpful) == counted
    assert counted == (1, 1)


def test_it_says_how_many_rows_of_each_table_went(filled: Records) -> None:
    assert filled.privacy.delete(TEAM, USER) == dict.fromkeys(TABLES, 1)
    assert filled.privacy.delete(TEAM, USER) == dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize(("team", "user"), [("T1", "U0BEA"), ("T2", "U0BEA")])
def test_others_keep_all_that_is_theirs(filled: Records, clock: TestClock, team: str, user: str) -> None:
    with filled.database.write() as connection:
        for table, row in rows_of(clock.now, team=team, user=user, words="another matter"):
            if table.name == "threads":
                row["thread_ts"] = "2.0"
            connection.execute(table.insert().values(row))
    before = filled.privacy.export(team, user)

    filled.privacy.delete(TEAM, USER)

    assert filled.privacy.export(team, user) == before


def test_the_same_user_of_another_team_is_somebody_else(records: Records, clock: TestClock) -> None:
    records.answers.keep(kept(clock, "a1", team="T1"))
    records.answers.keep(kept(clock, "a2", team="T2"))

    records.privacy.delete("T1", "U0ALICE")

    assert records.answers.of_person("T2", "U0ALICE") == [kept(clock, "a2", team="T2")]


def test_a_pseudonym_is_no_hash_of_the_person_and_new_each_time(filled: Records, clock: TestClock) -> None:
    filled.privacy.delete(TEAM, USER)
    fill(filled, clock.advance(days=1))
    filled.privacy.delete(TEAM, USER)

    with filled.database.read() as connection:
        first, second = (str(name) for name in connection.scalars(select(answers.c.user).order_by(answers.c.asked)))
        assert set(connection.scalars(select(uploads.c.user))) == {first, second}
    assert first != second
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, USER.encode()).hexdigest()
        assert first.removeprefix("gone-") not in digest


def test_an_answer_has_a_new_id_since_messages_in_slack_carry_the_old_one(records: Records, clock: TestClock) -> None:
    records.answers.keep(kept(clock, "a1"))
    records.feedback.keep("a1", "T1", "U0BEA", False, causes=["wrong"])
    records.escalations.open(team="T1", user="U0MO", answer_id="a1")

    records.privacy.delete("T1", "U0ALICE")

    assert "a1" not in {value for rows in dump(records).values() for row in rows for value in row}
    (left,) = records.answers.citing("lmc/leave")
    assert (left.question, left.after, left.text, left.channel, left.ts) == ("", "", "", "", "")
    assert left.sources == kept(clock, "a1").sources
    assert [vote.user for vote in records.feedback.of_answer(left.id)] == ["U0BEA"]
    assert [one.answer_id for one in records.escalations.open_ones()] == [left.id]


def test_an_officer_who_is_forgotten_leaves_the_matters_of_others_alone(filled: Records) -> None:
    counts = filled.privacy.delete(TEAM, OFFICER)

    assert {name for name, count in counts.items() if count} == {"escalations", "uploads", "shares", "plans"}
    assert tables_with(filled, OFFICER) == set()
    assert tables_with(filled, WORDS) >= {"escalations", "uploads", "answers"}


def test_what_others_wrote_of_a_person_no_longer_names_them(records: Records, clock: TestClock) -> None:
    """Their id, that is, with which Slack writes a mention; and not an id that only begins like it."""
    records.answers.keep(kept(clock, "a1", user="U0BEA", question=f"Did <@{USER}> or <@{USER}2> say so?"))
    records.answers.keep(kept(clock, "a2", user="U0BEA", team="T2", question=f"Did <@{USER}> say so?"))
    details: Json = {"asked": {"by": USER, "page": 3}}
    records.uploads.keep(Upload(id="u1", team="T1", user="U0BEA", state="done", created=clock.now))
    records.uploads.move("u1", {"done"}, "done", details=details)

    counts = records.privacy.delete(TEAM, USER)

    assert {name: count for name, count in counts.items() if count} == {"answers": 1, "uploads": 1}
    first, other = records.answers.get("a1"), records.answers.get("a2")
    assert first is not None
    assert other is not None
    assert re.fullmatch(rf"Did <@gone-\w{{16}}> or <@{USER}2> say so\?", first.question)
    assert other.question == f"Did <@{USER}> say so?"
    upload = records.uploads.get("u1")
    assert upload is not None
    assert upload.details == {"asked": {"by": first.question[6:27], "page": 3}}


def test_what_a_practice_wrote_stays_with_it_and_names_nobody_who_has_gone(filled: Records) -> None:
    where = tables_with(filled, OF_PRACTICE)
    assert where == {"responses", "plans", "actions"}
    with filled.database.write() as connection:
        connection.execute(update(responses).values(value=f"{OF_PRACTICE}, says <@{USER}>"))

    filled.privacy.delete(TEAM, USER)

    assert tables_with(filled, OF_PRACTICE) == where
    assert tables_with(filled, USER) == set()


def test_what_a_practice_wrote_is_not_handed_out_by_the_export_of_one_person(filled: Records) -> None:
    assert OF_PRACTICE not in str(filled.privacy.export(TEAM, USER))


def test_the_audit_keeps_its_entries_and_nobody_can_say_whose(filled: Records) -> None:
    before = filled.audit.recent(10)

    filled.privacy.delete(TEAM, USER)
    forgotten, *entries = filled.audit.recent(10)

    assert [(entry.action, entry.thing) for entry in entries] == [(entry.action, entry.thing) for entry in before]
    assert USER not in str(entries)
    assert entries[0].actor == "U0OLU"
    assert (forgotten.action, forgotten.actor[:5], forgotten.details) == (
        "person.forgotten", "gone-", dict.fromkeys(TABLES, 1),
    )  # fmt: skip


def test_what_the_person_still_waited_for_ends(filled: Records) -> None:
    filled.privacy.delete(TEAM, USER)

    assert filled.inbox.claim("w1") is None
    assert filled.escalations.open_ones() == []
    assert filled.uploads.open_ones() == []
    (upload,) = filled.uploads.leftovers()
    assert (upload.state, bool(upload.path)) == (REJECTED, True)


def test_the_item_by_which_they_asked_can_still_be_finished(records: Records) -> None:
    asking = records.inbox.receive(["a"], "forget me", {"team": TEAM, "user": USER})
    records.inbox.receive(["b"], "question", {"team": TEAM, "user": USER, "text": WORDS})
    item = records.inbox.claim("w1")
    assert item is not None
    assert item.id == asking

    records.privacy.delete(TEAM, USER, but=item.id)

    assert records.inbox.done(item.id, "w1")
    assert records.inbox.claim("w1") is None
    assert tables_with(records, USER) == set()


def test_deleted_words_are_not_left_in_the_file(tmp_path: Path, clock: TestClock) -> None:
    """SQLite would leave them in free pages and in its log until something else is written there."""
    with Records.open(f"sqlite:///{tmp_path / 'records.db'}", clock) as records:
        fill(records, clock.now, words=WORDS + " in a long tale" * 1_000)
        assert [file.name for file in tmp_path.iterdir() if WORDS.encode() in file.read_bytes()]

        records.privacy.delete(TEAM, USER)

        assert [file.name for file in tmp_path.iterdir() if WORDS.encode() in file.read_bytes()] == []
        assert [file.name for file in tmp_path.iterdir() if USER.encode() in file.read_bytes()] == []
