"""What stands in the controls of a form → what Slack's client keeps of each element of a view."""

from __future__ import annotations

from typing import Any

from aiohttp.web_request import FileField
from multidict import MultiDictProxy

from localslack.blocks import Found, elements, inputs
from localslack.errors import NotPossible
from localslack.filling import new_state
from localslack.page.elements import is_group
from localslack.page.scene import field_name, text_in
from localslack.screens import value_key
from localslack.world import View, Workspace

Form = MultiDictProxy[str | bytes | bytearray | FileField]
Upload = tuple[str, bytes]

REQUIRED = "Please complete this required field."


def picked(found: Found, form: Form) -> str | list[str] | None:
    """What is chosen or typed in an element's controls; None for a button."""
    if not value_key(found.type):
        return None
    values = [one.replace("\r\n", "\n") for one in form.getall(_name(found), []) if isinstance(one, str) and one]
    if is_group(found.element) and found.type != "radio_buttons":
        return values
    return values[0] if values else ""


def fill(world: Workspace, view: View, form: Form) -> dict[str, list[Upload]]:
    """Keep in `view` what the form says, with a sentence at each field that cannot be so.

    Returns: the files that were chosen, by `block_id/action_id`; they are kept when the form is submitted.
    """
    view.errors = {}
    files: dict[str, list[Upload]] = {}
    for found in elements(view.blocks):
        block, action = str(found.block.get("block_id", "")), str(found.element.get("action_id", ""))
        if found.type == "file_input":
            files[f"{block}/{action}"] = _files(found, form)
        elif value_key(found.type):
            try:
                view.values.setdefault(block, {})[action] = new_state(world, found.element, picked(found, form))
            except NotPossible as error:
                view.errors[block] = str(error)
    return {name: chosen for name, chosen in files.items() if chosen}


def missing(view: View, files: dict[str, list[Upload]]) -> dict[str, str]:
    """A sentence for each input that must be filled in and is not, by block id."""
    found = {}
    for one in inputs(view.blocks):
        block, action = str(one.block["block_id"]), str(one.element["action_id"])
        state: dict[str, Any] = view.values.get(block, {}).get(action) or {}
        empty = not state.get(value_key(one.type)) and not files.get(f"{block}/{action}")
        if empty and not one.block.get("optional") and block not in view.errors:
            found[block] = REQUIRED
    return found


def _files(found: Found, form: Form) -> list[Upload]:
    chosen = form.getall(_name(found), [])
    return [(one.filename, one.file.read()) for one in chosen if isinstance(one, FileField) and one.filename]


def _name(found: Found) -> str:
    return field_name(text_in(found.block, "block_id"), text_in(found.element, "action_id"))
