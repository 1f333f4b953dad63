"""Blocks and views: what Slack's reference says of each, as tables, and on which surface a block may stand.

One entry for each page of https://docs.slack.dev/reference/block-kit/blocks. What the reference leaves open, and what
was decided then, is said beside the entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from localslack.validate_element import (
    BESIDE_SECTION,
    ELEMENTS,
    HTTPS_LINK,
    IMAGE_LINK,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    RICH_TEXT,
    SLACK_FILE,
    plain,
    text,
)
from localslack.validate_rule import (
    Anything,
    Either,
    Extra,
    Findings,
    Flag,
    Json,
    Listed,
    Number,
    Rule,
    Shape,
    String,
    exactly_one_of,
    items,
    needs_one_of,
    only,
)

Surface = Literal["message", "modal", "home"]

_ID: Mapping[str, Rule] = {"block_id": String(255, shortest=0)}


def _block(
    name: str,
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    together: tuple[Extra, ...] = (),
) -> Shape:
    return Shape(name, required or {}, {**(optional or {}), **_ID}, together)


# --- tables and charts


def _same_width(value: Mapping[str, Json], at: str, found: Findings) -> None:
    rows = [row for row in items(value, "rows") if isinstance(row, list)]
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]):
            found.refuse(f"{at}/rows/{number}", "all rows must have the same number of cells")


def _plain_header(value: Mapping[str, Json], at: str, found: Findings) -> None:
    rows = items(value, "rows")
    for number, cell in enumerate(rows[0] if rows and isinstance(rows[0], list) else []):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            found.refuse(f"{at}/rows/0/{number}/type", "unsupported type: rich_text")


CELL = Either(
    {
        "raw_text": Shape("raw_text", {"text": String()}),
        "raw_number": Shape("raw_number", {"value": Number(whole=False), "text": String()}),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = Shape(optional={"align": String(allowed=("left", "center", "right")), "is_wrapped": Flag()})
POINT = Shape(required={"label": String(20), "value": Number(whole=False)})
# The reference says 6 series or segments, a public registry of measured limits says 12: the smaller one holds here.
AXES = Shape(
    required={"categories": Listed(String(20), fewest=1, most=20)},
    optional={"x_label": String(50), "y_label": String(50)},
)
SERIES = Shape(required={"name": String(20), "data": Listed(POINT, fewest=1, most=20)})
CHARTS = {
    "pie": Shape("pie", {"segments": Listed(POINT, fewest=1, most=6)}),
    **{
        name: Shape(name, {"series": Listed(SERIES, fewest=1, most=6), "axis_config": AXES})
        for name in ("bar", "area", "line")
    },
}

# --- cards, containers, tasks


def _collapses(value: Mapping[str, Json], at: str, found: Findings) -> None:
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        found.refuse(f"{at}/default_collapsed", "requires is_collapsible")
    if value.get("has_header_divider") and value.get("is_collapsible"):
        found.refuse(f"{at}/has_header_divider", "cannot be set when is_collapsible is true")


CARD = _block(
    "card",
    optional={
        "hero_image": ELEMENTS["image"],
        "icon": ELEMENTS["image"],
        "slack_icon": Shape("icon", {"name": String()}),
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "actions": Listed(only(ELEMENTS, {"button"}), fewest=1, most=3),
    },
    together=(needs_one_of("hero_image", "title", "actions", "body"),),
)
TASK_CARD = _block(
    "task_card",
    {
        "task_id": String(),
        "title": String(),
        "status": String(allowed=("pending", "in_progress", "complete", "error")),
    },
    {"details": RICH_TEXT, "output": RICH_TEXT, "sources": Listed(only(ELEMENTS, {"url"}), fewest=1)},
)

# --- all blocks that hold no other block


_PLAIN: tuple[Shape, ...] = (
    _block(
        "section",
        optional={
            "text": text(3_000),
            "fields": Listed(text(2_000), fewest=1, most=10),
            "accessory": only(ELEMENTS, BESIDE_SECTION),
            "expand": Flag(),
        },
        together=(needs_one_of("text", "fields"),),
    ),
    _block("divider"),
    _block("header", {"text": plain(150)}),
    _block(
        "image",
        {"alt_text": String(2_000)},
        {"image_url": IMAGE_LINK, "slack_file": SLACK_FILE, "title": plain(2_000)},
        exactly_one_of("image_url", "slack_file"),
    ),
    _block("context", {"elements": Listed(IN_CONTEXT, fewest=1, most=10)}),
    _block("actions", {"elements": Listed(only(ELEMENTS, IN_ACTIONS), fewest=1, most=25)}),
    _block("context_actions", {"elements": Listed(only(ELEMENTS, IN_CONTEXT_ACTIONS), fewest=1, most=5)}),
    _block(
        "input",
        {"label": plain(2_000), "element": only(ELEMENTS, IN_INPUT)},
        {"hint": plain(2_000), "optional": Flag(), "dispatch_action": Flag()},
    ),
    _block("markdown", {"text": String(12_000)}),
    RICH_TEXT,
    _block(
        "video",
        {
            "alt_text": String(),
            "title": plain(199),  # "must be less than 200 characters"
            "thumbnail_url": IMAGE_LINK,
            "video_url": HTTPS_LINK,
        },
        {
            "title_url": HTTPS_LINK,
            "description": plain(199),
            "provider_icon_url": IMAGE_LINK,
            "provider_name": String(),
            "author_name": String(49),  # "must be less than 50 characters"
        },
    ),
    _block("file", {"external_id": String(), "source": String(allowed=("remote",))}),
    # Slack makes it of a registered call, and its inside is nowhere described.
    _block("call", {"call_id": String()}, {"api_decoration_available": Flag(), "call": Anything()}),
    _block("alert", {"text": text(200)}, {"level": String(allowed=("default", "info", "warning", "error", "success"))}),
    _block(
        "table",
        {"rows": Listed(Listed(CELL, fewest=1, most=20), fewest=1, most=100)},
        {"column_settings": Listed(COLUMN, fewest=1, most=20, gaps=True)},
    ),
    _block(
        "data_table",
        # The reference: a header and 1 to 100 rows. One library measured 200; the reference holds here.
        {"caption": String(), "rows": Listed(Listed(CELL, fewest=1, most=20), fewest=2, most=101)},
        {"page_size": Number(1, 100), "row_header_column_index": Number(0, 19)},
        (_same_width, _plain_header),
    ),
    _block("data_visualization", {"title": String(50), "chart": Either(CHARTS)}),
    TASK_CARD,
    _block("plan", {"title": String()}, {"tasks": Listed(TASK_CARD, fewest=1)}),
    CARD,
    _block("carousel", {"elements": Listed(CARD, fewest=1, most=10)}),
)


def _all_blocks() -> dict[str, Shape]:
    blocks = {shape.type_name: shape for shape in _PLAIN}
    blocks["container"] = _block(
        "container",
        {"child_blocks": Listed(only(blocks, IN_CONTAINER), fewest=1, most=10)},
        {
            "title": plain(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": text(150),
            "icon": ELEMENTS["image"],
            "width": String(allowed=("narrow", "standard", "wide", "full")),
            "is_collapsible": Flag(),
            "default_collapsed": Flag(),
            "has_header_divider": Flag(),
        },
        (needs_one_of("title", "rich_text_title"), _collapses),
    )
    blocks["auth_provider"] = _block(
        "auth_provider",
        {"value": String(150), "name": plain(75), "is_connected": Flag()},
        {
            "description": plain(150),
            "icon_url": HTTPS_LINK,
            "auth_url": HTTPS_LINK,
            "disconnect_url": HTTPS_LINK,
            "connected_identity": plain(75),
            "connected_context": plain(75),
            "accessory": only(ELEMENTS, {"overflow"}),
            "fallback": Listed(Either(dict(blocks)), fewest=1),
        },
    )
    return blocks


# The reference also allows rich_text, file and input; slack-morphism measured that the live validator refuses them.
IN_CONTAINER = frozenset({"actions", "context", "divider", "header", "image", "section", "table", "video"})
BLOCKS = _all_blocks()

# --- surfaces

EVERYWHERE = frozenset(
    {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video", "auth_provider"}
)
# container, card and carousel: no source says on which surfaces; only messages were seen to take them.
IN_MESSAGES_ONLY = frozenset(
    {
        "call",
        "card",
        "carousel",
        "container",
        "context_actions",
        "data_table",
        "data_visualization",
        "file",
        "markdown",
        "plan",
        "table",
        "task_card",
    }
)
IN_MODALS_ONLY = frozenset({"alert"})  # java-slack-sdk#1624, node-slack-sdk#2567

ON_SURFACE: Mapping[Surface, Either] = {
    "message": only(BLOCKS, EVERYWHERE | IN_MESSAGES_ONLY),
    "modal": only(BLOCKS, EVERYWHERE | IN_MODALS_ONLY),
    "home": only(BLOCKS, EVERYWHERE),
}
MOST_BLOCKS: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}

# --- views (https://docs.slack.dev/reference/views). What Slack adds to a view that it sends (id, hash,
# state, team_id …) must not be sent back to it.

_VIEW: Mapping[str, Rule] = {
    "callback_id": String(255, shortest=0),
    "external_id": String(255, shortest=0),
    "private_metadata": String(3_000, shortest=0),
}


def _submits(value: Mapping[str, Json], at: str, found: Findings) -> None:
    has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in items(value, "blocks"))
    if has_input and value.get("submit") is None:
        found.refuse(at, "missing required field: submit")


def _view_blocks(surface: Surface) -> Listed:
    return Listed(ON_SURFACE[surface], fewest=1, most=MOST_BLOCKS[surface])


VIEWS = {
    "modal": Shape(
        "modal",
        {"title": plain(24), "blocks": _view_blocks("modal")},
        {**_VIEW, "submit": plain(24), "close": plain(24), "clear_on_close": Flag(), "notify_on_close": Flag()},
        (_submits,),
    ),
    "home": Shape(
        "home", {"blocks": _view_blocks("home")}, {**_VIEW, "clear_on_close": Flag(), "notify_on_close": Flag()}
    ),
}
