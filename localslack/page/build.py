"""Puts together what the templates say: one `Page` for one person looking at one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from localslack.page.elements import text_object
from localslack.page.emoji import QUICK, character
from localslack.page.mrkdwn import mrkdwn
from localslack.page.panes import (
    SHOWN_LINES,
    Face,
    Line,
    Modal,
    Room,
    Seen,
    channel_lines,
    draw_view,
    face_of,
    modal_of,
    people,
    room_of,
    rooms,
    scene_for,
    thread_lines,
)
from localslack.page.scene import Scene, text_in
from localslack.world import Channel, User, Workspace

if TYPE_CHECKING:
    from localslack.slack import Slack

SHOWN_NOTICES = 3


@dataclass(frozen=True, slots=True)
class Confirm:
    """A question before something is done; `fields` are what was sent, to be sent again with the answer."""

    action: str
    title: str
    text: Markup
    confirm: str
    deny: str
    is_danger: bool
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks where. `flash` is a sentence about what could not be done."""

    viewer: User
    channel: Channel
    tab: str = "messages"
    thread: str = ""
    editing: str = ""
    flash: str = ""
    confirm: Confirm | None = None
    steps: Sequence[str] = ()

    @property
    def base(self) -> str:
        return f"/as/{self.viewer.name}"

    @property
    def closed_path(self) -> str:
        """The address without thread and edit."""
        channel = self.channel.id if self.channel.is_direct else self.channel.name
        return f"{self.base}/c/{channel}" + ("/home" if self.tab == "home" else "")

    @property
    def path(self) -> str:
        """The address with the thread that is open."""
        return self.closed_path + (f"?thread={self.thread}" if self.thread else "")

    @property
    def back(self) -> str:
        """The address where the same is seen again."""
        if not self.editing:
            return self.path
        return f"{self.path}{'&' if self.thread else '?'}edit={self.editing}"


@dataclass(frozen=True, slots=True)
class Working:
    """That the app is at work, in words; `can_stop` where it listens to the Stop button."""

    words: str
    can_stop: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that `page.html` shows."""

    base: str
    path: str
    closed_path: str
    back: str
    version: int
    title: str
    team: str
    viewer: Face
    viewer_title: str
    people: list[tuple[Face, str]]
    bot: Face
    is_connected: bool
    rooms: list[tuple[str, list[Room]]]
    room: Room
    tab: str
    topic: str
    members: list[Face]
    is_direct: bool
    is_app: bool
    may_write: bool
    may_join: bool
    may_not_write: str
    lines: list[Line]
    is_cut: bool
    status: Working | None
    prompts_title: str
    prompts: Sequence[Any]
    notices: list[str]
    editing: str
    message_shortcuts: list[tuple[str, str]]
    global_shortcuts: list[tuple[str, str]]
    completions: list[dict[str, str]]
    quick: list[tuple[str, str]]
    thread: str
    thread_title: str
    thread_lines: list[Line]
    thread_status: Working | None
    home: Markup
    home_id: str
    modal: Modal | None
    flash: str
    confirm: Confirm | None
    steps: list[Markup] = field(default_factory=list)


def build(slack: Slack, look: Look, seen: Seen) -> Page:
    """What `look.viewer` sees there; it counts as read from now on."""
    world, viewer, channel = slack.world, look.viewer, look.channel
    scene = scene_for(world, viewer)
    seen.read(viewer, channel)
    room = room_of(world, viewer, channel)
    is_app = channel.is_direct and world.app.bot_user in channel.members
    found = rooms(world, viewer, seen)
    prompts = world.prompts.get((channel.id, look.thread)) or world.prompts.get((channel.id, ""))
    lines = channel_lines(world, viewer, channel, scene) if look.tab == "messages" else []
    home = world.homes.get(viewer.id) if look.tab == "home" else None
    may_not_write = _closed(viewer, channel)
    return Page(
        base=look.base,
        path=look.path,
        closed_path=look.closed_path,
        back=look.back,
        version=world.version,
        title=room.name,
        team=world.team.name,
        viewer=face_of(world, viewer.id),
        viewer_title=viewer.title,
        people=[(face_of(world, user.id), _what(world, user)) for user in people(world)],
        bot=face_of(world, world.app.bot_user),
        is_connected=bool(slack.sockets.open) or slack.http is not None,
        rooms=[("Channels", found["channels"]), ("Direct messages", found["direct"]), ("Apps", found["apps"])],
        room=room,
        tab=look.tab,
        topic=channel.topic or channel.purpose,
        members=[face_of(world, member) for member in channel.members],
        is_direct=channel.is_direct,
        is_app=is_app,
        may_write=not may_not_write,
        may_join=viewer.id not in channel.members and not channel.is_archived,
        may_not_write=may_not_write,
        lines=lines,
        is_cut=len(lines) == SHOWN_LINES,
        status=_working(slack, channel, ""),
        prompts_title=(prompts.title if prompts else "") or "Try one of these",
        prompts=prompts.prompts if prompts and is_app else (),
        notices=[notice.text for notice in notices(world, viewer, channel)],
        editing=look.editing,
        message_shortcuts=list(world.app.message_shortcuts.items()),
        global_shortcuts=list(world.app.global_shortcuts.items()),
        completions=completions(world, viewer),
        quick=[(name, character(name) or name) for name in QUICK],
        thread=look.thread,
        thread_title=_title(world, channel, look.thread) if look.thread else "",
        thread_lines=thread_lines(world, viewer, channel, look.thread, scene) if look.thread else [],
        thread_status=_working(slack, channel, look.thread) if look.thread else None,
        home=draw_view(home, scene) if home else Markup(),
        home_id=home.id if home else "",
        modal=modal_of(world, viewer, scene),
        flash=look.flash,
        confirm=look.confirm,
        steps=[mrkdwn(step, scene) for step in look.steps],
    )


def confirmation(look: Look, action: str, asked: object, fields: Sequence[tuple[str, str]], scene: Scene) -> Look:
    """The same with a question in front, made of Block Kit's confirm object."""
    block = asked if isinstance(asked, dict) else {}
    confirm = Confirm(
        action,
        text_in(block.get("title"), "text") or "Are you sure?",
        text_object(block.get("text"), scene),
        text_in(block.get("confirm"), "text") or "Yes",
        text_in(block.get("deny"), "text") or "Cancel",
        block.get("style") == "danger",
        tuple(fields),
    )
    return replace(look, confirm=confirm)


def notices(world: Workspace, viewer: User, channel: Channel) -> list[Any]:
    """What Slack itself told `viewer` last, in this conversation or in none."""
    found = [one for one in world.notices if one.user == viewer.id and one.channel in ("", channel.id)]
    return found[-SHOWN_NOTICES:]


def completions(world: Workspace, viewer: User) -> list[dict[str, str]]:
    """What the message box offers after `/`, `@` and `#`: what to write, and what it means."""
    commands = [{"write": f"{name} ", "label": name, "note": told} for name, told in sorted(world.app.commands.items())]
    users = [
        {"write": f"@{user.name} ", "label": f"@{user.real_name}", "note": user.title or user.name}
        for user in sorted(world.users.values(), key=lambda user: (not user.is_bot, user.real_name))
        if not user.deleted
    ]
    groups = [
        {"write": f"@{group.handle} ", "label": f"@{group.handle}", "note": group.name}
        for group in world.groups.values()
    ]
    channels = [
        {"write": f"#{channel.name} ", "label": f"#{channel.name}", "note": channel.topic}
        for channel in world.channels.values()
        if not channel.is_direct and (channel.kind == "channel" or viewer.id in channel.members)
    ]
    return [*commands, *users, *groups, *channels]


def _working(slack: Slack, channel: Channel, thread: str) -> Working | None:
    """The app's status in a thread; outside threads, of whichever thread it is at work in."""
    world = slack.world
    if not thread and channel.is_direct:
        places = dict.fromkeys(one for key in (world.statuses, world.sessions) for one in key if one[0] == channel.id)
        found = (_working(slack, channel, place[1]) for place in places if place[1])
        return next((one for one in found if one), None)
    status, session = world.status(channel.id, thread), world.sessions.get((channel.id, thread))
    at_work = session is not None and session.status == "processing"
    if status is None and not at_work:
        return None
    words = (status.text if status else "") or "is working…"
    return Working(words, at_work and bool(thread) and "agent_session_stopped" in world.app.events)


def _title(world: Workspace, channel: Channel, thread: str) -> str:
    session = world.sessions.get((channel.id, thread))
    return world.titles.get((channel.id, thread), "") or (session.title if session else "")


def _closed(viewer: User, channel: Channel) -> str:
    if channel.is_archived:
        return "This channel is archived: nobody can write here."
    return "" if viewer.id in channel.members else f"You are looking at #{channel.name}, and are not in it."


def _what(world: Workspace, user: User) -> str:
    """What somebody is, for whoever chooses to be them: title, kind of account, user groups."""
    kind = "from another organisation" if user.is_stranger else ""
    kind = kind or ("guest" if user.is_guest or user.is_single_channel_guest else "")
    groups = ", ".join(f"@{group.handle}" for group in world.groups_of(user.id))
    return " · ".join(part for part in (user.title, kind, groups) if part)
