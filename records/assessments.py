"""What practices and partners fill in: assessments, a response a field, who may see them, and what was agreed to.

Each change and its entry in the audit are kept together or not at all; the entry has ids and counts, never a response.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from corpus.errors import AssessmentFinished, NotYours
from records.audit import write
from records.columns import Json
from records.database import Database
from records.practices import Practice
from records.schema import assessments, consents, practices, responses, shares

OPEN, FINISHED = "open", "finished"

PERSONAL_KIND = "skills"
"""The kind of assessment that is one person's own: deleted with them, and nobody else's to read."""

COUNTED, NAMED = "counted", "named"
"""What may be agreed to: that a practice counts in the comparison, that a partner is known to be in the team's view."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One filling in of an instrument. `member` began it; where it is personal, it is theirs alone."""

    id: str
    team: str
    practice_id: str
    kind: str
    instrument: str
    version: str
    state: str
    member: str
    begun: datetime
    changed: datetime
    finished: datetime | None
    kept_months: int

    @property
    def is_open(self) -> bool:
        return self.state == OPEN

    @property
    def is_personal(self) -> bool:
        return self.kind == PERSONAL_KIND


@dataclass(frozen=True, slots=True)
class Response:
    """What stands in a field: empty when it was cleared. `revision` counts its changes, from 1."""

    value: str
    before: str
    revision: int
    member: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that was not kept, because another person has changed it since this one saw it."""

    field: str
    sent: str
    kept: Response


@dataclass(frozen=True, slots=True)
class Share:
    """`reader` may see an assessment: `lmc` for the officers, or a user id."""

    assessment_id: str
    reader: str
    by: str
    at: datetime


_COLUMNS = [field.name for field in fields(Assessment)]


class Assessments:
    """Assessments by id. Who may do what is not decided here but by assess/desk.py."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- one assessment -----------------------------------------------------------------------------------------

    def start(
        self, practice: Practice, member: str, *, kind: str, instrument: str, version: str, kept_months: int
    ) -> Assessment:
        """The open one of the practice (of the person, where it is personal), or a new one.

        Args:
            kept_months: how long after its last change it is deleted.
        Raises: NotYours when the practice has gone.
        """
        now = self._database.now()
        new = Assessment(
            id=uuid.uuid4().hex, team=practice.team, practice_id=practice.id, kind=kind, instrument=instrument,
            version=version, state=OPEN, member=member, begun=now, changed=now, finished=None,
            kept_months=kept_months,
        )  # fmt: skip
        with self._database.write() as connection:
            _hold_practice(connection, practice.id)
            open_one = connection.execute(select(assessments).where(_open_beside(new))).first()
            if open_one is not None:
                return _assessment(open_one)
            connection.execute(assessments.insert().values({name: getattr(new, name) for name in _COLUMNS}))
            self._note(connection, member, "started", new.id, instrument=instrument, version=version)
        return new

    def get(self, assessment_id: str) -> Assessment | None:
        return next(iter(self._find(assessments.c.id == assessment_id)), None)

    def of_practices(self, practice_ids: Collection[str]) -> list[Assessment]:
        """All of some practices, those of persons too; the last changed first."""
        return self._find(assessments.c.practice_id.in_(sorted(practice_ids)))

    def of_person(self, team: str, member: str) -> list[Assessment]:
        """Somebody's personal ones; the last changed first."""
        return self._find(
            assessments.c.team == team, assessments.c.member == member, assessments.c.kind == PERSONAL_KIND
        )

    def of_team(self, team: str, instrument: str) -> list[Assessment]:
        """All of an instrument; the last changed first."""
        return self._find(assessments.c.team == team, assessments.c.instrument == instrument)

    def responses(self, assessment_id: str) -> dict[str, Response]:
        """By field, with those that were cleared."""
        with self._database.read() as connection:
            return _responses(connection, responses.c.assessment_id == assessment_id)

    def responses_of(self, assessment_ids: Collection[str]) -> dict[str, dict[str, str]]:
        """The values of several, by their ids and fields; empty ones are left out."""
        wanted = select(responses.c.assessment_id, responses.c.field, responses.c.value).where(
            responses.c.assessment_id.in_(sorted(assessment_ids)), responses.c.value != ""
        )
        found: dict[str, dict[str, str]] = {assessment_id: {} for assessment_id in assessment_ids}
        with self._database.read() as connection:
            for assessment_id, field, value in connection.execute(wanted):
                found[assessment_id][field] = value
        return found

    def revisions_of(self, assessment_ids: Collection[str]) -> dict[str, int]:
        """How often anything in each was changed: another number whenever its responses are others."""
        wanted = (
            select(responses.c.assessment_id, func.sum(responses.c.revision))
            .where(responses.c.assessment_id.in_(sorted(assessment_ids)))
            .group_by(responses.c.assessment_id)
        )
        with self._database.read() as connection:
            counts = {str(assessment_id): int(count) for assessment_id, count in connection.execute(wanted)}
        return {assessment_id: counts.get(assessment_id, 0) for assessment_id in assessment_ids}

    def save(
        self, assessment_id: str, member: str, values: Mapping[str, str], seen: Mapping[str, int] | None = None
    ) -> tuple[dict[str, Response], list[Clash]]:
        """Keep values, all that can be; the whole of the responses afterwards, and what was not kept.

        Args:
            seen: the revision of each field when the person was shown it (0 where it was empty); None keeps whatever
                comes last.
        Raises: NotYours when it has gone, AssessmentFinished.
        """
        with self._database.write() as connection:
            _hold_open(connection, assessment_id)
            found = _responses(connection, responses.c.assessment_id == assessment_id)
            kept, clashes = _sort(found, member, values, seen)
            for field, response in kept.items():
                self._put(connection, assessment_id, field, response)
            if kept:
                change = update(assessments).where(assessments.c.id == assessment_id)
                connection.execute(change.values(changed=self._database.now()))
            if kept or clashes:
                self._note(connection, member, "saved", assessment_id, fields=len(kept), conflicts=len(clashes))
        return {**found, **kept}, clashes

    def finish(self, assessment_id: str, member: str, *, counted: bool | None = None) -> Assessment:
        """Finish an open one. Raises: NotYours, AssessmentFinished.

        Args:
            counted: whether it may count in the comparison; None where that is not asked.
        """
        now = self._database.now()
        with self._database.write() as connection:
            row = _hold_open(connection, assessment_id)
            change = update(assessments).where(assessments.c.id == assessment_id)
            connection.execute(change.values(state=FINISHED, finished=now, changed=now))
            if counted is not None:
                self._consent(connection, row, COUNTED, member, given=counted)
            self._note(connection, member, "finished", assessment_id)
            return _assessment(connection.execute(select(assessments).where(assessments.c.id == assessment_id)).one())

    def reopen(self, assessment_id: str, member: str) -> bool:
        """Open a finished one again; False when it is not finished, or another of its kind is open."""
        with self._database.write() as connection:
            row = connection.execute(select(assessments).where(assessments.c.id == assessment_id)).first()
            if row is None:
                return False
            _hold_practice(connection, row.practice_id)
            if connection.execute(select(assessments.c.id).where(_open_beside(_assessment(row)))).first():
                return False
            own = (assessments.c.id == assessment_id) & (assessments.c.state == FINISHED)
            change = update(assessments).where(own).returning(assessments.c.id)
            values = change.values(state=OPEN, finished=None, changed=self._database.now())
            if connection.execute(values).first() is None:
                return False
            self._note(connection, member, "reopened", assessment_id)
        return True

    def delete(self, assessment_id: str, member: str) -> bool:
        """Delete one with everything about it; False when it has gone already."""
        with self._database.write() as connection:
            gone = delete(assessments).where(assessments.c.id == assessment_id).returning(assessments.c.instrument)
            row = connection.execute(gone).first()
            if row is not None:
                self._note(connection, member, "deleted", assessment_id, instrument=row.instrument)
        return row is not None

    # --- who may see it -----------------------------------------------------------------------------------------

    def share(self, assessment: Assessment, reader: str, *, by: str) -> bool:
        """Let somebody see it; False where they may already, and nothing happens."""
        row = {
            "assessment_id": assessment.id, "reader": reader, "team": assessment.team, "by": by,
            "at": self._database.now(),
        }  # fmt: skip
        with self._database.write() as connection:
            new = self._database.insert(shares).values(row).on_conflict_do_nothing().returning(shares.c.reader)
            is_new = connection.execute(new).first() is not None
            if is_new:
                self._note(connection, by, "shared", assessment.id, reader=reader)
        return is_new

    def unshare(self, assessment_id: str, reader: str, *, by: str) -> bool:
        """Take that back; False when it was not shared."""
        theirs = (shares.c.assessment_id == assessment_id) & (shares.c.reader == reader)
        with self._database.write() as connection:
            gone = connection.execute(delete(shares).where(theirs).returning(shares.c.reader)).first() is not None
            if gone:
                self._note(connection, by, "unshared", assessment_id, reader=reader)
        return gone

    def shares(self, assessment_id: str) -> list[Share]:
        """Oldest first."""
        wanted = select(shares).where(shares.c.assessment_id == assessment_id).order_by(shares.c.at, shares.c.reader)
        with self._database.read() as connection:
            return [Share(row.assessment_id, row.reader, row.by, row.at) for row in connection.execute(wanted)]

    def shared_with(self, team: str, reader: str) -> list[Assessment]:
        """Those of a team that a reader may see; the last changed first."""
        ids = select(shares.c.assessment_id).where(shares.c.team == team, shares.c.reader == reader)
        return self._find(assessments.c.id.in_(ids))

    # --- what was agreed to -------------------------------------------------------------------------------------

    def consent(self, assessment: Assessment, what: str, member: str, *, given: bool) -> None:
        """Note who agreed to what, or no longer does."""
        with self._database.write() as connection:
            self._consent(connection, assessment, what, member, given=given)

    def agreed(self, assessment_ids: Collection[str], what: str) -> set[str]:
        """Those of the assessments for which it was agreed to."""
        wanted = select(consents.c.assessment_id).where(
            consents.c.assessment_id.in_(sorted(assessment_ids)), consents.c.what == what, consents.c.given
        )
        with self._database.read() as connection:
            return set(connection.scalars(wanted))

    def _consent(self, connection: Connection, of: Any, what: str, member: str, *, given: bool) -> None:
        whose = {"assessment_id": of.id, "what": what}
        values = {"team": of.team, "member": member, "given": given, "at": self._database.now()}
        new = self._database.insert(consents).values({**whose, **values})
        connection.execute(new.on_conflict_do_update(index_elements=list(whose), set_=values))
        self._note(connection, member, "consented" if given else "refused", of.id, to=what)

    def _put(self, connection: Connection, assessment_id: str, field: str, response: Response) -> None:
        team = select(assessments.c.team).where(assessments.c.id == assessment_id).scalar_subquery()
        whose = {"assessment_id": assessment_id, "field": field}
        values = {
            "team": team, "member": response.member, "value": response.value, "before": response.before,
            "revision": response.revision, "at": self._database.now(),
        }  # fmt: skip
        new = self._database.insert(responses).values({**whose, **values})
        connection.execute(new.on_conflict_do_update(index_elements=list(whose), set_=values))

    def _note(self, connection: Connection, actor: str, what: str, assessment_id: str, **details: Json) -> None:
        write(self._database, connection, actor, f"assessment.{what}", assessment_id, details)

    def _find(self, *where: ColumnElement[bool]) -> list[Assessment]:
        wanted = select(assessments).where(*where).order_by(assessments.c.changed.desc(), assessments.c.id)
        with self._database.read() as connection:
            return [_assessment(row) for row in connection.execute(wanted)]


def _hold_practice(connection: Connection, practice_id: str) -> None:
    """Let nobody else start or reopen one of the practice before this is done. Raises: NotYours when it has gone."""
    held = select(practices.c.id).where(practices.c.id == practice_id).with_for_update()
    if connection.execute(held).first() is None:
        raise NotYours


def _hold_open(connection: Connection, assessment_id: str) -> Row[Any]:
    """Let nobody else change it before this is done. Raises: NotYours when it has gone, AssessmentFinished."""
    row = connection.execute(select(assessments).where(assessments.c.id == assessment_id).with_for_update()).first()
    if row is None:
        raise NotYours
    if row.state != OPEN:
        raise AssessmentFinished
    return row


def _open_beside(one: Assessment) -> ColumnElement[bool]:
    """The open one of the same practice, and of the same person where it is personal."""
    same = (
        (assessments.c.practice_id == one.practice_id)
        & (assessments.c.instrument == one.instrument)
        & (assessments.c.state == OPEN)
    )
    return same & (assessments.c.member == one.member) if one.is_personal else same


def _sort(
    found: Mapping[str, Response], member: str, values: Mapping[str, str], seen: Mapping[str, int] | None
) -> tuple[dict[str, Response], list[Clash]]:
    """The sent values that are changes and can be kept, and those that somebody else's change stands against."""
    kept, clashes = {}, []
    for field, value in values.items():
        now = found.get(field, Response("", "", 0, ""))
        if value == now.value or (seen is not None and _is_untouched(value, seen.get(field, 0), now)):
            continue
        if seen is not None and seen.get(field, 0) < now.revision:
            clashes.append(Clash(field, value, now))
        else:
            kept[field] = Response(value, now.value, now.revision + 1, member)
    return kept, clashes


def _is_untouched(value: str, seen: int, now: Response) -> bool:
    """Whether a person sent a field just as they were shown it, while somebody else changed it."""
    shown_before_last = seen == now.revision - 1 and value == now.before
    shown_empty = seen == 0 and value == ""
    return shown_before_last or shown_empty


def _responses(connection: Connection, where: ColumnElement[bool]) -> dict[str, Response]:
    rows = connection.execute(select(responses).where(where).order_by(responses.c.field))
    return {row.field: Response(row.value, row.before, row.revision, row.member) for row in rows}


def _assessment(row: Row[Any]) -> Assessment:
    return Assessment(**{name: getattr(row, name) for name in _COLUMNS})
