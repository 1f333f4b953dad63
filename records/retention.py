"""The retention job: what has been kept for long enough goes, first who and what, at last the row."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, delete, false, or_, select, update

from records.assessments import FINISHED
from records.audit import write
from records.columns import Holds, of_kind
from records.database import Database
from records.escalations import CLOSED
from records.forget import GONE, alias, blank, person
from records.inbox import DONE, KEEP_KEYS
from records.schema import (
    answers,
    assessments,
    audit,
    audit_permit,
    escalations,
    feedback,
    inbox,
    inbox_keys,
    officers_figures,
    people,
    practices,
    snapshots,
    team_views,
    threads,
    uploads,
)
from records.uploads import ENDED, REJECTED

KEEP_CLOSED = timedelta(days=90)
"""How long a checklist stays after its practice has closed it: time to save its report."""

CHECKLIST_KIND = "checklist"

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
        counts |= _expire_assessments(connection, database.now(), audit_before)
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


def _expire_assessments(connection: Connection, now: datetime, figures_before: datetime) -> dict[str, int]:
    """Delete assessments as long after their last change as each says, and then practices that have none left.

    A deletion of a row deletes what hangs on it: responses, plans, shares, members.
    """
    months = connection.scalars(select(assessments.c.kept_months).distinct()).all()
    closed = (assessments.c.kind == CHECKLIST_KIND) & (assessments.c.state == FINISHED)
    ended = or_(
        closed & (assessments.c.changed < now - KEEP_CLOSED),
        *((assessments.c.kept_months == kept) & (assessments.c.changed < months_before(now, kept)) for kept in months),
    )
    counts = {"assessments": _delete(connection, assessments, ended)}
    # The answers behind a view are older than it, and kept for as long: none outlives the marks that protect it.
    views = connection.scalars(select(team_views.c.kept_months).distinct()).all()
    old = ((team_views.c.kept_months == kept) & (team_views.c.made < months_before(now, kept)) for kept in views)
    counts["team_views"] = _delete(connection, team_views, or_(false(), *old))
    unused = practices.c.id.not_in(select(assessments.c.practice_id)) & (practices.c.made < figures_before)
    counts["practices"] = _delete(connection, practices, unused)
    for table in (snapshots, officers_figures):
        counts[table.name] = _delete(connection, table, table.c.made < figures_before)
    return counts


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of an earlier month, or that month's last.

    >>> months_before(datetime(2026, 3, 31), 13)
    datetime.datetime(2025, 2, 28, 0, 0)
    """
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


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
