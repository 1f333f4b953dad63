"""Questions from anywhere in Slack: "Ask about this message", and the same without a message."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from answer.guard import holds_patient_identifier
from bot import actions
from bot.listeners.store import take
from bot.model import Surface, View
from bot.parts import Parts
from bot.receive import from_form, plain
from bot.render import ask as forms
from bot.render.forms import filled

log = logging.getLogger(__name__)


def register(app: App, parts: Parts) -> None:
    def about_message(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        # Slack waits three seconds for a view; what it shows needs Slack itself to be asked first.
        opened = parts.client.views_open(trigger_id=body["trigger_id"], view=forms.loading_view())
        _fill(opened["view"], _about(body, parts), parts)

    def anywhere(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        parts.client.views_open(trigger_id=body["trigger_id"], view=forms.ask_view())

    def submitted(ack: Ack, body: dict[str, Any]) -> None:
        errors = _submit(body, parts)
        if errors:
            ack(response_action="errors", errors=errors)
        else:
            ack(response_action="update", view=forms.sent_view(in_thread=_in_thread(body["view"])))

    app.shortcut(actions.ASK_ABOUT_MESSAGE)(about_message)
    app.shortcut(actions.ASK_GLOBAL)(anywhere)
    app.view(actions.ASK_VIEW)(submitted)


def _fill(opened: dict[str, Any], view: View, parts: Parts) -> None:
    """Put the form where the loading view stands, unless its person has closed it meanwhile."""
    try:
        parts.client.views_update(view_id=opened["id"], hash=opened["hash"], view=view)
    except SlackApiError as error:
        if error.response.get("error") != "not_found":
            raise
        log.info("a form was closed before it was shown")


def _about(body: dict[str, Any], parts: Parts) -> dict[str, Any]:
    """The form for a message: quoted, unless it holds a patient's details, and with what may be asked in its thread."""
    message, channel = body["message"], body["channel"]["id"]
    text = plain(message.get("text") or "", parts.bot_user)
    if holds_patient_identifier(text):
        return forms.patient_data_view()
    place = parts.people.place(body["team"]["id"], channel)
    where = {"c": channel, "t": message.get("thread_ts") or message["ts"], "m": message["ts"]}
    return forms.ask_view(
        quoted=text, can_reply_in_thread=not place.refused and not place.is_direct, metadata=actions.value(**where)
    )


def _in_thread(view: View) -> bool:
    """Whether the answer is wanted, and possible, in the thread of the message that the form is about."""
    where = actions.read_value(view.get("private_metadata"))
    return filled(view).chosen(forms.WHERE) == forms.IN_THREAD and bool(where.get("c"))


def _submit(body: dict[str, Any], parts: Parts) -> dict[str, str]:
    """Put the question into the inbox; or the sentence to show at a field."""
    view = body["view"]
    given = filled(view)
    text = given.text(forms.QUESTION)
    if not text.strip():
        return {forms.QUESTION: forms.EMPTY}
    where = actions.read_value(view.get("private_metadata"))
    in_thread = _in_thread(view)
    team, user = body["team"]["id"], body["user"]["id"]
    channel = str(where["c"]) if in_thread else ""
    if in_thread:
        place = parts.people.place(team, channel, max_age_s=0.0)
        if place.refused or not parts.people.is_member(channel, user):
            return {forms.WHERE: forms.NOT_IN_THREAD}
    received = from_form(
        Surface.SHORTCUT, team=team, user=user, key=f"view:{view['id']}", text=text, channel=channel,
        thread_ts=str(where.get("t", "")) if in_thread else "", private=not in_thread,
    )  # fmt: skip
    take(received, parts)
    return {}
