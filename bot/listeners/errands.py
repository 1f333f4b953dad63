"""What a click or a form asks for, other than a question: left in the inbox, and done once by a worker."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import asdict

from bot.model import Message, Outgoing, Posted, Question, Surface
from bot.parts import Parts, TryLater
from bot.post import Refused
from records.inbox import Item

log = logging.getLogger(__name__)


def leave(kind: str, key: str, parts: Parts, *, team: str, user: str, **named: str) -> bool:
    """Put an errand of somebody's into the inbox; False when it is there already.

    It travels as a question without words, so that whoever asked is told by direct message if it cannot be done.
    """
    asker = Question(Surface.HOME, team, "", user, "", "", "")
    new = parts.records.inbox.receive([f"{kind}:{key}"], kind, {**asdict(asker), **named})
    if new is None:
        parts.metrics.repeated.inc()
        return False
    parts.metrics.received.labels(kind).inc()
    parts.wake()
    return True


def named(item: Item) -> Mapping[str, str]:
    """The texts of an errand by name, among them `team` and `user`."""
    return {name: value for name, value in item.payload.items() if isinstance(value, str)}


def post(item: Item, parts: Parts, message: Message, purpose: str, channel: str, thread_ts: str = "") -> Posted:
    """Post a message of an errand, once however often it is tried. Raises: TryLater, Refused."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{item.id}/{purpose}").hex
    return parts.poster.post(Outgoing(channel, message, thread_ts, name), maybe_sent=item.attempts > 1)


def tell_alone(parts: Parts, message: Message, user: str, channel: str, thread_ts: str = "") -> None:
    """Say something to one person alone: where they are, else by direct message. Raises: TryLater, Refused."""
    if channel:
        try:
            parts.poster.ephemeral(channel, user, message, thread_ts)
            return
        except Refused as refused:
            # An answer to a command may stand where the bot is not a member.
            log.info("not said in the channel", extra={"error": refused.error})
    parts.poster.post(Outgoing(parts.poster.direct(user), message))


def whisper(parts: Parts, message: Message, user: str, channel: str, thread_ts: str = "") -> None:
    """The same for listeners, where nothing is tried again: when Slack is busy it is left out."""
    try:
        tell_alone(parts, message, user, channel, thread_ts)
    except (TryLater, Refused) as error:
        log.warning("a private notice was left out", extra={"error": type(error).__name__})
