"""Refuses the blocks and views that Slack would refuse: limits, required fields, surfaces, ids used twice.

The tables are in `validate_element` and `validate_block`; here stands what concerns a payload as a whole. It is an
approximation, stricter where Slack's own sources disagree: `blocks.validate` of a real workspace has the last word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from localslack.errors import SlackError
from localslack.validate_block import MOST_BLOCKS, ON_SURFACE, VIEWS, Surface
from localslack.validate_rule import Either, Findings, Json, Listed, items

MARKDOWN_CHARS = 12_000
"""All markdown blocks of a message together (docs: markdown block)."""

MESSAGE_CHARS = 13_200
"""All blocks of a message, as compact JSON. Undocumented: bolt-js#2509 measured 13,297 for the text of one markdown
block, less with a divider beside it; bolt-js#2867 was refused with 11,341 characters of text in many small objects."""

TABLE_CHARS = 10_000
"""All cells of a message's table."""

DATA_TABLE_CHARS = 20_000
"""All cells of one data_table."""

VIEW_BYTES = 250_000


def validate_blocks(blocks: Json, surface: Surface) -> None:
    """Check the `blocks` of a message, or those that a view would have.

    Raises: SlackError, named as Slack names it: `invalid_blocks_format` for what is no list, `invalid_blocks` (of a
    message) or `invalid_arguments` (of a view) with one message for each thing refused, `invalid_attachments` for a
    second table, `msg_blocks_too_long`.
    """
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    found = Findings()
    Listed(ON_SURFACE[surface], fewest=0, most=MOST_BLOCKS[surface]).check(blocks, "/blocks", found)
    _check_ids(blocks, "/blocks", found)
    if found.messages:
        raise SlackError("invalid_blocks" if surface == "message" else "invalid_arguments", tuple(found.messages))
    if surface == "message":
        _check_message(blocks)


def validate_view(view: Json) -> None:
    """Check a modal or App Home as `views.open`, `push`, `update` and `publish` do.

    Raises: SlackError `invalid_arguments` with one message for each thing refused, or `view_too_large`.
    """
    found = Findings()
    Either(VIEWS).check(view, "/view", found)
    if isinstance(view, dict) and isinstance(view.get("blocks"), list):
        _check_ids(view["blocks"], "/view/blocks", found)
    if found.messages:
        raise SlackError("invalid_arguments", tuple(found.messages))
    if len(json.dumps(view, separators=(",", ":"))) > VIEW_BYTES:
        raise SlackError("view_too_large")


def characters(blocks: Json) -> int:
    """The length that `MESSAGE_CHARS` bounds.

    >>> characters([{"type": "divider"}])
    22
    """
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def _check_message(blocks: list[dict[str, Json]]) -> None:
    """What bounds all blocks of a message together; each of them is known to be well formed."""
    tables = [block for block in _every_block(blocks) if block["type"] == "table"]
    if len(tables) > 1:
        raise SlackError("invalid_attachments", ("[ERROR] only_one_table_allowed",))
    if sum(_cell_characters(table) for table in tables) > TABLE_CHARS:
        raise SlackError("invalid_blocks", (f"[ERROR] must be less than {TABLE_CHARS + 1} characters in all cells",))
    for block in blocks:
        if block["type"] == "data_table" and _cell_characters(block) > DATA_TABLE_CHARS:
            raise SlackError("invalid_blocks", (f"[ERROR] must be less than {DATA_TABLE_CHARS + 1} characters",))
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_CHARS:
        raise SlackError("msg_blocks_too_long")
    # A table has its own, larger budget.
    if characters([block for block in blocks if block["type"] not in {"table", "data_table"}]) > MESSAGE_CHARS:
        raise SlackError("msg_blocks_too_long")


def _every_block(blocks: list[dict[str, Json]]) -> Iterator[dict[str, Json]]:
    for block in blocks:
        yield block
        yield from _every_block(block.get("child_blocks") or [])


def _cell_characters(table: dict[str, Json]) -> int:
    return sum(_text_characters(cell) for row in table["rows"] for cell in row)


def _text_characters(value: Json) -> int:
    """Characters of every `text` in a cell, however deep."""
    if isinstance(value, list):
        return sum(_text_characters(item) for item in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(_text_characters(item) for item in value.values())


# --- ids


def _check_ids(blocks: list[Json], at: str, found: Findings) -> None:
    """`block_id` is unique in the payload, `action_id` in its block, and one element at most takes the focus."""
    seen: set[str] = set()
    for pointer, block in _blocks_at(blocks, at):
        name = block.get("block_id")
        if isinstance(name, str) and name:
            if name in seen:
                found.refuse(f"{pointer}/block_id", f"`block_id` already exists: {name}")
            seen.add(name)
        _check_action_ids(block, pointer, found)
    _check_focus(blocks, at, found)


def _check_action_ids(block: dict[str, Json], at: str, found: Findings) -> None:
    seen: set[str] = set()
    for pointer, element in _elements_at(block, at):
        name = element.get("action_id")
        if isinstance(name, str):
            if name in seen:
                found.refuse(f"{pointer}/action_id", f"`action_id` already exists in this block: {name}")
            seen.add(name)


def _check_focus(blocks: list[Json], at: str, found: Findings) -> None:
    focused = [
        pointer
        for where, block in _blocks_at(blocks, at)
        for pointer, element in _elements_at(block, where)
        if element.get("focus_on_load") is True
    ]
    for pointer in focused[1:]:
        found.refuse(f"{pointer}/focus_on_load", "only one element can be set to focus on load")


def _blocks_at(blocks: list[Json], at: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """Every block with its pointer, and those inside containers, carousels and plans."""
    for number, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        yield f"{at}/{number}", block
        for name, kind in (("child_blocks", "container"), ("elements", "carousel"), ("tasks", "plan")):
            if block.get("type") == kind:
                yield from _blocks_at(items(block, name), f"{at}/{number}/{name}")


def _elements_at(block: dict[str, Json], at: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """The elements of one block that may have an `action_id`."""
    if block.get("type") == "carousel":
        return
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            yield f"{at}/{name}", block[name]
    for name in ("elements", "actions"):
        for number, element in enumerate(items(block, name)):
            if isinstance(element, dict):
                yield f"{at}/{name}/{number}", element
