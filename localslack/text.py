"""What a person types, as Slack sends it on: mentions and links become markup, and `&`, `<`, `>` are escaped."""

from __future__ import annotations

import re

from localslack.world import Workspace

BROADCASTS = {"here", "channel", "everyone"}
LONGEST = 40_000
TOKEN = re.compile(
    r"(?P<raw><@[UW][A-Z0-9]+>)"
    r"|(?P<url>https?://[^\s<>|]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w@])@(?P<user>[A-Za-z][\w.-]*)"
    r"|(?<![\w#])#(?P<channel>[a-z0-9][\w-]*)"
)


def typed(world: Workspace, text: str, *, labels: bool = False) -> str:
    """The stored text of what somebody typed.

    Args:
        labels: write `<@U…|name>` and `<#C…|name>`, as slash commands with `should_escape` have it.
    """
    pieces, at = [], 0
    for found in TOKEN.finditer(text):
        pieces += [escape(text[at : found.start()]), _token(world, found, labels=labels)]
        at = found.end()
    return ("".join(pieces) + escape(text[at:]))[:LONGEST]


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _token(world: Workspace, found: re.Match[str], *, labels: bool) -> str:
    text = found.group()
    if found["raw"]:
        return _raw(world, text, labels=labels)
    if found["url"]:
        return f"<{text.replace('&', '&amp;')}>"
    if found["email"]:
        return f"<mailto:{text}|{text}>"
    if found["user"]:
        return _user(world, found["user"], labels=labels)
    channel = world.channel_named(found["channel"])
    return f"<#{channel.id}|{channel.name}>" if channel else escape(text)


def _raw(world: Workspace, text: str, *, labels: bool) -> str:
    """`<@U…>` of somebody who exists stands for what the client makes of picking that person from the list."""
    user = world.users.get(text[2:-1])
    if user is None:
        return escape(text)
    return f"<@{user.id}|{user.name}>" if labels else text


def _user(world: Workspace, name: str, *, labels: bool) -> str:
    bare = name.rstrip(".-")
    rest = name[len(bare) :]
    if bare in BROADCASTS:
        return f"<!{bare}>{rest}"
    if user := world.user_named(bare):
        return (f"<@{user.id}|{user.name}>" if labels else f"<@{user.id}>") + rest
    group = next((group for group in world.groups.values() if group.handle == bare), None)
    return f"<!subteam^{group.id}|@{group.handle}>{rest}" if group else f"@{name}"
