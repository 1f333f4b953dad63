"""Clicks and submitted forms: who, where, and the answer that they name, if that person can see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import actions
from bot.parts import Parts
from corpus.model import Audience, Document
from records.answers import Kept


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a button, or a form that came back. `named` is what its value names; nothing of it is proof."""

    team: str
    user: str
    named: Mapping[str, str | int]
    channel: str = ""
    thread_ts: str = ""
    trigger_id: str = ""
    view_id: str = ""

    def id(self, name: str) -> str:
        return str(self.named.get(name, ""))


def click_of(body: Mapping[str, Any]) -> Click:
    """Read a `block_actions` payload."""
    message = body.get("message") or {}
    return Click(
        team=body["team"]["id"],
        user=body["user"]["id"],
        named=actions.read_value(body["actions"][0].get("value")),
        channel=(body.get("channel") or {}).get("id", ""),
        thread_ts=str(message.get("thread_ts") or ""),
        trigger_id=body.get("trigger_id", ""),
        view_id=(body.get("view") or {}).get("id", ""),
    )


def form_of(body: Mapping[str, Any]) -> Click:
    """Read a `view_submission` payload: where it came from is what its view was given."""
    view = body["view"]
    named = actions.read_value(view.get("private_metadata"))
    return Click(
        team=body["team"]["id"],
        user=body["user"]["id"],
        named=named,
        channel=str(named.get("c", "")),
        thread_ts=str(named.get("t", "")),
        trigger_id=body.get("trigger_id", ""),
        view_id=view["id"],
    )


def answer_of(click: Click, parts: Parts) -> Kept | None:
    """The answer under which somebody clicked: their own, or one that they can see where they clicked; else None.

    A click names a channel, but does not prove that whoever sent it is in there.
    """
    kept = parts.records.answers.get(click.id("a"))
    if kept is None or kept.team != click.team:
        return None
    if kept.user == click.user:
        return kept
    is_here = bool(kept.reply_channel) and kept.reply_channel == click.channel
    return kept if is_here and parts.people.is_member(click.channel, click.user) else None


def answer_seen_by(form: Click, parts: Parts) -> Kept | None:
    """The answer that a form is about, if whoever sends it can see it at this moment: a form tells no place."""
    kept = parts.records.answers.get(form.id("a"))
    if kept is None or kept.team != form.team:
        return None
    if kept.user == form.user:
        return kept
    is_seen = bool(kept.reply_channel) and parts.people.is_member(kept.reply_channel, form.user)
    return kept if is_seen else None


@dataclass(frozen=True, slots=True)
class Cited:
    """The documents of an answer that readers may see, each once, and how many there are that they may not."""

    documents: tuple[Document, ...]
    hidden: int


def cited(kept: Kept, clearance: Audience, parts: Parts) -> Cited:
    """What an answer cites, for readers of `clearance`: by what the documents are now and what they were then."""
    worst: dict[str, Audience] = {}
    for source in kept.sources:
        then = Audience(source.audience)
        worst[source.document_key] = max(worst.get(source.document_key, then), then, key=lambda one: one.rank)
    found = [
        document
        for key, then in worst.items()
        if then.admits(clearance) and (document := parts.engine.document(key)) and document.audience.admits(clearance)
    ]
    return Cited(tuple(found), len(worst) - len(found))
