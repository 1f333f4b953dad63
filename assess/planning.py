"""The plan after a Resilience Assessment: drafted, approved by an analyst of the LMC, accepted and done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assess import errands
from assess.base import Found, without_patients
from assess.filling import Filling
from assess.model import LMC, May, Reminder, Standing, Who
from corpus.errors import AssessmentRefused, NotYours
from records.plans import ACCEPTED, APPROVED, DECLINED, DONE, DRAFT, MOST, SUBMITTED, Action, NewAction, Plan
from records.practices import Member, Practice
from scoring.instrument import Kind

LONGEST = 500
"""Characters of an action or a note: it is read in a message."""

DAYS_BEFORE = (14, 3)
OVERDUE_EVERY, OVERDUE_MOST = 14, 3
"""A reminder on the day after it was due, and every so many days after that, so many in all."""

SENT_ALREADY = "Somebody else has just changed this plan; look at it again."


class Planning(Filling):
    """Each method is asked by somebody: `who` comes first."""

    def plan(self, who: Who, assessment_id: str) -> Plan | None:
        """The plan of a Resilience Assessment; None before it is finished for the first time. Raises: NotYours."""
        found = self._find(who, assessment_id)
        plan = self._records.plans.get(assessment_id)
        if plan is None and found.assessment.kind == Kind.LEVELS and not found.assessment.is_open:
            # Finished by a version that drafted it in a step of its own, which then ended.
            self._draft(who, found.assessment)
            plan = self._records.plans.get(assessment_id)
        if plan is not None and plan.state == DRAFT and not self._is_member(who, found.assessment.practice_id):
            return None  # it is the practice's until it is sent
        return plan

    def change_action(
        self,
        who: Who,
        action_id: str,
        *,
        action: str | None = None,
        owner_role: str | None = None,
        due: dt.date | None = None,
        horizon: str | None = None,
        support: str | None = None,
        note: str | None = None,
    ) -> Action:
        """Change what is given: the practice while it is a draft, an analyst while it is with the LMC.

        Args:
            note: what they say about it; may be empty, as `support` may.

        Raises: NotYours, AssessmentRefused.
        """
        old, found = self._action(who, action_id, May.EDIT_PLAN)
        given = {"action": action, "owner_role": owner_role, "horizon": horizon, "support": support, "note": note}
        values: dict[str, str | dt.date] = {
            name: _words(name, text, empty=name in _MAY_BE_EMPTY) for name, text in given.items() if text is not None
        }
        if due is not None:
            values["due"] = due
        if values and not self._records.plans.change(old, _editable(found), values, by=who.member):
            raise AssessmentRefused(SENT_ALREADY)
        return self._action(who, action_id, May.SEE)[0]

    def add_action(
        self,
        who: Who,
        assessment_id: str,
        *,
        criterion: str,
        action: str,
        owner_role: str,
        due: dt.date,
        horizon: str,
        why: str = "",
        support: str = "",
    ) -> Action:
        """Add an action, up to twelve. Raises: NotYours, AssessmentRefused."""
        found = self._find(who, assessment_id, May.EDIT_PLAN)
        if criterion not in {item.id for item in self._instrument_of(found.assessment).items}:
            raise AssessmentRefused("Choose the criterion that the action is for.")
        new = NewAction(
            criterion=criterion, why=_words("why", why, empty=True), action=_words("action", action),
            owner_role=_words("owner_role", owner_role), due=due, horizon=_words("horizon", horizon),
            support=_words("support", support, empty=True),
        )  # fmt: skip
        added = self._records.plans.add(found.assessment, new, _editable(found), by=who.member)
        if added is None:
            raise AssessmentRefused(f"A plan has at most {MOST} actions; take one out first.")
        return added

    def drop_action(self, who: Who, action_id: str) -> None:
        """Take an action out. Raises: NotYours, AssessmentRefused."""
        action, found = self._action(who, action_id, May.EDIT_PLAN)
        if not self._records.plans.drop(action, _editable(found), by=who.member):
            raise AssessmentRefused(SENT_ALREADY)

    # --- between the practice and the analyst -------------------------------------------------------------------

    def submit(self, who: Who, assessment_id: str) -> Plan:
        """Send the plan to the LMC, which shares the assessment with it. Raises: NotYours, AssessmentRefused."""
        found = self._find(who, assessment_id, May.SUBMIT)
        plan = self._records.plans.get(assessment_id)
        if plan is None or not plan.actions:
            raise AssessmentRefused("The plan has no actions yet; add one first.")
        now = self._records.database.now()
        with self._telling() as leave:
            self._records.assessments.share(found.assessment, LMC, by=who.member)
            self._move(assessment_id, DRAFT, SUBMITTED, who, "submitted", member=who.member, submitted=now)
            leave(errands.OFFICERS, who, assessment=assessment_id)
        return self._plan(assessment_id)

    def withdraw(self, who: Who, assessment_id: str) -> Plan:
        """Take it back before it is approved; the assessment stays shared. Raises: NotYours, AssessmentRefused."""
        self._find(who, assessment_id, May.WITHDRAW)
        self._move(assessment_id, SUBMITTED, DRAFT, who, "withdrawn")
        return self._plan(assessment_id)

    def approve(self, who: Who, assessment_id: str, note: str = "") -> Plan:
        """An analyst issues the plan to the practice, which is told. Raises: NotYours, AssessmentRefused."""
        words, now = _words("note", note, empty=True), self._records.database.now()
        return self._return(who, assessment_id, APPROVED, "approved", approved=now, note=words)

    def send_back(self, who: Who, assessment_id: str, note: str) -> Plan:
        """An analyst asks the practice to look again, and it is told. Raises: NotYours, AssessmentRefused."""
        return self._return(who, assessment_id, DRAFT, "sent_back", note=_words("note", note))

    def waiting_for_analyst(self, who: Who) -> list[Standing]:
        """For officers: assessments whose plans they may approve, the longest-waiting first. Raises: NotYours."""
        self._only_officers(who)
        waiting = self._records.plans.submitted(who.team)
        found = self._standings(who, self._records.assessments.shared_with(who.team, LMC))
        able = {one.assessment.id: one for one in found if May.APPROVE in one.may}
        return [able[assessment_id] for assessment_id in waiting if assessment_id in able]

    # --- doing it -----------------------------------------------------------------------------------------------

    def accept(self, who: Who, action_id: str, accepted: bool = True, owner: str = "") -> Action:
        """The practice takes an action on, or does not. Raises: NotYours, AssessmentRefused.

        Args:
            owner: the member who does it, who is then reminded; may be left open.
        """
        action, found = self._action(who, action_id, May.ACCEPT)
        if action.state == DONE:
            raise AssessmentRefused("This action is done already.")
        if owner and owner not in {member.member for member in self._records.practices.members(found.practice.id)}:
            raise AssessmentRefused("Choose somebody of the practice, or add them to it first.")
        state, what = (ACCEPTED, "action_accepted") if accepted else (DECLINED, "action_declined")
        return self._change(who, action, what, state=state, owner=owner)

    def progress(self, who: Who, action_id: str, done: bool, note: str | None = None) -> Action:
        """Say how an accepted action goes. Raises: NotYours, AssessmentRefused."""
        action, _ = self._action(who, action_id, May.ACCEPT)
        if action.state not in {ACCEPTED, DONE}:
            raise AssessmentRefused("Accept this action first.")
        words = {} if note is None else {"note": _words("note", note, empty=True)}
        what = "action_done" if done else "action_under_way"
        return self._change(who, action, what, state=DONE if done else ACCEPTED, **words)

    def due_reminders(self, team: str, today: dt.date | None = None) -> list[Reminder]:
        """The direct messages that are due and were not sent; of several for one action, the latest."""
        day = self._today(today)
        going = self._records.plans.under_way(team)
        sent = self._records.plans.sent([action.id for _, action in going])
        members: dict[str, tuple[Practice, list[Member]]] = {}
        due = []
        for plan, action in going:
            key = _key(action.due, day)
            if not key or (action.id, key) in sent:
                continue
            practice, present = self._practice_of(action.assessment_id, members)
            if to := _to(action, plan, present):
                due.append(Reminder(action, practice, to, key, (action.due - day).days, action.due))
        return due

    def reminded(self, action_id: str, key: str) -> bool:
        """Note a reminder before it is sent; False when somebody has sent it."""
        return self._records.plans.reminded(action_id, key)

    # ------------------------------------------------------------------------------------------------------------

    def _return(self, who: Who, assessment_id: str, state: str, what: str, **values: Any) -> Plan:
        """Give a plan that was sent back to the practice in another state, and tell everybody of it who is in Slack."""
        found = self._find(who, assessment_id, May.APPROVE)
        with self._telling() as leave:
            self._move(assessment_id, SUBMITTED, state, who, what, analyst=who.member, **values)
            for member in self._records.practices.members(found.practice.id):
                if not member.is_guest:
                    leave(errands.PLAN, Who(member.team, member.member), assessment=assessment_id, state=state)
        return self._plan(assessment_id)

    def _action(self, who: Who, action_id: str, need: May) -> tuple[Action, Found]:
        action = self._records.plans.action(action_id)
        if action is None:
            raise NotYours
        found = self._find(who, action.assessment_id, need)
        plan = self._records.plans.get(action.assessment_id)
        if plan is None or (plan.state == DRAFT and not self._is_member(who, found.practice.id)):
            raise NotYours
        return action, found

    def _change(self, who: Who, action: Action, what: str, **values: str) -> Action:
        if not self._records.plans.change(action, {APPROVED}, values, by=who.member, what=what):
            raise AssessmentRefused(SENT_ALREADY)
        return self._action(who, action.id, May.SEE)[0]

    def _move(self, assessment_id: str, before: str, after: str, who: Who, what: str, **values: Any) -> None:
        if not self._records.plans.move(assessment_id, before, after, by=who.member, what=what, **values):
            raise AssessmentRefused(SENT_ALREADY)

    def _plan(self, assessment_id: str) -> Plan:
        plan = self._records.plans.get(assessment_id)
        if plan is None:
            raise NotYours
        return plan

    def _practice_of(
        self, assessment_id: str, known: dict[str, tuple[Practice, list[Member]]]
    ) -> tuple[Practice, list[Member]]:
        if assessment_id not in known:
            assessment = self._records.assessments.get(assessment_id)
            practice = None if assessment is None else self._records.practices.get(assessment.practice_id)
            if practice is None:
                raise NotYours
            known[assessment_id] = practice, self._records.practices.members(practice.id)
        return known[assessment_id]


def _editable(found: Found) -> frozenset[str]:
    """The state of a plan in which this person may change it: an analyst is who may approve."""
    return frozenset({SUBMITTED}) if May.APPROVE in found.may else frozenset({DRAFT})


_NAMES: Mapping[str, str] = {
    "action": "what is to be done", "owner_role": "whose task it is", "horizon": "when it belongs",
    "support": "what support is needed", "note": "a note", "why": "why it matters",
}  # fmt: skip


_MAY_BE_EMPTY = frozenset({"support", "note"})


def _words(name: str, text: str, *, empty: bool = False) -> str:
    text = " ".join(text.split())
    if len(text) > LONGEST or not (text or empty):
        least = 0 if empty else 1
        raise AssessmentRefused(f"Write {_NAMES[name]} in {least} to {LONGEST} characters.")
    return without_patients(text)


def _key(due: dt.date, day: dt.date) -> str:
    """The reminder that a day calls for, with the date it is about; empty where none."""
    left = (due - day).days
    if left >= 0:
        before = [days for days in DAYS_BEFORE if left <= days]
        return f"before-{min(before)}:{due}" if before else ""
    number = min((-left - 1) // OVERDUE_EVERY, OVERDUE_MOST - 1) + 1
    return f"overdue-{number}:{due}"


def _to(action: Action, plan: Plan, present: Sequence[Member]) -> tuple[Who, ...]:
    """Who is told: the owner, else who sent the plan, else everybody of the practice; those who are there, in Slack."""
    reachable = [member for member in present if not member.is_guest]

    def among() -> Iterator[list[Member]]:
        for one in (action.owner, plan.member):
            yield [member for member in reachable if member.member == one]
        yield reachable

    told = next((found for found in among() if found), [])
    return tuple(Who(member.team, member.member) for member in told)
