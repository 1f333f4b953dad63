"""Plans that follow an assessment: their actions, how far each is, and which reminders were sent."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from records.assessments import Assessment
from records.audit import write
from records.columns import Json
from records.database import Database
from records.schema import actions, plans, reminders

DRAFT, SUBMITTED, APPROVED = "draft", "submitted", "approved"
PROPOSED, ACCEPTED, DECLINED, DONE = "proposed", "accepted", "declined", "done"

MOST = 12
"""Actions in a plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAction:
    """An action that is to be put into a plan."""

    criterion: str
    why: str
    action: str
    owner_role: str
    due: date
    horizon: str
    support: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """`owner` is the member who does it, empty while nobody has said so.

    `note` is what is said about it: by the analyst while the plan is with them, by the practice of how it goes later.
    """

    id: str
    assessment_id: str
    criterion: str
    why: str
    action: str
    owner_role: str
    owner: str
    due: date
    horizon: str
    support: str
    state: str
    note: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """`member` sent it to the analyst; `note` is what the analyst says about it."""

    assessment_id: str
    team: str
    state: str
    member: str
    analyst: str
    note: str
    submitted: datetime | None
    approved: datetime | None
    actions: tuple[Action, ...]


class Plans:
    """Plans by the id of their assessment. Who may do what is not decided here but by assess/desk.py."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draft(self, assessment: Assessment, member: str, proposed: Sequence[NewAction]) -> None:
        """Make the draft of a plan, or make it anew; actions that somebody has changed by hand stay."""
        with self._database.write() as connection:
            new = self._database.insert(plans).values(
                assessment_id=assessment.id, team=assessment.team, state=DRAFT, member="", analyst="", note="",
                submitted=None, approved=None,
            )  # fmt: skip
            connection.execute(new.on_conflict_do_nothing())
            if _hold(connection, assessment.id) != DRAFT:
                return
            of_plan = actions.c.assessment_id == assessment.id
            connection.execute(delete(actions).where(of_plan, ~actions.c.by_hand))
            kept = set(connection.scalars(select(actions.c.criterion).where(of_plan)))
            fresh = [action for action in proposed if action.criterion not in kept][: max(0, MOST - len(kept))]
            for place, action in enumerate(fresh):
                self._insert(connection, assessment, action, place, by_hand=False)
            self._note(connection, member, "drafted", assessment.id, actions=len(kept) + len(fresh))

    def get(self, assessment_id: str) -> Plan | None:
        with self._database.read() as connection:
            row = connection.execute(select(plans).where(plans.c.assessment_id == assessment_id)).first()
            if row is None:
                return None
            return _plan(row, _actions(connection, actions.c.assessment_id == assessment_id))

    def action(self, action_id: str) -> Action | None:
        with self._database.read() as connection:
            return next(iter(_actions(connection, actions.c.id == action_id)), None)

    def add(self, assessment: Assessment, new: NewAction, states: Collection[str], *, by: str) -> Action | None:
        """Add an action to a plan in one of those states; None when it is not, or is full."""
        with self._database.write() as connection:
            count = select(func.count()).where(actions.c.assessment_id == assessment.id)
            if _hold(connection, assessment.id) not in states or (connection.scalar(count) or 0) >= MOST:
                return None
            action_id = self._insert(connection, assessment, new, MOST, by_hand=True)
            self._note(connection, by, "action_added", assessment.id, action=action_id)
            return next(iter(_actions(connection, actions.c.id == action_id)))

    def drop(self, action: Action, states: Collection[str], *, by: str) -> bool:
        """Take an action out of a plan in one of those states."""
        with self._database.write() as connection:
            if _hold(connection, action.assessment_id) not in states:
                return False
            gone = delete(actions).where(actions.c.id == action.id).returning(actions.c.id)
            if connection.execute(gone).first() is None:
                return False
            self._note(connection, by, "action_dropped", action.assessment_id, action=action.id)
        return True

    def change(
        self,
        action: Action,
        states: Collection[str],
        values: Mapping[str, str | date],
        *,
        by: str,
        what: str = "action_changed",
    ) -> bool:
        """Change columns of an action of a plan in one of those states; the audit says which, not what is in them."""
        plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
        with self._database.write() as connection:
            if _hold(connection, action.assessment_id) not in states:
                return False
            change = update(actions).where(actions.c.id == action.id).returning(actions.c.id)
            changed = change.values({**plain, "by_hand": True, "changed": self._database.now()})
            if connection.execute(changed).first() is None:
                return False
            self._note(connection, by, what, action.assessment_id, action=action.id, columns=sorted(plain))
        return True

    def move(self, assessment_id: str, before: str, after: str, *, by: str, what: str, **values: Any) -> bool:
        """Bring a plan from one state to another; False when it was not in the first."""
        here = (plans.c.assessment_id == assessment_id) & (plans.c.state == before)
        with self._database.write() as connection:
            change = update(plans).where(here).values(state=after, **values).returning(plans.c.state)
            moved = connection.execute(change).first() is not None
            if moved:
                self._note(connection, by, what, assessment_id)
        return moved

    def submitted(self, team: str) -> list[str]:
        """The assessments whose plans wait for an analyst, the longest-waiting first."""
        wanted = select(plans.c.assessment_id).where(plans.c.team == team, plans.c.state == SUBMITTED)
        with self._database.read() as connection:
            return list(connection.scalars(wanted.order_by(plans.c.submitted, plans.c.assessment_id)))

    def under_way(self, team: str) -> list[tuple[Plan, Action]]:
        """The accepted actions of approved plans that are not done, the soonest due first."""
        going = (actions.c.team == team) & (actions.c.state == ACCEPTED)
        with self._database.read() as connection:
            rows = connection.execute(select(plans).where(plans.c.team == team, plans.c.state == APPROVED))
            approved = {row.assessment_id: _plan(row, ()) for row in rows}
            found = _actions(connection, going)
        due = sorted(found, key=lambda action: (action.due, action.id))
        return [(approved[action.assessment_id], action) for action in due if action.assessment_id in approved]

    def sent(self, action_ids: Collection[str]) -> set[tuple[str, str]]:
        """The reminders that were sent: an action and a key each."""
        wanted = select(reminders.c.action_id, reminders.c.key).where(reminders.c.action_id.in_(sorted(action_ids)))
        with self._database.read() as connection:
            return {(row.action_id, row.key) for row in connection.execute(wanted)}

    def reminded(self, action_id: str, key: str) -> bool:
        """Note a reminder before it is sent; False when it was noted already, or the action has gone."""
        with self._database.write() as connection:
            if connection.execute(select(actions.c.id).where(actions.c.id == action_id)).first() is None:
                return False
            row = {"action_id": action_id, "key": key, "sent": self._database.now()}
            new = self._database.insert(reminders).values(row).on_conflict_do_nothing().returning(reminders.c.key)
            return connection.execute(new).first() is not None

    def _insert(
        self, connection: Connection, assessment: Assessment, new: NewAction, place: int, *, by_hand: bool
    ) -> str:
        action_id = uuid.uuid4().hex
        row = {
            "id": action_id, "assessment_id": assessment.id, "team": assessment.team, "place": place,
            "criterion": new.criterion, "why": new.why, "action": new.action, "owner_role": new.owner_role, "owner": "",
            "due": new.due.isoformat(), "horizon": new.horizon, "support": new.support, "state": PROPOSED, "note": "",
            "by_hand": by_hand, "changed": self._database.now(),
        }  # fmt: skip
        connection.execute(actions.insert().values(row))
        return action_id

    def _note(self, connection: Connection, actor: str, what: str, assessment_id: str, **details: Json) -> None:
        write(self._database, connection, actor, f"plan.{what}", assessment_id, details)


def _hold(connection: Connection, assessment_id: str) -> str:
    """The state of a plan, which nobody else changes before this is done; empty where there is none."""
    held = select(plans.c.state).where(plans.c.assessment_id == assessment_id).with_for_update()
    return str(connection.scalar(held) or "")


def _actions(connection: Connection, where: ColumnElement[bool]) -> tuple[Action, ...]:
    wanted = select(actions).where(where).order_by(actions.c.place, actions.c.due, actions.c.id)
    return tuple(_action(row) for row in connection.execute(wanted))


def _action(row: Row[Any]) -> Action:
    return Action(
        row.id, row.assessment_id, row.criterion, row.why, row.action, row.owner_role, row.owner,
        date.fromisoformat(row.due), row.horizon, row.support, row.state, row.note, row.changed,
    )  # fmt: skip


def _plan(row: Row[Any], of_plan: tuple[Action, ...]) -> Plan:
    return Plan(
        row.assessment_id, row.team, row.state, row.member, row.analyst, row.note, row.submitted, row.approved, of_plan
    )
