"""What a call names, or Slack's error for what is not there or not open to the app."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from localslack.errors import SlackError
from localslack.registry import Call
from localslack.world import Channel, Message, Payload, User, new_id

Item = TypeVar("Item")

READ_SCOPES = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}
HISTORY_SCOPES = {
    "channel": "channels:history",
    "group": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}


def visible_channel(call: Call, *names: str) -> Channel:
    """A channel that the app knows of: public, or private with the app in it.

    Raises: SlackError `channel_not_found`.
    """
    found = call.world.channels.get(call.args.required(*names or ("channel",)))
    if found is None or (found.is_private and call.world.app.bot_user not in found.members):
        raise SlackError("channel_not_found")
    return found


def joined_channel(call: Call, *names: str) -> Channel:
    """A channel that the app is in.

    Raises: SlackError `channel_not_found` or `not_in_channel`.
    """
    found = visible_channel(call, *names)
    if call.world.app.bot_user not in found.members:
        raise SlackError("not_in_channel")
    return found


def writable_channel(call: Call) -> Channel:
    """A channel to post in: by id, by name, or a person, which means the direct message with them.

    Raises: SlackError `channel_not_found`, `not_in_channel` or `is_archived`.
    """
    name = call.args.required("channel")
    found = direct_with(call, name) if name in call.world.users else call.world.channel_named(name)
    if found is None or (found.is_private and call.world.app.bot_user not in found.members):
        raise SlackError("channel_not_found")
    if call.world.app.bot_user not in found.members and "chat:write.public" not in call.token.scopes:
        raise SlackError("not_in_channel")
    if found.is_archived:
        raise SlackError("is_archived")
    return found


def direct_with(call: Call, user: str) -> Channel:
    """The direct message with somebody, opened if need be."""
    found = call.world.direct(user)
    if found is None:
        members = [user, call.world.app.bot_user]
        found = call.world.add_channel(Channel(new_id("D"), "", "im", members, call.world.clock.now()))
    return found


def own_message(call: Call, channel: Channel, error: str) -> Message:
    """A message of the app, named by `ts`.

    Raises: SlackError `message_not_found`, or `error` for one of somebody else.
    """
    message = channel.messages.get(call.args.required("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != call.world.app.bot_id:
        raise SlackError(error)
    return message


def user(call: Call, name: str = "user") -> User:
    found = call.world.users.get(call.args.required(name))
    if found is None:
        raise SlackError("user_not_found")
    return found


def page(call: Call, items: Sequence[Item], *, limit: int, most: int = 1000) -> tuple[list[Item], Payload]:
    """A page of a list, by the cursor that the page before gave.

    Returns: the items, and `response_metadata` with the next cursor, empty at the end.
    Raises: SlackError `invalid_limit` or `invalid_cursor`.
    """
    size = call.args.number("limit", limit) or limit
    if not 0 < size <= most:
        raise SlackError("invalid_limit")
    start = _offset(call.args.text("cursor"))
    rest = start + size
    cursor = base64.b64encode(f"offset:{rest}".encode()).decode() if rest < len(items) else ""
    return list(items[start:rest]), {"response_metadata": {"next_cursor": cursor}}


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        name, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if name == "offset":
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise SlackError("invalid_cursor") from error
    raise SlackError("invalid_cursor")
