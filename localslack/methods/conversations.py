"""conversations.*: channels, who is in them, what was said."""

from __future__ import annotations

import re

from localslack.errors import SlackError
from localslack.events import tell_joined
from localslack.methods.find import (
    HISTORY_SCOPES,
    READ_SCOPES,
    direct_with,
    joined_channel,
    page,
    visible_channel,
)
from localslack.payloads import channel_payload, message_payload
from localslack.registry import Call, method
from localslack.tiers import TIER_2, TIER_3, TIER_4
from localslack.world import Channel, Kind, Message, Payload, new_id

ANY_READ = tuple(READ_SCOPES.values())
ANY_HISTORY = tuple(HISTORY_SCOPES.values())
KINDS: dict[str, Kind] = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
NAME = re.compile(r"[a-z0-9_-]{1,80}")


@method("conversations.info", *ANY_READ, tier=TIER_3)
def info(call: Call) -> Payload:
    channel = visible_channel(call)
    call.require(READ_SCOPES[channel.kind])
    found = channel_payload(call.world, channel)
    if call.args.flag("include_num_members"):
        found["num_members"] = len(channel.members)
    if call.args.flag("include_locale"):
        found["locale"] = "en-GB"
    return {"channel": found}


@method("conversations.members", *ANY_READ, tier=TIER_4)
def members(call: Call) -> Payload:
    channel = visible_channel(call)
    call.require(READ_SCOPES[channel.kind])
    found, more = page(call, channel.members, limit=100)
    return {"members": found, **more}


@method("conversations.list", *ANY_READ, tier=TIER_2)
def list_channels(call: Call) -> Payload:
    kinds = [KINDS.get(name) for name in call.args.names("types") or ["public_channel"]]
    if None in kinds:
        raise SlackError("invalid_types")
    for kind in kinds:
        call.require(READ_SCOPES[str(kind)])
    bot, hidden = call.world.app.bot_user, call.args.flag("exclude_archived")
    seen = [c for c in call.world.channels.values() if c.kind in kinds and (c.kind == "channel" or bot in c.members)]
    found, more = page(call, [c for c in seen if not (hidden and c.is_archived)], limit=100)
    return {"channels": [channel_payload(call.world, channel) for channel in found], **more}


@method("conversations.history", *ANY_HISTORY, tier=TIER_3)
def history(call: Call) -> Payload:
    """What stands in a channel, newest first, without replies in threads."""
    channel = joined_channel(call)
    call.require(HISTORY_SCOPES[channel.kind])
    found = [message for message in reversed(channel.main()) if _within(call, message.ts)]
    shown, more = page(call, found, limit=100, most=999)
    return _messages(call, shown, more) | {"pin_count": 0}


@method("conversations.replies", *ANY_HISTORY, tier=TIER_3)
def replies(call: Call) -> Payload:
    """A thread, oldest first; its first message begins every page."""
    channel = joined_channel(call)
    call.require(HISTORY_SCOPES[channel.kind])
    asked = channel.messages.get(call.args.required("ts"))
    if asked is None:
        raise SlackError("thread_not_found")
    root, *rest = channel.thread(asked.root_ts)
    found, more = page(call, [message for message in rest if _within(call, message.ts)], limit=1000)
    return _messages(call, [root, *found], more)


@method("conversations.open", "im:write", "mpim:write", tier=TIER_3)
def open_direct(call: Call) -> Payload:
    if "channel" in call.args:
        channel = joined_channel(call)
        return {"no_op": True, "already_open": True, "channel": _opened(call, channel)}
    users = call.args.names("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    for name in users:
        _check_reachable(call, name)
    if len(users) == 1:
        call.require("im:write")
        return {"channel": _opened(call, direct_with(call, users[0]))}
    call.require("mpim:write")
    return {"channel": _opened(call, _group_direct(call, users))}


@method("conversations.join", "channels:join", tier=TIER_3)
def join(call: Call) -> Payload:
    channel, bot = visible_channel(call), call.world.app.bot_user
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if bot not in channel.members:
        channel.members.append(bot)
        call.world.touch()
        call.slack.spawn(tell_joined(call.slack, channel, bot))
    return {"channel": channel_payload(call.world, channel)}


@method("conversations.create", "channels:manage", "groups:write", tier=TIER_2)
def create(call: Call) -> Payload:
    name, bot = call.args.required("name"), call.world.app.bot_user
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name_specials")
    if call.world.channel_named(name):
        raise SlackError("name_taken")
    kind: Kind = "group" if call.args.flag("is_private") else "channel"
    call.require("groups:write" if kind == "group" else "channels:manage")
    channel = Channel(new_id("C"), name, kind, [bot], call.world.clock.now(), creator=bot)
    return {"channel": channel_payload(call.world, call.world.add_channel(channel))}


@method("conversations.invite", "channels:manage", "channels:write.invites", "groups:write", tier=TIER_3)
def invite(call: Call) -> Payload:
    channel = joined_channel(call)
    users = call.args.names("users")
    if any(name not in call.world.users for name in users) or not users:
        raise SlackError("user_not_found")
    if already := [name for name in users if name in channel.members]:
        error = "cant_invite_self" if already == [call.world.app.bot_user] else "already_in_channel"
        raise SlackError(error)
    for name in users:
        channel.members.append(name)
        call.slack.spawn(tell_joined(call.slack, channel, name))
    call.world.touch()
    return {"channel": channel_payload(call.world, channel)}


def _within(call: Call, ts: str) -> bool:
    oldest, latest = call.args.text("oldest"), call.args.text("latest")
    inclusive = call.args.flag("inclusive")
    if inclusive and ts in (oldest, latest):
        return True
    return (not oldest or float(ts) > float(oldest)) and (not latest or float(ts) < float(latest))


def _messages(call: Call, found: list[Message], more: Payload) -> Payload:
    with_metadata = call.args.flag("include_all_metadata")
    messages = [message_payload(call.world, message, metadata=with_metadata) for message in found]
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {"messages": messages, "has_more": has_more} | (more if has_more else {})


def _check_reachable(call: Call, name: str) -> None:
    user = call.world.users.get(name)
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")


def _opened(call: Call, channel: Channel) -> Payload:
    return channel_payload(call.world, channel) if call.args.flag("return_im") else {"id": channel.id}


def _group_direct(call: Call, users: list[str]) -> Channel:
    members = {*users, call.world.app.bot_user}
    for channel in call.world.channels.values():
        if channel.kind == "mpim" and set(channel.members) == members:
            return channel
    name = "mpdm-" + "--".join(sorted(call.world.users[user].name for user in members)) + "-1"
    return call.world.add_channel(Channel(new_id("C"), name, "mpim", sorted(members), call.world.clock.now()))
