"""`/ask`: only the asker sees the answer, until they share it; sharing asks again who may read it."""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, replace
from typing import Any

from slack_bolt import Ack, App

from answer.outcome import Answer
from bot import actions, answering
from bot.listeners.store import take
from bot.model import Outgoing, Question, Surface
from bot.parts import Parts
from bot.receive import from_command
from bot.render import ask as words
from bot.render.answer import render
from corpus.model import Audience
from records.answers import Kept
from records.inbox import Item

SHARE = "share"


def register(app: App, parts: Parts) -> None:
    def ask(ack: Ack, body: dict[str, Any]) -> None:
        received = from_command(body, parts.bot_user)
        if not received.question.text and not received.question.declined:
            ack(response_type="ephemeral", text=words.HOW_TO_ASK)
            return
        take(received, parts)
        ack(response_type="ephemeral", text=words.WORKING)

    def share(ack: Ack, body: dict[str, Any]) -> None:
        named = actions.read_value(body["actions"][0].get("value"))
        payload = {
            "answer": str(named.get("a", "")),
            "team": body["team"]["id"],
            "user": body["user"]["id"],
            "channel": (body.get("channel") or {}).get("id", ""),
            "response_url": body.get("response_url", ""),
        }
        if parts.records.inbox.receive([f"share:{body['trigger_id']}"], SHARE, payload):
            parts.wake()
        ack()

    app.command(actions.ASK_COMMAND)(ask)
    app.action(actions.SHARE_ANSWER)(share)


def may_share(kept: Kept | None, user: str, clearance: Audience, parts: Parts) -> bool:
    """Whether an answer may stand where everybody of `clearance` reads it, for the person who wants to share it."""
    if kept is None or kept.user != user or not kept.sources or not kept.text:
        return False
    return all(parts.engine.may_read(clearance, source.document_key) for source in kept.sources)


def work_share(item: Item, parts: Parts) -> None:
    """Post an answer to the channel, for all to see. Raises: TryLater."""
    said = {name: str(value) for name, value in item.payload.items()}
    kept = parts.records.answers.get(said["answer"])
    place = parts.people.place(said["team"], said["channel"], max_age_s=answering.RECHECK_S)
    if place.refused or not may_share(kept, said["user"], place.clearance, parts) or kept is None:
        parts.poster.respond(said["response_url"], words.cannot_share())
        return
    began = time.perf_counter()
    question = Question(Surface.SHORTCUT, said["team"], said["channel"], said["user"], "", "", kept.question,
                        after=kept.after)  # fmt: skip
    shared = Item(item.id, item.kind, asdict(question), item.attempts, item.received)
    # Asked anew with what the channel may read: what is posted is never more than that.
    asked = replace(answering.read(shared, parts), id=_shared_id(kept, place.channel))
    outcome, after = answering.ask(asked, parts)
    if not isinstance(outcome, Answer):
        parts.poster.respond(said["response_url"], words.cannot_share())
        return
    row = answering.kept_of(asked, outcome, after, (time.perf_counter() - began) * 1000, parts)
    parts.records.answers.keep(row)
    view = replace(answering.view_of(asked, outcome, parts), place="channel", shared_by=said["user"])
    # Two clicks share once: an earlier one's message is looked for.
    posted = parts.poster.post(Outgoing(said["channel"], render(outcome, view), "", asked.id), maybe_sent=True)
    parts.records.answers.keep(replace(row, thread_ts=posted.ts))
    parts.records.answers.posted(asked.id, posted.channel, posted.ts)
    parts.records.threads.engage(said["team"], said["channel"], posted.ts, said["user"])
    parts.poster.respond(said["response_url"], words.shared())


def _shared_id(kept: Kept, channel: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{kept.id}/shared/{channel}").hex


WORK = {SHARE: work_share}
