"""Making messages of what the app sends: posts, answers to response URLs, whispers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localslack import blocks as block_tools
from localslack.errors import SlackError
from localslack.events import message_inner, tell_changed, tell_deleted, tell_message
from localslack.lint import Write
from localslack.registry import Args
from localslack.validate import validate_blocks
from localslack.world import Channel, Message, Payload, ResponseUrl

if TYPE_CHECKING:
    from localslack.slack import Slack

LONGEST_TEXT = 40_000  # longer text is cut off, with the warning message_truncated
LONGEST_MARKDOWN = 12_000
LONGEST_UPDATE = 4_000
LARGEST_METADATA = 16_000  # Slack names no figure; metadata_too_large is its error


def content(args: Args) -> tuple[str, list[Payload], list[Payload]]:
    """Text, blocks and attachments of a post, checked.

    Raises: SlackError `markdown_text_conflict`, `msg_too_long`, `no_text`, or as the block validator has it.
    """
    markdown = args.text("markdown_text")
    blocks, attachments = args.items("blocks"), args.items("attachments")
    if markdown and (args.text("text") or blocks):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    if not (markdown or args.text("text") or blocks or attachments):
        raise SlackError("no_text")
    if blocks:
        validate_blocks(blocks, "message")
    if markdown:
        blocks = [{"type": "markdown", "text": markdown}]
    return args.text("text")[:LONGEST_TEXT], block_tools.with_ids(blocks), attachments


def metadata(args: Args) -> Payload | None:
    """The metadata of a post.

    Raises: SlackError `invalid_metadata_format` or `metadata_too_large`.
    """
    found = args.data("metadata")
    if found is None:
        return None
    if not isinstance(found, dict) or not found.get("event_type") or not isinstance(found.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(str(found)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return found


def bot_message(slack: Slack, channel: Channel, args: Args) -> Message:
    """What the app wants to post, not yet stored. With an unknown thread_ts, Slack posts it to the channel."""
    text, blocks, attachments = content(args)
    root = channel.messages.get(args.text("thread_ts"))
    return Message(
        channel.id, slack.world.next_ts(), slack.world.app.bot_user, text, slack.world.team.id, blocks,
        thread_ts=root.root_ts if root else "", bot_id=slack.world.app.bot_id, metadata=metadata(args),
        attachments=attachments,
    )  # fmt: skip


def post(slack: Slack, message: Message, given: Mapping[str, Any], kind: str = "post") -> Message:
    """Store a message of the app; the app hears of it as of any other."""
    slack.world.store(message)
    slack.lint.wrote(Write(kind, message.channel, message.text, message.blocks, given, message))
    slack.spawn(tell_message(slack, message))
    return message


def whisper(slack: Slack, message: Message, given: Mapping[str, Any]) -> Message:
    """Show an ephemeral message; `message.to` says to whom."""
    slack.world.whisper(message)
    slack.lint.wrote(Write("whisper", message.channel, message.text, message.blocks, given, message))
    return message


def change(slack: Slack, message: Message, args: Args, kind: str = "update") -> Message:
    """Edit a message of the app. Blocks stay unless others are given (docs: chat.update)."""
    previous = message_inner(slack, message, bare=True)
    if "text" in args:
        message.text = args.text("text")
    if args.text("markdown_text"):
        message.blocks = block_tools.with_ids([{"type": "markdown", "text": args.text("markdown_text")}])
    elif "blocks" in args:
        message.blocks = block_tools.with_ids(args.items("blocks"))
    if "attachments" in args:
        message.attachments = args.items("attachments")
    if (found := metadata(args)) is not None:
        message.metadata = found
    message.edited_ts, message.edited_by = slack.world.next_ts(), slack.world.app.bot_user
    slack.world.touch()
    slack.lint.wrote(Write(kind, message.channel, message.text, message.blocks, args.given, message))
    if not message.is_ephemeral:
        slack.spawn(tell_changed(slack, message, previous))
    return message


def delete(slack: Slack, message: Message) -> None:
    """Take a message away; the app hears of it."""
    if message.is_ephemeral:
        message.deleted = True
        slack.world.touch()
        return
    slack.world.remove(message)
    slack.spawn(tell_deleted(slack, message))


def respond(slack: Slack, url: ResponseUrl, given: Mapping[str, Any]) -> None:
    """What an app sends to a response URL, or acknowledges a command with.

    Raises: SlackError as the content has it.
    """
    args = Args(given)
    original = _original(slack, url)
    if args.flag("delete_original"):
        if original is not None:
            delete(slack, original)
        return
    if original is not None and args.flag("replace_original") and original.bot_id:
        content(args)
        change(slack, original, Args({"blocks": [], **given}), "respond")
        return
    message = bot_message(slack, slack.world.channels[url.channel], Args(_in_thread(url, given)))
    if args.text("response_type") == "in_channel":
        post(slack, message, given, "respond")
    else:
        message.to = url.user
        whisper(slack, message, given)
    url.message_ts = url.message_ts or message.ts


def _in_thread(url: ResponseUrl, given: Mapping[str, Any]) -> Payload:
    return {"thread_ts": url.thread_ts, **given} if url.thread_ts else dict(given)


def _original(slack: Slack, url: ResponseUrl) -> Message | None:
    """The message that the URL came with: the one that was clicked, or the first answer to the command."""
    if not url.message_ts:
        return None
    return slack.world.whispers.get(url.message_ts) or slack.world.message(url.channel, url.message_ts)
