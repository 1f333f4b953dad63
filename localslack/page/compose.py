"""Typed text and back: the page says people by their full names, Slack's client sends them by their handles."""

from __future__ import annotations

import re
from collections.abc import Mapping

from localslack.page.mrkdwn import decode
from localslack.page.scene import clean
from localslack.world import Workspace

_STORED = re.compile(r"<([^<>\n]+)>")


def with_handles(typed: str, world: Workspace) -> str:
    """`typed` with each `@Full Name` and `@handle`, in any case, as the `@handle` that the client would have picked."""
    handles = {user.real_name.casefold(): user.name for user in world.users.values()}
    handles |= {user.name.casefold(): user.name for user in world.users.values()}
    known = "|".join(re.escape(name) for name in sorted(handles, key=len, reverse=True) if name)
    mention = re.compile(rf"(?<![\w&@#/])@({known})(?![\w-])", re.I)
    return mention.sub(lambda match: "@" + handles[match[1].casefold()], clean(typed))


def to_typed(stored: str, world: Workspace) -> str:
    """What one would type to get `stored`. A link with a label cannot be typed: only its label is left."""
    users = {user.id: user.name for user in world.users.values()}
    return decode(_STORED.sub(lambda match: _typed(match[1], world, users), stored))


def _typed(inner: str, world: Workspace, users: Mapping[str, str]) -> str:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return "@" + users.get(target[1:], label or target[1:])
    if target.startswith("#"):
        channel = world.channels.get(target[1:])
        return "#" + (channel.name if channel else label or target[1:])
    if target.startswith("!subteam^"):
        group = world.groups.get(target.removeprefix("!subteam^"))
        return "@" + (group.handle if group else label.removeprefix("@"))
    if target.startswith("!"):
        return label or "@" + target[1:]
    return label or target.removeprefix("mailto:")
