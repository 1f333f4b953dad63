"""Modals and App Home: what is open in front of whom, and how it changes."""

from __future__ import annotations

import secrets
from typing import Any

from localslack import blocks
from localslack.errors import SlackError
from localslack.validate import validate_view
from localslack.world import LARGEST_STACK, Payload, Trigger, View, Workspace, new_id


def check_view(body: Payload, kind: str) -> Payload:
    """The view as it will be shown, with ids.

    Raises: SlackError as the validator of views has it, or `invalid_arguments` for the wrong kind.
    """
    validate_view(body)
    if body.get("type") != kind:
        raise SlackError("invalid_arguments", [f"[ERROR] must be of type {kind} [json-pointer:/view/type]"])
    return body | {"blocks": blocks.with_ids(body.get("blocks") or [])}


def use_trigger(world: Workspace, trigger_id: str) -> Trigger:
    """Use up a trigger, for three seconds from what the person did.

    Raises: SlackError `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`.
    """
    trigger = world.triggers.get(trigger_id)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if world.clock.now() > trigger.expires:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def open_modal(world: Workspace, user: str, body: Payload) -> View:
    """A modal in place of whatever is open."""
    close_all(world, user)
    return _put(world, user, body, previous=None)


def push_modal(world: Workspace, user: str, body: Payload) -> View:
    """A modal on top of the open one.

    Raises: SlackError `push_limit_reached` for the fourth.
    """
    stack = world.modals.get(user, [])
    if len(stack) >= LARGEST_STACK:
        raise SlackError("push_limit_reached")
    return _put(world, user, body, previous=stack[-1] if stack else None)


def replace_view(world: Workspace, view: View, body: Payload) -> View:
    """Change a view in place: it keeps its id and what was filled into inputs that are still there."""
    view.body = body
    view.hash = new_hash(world)
    view.errors = {}
    kept = {block.get("block_id") for block in view.blocks}
    view.values = initial_values(view.blocks) | {key: item for key, item in view.values.items() if key in kept}
    world.touch()
    return view


def close_top(world: Workspace, user: str) -> View | None:
    """Close the topmost modal; with `clear_on_close`, all of them."""
    stack = world.modals.get(user) or []
    if not stack:
        return None
    top = stack.pop()
    top.is_open = False
    world.touch()
    return top


def close_all(world: Workspace, user: str) -> list[View]:
    closed = []
    while (view := close_top(world, user)) is not None:
        closed.append(view)
    return closed


def publish_home(world: Workspace, user: str, body: Payload, given_hash: str) -> View:
    """Show App Home to somebody.

    Raises: SlackError `hash_conflict` if it changed since the hash was given.
    """
    old = world.homes.get(user)
    if old is None:
        view_id = new_id("V")
        old = world.homes[user] = View(view_id, body, user, new_hash(world), view_id)
        world.views[view_id] = old
        old.values = initial_values(old.blocks)
        world.touch()
        return old
    check_hash(old, given_hash)
    old.values = {}
    return replace_view(world, old, body)


def check_hash(view: View, given: str) -> None:
    if given and given != view.hash:
        raise SlackError("hash_conflict")


def new_hash(world: Workspace) -> str:
    return f"{int(world.clock.now())}.{secrets.token_hex(4)}"


def initial_values(shown: list[Payload]) -> dict[str, dict[str, Payload]]:
    """`state.values` of blocks that nobody has touched: what the app filled in before."""
    values: dict[str, dict[str, Payload]] = {}
    for found in blocks.elements(shown):
        if state := initial_state(found.element):
            values.setdefault(str(found.block["block_id"]), {})[str(found.element["action_id"])] = state
    return values


def initial_state(element: Payload) -> Payload | None:
    """What an untouched element says of itself in `state.values`; None for a button, which says nothing."""
    kind = str(element.get("type", ""))
    name = value_key(kind)
    if not name:
        return None
    plural = isinstance(_EMPTY.get(name), list)
    given = element.get("initial_" + name.removeprefix("selected_").removeprefix("rich_text_"))
    return {"type": kind, name: given if given is not None else ([] if plural else None)}


_EMPTY: dict[str, Any] = {
    "selected_options": [], "selected_users": [], "selected_conversations": [], "selected_channels": [], "files": [],
}  # fmt: skip

_VALUE_KEYS = {
    "plain_text_input": "value", "email_text_input": "value", "url_text_input": "value", "number_input": "value",
    "rich_text_input": "rich_text_value", "file_input": "files", "checkboxes": "selected_options",
    "radio_buttons": "selected_option", "datepicker": "selected_date", "timepicker": "selected_time",
    "datetimepicker": "selected_date_time", "static_select": "selected_option", "external_select": "selected_option",
    "users_select": "selected_user", "conversations_select": "selected_conversation",
    "channels_select": "selected_channel", "multi_static_select": "selected_options",
    "multi_external_select": "selected_options", "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations", "multi_channels_select": "selected_channels",
}  # fmt: skip


def value_key(kind: str) -> str:
    """The key that holds the value of this kind of element; empty for buttons and menus."""
    return _VALUE_KEYS.get(kind, "")


def _put(world: Workspace, user: str, body: Payload, previous: View | None) -> View:
    view_id = new_id("V")
    view = View(
        view_id, body, user, new_hash(world), previous.root_id if previous else view_id,
        previous.id if previous else "", initial_values(list(body.get("blocks") or [])),
    )  # fmt: skip
    world.views[view.id] = view
    world.modals.setdefault(user, []).append(view)
    world.touch()
    return view
