"""Rules about how things stand when a test is over: each yields a sentence for every breach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from localslack.world import Channel, Message, Workspace

if TYPE_CHECKING:
    from localslack.lint import Record

Rule = Callable[["Record", Workspace], Iterator[str]]


def stream_not_stopped(_record: Record, world: Workspace) -> Iterator[str]:
    for message in _messages(world):
        if world.stream_state(message) in ("streaming", "expired"):
            yield f"the stream {message.ts} in {message.channel} was never stopped"


def session_left_processing(_record: Record, world: Workspace) -> Iterator[str]:
    """People would see the app work for ever; Slack does not end it by itself."""
    for (channel, thread_ts), session in world.sessions.items():
        if session.status == "processing":
            yield f"the session {thread_ts} in {channel} is still processing"


def reply_outside_thread(record: Record, world: Workspace) -> Iterator[str]:
    """A mention got nothing in its thread, and something was posted to the channel that nobody asked for otherwise."""
    for mention in record.mentions:
        channel = world.channels[str(mention["channel"])]
        root = str(mention.get("thread_ts") or mention["ts"])
        if any(reply.bot_id for reply in channel.thread(root)):
            continue
        for post in _unasked(channel, str(mention["ts"]), record):
            yield f"the mention {mention['ts']} was answered outside its thread in {channel.id} ({post.ts})"


def two_answers(record: Record, world: Workspace) -> Iterator[str]:
    """Several messages of the app follow one of a person in a thread, though that person pressed nothing."""
    for channel in world.channels.values():
        for root in channel.threads:
            for asked, answers in _turns(channel.thread(root)):
                unasked = [m for m in answers if not record.acted_between(asked.ts, m.ts)]
                if len(unasked) > 1:
                    yield f"{asked.ts} in {channel.id} has {len(unasked)} answers"


RULES: dict[str, Rule] = {
    "stream-not-stopped": stream_not_stopped,
    "session-left-processing": session_left_processing,
    "reply-outside-thread": reply_outside_thread,
    "two-answers": two_answers,
}


def _messages(world: Workspace) -> Iterator[Message]:
    for channel in world.channels.values():
        yield from channel.messages.values()


def _unasked(channel: Channel, after_ts: str, record: Record) -> list[Message]:
    """Posts of the app to the channel itself that follow no act of a person there."""
    posts = [message for message in channel.main() if message.bot_id and message.ts > after_ts]
    return [post for post in posts if not record.acted_between(after_ts, post.ts)]


def _turns(thread: list[Message]) -> Iterator[tuple[Message, list[Message]]]:
    """Each message of a person with those of the app that follow it, without files."""
    asked: Message | None = None
    answers: list[Message] = []
    for message in thread:
        if message.bot_id:
            answers += [] if message.files else [message]
            continue
        if asked is not None:
            yield asked, answers
        asked, answers = message, []
    if asked is not None:
        yield asked, answers
