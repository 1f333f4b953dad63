"""What a click or a form asks for, other than a question: left in the inbox, and done once by a worker."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from slack_sdk.errors import SlackApiError

from bot.model import Message, Outgoing, Posted, Question, Surface
from bot.parts import Parts, TryLater
from bot.post import DOUBTFUL, Refused
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


@dataclass(frozen=True, slots=True)
class File:
    """A file to put below a message; no other of its name is sent there."""

    name: str
    title: str
    content: str | bytes


def attach(item: Item, parts: Parts, file: File, posted: Posted, thread_ts: str = "") -> bool:
    """Put a file below a message of an errand, once however often it is tried; False when Slack will not have it.

    Raises: TryLater.
    """
    thread = thread_ts or posted.ts
    if item.attempts > 1 and _has_file(file, posted, thread, parts):
        return True
    try:
        parts.client.files_upload_v2(
            content=file.content, filename=file.name, title=file.title, channel=posted.channel, thread_ts=thread
        )
    except SlackApiError as error:
        if error.response.status_code == 429 or error.response.status_code >= 500:
            raise TryLater(2.0, counts=True) from error
        log.warning("a file could not be sent", extra={"item": item.id, "error": str(error.response.get("error"))})
        return False
    except DOUBTFUL as error:
        raise TryLater(1.0, counts=True) from error
    return True


def _has_file(file: File, posted: Posted, thread_ts: str, parts: Parts) -> bool:
    """Whether an earlier attempt came as far as the file."""
    thread = parts.client.conversations_replies(channel=posted.channel, ts=thread_ts, limit=200)
    return any(
        sent.get("name") == file.name and float(message["ts"]) > float(posted.ts)
        for message in thread["messages"]
        for sent in message.get("files") or ()
    )


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
