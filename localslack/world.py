"""What is in the workspace: people, channels, messages, modals, files, and what the app may do there.

A world belongs to one server and changes on its event loop only; other threads may read it.
Everything that a person could see changing calls `Workspace.touch()`, which wakes whoever waits for a change.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from localslack.clock import Clock

Payload = dict[str, Any]
"""A JSON object as Slack sends or takes it."""

STATUS_LASTS_S = 120.0  # "removed after 2 minutes without a message": docs, assistant.threads.setStatus
STREAM_LASTS_S = 300.0  # about 5 minutes from the start, even with traffic: python-slack-sdk#1859
TRIGGER_LASTS_S = 3.0
RESPONSE_URL_LASTS_S = 1800.0
RESPONSE_URL_USES = 5
LARGEST_STACK = 3  # modals on top of one another

Kind = Literal["channel", "group", "im", "mpim"]
"""Slack's `channel_type`: public, private, direct, direct with several."""


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    domain: str


@dataclass(slots=True)
class User:
    """Somebody, or the app's bot. `team` differs from the workspace's for people of Slack Connect."""

    id: str
    name: str
    real_name: str
    team: str
    email: str = ""
    title: str = ""
    tz: str = "Europe/London"
    tz_offset: int = 0
    locale: str = "en-GB"
    is_bot: bool = False
    is_admin: bool = False
    is_guest: bool = False  # multi-channel or single-channel: `is_restricted`
    is_single_channel_guest: bool = False  # `is_ultra_restricted`
    is_stranger: bool = False  # of another organisation, met in a shared channel
    deleted: bool = False


@dataclass(slots=True)
class UserGroup:
    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)


@dataclass(slots=True)
class File:
    """A file with its bytes. `title` is what people see."""

    id: str
    name: str
    title: str
    user: str
    data: bytes
    mimetype: str
    filetype: str
    created: float
    channels: list[str] = field(default_factory=list)
    deleted: bool = False


@dataclass(slots=True)
class Stream:
    """A message while it is being written. `state`: streaming, stopped, expired, stopped_by_user."""

    started: float
    state: str = "streaming"
    chunks: list[Payload] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    """A message in a channel; an ephemeral one has `to`, the only person who sees it.

    `text` is as Slack stores it: `&amp;`, `&lt;`, `&gt;`, `<@U…>`, `<https://…|label>`. `blocks` of people's messages
    are the rich text that Slack makes of what they type.
    """

    channel: str
    ts: str
    user: str
    text: str
    team: str
    blocks: list[Payload] = field(default_factory=list)
    thread_ts: str = ""
    bot_id: str = ""
    subtype: str = ""
    client_msg_id: str = ""
    metadata: Payload | None = None
    attachments: list[Payload] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited_ts: str = ""
    edited_by: str = ""
    to: str = ""
    stream: Stream | None = None
    deleted: bool = False

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.to)

    @property
    def is_reply(self) -> bool:
        """In a thread and not its first message."""
        return bool(self.thread_ts) and self.thread_ts != self.ts

    @property
    def root_ts(self) -> str:
        """The thread that an answer to this message belongs to."""
        return self.thread_ts or self.ts


@dataclass(slots=True)
class Channel:
    """A conversation. `messages` by ts, in order; `threads` holds the ts of the replies to each first message."""

    id: str
    name: str
    kind: Kind
    members: list[str]
    created: float
    creator: str = ""
    topic: str = ""
    purpose: str = ""
    is_general: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_direct(self) -> bool:
        return self.kind in ("im", "mpim")

    @property
    def is_private(self) -> bool:
        return self.kind != "channel"

    def thread(self, root_ts: str) -> list[Message]:
        """The first message and its replies, oldest first; empty for a ts that nobody knows."""
        found = [self.messages.get(ts) for ts in [root_ts, *self.threads.get(root_ts, ())]]
        return [message for message in found if message is not None]

    def main(self) -> list[Message]:
        """The messages that are not replies, oldest first."""
        return [message for message in self.messages.values() if not message.is_reply]


@dataclass(slots=True)
class View:
    """A modal or App Home as the app sent it. `values` is Slack's `state.values`; `errors` by block id, as shown."""

    id: str
    body: Payload
    user: str
    hash: str
    root_id: str
    previous_id: str = ""
    values: dict[str, dict[str, Payload]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_open: bool = True

    @property
    def kind(self) -> str:
        """`modal` or `home`."""
        return str(self.body.get("type", ""))

    @property
    def callback_id(self) -> str:
        return str(self.body.get("callback_id") or "")

    @property
    def private_metadata(self) -> str:
        return str(self.body.get("private_metadata") or "")

    @property
    def title(self) -> str:
        return str((self.body.get("title") or {}).get("text", ""))

    @property
    def blocks(self) -> list[Payload]:
        return list(self.body.get("blocks") or [])

    @property
    def view(self) -> Payload:
        """The view as the app sent it."""
        return self.body


@dataclass(frozen=True, slots=True)
class Status:
    """The words "… is thinking" beneath a thread."""

    text: str
    loading_messages: tuple[str, ...]
    since: float


@dataclass(frozen=True, slots=True)
class Prompts:
    """Suggested prompts: each has `title` and `message`."""

    title: str
    prompts: tuple[Payload, ...]


@dataclass(slots=True)
class Session:
    """An agent's session in a thread; while it is `processing`, people have a Stop button."""

    status: str = "active"
    title: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What Slack itself tells one person, such as that the app did not respond."""

    user: str
    channel: str
    text: str


@dataclass(slots=True)
class Token:
    """`kind`: bot, app (`xapp-`), user."""

    value: str
    kind: str
    scopes: frozenset[str]
    user: str = ""
    revoked: bool = False


@dataclass(slots=True)
class Trigger:
    id: str
    user: str
    expires: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where an app may answer up to five times. `message_ts`: what `replace_original` replaces."""

    id: str
    channel: str
    user: str
    expires: float
    thread_ts: str = ""
    message_ts: str = ""
    left: int = RESPONSE_URL_USES
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once what the URL came with was acknowledged, or was not in time."""


@dataclass(slots=True)
class AppConfig:
    """The app as its manifest describes it: what it is sent and what people can call."""

    id: str
    name: str
    bot_user: str
    bot_id: str
    events: set[str]
    commands: dict[str, str]
    """The description by command, which begins with a slash."""
    message_shortcuts: dict[str, str]
    """The name on the menu by callback id."""
    global_shortcuts: dict[str, str]
    signing_secret: str
    client_id: str
    client_secret: str
    verification_token: str = "local-verification-token"  # noqa: S105 - Slack's legacy field, worth nothing


Place = tuple[str, str]
"""A thread: channel id and thread_ts; thread_ts is empty for the channel itself."""


@dataclass(slots=True)
class Workspace:
    """One world. Lookups raise nothing: they return None, and the caller knows which error that is."""

    team: Team
    app: AppConfig
    clock: Clock
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    whispers: dict[str, Message] = field(default_factory=dict)
    """Ephemeral messages by ts, oldest first."""
    views: dict[str, View] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    """The open modals of a person (user id), lowest first."""
    homes: dict[str, View] = field(default_factory=dict)
    choices: dict[tuple[str, str], dict[str, dict[str, Payload]]] = field(default_factory=dict)
    """`state.values` of what somebody has chosen in a message, by user id and the message's ts."""
    statuses: dict[Place, Status] = field(default_factory=dict)
    prompts: dict[Place, Prompts] = field(default_factory=dict)
    titles: dict[Place, str] = field(default_factory=dict)
    sessions: dict[Place, Session] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    tokens: dict[str, Token] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    base_url: str = ""
    """The address of the server, once it listens."""
    version: int = 0
    """Goes up with every change that somebody could see."""
    condition: threading.Condition = field(default_factory=threading.Condition)
    _waiters: set[asyncio.Future[None]] = field(default_factory=set)
    _last_us: int = 0

    # --- changes

    def touch(self) -> None:
        """Something that people can see has changed. Only on the server's event loop."""
        with self.condition:
            self.version += 1
            self.condition.notify_all()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def changed(self, since: int) -> int:
        """The version, once it is beyond `since`. Only on the server's event loop."""
        while self.version <= since:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await waiter
            finally:
                self._waiters.discard(waiter)
        return self.version

    def next_ts(self) -> str:
        """A timestamp that nothing else has: seconds and microseconds."""
        self._last_us = max(int(self.clock.now() * 1_000_000), self._last_us + 1)
        return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"

    # --- lookups

    @property
    def bot(self) -> User:
        return self.users[self.app.bot_user]

    def user_named(self, name: str) -> User | None:
        return next((user for user in self.users.values() if user.name == name.removeprefix("@")), None)

    def channel_named(self, name: str) -> Channel | None:
        """A channel by id, by `#name` or by name."""
        if found := self.channels.get(name):
            return found
        bare = name.removeprefix("#")
        return next((channel for channel in self.channels.values() if channel.name and channel.name == bare), None)

    def direct(self, user: str, other: str = "") -> Channel | None:
        """The direct message of `user` with `other`, by default the bot."""
        pair = {user, other or self.app.bot_user}
        return next((c for c in self.channels.values() if c.kind == "im" and set(c.members) == pair), None)

    def channels_of(self, user: str) -> Iterator[Channel]:
        """The conversations that `user` is in."""
        return (channel for channel in self.channels.values() if user in channel.members)

    def groups_of(self, user: str) -> list[UserGroup]:
        return [group for group in self.groups.values() if user in group.users]

    def message(self, channel: str, ts: str) -> Message | None:
        found = self.channels.get(channel)
        return found.messages.get(ts) if found else None

    def ephemerals_for(self, user: str, channel: str = "") -> list[Message]:
        """What only `user` sees, oldest first; of one channel if it is given."""
        mine = (m for m in self.whispers.values() if m.to == user and not m.deleted)
        return [message for message in mine if channel in ("", message.channel)]

    def top_modal(self, user: str) -> View | None:
        stack = self.modals.get(user)
        return stack[-1] if stack else None

    def status(self, channel: str, thread_ts: str) -> Status | None:
        """The status beneath a thread, unless it has run out."""
        found = self.statuses.get((channel, thread_ts))
        return found if found and self.clock.now() - found.since < STATUS_LASTS_S else None

    def stream_state(self, message: Message) -> str:
        """`streaming`, `stopped`, `expired`, `stopped_by_user`, or empty for a message that is none."""
        stream = message.stream
        if stream is None:
            return ""
        if stream.state == "streaming" and self.clock.now() - stream.started >= STREAM_LASTS_S:
            stream.state = "expired"
        return stream.state

    # --- making things

    def add_channel(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        self.touch()
        return channel

    def store(self, message: Message) -> Message:
        """Put a message into its channel and, if it is a reply, into its thread; clears the thread's status."""
        channel = self.channels[message.channel]
        channel.messages[message.ts] = message
        if message.is_reply:
            channel.threads.setdefault(message.thread_ts, []).append(message.ts)
            root = channel.messages.get(message.thread_ts)
            if root is not None and not root.thread_ts:
                root.thread_ts = root.ts
        if message.bot_id:
            self.statuses.pop((channel.id, message.root_ts), None)
        self.touch()
        return message

    def remove(self, message: Message) -> None:
        """Delete a message from where people see it."""
        message.deleted = True
        channel = self.channels[message.channel]
        channel.messages.pop(message.ts, None)
        if message.ts in (replies := channel.threads.get(message.thread_ts, [])):
            replies.remove(message.ts)
        self.touch()

    def whisper(self, message: Message) -> Message:
        """Show an ephemeral message."""
        self.whispers[message.ts] = message
        self.touch()
        return message

    def new_trigger(self, user: str) -> Trigger:
        name = f"{int(self.clock.now())}.{self.team.id}.{secrets.token_hex(16)}"
        trigger = Trigger(name, user, self.clock.now() + TRIGGER_LASTS_S)
        self.triggers[trigger.id] = trigger
        return trigger

    def new_response_url(self, channel: str, user: str, *, thread_ts: str = "", message_ts: str = "") -> ResponseUrl:
        made = ResponseUrl(
            secrets.token_hex(12), channel, user, self.clock.now() + RESPONSE_URL_LASTS_S, thread_ts, message_ts
        )
        self.response_urls[made.id] = made
        return made


def new_id(prefix: str) -> str:
    """An id as Slack makes them: a letter for the kind of thing, then letters and digits."""
    return prefix + secrets.token_hex(5).upper()
