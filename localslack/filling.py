"""Using elements and filling in forms: what Slack makes of a choice, and what its client does not let through."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from localslack.blocks import Found, inputs
from localslack.errors import NotPossible
from localslack.files import new_file
from localslack.payloads import file_payload
from localslack.screens import initial_state, value_key
from localslack.world import Payload, View, Workspace

if TYPE_CHECKING:
    from localslack.slack import Slack

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"\d{2}:\d{2}")
LONGEST_INPUT = 3000

Value = str | Sequence[str] | None


def used(world: Workspace, found: Found, value: Value) -> tuple[Payload, Payload | None]:
    """What using an element sends.

    Returns: the keys of `actions[0]` that depend on the element, and its new state; None for one that keeps none.
    """
    element = found.element
    if found.type in ("button", "icon_button", "workflow_button"):
        _only(value, element.get("value"))
        return _button(element), None
    if found.type == "feedback_buttons":
        return _feedback(element, value), None
    if found.type == "overflow":
        return {"selected_option": _option(element, value)}, None
    state = new_state(world, element, value)
    return {key: item for key, item in state.items() if key != "type"}, state


def filled(slack: Slack, user: str, view: View, values: Mapping[str, Any]) -> dict[str, dict[str, Payload]]:
    """`state.values` of a modal after somebody filled it in.

    Raises: NotPossible for an input that is not there, is required and empty, or has what it does not take.
    """
    state = {block: dict(items) for block, items in view.values.items()}
    left = set(values)
    for found in inputs(view.blocks):
        names = _names(found)
        given = [name for name in names if name in values]
        left.difference_update(given)
        block, action = names[0], names[1]
        if given:
            state.setdefault(block, {})[action] = _given_state(slack, user, found, values[given[0]])
        _check(found, state.setdefault(block, {}).setdefault(action, initial_state(found.element) or {}))
    if left:
        raise NotPossible(f"the modal has no input {', '.join(sorted(left))}")
    return state


def forged(view: View, values: Mapping[str, Any]) -> dict[str, dict[str, Payload]]:
    """`state.values` as a hostile client could send it: nothing is checked.

    Args:
        values: by "block_id/action_id" or by block id; what is not text stands as it is.
    """
    state = {block: dict(items) for block, items in view.values.items()}
    for found in inputs(view.blocks):
        block, action, both = _names(found)
        for name in (block, action, both):
            if name in values:
                key = value_key(found.type) or "value"
                state.setdefault(block, {})[action] = {"type": found.type, key: values[name]}
    return state


def new_state(world: Workspace, element: Payload, value: Any) -> Payload:
    """What an element says of itself once `value` was chosen or typed."""
    kind = str(element["type"])
    key = value_key(kind)
    if not key:
        raise NotPossible(f"a {kind} takes no value")
    return {"type": kind, key: _read(world, element, key, value)}


def _read(world: Workspace, element: Payload, key: str, value: Any) -> Any:
    if value is None or value == "":
        return [] if key.endswith("s") or key == "files" else None
    if key == "selected_option":
        return _option(element, value)
    if key == "selected_options":
        return [_option(element, one) for one in _several(value)]
    if key in ("selected_users", "selected_user"):
        people = [_known(world, one) for one in _several(value)]
        return people if key == "selected_users" else people[0]
    return _several(value) if key.endswith("s") else _typed(element, key, str(value))


def _typed(element: Payload, key: str, value: str) -> Any:
    patterns = {"selected_date": DATE, "selected_time": TIME}
    if key in patterns and not patterns[key].fullmatch(value):
        raise NotPossible(f"{value} cannot be picked as {key.removeprefix('selected_')}")
    if key == "selected_date_time":
        return int(value)
    if element["type"] == "number_input" and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        raise NotPossible(f"{value} is not a number")
    return value


def _given_state(slack: Slack, user: str, found: Found, value: Any) -> Payload:
    if found.type == "file_input":
        return {"type": "file_input", "files": [_file(slack, user, one) for one in value or ()]}
    return new_state(slack.world, found.element, value)


def _file(slack: Slack, user: str, upload: tuple[str, bytes]) -> Payload:
    return file_payload(slack.world, new_file(slack, user, *upload))


def _names(found: Found) -> list[str]:
    """What an input can be called: its block, its action, both."""
    block, action = str(found.block["block_id"]), str(found.element["action_id"])
    return [block, action, f"{block}/{action}"]


def _check(found: Found, state: Payload) -> None:
    """What the client checks before it sends a form."""
    name = found.block["block_id"]
    value = next((item for key, item in state.items() if key != "type"), None)
    if value in (None, "", []):
        if not found.block.get("optional"):
            raise NotPossible(f"{name} is required")
        return
    if found.type == "plain_text_input":
        _check_length(found.element, str(name), str(value))
    most = found.element.get("max_selected_items") or found.element.get("max_files")
    if isinstance(value, list) and most and len(value) > most:
        raise NotPossible(f"{name} takes at most {most}")


def _check_length(element: Payload, name: str, value: str) -> None:
    longest = int(element.get("max_length") or LONGEST_INPUT)
    if len(value) > longest:
        raise NotPossible(f"{name} takes at most {longest} characters")
    if len(value) < int(element.get("min_length") or 0):
        raise NotPossible(f"{name} needs at least {element['min_length']} characters")


def _button(element: Payload) -> Payload:
    """A button without a value sends none."""
    return {key: element[key] for key in ("text", "value", "style", "url", "icon") if element.get(key) is not None}


def _feedback(element: Payload, value: Value) -> Payload:
    buttons = {name: element.get(f"{name}_button") or {} for name in ("positive", "negative")}
    for name, button in buttons.items():
        if value in (name, button.get("value")):
            return {"value": button.get("value"), "text": button.get("text")}
    raise NotPossible(f"feedback is positive or negative, not {value}")


def _option(element: Payload, value: Any) -> Payload:
    """The option that has this value; for a menu that the app fills, an option as the app offered it."""
    if isinstance(value, Mapping):
        return dict(value)
    grouped = [one for group in element.get("option_groups") or [] for one in group.get("options", [])]
    for option in [*(element.get("options") or []), *grouped]:
        if option.get("value") == value:
            return dict(option)
    raise NotPossible(f"there is no option {value}")


def _known(world: Workspace, user: str) -> str:
    found = world.users.get(user) or world.user_named(user)
    if found is None or found.deleted:
        raise NotPossible(f"there is nobody {user} to choose")
    return found.id


def _several(value: Any) -> list[Any]:
    return [value] if isinstance(value, str | Mapping) else list(value)


def _only(value: Value, own: Any) -> None:
    if value not in (None, own):
        raise NotPossible(f"the button's value is {own}, not {value}")
