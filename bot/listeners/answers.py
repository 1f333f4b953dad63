"""The buttons under an answer: the whole passage, another meaning, a link, and taking an answer back."""

from __future__ import annotations

import json
from typing import Any

from slack_bolt import Ack, App

from bot import actions
from bot.listeners.store import take
from bot.model import Surface, View
from bot.parts import Parts
from bot.receive import from_form
from bot.render import ask as words
from bot.render import passage as passages
from corpus.model import Audience, Document
from records.answers import Kept, Source


def register(app: App, parts: Parts) -> None:
    def show_passage(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        parts.client.views_open(trigger_id=body["trigger_id"], view=passage_view(body, parts))

    def choose(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        _choose(body, parts)

    def delete(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        _delete(body, parts)

    app.action(actions.any_of(actions.SHOW_PASSAGE))(show_passage)
    app.action(actions.any_of(actions.CHOOSE_MEANING))(choose)
    app.action(actions.DELETE_ANSWER)(delete)
    # A link opens by itself; Slack only wants to hear that the click arrived.
    app.action(actions.any_of(actions.OPEN_LINK))(_heard)


def _heard(ack: Ack) -> None:
    ack()


def passage_view(body: dict[str, Any], parts: Parts) -> View:
    """The whole passage of a citation, if the person who clicks may read its document now."""
    named = actions.read_value(body["actions"][0].get("value"))
    kept = parts.records.answers.get(str(named.get("a", "")))
    source = next((item for item in kept.sources if item.n == named.get("n")), None) if kept else None
    if kept is None or source is None or not kept.text:
        return passages.gone_view()
    person = parts.people.person(body["team"]["id"], body["user"]["id"])
    document = parts.engine.document(source.document_key)
    if not _admits(person.role, source, document):
        # The same words whether it was never theirs or is gone: neither tells them that it exists.
        return passages.refused_view()
    citation = next(item for item in json.loads(kept.text)["citations"] if item["n"] == source.n)
    return passages.passage_view(passages.shown(citation, document))


def _admits(role: Audience, source: Source, document: Document | None) -> bool:
    """Both the audience that the document had when it was quoted and the one it has now admit the reader."""
    return document is not None and document.audience.admits(role) and Audience(source.audience).admits(role)


def _choose(body: dict[str, Any], parts: Parts) -> None:
    """A meaning was chosen: the question is asked again with it, in the same place."""
    named = actions.read_value(body["actions"][0].get("value"))
    kept = parts.records.answers.get(str(named.get("a", "")))
    number = named.get("n")
    if kept is None or not kept.text or not isinstance(number, int):
        return
    options = json.loads(kept.text).get("options") or []
    user = body["user"]["id"]
    if not 0 <= number < len(options) or not _is_here(body, kept):
        return
    surface = Surface(kept.surface)
    if surface is Surface.COMMAND:
        surface = Surface.HOME  # the command's own address is used up; the answer comes by direct message
    received = from_form(
        surface, team=kept.team, user=user, key=f"choice:{kept.id}:{user}:{number}", channel=kept.channel,
        thread_ts=kept.thread_ts, private=surface is Surface.HOME, text=_spelt_out(kept.question, options[number]),
    )  # fmt: skip
    take(received, parts)


def _spelt_out(question: str, meaning: str) -> str:
    return f"{question.rstrip('?. ')} ({meaning})?"


def _is_here(body: dict[str, Any], kept: Kept) -> bool:
    """Whether the click was made where the answer stands; an ephemeral reply stands nowhere, and is its asker's."""
    channel = (body.get("channel") or {}).get("id", "")
    return body["user"]["id"] == kept.user or bool(kept.reply_channel and channel == kept.reply_channel)


def _delete(body: dict[str, Any], parts: Parts) -> None:
    """The asker takes the reply back; nobody else can."""
    named = actions.read_value(body["actions"][0].get("value"))
    kept = parts.records.answers.get(str(named.get("a", "")))
    user, place = body["user"]["id"], body.get("container") or {}
    channel, ts = str(place.get("channel_id") or ""), str(place.get("message_ts") or "")
    if kept is None or not ts:
        return
    if kept.user != user and not parts.people.person(body["team"]["id"], user).is_admin:
        parts.poster.ephemeral(channel, user, words.only_the_asker())
        return
    parts.poster.delete(channel, ts)
    parts.records.audit.note(user, "answer.deleted", kept.id)
