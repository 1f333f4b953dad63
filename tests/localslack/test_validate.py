"""Every limit of Slack's reference as a line of a table: the largest allowed passes, one more is refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks import basic_components, block_elements
from slack_sdk.models.views import View as SdkView

from localslack.errors import SlackError
from localslack.validate import (
    DATA_TABLE_CHARS,
    MARKDOWN_CHARS,
    MESSAGE_CHARS,
    TABLE_CHARS,
    characters,
    validate_blocks,
    validate_view,
)
from localslack.validate_block import BLOCKS, CELL, EVERYWHERE, IN_MESSAGES_ONLY, IN_MODALS_ONLY, Surface
from localslack.validate_element import (
    CONFIRM,
    DISPATCH,
    ELEMENTS,
    FEEDBACK_BUTTON,
    FILTER,
    INLINE,
    OPTION_WITH_LINK,
    RICH_TEXT_PARTS,
    SLACK_FILE,
    mrkdwn,
    plain,
)
from localslack.validate_rule import Shape

Block = dict[str, Any]
Make = Callable[[int], Block]

IMAGE = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a"}


def plain_text(text: str = "a") -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn_text(text: str = "a") -> Block:
    return {"type": "mrkdwn", "text": text}


def option(number: int = 0, **more: Any) -> Block:
    return {"text": plain_text(f"option {number}"), "value": str(number), **more}


def options(count: int) -> list[Block]:
    return [option(number) for number in range(count)]


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain_text(), **more}


def confirm(**more: Any) -> Block:
    return {"title": plain_text(), "text": mrkdwn_text(), "confirm": plain_text(), "deny": plain_text(), **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def input_of(element: Block) -> Block:
    return {"type": "input", "label": plain_text(), "element": element}


def section(**more: Any) -> Block:
    return {"type": "section", "text": mrkdwn_text(), **more}


def container(*children: Block, **more: Any) -> Block:
    return {"type": "container", "title": plain_text(), "child_blocks": list(children), **more}


def rich_text(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def rich_section(*inline: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(inline)}


def cell(text: str = "a") -> Block:
    return {"type": "raw_text", "text": text}


def table(rows: list[list[Block]], **more: Any) -> Block:
    return {"type": "table", "rows": rows, **more}


def feedback(**more: Any) -> Block:
    return {"text": plain_text(), "value": "1", **more}


def context_actions(*elements: Block) -> Block:
    return {"type": "context_actions", "elements": list(elements)}


def trash(**more: Any) -> Block:
    return {"type": "icon_button", "icon": "trash", "text": plain_text("Delete"), **more}


def menu(**more: Any) -> Block:
    return actions({"type": "static_select", "options": options(1), **more})


def card(**more: Any) -> Block:
    return {"type": "card", "title": mrkdwn_text(), **more}


def data_table(rows: list[list[Block]], **more: Any) -> Block:
    return {"type": "data_table", "caption": "a", "rows": rows, **more}


def video(**more: Any) -> Block:
    links = {"video_url": "https://example.org/v", "thumbnail_url": "https://example.org/t.png"}
    return {"type": "video", "title": plain_text(), "alt_text": "a", **links, **more}


def chart(**more: Any) -> Block:
    return {"type": "data_visualization", "title": "a", "chart": {"type": "pie", "segments": points(1)}, **more}


def points(count: int, label: str = "a") -> list[Block]:
    return [{"label": label, "value": number + 1} for number in range(count)]


def provider(**more: Any) -> Block:
    return {"type": "auth_provider", "value": "v", "name": plain_text(), "is_connected": True, **more}


def line_chart(
    series: int = 1, data: int = 1, categories: int = 1, category: str = "", name: str = "", **axes: str
) -> Block:
    all_series = [{"name": name or str(number), "data": points(data)} for number in range(series)]
    axis_config = {"categories": [category or str(number) for number in range(categories)], **axes}
    return chart(chart={"type": "line", "series": all_series, "axis_config": axis_config})


def link(length: int) -> str:
    return "https://example.org/".ljust(length, "a")


def groups(count: int) -> list[Block]:
    return [{"label": plain_text(), "options": options(1)} for _ in range(count)]


def choices(*offered: Block) -> Block:
    return actions({"type": "checkboxes", "options": list(offered)})


def chosen(count: int) -> Block:
    """A menu of a hundred options with some of them chosen from the start."""
    return section(
        accessory={"type": "multi_static_select", "options": options(100), "initial_options": options(count)}
    )


def workflow(**more: Any) -> Block:
    trigger = {"trigger": {"url": "https://slack.com/shortcuts/Ft1/2", "customizable_input_parameters": []}}
    return actions({"type": "workflow_button", "text": plain_text(), "workflow": trigger, **more})


def inline(part: Block) -> Block:
    return rich_text(rich_section(part))


def bullets(**more: Any) -> Block:
    return rich_text({"type": "rich_text_list", "style": "bullet", "elements": [rich_section()], **more})


def both_ways(**more: Any) -> Block:
    one = feedback(**more)
    return context_actions({"type": "feedback_buttons", "positive_button": one, "negative_button": one})


def dispatching(triggers: list[str], count: int) -> Block:
    return {"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": triggers[:count]}}


# what is limited, the largest value allowed, and a block with a value of size n
BLOCK_LIMITS: list[tuple[str, int, Make]] = [
    ("section text", 3_000, lambda n: {"type": "section", "text": mrkdwn_text("a" * n)}),
    ("section fields", 10, lambda n: {"type": "section", "fields": [plain_text()] * n}),
    ("section field", 2_000, lambda n: {"type": "section", "fields": [mrkdwn_text("a" * n)]}),
    ("block_id", 255, lambda n: {"type": "divider", "block_id": "a" * n}),
    ("header", 150, lambda n: {"type": "header", "text": plain_text("a" * n)}),
    ("image alt_text", 2_000, lambda n: {**IMAGE, "alt_text": "a" * n}),
    ("image title", 2_000, lambda n: {**IMAGE, "title": plain_text("a" * n)}),
    ("image url", 3_000, lambda n: {**IMAGE, "image_url": link(n)}),
    ("context elements", 10, lambda n: {"type": "context", "elements": [plain_text()] * n}),
    ("context text", 3_000, lambda n: {"type": "context", "elements": [mrkdwn_text("a" * n)]}),
    ("actions elements", 25, lambda n: actions(*[button()] * n)),
    ("context_actions elements", 5, lambda n: context_actions(*[trash()] * n)),
    ("input label", 2_000, lambda n: {**input_of({"type": "plain_text_input"}), "label": plain_text("a" * n)}),
    ("input hint", 2_000, lambda n: {**input_of({"type": "plain_text_input"}), "hint": plain_text("a" * n)}),
    ("video title", 199, lambda n: video(title=plain_text("a" * n))),
    ("video author", 49, lambda n: video(author_name="a" * n)),
    ("table rows", 100, lambda n: table([[cell()]] * n)),
    ("table columns", 20, lambda n: table([[cell()] * n])),
    ("table column settings", 20, lambda n: table([[cell()]], column_settings=[{"align": "left"}] * n)),
    ("table characters", TABLE_CHARS, lambda n: table([[cell("a" * (n - 1)), cell()]])),
    ("data_table rows", 101, lambda n: data_table([[cell()]] * n)),
    ("data_table columns", 20, lambda n: data_table([[cell()] * n] * 2)),
    ("data_table page_size", 100, lambda n: data_table([[cell()]] * 2, page_size=n)),
    ("data_table characters", DATA_TABLE_CHARS, lambda n: data_table([[cell()], [cell("a" * (n - 1))]])),
    ("chart title", 50, lambda n: chart(title="a" * n)),
    ("chart segments", 6, lambda n: chart(chart={"type": "pie", "segments": points(n)})),
    ("chart label", 20, lambda n: chart(chart={"type": "pie", "segments": points(1, "a" * n)})),
    ("chart series", 6, lambda n: line_chart(series=n)),
    ("chart points", 20, lambda n: line_chart(data=n)),
    ("chart categories", 20, lambda n: line_chart(categories=n)),
    ("chart category", 20, lambda n: line_chart(category="a" * n)),
    ("chart series name", 20, lambda n: line_chart(name="a" * n)),
    ("chart axis title", 50, lambda n: line_chart(x_label="a" * n)),
    ("chart other axis title", 50, lambda n: line_chart(y_label="a" * n)),
    ("card title", 150, lambda n: card(title=plain_text("a" * n))),
    ("card subtitle", 150, lambda n: card(subtitle=plain_text("a" * n))),
    ("card body", 200, lambda n: card(body=mrkdwn_text("a" * n))),
    ("card actions", 3, lambda n: card(actions=[button()] * n)),
    ("carousel cards", 10, lambda n: {"type": "carousel", "elements": [card()] * n}),
    ("container title", 150, lambda n: container({"type": "divider"}, title=plain_text("a" * n))),
    ("container subtitle", 150, lambda n: container({"type": "divider"}, subtitle=mrkdwn_text("a" * n))),
    ("container children", 10, lambda n: container(*[{"type": "divider"}] * n)),
    ("markdown", MARKDOWN_CHARS, lambda n: {"type": "markdown", "text": "a" * n}),
    ("provider value", 150, lambda n: provider(value="a" * n)),
    ("provider name", 75, lambda n: provider(name=plain_text("a" * n))),
    ("provider description", 150, lambda n: provider(description=plain_text("a" * n))),
    ("provider identity", 75, lambda n: provider(connected_identity=plain_text("a" * n))),
    ("provider context", 75, lambda n: provider(connected_context=plain_text("a" * n))),
    ("video description", 199, lambda n: video(description=plain_text("a" * n))),
    ("row header", 19, lambda n: data_table([[cell()]] * 2, row_header_column_index=n)),
]
ELEMENT_LIMITS: list[tuple[str, int, Make]] = [
    ("action_id", 255, lambda n: actions(button(action_id="a" * n))),
    ("button text", 75, lambda n: actions({"type": "button", "text": plain_text("a" * n)})),
    ("button value", 2_000, lambda n: actions(button(value="a" * n))),
    ("button url", 3_000, lambda n: actions(button(url=link(n)))),
    ("button accessibility_label", 75, lambda n: actions(button(accessibility_label="a" * n))),
    ("button agent_prompt", 4_000, lambda n: actions(button(agent_prompt="a" * n))),
    ("button visible_to_user_ids", 10, lambda n: actions(button(visible_to_user_ids=["U1"] * n))),
    ("confirm title", 100, lambda n: actions(button(confirm=confirm(title=plain_text("a" * n))))),
    ("confirm text", 300, lambda n: actions(button(confirm=confirm(text=mrkdwn_text("a" * n))))),
    ("confirm confirm", 30, lambda n: actions(button(confirm=confirm(confirm=plain_text("a" * n))))),
    ("confirm deny", 30, lambda n: actions(button(confirm=confirm(deny=plain_text("a" * n))))),
    ("feedback text", 75, lambda n: both_ways(text=plain_text("a" * n))),
    ("feedback value", 2_000, lambda n: both_ways(value="a" * n)),
    ("feedback accessibility_label", 75, lambda n: both_ways(accessibility_label="a" * n)),
    ("icon_button visible_to_user_ids", 10, lambda n: context_actions(trash(visible_to_user_ids=["U1"] * n))),
    ("select options", 100, lambda n: menu(options=options(n))),
    ("select groups", 100, lambda n: actions({"type": "static_select", "option_groups": groups(n)})),
    ("select placeholder", 150, lambda n: menu(placeholder=plain_text("a" * n))),
    ("option text", 75, lambda n: menu(options=[{"text": plain_text("a" * n), "value": "a"}])),
    ("option value", 150, lambda n: menu(options=[{"text": plain_text(), "value": "a" * n}])),
    ("option description", 75, lambda n: menu(options=[option(description=plain_text("a" * n))])),
    (
        "option group label",
        75,
        lambda n: actions(
            {"type": "static_select", "option_groups": [{"label": plain_text("a" * n), "options": options(1)}]}
        ),
    ),
    ("overflow options", 5, lambda n: actions({"type": "overflow", "options": options(n)})),
    ("checkboxes", 10, lambda n: actions({"type": "checkboxes", "options": options(n)})),
    ("radio buttons", 10, lambda n: actions({"type": "radio_buttons", "options": options(n)})),
    ("text input max_length", 3_000, lambda n: input_of({"type": "plain_text_input", "max_length": n})),
    ("text input min_length", 3_000, lambda n: input_of({"type": "plain_text_input", "min_length": n})),
    ("text input initial_value", 3_000, lambda n: input_of({"type": "plain_text_input", "initial_value": "a" * n})),
    ("file input max_files", 10, lambda n: input_of({"type": "file_input", "max_files": n})),
    ("trigger_actions_on", 2, lambda n: input_of(dispatching(["on_enter_pressed", "on_character_entered"] * n, n))),
    ("choice text", 75, lambda n: choices({**option(), "text": mrkdwn_text("a" * n)})),
    ("choice value", 150, lambda n: choices({**option(), "value": "a" * n})),
    ("choice description", 75, lambda n: choices(option(description=mrkdwn_text("a" * n)))),
    (
        "options of a group",
        100,
        lambda n: actions({"type": "static_select", "option_groups": [{"label": plain_text(), "options": options(n)}]}),
    ),
    ("initial options", 100, chosen),
    ("icon_button value", 2_000, lambda n: context_actions(trash(value="a" * n))),
    ("icon_button accessibility_label", 75, lambda n: context_actions(trash(accessibility_label="a" * n))),
    ("image element alt_text", 2_000, lambda n: section(accessory={**IMAGE, "alt_text": "a" * n})),
    ("workflow button text", 75, lambda n: workflow(text=plain_text("a" * n))),
    ("workflow button accessibility_label", 75, lambda n: workflow(accessibility_label="a" * n)),
    ("skin tone", 6, lambda n: inline({"type": "emoji", "name": "wave", "skin_tone": n})),
    ("border", 1, lambda n: rich_text({"type": "rich_text_quote", "elements": [], "border": n})),
    ("indent", 8, lambda n: bullets(indent=n)),
    ("rich text block_id", 255, lambda n: {**inline({"type": "text", "text": "a"}), "block_id": "a" * n}),
    ("moment", 9_999_999_999, lambda n: actions({"type": "datetimepicker", "initial_date_time": n})),
]
SMALLEST: list[tuple[str, int, Make]] = [
    ("row header", 0, lambda n: data_table([[cell()]] * 2, row_header_column_index=n)),
    ("page_size", 1, lambda n: data_table([[cell()]] * 2, page_size=n)),
    ("skin tone", 1, lambda n: inline({"type": "emoji", "name": "wave", "skin_tone": n})),
    ("border", 0, lambda n: rich_text({"type": "rich_text_quote", "elements": [], "border": n})),
    ("indent", 0, lambda n: bullets(indent=n)),
    ("offset", 0, lambda n: bullets(offset=n)),
    ("moment", 1_000_000_000, lambda n: actions({"type": "datetimepicker", "initial_date_time": n})),
    ("min_length", 0, lambda n: input_of({"type": "plain_text_input", "min_length": n})),
    ("max_length", 1, lambda n: input_of({"type": "plain_text_input", "max_length": n})),
    ("max_files", 1, lambda n: input_of({"type": "file_input", "max_files": n})),
    ("min_lines", 1, lambda n: input_of({"type": "rich_text_input", "min_lines": n})),
    ("max_lines", 1, lambda n: input_of({"type": "rich_text_input", "max_lines": n})),
    ("min_query_length", 0, lambda n: actions({"type": "external_select", "min_query_length": n})),
    ("max_selected_items", 1, lambda n: section(accessory={"type": "multi_users_select", "max_selected_items": n})),
    ("checkboxes", 1, lambda n: actions({"type": "checkboxes", "options": options(n)})),
    ("radio buttons", 1, lambda n: actions({"type": "radio_buttons", "options": options(n)})),
    ("initial options", 1, chosen),
]
# Where Slack takes nothing for something.
MAY_BE_EMPTY: list[Block] = [
    {"type": "divider", "block_id": ""},
    {**rich_text(rich_section()), "block_id": ""},
    rich_text({"type": "rich_text_list", "style": "bullet", "elements": []}),
    rich_text({"type": "rich_text_preformatted", "elements": []}),
    actions(button(value="")),
    context_actions(trash(value="")),
    input_of({"type": "plain_text_input", "initial_value": ""}),
    input_of({"type": "email_text_input", "initial_value": ""}),
]


def refused(blocks: Any, surface: Surface = "message") -> SlackError:
    with pytest.raises(SlackError) as caught:
        validate_blocks(blocks, surface)
    return caught.value


REFUSALS = {
    "invalid_blocks_format", "invalid_blocks", "invalid_arguments", "invalid_attachments", "msg_blocks_too_long",
    "view_too_large",
}  # fmt: skip


def objections(validate: Callable[..., None], *given: Any) -> tuple[str, ...]:
    """What Slack would say against it; nothing when it is accepted."""
    try:
        validate(*given)
    except SlackError as error:
        return (error.error, *error.messages)
    return ()


def said(value: object) -> str:
    """A case by its name and number; the same in every process."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


@pytest.mark.parametrize(("name", "largest", "make"), BLOCK_LIMITS + ELEMENT_LIMITS, ids=said)
def test_the_largest_allowed_passes_and_one_more_is_refused(name: str, largest: int, make: Make) -> None:
    validate_blocks([make(largest)], "message")

    assert refused([make(largest + 1)]).error in {"invalid_blocks", "msg_blocks_too_long"}


@pytest.mark.parametrize(("name", "smallest", "make"), SMALLEST, ids=said)
def test_the_smallest_allowed_passes_and_one_less_is_refused(name: str, smallest: int, make: Make) -> None:
    validate_blocks([make(smallest)], "message")

    assert refused([make(smallest - 1)]).error == "invalid_blocks"


@pytest.mark.parametrize("block", MAY_BE_EMPTY, ids=lambda block: str(block["type"]))
def test_what_may_be_empty_is_accepted(block: Block) -> None:
    assert objections(validate_blocks, [block], "message") == ()


@pytest.mark.parametrize(
    ("surface", "largest"),
    [("message", 50), ("modal", 100), ("home", 100)],
)
def test_a_surface_takes_so_many_blocks(surface: Surface, largest: int) -> None:
    validate_blocks([{"type": "divider"}] * largest, surface)

    assert refused([{"type": "divider"}] * (largest + 1), surface).messages == (
        f"[ERROR] no more than {largest} items allowed [json-pointer:/blocks]",
    )


EMPTY: list[tuple[str, Block, str]] = [
    ("section without text", {"type": "section"}, "/blocks/0"),
    ("section with empty text", section(text=mrkdwn_text("")), "/blocks/0/text/text"),
    ("section without fields", {"type": "section", "fields": []}, "/blocks/0/fields"),
    ("context without elements", {"type": "context", "elements": []}, "/blocks/0/elements"),
    ("actions without elements", actions(), "/blocks/0/elements"),
    ("context_actions without elements", context_actions(), "/blocks/0/elements"),
    ("markdown without text", {"type": "markdown", "text": ""}, "/blocks/0/text"),
    ("table without rows", table([]), "/blocks/0/rows"),
    ("table with an empty row", table([[]]), "/blocks/0/rows/0"),
    ("cell without text", table([[cell("")]]), "/blocks/0/rows/0/0/text"),
    ("data_table with only a header", data_table([[cell()]]), "/blocks/0/rows"),
    ("container without children", container(), "/blocks/0/child_blocks"),
    ("carousel without cards", {"type": "carousel", "elements": []}, "/blocks/0/elements"),
    ("card without content", {"type": "card", "subtitle": plain_text()}, "/blocks/0"),
    ("overflow without options", actions({"type": "overflow", "options": []}), "/blocks/0/elements/0/options"),
    ("select without options", actions({"type": "static_select"}), "/blocks/0/elements/0"),
    ("image without address", {"type": "image", "alt_text": "a"}, "/blocks/0"),
    ("rich text without elements", rich_text(), "/blocks/0/elements"),
]
WRONG: list[tuple[str, Block, str]] = [
    ("unknown block", {"type": "chapter"}, "unsupported type: chapter [json-pointer:/blocks/0/type]"),
    ("block without type", {"text": "a"}, "missing required field: type [json-pointer:/blocks/0]"),
    ("unknown field", section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
    (
        "emoji in mrkdwn",
        section(text={**mrkdwn_text(), "emoji": True}),
        "invalid additional property: emoji [json-pointer:/blocks/0/text]",
    ),
    (
        "verbatim in plain_text",
        section(text={**plain_text(), "verbatim": True}),
        "invalid additional property: verbatim [json-pointer:/blocks/0/text]",
    ),
    (
        "mrkdwn in a header",
        {"type": "header", "text": mrkdwn_text()},
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    (
        "mrkdwn on a button",
        actions({"type": "button", "text": mrkdwn_text()}),
        "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]",
    ),
    ("text that is a string", section(text="a"), "must provide an object [json-pointer:/blocks/0/text]"),
    ("a number as text", section(text=mrkdwn_text(3)), "must provide a string [json-pointer:/blocks/0/text/text]"),  # type: ignore[arg-type]
    (
        "style",
        actions(button(style="green")),
        "value must be one of [primary, danger] [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        "url that is none",
        actions(button(url="example.org")),
        "must be a valid URI [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        "input outside an input block",
        actions({"type": "plain_text_input"}),
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        "button in a context",
        {"type": "context", "elements": [button()]},
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        "button in context_actions",
        context_actions(button()),
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        "feedback in actions",
        actions({"type": "feedback_buttons", "positive_button": feedback(), "negative_button": feedback()}),
        "unsupported type: feedback_buttons [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        "an icon that is not there",
        context_actions(trash(icon="star")),
        "value must be one of [trash] [json-pointer:/blocks/0/elements/0/icon]",
    ),
    (
        "link of an option outside an overflow menu",
        menu(options=[option(url="https://example.org")]),
        "invalid additional property: url [json-pointer:/blocks/0/elements/0/options/0]",
    ),
    (
        "options and groups",
        menu(option_groups=groups(1)),
        "cannot specify both options and option_groups [json-pointer:/blocks/0/elements/0]",
    ),
    (
        "an initial option that is not offered",
        menu(initial_option=option(7)),
        "must match exactly with one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (
        "lengths the wrong way round",
        input_of({"type": "plain_text_input", "min_length": 9, "max_length": 8}),
        "must be less than or equal to max_length [json-pointer:/blocks/0/element/min_length]",
    ),
    (
        "a date that is none",
        actions({"type": "datepicker", "initial_date": "2026-13-01"}),
        "must be a date: YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
    (
        "rich text in a container",
        container(rich_text(rich_section({"type": "text", "text": "a"}))),
        "unsupported type: rich_text [json-pointer:/blocks/0/child_blocks/0/type]",
    ),
    (
        "collapsed but not collapsible",
        container({"type": "divider"}, default_collapsed=True),
        "requires is_collapsible [json-pointer:/blocks/0/default_collapsed]",
    ),
    (
        "header divider of a collapsible container",
        container({"type": "divider"}, is_collapsible=True, has_header_divider=True),
        "cannot be set when is_collapsible is true [json-pointer:/blocks/0/has_header_divider]",
    ),
    (
        "rich text in the header of a data_table",
        data_table([[rich_text(rich_section({"type": "text", "text": "a"}))], [cell()]]),
        "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]",
    ),
    (
        "rows of different widths",
        data_table([[cell()], [cell(), cell()]]),
        "all rows must have the same number of cells [json-pointer:/blocks/0/rows/1]",
    ),
    (
        "a task that is nearly done",
        {"type": "task_card", "task_id": "1", "title": "a", "status": "nearly"},
        "value must be one of [pending, in_progress, complete, error] [json-pointer:/blocks/0/status]",
    ),
    (
        "an empty piece of rich text",
        rich_text(rich_section({"type": "text", "text": ""})),
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
    (
        "a list in a list",
        rich_text({"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_list"}]}),
        "unsupported type: rich_text_list [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
    (
        "two elements of one action_id",
        actions(button(action_id="a"), button(action_id="a")),
        "`action_id` already exists in this block: a [json-pointer:/blocks/0/elements/1/action_id]",
    ),
    (
        "block_id inside a container",
        container({"type": "divider", "block_id": "a"}, block_id="a"),
        "`block_id` already exists: a [json-pointer:/blocks/0/child_blocks/0/block_id]",
    ),
]


@pytest.mark.parametrize(("block", "pointer"), [case[1:] for case in EMPTY], ids=[case[0] for case in EMPTY])
def test_what_must_not_be_empty_is_refused(block: Block, pointer: str) -> None:
    assert refused([block]).messages[0].endswith(f"[json-pointer:{pointer}]")


@pytest.mark.parametrize(("block", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_refused_in_words_that_point_at_it(block: Block, message: str) -> None:
    assert f"[ERROR] {message}" in refused([block]).messages


def test_a_block_id_serves_once_in_a_message_and_an_action_id_once_in_a_block() -> None:
    one, two = section(accessory=button(action_id="a")), section(accessory=button(action_id="a"))

    validate_blocks([{**one, "block_id": "1"}, {**two, "block_id": "2"}], "message")
    assert refused([{**one, "block_id": "1"}, {**two, "block_id": "1"}]).messages == (
        "[ERROR] `block_id` already exists: 1 [json-pointer:/blocks/1/block_id]",
    )


def test_one_element_of_a_view_takes_the_focus() -> None:
    focused = input_of({"type": "plain_text_input", "focus_on_load": True})

    validate_blocks([focused], "modal")
    assert "only one element" in refused([focused, focused], "modal").messages[0]


def test_every_fault_is_named_and_not_only_the_first() -> None:
    assert len(refused([{"type": "section"}, {"type": "header"}, {"type": "divider", "colour": "red"}]).messages) == 3


def test_blocks_that_are_no_list_are_refused_as_such() -> None:
    assert refused("[]").error == "invalid_blocks_format"
    assert refused({"type": "divider"}).error == "invalid_blocks_format"


# --- surfaces

MINIMAL: dict[str, Block] = {
    "section": section(),
    "divider": {"type": "divider"},
    "header": {"type": "header", "text": plain_text()},
    "image": IMAGE,
    "context": {"type": "context", "elements": [plain_text(), IMAGE]},
    "actions": actions(button()),
    "context_actions": context_actions(trash()),
    "input": input_of({"type": "plain_text_input"}),
    "markdown": {"type": "markdown", "text": "a"},
    "rich_text": rich_text(rich_section({"type": "text", "text": "a"})),
    "video": video(),
    "file": {"type": "file", "external_id": "1", "source": "remote"},
    "call": {"type": "call", "call_id": "1"},
    "alert": {"type": "alert", "text": plain_text(), "level": "info"},
    "table": table([[cell()]], column_settings=[None, {"align": "right"}]),
    "data_table": data_table([[cell()], [cell()]]),
    "data_visualization": chart(),
    "task_card": {"type": "task_card", "task_id": "1", "title": "a", "status": "pending"},
    "plan": {"type": "plan", "title": "a"},
    "card": card(slack_icon={"type": "icon", "name": "file"}),
    "carousel": {"type": "carousel", "elements": [card()]},
    "container": container(section()),
    "auth_provider": provider(fallback=[section()]),
}


def test_every_block_has_its_surfaces_and_an_example() -> None:
    assert set(BLOCKS) == EVERYWHERE | IN_MESSAGES_ONLY | IN_MODALS_ONLY == set(MINIMAL)


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
@pytest.mark.parametrize("name", MINIMAL)
def test_a_block_stands_only_on_its_surfaces(name: str, surface: Surface) -> None:
    allowed = {"message": EVERYWHERE | IN_MESSAGES_ONLY, "modal": EVERYWHERE | IN_MODALS_ONLY, "home": EVERYWHERE}

    if name in allowed[surface]:
        validate_blocks([MINIMAL[name]], surface)
    else:
        assert f"unsupported type: {name}" in refused([MINIMAL[name]], surface).messages[0]


# --- a message as a whole


def test_a_message_has_one_table() -> None:
    validate_blocks([table([[cell()]])], "message")

    assert refused([table([[cell()]]), container(table([[cell()]]))]).error == "invalid_attachments"


def test_markdown_blocks_share_their_budget() -> None:
    half = {"type": "markdown", "text": "a" * (MARKDOWN_CHARS // 2)}

    validate_blocks([half, half], "message")
    assert refused([half, half, {"type": "markdown", "text": "a"}]).error == "msg_blocks_too_long"


def test_all_blocks_of_a_message_share_a_budget() -> None:
    blocks = [section(text=mrkdwn_text("a" * 3_000)) for _ in range(4)]
    rest = MESSAGE_CHARS - characters([*blocks, section(text=mrkdwn_text(""))])

    validate_blocks([*blocks, section(text=mrkdwn_text("a" * rest))], "message")
    assert refused([*blocks, section(text=mrkdwn_text("a" * (rest + 1)))]).error == "msg_blocks_too_long"
    validate_blocks([*blocks, section(text=mrkdwn_text("a" * (rest + 1)))], "modal")


# --- views


def modal(**more: Any) -> Block:
    return {"type": "modal", "title": plain_text(), "blocks": [section()], **more}


VIEW_LIMITS: list[tuple[str, int, Make]] = [
    ("title", 24, lambda n: modal(title=plain_text("a" * n))),
    ("alert", 200, lambda n: modal(blocks=[{"type": "alert", "text": mrkdwn_text("a" * n)}])),
    ("submit", 24, lambda n: modal(submit=plain_text("a" * n))),
    ("close", 24, lambda n: modal(close=plain_text("a" * n))),
    ("private_metadata", 3_000, lambda n: modal(private_metadata="a" * n)),
    ("callback_id", 255, lambda n: modal(callback_id="a" * n)),
    ("external_id", 255, lambda n: modal(external_id="a" * n)),
    ("blocks of a modal", 100, lambda n: modal(blocks=[{"type": "divider"}] * n)),
    ("blocks of Home", 100, lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}),
    ("private_metadata of Home", 3_000, lambda n: {"type": "home", "blocks": [section()], "private_metadata": "a" * n}),
]


@pytest.mark.parametrize(("name", "largest", "make"), VIEW_LIMITS, ids=said)
def test_the_largest_view_allowed_passes_and_one_more_is_refused(name: str, largest: int, make: Make) -> None:
    validate_view(make(largest))

    with pytest.raises(SlackError, match="invalid_arguments"):
        validate_view(make(largest + 1))


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (modal(title=None), "missing required field: title [json-pointer:/view]"),
        (modal(blocks=[]), "no fewer than 1 items allowed [json-pointer:/view/blocks]"),
        (modal(blocks=[MINIMAL["input"]]), "missing required field: submit [json-pointer:/view]"),
        (modal(blocks=[MINIMAL["table"]]), "unsupported type: table [json-pointer:/view/blocks/0/type]"),
        (modal(title=mrkdwn_text()), "unsupported type: mrkdwn [json-pointer:/view/title/type]"),
        (modal(hash="156772938.1827394"), "invalid additional property: hash [json-pointer:/view]"),
        (modal(submit_disabled=True), "invalid additional property: submit_disabled [json-pointer:/view]"),
        ({"type": "home", "blocks": [section()], "title": plain_text()}, "invalid additional property: title"),
        ({"type": "home", "blocks": [MINIMAL["alert"]]}, "unsupported type: alert [json-pointer:/view/blocks/0/type]"),
        ({"type": "page"}, "unsupported type: page [json-pointer:/view/type]"),
        (modal(blocks=[{**section(), "block_id": "a"}] * 2), "[json-pointer:/view/blocks/1/block_id]"),
        ("{}", "must provide an object [json-pointer:/view]"),
    ],
)
def test_a_wrong_view_is_refused_in_words_that_point_at_it(view: Any, message: str) -> None:
    with pytest.raises(SlackError, match="invalid_arguments") as caught:
        validate_view(view)

    assert any(message in line for line in caught.value.messages)


def test_a_modal_with_inputs_and_a_submit_button_passes() -> None:
    view = modal(blocks=[MINIMAL["input"], MINIMAL["alert"]], submit=plain_text("Send"))

    assert objections(validate_view, view) == ()


def test_the_names_and_the_memory_of_a_view_may_be_empty() -> None:
    assert objections(validate_view, modal(callback_id="", external_id="", private_metadata="")) == ()


def test_a_view_has_at_most_250_kilobytes() -> None:
    field = mrkdwn_text("a" * 2_000)
    validate_view(modal(blocks=[{"type": "section", "fields": [field] * 10}] * 12))

    with pytest.raises(SlackError, match="view_too_large"):
        validate_view(modal(blocks=[{"type": "section", "fields": [field] * 10}] * 13))


# --- nothing that the SDK can make is unknown

CONFIRMATION = sdk.ConfirmObject(title="Sure?", text="It *goes*.", style="danger")
OPTIONS = [sdk.Option(value=str(number), text=f"{number}", description="d") for number in range(2)]
CHANNEL = sdk.ConversationFilter(include=["public"], exclude_bot_users=True)
ENTER = basic_components.DispatchActionConfig(trigger_actions_on=["on_enter_pressed"])
PARTS = sdk.RichTextElementParts
STYLE = PARTS.TextStyle(bold=True, italic=True, strike=True, code=True, underline=True)
RICH = sdk.RichTextBlock(
    elements=[
        sdk.RichTextSectionElement(
            elements=[
                PARTS.Text(text="a", style=STYLE.to_dict()),
                PARTS.Channel(channel_id="C1", style=STYLE.to_dict()),
                PARTS.User(user_id="U1"),
                PARTS.Emoji(name="wave", skin_tone=2, unicode="1f44b"),
                PARTS.Link(url="https://example.org", text="a"),
                PARTS.Team(team_id="T1"),
                PARTS.UserGroup(usergroup_id="S1"),
                PARTS.Date(timestamp=1_700_000_000, format="{date}", url="https://example.org", fallback="a"),
                PARTS.Broadcast(range="here"),
                PARTS.Color(value="#FF0000"),
            ]
        ),
        sdk.RichTextListElement(
            elements=[sdk.RichTextSectionElement(elements=[PARTS.Text(text="a")])],
            style="bullet",
            indent=1,
            offset=2,
            border=1,
        ),
        sdk.RichTextQuoteElement(elements=[PARTS.Text(text="a")]),
        sdk.RichTextPreformattedElement(elements=[PARTS.Text(text="a")], border=0),
    ]
)
TASK = sdk.TaskCardBlock(
    task_id="1",
    title="a",
    details=RICH,
    output=RICH,
    sources=[sdk.UrlSourceElement(url="https://example.org", text="a")],
    status="complete",
)
PICTURE = sdk.ImageElement(image_url="https://example.org/a.png", alt_text="a")
SDK_BUTTON = sdk.ButtonElement(
    text="a",
    action_id="a",
    url="https://example.org",
    value="1",
    style="primary",
    confirm=CONFIRMATION,
    accessibility_label="a",
    agent_prompt="a",
    agent_prompt_display="a",
    visible_to_user_ids=["U1"],
)
IN_ACTIONS: list[sdk.InteractiveElement] = [
    SDK_BUTTON,
    sdk.LinkButtonElement(text="a", url="https://example.org"),
    sdk.CheckboxesElement(options=OPTIONS, initial_options=OPTIONS[:1], confirm=CONFIRMATION, focus_on_load=False),
    sdk.RadioButtonsElement(options=OPTIONS, initial_option=OPTIONS[0], confirm=CONFIRMATION),
    sdk.DatePickerElement(placeholder="a", initial_date="2026-11-23", confirm=CONFIRMATION),
    sdk.TimePickerElement(placeholder="a", initial_time="09:30", timezone="Europe/London"),
    sdk.DateTimePickerElement(initial_date_time=1_700_000_000),
    sdk.StaticSelectElement(placeholder="a", options=OPTIONS, initial_option=OPTIONS[0]),
    sdk.SelectElement(placeholder="a", options=OPTIONS),
    sdk.StaticMultiSelectElement(
        placeholder="a", option_groups=[sdk.OptionGroup(label="g", options=OPTIONS)], max_selected_items=2
    ),
    sdk.ExternalDataSelectElement(placeholder="a", min_query_length=2, initial_option=OPTIONS[0]),
    sdk.ExternalDataMultiSelectElement(placeholder="a", initial_options=OPTIONS, max_selected_items=2),
    sdk.UserSelectElement(placeholder="a", initial_user="U1"),
    sdk.UserMultiSelectElement(placeholder="a", initial_users=["U1"], max_selected_items=1),
    sdk.ConversationSelectElement(
        placeholder="a", response_url_enabled=True, default_to_current_conversation=True, filter=CHANNEL
    ),
    sdk.ConversationMultiSelectElement(placeholder="a", initial_conversations=["C1"], filter=CHANNEL),
    sdk.ChannelSelectElement(placeholder="a", initial_channel="C1", response_url_enabled=False),
    sdk.ChannelMultiSelectElement(placeholder="a", initial_channels=["C1"], max_selected_items=1),
    sdk.OverflowMenuElement(options=[sdk.Option(value="1", text="a", url="https://example.org")]),
    block_elements.WorkflowButtonElement(
        text="a",
        workflow=basic_components.Workflow(
            trigger=basic_components.WorkflowTrigger(
                url="https://slack.com/shortcuts/Ft1/2",
                customizable_input_parameters=[{"name": "a", "value": "1"}],
            )
        ),
        style="danger",
        accessibility_label="a",
    ),
]
IN_INPUT: list[sdk.InputInteractiveElement] = [
    sdk.PlainTextInputElement(
        placeholder="a", initial_value="a", multiline=True, min_length=1, max_length=9, dispatch_action_config=ENTER
    ),
    sdk.RichTextInputElement(placeholder="a", initial_value=RICH, min_lines=1, max_lines=3),
    sdk.EmailInputElement(initial_value="a@example.org", placeholder="a", dispatch_action_config=ENTER),
    sdk.UrlInputElement(initial_value="https://example.org", placeholder="a"),
    sdk.NumberInputElement(is_decimal_allowed=True, initial_value=1.5, min_value=0, max_value=9),
    block_elements.FileInputElement(filetypes=["pdf"], max_files=1),
]
SDK_BLOCKS: list[sdk.Block] = [
    sdk.SectionBlock(text="*a*", fields=["a", "b"], accessory=PICTURE, expand=True, block_id="1"),
    sdk.DividerBlock(),
    sdk.HeaderBlock(text="a"),
    sdk.ImageBlock(alt_text="a", slack_file=basic_components.SlackFile(id="F1"), title="a"),
    sdk.ContextBlock(
        elements=[PICTURE, sdk.MarkdownTextObject(text="a", verbatim=True), sdk.PlainTextObject(text="a")]
    ),
    sdk.ActionsBlock(elements=IN_ACTIONS),
    sdk.ContextActionsBlock(
        elements=[
            sdk.FeedbackButtonsElement(
                action_id="a",
                positive_button=sdk.FeedbackButtonObject(text="a", value="1", accessibility_label="a"),
                negative_button=sdk.FeedbackButtonObject(text="a", value="0"),
            ),
            sdk.IconButtonElement(icon="trash", text="a", value="1", visible_to_user_ids=["U1"], confirm=CONFIRMATION),
        ]
    ),
    *[sdk.InputBlock(label="a", element=element, hint="a", optional=True) for element in IN_INPUT],
    sdk.FileBlock(external_id="1"),
    sdk.CallBlock(call_id="R1", call={"v1": {"id": "R1"}}, api_decoration_available=False),
    sdk.MarkdownBlock(text="**a**"),
    sdk.VideoBlock(
        alt_text="a",
        video_url="https://example.org/v",
        thumbnail_url="https://example.org/t.png",
        title="a",
        title_url="https://example.org",
        description="a",
        provider_icon_url="https://example.org/p.png",
        provider_name="a",
        author_name="a",
    ),
    RICH,
    sdk.TableBlock(
        rows=[
            [sdk.RawTextObject(text="a"), sdk.RawNumberObject(value=1.5, text="1.5"), RICH],
        ],
        column_settings=[sdk.TableBlockColumnSettings(align="left", is_wrapped=True)],
    ),
    TASK,
    sdk.PlanBlock(title="a", tasks=[TASK]),
    sdk.CardBlock(hero_image=PICTURE, icon=PICTURE, title="a", subtitle="b", body="c", actions=[SDK_BUTTON]),
    sdk.CarouselBlock(elements=[sdk.CardBlock(title="a")]),
    sdk.ContainerBlock(
        child_blocks=[sdk.SectionBlock(text="a")],
        title="a",
        rich_text_title=RICH,
        subtitle="b",
        width="wide",
        icon=PICTURE,
        is_collapsible=True,
        default_collapsed=True,
    ),
    sdk.AuthProviderBlock(
        value="v",
        name="a",
        is_connected=True,
        description="d",
        icon_url="https://example.org/i.png",
        auth_url="https://example.org/auth",
        disconnect_url="https://example.org/bye",
        connected_identity="a",
        connected_context="b",
        accessory=sdk.OverflowMenuElement(options=OPTIONS),
        fallback=[sdk.SectionBlock(text="a")],
    ),
]


@pytest.mark.parametrize("block", SDK_BLOCKS, ids=lambda block: type(block).__name__)
def test_what_the_sdk_makes_is_accepted(block: sdk.Block) -> None:
    assert objections(validate_blocks, [block.to_dict()], "message") == ()


def test_an_alert_of_the_sdk_is_accepted_in_a_modal_of_the_sdk() -> None:
    view = SdkView(
        type="modal",
        title="a",
        submit="b",
        close="c",
        callback_id="d",
        external_id="e",
        private_metadata="f",
        clear_on_close=True,
        notify_on_close=True,
        blocks=[sdk.AlertBlock(text="a", level="warning"), sdk.InputBlock(label="a", element=IN_INPUT[0])],
    )

    assert objections(validate_view, view.to_dict()) == ()


def _classes(base: type[Any]) -> Iterator[type[Any]]:
    below: type[Any]
    for below in base.__subclasses__():
        yield below
        yield from _classes(below)


def _arguments(model: type[Any]) -> set[str]:
    return set(inspect.signature(model).parameters) - {"others", "type", "subtype", "kwargs"}


SDK_MODELS: set[type[Any]] = {
    *[model for model in _classes(sdk.Block) if isinstance(getattr(model, "type", None), str)],
    *[model for model in _classes(block_elements.BlockElement) if isinstance(getattr(model, "type", None), str)],
}


@pytest.mark.parametrize("model", sorted(SDK_MODELS, key=str))
def test_every_block_and_element_of_the_sdk_has_an_entry_with_every_field_that_it_takes(model: Any) -> None:
    tables: list[dict[str, Shape]] = [BLOCKS, ELEMENTS, INLINE, RICH_TEXT_PARTS]
    shapes = [table[model.type] for table in tables if model.type in table]

    assert any(_arguments(model) <= shape.fields for shape in shapes)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (sdk.PlainTextObject, plain()),
        (sdk.MarkdownTextObject, mrkdwn()),
        (sdk.ConfirmObject, CONFIRM),
        (basic_components.DispatchActionConfig, DISPATCH),
        (sdk.ConversationFilter, FILTER),
        (sdk.FeedbackButtonObject, FEEDBACK_BUTTON),
        (basic_components.SlackFile, SLACK_FILE),
        (basic_components.RawTextObject, CELL.shapes["raw_text"]),
        (basic_components.RawNumberObject, CELL.shapes["raw_number"]),
    ],
)
def test_every_object_of_the_sdk_is_known_with_every_field(model: Any, shape: Shape) -> None:
    assert _arguments(model) <= shape.fields
    assert _arguments(sdk.Option) - {"label"} <= OPTION_WITH_LINK.fields  # label is the older name of text


# --- whatever comes in

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
_NAMES = sorted({name for shape in [*BLOCKS.values(), *ELEMENTS.values()] for name in shape.fields})
_LIKE_BLOCKS = st.recursive(
    _JSON | st.sampled_from(sorted({*BLOCKS, *ELEMENTS, "plain_text", "mrkdwn", "pie", "rich_text_list"})),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=6),
    max_leaves=20,
)


def _with_type(name: str, fields: Block) -> Block:
    return {**fields, "type": name}


_TYPED = st.builds(
    _with_type,
    st.sampled_from(sorted(BLOCKS)),
    st.dictionaries(st.sampled_from(_NAMES), _LIKE_BLOCKS, max_size=6),
)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(st.lists(_TYPED | _JSON, max_size=4) | _JSON, st.sampled_from(["message", "modal", "home"]))
def test_whatever_comes_in_is_accepted_or_refused_and_never_crashes(blocks: Any, surface: Surface) -> None:
    for against in (
        objections(validate_blocks, blocks, surface),
        objections(validate_view, {"type": surface, "blocks": blocks}),
    ):
        assert not against or against[0] in REFUSALS
