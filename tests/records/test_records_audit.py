"""The audit is only ever added to, and knows people by pseudonyms that can be forgotten."""

from __future__ import annotations

import inspect
import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from records import Records
from records.audit import Audit, AuditEntry
from records.schema import audit
from tests.records.conftest import TestClock


def test_entries_are_read_back_newest_first(records: Records, clock: TestClock) -> None:
    records.audit.note("U0OLU", "document.withdrawn", "lmc/leave", reason="superseded", pages=[1, 2])
    first = clock.now
    clock.advance(seconds=1)
    records.audit.note("system", "index.verified")

    assert records.audit.recent(10) == [
        AuditEntry(clock.now, "system", "index.verified", "", {}),
        AuditEntry(first, "U0OLU", "document.withdrawn", "lmc/leave", {"reason": "superseded", "pages": [1, 2]}),
    ]


def test_recent_entries_may_be_of_one_action(records: Records) -> None:
    for number in range(3):
        records.audit.note("system", "a", str(number))
        records.audit.note("system", "b", str(number))

    assert [entry.thing for entry in records.audit.recent(2, action="a")] == ["2", "1"]


def test_the_store_has_no_way_to_change_or_delete() -> None:
    public = {name for name, _ in inspect.getmembers(Audit, inspect.isfunction) if not name.startswith("_")}

    assert public == {"note", "recent"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody'",
        "UPDATE audit SET at = '2020-01-01'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE number = 1",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(records: Records, statement: str) -> None:
    records.audit.note("U0OLU", "document.withdrawn", "lmc/leave")
    before = records.audit.recent(10)

    with pytest.raises(DatabaseError, match="only ever added to"), records.database.engine.begin() as connection:
        connection.execute(text(statement))

    assert records.audit.recent(10) == before


def test_the_database_refuses_to_put_one_entry_in_the_place_of_another(records: Records) -> None:
    """SQLite replaces without asking its triggers for deletion, PostgreSQL empties a table without asking for rows."""
    records.audit.note("U0OLU", "document.withdrawn", "lmc/leave")
    trick = "INSERT OR REPLACE INTO audit SELECT number, at, 'x', action, thing, details FROM audit"
    statement = trick if records.database.is_sqlite else "TRUNCATE audit"

    with pytest.raises(DatabaseError, match="only ever added to"), records.database.engine.begin() as connection:
        connection.execute(text(statement))

    assert records.audit.recent(1)[0].actor == "U0OLU"


def test_people_are_kept_under_one_pseudonym_each_wherever_they_stand(records: Records) -> None:
    records.audit.note("U0OLU", "escalation.assigned", "upload U0BEA", to="U0BEA", by=["W0XYZ12", {"user": "U0OLU"}])
    with records.database.read() as connection:
        row = connection.execute(select(audit)).one()
    stored = json.dumps([row.actor, row.thing, row.details])

    assert not [user for user in ("U0OLU", "U0BEA", "W0XYZ12") if user in stored]
    assert row.details["by"][1]["user"] == row.actor
    assert row.thing == f"upload {row.details['to']}"
    (entry,) = records.audit.recent(1)
    assert (entry.actor, entry.thing) == ("U0OLU", "upload U0BEA")
    assert entry.details == {"to": "U0BEA", "by": ["W0XYZ12", {"user": "U0OLU"}]}


def test_pseudonyms_are_random_and_stay_the_same(records: Records, clock: TestClock) -> None:
    for user in ("U0OLU", "U0BEA", "U0OLU"):
        records.audit.note(user, "a")
    with records.database.read() as connection:
        first, second, third = connection.scalars(select(audit.c.actor).order_by(audit.c.number))

    assert first == third != second


def test_words_that_only_look_like_ids_are_left_alone(records: Records) -> None:
    records.audit.note("lmc", "document.added", "UNIVERSAL/DES 2026", title="WALES and UK2 D-day DES")

    (entry,) = records.audit.recent(1)

    assert (entry.actor, entry.thing, entry.details) == (
        "lmc", "UNIVERSAL/DES 2026", {"title": "WALES and UK2 D-day DES"},
    )  # fmt: skip


def test_what_leads_back_to_people_is_not_named_and_long_texts_are_cut(records: Records) -> None:
    records.audit.note("lmc", "a", channel="D0ALICE1", file="F0FILE12", form="FP10MDA", error="x" * 1_000)

    (entry,) = records.audit.recent(1)

    assert entry.details == {
        "channel": "(in Slack)", "file": "(in Slack)", "form": "FP10MDA", "error": "x" * 200,
    }  # fmt: skip
