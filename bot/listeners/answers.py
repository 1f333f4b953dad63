"""The buttons under an answer: the whole passage, another meaning, a link, and taking an answer back."""

from __future__ import annotations

import json
from typing import Any

from slack_bolt import Ack, App

from answer.acronyms import with_meaning
from bot import actions
from bot.listeners import errands
from bot.listeners.clicks import answer_of, click_of
from bot.listeners.store import take
from bot.model import Surface, View
from bot.parts import Parts
from bot.receive import from_form
from bot.render import ask as words
from bot.render import passage as passages
from corpus.model import Audience, Document
from records.answers import Kept, Source

NOT_KEPT = "I no longer have this answer. Ask the question again."


def register(app: App, parts: Parts) -> None:
    def show_passage(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        parts.client.views_open(trigger_id=body["trigger_id"], view=passage_view(body, parts))

    def choose(ack: Ack, body: dict[str, Any]) -> None:
        is_known = _choose(body, parts)
        ack()
        if not is_known:
            _say_gone(body, parts)

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


def _choose(body: dict[str, Any], parts: Parts) -> bool:
    """A meaning was chosen: the question is asked again with it, in the same place. False: it is not known any more."""
    click = click_of(body)
    kept, number = answer_of(click, parts), click.named.get("n")
    options = json.loads(kept.text).get("options") or [] if kept and kept.text else []
    if kept is None or not isinstance(number, int) or not 0 <= number < len(options):
        return False
    surface = Surface(kept.surface)
    if surface is Surface.COMMAND:
        surface = Surface.HOME  # the command's own address is used up; the answer comes by direct message
    alone = surface is Surface.HOME
    received = from_form(
        surface, team=kept.team, user=click.user, key=f"choice:{kept.id}:{click.user}:{number}",
        # Where the command was typed is no matter any more, and the bot may not even be there.
        channel="" if alone else kept.channel, thread_ts="" if alone else kept.thread_ts,
        private=alone, text=with_meaning(kept.question, options[number], parts.engine.glossary),
    )  # fmt: skip
    take(received, parts)
    return True


def _say_gone(body: dict[str, Any], parts: Parts) -> None:
    click = click_of(body)
    errands.whisper(parts, words.note(NOT_KEPT), click.user, click.channel, click.thread_ts)


def _is_reply(place: tuple[str, str], kept: Kept) -> bool:
    """Whether a message is the reply, or stands where it was to be posted while we do not know that it was."""
    return place == (kept.reply_channel, kept.reply_ts) if kept.reply_ts else place[0] == kept.channel


def _delete(body: dict[str, Any], parts: Parts) -> None:
    """The asker takes the reply back; nobody else can, and no other message."""
    click, place = click_of(body), body.get("container") or {}
    kept = parts.records.answers.get(click.id("a"))
    pressed = (click.channel, str(place.get("message_ts") or ""))
    if kept is None or kept.team != click.team or not _is_reply(pressed, kept):
        _say_gone(body, parts)
        return
    if kept.user != click.user and not parts.people.person(click.team, click.user).is_admin:
        errands.whisper(parts, words.only_the_asker(), click.user, click.channel, click.thread_ts)
        return
    parts.poster.delete(*pressed)
    parts.records.audit.note(click.user, "answer.deleted", kept.id)
