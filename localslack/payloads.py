"""The shapes in which Slack speaks of people, channels, messages, files and views."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

from localslack.world import AppConfig, Channel, File, Message, Payload, User, UserGroup, View, Workspace


def user_payload(user: User, *, email: bool, locale: bool = False) -> Payload:
    """A user as `users.info` has it; the address only where the scope is granted."""
    found: Payload = {
        "id": user.id, "team_id": user.team, "name": user.name, "deleted": user.deleted, "real_name": user.real_name,
        "tz": user.tz, "tz_label": user.tz, "tz_offset": user.tz_offset,
        "profile": _profile(user, email=email),
        "is_admin": user.is_admin, "is_owner": False, "is_primary_owner": False,
        "is_restricted": user.is_guest or user.is_single_channel_guest,
        "is_ultra_restricted": user.is_single_channel_guest,
        "is_bot": user.is_bot, "is_app_user": False, "updated": 1_760_000_000, "is_email_confirmed": True,
    }  # fmt: skip
    if user.is_stranger:
        found["is_stranger"] = True
    if locale:
        found["locale"] = user.locale
    return found


def _profile(user: User, *, email: bool) -> Payload:
    found: Payload = {
        "real_name": user.real_name, "real_name_normalized": user.real_name, "display_name": user.name,
        "display_name_normalized": user.name, "title": user.title, "team": user.team, "avatar_hash": "g" + user.id[-8:],
    }  # fmt: skip
    if email and user.email:
        found["email"] = user.email
    return found


def group_payload(group: UserGroup, team: str, *, users: bool) -> Payload:
    found: Payload = {
        "id": group.id, "team_id": team, "is_usergroup": True, "is_subteam": True, "name": group.name,
        "handle": group.handle, "description": "", "is_external": False, "date_delete": 0,
        "user_count": len(group.users), "prefs": {"channels": [], "groups": []},
    }  # fmt: skip
    return found | {"users": list(group.users)} if users else found


def channel_payload(world: Workspace, channel: Channel) -> Payload:
    """A conversation as `conversations.info` has it."""
    if channel.kind == "im":
        return _direct_payload(world, channel)
    return {
        "id": channel.id, "name": channel.name, "name_normalized": channel.name,
        "is_channel": channel.kind == "channel", "is_group": channel.kind == "group", "is_im": False,
        "is_mpim": channel.kind == "mpim", "is_private": channel.is_private, "is_archived": channel.is_archived,
        "is_general": channel.is_general, "is_member": world.app.bot_user in channel.members,
        "is_shared": channel.is_ext_shared, "is_ext_shared": channel.is_ext_shared, "is_org_shared": False,
        "is_pending_ext_shared": False, "created": int(channel.created), "creator": channel.creator,
        "context_team_id": world.team.id, "shared_team_ids": _teams(world, channel),
        "topic": _note(channel.topic), "purpose": _note(channel.purpose), "unlinked": 0,
    }  # fmt: skip


def _direct_payload(world: Workspace, channel: Channel) -> Payload:
    other = next((member for member in channel.members if member != world.app.bot_user), world.app.bot_user)
    return {
        "id": channel.id, "created": int(channel.created), "is_archived": False, "is_im": True, "is_org_shared": False,
        "user": other, "context_team_id": world.team.id, "is_user_deleted": world.users[other].deleted,
        "is_open": True, "priority": 0,
    }  # fmt: skip


def _teams(world: Workspace, channel: Channel) -> list[str]:
    found = {world.users[member].team for member in channel.members if member in world.users}
    return sorted(found | {world.team.id})


def _note(value: str) -> Payload:
    return {"value": value, "creator": "", "last_set": 0}


def message_payload(world: Workspace, message: Message, *, metadata: bool = True) -> Payload:
    """A message as `conversations.history` and events have it, without its channel."""
    found: Payload = {"type": "message", "user": message.user, "ts": message.ts, "team": message.team}
    optional = {
        "subtype": message.subtype, "client_msg_id": message.client_msg_id, "bot_id": message.bot_id,
        "thread_ts": message.thread_ts, "blocks": message.blocks, "attachments": message.attachments,
        "metadata": message.metadata if metadata else None,
        "files": [file_payload(world, file) for file in message.files],
    }  # fmt: skip
    found |= {key: value for key, value in optional.items() if value} | {"text": message.text}
    if message.files:
        found["upload"] = bool(message.client_msg_id)
    if message.bot_id:
        found |= {"app_id": world.app.id, "bot_profile": bot_payload(world.app, world.team.id)}
    return found | _thread_keys(world, message) | _marks(message) | _stream_keys(world, message)


def _thread_keys(world: Workspace, message: Message) -> Payload:
    if message.is_reply:
        root = world.message(message.channel, message.thread_ts)
        return {"parent_user_id": root.user} if root else {}
    channel = world.channels.get(message.channel)
    replies = channel.threads.get(message.ts, []) if channel else []
    if not channel or not replies:
        return {}
    people = dict.fromkeys(channel.messages[ts].user for ts in replies if ts in channel.messages)
    return {
        "reply_count": len(replies), "reply_users_count": len(people), "reply_users": list(people)[:5],
        "latest_reply": replies[-1], "is_locked": False, "subscribed": True,
    }  # fmt: skip


def _marks(message: Message) -> Payload:
    found: Payload = {}
    if message.reactions:
        found["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.edited_ts:
        found["edited"] = {"user": message.edited_by, "ts": message.edited_ts}
    return found


def _stream_keys(world: Workspace, message: Message) -> Payload:
    state = world.stream_state(message)
    return {"streaming_state": "in_progress" if state == "streaming" else "completed"} if state else {}


def bot_payload(app: AppConfig, team: str) -> Payload:
    return {
        "id": app.bot_id, "app_id": app.id, "user_id": app.bot_user, "name": app.name, "deleted": False,
        "updated": 1_760_000_000, "team_id": team, "icons": {},
    }  # fmt: skip


def file_payload(world: Workspace, file: File) -> Payload:
    base = f"{world.base_url}/files-pri"
    name = quote(file.name, safe="")
    path = f"{world.team.id}-{file.id}/{name}"
    return {
        "id": file.id, "created": int(file.created), "timestamp": int(file.created), "name": file.name,
        "title": file.title, "mimetype": file.mimetype, "filetype": file.filetype, "pretty_type": file.filetype.upper(),
        "user": file.user, "user_team": world.team.id, "size": len(file.data), "mode": "hosted", "is_external": False,
        "is_public": False, "url_private": f"{base}/{path}", "url_private_download": f"{base}/download/{path}",
        "permalink": f"{world.base_url}/files/{file.user}/{file.id}/{name}", "file_access": "visible",
        "channels": [c for c in file.channels if c.startswith("C")],
        "ims": [c for c in file.channels if c.startswith("D")], "groups": [],
    }  # fmt: skip


def view_payload(world: Workspace, view: View) -> Payload:
    """A view as `views.open` returns it and as interactions carry it."""
    empty: dict[str, Any] = {
        "callback_id": "", "private_metadata": "", "external_id": "", "clear_on_close": False,
        "notify_on_close": False, "submit": None, "close": None, "title": None,
    }  # fmt: skip
    return empty | view.body | {
        "id": view.id, "team_id": world.team.id, "app_id": world.app.id, "app_installed_team_id": world.team.id,
        "bot_id": world.app.bot_id, "hash": view.hash, "root_view_id": view.root_id,
        "previous_view_id": view.previous_id or None, "state": {"values": view.values},
    }  # fmt: skip


def rich_text(text: str) -> list[Payload]:
    """The blocks that Slack makes of what a person types (much simplified: one section of plain text)."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": secrets.token_hex(3), "elements": [section]}]
