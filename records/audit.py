"""Who did what, when: written once, never changed, deleted by the retention job alone.

Since an entry cannot be changed, it never holds who somebody is: people stand in it under random pseudonyms, and the
table `people` alone says whose they are. Forgetting a person deletes their row there.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from records.columns import Json
from records.database import Database
from records.schema import audit, people

LONGEST = 200
"""Characters of a detail: enough for an id or a title, too few for a message."""

_PERSON = re.compile(r"\b(?:[UW](?=[A-Z0-9]*[0-9])[A-Z0-9]{4,}|guest-[0-9a-f]{16})\b")
_LEADS_BACK = re.compile(r"\b[DF](?:0[A-Z0-9]{4,}|(?=[A-Z0-9]*[0-9])[A-Z0-9]{8,})\b")
_UNNAMED = "(in Slack)"
_PSEUDONYM = re.compile(r"\bperson-[0-9a-f]{16}\b")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`actor` is a user id, a name such as `system`, or the pseudonym of somebody who was forgotten."""

    at: datetime
    actor: str
    action: str
    thing: str
    details: Mapping[str, Json]


class Audit:
    """Entries, newest first; there is nothing here by which one could be changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, actor: str, action: str, thing: str = "", **details: Json) -> None:
        """Write an entry: ids, counts and names of documents, never text of a question.

        Slack's ids of people, wherever they stand, are kept under pseudonyms; its ids of direct messages and of files,
        which would lead back to people, are not kept.
        """
        with self._database.write() as connection:
            write(self._database, connection, actor, action, thing, details)

    def recent(self, limit: int, action: str | None = None) -> list[AuditEntry]:
        """Newest first; pseudonyms read as user ids again for as long as the person is known."""
        wanted = select(audit).order_by(audit.c.at.desc(), audit.c.number.desc()).limit(limit)
        if action is not None:
            wanted = wanted.where(audit.c.action == action)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            known = {row.pseudonym: row.user for row in connection.execute(select(people))}
        return [entry(row, known) for row in rows]


def write(
    database: Database, connection: Connection, actor: str, action: str, thing: str, details: Mapping[str, Json]
) -> None:
    """Write an entry in a transaction that does more than that."""

    def hide(text: str) -> str:
        return _PERSON.sub(lambda found: pseudonym(database, connection, found[0]), _LEADS_BACK.sub(_UNNAMED, text))

    connection.execute(
        audit.insert().values(
            at=database.now(), actor=hide(actor), action=action, thing=hide(thing), details=_mapped(details, hide)
        )
    )


def pseudonym(database: Database, connection: Connection, user: str) -> str:
    """The name under which the audit knows a person; a new, random one for somebody new."""
    new = database.insert(people).values(user=user, pseudonym=f"person-{secrets.token_hex(8)}", last=database.now())
    seen = new.on_conflict_do_update(index_elements=["user"], set_={"last": new.excluded.last})
    return str(connection.execute(seen.returning(people.c.pseudonym)).scalar_one())


def entry(row: Row[Any], known: Mapping[str, str]) -> AuditEntry:
    """An entry as it is read by somebody who may know the people `known`, by pseudonym."""

    def show(text: str) -> str:
        return _PSEUDONYM.sub(lambda found: known.get(found[0], found[0]), text)

    return AuditEntry(row.at, show(row.actor), row.action, show(row.thing), _mapped(row.details, show))


def _mapped(details: Mapping[str, Json], change: Callable[[str], str]) -> dict[str, Json]:
    return {name: _changed(value, change) for name, value in details.items()}


def _changed(value: Json, change: Callable[[str], str]) -> Json:
    """The same value with each text in it changed, none longer than it may be."""
    if isinstance(value, str):
        return change(value)[:LONGEST]
    if isinstance(value, Mapping):
        return _mapped(value, change)
    if isinstance(value, list | tuple):
        return [_changed(item, change) for item in value]
    return value
