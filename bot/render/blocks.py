"""The blocks that we use, each with its limits kept. Words of others go in as they are and come out safe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.model import Block, View
from bot.render import limits
from bot.render.text import clip, one_line, plain, url

Part = dict[str, object]
"""One element inside of a rich_text section, quote or list."""

_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,20}")


def is_user(user: str) -> bool:
    """Whether this can be a user id of Slack's."""
    return bool(_USER.fullmatch(user))


def is_channel(channel: str) -> bool:
    """Whether this can be a channel id of Slack's."""
    return bool(_CHANNEL.fullmatch(channel))


# --- text --------------------------------------------------------------------------------------------------------


def words(text: str, *, bold: bool = False, italic: bool = False, limit: int = limits.RICH_TEXT) -> Part:
    """Text that is shown letter by letter: rich_text knows no markup inside of it."""
    part: Part = {"type": "text", "text": clip(plain(text), limit) or " "}
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return {**part, "style": style} if style else part


def linked(address: str, text: str, *, limit: int = limits.HEADER) -> Part:
    """A link on the web, or the bare words where there is no address for it."""
    safe, label = url(address), clip(one_line(text), limit)
    return {"type": "link", "url": safe, "text": label} if safe and label else words(label)


def person(user: str) -> Part:
    """A person of Slack's by id; "somebody" for what is no id."""
    return {"type": "user", "user_id": user} if is_user(user) else words("somebody")


def channel(name: str) -> Part:
    """A channel of Slack's by id; "that channel" for what is no id."""
    return {"type": "channel", "channel_id": name} if is_channel(name) else words("that channel")


def line(*parts: Part) -> Block:
    return {"type": "rich_text_section", "elements": list(parts)}


def quote(*parts: Part) -> Block:
    return {"type": "rich_text_quote", "elements": list(parts)}


def bullets(lines: Iterable[Block]) -> Block:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(lines)}


def rich(*elements: Block) -> Block:
    """A rich_text block of lines, quotes and lists.

    Lines that follow each other become one section: Slack says nowhere how it sets sections apart.
    """
    joined: list[Block] = []
    for element in elements:
        if joined and joined[-1]["type"] == element["type"] == "rich_text_section":
            joined[-1] = line(*joined[-1]["elements"], {"type": "text", "text": "\n"}, *element["elements"])
        else:
            joined.append(element)
    return {"type": "rich_text", "elements": joined}


def said(text: str, *, bold: bool = False, limit: int = limits.RICH_TEXT) -> Block:
    """One paragraph as a block."""
    return rich(line(words(text, bold=bold, limit=limit)))


def labelled(label: str, text: str, *, limit: int = 1_000) -> Block:
    """`Label: text` with a bold label, as one line of a rich_text block."""
    return line(words(f"{label}: ", bold=True), words(text, limit=limit))


def plain_text(text: str, limit: int) -> Block:
    """A plain_text object on one line; emoji names such as `:100:` stay words."""
    return {"type": "plain_text", "text": clip(one_line(text), limit) or "-", "emoji": False}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, limits.HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph with a button beside it."""
    shown = {"type": "plain_text", "text": clip(plain(text), limits.SECTION) or "-", "emoji": False}
    block: Block = {"type": "section", "text": shown}
    return {**block, "accessory": accessory} if accessory else block


def context(*lines: str) -> Block:
    """Small print."""
    shown = [plain_text(text, limits.CONTEXT) for text in lines if text][: limits.CONTEXT_ELEMENTS]
    return {"type": "context", "elements": shown}


def divider() -> Block:
    return {"type": "divider"}


# --- buttons -----------------------------------------------------------------------------------------------------


def button(
    text: str, action: str, value: str, *, style: str = "", label: str = "", confirm: Block | None = None
) -> Block:
    """A button; `label` is what a screen reader says instead of a short text."""
    made: Block = {
        "type": "button", "text": plain_text(text, limits.BUTTON), "action_id": action, "value": value,
    }  # fmt: skip
    if style:
        made["style"] = style
    if label:
        made["accessibility_label"] = clip(one_line(label), limits.BUTTON)
    return {**made, "confirm": confirm} if confirm else made


def link_button(text: str, action: str, address: str) -> Block:
    """A button that opens a web page. `address` must have passed `text.url`."""
    return {"type": "button", "text": plain_text(text, limits.BUTTON), "action_id": action, "url": address}


def confirm(title: str, text: str, yes: str, no: str = "Cancel", *, danger: bool = False) -> Block:
    """The question that Slack puts before a button does anything."""
    asked: Block = {
        "title": plain_text(title, limits.CONFIRM_TITLE),
        "text": plain_text(text, limits.CONFIRM_TEXT),
        "confirm": plain_text(yes, limits.CONFIRM_BUTTON),
        "deny": plain_text(no, limits.CONFIRM_BUTTON),
    }
    return {**asked, "style": "danger"} if danger else asked


def actions(buttons: Sequence[Block]) -> list[Block]:
    """Rows of buttons; no row without any."""
    rows = [buttons[start : start + limits.ACTIONS] for start in range(0, len(buttons), limits.ACTIONS)]
    return [{"type": "actions", "elements": list(row)} for row in rows]


# --- views and their inputs --------------------------------------------------------------------------------------


def modal(
    callback: str, title: str, blocks: Sequence[Block], *, submit: str = "", close: str = "Close", metadata: str = ""
) -> View:
    """A modal; without `submit` it can only be read and closed."""
    view: View = {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, limits.TITLE),
        "close": plain_text(close, limits.TITLE),
        "blocks": list(blocks)[: limits.VIEW_BLOCKS],
    }
    if metadata:
        view["private_metadata"] = metadata
    return {**view, "submit": plain_text(submit, limits.TITLE)} if submit else view


def alert(text: str, level: str = "info") -> Block:
    """A notice; Slack takes it in modals only."""
    return {"type": "alert", "level": level, "text": plain_text(text, limits.ALERT)}


def asked(name: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """An input whose block and action are both called `name`, as `bot.render.forms` reads them."""
    block: Block = {
        "type": "input", "block_id": name, "label": plain_text(label, limits.LABEL),
        "element": {**element, "action_id": name}, "optional": optional,
    }  # fmt: skip
    return {**block, "hint": plain_text(hint, limits.HINT)} if hint else block


def text_input(
    value: str = "", *, lines: bool = False, limit: int = limits.INPUT, placeholder: str = "", least: int = 0
) -> Block:
    """A box to type in, with `value` in it to begin with."""
    element: Block = {"type": "plain_text_input", "multiline": lines, "max_length": limit}
    if least:
        element["min_length"] = least
    if placeholder:
        element["placeholder"] = plain_text(placeholder, limits.PLACEHOLDER)
    start = clip(plain(value) if lines else one_line(value), limit)
    return {**element, "initial_value": start} if start else element


def option(value: str, text: str, detail: str = "") -> Block:
    made: Block = {"text": plain_text(text, limits.OPTION), "value": value}
    return {**made, "description": plain_text(detail, limits.OPTION)} if detail else made


def select(options: Sequence[Block], chosen: str = "", *, placeholder: str = "Choose") -> Block:
    """A list to choose one of; at most 100 options, the first ones."""
    shown = list(options)[: limits.OPTIONS]
    element: Block = {
        "type": "static_select", "options": shown, "placeholder": plain_text(placeholder, limits.PLACEHOLDER),
    }  # fmt: skip
    return _begun(element, shown, chosen)


def radio(options: Sequence[Block], chosen: str = "") -> Block:
    return _begun({"type": "radio_buttons", "options": list(options)}, options, chosen)


def _begun(element: Block, options: Sequence[Block], chosen: str) -> Block:
    first = next((item for item in options if item["value"] == chosen), None)
    return {**element, "initial_option": first} if first else element


def people_list(placeholder: str) -> Block:
    """A list of the workspace's people; what is chosen is a user id."""
    return {"type": "users_select", "placeholder": plain_text(placeholder, limits.PLACEHOLDER)}


def checkboxes(options: Sequence[Block], ticked: Sequence[str] = ()) -> Block:
    element: Block = {"type": "checkboxes", "options": list(options)}
    first = [item for item in options if item["value"] in ticked]
    return {**element, "initial_options": first} if first else element


def options_of(named: Mapping[str, str]) -> list[Block]:
    return [option(value, text) for value, text in named.items()]
