"""Who sees what has been filled in and who works on it: sharing it and taking that back, colleagues, deleting it."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import Ack, App

from assess.model import LMC, May, Opened, Who
from bot import actions
from bot.answering import RECHECK_S
from bot.assessing import address, refusal
from bot.listeners import errands, home
from bot.listeners.assessments import add_practice
from bot.listeners.clicks import click_of
from bot.listeners.screens import Answer, Visit, changes, errors, opens, sends, update, visit_of
from bot.model import View
from bot.parts import Parts
from bot.render import assessment as pages
from bot.render import standing as forms
from bot.render import words
from corpus.errors import AssessmentError, AssessmentRefused, NotYours
from corpus.model import Audience
from records.inbox import Item
from scoring.form import progress
from scoring.instrument import Kind

log = logging.getLogger(__name__)

ADDED, OFFICERS = "practice_added", "assessment_officers"
GONE = "It is deleted."


def register(app: App, parts: Parts) -> None:
    opens(app, actions.ASSESSMENT_MORE, _more, parts)
    changes(app, actions.ASSESSMENT_SHARE, _share, parts)
    changes(app, actions.any_of(actions.ASSESSMENT_UNSHARE), _unshare, parts)
    changes(app, actions.ASSESSMENT_COUNT, _count, parts)
    changes(app, actions.ASSESSMENT_CONSENT, _consent, parts)
    changes(app, actions.ASSESSMENT_REOPEN, _reopen, parts, at_home=True)
    opens(app, actions.ASSESSMENT_SHOW, _whom, parts, push=True)
    sends(app, actions.SHOW_VIEW, _shown, parts)
    opens(app, actions.PRACTICE_PEOPLE, _people, parts, push=True)
    changes(app, actions.any_of(actions.PRACTICE_REMOVE), _remove, parts, at_home=True)
    sends(app, actions.PEOPLE_VIEW, _add_colleague, parts)
    opens(app, actions.PRACTICE_ADD, lambda _visit, _parts: pages.practice_modal(), parts)
    sends(app, actions.PRACTICE_VIEW, _added, parts, at_home=True)

    def delete(ack: Ack, body: dict[str, Any]) -> None:
        notice = _delete(body, parts)
        ack()
        home.publish(parts, body["team"]["id"], body["user"]["id"], notice=notice)

    app.action(actions.ASSESSMENT_DELETE)(delete)


def _delete(body: dict[str, Any], parts: Parts) -> str:
    """What Home says when somebody has pressed Delete."""
    click = click_of(body)
    visit = visit_of(click, body, parts)
    if not isinstance(visit, Visit):
        return refusal(parts.people.person(click.team, click.user), parts)
    try:
        parts.assessing.delete(visit.who, visit.id("i"))
    except AssessmentError as error:
        return str(error)
    return GONE


# --- who sees it -------------------------------------------------------------------------------------------------


def _more(visit: Visit, parts: Parts, told: str = "") -> View:
    """All that can be done with one beside filling it in."""
    opened = parts.assessing.open(visit.who, visit.id("i"))
    desk, one, may = parts.assessing, opened.assessment, opened.may
    readers = [share.reader for share in desk.shares(visit.who, one.id)] if May.SHARE in may else []
    is_healthcheck = one.kind == Kind.HEALTHCHECK and not one.is_open and May.SHARE in may
    return forms.more_modal(
        forms.MoreView(
            actions.value(i=one.id),
            pages.short_title(opened.instrument),
            opened.practice.name,
            _state(opened),
            with_lmc=LMC in readers if May.SHARE in may else None,
            readers=[reader for reader in readers if reader != LMC],
            counted=desk.has_counted(visit.who, one.id) if is_healthcheck else None,
            consented=desk.has_consented(visit.who, one.id) if May.CONSENT in may else None,
            has_team=one.is_personal,
            may_reopen=May.REOPEN in may,
            people=len(desk.members(visit.who, opened.practice.id)) if _is_member(visit.who, opened, parts) else None,
            told=told,
        )
    )


def _state(opened: Opened) -> str:
    finished = opened.assessment.finished
    if finished is None:
        return pages.answered_words(progress(opened.instrument, opened.responses))
    return f"Finished on {words.day(finished.date())}"


def _is_member(who: Who, opened: Opened, parts: Parts) -> bool:
    return any(practice.id == opened.practice.id for practice in parts.assessing.practices(who))


def _share(visit: Visit, parts: Parts) -> View:
    parts.assessing.share(visit.who, visit.id("i"), LMC)
    tell_officers(visit, visit.id("i"), parts)
    return _more(visit, parts, "It is shared with the officers of the LMC.")


def _unshare(visit: Visit, parts: Parts) -> View:
    reader = visit.id("r")
    parts.assessing.unshare(visit.who, visit.id("i"), reader)
    return _more(visit, parts, "The LMC cannot see it any more." if reader == LMC else "They cannot see it any more.")


def _count(visit: Visit, parts: Parts) -> View:
    parts.assessing.count_in(visit.who, visit.id("i"), counted=visit.click.named.get("y") == 1)
    return _more(visit, parts, "That is changed.")


def _consent(visit: Visit, parts: Parts) -> View:
    parts.assessing.consent(visit.who, visit.id("i"), named=visit.click.named.get("y") == 1)
    return _more(visit, parts, "That is changed.")


def _reopen(visit: Visit, parts: Parts) -> View:
    parts.assessing.reopen(visit.who, visit.id("i"))
    return pages.notice_modal("Open again", "It is open again: press “Continue” on my Home. The report changes then.")


def _whom(visit: Visit, _parts: Parts) -> View:
    return forms.show_modal(actions.value(i=visit.id("i")))


def _shown(visit: Visit, parts: Parts) -> Answer:
    """Let one person see it."""
    reader = visit.given.text(forms.READER)
    if not reader:
        return errors({forms.READER: forms.NOBODY_CHOSEN})
    if not _is_ours(reader, visit, parts):
        return errors({forms.READER: forms.NOT_A_COLLEAGUE})
    parts.assessing.share(visit.who, visit.id("i"), reader)
    parts.client.views_update(view_id=visit.root_id, view=_more(visit, parts, "They can see it on their Home with me."))
    return {}


def _is_ours(user: str, visit: Visit, parts: Parts) -> bool:
    return not refusal(parts.people.person(visit.who.team, user), parts)


# --- who works on it ---------------------------------------------------------------------------------------------


def _people(visit: Visit, parts: Parts) -> View:
    opened = parts.assessing.open(visit.who, visit.id("i"))
    found = parts.assessing.members(visit.who, opened.practice.id)
    return forms.people_modal(
        forms.PeopleView(
            actions.value(i=opened.assessment.id),
            opened.practice.name,
            [forms.Somebody(one.member, one.name, one.member == visit.who.member) for one in found],
            # A link of their own would let whoever makes it read what is private.
            can_invite=parts.passes is not None and not opened.assessment.is_personal,
        )
    )


def _remove(visit: Visit, parts: Parts) -> View:
    opened = parts.assessing.open(visit.who, visit.id("i"))
    member = visit.id("m")
    parts.assessing.remove_member(visit.who, opened.practice.id, member)
    if member == visit.who.member:
        return pages.notice_modal("Colleagues", f"You have left {opened.practice.name}.")
    return _people(visit, parts)


def _add_colleague(visit: Visit, parts: Parts) -> Answer:
    """Add somebody in Slack, or make a link for somebody without."""
    colleague, guest = visit.given.text(forms.COLLEAGUE), visit.given.text(forms.GUEST)
    if bool(colleague) == bool(guest):
        return errors({forms.COLLEAGUE: forms.ONE_OF_BOTH})
    opened = parts.assessing.open(visit.who, visit.id("i"))
    if guest:
        return _invite(visit, opened, guest, parts)
    if not _is_ours(colleague, visit, parts):
        return errors({forms.COLLEAGUE: forms.NOT_A_COLLEAGUE})
    parts.assessing.add_member(visit.who, opened.practice.id, colleague)
    errands.leave(
        ADDED, f"{visit.view_id}:{colleague}", parts, team=visit.who.team, user=colleague, by=visit.who.member,
        practice=opened.practice.id,
    )  # fmt: skip
    return update(_people(visit, parts))


def _invite(visit: Visit, opened: Opened, name: str, parts: Parts) -> Answer:
    if opened.assessment.is_personal or parts.passes is None:
        return errors({forms.COLLEAGUE: forms.NOBODY_CHOSEN})
    try:
        made = parts.assessing.invite(visit.who, opened.practice.id, name)
    except AssessmentRefused as refused:
        return errors({forms.GUEST: str(refused)})
    where = address(Who(visit.who.team, made.member), opened.assessment.id, parts)
    return update(forms.invited_modal(made.name, where))


def work_added(item: Item, parts: Parts) -> None:
    """Tell somebody that a colleague has put them into a practice, if they are still in it. Raises: TryLater."""
    errand = errands.named(item)
    own = parts.assessing.practices(Who(errand["team"], errand["user"]))
    practice = next((one for one in own if one.id == errand["practice"]), None)
    if practice:
        message = forms.added(errand["by"], practice.name)
        errands.post(item, parts, message, "added", parts.poster.direct(errand["user"]))
        home.publish(parts, errand["team"], errand["user"])


def _added(visit: Visit, parts: Parts) -> Answer:
    """Another practice of somebody's."""
    made = add_practice(visit, parts)
    return {} if isinstance(made, str) else made


# --- the officers' channel ---------------------------------------------------------------------------------------


def tell_officers(visit: Visit, assessment_id: str, parts: Parts) -> None:
    """Leave a note for the officers, where they have a channel."""
    if parts.settings.officers_channel:
        key = f"{visit.click.trigger_id or visit.view_id}:{assessment_id}"
        errands.leave(
            OFFICERS, key, parts, team=visit.who.team, user=visit.who.member, assessment=assessment_id
        )  # fmt: skip


def work_officers(item: Item, parts: Parts) -> None:
    """Say in the officers' channel what has been shared with them, if it still is. Raises: TryLater."""
    errand, channel = errands.named(item), parts.settings.officers_channel
    who, assessment_id = Who(errand["team"], errand["user"]), errand["assessment"]
    place = parts.people.place(who.team, channel, max_age_s=RECHECK_S)
    if place.refused or not Audience.OFFICER.admits(place.clearance):
        log.warning("the officers' channel is open to others", extra={"assessment": assessment_id})
        return
    try:
        opened = parts.assessing.open(who, assessment_id)
        is_shared = any(share.reader == LMC for share in parts.assessing.shares(who, assessment_id))
    except NotYours:
        return  # deleted, or they have left, in the meantime
    if is_shared:
        is_plan = May.WITHDRAW in opened.may
        message = forms.for_officers(opened.practice.name, opened.instrument.title, assessment_id, is_plan=is_plan)
        errands.post(item, parts, message, "officers", channel)


WORK = {ADDED: work_added, OFFICERS: work_officers}
