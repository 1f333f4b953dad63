"""Asking a person: to the officers' channel with what the asker agrees to share, and words passed on both ways."""

from __future__ import annotations

import datetime as dt
import json
import logging
import uuid
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from answer.answerer import LONGEST_QUESTION
from bot import actions, answering
from bot.listeners import errands
from bot.listeners.clicks import Click, answer_of, answer_seen_by, cited, click_of, form_of
from bot.model import Message, Outgoing, Question, Surface
from bot.parts import Parts, TryLater
from bot.post import Refused
from bot.receive import plain, question_of, typed_patient_data
from bot.render import ask as words
from bot.render import escalation as forms
from bot.render import relay as notices
from bot.render.forms import Filled, filled
from bot.render.words import OUTCOME
from corpus.model import Audience
from records.answers import MAY_HELP, Kept
from records.escalations import CLOSED, OPEN, Escalation
from records.inbox import Item

log = logging.getLogger(__name__)

POST, CLAIM, REPLY, ASSIGN, CLOSE, REMIND = (
    "escalation_post", "escalation_claim", "escalation_reply", "escalation_assign", "escalation_close",
    "escalation_reminder",
)  # fmt: skip
RELAY = "relay"

# The form must open within three seconds, so it may show what we knew of the officers' channel a while ago; what is
# posted there is decided anew.
FORM_AGE_S = 900.0
# A conversation with the asker that has not begun so long after they asked never will.
UNREACHABLE = dt.timedelta(minutes=2)


def register(app: App, parts: Parts) -> None:
    def wanted(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        _open_form(click_of(body), parts)

    def asked(ack: Ack, body: dict[str, Any]) -> None:
        errors = _ask(form_of(body), filled(body["view"]), parts)
        if errors:
            ack(response_action="errors", errors=errors)
        else:
            ack()

    def pressed(kind: str) -> Any:
        def listener(ack: Ack, body: dict[str, Any]) -> None:
            click = click_of(body)
            named = {"escalation": click.id("e"), "channel_id": click.channel}
            errands.leave(kind, click.trigger_id, parts, team=click.team, user=click.user, **named)
            ack()

        return listener

    app.action(actions.ASK_PERSON)(wanted)
    app.view(actions.ESCALATION_VIEW)(asked)
    app.action(actions.ESCALATION_CLAIM)(pressed(CLAIM))
    app.action(actions.ESCALATION_CLOSE)(pressed(CLOSE))
    _register_forms(app, parts)


def _register_forms(app: App, parts: Parts) -> None:
    """The officers' buttons that open a form, and the forms."""

    def reply(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        _open_reply(click_of(body), parts)

    def replied(ack: Ack, body: dict[str, Any]) -> None:
        errors = _reply(form_of(body), filled(body["view"]), parts)
        if errors:
            ack(response_action="errors", errors=errors)
        else:
            ack()

    def assign(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        _open_assign(click_of(body), parts)

    def assigned(ack: Ack, body: dict[str, Any]) -> None:
        errors = _assign(form_of(body), filled(body["view"]), parts)
        if errors:
            ack(response_action="errors", errors=errors)
        else:
            ack()

    app.action(actions.ESCALATION_REPLY)(reply)
    app.view(actions.ESCALATION_REPLY_VIEW)(replied)
    app.action(actions.ESCALATION_ASSIGN)(assign)
    app.view(actions.ESCALATION_ASSIGN_VIEW)(assigned)


# --- asking ------------------------------------------------------------------------------------------------------


def _open_form(click: Click, parts: Parts) -> None:
    """The form with all that will be shown to the officers."""
    kept, clearance = answer_of(click, parts), _clearance(click.team, parts)
    if kept is None or clearance is None:
        message = words.note(NOT_KEPT) if clearance else forms.no_officers_channel()
        errands.whisper(parts, message, click.user, click.channel, click.thread_ts)
        return
    found = cited(kept, clearance, parts)
    form = forms.AskPerson(
        actions.value(a=kept.id),
        kept.question,
        _attempt(kept, found.hidden),
        [document.title for document in found.documents],
        parts.settings.escalation_hours,
    )
    parts.client.views_open(trigger_id=click.trigger_id, view=forms.ask_modal(form))


NOT_KEPT = "I no longer have this answer. Ask the question again, and press the button under the new answer."


def _clearance(team: str, parts: Parts, max_age_s: float = FORM_AGE_S) -> Audience | None:
    """What everybody in the officers' channel may read; None where there is no such channel, or strangers are in it."""
    channel = parts.settings.officers_channel
    if not channel:
        return None
    place = parts.people.place(team, channel, max_age_s=max_age_s)
    return None if place.refused else place.clearance


def _attempt(kept: Kept, hidden: int) -> str:
    """What the assistant replied, in a sentence; without its words where they quote what officers may not read."""
    outcome = OUTCOME.get(kept.outcome, kept.outcome)
    if kept.outcome not in {"answer", MAY_HELP} or hidden or not kept.text:
        return outcome
    claims = json.loads(kept.text).get("claims") or []
    if not claims:
        return outcome
    return f"{outcome}: {claims[0]['text']}" if kept.outcome == MAY_HELP else str(claims[0]["text"])


def _ask(form: Click, given: Filled, parts: Parts) -> dict[str, str]:
    """Store a question for the officers; or what is to be said at a field."""
    shared, topic = given.text(forms.SHARED), given.text(forms.TOPIC)
    errors = _wrong(forms.SHARED, shared)
    kept = answer_seen_by(form, parts)
    if kept is None and not errors:
        errors = {forms.SHARED: NOT_KEPT}
    if errors or kept is None:
        return errors
    # The same form sent twice opens one.
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"escalation/{form.team}/{form.view_id}").hex
    parts.records.escalations.open(
        id=name, team=form.team, user=form.user, shared=shared, answer_id=kept.id,
        topic=topic if topic in forms.TOPICS else "other", urgent=given.text(forms.URGENCY) == forms.URGENT,
    )  # fmt: skip
    errands.leave(POST, name, parts, team=form.team, user=form.user, escalation=name)
    return {}


def _wrong(field: str, text: str) -> dict[str, str]:
    if not plain(text):
        return {field: forms.EMPTY}
    return {field: forms.NO_PATIENT_DATA_ERROR} if typed_patient_data(text) else {}


def work_post(item: Item, parts: Parts) -> None:
    """Post the question in the officers' channel and tell the asker. Raises: TryLater."""
    escalation = _named(item, parts)
    if escalation is None or escalation.state == CLOSED:
        return
    if _clearance(escalation.team, parts, answering.RECHECK_S) is None:
        errands.post(item, parts, forms.not_sent(NOBODY), "not-sent", parts.poster.direct(escalation.user))
        parts.records.escalations.close(escalation.id)
        return
    if not escalation.ts:
        _post(escalation, parts, maybe_sent=item.attempts > 1)
    if not escalation.direct_channel:
        _begin_conversation(item, escalation, parts)


NOBODY = "There is no channel where only LMC officers read."


def _post(escalation: Escalation, parts: Parts, *, maybe_sent: bool) -> None:
    message = forms.post(_shown(escalation, parts))
    outgoing = Outgoing(parts.settings.officers_channel, message, "", escalation.id)
    posted = parts.poster.post(outgoing, maybe_sent=maybe_sent)
    parts.records.escalations.posted(escalation.id, posted.channel, posted.ts)
    parts.records.audit.note(escalation.user, "escalation.opened", escalation.id)


def _begin_conversation(item: Item, escalation: Escalation, parts: Parts) -> None:
    """Tell the asker, in the thread of their answer where that is a direct message: there they are answered."""
    message = forms.sent_to_officers(parts.settings.escalation_hours)
    channel, thread_ts = _own_thread(escalation, parts)
    try:
        posted = errands.post(item, parts, message, "sent", channel or parts.poster.direct(escalation.user), thread_ts)
    except Refused as refused:
        log.warning("the asker cannot be written to", extra={"escalation": escalation.id, "error": refused.error})
        errands.post(item, parts, notices.unreachable(), "unreachable", *_thread(escalation.id, parts))
        return
    parts.records.escalations.moved(escalation.id, posted.channel, thread_ts or posted.ts)


def _own_thread(escalation: Escalation, parts: Parts) -> tuple[str, str]:
    """The asker's direct message and thread with the answer; empty where it stands elsewhere."""
    kept = parts.records.answers.get(escalation.answer_id)
    if kept is None or kept.user != escalation.user or not kept.reply_channel.startswith("D"):
        return "", ""
    same = kept.channel == kept.reply_channel and kept.thread_ts
    return kept.reply_channel, kept.thread_ts if same else kept.reply_ts


def _thread(escalation_id: str, parts: Parts) -> tuple[str, str]:
    now = parts.records.escalations.get(escalation_id)
    return (now.channel, now.ts) if now else ("", "")


def _shown(escalation: Escalation, parts: Parts) -> forms.OfficersPost:
    """The officers' message as things are; it names only documents that everybody in their channel may read."""
    kept = parts.records.answers.get(escalation.answer_id)
    clearance = _clearance(escalation.team, parts, answering.RECHECK_S) or Audience.PUBLIC
    found = cited(kept, clearance, parts) if kept else None
    return forms.OfficersPost(
        escalation.id,
        escalation.user,
        escalation.topic,
        escalation.urgent,
        escalation.shared,
        escalation.opened,
        reply=_attempt(kept, found.hidden) if kept and found else "",
        documents=[document.title for document in found.documents] if found else (),
        hidden=found.hidden if found else 0,
        state=escalation.state,
        officer=escalation.officer,
    )


# --- the officers' buttons ---------------------------------------------------------------------------------------


def _is_officer_of(escalation: Escalation, team: str, user: str, parts: Parts) -> bool:
    """Whether somebody may act on a question: an officer, at this moment, in the channel where it stands."""
    if team != escalation.team or not escalation.channel:
        return False
    person = parts.people.person(team, user)
    return person.is_officer and not person.is_external and parts.people.is_member(escalation.channel, user)


def _taken_by(click: Click, parts: Parts) -> Escalation | None:
    """The question that a button of the officers' message stands for, for an officer; others are told that no."""
    escalation = parts.records.escalations.get(click.id("e"))
    if escalation is None or not _is_officer_of(escalation, click.team, click.user, parts):
        errands.whisper(parts, forms.only_officers(), click.user, click.channel)
        return None
    if escalation.state == CLOSED:
        errands.whisper(parts, forms.closed_already(), click.user, escalation.channel)
        return None
    return escalation


def _acting(item: Item, parts: Parts) -> Escalation | None:
    """The question of an officer's errand; None, and they are told, when they may not act on it."""
    errand = errands.named(item)
    escalation = _named(item, parts)
    if escalation and _is_officer_of(escalation, errand["team"], errand["user"], parts):
        return escalation
    errands.tell_alone(parts, forms.only_officers(), errand["user"], errand.get("channel_id", ""))
    return None


def _named(item: Item, parts: Parts) -> Escalation | None:
    return parts.records.escalations.get(errands.named(item)["escalation"])


def work_claim(item: Item, parts: Parts) -> None:
    """An officer takes a question: the first one gets it. Raises: TryLater."""
    before, officer = _acting(item, parts), errands.named(item)["user"]
    if before is None:
        return
    new = parts.records.escalations.claim(before.id, officer)
    now = parts.records.escalations.get(before.id) or before
    if new:
        parts.records.audit.note(officer, "escalation.claimed", now.id)
    elif now.state == CLOSED:
        errands.tell_alone(parts, forms.closed_already(), officer, now.channel)
        return
    elif now.officer != officer or item.attempts == 1:
        errands.tell_alone(parts, forms.taken_already(now.officer), officer, now.channel)
        return
    _refresh(now, parts)
    errands.post(item, parts, forms.claimed_note(officer, now.user), "claimed", now.channel, now.ts)
    _tell(item, parts, now, forms.taken(officer), "taken")


def work_close(item: Item, parts: Parts) -> None:
    """An officer closes a question; both sides are told. Raises: TryLater."""
    before, officer = _acting(item, parts), errands.named(item)["user"]
    if before is None:
        return
    if parts.records.escalations.close(before.id):
        parts.records.audit.note(officer, "escalation.closed", before.id)
    elif item.attempts == 1:
        errands.tell_alone(parts, forms.closed_already(), officer, before.channel)
        return
    now = parts.records.escalations.get(before.id) or before
    _refresh(now, parts)
    errands.post(item, parts, forms.closed_note(officer), "closed_note", now.channel, now.ts)
    _tell(item, parts, now, forms.closed(officer), "closed")


def _open_reply(click: Click, parts: Parts) -> None:
    escalation = _taken_by(click, parts)
    if escalation is None:
        return
    if escalation.officer != click.user:
        message = forms.only_claimer(escalation.officer) if escalation.officer else forms.not_taken_yet(escalation.user)
        errands.whisper(parts, message, click.user, escalation.channel)
        return
    view = forms.reply_modal(actions.value(e=escalation.id), escalation.user)
    parts.client.views_open(trigger_id=click.trigger_id, view=view)


def _reply(form: Click, given: Filled, parts: Parts) -> dict[str, str]:
    text = given.text(forms.REPLY)
    if errors := _wrong(forms.REPLY, text):
        return errors
    errands.leave(
        REPLY, form.view_id, parts, team=form.team, user=form.user, escalation=form.id("e"), words=text
    )  # fmt: skip
    return {}


def work_reply(item: Item, parts: Parts) -> None:
    """Pass on what an officer wrote in the form, and show the other officers what was said. Raises: TryLater."""
    escalation, errand = _acting(item, parts), errands.named(item)
    if escalation is None:
        return
    officer = errand["user"]
    if (refusal := _cannot_reply(escalation, officer)) is not None:
        errands.tell_alone(parts, refusal, officer, escalation.channel)
        return
    if _tell(item, parts, escalation, forms.relayed(officer, errand["words"], by_officer=True), "reply"):
        errands.post(item, parts, forms.echo(officer, errand["words"]), "echo", escalation.channel, escalation.ts)


def _cannot_reply(escalation: Escalation, officer: str) -> Message | None:
    """Why an officer's words are not passed on; None when they are."""
    if escalation.state == CLOSED:
        return forms.closed_already()
    if escalation.state == OPEN:
        return forms.not_taken_yet(escalation.user)
    return None if escalation.officer == officer else forms.only_claimer(escalation.officer)


def _open_assign(click: Click, parts: Parts) -> None:
    escalation = _taken_by(click, parts)
    if escalation:
        view = forms.assign_modal(actions.value(e=escalation.id))
        parts.client.views_open(trigger_id=click.trigger_id, view=view)


def _assign(form: Click, given: Filled, parts: Parts) -> dict[str, str]:
    officer, escalation = given.text(forms.OFFICER), parts.records.escalations.get(form.id("e"))
    if escalation is None or not officer or not _is_officer_of(escalation, form.team, officer, parts):
        return {forms.OFFICER: forms.NOT_AN_OFFICER}
    errands.leave(
        ASSIGN, form.view_id, parts, team=form.team, user=form.user, escalation=escalation.id, officer=officer
    )  # fmt: skip
    return {}


def work_assign(item: Item, parts: Parts) -> None:
    """Give a question to another officer, who must be one at this moment. Raises: TryLater."""
    escalation, errand = _acting(item, parts), errands.named(item)
    if escalation is None:
        return
    officer = errand["officer"]
    if not _is_officer_of(escalation, errand["team"], officer, parts):
        errands.tell_alone(parts, words.note(forms.NOT_AN_OFFICER), errand["user"], escalation.channel)
        return
    if not parts.records.escalations.assign(escalation.id, officer):
        errands.tell_alone(parts, forms.closed_already(), errand["user"], escalation.channel)
        return
    now = parts.records.escalations.get(escalation.id) or escalation
    if item.attempts == 1:
        parts.records.audit.note(errand["user"], "escalation.assigned", now.id, to=officer)
    _refresh(now, parts)
    errands.post(item, parts, forms.claimed_note(officer, now.user), "assigned", now.channel, now.ts)
    _tell(item, parts, now, forms.passed_to(officer), "passed_to")


# --- telling -----------------------------------------------------------------------------------------------------


def _tell(item: Item, parts: Parts, escalation: Escalation, message: Message, purpose: str) -> bool:
    """Write to the asker in their thread; False, and the officers are told, where Slack does not let us.

    Raises: TryLater while that conversation has not begun.
    """
    if not escalation.direct_channel and parts.records.database.now() - escalation.opened < UNREACHABLE:
        raise TryLater(1.0, counts=True)
    try:
        if escalation.direct_channel:
            errands.post(item, parts, message, purpose, escalation.direct_channel, escalation.direct_thread_ts)
            return True
    except Refused as refused:
        log.warning("the asker cannot be written to", extra={"escalation": escalation.id, "error": refused.error})
    errands.post(item, parts, notices.unreachable(), f"{purpose}-not", escalation.channel, escalation.ts)
    return False


def _refresh(escalation: Escalation, parts: Parts) -> None:
    """Show the question's new state in the officers' message."""
    _update(escalation, forms.post(_shown(escalation, parts)), parts)


def _update(escalation: Escalation, message: Message, parts: Parts) -> None:
    try:
        parts.poster.update(escalation.channel, escalation.ts, message)
    except Refused as refused:
        # Somebody deleted it; the conversation goes on without.
        log.warning("the officers' message is gone", extra={"escalation": escalation.id, "error": refused.error})


def close_all_of(team: str, user: str, item: Item, parts: Parts) -> None:
    """Close what somebody still waits for, before their data is deleted. Raises: TryLater."""
    for escalation in parts.records.escalations.open_ones():
        if (escalation.team, escalation.user) == (team, user):
            _withdraw(escalation, item, parts)
            parts.records.escalations.close(escalation.id)


def _withdraw(escalation: Escalation, item: Item, parts: Parts) -> None:
    """Take the asker's words and name out of the officers' message, and say why."""
    if not escalation.ts:
        return
    empty = replace(_shown(escalation, parts), requester="", shared="", reply="", documents=(), hidden=0, state=CLOSED)
    _update(escalation, forms.post(empty), parts)
    purpose = f"withdrawn/{escalation.id}"
    errands.post(item, parts, notices.withdrawn_note(), purpose, escalation.channel, escalation.ts)


# --- words passed on ---------------------------------------------------------------------------------------------


def work_relay(item: Item, parts: Parts) -> None:
    """Pass on a message of a thread between an asker and an officer; or answer it, where it is for the bot.

    Raises: TryLater.
    """
    question = question_of(item.payload)
    escalations = parts.records.escalations
    if question.surface is Surface.DIRECT:
        escalation = escalations.by_person_thread(question.channel, question.thread_ts)
        if escalation is None or escalation.state == CLOSED:
            answering.work(item, parts)
        elif question.user == escalation.user:
            _relay_to_officers(item, question, escalation, parts)
        return
    if question.surface is Surface.MENTION:
        answering.work(item, parts)
        return
    escalation = escalations.by_officer_thread(question.channel, question.thread_ts)
    if escalation:
        _relay_to_asker(item, question, escalation, parts)


def _relay_to_officers(item: Item, question: Question, escalation: Escalation, parts: Parts) -> None:
    if not escalation.ts:
        raise TryLater(1.0, counts=True)
    if _may_pass(question, parts):
        message = forms.relayed(question.user, question.text, by_officer=False)
        errands.post(item, parts, message, "relay", escalation.channel, escalation.ts)
        _passed(question, parts)


def _relay_to_asker(item: Item, question: Question, escalation: Escalation, parts: Parts) -> None:
    """Only what the officer writes who has the question; others talk among themselves unheard."""
    if escalation.state != OPEN and escalation.officer != question.user:
        return
    if not _is_officer_of(escalation, question.team, question.user, parts):
        if escalation.officer:
            _say_back(forms.only_officers(), question, parts)
    elif refusal := _cannot_reply(escalation, question.user):
        _say_back(refusal, question, parts)
    elif _may_pass(question, parts):
        message = forms.relayed(question.user, question.text, by_officer=True)
        if _tell(item, parts, escalation, message, "relay"):
            _passed(question, parts)


def _may_pass(question: Question, parts: Parts) -> bool:
    """Whether a message has words that may be passed on; why not is said to its writer alone."""
    refusal = None
    if question.declined:
        refusal = forms.not_relayed_patient_data()
    elif len(question.text) > LONGEST_QUESTION:
        refusal = notices.too_long(LONGEST_QUESTION)
    elif not question.text and question.files:
        refusal = forms.no_files(question.files)
    if refusal:
        _say_back(refusal, question, parts)
    return refusal is None and bool(question.text)


def _passed(question: Question, parts: Parts) -> None:
    """Show the writer that their words have gone on, and say so where their files have not."""
    parts.poster.receipt(question.channel, question.ts)
    if question.files:
        _say_back(forms.no_files(question.files), question, parts)


def _say_back(message: Message, question: Question, parts: Parts) -> None:
    errands.tell_alone(parts, message, question.user, question.channel, question.thread_ts)


# --- reminders ---------------------------------------------------------------------------------------------------


def remind(parts: Parts) -> None:
    """Leave a reminder for each question that has waited a whole period since it was opened, or last reminded of."""
    before = parts.records.database.now() - dt.timedelta(hours=parts.settings.escalation_hours)
    for escalation in parts.records.escalations.waiting(before):
        # Stored first and by the moment that it is for: two replicas leave one, and a crash loses none.
        heard = escalation.reminded or escalation.opened
        key = f"{escalation.id}:{heard.isoformat()}"
        errands.leave(REMIND, key, parts, team=escalation.team, user="", escalation=escalation.id)
        parts.records.escalations.reminded(escalation.id, before=before)


def work_reminder(item: Item, parts: Parts) -> None:
    """Remind the officers, in the question's thread, if nobody has taken it yet. Raises: TryLater."""
    escalation = _named(item, parts)
    if escalation is None or escalation.state != OPEN or not escalation.ts:
        return
    hours = (item.received - escalation.opened) / dt.timedelta(hours=1)
    message = forms.reminder(escalation.user, hours, escalation.opened)
    errands.post(item, parts, message, "reminder", escalation.channel, escalation.ts)


WORK = {
    POST: work_post, CLAIM: work_claim, REPLY: work_reply, ASSIGN: work_assign, CLOSE: work_close,
    REMIND: work_reminder, RELAY: work_relay,
}  # fmt: skip
