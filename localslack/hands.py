"""What people do, on the server's event loop, as far as Slack's client would let them.

Every function raises NotPossible, with a sentence for that person, for what they could not do on their screen.
`people.py` offers the same to tests, synchronously.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localslack import events, interact, reach, screens
from localslack.blocks import elements
from localslack.errors import NotPossible
from localslack.files import Upload, new_file
from localslack.filling import filled, forged, used
from localslack.interact import Receipt
from localslack.payloads import rich_text
from localslack.text import typed
from localslack.world import Channel, File, Message, Payload, View

if TYPE_CHECKING:
    from localslack.slack import Slack

# --- messages


async def says(
    slack: Slack,
    user: str,
    text: str,
    channel: str,
    *,
    thread_ts: str = "",
    files: Sequence[Upload] = (),
    wait: bool = True,
) -> Message:
    """Post as a person: a message, a reply in a thread, files.

    Args:
        text: as typed: `@name` and `#channel` become Slack's markup, addresses become links, the rest is escaped.
        wait: return once the app has had its chance to acknowledge; otherwise at once.
    """
    place = reach.may_post(slack.world, user, channel)
    stored = typed(slack.world, text)
    if not stored.strip() and not files:
        raise NotPossible("there is nothing to send")
    message = Message(
        place.id, slack.world.next_ts(), user, stored, slack.world.users[user].team,
        rich_text(text) if text else [], thread_ts=reach.root_of(place, thread_ts), client_msg_id=str(uuid.uuid4()),
        subtype="file_share" if files else "",
        files=[_keep_file(slack, user, place, name, data) for name, data in files],
    )  # fmt: skip
    slack.world.store(message)
    telling = slack.spawn(events.tell_message(slack, message))
    if wait:
        await telling
    return message


async def edits(slack: Slack, user: str, message: Message, text: str) -> Message:
    """Change one's own message."""
    reach.must_own(slack.world, user, message)
    previous = events.message_inner(slack, message, bare=True)
    message.text, message.blocks = typed(slack.world, text), rich_text(text)
    message.edited_ts, message.edited_by = slack.world.next_ts(), user
    slack.world.touch()
    await events.tell_changed(slack, message, previous)
    return message


async def deletes(slack: Slack, user: str, message: Message) -> None:
    reach.must_own(slack.world, user, message)
    slack.world.remove(message)
    await events.tell_deleted(slack, message)


async def reacts(slack: Slack, user: str, message: Message, emoji: str) -> None:
    reach.must_see(slack.world, user, message)
    people = message.reactions.setdefault(emoji.strip(":"), [])
    if user in people:
        raise NotPossible("you have reacted with that already")
    people.append(user)
    slack.world.touch()
    await events.tell_reaction(slack, message, user, emoji.strip(":"))


async def unreacts(slack: Slack, user: str, message: Message, emoji: str) -> None:
    people = message.reactions.get(emoji.strip(":"), [])
    if user not in people:
        raise NotPossible("you have not reacted with that")
    people.remove(user)
    if not people:
        del message.reactions[emoji.strip(":")]
    slack.world.touch()
    await events.tell_reaction(slack, message, user, emoji.strip(":"), removed=True)


async def unfurls(slack: Slack, message: Message) -> None:
    """Slack itself adds a preview to a message with a link: the app sees it as changed, with the same text."""
    previous = events.message_inner(slack, message, bare=True)
    message.attachments = [{"id": 1, "fallback": "A page", "title": "A page", "text": "What stands on it"}]
    slack.world.touch()
    await events.tell_changed(slack, message, previous)


async def joins(slack: Slack, user: str, channel: str) -> None:
    place = reach.may_join(slack.world, user, channel)
    place.members.append(user)
    slack.world.touch()
    await events.tell_joined(slack, place, user)


async def leaves(slack: Slack, user: str, channel: str) -> None:
    place = reach.must_be_in(slack.world, user, channel)
    place.members.remove(user)
    slack.world.touch()
    await events.tell_joined(slack, place, user, left=True)


# --- the app


async def runs(slack: Slack, user: str, command: str, text: str, channel: str) -> Receipt:
    """Send a slash command from a channel (never from a thread: Slack does not let one)."""
    place = reach.may_post(slack.world, user, channel)
    if command not in slack.world.app.commands:
        raise NotPossible(f"{command} is not a valid command")
    return await interact.command(slack, user, command, typed(slack.world, text, labels=True), place)


async def shortcut(slack: Slack, user: str, callback_id: str, message: Message | None = None) -> Receipt:
    """Choose a shortcut from the menu of a message, or without one a global shortcut."""
    app = slack.world.app
    if callback_id not in (app.global_shortcuts if message is None else app.message_shortcuts):
        raise NotPossible(f"there is no shortcut {callback_id} in this menu")
    if message is not None:
        reach.must_see(slack.world, user, message)
    return await interact.shortcut(slack, user, callback_id, message)


async def opens_home(slack: Slack, user: str) -> None:
    await events.tell_home_opened(slack, user, "home", reach.direct(slack.world, user))


async def opens_dm(slack: Slack, user: str) -> None:
    await events.tell_home_opened(slack, user, "messages", reach.direct(slack.world, user))


async def clicks(
    slack: Slack,
    user: str,
    source: Message | View,
    action_id: str,
    *,
    block_id: str = "",
    value: str | Sequence[str] | None = None,
) -> Receipt:
    """Use an element: press a button, choose in a menu, tick a box.

    Args:
        value: what is chosen: an option's value (or several), a date, a user; `positive` or `negative` for feedback.
    """
    reach.must_have_before_them(slack.world, user, source)
    found = reach.element(user, source, action_id, block_id, value)
    action, state = used(slack.world, found, value)
    if state is not None:
        reach.values_of(slack.world, user, source).setdefault(str(found.block["block_id"]), {})[action_id] = state
    return await interact.block_actions(slack, user, source, found, action)


async def submits(slack: Slack, user: str, view: View, values: Mapping[str, Any] | None = None) -> Receipt:
    """Fill in the topmost modal and submit it.

    Args:
        values: by block id, action id or "block_id/action_id"; other inputs keep what stands in them.
    """
    reach.must_have_before_them(slack.world, user, view)
    if view.kind != "modal" or not view.body.get("submit"):
        raise NotPossible("this view has no button to submit it")
    view.values = filled(slack, user, view, values or {})
    view.errors = {}
    return await interact.submission(slack, user, view)


async def forges_click(slack: Slack, user: str, source: Message | View, action_id: str, value: str = "") -> Receipt:
    """A click as a hostile client could send it: on what they do not see, with a value of their own."""
    found = next((one for one in elements(source.blocks) if one.element.get("action_id") == action_id), None)
    if found is None:
        raise NotPossible(f"there never was a {action_id}")
    action: dict[str, Any] = {key: found.element[key] for key in ("text", "value") if key in found.element}
    return await interact.block_actions(slack, user, source, found, action | ({"value": value} if value else {}))


async def forges_submission(slack: Slack, user: str, view: View, values: Mapping[str, Any]) -> Receipt:
    """A submission as a hostile client could send it: of somebody else's modal, with anything in it."""
    return await interact.submission(slack, user, replace(view, values=forged(view, values)))


async def closes(slack: Slack, user: str, view: View) -> None:
    """Close the topmost modal; the one beneath comes back, unless all are to be cleared."""
    reach.must_have_before_them(slack.world, user, view)
    clears = bool(view.body.get("clear_on_close"))
    closed = screens.close_all(slack.world, user) if clears else [screens.close_top(slack.world, user)]
    for one in closed:
        if one is not None and one.body.get("notify_on_close"):
            await interact.closing(slack, user, one, cleared=clears)


async def suggests(slack: Slack, user: str, source: Message | View, action_id: str, text: str) -> list[Payload]:
    """Type into a select whose options the app supplies.

    Returns: the options that the app offers.
    """
    reach.must_have_before_them(slack.world, user, source)
    found = reach.element(user, source, action_id)
    if "external_select" not in found.type:
        raise NotPossible("the options of this menu are all there")
    receipt = await interact.suggestion(slack, user, source, found, text)
    answer = receipt.payload or {}
    grouped = [option for group in answer.get("option_groups") or [] for option in group.get("options", [])]
    return list(answer.get("options") or grouped)


async def presses_stop(slack: Slack, user: str, channel: str, thread_ts: str) -> None:
    """Press the Stop button beneath a thread in which the app is at work."""
    place = reach.must_be_in(slack.world, user, channel)
    session = slack.world.sessions.get((place.id, thread_ts))
    if session is None or session.status != "processing" or "agent_session_stopped" not in slack.world.app.events:
        raise NotPossible("there is no Stop button")
    streams = [m for m in place.thread(thread_ts) if slack.world.stream_state(m) == "streaming"]
    for message in streams:
        if message.stream:
            message.stream.state = "stopped_by_user"
    slack.world.touch()
    await events.tell_stopped(slack, user, place, thread_ts, [message.ts for message in streams])


async def renames_session(slack: Slack, user: str, channel: str, thread_ts: str, title: str) -> None:
    place = reach.must_be_in(slack.world, user, channel)
    slack.world.titles[place.id, thread_ts] = title
    slack.world.touch()
    await events.tell_renamed(slack, user, place, thread_ts, title)


async def looks_at(slack: Slack, user: str, channel: str) -> None:
    """Look at a channel with the app's pane open."""
    await events.tell_context(slack, user, reach.must_be_in(slack.world, user, channel) if channel else None)


def _keep_file(slack: Slack, user: str, channel: Channel, name: str, data: bytes) -> File:
    file = new_file(slack, user, name, data)
    file.channels.append(channel.id)
    return file
