"""Helpful or not: one click is kept at once, the causes come in a form, and who owns the document can be told."""

from __future__ import annotations

from typing import Any, Literal

from slack_bolt import Ack, App

from bot import actions
from bot.answering import RECHECK_S
from bot.listeners import errands
from bot.listeners.clicks import Click, answer_of, cited, click_of, form_of
from bot.parts import Parts
from bot.receive import typed_patient_data
from bot.render import feedback as forms
from bot.render.forms import Filled, filled
from records.answers import Kept
from records.feedback import CAUSES, Feedback
from records.inbox import Item

OWNER_NOTE = "owner_note"


def register(app: App, parts: Parts) -> None:
    def voted(ack: Ack, body: dict[str, Any]) -> None:
        click = click_of(body)
        kept = answer_of(click, parts)
        if kept:
            _keep_vote(kept, click, parts)
        ack()
        _reply(kept, click, parts)

    def explained(ack: Ack, body: dict[str, Any]) -> None:
        _explain(ack, form_of(body), filled(body["view"]), parts)

    app.action(actions.FEEDBACK)(voted)
    app.view(actions.FEEDBACK_VIEW)(explained)


def _keep_vote(kept: Kept, click: Click, parts: Parts) -> None:
    helpful = _is_helpful(click)
    before = _vote_of(kept.id, click, parts)
    # Who opens the form a second time has not taken back what they wrote the first time.
    if helpful or before is None or before.helpful:
        parts.records.feedback.keep(kept.id, click.team, click.user, helpful)


def _is_helpful(click: Click) -> bool:
    return click.named.get("r") == 1


def _vote_of(answer_id: str, click: Click, parts: Parts) -> Feedback | None:
    votes = parts.records.feedback.of_answer(answer_id)
    return next((vote for vote in votes if vote.team == click.team and vote.user == click.user), None)


def _reply(kept: Kept | None, click: Click, parts: Parts) -> None:
    """Thanks, or the form that asks what was wrong, or why nothing was noted."""
    if kept is None:
        errands.whisper(parts, forms.gone(), click.user, click.channel, click.thread_ts)
    elif _is_helpful(click):
        errands.whisper(parts, forms.thanks(True), click.user, click.channel, click.thread_ts)
    else:
        # Where the thanks are to be shown goes with the form.
        metadata = actions.value(a=kept.id, c=click.channel, t=click.thread_ts)
        form = forms.causes_modal(metadata, can_tell_owner=bool(parts.settings.officers_channel))
        parts.client.views_open(trigger_id=click.trigger_id, view=form)


def _explain(ack: Ack, form: Click, given: Filled, parts: Parts) -> None:
    """Keep the causes of a vote that the same person has given with a click."""
    kept = parts.records.answers.get(form.id("a"))
    if kept is None or _vote_of(kept.id, form, parts) is None:
        ack(response_action="update", view=forms.gone_view())
        return
    comment = given.text(forms.COMMENT)
    if typed_patient_data(comment):
        ack(response_action="errors", errors={forms.COMMENT: forms.NO_PATIENT_DATA_ERROR})
        return
    wants_owner = given.ticked(forms.TELL_OWNER, forms.TELL)
    parts.records.feedback.keep(
        kept.id, form.team, form.user, False, causes=[cause for cause in CAUSES if cause in given.all(forms.CAUSES)],
        comment=comment, tell_owner=wants_owner,
    )  # fmt: skip
    told = wants_owner and bool(parts.settings.officers_channel)
    if told:
        errands.leave(OWNER_NOTE, form.view_id, parts, team=form.team, user=form.user, answer=kept.id)
    ack()
    heard: Literal["owner", "nobody", ""] = "owner" if told else "nobody" if wants_owner else ""
    errands.whisper(parts, forms.thanks(False, told=heard), form.user, form.channel, form.thread_ts)


# --- the note to whoever owns the document ---------------------------------------------------------------------------


def work_note(item: Item, parts: Parts) -> None:
    """Tell the officers what was wrong, naming only documents that everybody in their channel may read."""
    errand, channel = errands.named(item), parts.settings.officers_channel
    kept = parts.records.answers.get(errand["answer"])
    who = Click(errand["team"], errand["user"], {})
    vote = _vote_of(kept.id, who, parts) if kept else None
    if kept is None or vote is None or vote.helpful or not channel:
        return  # taken back, or deleted, in the meantime
    place = parts.people.place(kept.team, channel, max_age_s=RECHECK_S)
    if place.refused:
        errands.tell_alone(parts, forms.thanks(False, told="nobody"), who.user, "")
        return
    found = cited(kept, place.clearance, parts)
    documents = [forms.NotedDocument(one.title, one.contact, one.source_url or "") for one in found.documents]
    note = forms.OwnerNote(vote.causes, kept.outcome, vote.comment, documents, found.hidden)
    errands.post(item, parts, forms.owner_note(note), "note", channel)


WORK = {OWNER_NOTE: work_note}
