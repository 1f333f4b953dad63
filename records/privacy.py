"""What is held about a person: shown to them, forgotten when they ask, and forgotten anyway in time."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    Table,
    Text,
    and_,
    delete,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from records import audit as auditing
from records.assessments import PERSONAL_KIND
from records.columns import Holds, Json, of_kind
from records.database import Database
from records.escalations import CLOSED
from records.forget import PERSONAL, WHOLE, alias, belongs, blank, person
from records.retention import expire, shred
from records.schema import (
    answer_sources,
    answers,
    assessments,
    audit,
    escalations,
    feedback,
    inbox,
    members,
    people,
    practices,
    responses,
    uploads,
)
from records.uploads import ENDED, REJECTED

# What an officer's or an approver's part in somebody else's matter shows of it.
_OF_OTHERS = frozenset({Holds.FACT, Holds.TIME, Holds.OTHER})


class Privacy:
    """A person is a team and a user of Slack."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def export(self, team: str, user: str) -> Mapping[str, Json]:
        """Everything that is held about a person, by table; times in ISO 8601.

        Where they helped or approved somebody else (`escalations_as_officer`), it shows their part and not that
        person's words.
        """
        with self._database.read() as connection:
            held = _held(connection, team, user)
            held["audit"] = _audited(connection, user)
        return held

    def delete(self, team: str, user: str, *, but: str = "") -> Mapping[str, int]:
        """Forget a person; how many rows of each table were deleted, or stay without them for the counts.

        What they still waited for ends: their questions, escalations and uploads. The audit keeps its entries, under a
        pseudonym that nobody can look up any more, and one that says that a person was forgotten.

        Args:
            but: the inbox item by which they asked, which its worker must still finish.
        """
        pseudonym = alias()
        with self._database.write() as connection:
            _end(connection, team, user, self._database.now())
            # Rows that hang on others first: deleting those would take them along uncounted.
            counts = {
                table.name: _forget(connection, table, team, user, pseudonym, but) for table in reversed(PERSONAL)
            }
            auditing.write(self._database, connection, pseudonym, "person.forgotten", "", counts)
        shred(self._database)
        return counts

    def expire(self, *, questions_before: datetime, audit_before: datetime) -> Mapping[str, int]:
        """Delete what has been kept for long enough (the retention job); rows by table.

        Args:
            questions_before: text that is older goes, and with it who wrote it and where.
            audit_before: entries of the audit, and rows that are left for the counts, that are older go.
        """
        return expire(self._database, questions_before, audit_before)


# --- showing ------------------------------------------------------------------------------------------------------


def _held(connection: Connection, team: str, user: str) -> dict[str, Json]:
    held: dict[str, Json] = {}
    for table in PERSONAL:
        own = select(table).where(belongs(table, person(table), team, user))
        held[table.name] = [_plain(row, _not_shared(table)) for row in connection.execute(own)]
        for column in of_kind(table, Holds.OTHER):
            part = select(table).where(belongs(table, column, team, user))
            shown = [shown for shown in table.columns if shown.info["holds"] in _OF_OTHERS]
            held[f"{table.name}_as_{column.name}"] = [_plain(row, shown) for row in connection.execute(part)]
    shown_to = select(answer_sources).join(answers).where(belongs(answers, answers.c.user, team, user))
    held["own_responses"] = [_plain(row, responses.columns) for row in connection.execute(_own_responses(team, user))]
    held["practices"] = [_plain(row, practices.columns) for row in connection.execute(_practices_of(team, user))]
    held["answer_sources"] = [_plain(row, answer_sources.columns) for row in connection.execute(shown_to)]
    return held


def _not_shared(table: Table) -> list[Column[Any]]:
    """The columns that are the person's; what they wrote for a practice is read where the practice reads it."""
    return [column for column in table.columns if column.info["holds"] is not Holds.SHARED]


def _own_responses(team: str, user: str) -> Select[Any]:
    """What a partner answered for themselves alone."""
    own = belongs(assessments, assessments.c.member, team, user) & (assessments.c.kind == PERSONAL_KIND)
    return select(responses).join(assessments).where(own)


def _practices_of(team: str, user: str) -> Select[Any]:
    return select(practices).join(members).where(belongs(members, members.c.member, team, user))


def _audited(connection: Connection, user: str) -> list[Json]:
    """The entries of the audit that name a person."""
    row = connection.execute(select(people).where(people.c.user == user)).first()
    if row is None:
        return []
    names = (audit.c.actor, audit.c.thing, type_coerce(audit.c.details, Text))
    wanted = select(audit).where(or_(*(name.contains(row.pseudonym) for name in names))).order_by(audit.c.number)
    entries = [auditing.entry(found, {row.pseudonym: user}) for found in connection.execute(wanted)]
    return [{**asdict(entry), "at": entry.at.isoformat()} for entry in entries]


def _plain(row: Row[Any], columns: Iterable[Column[Any]]) -> dict[str, Json]:
    found = {column.name: getattr(row, column.name) for column in columns}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items()}


# --- forgetting ---------------------------------------------------------------------------------------------------


def _end(connection: Connection, team: str, user: str, now: datetime) -> None:
    """End what the person still waits for. The bytes of an upload stay among the leftovers until they are cleared."""
    own = belongs(escalations, escalations.c.user, team, user) & (escalations.c.state != CLOSED)
    connection.execute(update(escalations).where(own).values(state=CLOSED, closed=now))
    own = belongs(uploads, uploads.c.user, team, user) & uploads.c.state.not_in(sorted(ENDED))
    connection.execute(update(uploads).where(own).values(state=REJECTED))


def _forget(connection: Connection, table: Table, team: str, user: str, pseudonym: str, but: str) -> int:
    """Take a person out of a table; how many of its rows were theirs or named them."""
    own = belongs(table, person(table), team, user)
    if table is inbox:
        own &= inbox.c.id != but
    if table in WHOLE:
        return len(connection.execute(delete(table).where(own).returning(person(table))).all())
    if table is answers:
        _rename(connection, [str(found) for found in connection.scalars(select(answers.c.id).where(own))])
    count = _delete_own(connection, team, user) if table is assessments else 0
    count += blank(connection, table, own, pseudonym)
    for column in of_kind(table, Holds.OTHER):
        part = update(table).where(belongs(table, column, team, user)).values({column: pseudonym})
        count += len(connection.execute(part.returning(column)).all())
    return count + _unname(connection, table, team, user, pseudonym)


def _delete_own(connection: Connection, team: str, user: str) -> int:
    """Delete a partner's own assessments with their responses; those of a practice stay with the practice."""
    own = belongs(assessments, assessments.c.member, team, user) & (assessments.c.kind == PERSONAL_KIND)
    return len(connection.execute(delete(assessments).where(own).returning(assessments.c.id)).all())


def _unname(connection: Connection, table: Table, team: str, user: str, pseudonym: str) -> int:
    """Take a person's id out of what others wrote or noted; in how many places it was.

    Work that waits in the inbox is left to itself: it is wiped when it is done.
    """
    if table is inbox:
        return 0
    keys, named, count = list(table.primary_key.columns), re.compile(rf"\b{re.escape(user)}\b"), 0
    for column in [*of_kind(table, Holds.WORDS), *of_kind(table, Holds.SHARED)]:
        said = type_coerce(column, Text)
        rows = connection.execute(select(*keys, said).where(table.c.team == team, said.contains(user, autoescape=True)))
        for *key, text in rows.all():
            here = and_(*(column == value for column, value in zip(keys, key, strict=True)))
            changed = literal(named.sub(pseudonym, text), Text())
            connection.execute(update(table).where(here).values({column: changed}))
            count += changed.value != text
    return count


def _rename(connection: Connection, answer_ids: Collection[str]) -> None:
    """Give answers new ids: the old ones stand in the metadata and the buttons of the messages in Slack."""
    for old in answer_ids:
        new = uuid.uuid4().hex
        connection.execute(update(answers).where(answers.c.id == old).values(id=new))
        for table in (feedback, escalations):
            connection.execute(update(table).where(table.c.answer_id == old).values(answer_id=new))
