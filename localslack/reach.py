"""What somebody has before them: where they may post, which messages they see, which elements they can use."""

from __future__ import annotations

from collections.abc import Sequence

from localslack.blocks import Found, elements
from localslack.errors import NotPossible
from localslack.screens import initial_values
from localslack.world import Channel, Message, Payload, View, Workspace


def must_be_active(world: Workspace, user: str) -> None:
    if world.users[user].deleted:
        raise NotPossible(f"{world.users[user].name} is deactivated and cannot sign in")


def must_be_in(world: Workspace, user: str, channel: str) -> Channel:
    """The channel, of which `user` is a member."""
    must_be_active(world, user)
    found = world.channel_named(channel)
    if found is None or (found.is_private and user not in found.members):
        raise NotPossible(f"there is no channel {channel} for {world.users[user].name}")
    if user not in found.members:
        raise NotPossible(f"{world.users[user].name} is not in {channel}")
    return found


def may_post(world: Workspace, user: str, channel: str) -> Channel:
    found = must_be_in(world, user, channel)
    if found.is_archived:
        raise NotPossible(f"{channel} is archived")
    return found


def may_join(world: Workspace, user: str, channel: str) -> Channel:
    must_be_active(world, user)
    found, author = world.channel_named(channel), world.users[user]
    if found is None or found.is_private:
        raise NotPossible(f"there is no channel {channel} to join")
    if author.is_guest or author.is_single_channel_guest or author.is_stranger:
        raise NotPossible(f"{author.name} can only be invited to channels")
    if user in found.members or found.is_archived:
        raise NotPossible(f"{author.name} cannot join {channel}")
    return found


def root_of(channel: Channel, thread_ts: str) -> str:
    """The first message of a thread, given any message of it."""
    if not thread_ts:
        return ""
    message = channel.messages.get(thread_ts)
    if message is None:
        raise NotPossible("there is no such thread")
    return message.root_ts


def sees(world: Workspace, user: str, message: Message) -> bool:
    if message.deleted:
        return False
    if message.is_ephemeral:
        return message.to == user
    channel = world.channels[message.channel]
    return user in channel.members and message.ts in channel.messages


def must_see(world: Workspace, user: str, message: Message) -> None:
    must_be_active(world, user)
    if not sees(world, user, message):
        raise NotPossible(f"{world.users[user].name} does not see that message")


def must_own(world: Workspace, user: str, message: Message) -> None:
    must_see(world, user, message)
    if message.user != user:
        raise NotPossible("only one's own messages can be changed")


def must_have_before_them(world: Workspace, user: str, source: Message | View) -> None:
    """A message that they see, their topmost modal, or their App Home."""
    if isinstance(source, Message):
        must_see(world, user, source)
        return
    must_be_active(world, user)
    if source.user != user or not source.is_open:
        raise NotPossible("that view is not open")
    if source.kind == "modal" and world.top_modal(user) is not source:
        raise NotPossible("another modal is on top of that one")


def values_of(world: Workspace, user: str, source: Message | View) -> dict[str, dict[str, Payload]]:
    """What somebody has chosen and typed in a view, or in a message, as `state.values` has it."""
    if isinstance(source, View):
        return source.values
    return world.choices.setdefault((user, source.ts), initial_values(source.blocks))


def direct(world: Workspace, user: str) -> Channel:
    """The direct message of somebody with the app."""
    must_be_active(world, user)
    found = world.direct(user)
    if found is None:
        raise NotPossible(f"{world.users[user].name} has no direct message with the app")
    return found


def element(
    user: str, source: Message | View, action_id: str, block_id: str = "", value: str | Sequence[str] | None = None
) -> Found:
    """The element with this action id that `user` sees in a message or view.

    Where several have it, `block_id` or the value of the button says which.
    """
    found = [one for one in elements(source.blocks) if one.element.get("action_id") == action_id]
    found = [one for one in found if _is_shown(one, user) and block_id in ("", one.block.get("block_id"))]
    if not found:
        there = ", ".join(str(one.element.get("action_id")) for one in elements(source.blocks))
        raise NotPossible(f"there is no {action_id} to use; there is {there or 'nothing'}")
    if len(found) > 1 and value is not None:
        found = [one for one in found if one.element.get("value") == value] or found
    if len(found) > 1:
        raise NotPossible(f"{action_id} is there {len(found)} times; say which by block_id or value")
    return found[0]


def _is_shown(found: Found, user: str) -> bool:
    visible_to = found.element.get("visible_to_user_ids")
    return not visible_to or user in visible_to
