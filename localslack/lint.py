"""What an app must never do in Slack, watched all the time. A test fails on any finding that it did not allow.

The rules are in `lint_write` (what the app writes) and `lint_end` (how things stand when the test is over); this
module remembers what they need to know and keeps what they find.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localslack import lint_end, lint_write
from localslack.errors import LintFailure
from localslack.world import Message, Payload, Workspace

if TYPE_CHECKING:
    from localslack.deliver import Ack
    from localslack.slack import ApiCall

REFUSED_CONTENT = (
    "invalid_blocks", "invalid_arguments", "msg_too_long", "msg_blocks_too_long", "view_too_large", "no_text",
    "metadata_too_large", "markdown_text_conflict", "invalid_attachments",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Write:
    """Something that the app showed to people. `kind`: post, update, whisper, respond, stream, view."""

    kind: str
    channel: str
    text: str
    blocks: list[Payload]
    given: Mapping[str, Any]
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A person used something of the app: a button, a command, a modal."""

    ts: str
    user: str
    channel: str


@dataclass(slots=True)
class Record:
    """What the rules know of the past."""

    whispers: list[tuple[Message, tuple[str, ...]]] = field(default_factory=list)
    """Ephemeral messages with the texts that would give them away elsewhere."""
    answers: dict[tuple[str, str], Message] = field(default_factory=dict)
    """Messages by channel and by the answer_id of their metadata."""
    acts: list[Act] = field(default_factory=list)
    """In the order of their ts."""
    mentions: list[Payload] = field(default_factory=list)
    known_users: set[str] = field(default_factory=set)
    """Who the app was told of as acting or as chosen by somebody: it may name them."""
    secrets: set[str] = field(default_factory=set)
    link_hosts: set[str] = field(default_factory=lambda: {"127.0.0.1", "localhost"})
    """Hosts that the app may link to; `*` is any."""

    def keep(self, write: Write) -> None:
        if write.message is None:
            return
        if write.message.to:
            self.whispers.append((write.message, lint_write.telling(write)))
        if answer := lint_write.answer_id(write):
            self.answers[write.channel, answer] = write.message

    def acted_between(self, after_ts: str, before_ts: str, user: str = "") -> bool:
        """Whether somebody, or `user`, used the app between two moments."""
        first = bisect_right(self.acts, after_ts, key=_ts)
        last = bisect_left(self.acts, before_ts, key=_ts)
        return any(user in ("", act.user) for act in self.acts[first:last])


def _ts(act: Act) -> str:
    return act.ts


class Lint:
    """The findings of one server."""

    def __init__(self, world: Workspace) -> None:
        self.record = Record()
        self.findings: list[Finding] = []
        self.allowed: set[str] = set()
        self._world = world

    def allow(self, *rules: str) -> None:
        """Let this test break rules. Raises: ValueError for a rule that there is not."""
        if unknown := set(rules) - RULES:
            raise ValueError(f"no such rule: {', '.join(sorted(unknown))}; there are {', '.join(sorted(RULES))}")
        self.allowed.update(rules)

    def add(self, rule: str, text: str) -> None:
        self.findings.append(Finding(rule, text))

    def check(self) -> None:
        """Raise LintFailure if anything was found that is not allowed."""
        found = dict.fromkeys([*self.findings, *self._at_end()])
        left = [finding for finding in found if finding.rule not in self.allowed]
        if left:
            raise LintFailure("\n".join(f"{finding.rule}: {finding.text}" for finding in left))

    # --- what it is told

    def wrote(self, write: Write) -> None:
        for rule, look in lint_write.RULES.items():
            for text in look(write, self.record, self._world):
                self.add(rule, text)
        self.record.keep(write)

    def acted(self, act: Act, chosen: set[str]) -> None:
        self.record.acts.append(act)
        self.record.known_users |= {act.user} | chosen

    def delivered(self, name: str, inner: Payload) -> None:
        if isinstance(user := inner.get("user"), str):
            self.record.known_users.add(user)
        if name == "app_mention":
            self.record.mentions.append(inner)

    def acked(self, ack: Ack) -> None:
        if ack.app_to_blame:
            self.add("ack-missed", f"{ack.kind} {ack.name}: no acknowledgement after {ack.latency_s:.1f} s")

    def called(self, call: ApiCall) -> None:
        if call.injected:
            return
        if call.status == 429:
            self.add("over-tier", f"{call.method} was called more often than Slack allows")
        if call.error in REFUSED_CONTENT:
            self.add("refused-content", f"{call.method} was refused: {call.error}")

    def keeps_secret(self, *texts: str) -> None:
        """These must never be seen: tokens, private_metadata."""
        self.record.secrets.update(text for text in texts if len(text) >= 8)

    def _at_end(self) -> list[Finding]:
        return [Finding(rule, text) for rule, look in lint_end.RULES.items() for text in look(self.record, self._world)]


RULES = {*lint_write.RULES, *lint_end.RULES, "ack-missed", "over-tier", "refused-content", "method-not-built"}
