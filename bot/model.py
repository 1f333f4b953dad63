"""The nouns of the bot: who asks, where, what, and what is sent back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from corpus.model import Audience

Block = dict[str, Any]
"""One block of Block Kit, as Slack takes it."""

View = dict[str, Any]
"""A modal or App Home, as Slack takes it."""


class Surface(StrEnum):
    """Where a question was asked, which decides where and for whom it is answered."""

    DIRECT = "direct"  # a direct message
    MENTION = "mention"  # a mention in a channel: answered in its thread
    THREAD = "thread"  # a follow-up, without a mention, in a thread that the bot is in
    COMMAND = "command"  # /ask: only the asker sees the answer
    SHORTCUT = "shortcut"  # "Ask about this message", for the asker alone or in the message's thread
    HOME = "home"  # the box on App Home: answered by direct message


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack, with the role that decides what they may read. `name` is for screens, never for logs.

    `is_external`: of another organisation, or unknown. `is_guest`: of this workspace, but no full member of it.
    """

    team: str
    user: str
    role: Audience
    is_admin: bool = False
    is_officer: bool = False
    is_external: bool = False
    name: str = ""
    tz: str = "Europe/London"
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation. `clearance` is what everybody in it may read; `refused` says why nothing is answered there."""

    channel: str
    is_direct: bool
    clearance: Audience
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked.

    `text` is empty, and `declined` names the reason, when it held what must not be kept. `ts` and `thread_ts` are
    Slack's. `response_url` is set for commands; `private` for a shortcut whose asker wants the answer alone.
    """

    surface: Surface
    team: str
    channel: str
    user: str
    ts: str
    thread_ts: str
    text: str
    declined: str = ""
    response_url: str = ""
    private: bool = False
    after: str = ""
    files: int = 0
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: `text` is what notifications, screen readers and old clients show."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way. `answer_id` goes into its metadata, so that it can be found again after a crash."""

    channel: str
    message: Message
    thread_ts: str = ""
    answer_id: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message came to stand."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class BotSettings:
    """What the bot must know of the settings; times in the unit that the name says."""

    groups: Mapping[Audience, frozenset[str]] = field(default_factory=dict)
    users: Mapping[Audience, frozenset[str]] = field(default_factory=dict)
    admin_groups: frozenset[str] = frozenset()
    admin_users: frozenset[str] = frozenset()
    member_role: Audience = Audience.PUBLIC
    shared_channels: frozenset[str] = frozenset()
    officers_channel: str = ""
    escalation_hours: float = 24.0
    second_approval: bool = False
    libraries: tuple[str, ...] = ()
    retention_days: int = 90
    audit_days: int = 730
    workers: int = 4
    public_url: str = ""
    upload_mb: int = 25


class TryLater(Exception):
    """The item cannot be finished now, and nothing of it has been shown; `counts` says whether it was an attempt."""

    def __init__(self, seconds: float, *, counts: bool = False) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds
        self.counts = counts
