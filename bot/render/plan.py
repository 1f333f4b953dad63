"""The plan after a Resilience Assessment, in Slack: looked at, changed, sent, approved, accepted, done, reminded of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from assess.planning import LONGEST
from bot import actions
from bot.model import Block, Message, View
from bot.render import limits, words
from bot.render import text as safe
from bot.render.blocks import actions as rows
from bot.render.blocks import (
    alert,
    asked,
    button,
    confirm,
    context,
    is_user,
    line,
    link_button,
    modal,
    option,
    options_of,
    person,
    rich,
    said,
    select,
    text_input,
)  # fmt: skip
from bot.render.blocks import words as part

NOTE = "note"
ACTION = "action"
OWNER_ROLE = "owner_role"
DUE = "due"
SUPPORT = "support"
COMMENT = "comment"
HORIZON = "horizon"
CRITERION = "criterion"
OWNER = "owner"

TITLE = "Action plan"
NOTE_NEEDED = "Write in the note what the practice should look at again, then press “Send back”."

_STATES = {
    "draft": "This is a draft. Change it as you like, then send it to the LMC for approval.",
    "submitted": "It is with the LMC: an officer reads it, and may change it, before it is approved.",
    "approved": "The LMC has approved it. Accept the actions that you take on; I remind you of them.",
}
_FOR_ANALYST = "The practice has sent this plan. Change what has to be changed, then approve it or send it back."
_ACTION_STATES = {"proposed": "", "accepted": "Accepted", "declined": "Not taken on", "done": "Done"}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One action. `owner` is the user id of who does it, or the name of one without Slack, or empty.

    `note` is what is said about it.
    """

    id: str
    criterion: str
    action: str
    why: str
    owner_role: str
    due: dt.date
    support: str = ""
    owner: str = ""
    state: str = "proposed"
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as somebody may see it, with what they may do; `told` is a sentence on top, `note` the analyst's words.

    `address` is where it can be read and changed in the browser, beside the evidence; empty where it cannot.
    """

    metadata: str
    practice: str
    state: str
    actions: Sequence[PlanLine] = ()
    note: str = ""
    may_edit: bool = False
    may_submit: bool = False
    may_withdraw: bool = False
    may_approve: bool = False
    may_accept: bool = False
    told: str = ""
    address: str = ""


def plan_modal(view: PlanView) -> View:
    """Callback PLAN_VIEW; for who may approve it, the input is NOTE."""
    about = _FOR_ANALYST if view.may_approve else _STATES[view.state]
    said_ = [rich(line(part("The LMC writes: ", bold=True), part(view.note, limit=LONGEST)))] if view.note else []
    blocks = [
        *([alert(view.told, "warning")] if view.told else []),
        rich(line(part(safe.one_line(view.practice), bold=True, limit=200)), line(part(about))),
        *said_,
        *(block for number, one in enumerate(view.actions, 1) for block in _action(one, number, view)),
        *([] if view.actions else [said("There is nothing in the plan.")]),
        *rows(_buttons(view)),
        *_ending(view),
    ]
    submit = "Approve" if view.may_approve else "Send to the LMC" if view.may_submit and view.actions else ""
    return modal(actions.PLAN_VIEW, TITLE, blocks, submit=submit, metadata=view.metadata)


def _action(one: PlanLine, number: int, view: PlanView) -> list[Block]:
    facts = [
        line(part(f"{number}. {one.action}", bold=True, limit=600)),
        line(part(f"{one.criterion}. {one.why}".strip(), limit=800)),
        line(part(f"Who: {one.owner_role or 'not said'}. By {words.day(one.due)}."), *_support(one)),
    ]
    state = _ACTION_STATES.get(one.state, "")
    facts += [line(part("Comment: ", bold=True), part(one.note, limit=LONGEST))] if one.note else []
    facts += [line(part(state, bold=True), *_owner(one))] if state else []
    return [rich(*facts), *rows(_doings(one, view))]


def _support(one: PlanLine) -> list[Block]:
    return [part(f" Support: {one.support.rstrip('.')}.", limit=600)] if one.support else []


def _owner(one: PlanLine) -> list[Block]:
    if not one.owner:
        return []
    return [part(" by "), person(one.owner) if is_user(one.owner) else part(one.owner, limit=100)]


def _doings(one: PlanLine, view: PlanView) -> list[Block]:
    value = actions.value(a=one.id)
    if view.may_edit:
        drop = button("Take out", actions.PLAN_DROP, value, confirm=_DROP)
        return [button("Change", actions.PLAN_CHANGE, value, label=f"Change action: {one.action}"), drop]
    if not view.may_accept:
        return []
    accept = button("Accept", actions.PLAN_ACCEPT, value, style="primary", label=f"Accept action: {one.action}")
    decline = button("Not for us", actions.PLAN_DECLINE, value)
    done = button("Done", actions.PLAN_DONE, value, style="primary", label=f"Done: {one.action}")
    undone = button("Not done yet", actions.PLAN_UNDONE, value)
    return {"proposed": [accept, decline], "accepted": [done, decline], "declined": [accept], "done": [undone]}.get(
        one.state, []
    )


_DROP = confirm("Take this action out?", "It goes from the plan.", "Take out", "Keep it")


def _buttons(view: PlanView) -> list[Block]:
    found = []
    if address := safe.url(view.address):
        found.append(link_button("Read it in the browser", actions.nth(actions.OPEN_LINK, 1), address))
    if view.may_edit and len(view.actions) < MOST:
        found.append(button("Add an action", actions.PLAN_CHANGE, actions.value()))
    if view.may_withdraw:
        found.append(button("Take the plan back", actions.PLAN_WITHDRAW, actions.value()))
    return found


MOST = 12  # records.plans.MOST


def _ending(view: PlanView) -> list[Block]:
    if view.may_approve:
        box = text_input(lines=True, limit=LONGEST)
        back = button("Send back", actions.PLAN_SEND_BACK, actions.value())
        return [asked(NOTE, "A note to the practice", box, optional=True), *rows([back])]
    if view.may_submit:
        return [context("Sending the plan shares the whole assessment with the officers of the LMC.")]
    return []


# --- changing one ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActionView:
    """The form for an action. `criteria` and `horizons` (id to name) are asked of a new one only."""

    metadata: str
    action: str = ""
    owner_role: str = ""
    due: str = ""
    support: str = ""
    note: str = ""
    criteria: Sequence[tuple[str, str]] = ()
    horizons: Sequence[tuple[str, str]] = ()


def action_modal(view: ActionView) -> View:
    """Callback ACTION_VIEW; the inputs are ACTION, OWNER_ROLE, DUE, SUPPORT and COMMENT.

    Of a new one CRITERION and HORIZON are asked too, and no COMMENT.
    """
    which = [
        asked(CRITERION, "Which criterion is it for?", select([option(*one) for one in view.criteria])),
        asked(HORIZON, "When does it belong?", select(options_of(dict(view.horizons)))),
    ]
    blocks = [
        *(which if view.criteria else []),
        asked(ACTION, "What is to be done?", text_input(view.action, limit=LONGEST, least=1)),
        asked(OWNER_ROLE, "Whose task is it?", text_input(view.owner_role, limit=LONGEST, least=1),
              hint="A role, such as practice manager; not the name of a person."),
        asked(DUE, "By when?", {"type": "datepicker", **({"initial_date": view.due} if view.due else {})}),
        asked(SUPPORT, "What support is needed?", text_input(view.support, limit=LONGEST), optional=True),
        *([] if view.criteria else [
            asked(COMMENT, "A comment on this action", text_input(view.note, lines=True, limit=LONGEST), optional=True)
        ]),
    ]  # fmt: skip
    title = "A new action" if view.criteria else "Change an action"
    return modal(actions.ACTION_VIEW, title, blocks, submit="Save", close="Back", metadata=view.metadata)


def accept_modal(metadata: str, action: str, people: Sequence[tuple[str, str]], chosen: str) -> View:
    """Callback ACCEPT_VIEW; the input is OWNER, a member of the practice."""
    options = [option(member, name) for member, name in people]
    blocks = [
        said(action, bold=True, limit=600),
        asked(OWNER, "Who does it?", select(options, chosen), hint="I remind this person before it is due."),
    ]
    return modal(actions.ACCEPT_VIEW, "Accept an action", blocks, submit="Accept", close="Back", metadata=metadata)


# --- messages ----------------------------------------------------------------------------------------------------


def approved(practice: str, count: int, assessment_id: str, note: str) -> Message:
    """To the people of the practice."""
    sentence = (
        f"The LMC has approved the action plan of {_name(practice)}, with {words.count(count, 'action')}. Open it to "
        "say which of them you take on."
    )
    return _told(sentence, assessment_id, note)


def sent_back(practice: str, assessment_id: str, note: str) -> Message:
    """To the people of the practice."""
    return _told(f"The LMC asks {_name(practice)} to look at its action plan again.", assessment_id, note)


def _told(sentence: str, assessment_id: str, note: str) -> Message:
    writes = safe.clip(safe.one_line(note), LONGEST)
    text = f"{sentence} The LMC writes: {writes}" if writes else sentence
    quoted = [rich(line(part("The LMC writes: ", bold=True), part(writes)))] if writes else []
    return limits.message(text, [said(sentence), *quoted, *rows([_open(assessment_id)])])


def reminder(practice: str, action: str, due: dt.date, days: int, action_id: str, assessment_id: str) -> Message:
    """To who does an action: it is due soon, or it is overdue. `days` until it is due, below zero when it is past."""
    when = f"is due on {words.day(due)}, in {words.count(days, 'day')}"
    if days == 0:
        when = f"is due today, {words.day(due)}"
    if days < 0:
        when = f"was due on {words.day(due)}, {words.count(-days, 'day')} ago"
    sentence = f"An action of the plan of {_name(practice)} {when}:"
    done = button("Done", actions.PLAN_DONE, actions.value(a=action_id, i=assessment_id), style="primary")
    what = safe.clip(safe.one_line(action), LONGEST)
    return limits.message(
        f"{sentence} {what}", [said(sentence), said(what, bold=True), *rows([done, _open(assessment_id)])]
    )


def _open(assessment_id: str) -> Block:
    return button("Open the plan", actions.PLAN_OPEN, actions.value(i=assessment_id))


def _name(practice: str) -> str:
    return safe.clip(safe.one_line(practice), 100)
