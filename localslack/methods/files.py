"""files.*: up by an address that is given out first, and what is known of a file."""

from __future__ import annotations

from localslack.errors import SlackError
from localslack.files import new_file
from localslack.methods.find import page
from localslack.payloads import file_payload
from localslack.posting import post
from localslack.registry import Call, method, missing
from localslack.tiers import TIER_3, TIER_4
from localslack.world import Channel, File, Message, Payload, new_id


@method("files.getUploadURLExternal", "files:write", tier=TIER_4)
def get_upload_url(call: Call) -> Payload:
    length = call.args.number("length", 0)
    name = call.args.required("filename")
    if length <= 0:
        raise missing("length")
    upload = call.slack.uploads.expect(new_id("F"), name, length, call.token.user)
    return {"upload_url": f"{call.slack.base_url}/upload/v1/{upload.key}", "file_id": upload.file_id}


@method("files.completeUploadExternal", "files:write", tier=TIER_4)
def complete_upload(call: Call) -> Payload:
    """Make files of what was uploaded and, if a channel is named, post them there."""
    wanted = call.args.items("files")
    if not wanted:
        raise missing("files")
    files = [_completed(call, item) for item in wanted]
    for name in call.args.names("channels") or call.args.names("channel_id"):
        _share(call, name, files)
    return {"files": [file_payload(call.world, file) for file in files]}


@method("files.info", "files:read", tier=TIER_4)
def info(call: Call) -> Payload:
    return {"file": file_payload(call.world, _visible(call)), "comments": [], "content": ""}


@method("files.list", "files:read", tier=TIER_3)
def list_files(call: Call) -> Payload:
    channel = call.args.text("channel")
    seen = [file for file in call.world.files.values() if _is_visible(call, file)]
    found, _ = page(call, [file for file in seen if channel in ("", *file.channels)], limit=100)
    return {"files": [file_payload(call.world, file) for file in found], "paging": {"total": len(seen), "page": 1}}


@method("files.delete", "files:write", tier=TIER_3)
def delete(call: Call) -> Payload:
    file = _visible(call)
    if file.user != call.token.user:
        raise SlackError("cant_delete_file")
    file.deleted = True
    return {}


def _completed(call: Call, item: Payload) -> File:
    upload = call.slack.uploads.finished(str(item.get("id")))
    if upload is None or upload.data is None:
        raise SlackError("file_not_found")
    title = str(item.get("title") or "")
    return new_file(call.slack, upload.user, upload.name, upload.data, title=title, file_id=upload.file_id)


def _share(call: Call, name: str, files: list[File]) -> None:
    channel = call.world.channels.get(name)
    if channel is None:
        raise SlackError("channel_not_found")
    if call.world.app.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    for file in files:
        file.channels.append(channel.id)
    post(call.slack, _sharing(call, channel, files), call.args.given, "share")


def _sharing(call: Call, channel: Channel, files: list[File]) -> Message:
    world, root = call.world, channel.messages.get(call.args.text("thread_ts"))
    return Message(
        channel.id, world.next_ts(), world.app.bot_user, call.args.text("initial_comment"), world.team.id,
        call.args.items("blocks"), thread_ts=root.root_ts if root else "", bot_id=world.app.bot_id,
        subtype="file_share", files=files,
    )  # fmt: skip


def _visible(call: Call) -> File:
    file = call.world.files.get(call.args.required("file"))
    if file is None or not _is_visible(call, file):
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return file


def _is_visible(call: Call, file: File) -> bool:
    """The app's own files, and those in conversations that it is in."""
    channels = [call.world.channels[channel] for channel in file.channels]
    return file.user == call.token.user or any(call.token.user in channel.members for channel in channels)
