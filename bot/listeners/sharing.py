"""Who sees what has been filled in and who works on it: sharing it and taking that back, colleagues, deleting it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App

from assess.errands import ADDED, ADMITTED, OFFICERS, SHOWN
from assess.model import LMC, May, Opened, Practice, Who
from bot import actions
from bot.answering import RECHECK_S
from bot.assessing import address, refusal
from bot.listeners import errands, home
from bot.listeners.assessments import add_practice
from bot.listeners.clicks import click_of
from bot.listeners.screens import Answer, Visit, changes, errors, opens, redraw, sends, update, visit_of
from bot.model import Message, View
from bot.parts import Parts
from bot.render import assessment as pages
from bot.render import practice, words
from bot.render import standing as forms
from corpus.errors import AssessmentError, AssessmentRefused, NotYours
from corpus.model import Audience
from records.inbox import Item
from scoring.form import progress
from scoring.instrument import Kind

log = logging.getLogger(__name__)

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
    opens(app, actions.any_of(actions.PRACTICE_OWN), _people, parts)
    opens(app, actions.PRACTICE_ADMIT, _whom_to_admit, parts)
    sends(app, actions.ADMIT_VIEW, _admitted, parts)
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
    return any(one.id == opened.practice.id for one in parts.assessing.practices(who))


def _share(visit: Visit, parts: Parts) -> View:
    parts.assessing.share(visit.who, visit.id("i"), LMC)
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
    redraw(parts, visit.root_id, _more(visit, parts, "They can see it on their Home with me, and are told so."))
    return {}


def _is_ours(user: str, visit: Visit, parts: Parts) -> bool:
    return not refusal(parts.people.person(visit.who.team, user), parts)


# --- who works on it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A practice of somebody's, and the assessment by which they came to its people, if they did."""

    practice: Practice
    opened: Opened | None = None

    @property
    def can_invite(self) -> bool:
        """A link leads to an assessment; to what is private, it would let in whoever makes it."""
        return self.opened is not None and not self.opened.assessment.is_personal


def _place(visit: Visit, parts: Parts) -> _Place:
    """Raises: NotYours."""
    if visit.id("i"):
        opened = parts.assessing.open(visit.who, visit.id("i"))
        return _Place(opened.practice, opened)
    own = (one for one in parts.assessing.practices(visit.who) if one.id == visit.id("p"))
    found = next(own, None)
    if found is None:
        raise NotYours
    return _Place(found)


def _people(visit: Visit, parts: Parts) -> View:
    place = _place(visit, parts)
    found = parts.assessing.members(visit.who, place.practice.id)
    whose = {"i": place.opened.assessment.id} if place.opened else {"p": place.practice.id}
    return forms.people_modal(
        forms.PeopleView(
            actions.value(**whose),
            place.practice.name,
            [forms.Somebody(one.member, one.name, one.member == visit.who.member) for one in found],
            can_invite=parts.passes is not None and place.can_invite,
        )
    )


def _remove(visit: Visit, parts: Parts) -> View:
    place = _place(visit, parts)
    member = visit.id("m")
    parts.assessing.remove_member(visit.who, place.practice.id, member)
    if member == visit.who.member:
        return pages.notice_modal("Colleagues", f"You have left {place.practice.name}.")
    return _people(visit, parts)


def _add_colleague(visit: Visit, parts: Parts) -> Answer:
    """Add somebody in Slack, or make a link for somebody without."""
    colleague, guest = visit.given.text(forms.COLLEAGUE), visit.given.text(forms.GUEST)
    if bool(colleague) == bool(guest):
        return errors(
            {forms.COLLEAGUE: forms.ONE_OF_BOTH if forms.GUEST in visit.given.values else forms.NOBODY_CHOSEN}
        )
    place = _place(visit, parts)
    if guest:
        return _invite(visit, place, guest, parts)
    if not _is_ours(colleague, visit, parts):
        return errors({forms.COLLEAGUE: forms.NOT_A_COLLEAGUE})
    parts.assessing.add_member(visit.who, place.practice.id, colleague)
    return update(_people(visit, parts))


def _invite(visit: Visit, place: _Place, name: str, parts: Parts) -> Answer:
    if place.opened is None or not place.can_invite or parts.passes is None:
        return errors({forms.COLLEAGUE: forms.NOBODY_CHOSEN})
    try:
        made = parts.assessing.invite(visit.who, place.practice.id, name)
    except AssessmentRefused as refused:
        return errors({forms.GUEST: str(refused)})
    where = address(Who(visit.who.team, made.member), place.opened.assessment.id, parts)
    return update(forms.invited_modal(made.name, where))


# --- an officer lets the first person in -------------------------------------------------------------------------


def _whom_to_admit(visit: Visit, parts: Parts) -> View:
    found = parts.assessing.without_members(visit.who)
    if not found:
        return pages.notice_modal(practice.TITLE, practice.NONE_EMPTY)
    return practice.admit_modal([(one.id, one.name, one.code) for one in found])


def _admitted(visit: Visit, parts: Parts) -> Answer:
    chosen, member = visit.given.chosen(practice.WHICH), visit.given.text(practice.WHOM)
    if not _is_ours(member, visit, parts):
        return errors({practice.WHOM: forms.NOT_A_COLLEAGUE})
    try:
        parts.assessing.admit(visit.who, chosen, member)
    except AssessmentRefused as refused:
        return errors({practice.WHOM: str(refused)})
    return update(pages.notice_modal(practice.TITLE, practice.ADMITTED))


def work_added(item: Item, parts: Parts) -> None:
    """Tell somebody that a colleague has put them into a practice, if they are still in it. Raises: TryLater."""
    _tell_joined(item, parts, forms.added)


def work_admitted(item: Item, parts: Parts) -> None:
    """Tell somebody that an officer has let them into a practice, if they are still in it. Raises: TryLater."""
    _tell_joined(item, parts, practice.admitted)


def _tell_joined(item: Item, parts: Parts, say: Callable[[str, str], Message]) -> None:
    errand = errands.named(item)
    own = parts.assessing.practices(Who(errand["team"], errand["user"]))
    joined = next((one for one in own if one.id == errand["practice"]), None)
    if joined:
        errands.post(item, parts, say(errand["by"], joined.name), "added", parts.poster.direct(errand["user"]))
        home.publish(parts, errand["team"], errand["user"])


def work_shown(item: Item, parts: Parts) -> None:
    """Tell somebody that they may see an assessment, if they still may. Raises: TryLater."""
    errand = errands.named(item)
    who = Who(errand["team"], errand["user"])
    try:
        opened = parts.assessing.open(who, errand["assessment"])
    except AssessmentError:
        return  # deleted, or withdrawn, in the meantime
    message = forms.shown(errand["by"], opened.practice.name, opened.instrument.title)
    errands.post(item, parts, message, "shown", parts.poster.direct(who.member))
    home.publish(parts, who.team, who.member)


def _added(visit: Visit, parts: Parts) -> Answer:
    """Another practice of somebody's."""
    made = add_practice(visit, parts)
    return {} if isinstance(made, str) else made


# --- the officers' channel ---------------------------------------------------------------------------------------


def work_officers(item: Item, parts: Parts) -> None:
    """Say in the officers' channel what has been shared with them, if it still is. Raises: TryLater."""
    errand, channel = errands.named(item), parts.settings.officers_channel
    if not channel:
        return  # Home shows it to each officer
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


WORK = {ADDED: work_added, ADMITTED: work_admitted, SHOWN: work_shown, OFFICERS: work_officers}
