"""The events that follow from what happens in the workspace, if the app subscribes to them."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from localslack.deliver import Delivery, Reply
from localslack.payloads import group_payload, message_payload, user_payload, view_payload
from localslack.world import Channel, Message, Payload, User, UserGroup, new_id

if TYPE_CHECKING:
    from localslack.slack import Slack

MESSAGE_EVENTS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


async def emit(
    slack: Slack, inner: Payload, *, user: str, subscription: str = "", channel: Channel | None = None
) -> list[Reply]:
    """Deliver an event; nothing if the app did not subscribe to it or is not in the channel.

    Returns: how its first attempt went, as a list of one.
    """
    world = slack.world
    if (subscription or str(inner["type"])) not in world.app.events:
        return []
    if channel is not None and world.app.bot_user not in channel.members:
        return []
    name = str(inner["type"]) + (f".{inner['subtype']}" if inner.get("subtype") else "")
    body = _callback(slack, inner, user, channel)
    slack.lint.delivered(name, inner)
    return [await slack.deliveries.event(Delivery("events_api", name, body, user))]


async def tell_message(slack: Slack, message: Message) -> list[Reply]:
    """The events of a new message: `app_mention` too where the bot is mentioned in a channel, with the same ts."""
    channel = slack.world.channels[message.channel]
    inner = message_inner(slack, message)
    tellings = [_emit_message(slack, channel, inner, message.user)]
    if _mentions_bot(slack, message) and not channel.is_direct:
        mention = {key: item for key, item in inner.items() if key not in ("subtype", "channel_type")}
        tellings.append(emit(slack, mention | {"type": "app_mention"}, user=message.user, channel=channel))
        if slack.mention_order == "mention-first":
            tellings.reverse()
    tellings += [_tell_file(slack, channel, message, file.id) for file in message.files]
    return [reply for replies in await asyncio.gather(*tellings) for reply in replies]


async def tell_changed(slack: Slack, message: Message, previous: Payload) -> list[Reply]:
    """`message_changed`: an edit by a person or the app, or an unfurl."""
    channel = slack.world.channels[message.channel]
    inner = _hidden(slack, channel, "message_changed") | {
        "message": message_inner(slack, message, bare=True),
        "previous_message": previous,
    }
    return await _emit_message(slack, channel, inner, message.user)


async def tell_deleted(slack: Slack, message: Message) -> list[Reply]:
    channel = slack.world.channels[message.channel]
    inner = _hidden(slack, channel, "message_deleted") | {
        "deleted_ts": message.ts,
        "previous_message": message_inner(slack, message, bare=True),
    }
    return await _emit_message(slack, channel, inner, message.user)


async def tell_home_opened(slack: Slack, user: str, tab: str, channel: Channel) -> list[Reply]:
    """`app_home_opened` for the tab `home` or `messages`."""
    inner: Payload = {
        "type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab, "event_ts": slack.world.next_ts(),
    }  # fmt: skip
    if tab == "home" and (view := slack.world.homes.get(user)):
        inner["view"] = view_payload(slack.world, view)
    if tab == "messages" and "app_context_changed" in slack.world.app.events:
        inner["context"] = {"entities": []}
    return await emit(slack, inner, user=user, channel=channel)


async def tell_joined(slack: Slack, channel: Channel, user: str, *, left: bool = False) -> list[Reply]:
    inner = {
        "type": "member_left_channel" if left else "member_joined_channel", "user": user, "channel": channel.id,
        "channel_type": channel.id[0], "team": slack.world.team.id, "event_ts": slack.world.next_ts(),
    }  # fmt: skip
    return await emit(slack, inner, user=user, channel=channel)


async def tell_reaction(slack: Slack, message: Message, user: str, name: str, *, removed: bool = False) -> list[Reply]:
    inner = {
        "type": "reaction_removed" if removed else "reaction_added", "user": user, "reaction": name,
        "item_user": message.user, "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "event_ts": slack.world.next_ts(),
    }  # fmt: skip
    return await emit(slack, inner, user=user, channel=slack.world.channels[message.channel])


async def tell_group_changed(slack: Slack, group: UserGroup, added: list[str], removed: list[str]) -> list[Reply]:
    """`subteam_members_changed` and `subteam_updated`."""
    members = {
        "type": "subteam_members_changed", "subteam_id": group.id, "team_id": slack.world.team.id,
        "added_users": added, "added_users_count": len(added), "removed_users": removed,
        "removed_users_count": len(removed), "event_ts": slack.world.next_ts(),
    }  # fmt: skip
    subteam = group_payload(group, slack.world.team.id, users=True)
    told = await emit(slack, members, user="")
    return told + await emit(
        slack, {"type": "subteam_updated", "subteam": subteam, "event_ts": slack.world.next_ts()}, user=""
    )


async def tell_user_changed(slack: Slack, user: User) -> list[Reply]:
    payload = user_payload(user, email=False)
    inner = {"type": "user_change", "user": payload, "cache_ts": int(slack.clock.now())}
    return await emit(slack, inner | {"event_ts": slack.world.next_ts()}, user=user.id)


async def tell_stopped(slack: Slack, user: str, channel: Channel, thread_ts: str, streams: list[str]) -> list[Reply]:
    """`agent_session_stopped`: Slack has stopped the streams already."""
    inner = {
        "type": "agent_session_stopped", "channel": channel.id, "user": user, "thread_ts": thread_ts,
        "streaming_message_ts": streams, "event_ts": slack.world.next_ts(),
    }  # fmt: skip
    return await emit(slack, inner, user=user, channel=channel)


async def tell_renamed(slack: Slack, user: str, channel: Channel, thread_ts: str, title: str) -> list[Reply]:
    inner = {
        "type": "agent_session_title_changed", "channel": channel.id, "user": user, "thread_ts": thread_ts,
        "title": title, "event_ts": slack.world.next_ts(),
    }  # fmt: skip
    return await emit(slack, inner, user=user, channel=channel)


async def tell_context(slack: Slack, user: str, channel: Channel | None) -> list[Reply]:
    """`app_context_changed`: no user inside; who it was stands in `authorizations`."""
    entity = {"type": "slack#/types/channel_id", "value": channel.id if channel else "", "team_id": slack.world.team.id}
    context: Payload = {"entities": [entity]} if channel else {}
    return await emit(
        slack, {"type": "app_context_changed", "context": context, "event_ts": slack.world.next_ts()}, user=user
    )


async def tell_revoked(slack: Slack, bot: bool) -> list[Reply]:
    tokens = {"oauth": [], "bot": [slack.world.app.bot_user] if bot else []}
    return await emit(slack, {"type": "tokens_revoked", "tokens": tokens, "event_ts": slack.world.next_ts()}, user="")


def message_inner(slack: Slack, message: Message, *, bare: bool = False) -> Payload:
    """A message as an event holds it; `bare` without its channel, as inside `message_changed`."""
    inner = message_payload(slack.world, message)
    author = slack.world.users.get(message.user)
    if author is not None and author.team != slack.world.team.id:
        inner |= {"team": author.team, "user_team": author.team, "source_team": author.team}
    if bare:
        return inner
    kind = slack.world.channels[message.channel].kind
    return inner | {"channel": message.channel, "channel_type": kind, "event_ts": message.ts}


async def _emit_message(slack: Slack, channel: Channel, inner: Payload, user: str) -> list[Reply]:
    return await emit(slack, inner, user=user, subscription=MESSAGE_EVENTS[channel.kind], channel=channel)


async def _tell_file(slack: Slack, channel: Channel, message: Message, file_id: str) -> list[Reply]:
    inner = {
        "type": "file_shared", "file_id": file_id, "user_id": message.user, "file": {"id": file_id},
        "channel_id": channel.id, "event_ts": message.ts,
    }  # fmt: skip
    return await emit(slack, inner, user=message.user, channel=channel)


def _hidden(slack: Slack, channel: Channel, subtype: str) -> Payload:
    ts = slack.world.next_ts()
    return {
        "type": "message", "subtype": subtype, "hidden": True, "channel": channel.id, "channel_type": channel.kind,
        "ts": ts, "event_ts": ts,
    }  # fmt: skip


def _mentions_bot(slack: Slack, message: Message) -> bool:
    return not message.bot_id and f"<@{slack.world.app.bot_user}>" in message.text


def _callback(slack: Slack, inner: Payload, user: str, channel: Channel | None) -> Payload:
    """The outer body of an event."""
    world = slack.world
    acting = user if inner.get("type") == "app_context_changed" else world.app.bot_user
    authorization = {
        "enterprise_id": None, "team_id": world.team.id, "user_id": acting, "is_bot": acting == world.app.bot_user,
        "is_enterprise_install": False,
    }  # fmt: skip
    return {
        "token": world.app.verification_token, "team_id": world.team.id, "context_team_id": world.team.id,
        "context_enterprise_id": None, "api_app_id": world.app.id, "event": inner, "type": "event_callback",
        "event_id": new_id("Ev"), "event_time": int(world.clock.now()), "authorizations": [authorization],
        "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
        "event_context": "4-" + secrets.token_hex(12),
    }  # fmt: skip


async def send(slack: Slack, inner: Payload, user: str) -> list[Reply]:
    """Send any event, subscribed to or not: unknown types, odd fields."""
    name = str(inner.get("type", ""))
    slack.lint.delivered(name, inner)
    return [await slack.deliveries.event(Delivery("events_api", name, _callback(slack, inner, user, None), user))]
