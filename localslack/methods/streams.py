"""chat.*Stream: a message that is written while people read it. Slack ends it about five minutes after its start."""

from __future__ import annotations

from localslack import blocks as block_tools
from localslack.errors import SlackError
from localslack.events import tell_changed, tell_message
from localslack.lint import Write
from localslack.methods.find import joined_channel, own_message
from localslack.payloads import message_payload
from localslack.posting import LONGEST_MARKDOWN, metadata
from localslack.registry import Args, Call, method, missing
from localslack.tiers import TIER_2, TIER_4
from localslack.validate import validate_blocks
from localslack.world import Channel, Message, Payload, Session, Stream

CHUNKS = ("markdown_text", "task_update", "plan_update", "blocks")
LONGEST_TASK_TEXT = 256
MODES = ("timeline", "plan", "dense")


@method("chat.startStream", "chat:write", tier=TIER_2)
def start(call: Call) -> Payload:
    world, channel = call.world, joined_channel(call)
    _check_start(call, channel)
    root = channel.messages.get(call.args.text("thread_ts"))
    if root is None:
        raise SlackError("invalid_thread_ts")
    message = Message(
        channel.id, world.next_ts(), world.app.bot_user, "", world.team.id, thread_ts=root.root_ts,
        bot_id=world.app.bot_id, stream=Stream(world.clock.now()),
    )  # fmt: skip
    _append(message, call.args)
    world.store(message)
    call.slack.spawn(tell_message(call.slack, message))
    return {"channel": channel.id, "ts": message.ts}


@method("chat.appendStream", "chat:write", tier=TIER_4)
def append(call: Call) -> Payload:
    message = _running(call)
    _append(message, call.args)
    call.world.touch()
    return {"channel": message.channel, "ts": message.ts}


@method("chat.stopStream", "chat:write", tier=TIER_2)
def stop(call: Call) -> Payload:
    message, blocks = _running(call), call.args.items("blocks")
    if blocks:
        validate_blocks(blocks, "message")
    found = metadata(call.args)
    _append(message, call.args)
    if message.stream:
        message.stream.state = "stopped"
    message.blocks = block_tools.with_ids(_written(message) + blocks)
    message.metadata = found or message.metadata
    session = call.world.sessions.setdefault((message.channel, message.root_ts), Session())
    session.status = call.args.text("session_status", "active")
    call.world.touch()
    given = {"unfurl_links": False, "unfurl_media": False}
    call.slack.lint.wrote(Write("stream", message.channel, message.text, message.blocks, given, message))
    call.slack.spawn(tell_changed(call.slack, message, message_payload(call.world, message)))
    return {"channel": message.channel, "ts": message.ts, "message": message_payload(call.world, message)}


def _check_start(call: Call, channel: Channel) -> None:
    if not call.args.text("thread_ts"):
        raise missing("thread_ts")
    if call.args.text("task_display_mode", "timeline") not in MODES:
        raise SlackError("invalid_arguments", ["[ERROR] must be a valid enum value [json-pointer:/task_display_mode]"])
    for name in ("recipient_team_id", "recipient_user_id"):
        if not channel.is_direct and not call.args.text(name):
            raise SlackError(f"missing_{name}")


def _running(call: Call) -> Message:
    message = own_message(call, joined_channel(call), "message_not_owned_by_app")
    state = call.world.stream_state(message)
    if state == "stopped_by_user":
        raise SlackError("stopped_by_user")
    if state != "streaming":
        raise SlackError("message_not_in_streaming_state")
    return message


def _append(message: Message, args: Args) -> None:
    markdown, chunks = args.text("markdown_text"), args.items("chunks")
    if markdown and chunks:
        raise SlackError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    for chunk in chunks:
        _check_chunk(chunk)
    if markdown:
        chunks = [{"type": "markdown_text", "text": markdown}]
    message.text += "".join(str(chunk["text"]) for chunk in chunks if chunk["type"] == "markdown_text")
    if message.stream:
        message.stream.chunks += chunks
    message.blocks = block_tools.with_ids(_written(message))


def _check_chunk(chunk: Payload) -> None:
    if chunk.get("type") not in CHUNKS:
        raise SlackError("invalid_chunks")
    texts = [str(chunk.get(name) or "") for name in ("details", "output")]
    if chunk["type"] == "task_update" and any(len(text) > LONGEST_TASK_TEXT for text in texts):
        raise SlackError("invalid_chunks")


def _written(message: Message) -> list[Payload]:
    """The blocks that stand in a stream: its tasks, its text, blocks that were streamed."""
    chunks = message.stream.chunks if message.stream else []
    tasks = {str(chunk.get("id")): chunk for chunk in chunks if chunk["type"] == "task_update"}
    written: list[Payload] = [
        {
            "type": "task_card", "task_id": str(task.get("id")), "title": str(task.get("title") or ""),
            "status": task.get("status", "in_progress"), **{k: task[k] for k in ("details", "output") if task.get(k)},
        }
        for task in tasks.values()
    ]  # fmt: skip
    if message.text:
        written.append({"type": "markdown", "text": message.text})
    return written + [block for chunk in chunks if chunk["type"] == "blocks" for block in chunk.get("blocks") or []]
