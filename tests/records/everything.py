"""An answer to keep; and, by reflection, a row of a person in every table there is, and what is left of them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, Table, select

from records import Records
from records.answers import Kept, Source
from records.columns import Holds, Moment, Plain, of_kind
from records.forget import PERSONAL
from records.schema import Number, assessments, metadata, practices, team_views
from tests.records.conftest import TestClock

TEAM, USER, OFFICER, WORDS, PLACE = "T1", "U0ALICE", "U0OFFICER", "quarrelsome partner", "D0PLACE1.5"

OF_PRACTICE = "no deed since 2019"
"""Words that a practice wrote, which stay with it."""

PARENTS = (practices, team_views)
"""Tables that hold nothing of a person, on which others hang."""

STATES = {
    "inbox": "waiting", "escalations": "open", "uploads": "received", "assessments": "open", "plans": "draft",
    "actions": "proposed",
}  # fmt: skip
KINDS = {"kind": "healthcheck", "kept_months": 36}

SOURCES = (
    Source(1, "lmc/leave", "leave:3", 12, "practice"),
    Source(2, "lmc/contract", "contract:41", 3, "public"),
)


def kept(clock: TestClock, answer_id: str, **changes: Any) -> Kept:
    first = Kept(
        id=answer_id, team="T1", channel="C1", thread_ts="1.0", ts=f"{answer_id}.5", user="U0ALICE", role="officer",
        surface="mention", question="How much notice?", after="Earlier?", outcome="answer", reason="",
        text=json.dumps({"text": "Three months."}), generation="g1", confidence=0.75, sources=SOURCES,
        asked=clock.now, took_ms=12.5,
    )  # fmt: skip
    return replace(first, **changes)


def fill(records: Records, at: datetime, **of: str) -> None:
    """One row in each table that holds anything of a person, all of the same moment, and what those hang on."""
    with records.database.write() as connection:
        for table, row in rows_of(at, **of):
            connection.execute(table.insert().values(row))


def rows_of(at: datetime, **of: str) -> Iterator[tuple[Table, dict[str, Any]]]:
    """A row for each of the tables, parents first, each hanging on the one before it that it names."""
    made: dict[str, dict[str, Any]] = {}
    for table in (table for table in metadata.sorted_tables if table in PERSONAL or table in PARENTS):
        parents = {key.parent.name: key.column for key in table.foreign_keys}
        row = row_of(table, at, **of) | {name: made[column.table.name][column.name] for name, column in parents.items()}
        made[table.name] = row
        yield table, row


def row_of(table: Table, at: datetime, *, team: str = TEAM, user: str = USER, words: str = WORDS) -> dict[str, Any]:
    values = {column.name: _value(column, at) for column in table.columns if column.type is not Number}
    for column in of_kind(table, Holds.PERSON):
        values[column.name] = user
    for column in of_kind(table, Holds.WORDS):
        values[column.name] = {"text": words, "user": user} if isinstance(column.type, Plain) else words
    for column in of_kind(table, Holds.SHARED):
        values[column.name] = OF_PRACTICE
    if table in {assessments, team_views}:
        values |= {name: kind for name, kind in KINDS.items() if name in table.columns}
    return values | ({"team": team} if "team" in table.columns else {})


def _value(column: Column[Any], at: datetime) -> object:
    if isinstance(column.type, Moment):
        return at
    if column.info["holds"] is Holds.OTHER:
        return OFFICER
    if column.info["holds"] is Holds.PLACE:
        return PLACE
    if column.name == "state":
        return STATES[column.table.name]
    if isinstance(column.type, Boolean | Integer | Float):
        return 0
    return [] if isinstance(column.type, Plain) else uuid.uuid4().hex


def dump(records: Records) -> dict[str, list[tuple[object, ...]]]:
    """Every value of every table of the database itself, whatever the code says is there."""
    found = MetaData()
    with records.database.read() as connection:
        found.reflect(connection)
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=str)
            for table in found.sorted_tables
        }


def tables_with(records: Records, word: str) -> set[str]:
    """The names of the tables in which a word stands somewhere."""
    return {name for name, rows in dump(records).items() if word in str(rows)}
