"""The retention job: what has been kept for long enough goes, first who and what, at last the row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from records.audit import write
from records.columns import Holds, of_kind
from records.database import Database
from records.escalations import CLOSED
from records.forget import GONE, alias, blank, person
from records.inbox import DONE, KEEP_KEYS
from records.schema import (
    answers,
    audit,
    audit_permit,
    escalations,
    feedback,
    inbox,
    inbox_keys,
    people,
    threads,
    uploads,
)
from records.uploads import ENDED, REJECTED

COUNTED = (answers, feedback, escalations)
"""Tables whose rows stay for the counts when their people and words have gone."""


def expire(database: Database, questions_before: datetime, audit_before: datetime) -> Mapping[str, int]:
    """See `Privacy.expire`."""
    keys_before = database.now() - KEEP_KEYS
    with database.write() as connection:
        _give_up(connection, questions_before, database.now())
        counts = {
            "inbox": _delete(connection, inbox, _inbox_ends(questions_before, keys_before)),
            "inbox_keys": _delete(connection, inbox_keys, inbox_keys.c.received < keys_before),
            "threads": _delete(connection, threads, threads.c.last < questions_before),
        }
        for table in COUNTED:
            counts[table.name] = _forget_people(connection, table, questions_before)
            counts[table.name] += _delete(connection, table, _began(table) < audit_before)
        ended = uploads.c.state.in_(sorted(ENDED)) & (uploads.c.path == "")
        counts["uploads"] = _delete(connection, uploads, ended & (uploads.c.created < audit_before))
        counts["audit"] = _delete_audit(connection, audit_before)
        counts["people"] = _delete(connection, people, people.c.last < audit_before)
        if any(counts.values()):
            write(database, connection, "system", "records.expired", "", counts)
    shred(database)
    return counts


def shred(database: Database) -> None:
    """Empty SQLite's log, in which deleted text would otherwise stand for a while."""
    if database.is_sqlite:
        with database.outside() as connection:
            # Where somebody reads just now, it is left to the next time.
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _inbox_ends(questions_before: datetime, keys_before: datetime) -> ColumnElement[bool]:
    return (inbox.c.received < questions_before) | ((inbox.c.state == DONE) & (inbox.c.received < keys_before))


def _began(table: Table) -> ColumnElement[datetime]:
    """The moment that a row is about: its first."""
    return of_kind(table, Holds.TIME)[0]


def _delete(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    first = next(iter(table.primary_key))
    return len(connection.execute(delete(table).where(where).returning(first)).all())


def _forget_people(connection: Connection, table: Table, before: datetime) -> int:
    """Take everybody out of the older rows, each under a pseudonym of their own for this time."""
    column = person(table)
    old = (_began(table) < before) & column.not_like(f"{GONE}%")
    names = connection.scalars(select(column).where(old).distinct()).all()
    return sum(blank(connection, table, old & (column == name), alias()) for name in names)


def _give_up(connection: Connection, before: datetime, now: datetime) -> None:
    """Nobody will finish what has not been finished by now; the bytes of an upload become leftovers."""
    old = uploads.c.state.not_in(sorted(ENDED)) & (uploads.c.created < before)
    connection.execute(update(uploads).where(old).values(state=REJECTED))
    old = (escalations.c.state != CLOSED) & (escalations.c.opened < before)
    connection.execute(update(escalations).where(old).values(state=CLOSED, closed=now))


def _delete_audit(connection: Connection, before: datetime) -> int:
    """Delete old entries, which the database refuses to do but while there is a permit for them."""
    connection.execute(audit_permit.insert().values(before=before))
    count = _delete(connection, audit, audit.c.at < before)
    connection.execute(delete(audit_permit))
    return count
