"""Finding one's way in blocks: ids that Slack gives, elements wherever they stand, the text that people see."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from localslack.world import Payload

HELD = ("accessory", "element", "hero_image", "icon")
TEXTS = (
    "text",
    "label",
    "hint",
    "title",
    "subtitle",
    "body",
    "placeholder",
    "description",
    "alt_text",
    "details",
    "output",
)


@dataclass(frozen=True, slots=True)
class Found:
    """An element and the block that it stands in."""

    block: Payload
    element: Payload

    @property
    def type(self) -> str:
        return str(self.element.get("type", ""))


def with_ids(blocks: Sequence[Payload]) -> list[Payload]:
    """Give every block a block_id and every element an action_id, as Slack does; changes them in place."""
    for block in blocks:
        if not block.get("block_id"):
            block["block_id"] = secrets.token_hex(3)
        for element in _held(block):
            if _is_interactive(element) and not element.get("action_id"):
                element["action_id"] = secrets.token_hex(3)
        with_ids([child for child in block.get("child_blocks") or block.get("elements") or () if _is_block(child)])
    return list(blocks)


def elements(blocks: Sequence[Payload]) -> Iterator[Found]:
    """Every element that a person can use, with its block, in reading order."""
    for block in blocks:
        for element in _held(block):
            if _is_interactive(element):
                yield Found(block, element)
        for name in ("child_blocks", "elements"):
            yield from elements([child for child in block.get(name) or () if _is_block(child)])


def inputs(blocks: Sequence[Payload]) -> Iterator[Found]:
    """The elements of input blocks."""
    return (found for found in elements(blocks) if found.block.get("type") == "input")


def words(thing: Any) -> Iterator[str]:
    """Every piece of text in blocks that a person sees, in order."""
    if isinstance(thing, Mapping):
        for key, item in thing.items():
            if key in TEXTS and isinstance(item, str):
                yield item
            else:
                yield from words(item)
    elif isinstance(thing, list | tuple):
        for item in thing:
            yield from words(item)


def links(thing: Any) -> Iterator[str]:
    """Every address that a block opens or loads by itself: buttons, images, rich text links, task sources."""
    if isinstance(thing, Mapping):
        for key, item in thing.items():
            if key in ("url", "image_url", "thumbnail_url", "video_url", "title_url") and isinstance(item, str):
                yield item
            else:
                yield from links(item)
    elif isinstance(thing, list | tuple):
        for item in thing:
            yield from links(item)


def _held(block: Mapping[str, Any]) -> list[Payload]:
    """The things that stand directly in a block and are no blocks."""
    held = [block[name] for name in HELD if isinstance(block.get(name), dict)]
    listed = [item for name in ("elements", "actions") for item in block.get(name) or () if isinstance(item, dict)]
    return held + [item for item in listed if not _is_block(item)]


def _is_block(thing: Any) -> bool:
    return isinstance(thing, dict) and (
        "child_blocks" in thing or thing.get("type") in ("card", "section", "actions", "context_actions", "input")
    )


INTERACTIVE = {
    "button",
    "checkboxes",
    "datepicker",
    "datetimepicker",
    "timepicker",
    "overflow",
    "radio_buttons",
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
    "feedback_buttons",
    "icon_button",
    "workflow_button",
}


def _is_interactive(element: Mapping[str, Any]) -> bool:
    kind = str(element.get("type", ""))
    return kind in INTERACTIVE or kind.endswith("_select")
