"""Rules about what the app writes: each yields a sentence for every breach in one write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from localslack.blocks import links, words
from localslack.world import Workspace

if TYPE_CHECKING:
    from localslack.lint import Record, Write

Rule = Callable[["Write", "Record", Workspace], Iterator[str]]

LONGEST_BLOCKS = 12_000
BROADCAST = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
LINK = re.compile(r"https?://[^\s<>|)\]\"']+")
NEVER = "9"  # later than any ts
SHORTEST_GIVEAWAY = 40
"""Characters of an ephemeral text that, seen again in public, are no accident."""


def text_missing(write: Write, _record: Record, _world: Workspace) -> Iterator[str]:
    """Without `text`, notifications and screen readers say nothing."""
    if write.kind in ("post", "whisper", "respond", "update") and not write.text.strip():
        yield f"a message in {write.channel} has no text"


def unfurl_flags(write: Write, _record: Record, _world: Workspace) -> Iterator[str]:
    """Media unfurl by default, and an unfurl changes the message."""
    if write.kind != "post":
        return
    for flag in ("unfurl_links", "unfurl_media"):
        if write.given.get(flag) not in (False, "false", "0", 0):
            yield f"a post in {write.channel} does not set {flag} to false"


def update_parse(write: Write, _record: Record, _world: Workspace) -> Iterator[str]:
    """chat.update parses names and links by default, unlike chat.postMessage."""
    if write.kind == "update" and write.given.get("parse") != "none":
        yield f"an update in {write.channel} does not have parse none"


def broadcast_mention(write: Write, _record: Record, _world: Workspace) -> Iterator[str]:
    for text in _read_as_markup(write):
        for found in BROADCAST.findall(text):
            yield f"{found} in {write.channel}"


def mention_not_built(write: Write, record: Record, world: Workspace) -> Iterator[str]:
    """Somebody is named whom the app was never told of, so a document or a question did it."""
    for text in _read_as_markup(write):
        for user in MENTION.findall(text):
            if user not in record.known_users and user != world.app.bot_user:
                yield f"<@{user}> in {write.channel}: nobody told the app of them"


def link_host(write: Write, record: Record, world: Workspace) -> Iterator[str]:
    if "*" in record.link_hosts:
        return
    for address in _addresses(write):
        host = urlsplit(address).hostname or ""
        if host not in record.link_hosts and host != f"{world.team.domain}.slack.com":
            yield f"a link to {host} in {write.channel}"


def blocks_too_long(write: Write, _record: Record, _world: Workspace) -> Iterator[str]:
    """Slack refuses about 13,200 characters: bolt-js#2509."""
    length = sum(len(text) for text in words(write.blocks))
    if write.kind != "view" and length > LONGEST_BLOCKS:
        yield f"the blocks of a message in {write.channel} have {length} characters"


def secret_shown(write: Write, record: Record, _world: Workspace) -> Iterator[str]:
    """A token, or what a modal carried in private_metadata."""
    shown = "\n".join(_seen(write))
    if any(secret in shown for secret in record.secrets):
        yield f"a token or private_metadata is readable in {write.channel or 'a view'}"


def ephemeral_made_public(write: Write, record: Record, world: Workspace) -> Iterator[str]:
    """What one person saw stands in a channel, though nobody has pressed anything since."""
    channel = world.channels.get(write.channel)
    if write.message is None or write.message.to or channel is None or channel.is_direct:
        return
    shown = "\n".join(_seen(write))
    for whisper, texts in record.whispers:
        if any(text in shown for text in texts) and not record.acted_between(whisper.ts, NEVER, whisper.to):
            yield f"what only {whisper.to} saw was posted in {write.channel}"


def answer_twice(write: Write, record: Record, _world: Workspace) -> Iterator[str]:
    """Two messages with the same answer_id in their metadata."""
    answer = answer_id(write)
    earlier = record.answers.get((write.channel, answer)) if answer else None
    if earlier is not None and earlier is not write.message and not earlier.deleted:
        yield f"the answer {answer} stands twice in {write.channel}"


RULES: dict[str, Rule] = {
    "text-missing": text_missing,
    "unfurl-flags": unfurl_flags,
    "update-parse": update_parse,
    "broadcast-mention": broadcast_mention,
    "mention-not-built": mention_not_built,
    "link-host": link_host,
    "blocks-too-long": blocks_too_long,
    "secret-shown": secret_shown,
    "ephemeral-made-public": ephemeral_made_public,
    "answer-twice": answer_twice,
}


def _seen(write: Write) -> Iterator[str]:
    """Every text of a write that people read."""
    yield write.text
    yield from words(write.blocks)


def _read_as_markup(write: Write) -> Iterator[str]:
    """The texts in which Slack looks for markup: in plain text and in the text of rich text it looks for none."""
    yield write.text
    yield from _markup(write.blocks)


def _markup(thing: Any) -> Iterator[str]:
    if isinstance(thing, dict):
        if thing.get("type") in ("mrkdwn", "markdown") and isinstance(thing.get("text"), str):
            yield thing["text"]
        for item in thing.values():
            yield from _markup(item)
    elif isinstance(thing, list | tuple):
        for item in thing:
            yield from _markup(item)


def _addresses(write: Write) -> Iterator[str]:
    for text in _seen(write):
        yield from LINK.findall(text)
    yield from (address for address in links(write.blocks) if address.startswith("http"))


def telling(write: Write) -> tuple[str, ...]:
    """The texts of a write that could not stand anywhere else by accident."""
    return tuple(text for text in _seen(write) if len(text) >= SHORTEST_GIVEAWAY)


def answer_id(write: Write) -> str:
    """The answer that a message says it is, in its metadata."""
    found = write.message.metadata if write.message else None
    payload = (found or {}).get("event_payload") or {}
    return str(payload.get("answer_id") or "")
