"""Questions that a person answers: who asked, who has it, and how far it is. States only go forward."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, select, update

from records.columns import Moment
from records.database import Database
from records.schema import escalations

OPEN, CLAIMED, CLOSED = "open", "claimed", "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """`user` asks; `shared` is what they agreed to show; `channel` and `ts` are the post for the officers."""

    id: str
    answer_id: str
    team: str
    user: str
    direct_channel: str
    direct_thread_ts: str
    shared: str
    topic: str
    urgent: bool
    state: str
    officer: str
    channel: str
    ts: str
    opened: datetime
    claimed: datetime | None
    closed: datetime | None
    reminded: datetime | None


_COLUMNS = [field.name for field in fields(Escalation)]
_NOT_CLOSED = (OPEN, CLAIMED)


class Escalations:
    """Questions for a person, by the id of the escalation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(
        self,
        *,
        team: str,
        user: str,
        direct_channel: str = "",
        direct_thread_ts: str = "",
        shared: str = "",
        topic: str = "",
        urgent: bool = False,
        answer_id: str = "",
        id: str = "",  # noqa: A002 - the field's name
    ) -> Escalation:
        """Open one; with the `id` of one that there is already, that one is returned as it stands."""
        new = Escalation(
            id=id or uuid.uuid4().hex, answer_id=answer_id, team=team, user=user, direct_channel=direct_channel,
            direct_thread_ts=direct_thread_ts, shared=shared, topic=topic, urgent=urgent, state=OPEN, officer="",
            channel="", ts="", opened=self._database.now(), claimed=None, closed=None, reminded=None,
        )  # fmt: skip
        row = {name: getattr(new, name) for name in _COLUMNS}
        with self._database.write() as connection:
            connection.execute(self._database.insert(escalations).values(row).on_conflict_do_nothing())
            kept = connection.execute(select(escalations).where(escalations.c.id == new.id)).one()
        return _escalation(kept)

    def get(self, escalation_id: str) -> Escalation | None:
        return next(iter(self._find(escalations.c.id == escalation_id)), None)

    def claim(self, escalation_id: str, officer: str) -> bool:
        """Take one that nobody has; False when somebody has it or it is closed."""
        return self._move(escalation_id, {OPEN}, state=CLAIMED, officer=officer, claimed=self._database.now())

    def assign(self, escalation_id: str, officer: str) -> bool:
        """Give one that is not closed to an officer, whoever has it; False when it is closed."""
        claimed = func.coalesce(escalations.c.claimed, self._now())
        return self._move(escalation_id, _NOT_CLOSED, state=CLAIMED, officer=officer, claimed=claimed)

    def close(self, escalation_id: str) -> bool:
        """Close one; False when it was closed already."""
        return self._move(escalation_id, _NOT_CLOSED, state=CLOSED, closed=self._database.now())

    def posted(self, escalation_id: str, channel: str, ts: str) -> None:
        """Note where the officers' post came to stand."""
        self._set(escalations.c.id == escalation_id, channel=channel, ts=ts)

    def moved(self, escalation_id: str, direct_channel: str, direct_thread_ts: str) -> None:
        """Note the thread of the direct message in which the person is answered."""
        self._set(escalations.c.id == escalation_id, direct_channel=direct_channel, direct_thread_ts=direct_thread_ts)

    def waiting(self, before: datetime) -> list[Escalation]:
        """Those that nobody has claimed and that were opened, and last reminded of, before then; oldest first."""
        return self._find(escalations.c.state == OPEN, _last_heard_of < before)

    def reminded(self, escalation_id: str, *, before: datetime | None = None) -> bool:
        """Note a reminder, before it is sent; with `before`, False when somebody has reminded since, or claimed it."""
        due = [escalations.c.state == OPEN, _last_heard_of < before] if before else []
        return self._set(escalations.c.id == escalation_id, *due, reminded=self._database.now())

    def by_officer_thread(self, channel: str, thread_ts: str) -> Escalation | None:
        """The one whose post for the officers began that thread."""
        return self._best(escalations.c.channel == channel, escalations.c.ts == thread_ts)

    def by_person_thread(self, channel: str, thread_ts: str) -> Escalation | None:
        """The newest one; one that is not closed comes before those that are."""
        return self._best(escalations.c.direct_channel == channel, escalations.c.direct_thread_ts == thread_ts)

    def open_ones(self) -> list[Escalation]:
        """Those that are not closed, oldest first."""
        return self._find(escalations.c.state.in_(_NOT_CLOSED))

    def _now(self) -> ColumnElement[datetime]:
        return literal(self._database.now(), Moment())

    def _best(self, *where: ColumnElement[bool]) -> Escalation | None:
        found = self._find(*where)
        return max(found, key=lambda one: (one.state != CLOSED, one.opened), default=None)

    def _move(self, escalation_id: str, from_states: Collection[str], **values: Any) -> bool:
        return self._set(escalations.c.id == escalation_id, escalations.c.state.in_(sorted(from_states)), **values)

    def _set(self, *where: ColumnElement[bool], **values: Any) -> bool:
        """Change one that is as it should be; whether it was."""
        change = update(escalations).where(*where).values(values).returning(escalations.c.id)
        with self._database.write() as connection:
            return connection.execute(change).first() is not None

    def _find(self, *where: ColumnElement[bool]) -> list[Escalation]:
        wanted = select(escalations).where(*where).order_by(escalations.c.opened, escalations.c.id)
        with self._database.read() as connection:
            return [_escalation(row) for row in connection.execute(wanted)]


_last_heard_of = func.coalesce(escalations.c.reminded, escalations.c.opened)


def _escalation(row: Row[Any]) -> Escalation:
    return Escalation(**{name: getattr(row, name) for name in _COLUMNS})
