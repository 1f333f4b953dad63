"""chat.*: posting, editing, deleting, whispering, links to messages."""

from __future__ import annotations

from localslack.errors import SlackError
from localslack.methods.find import joined_channel, own_message, visible_channel, writable_channel
from localslack.payloads import message_payload
from localslack.posting import LONGEST_TEXT, LONGEST_UPDATE, bot_message, change, content, delete, post, whisper
from localslack.registry import Call, method
from localslack.tiers import POSTING, SPECIAL, TIER_3, TIER_4
from localslack.world import Channel, Payload


@method("chat.postMessage", "chat:write", tier=POSTING)
def post_message(call: Call) -> Payload:
    channel = writable_channel(call)
    message = post(call.slack, bot_message(call.slack, channel, call.args), call.args.given)
    answer: Payload = {"channel": channel.id, "ts": message.ts, "message": message_payload(call.world, message)}
    if len(call.args.text("text")) > LONGEST_TEXT:
        answer |= {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    return answer


@method("chat.postEphemeral", "chat:write", tier=TIER_4)
def post_ephemeral(call: Call) -> Payload:
    channel = writable_channel(call)
    if call.args.required("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    message = bot_message(call.slack, channel, call.args)
    message.to = call.args.text("user")
    return {"message_ts": whisper(call.slack, message, call.args.given).ts}


@method("chat.update", "chat:write", tier=TIER_3)
def update(call: Call) -> Payload:
    channel = joined_channel(call)
    message = own_message(call, channel, "cant_update_message")
    _check_archived(channel)
    if call.world.stream_state(message) == "streaming":
        raise SlackError("streaming_state_conflict")
    if len(call.args.text("text")) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    content(call.args)
    change(call.slack, message, call.args)
    found = message_payload(call.world, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": found}


@method("chat.delete", "chat:write", tier=TIER_3)
def delete_message(call: Call) -> Payload:
    channel = joined_channel(call)
    message = own_message(call, channel, "cant_delete_message")
    _check_archived(channel)
    delete(call.slack, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", tier=SPECIAL)
def get_permalink(call: Call) -> Payload:
    channel = visible_channel(call)
    message = channel.messages.get(call.args.required("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    link = f"https://{call.world.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else ""
    return {"channel": channel.id, "permalink": link + thread}


def _check_archived(channel: Channel) -> None:
    if channel.is_archived:
        raise SlackError("is_archived")
