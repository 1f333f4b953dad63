"""Practices, and who belongs to them: people in Slack, and guests whom a practice invited without it."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from records.audit import write
from records.database import Database
from records.schema import members, practices

GUEST = "guest-"
"""How the id of a member without Slack begins."""

JOINED, ADMITTED = "practice.joined", "practice.admitted"
"""How the audit calls it when a member lets somebody in, and when an officer does."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice in one team of Slack. `code` is its ODS code, or empty."""

    id: str
    team: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a practice. `member` is a user id of Slack, or of a guest, whom the practice calls `name`."""

    practice_id: str
    team: str
    member: str
    name: str

    @property
    def is_guest(self) -> bool:
        return self.member.startswith(GUEST)


class Practices:
    """Practices by id; each change is noted in the audit with it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, team: str, member: str, name: str, code: str = "") -> Practice | None:
        """A new practice with its first member; None where the team has one of that code already."""
        new = Practice(uuid.uuid4().hex, team, name, code)
        row = {"id": new.id, "team": team, "name": name, "code": code, "made": self._database.now()}
        with self._database.write() as connection:
            added = self._database.insert(practices).values(row).on_conflict_do_nothing().returning(practices.c.id)
            if connection.execute(added).first() is None:
                return None
            write(self._database, connection, member, "practice.added", new.id, {})
            self._join(connection, Member(new.id, team, member, ""), by=member)
        return new

    def get(self, practice_id: str) -> Practice | None:
        return next(iter(self._find(practices.c.id == practice_id)), None)

    def of_person(self, team: str, member: str) -> list[Practice]:
        """Those that somebody belongs to, by name."""
        mine = select(members.c.practice_id).where(members.c.team == team, members.c.member == member)
        return self._find(practices.c.id.in_(mine))

    def without_members(self, team: str) -> list[Practice]:
        """Those of a team that nobody belongs to, by name."""
        return self._find(practices.c.team == team, practices.c.id.not_in(select(members.c.practice_id)))

    def hold(self, practice_id: str) -> None:
        """Within `Database.together`: let nobody else hold the practice before that ends."""
        with self._database.read() as connection:
            connection.execute(select(practices.c.id).where(practices.c.id == practice_id).with_for_update())

    def count(self, team: str) -> int:
        with self._database.read() as connection:
            return int(connection.scalar(select(func.count()).where(practices.c.team == team)) or 0)

    def invite(self, practice: Practice, name: str, *, by: str) -> Member:
        """A member without Slack, under a new random id, which nothing but their row here leads back from."""
        new = Member(practice.id, practice.team, GUEST + secrets.token_hex(8), name)
        with self._database.write() as connection:
            self._join(connection, new, by=by)
        return new

    def join(self, practice: Practice, member: str, name: str = "", *, by: str, what: str = JOINED) -> bool:
        """Make somebody of the practice's own team a member; False where they are one.

        Args:
            what: how the audit calls it.
        """
        with self._database.write() as connection:
            return self._join(connection, Member(practice.id, practice.team, member, name), by=by, what=what)

    def leave(self, practice: Practice, member: str, *, by: str) -> bool:
        """Take a member out; False when they were none."""
        theirs = (members.c.practice_id == practice.id) & (members.c.member == member)
        with self._database.write() as connection:
            gone = connection.execute(delete(members).where(theirs).returning(members.c.member)).first() is not None
            if gone:
                write(self._database, connection, by, "practice.left", practice.id, {"member": member})
        return gone

    def members(self, practice_id: str) -> list[Member]:
        """Longest-standing first."""
        wanted = select(members).where(members.c.practice_id == practice_id).order_by(members.c.since, members.c.member)
        with self._database.read() as connection:
            return [Member(row.practice_id, row.team, row.member, row.name) for row in connection.execute(wanted)]

    def _join(self, connection: Connection, new: Member, *, by: str, what: str = JOINED) -> bool:
        row = {
            "practice_id": new.practice_id, "team": new.team, "member": new.member, "name": new.name,
            "since": self._database.now(),
        }  # fmt: skip
        joined = self._database.insert(members).values(row).on_conflict_do_nothing().returning(members.c.member)
        is_new = connection.execute(joined).first() is not None
        if is_new:
            write(self._database, connection, by, what, new.practice_id, {"member": new.member})
        return is_new

    def _find(self, *where: Any) -> list[Practice]:
        wanted = select(practices).where(*where).order_by(practices.c.name, practices.c.id)
        with self._database.read() as connection:
            return [_practice(row) for row in connection.execute(wanted)]


def _practice(row: Row[Any]) -> Practice:
    return Practice(row.id, row.team, row.name, row.code)
