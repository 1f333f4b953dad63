"""What of the workspace one person sees, ready for the templates: names and times in words, blocks as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup

from localslack.page.compose import to_typed
from localslack.page.draw import draw_blocks
from localslack.page.emoji import character
from localslack.page.moments import clock, day, moment
from localslack.page.mrkdwn import mrkdwn, words
from localslack.page.scene import Directory, Scene, block_in, blocks_in, field_name, text_in
from localslack.world import Channel, File, Message, User, View, Workspace

CLOSE_IN_TIME_S = 300  # messages of one person so close together share one name and picture
SHOWN_LINES = 200  # of a conversation, the last ones
HUES = 10  # as many as the style sheet has colours for pictures


@dataclass(frozen=True, slots=True)
class Face:
    """How somebody appears. `note` says what else one should know of them, such as that they are a guest."""

    id: str
    name: str
    handle: str
    initials: str
    hue: int
    is_app: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """A conversation in the list at the side. `mark` is the character before its name, `kind` the same in words."""

    id: str
    path: str
    name: str
    mark: str
    kind: str
    unread: int = 0
    face: Face | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message; `size` in words."""

    id: str
    name: str
    kind: str
    size: str


@dataclass(frozen=True, slots=True)
class Reaction:
    name: str
    shown: str
    count: int
    mine: bool
    who: str


@dataclass(frozen=True, slots=True)
class Replies:
    count: int
    latest: str
    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A message as it is drawn. `day` is the heading above it, empty where the day goes on; `compact` has no name."""

    ts: str
    channel: str
    author: Face
    time: str
    iso: str
    body: Markup
    said: str
    day: str = ""
    compact: bool = False
    is_mine: bool = False
    is_private: bool = False
    is_edited: bool = False
    is_streaming: bool = False
    files: tuple[Attached, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    replies: Replies | None = None
    root_ts: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Modal:
    """The modal on top. `below` is how many lie under it."""

    id: str
    title: str
    submit: str
    close: str
    body: Markup
    below: int


@dataclass(slots=True)
class Seen:
    """How far each person has read each conversation: (user id, channel id) → ts."""

    until: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self, viewer: User, channel: Channel) -> None:
        latest = max(channel.messages, default="")
        self.until[viewer.id, channel.id] = latest

    def unread(self, viewer: User, channel: Channel) -> int:
        """Messages of others since then: in the channel, and in threads that the viewer is in."""
        until = self.until.get((viewer.id, channel.id), "")
        return sum(
            message.ts > until and message.user != viewer.id and _concerns(viewer, channel, message)
            for message in channel.messages.values()
        )


def _concerns(viewer: User, channel: Channel, message: Message) -> bool:
    if not message.is_reply:
        return True
    return any(other.user == viewer.id for other in channel.thread(message.thread_ts))


def face_of(world: Workspace, user_id: str) -> Face:
    """How the person or bot with this id appears; somebody unknown by their id."""
    user = world.users.get(user_id)
    if user is None:
        return Face(user_id, user_id or "Somebody", user_id, "?", 0)
    parts = user.real_name.split() or [user.name or "?"]
    initials = (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper()
    hue = list(world.users).index(user.id) % HUES
    return Face(user.id, user.real_name or user.name, user.name, initials, hue, user.is_bot, _note(user))


def _note(user: User) -> str:
    if user.deleted:
        return "deactivated"
    if user.is_stranger:
        return "from another organisation"
    return "guest" if user.is_guest or user.is_single_channel_guest else ""


def people(world: Workspace) -> list[User]:
    """Whom one can be: everybody with an account that works."""
    return [user for user in world.users.values() if not user.is_bot and not user.deleted]


def rooms(world: Workspace, viewer: User, seen: Seen) -> dict[str, list[Room]]:
    """The conversations of `viewer`: `channels`, `direct` and `apps`."""
    found: dict[str, list[Room]] = {"channels": [], "direct": [], "apps": []}
    for channel in world.channels_of(viewer.id):
        room = room_of(world, viewer, channel, seen.unread(viewer, channel))
        section = "channels" if not channel.is_direct else "apps" if world.app.bot_user in channel.members else "direct"
        found[section].append(room)
    found["channels"].sort(key=lambda room: room.name)
    return found


def room_of(world: Workspace, viewer: User, channel: Channel, unread: int = 0) -> Room:
    """A conversation as `viewer` knows it."""
    if channel.is_direct:
        others = [member for member in channel.members if member != viewer.id] or [viewer.id]
        face = face_of(world, others[0])
        return Room(channel.id, channel.id, face.name, "", "direct message", unread, face)
    kind = "private channel" if channel.is_private else "channel"
    kind += ", shared with another organisation" if channel.is_ext_shared else ""
    kind += ", archived" if channel.is_archived else ""
    mark = "lock" if channel.is_private else "hash"
    return Room(channel.id, channel.name, channel.name, mark, kind, unread)


def scene_for(world: Workspace, viewer: User) -> Scene:
    """What `viewer` knows by name, and their time."""
    channels = {
        channel.id: channel.name
        for channel in world.channels.values()
        if not channel.is_direct and (channel.kind == "channel" or viewer.id in channel.members)
    }
    users = {user.id: user.real_name or user.name for user in world.users.values() if not user.deleted}
    groups = {group.id: group.handle for group in world.groups.values()}
    return Scene(
        Directory(users, channels, groups),
        viewer=viewer.id,
        viewer_groups=frozenset(group.id for group in world.groups_of(viewer.id)),
        now=datetime.fromtimestamp(world.clock.now(), UTC),
        tz=_zone(viewer.tz),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Europe/London")


# --- messages


def channel_lines(world: Workspace, viewer: User, channel: Channel, scene: Scene) -> list[Line]:
    """The messages of a channel that are not replies, with what only `viewer` sees there, oldest first."""
    whispers = [one for one in world.ephemerals_for(viewer.id, channel.id) if not one.is_reply]
    return _lines(world, viewer, channel, [*channel.main(), *whispers], scene)


def thread_lines(world: Workspace, viewer: User, channel: Channel, root_ts: str, scene: Scene) -> list[Line]:
    """A thread: its first message and the replies, with what only `viewer` sees there."""
    whispers = [one for one in world.ephemerals_for(viewer.id, channel.id) if one.is_reply and one.thread_ts == root_ts]
    return _lines(world, viewer, channel, [*channel.thread(root_ts), *whispers], scene, in_thread=True)


def _lines(
    world: Workspace,
    viewer: User,
    channel: Channel,
    messages: Iterable[Message],
    scene: Scene,
    *,
    in_thread: bool = False,
) -> list[Line]:
    lines: list[Line] = []
    before: Message | None = None
    for message in sorted(messages, key=lambda one: one.ts)[-SHOWN_LINES:]:
        when = moment(message.ts, scene.tz) or scene.now
        heading = day(when.date(), scene.now.astimezone(scene.tz).date())
        shown = "" if before and _day_of(before, scene) == when.date() else heading
        compact = not shown and before is not None and _goes_on(before, message)
        lines.append(_line(world, viewer, channel, message, scene, shown, compact, in_thread=in_thread))
        before = message
    return lines


def _day_of(message: Message, scene: Scene) -> object:
    return (moment(message.ts, scene.tz) or scene.now).date()


def _goes_on(before: Message, message: Message) -> bool:
    close = float(message.ts) - float(before.ts) < CLOSE_IN_TIME_S
    return close and before.user == message.user and before.to == message.to and not before.bot_id


def _line(
    world: Workspace,
    viewer: User,
    channel: Channel,
    message: Message,
    scene: Scene,
    heading: str,
    compact: bool,
    *,
    in_thread: bool,
) -> Line:
    when = moment(message.ts, scene.tz) or scene.now
    mine = message.user == viewer.id and not message.is_ephemeral
    return Line(
        message.ts,
        channel.id,
        face_of(world, message.user),
        clock(when),
        when.isoformat(timespec="seconds"),
        draw_message(message, scene.of(("t" if in_thread else "c") + message.ts)),
        words(message.text, scene)[:200],
        heading,
        compact,
        is_mine=mine,
        is_private=message.is_ephemeral,
        is_edited=bool(message.edited_ts) and world.stream_state(message) == "",
        is_streaming=world.stream_state(message) == "streaming",
        files=tuple(attached(file) for file in message.files if not file.deleted),
        reactions=tuple(_reaction(world, viewer, name, users) for name, users in message.reactions.items() if users),
        replies=None if in_thread or message.is_ephemeral else _replies(world, channel, message, scene),
        root_ts=message.root_ts,
        typed=to_typed(message.text, world) if mine else "",
    )


def draw_message(message: Message, scene: Scene) -> Markup:
    """The body of a message. Of people's it is their text: the blocks that Slack makes of it say no more."""
    if message.bot_id and message.blocks:
        body = draw_blocks(message.blocks, scene)
    else:
        body = (
            Markup('<div class="text" dir="auto">{}</div>').format(mrkdwn(message.text, scene))
            if message.text
            else Markup()
        )
    return body + Markup().join(_attachment(one, scene) for one in message.attachments)


def _attachment(attachment: Mapping[str, Any], scene: Scene) -> Markup:
    parts = [Markup("<b>{}</b>").format(title)] if (title := mrkdwn(text_in(attachment, "title"), scene)) else []
    parts.append(mrkdwn(text_in(attachment, "pretext"), scene))
    parts.append(mrkdwn(text_in(attachment, "text"), scene))
    inside = Markup("\n").join(part for part in parts if part) + draw_blocks(attachment.get("blocks"), scene)
    return Markup('<div class="attachment text" dir="auto">{}</div>').format(inside or text_in(attachment, "fallback"))


def attached(file: File) -> Attached:
    """A file as it is listed under a message."""
    size = len(file.data)
    in_words = f"{size} bytes" if size < 1000 else f"{size / 1000:.0f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"
    return Attached(file.id, file.title or file.name, file.filetype.upper() or "FILE", in_words)


def _reaction(world: Workspace, viewer: User, name: str, users: Sequence[str]) -> Reaction:
    who = ", ".join(face_of(world, user).name for user in users)
    return Reaction(name, character(name) or f":{name}:", len(users), viewer.id in users, who)


def _replies(world: Workspace, channel: Channel, message: Message, scene: Scene) -> Replies | None:
    replies = channel.thread(message.ts)[1:]
    if not replies:
        return None
    when = moment(replies[-1].ts, scene.tz) or scene.now
    today = scene.now.astimezone(scene.tz).date()
    latest = f"{day(when.date(), today).lower() if when.date() == today else day(when.date(), today)} at {clock(when)}"
    faces = dict.fromkeys(reply.user for reply in replies)
    return Replies(len(replies), latest, tuple(face_of(world, user) for user in list(faces)[:3]))


# --- views


def modal_of(world: Workspace, viewer: User, scene: Scene) -> Modal | None:
    """The modal in front of `viewer`, with what was entered into it and what is wrong with that."""
    view = world.top_modal(viewer.id)
    if view is None:
        return None
    body = view.body
    submit = text_in(block_in(body, "submit"), "text")
    if not submit and any(text_in(block, "type") == "input" for block in view.blocks):
        submit = "Submit"
    return Modal(
        view.id,
        view.title,
        submit,
        text_in(block_in(body, "close"), "text") or ("Cancel" if submit else "Close"),
        draw_view(view, scene),
        len(world.modals.get(viewer.id, ())) - 1,
    )


def draw_view(view: View, scene: Scene) -> Markup:
    """The blocks of a modal or of App Home."""
    drawn = Scene(
        scene.directory, scene.viewer, scene.viewer_groups, scene.now, scene.tz, view.id, entered(view), view.errors
    )
    return draw_blocks(view.blocks, drawn)


def entered(view: View) -> dict[str, list[str]]:
    """What is in the fields of a view: by field name, the values of its controls."""
    return {
        field_name(block_id, action_id): _values(state)
        for block_id, actions in view.values.items()
        for action_id, state in actions.items()
    }


_SINGLE = (
    "value", "selected_date", "selected_time", "selected_user", "selected_conversation", "selected_channel",
)  # fmt: skip
_SEVERAL = ("selected_users", "selected_conversations", "selected_channels")


def _values(state: Mapping[str, Any]) -> list[str]:
    if "selected_options" in state:
        return [text_in(option, "value") for option in blocks_in(state, "selected_options")]
    if "selected_option" in state:
        return [text_in(block_in(state, "selected_option"), "value")]
    for key in _SEVERAL:
        if isinstance(found := state.get(key), list):
            return [one for one in found if isinstance(one, str)]
    return [found for key in _SINGLE if (found := text_in(state, key))]
