"""The plan after a Resilience Assessment: sent by the practice, approved by an officer, taken on, reminded of, done."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from assess.errands import PLAN
from assess.model import Action, May, Opened, Plan, Who
from bot import actions
from bot.assessing import ONLY_MEMBERS, address
from bot.listeners import errands, home
from bot.listeners.clicks import Click, click_of
from bot.listeners.screens import Answer, Visit, changes, errors, made_of, opens, redraw, sends, update, visit_of
from bot.model import Message, View
from bot.parts import Parts
from bot.post import Refused
from bot.receive import typed_patient_data
from bot.render import assessment as pages
from bot.render import plan as forms
from bot.render import words
from bot.render.ask import note
from corpus.errors import AssessmentError, AssessmentRefused, NotYours
from records.inbox import Item
from records.plans import ACCEPTED
from scoring.instrument import Levels

log = logging.getLogger(__name__)

REMIND = "plan_reminder"
NO_PLAN = "There is no plan yet: it is drafted when the assessment is finished."
APPROVED = "The plan is approved, and the practice is told."
SENT_BACK = "The plan is back with the practice, and they are told."
SUBMITTED = "The plan is with the LMC. I tell you when it is approved."
NOTED = "Thank you, I have noted that it is done."


def register(app: App, parts: Parts) -> None:
    opens(app, actions.PLAN_OPEN, _plan, parts)
    opens(app, actions.PLAN_CHANGE, _form, parts, push=True)
    sends(app, actions.ACTION_VIEW, _changed, parts)
    changes(app, actions.PLAN_DROP, _drop, parts)
    changes(app, actions.PLAN_WITHDRAW, _withdraw, parts)
    changes(app, actions.PLAN_SEND_BACK, _send_back, parts, at_home=True)
    sends(app, actions.PLAN_VIEW, _sent, parts, at_home=True)
    opens(app, actions.PLAN_ACCEPT, _who_does_it, parts, push=True)
    sends(app, actions.ACCEPT_VIEW, _accepted, parts)
    changes(app, actions.PLAN_DECLINE, _decline, parts)
    changes(app, actions.PLAN_UNDONE, _undone, parts)

    def done(ack: Ack, body: dict[str, Any]) -> None:
        """Pressed in the plan, or under a reminder."""
        ack()
        click = click_of(body)
        if click.view_id:
            redraw(parts, click.view_id, made_of(click, body, _done, parts))
        else:
            errands.whisper(parts, note(_noted(click, body, parts)), click.user, click.channel, click.thread_ts)

    app.action(actions.PLAN_DONE)(done)


def _noted(click: Click, body: Mapping[str, Any], parts: Parts) -> str:
    """What to say to who pressed Done under a reminder."""
    visit = visit_of(click, body, parts)
    if not isinstance(visit, Visit):
        return ONLY_MEMBERS
    try:
        parts.assessing.progress(visit.who, visit.id("a"), done=True)
    except AssessmentError as error:
        return str(error)
    return NOTED


# --- looking at it -----------------------------------------------------------------------------------------------


def _plan(visit: Visit, parts: Parts, told: str = "") -> View:
    opened = parts.assessing.open(visit.who, visit.id("i"))
    plan = parts.assessing.plan(visit.who, opened.assessment.id)
    if plan is None:
        raise AssessmentRefused(NO_PLAN)
    may = opened.may
    return forms.plan_modal(
        forms.PlanView(
            actions.value(i=opened.assessment.id),
            opened.practice.name,
            plan.state,
            [_line(action, opened, parts) for action in plan.actions],
            plan.note,
            may_edit=May.EDIT_PLAN in may,
            may_submit=May.SUBMIT in may,
            may_withdraw=May.WITHDRAW in may,
            may_approve=May.APPROVE in may,
            may_accept=May.ACCEPT in may,
            told=told,
            address=address(visit.who, opened.assessment.id, parts, "plan"),
        )
    )


def _line(action: Action, opened: Opened, parts: Parts) -> forms.PlanLine:
    titles = {item.id: item.title for area in _levels(opened).areas for item in area.items}
    guests = {one.member: one.name for one in parts.records.practices.members(opened.practice.id) if one.name}
    return forms.PlanLine(
        action.id, titles.get(action.criterion, ""), action.action, action.why, action.owner_role, action.due,
        action.support, guests.get(action.owner, action.owner), action.state, action.note,
    )  # fmt: skip


def _levels(opened: Opened) -> Levels:
    if not isinstance(opened.instrument, Levels):
        raise AssessmentRefused("Only a Resilience Assessment has a plan.")
    return opened.instrument


def _seen(visit: Visit, parts: Parts) -> Plan:
    """The plan that a modal is about. Raises: AssessmentError."""
    plan = parts.assessing.plan(visit.who, visit.id("i"))
    if plan is None:
        raise AssessmentRefused(NO_PLAN)
    return plan


def _action(visit: Visit, parts: Parts) -> Action:
    """The action that a button or a form names, if this person may see its plan. Raises: NotYours."""
    found = next((one for one in _seen(visit, parts).actions if one.id == visit.id("a")), None)
    if found is None:
        raise NotYours
    return found


# --- changing it -------------------------------------------------------------------------------------------------


def _form(visit: Visit, parts: Parts) -> View:
    """The form for an action, or, without one, for a new one."""
    assessment_id = visit.id("i")
    if visit.id("a"):
        old = _action(visit, parts)
        return forms.action_modal(
            forms.ActionView(
                actions.value(i=assessment_id, a=old.id),
                old.action,
                old.owner_role,
                old.due.isoformat(),
                old.support,
                old.note,
            )
        )
    levels = _levels(parts.assessing.open(visit.who, assessment_id))
    criteria = [(item.id, item.title) for area in levels.areas for item in area.items]
    horizons = [(horizon.id, horizon.title) for horizon in levels.horizons]
    return forms.action_modal(forms.ActionView(actions.value(i=assessment_id), criteria=criteria, horizons=horizons))


def _changed(visit: Visit, parts: Parts) -> Answer:
    """An action was changed or added; what is wrong is said at its field."""
    given = visit.given
    texts = {name: given.text(name) for name in (forms.ACTION, forms.OWNER_ROLE, forms.SUPPORT)}
    comment = given.text(forms.COMMENT)
    written = {**texts, forms.COMMENT: comment}
    problems = {name: words.PATIENT_DATA_ERROR for name, text in written.items() if typed_patient_data(text)}
    due = _day(given.text(forms.DUE))
    if due is None:
        problems[forms.DUE] = "Choose a day."
    if problems or due is None:
        return errors(problems)
    try:
        if visit.id("a"):
            parts.assessing.change_action(visit.who, visit.id("a"), due=due, note=comment, **texts)
        else:
            parts.assessing.add_action(
                visit.who, visit.id("i"), criterion=given.chosen(forms.CRITERION), due=due,
                horizon=given.chosen(forms.HORIZON), **texts,
            )  # fmt: skip
    except AssessmentRefused as refused:
        return errors({forms.ACTION: str(refused)})
    _draw_below(visit, parts)
    return {}


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _draw_below(visit: Visit, parts: Parts) -> None:
    """Show the plan anew under a form that closes now."""
    redraw(parts, visit.root_id, _plan(visit, parts))


def _drop(visit: Visit, parts: Parts) -> View:
    parts.assessing.drop_action(visit.who, visit.id("a"))
    return _plan(visit, parts)


# --- between the practice and the LMC ----------------------------------------------------------------------------


def _sent(visit: Visit, parts: Parts) -> Answer:
    """Approved by an officer, or sent to the LMC by the practice: whatever this person may do with it now."""
    opened = parts.assessing.open(visit.who, visit.id("i"))
    if May.APPROVE in opened.may:
        text = visit.given.text(forms.NOTE)
        if typed_patient_data(text):
            return errors({forms.NOTE: words.PATIENT_DATA_ERROR})
        parts.assessing.approve(visit.who, opened.assessment.id, text)
        return update(pages.notice_modal(forms.TITLE, APPROVED))
    parts.assessing.submit(visit.who, opened.assessment.id)
    return update(pages.notice_modal(forms.TITLE, SUBMITTED))


def _send_back(visit: Visit, parts: Parts) -> View:
    text = visit.given.text(forms.NOTE)
    if not text:
        return _plan(visit, parts, forms.NOTE_NEEDED)
    opened = parts.assessing.open(visit.who, visit.id("i"))
    parts.assessing.send_back(visit.who, opened.assessment.id, text)
    return pages.notice_modal(forms.TITLE, SENT_BACK)


def _withdraw(visit: Visit, parts: Parts) -> View:
    parts.assessing.withdraw(visit.who, visit.id("i"))
    return _plan(visit, parts)


def work_tell(item: Item, parts: Parts) -> None:
    """Tell somebody of the practice that the plan is approved, or is back, if that is still so. Raises: TryLater."""
    errand = errands.named(item)
    who = Who(errand["team"], errand["user"])
    try:
        opened = parts.assessing.open(who, errand["assessment"])
        plan = parts.assessing.plan(who, errand["assessment"])
    except AssessmentError:
        return  # deleted, or they have left, in the meantime
    if plan is None or plan.state != errand["state"]:
        return
    name = opened.practice.name
    if plan.approved:
        message = forms.approved(name, len(plan.actions), plan.assessment_id, plan.note)
    else:
        message = forms.sent_back(name, plan.assessment_id, plan.note)
    errands.post(item, parts, message, "plan", parts.poster.direct(who.member))
    home.publish(parts, who.team, who.member)


# --- doing it ----------------------------------------------------------------------------------------------------


def _who_does_it(visit: Visit, parts: Parts) -> View:
    action = _action(visit, parts)
    opened = parts.assessing.open(visit.who, action.assessment_id)
    people = [
        (one.member, one.name or parts.people.person(one.team, one.member).name or one.member)
        for one in parts.assessing.members(visit.who, opened.practice.id)
    ]
    metadata = actions.value(i=action.assessment_id, a=action.id)
    return forms.accept_modal(metadata, action.action, people, action.owner or visit.who.member)


def _accepted(visit: Visit, parts: Parts) -> Answer:
    parts.assessing.accept(visit.who, visit.id("a"), accepted=True, owner=visit.given.chosen(forms.OWNER))
    _draw_below(visit, parts)
    return {}


def _decline(visit: Visit, parts: Parts) -> View:
    parts.assessing.accept(visit.who, visit.id("a"), accepted=False)
    return _plan(visit, parts)


def _done(visit: Visit, parts: Parts) -> View:
    parts.assessing.progress(visit.who, visit.id("a"), done=True)
    return _plan(visit, parts)


def _undone(visit: Visit, parts: Parts) -> View:
    parts.assessing.progress(visit.who, visit.id("a"), done=False)
    return _plan(visit, parts)


# --- reminders ---------------------------------------------------------------------------------------------------


def remind(parts: Parts) -> None:
    """Leave each reminder that is due for the people whom it is for. A chore."""
    for due in parts.assessing.due_reminders(parts.team):
        for who in due.to:
            # Stored first, by what it is about: two replicas leave one, and a crash loses none.
            key = f"{due.action.id}:{due.key}:{who.member}"
            errands.leave(
                REMIND, key, parts, team=who.team, user=who.member, action=due.action.id,
                assessment=due.action.assessment_id, due=due.due.isoformat(),
            )  # fmt: skip
        parts.assessing.reminded(due.action.id, due.key)


def work_reminder(item: Item, parts: Parts) -> None:
    """Remind somebody of an action, if it still has to be done by that day. Raises: TryLater."""
    errand = errands.named(item)
    who = Who(errand["team"], errand["user"])
    try:
        opened = parts.assessing.open(who, errand["assessment"])
        plan = parts.assessing.plan(who, errand["assessment"])
    except AssessmentError:
        return  # deleted, or they have left, in the meantime
    found = [one for one in plan.actions if one.id == errand["action"]] if plan else []
    for action in found:
        if action.state == ACCEPTED and action.due.isoformat() == errand["due"]:
            days = (action.due - parts.records.database.now().date()).days
            message = forms.reminder(
                opened.practice.name, action.action, action.due, days, action.id, action.assessment_id
            )
            _post(item, parts, message, who.member)


def _post(item: Item, parts: Parts, message: Message, user: str) -> None:
    try:
        errands.post(item, parts, message, "reminder", parts.poster.direct(user))
    except Refused as refused:
        # An account that was closed: the plan itself still shows what is due.
        log.warning("a reminder was not sent", extra={"item": item.id, "error": refused.error})


WORK = {PLAN: work_tell, REMIND: work_reminder}
