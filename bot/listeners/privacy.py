"""What is held about a person: sent to them when they ask, and deleted when they ask and confirm it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt import Ack, App

from bot import actions
from bot.listeners import errands, escalation, home
from bot.listeners.clicks import Click, click_of, form_of
from bot.parts import Parts
from bot.receive import question_of
from bot.render import privacy as forms
from records.columns import Json
from records.inbox import Item

log = logging.getLogger(__name__)

PRIVACY, EXPORT, DELETE = "privacy", "data_export", "data_delete"
EXPORTED = "person.exported"

_BEFORE = r"(?:please |kindly |can you |could you |can i |i (?:want|would like|d like) (?:you )?(?:to )?)*"
_MINE = r"(?: me)?(?: a copy of)?(?: all)?(?: of)? my(?: own)?(?: personal)? (?:data|information)"
_AFTER = r"(?: (?:please|now|thanks|thank you|as a file|for me))*"
_EXPORT = re.compile(rf"{_BEFORE}(?:export|download|send|give|show|get|have){_MINE}{_AFTER}")
_DELETE = re.compile(rf"{_BEFORE}(?:delete|erase|remove|forget|wipe){_MINE}{_AFTER}")


def wants(text: str) -> str:
    """Whether a message asks for one's own data: `export`, `delete` or "".

    >>> wants("Please export my data!"), wants("DELETE MY DATA"), wants("May a practice delete my data?")
    ('export', 'delete', '')
    """
    said = " ".join(re.sub(r"[^a-z0-9 ]+", " ", text.lower().replace("'", " ").replace("’", " ")).split())
    if _EXPORT.fullmatch(said):
        return "export"
    return "delete" if _DELETE.fullmatch(said) else ""


def register(app: App, parts: Parts) -> None:
    def export(ack: Ack, body: dict[str, Any]) -> None:
        click = click_of(body)
        errands.leave(EXPORT, click.trigger_id, parts, team=click.team, user=click.user)
        ack()

    def ask_first(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        parts.client.views_open(trigger_id=body["trigger_id"], view=forms.delete_modal())

    def confirmed(ack: Ack, body: dict[str, Any]) -> None:
        form = form_of(body)
        errands.leave(DELETE, form.view_id, parts, team=form.team, user=form.user)
        ack()

    app.action(actions.EXPORT_DATA)(export)
    app.action(actions.DELETE_DATA)(ask_first)
    app.view(actions.DELETE_DATA_VIEW)(confirmed)


def work_typed(item: Item, parts: Parts) -> None:
    """Do what a message in a direct message asked for. Raises: TryLater."""
    question = question_of(item.payload)
    who = Click(question.team, question.user, {}, channel=question.channel, thread_ts=question.thread_ts)
    if wants(question.text) == "export":
        _export(item, who, parts)
    else:
        errands.post(item, parts, forms.question_before_deleting(), "confirm", who.channel, who.thread_ts)


def work_export(item: Item, parts: Parts) -> None:
    """Send somebody all that is held about them, to their direct message. Raises: TryLater."""
    errand = errands.named(item)
    channel = parts.poster.direct(errand["user"])
    _export(item, Click(errand["team"], errand["user"], {}, channel=channel), parts)


def _export(item: Item, who: Click, parts: Parts) -> None:
    held = parts.records.privacy.export(who.team, who.user)
    counts = _counts(held)
    posted = errands.post(item, parts, forms.held(counts), "held", who.channel, who.thread_ts)
    content = json.dumps(held, ensure_ascii=False, indent=1)
    file = errands.File(forms.FILE_NAME, forms.FILE_TITLE, content)
    if not errands.attach(item, parts, file, posted, who.thread_ts):
        parts.poster.update(posted.channel, posted.ts, forms.held(counts, in_file=False))
    parts.records.audit.note(who.user, EXPORTED)


def _counts(held: Mapping[str, Json]) -> dict[str, int]:
    return {name: len(rows) for name, rows in held.items() if isinstance(rows, Sequence) and not isinstance(rows, str)}


def work_delete(item: Item, parts: Parts) -> None:
    """Forget somebody, and tell them what is gone and what stays in Slack. Raises: TryLater."""
    errand = errands.named(item)
    team, user = errand["team"], errand["user"]
    escalation.close_all_of(team, user, item, parts)
    gone = parts.records.privacy.delete(team, user, but=item.id)
    errands.post(item, parts, forms.deleted(gone), "deleted", parts.poster.direct(user))
    home.publish(parts, team, user)


WORK = {PRIVACY: work_typed, EXPORT: work_export, DELETE: work_delete}
