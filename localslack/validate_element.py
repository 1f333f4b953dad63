"""Block elements and composition objects: what Slack's reference says of each, as tables.

One entry for each page of https://docs.slack.dev/reference/block-kit/block-elements and …/composition-objects; what
may stand in which block is as `@slack/types` 2 declares it. Lengths are in characters, and the largest allowed value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from localslack.validate_rule import (
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
)

ACTION_ID = String(255)
LINK = String(3_000, pattern=r"[A-Za-z][A-Za-z0-9+.-]*:\S+", wanted="must be a valid URI")
HTTPS_LINK = String(3_000, pattern=r"https://\S+", wanted="must be an https URL")
IMAGE_LINK = String(3_000, pattern=r"https?://\S+", wanted="invalid image URL")

# --- composition objects


def plain(longest: int = 3_000) -> Shape:
    """A `plain_text` object."""
    return Shape("plain_text", {"text": String(longest)}, {"emoji": Flag()})


def mrkdwn(longest: int = 3_000) -> Shape:
    """A `mrkdwn` object."""
    return Shape("mrkdwn", {"text": String(longest)}, {"verbatim": Flag()})


def text(longest: int = 3_000) -> Either:
    """A text object of either type."""
    return Either({"plain_text": plain(longest), "mrkdwn": mrkdwn(longest)})


STYLE = String(allowed=("primary", "danger"))
CONFIRM = Shape(
    required={"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    optional={"style": STYLE},
)
DISPATCH = Shape(
    required={
        "trigger_actions_on": Listed(String(allowed=("on_enter_pressed", "on_character_entered")), fewest=1, most=2)
    }
)
CONVERSATION_KIND = String(allowed=("im", "mpim", "private", "public"))
FILTER = Shape(
    optional={
        "include": Listed(CONVERSATION_KIND, fewest=1),
        "exclude_bot_users": Flag(),
        "exclude_external_shared_channels": Flag(),
    },
    together=(needs_one_of("include", "exclude_bot_users", "exclude_external_shared_channels"),),
)
SLACK_FILE = Shape(optional={"id": String(), "url": LINK}, together=exactly_one_of("id", "url"))
WORKFLOW = Shape(
    required={
        "trigger": Shape(
            required={"url": LINK},
            optional={
                "customizable_input_parameters": Listed(Shape(required={"name": String(), "value": String()}), fewest=0)
            },
        )
    }
)
OPTION = Shape(required={"text": plain(75), "value": String(150)}, optional={"description": plain(75)})
OPTION_WITH_LINK = Shape(required=OPTION.required, optional={**OPTION.optional, "url": LINK})  # overflow menus only
# Radio buttons and checkboxes may have mrkdwn.
CHOICE = Shape(required={"text": text(75), "value": String(150)}, optional={"description": text(75)})
OPTION_GROUP = Shape(required={"label": plain(75), "options": Listed(OPTION, fewest=1, most=100)})
FEEDBACK_BUTTON = Shape(
    required={"text": plain(75), "value": String(2_000)}, optional={"accessibility_label": String(75)}
)

# --- rich text, which blocks and one element hold


def _inline(name: str, required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Shape:
    return Shape(name, required, {**(optional or {}), "style": TEXT_STYLE})


TEXT_STYLE = Shape(
    optional={
        name: Flag()
        for name in ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
    }
)
INLINE = {
    "text": _inline("text", {"text": String()}),
    "link": _inline("link", {"url": LINK}, {"text": String(), "unsafe": Flag()}),
    "emoji": _inline("emoji", {"name": String()}, {"skin_tone": Number(1, 6), "unicode": String()}),
    "channel": _inline("channel", {"channel_id": String()}),
    "user": _inline("user", {"user_id": String()}),
    "usergroup": _inline("usergroup", {"usergroup_id": String()}),
    "team": _inline("team", {"team_id": String()}),
    "broadcast": _inline("broadcast", {"range": String(allowed=("here", "channel", "everyone"))}),
    "color": _inline("color", {"value": String(pattern="#[0-9A-Fa-f]{6}", wanted="must be a hexadecimal colour")}),
    "date": _inline("date", {"timestamp": Number(), "format": String()}, {"url": LINK, "fallback": String()}),
}
BORDER = Number(0, 1)
SECTION_OF_RICH_TEXT = Shape("rich_text_section", {"elements": Listed(Either(INLINE), fewest=0)})
RICH_TEXT_PARTS = {
    "rich_text_section": SECTION_OF_RICH_TEXT,
    "rich_text_list": Shape(
        "rich_text_list",
        {"elements": Listed(SECTION_OF_RICH_TEXT, fewest=0), "style": String(allowed=("bullet", "ordered"))},
        {"indent": Number(0, 8), "offset": Number(0), "border": BORDER},
    ),
    "rich_text_quote": Shape("rich_text_quote", {"elements": Listed(Either(INLINE), fewest=0)}, {"border": BORDER}),
    "rich_text_preformatted": Shape(
        "rich_text_preformatted", {"elements": Listed(Either(INLINE), fewest=0)}, {"border": BORDER}
    ),
}
RICH_TEXT = Shape(
    "rich_text", {"elements": Listed(Either(RICH_TEXT_PARTS), fewest=1)}, {"block_id": String(255, shortest=0)}
)

# --- elements

_ACTION: Mapping[str, Rule] = {"action_id": ACTION_ID}
_FOCUS: Mapping[str, Rule] = {"focus_on_load": Flag()}
_PLACEHOLDER: Mapping[str, Rule] = {"placeholder": plain(150)}
_CONFIRM: Mapping[str, Rule] = {"confirm": CONFIRM}
_DISPATCH: Mapping[str, Rule] = {"dispatch_action_config": DISPATCH}
_MENU: Mapping[str, Rule] = {**_ACTION, **_PLACEHOLDER, **_CONFIRM, **_FOCUS}
_TYPED: Mapping[str, Rule] = {**_ACTION, **_PLACEHOLDER, **_FOCUS, **_DISPATCH}
_MOST_CHOSEN: Mapping[str, Rule] = {"max_selected_items": Number(1)}
_CHOICES: Mapping[str, Rule] = {
    "options": Listed(OPTION, fewest=1, most=100),
    "option_groups": Listed(OPTION_GROUP, fewest=1, most=100),
}
_DECIMAL = String(pattern=r"-?\d+(\.\d+)?", wanted="must be a number in a string")
_PEOPLE = Listed(String(), fewest=1)


def _ordered(low: str, high: str) -> Extra:
    """The lower of two bounds is not above the higher."""

    def rule(value: Mapping[str, Json], at: str, found: Findings) -> None:
        lower, higher = value.get(low), value.get(high)
        if isinstance(lower, int) and isinstance(higher, int) and lower > higher:
            found.refuse(f"{at}/{low}", f"must be less than or equal to {high}")

    return rule


def _offered(initial: str) -> Extra:
    """What is chosen at first is among what is offered, letter for letter."""

    def rule(value: Mapping[str, Json], at: str, found: Findings) -> None:
        chosen = value.get(initial)
        offered = list(_options_of(value))
        for option in chosen if isinstance(chosen, list) else [chosen]:
            if isinstance(option, dict) and option not in offered:
                found.refuse(f"{at}/{initial}", "must match exactly with one of the provided options")

    return rule


def _options_of(element: Mapping[str, Json]) -> Iterable[Json]:
    yield from items(element, "options")
    for group in items(element, "option_groups"):
        if isinstance(group, dict):
            yield from items(group, "options")


def _selects() -> Iterable[Shape]:
    """The select menus, each with its sibling of many choices."""
    one_source = exactly_one_of("options", "option_groups")
    yield Shape(
        "static_select",
        optional={**_MENU, **_CHOICES, "initial_option": OPTION},
        together=(*one_source, _offered("initial_option")),
    )
    yield Shape(
        "multi_static_select",
        optional={**_MENU, **_CHOICES, **_MOST_CHOSEN, "initial_options": Listed(OPTION, fewest=1, most=100)},
        together=(*one_source, _offered("initial_options")),
    )
    query: Mapping[str, Rule] = {"min_query_length": Number(0)}
    yield Shape("external_select", optional={**_MENU, **query, "initial_option": OPTION})
    yield Shape(
        "multi_external_select",
        optional={**_MENU, **_MOST_CHOSEN, **query, "initial_options": Listed(OPTION, fewest=1)},
    )
    yield Shape("users_select", optional={**_MENU, "initial_user": String()})
    yield Shape("multi_users_select", optional={**_MENU, **_MOST_CHOSEN, "initial_users": _PEOPLE})
    here: Mapping[str, Rule] = {"default_to_current_conversation": Flag(), "filter": FILTER}
    yield Shape(
        "conversations_select",
        optional={**_MENU, **here, "initial_conversation": String(), "response_url_enabled": Flag()},
    )
    yield Shape(
        "multi_conversations_select",
        optional={**_MENU, **_MOST_CHOSEN, **here, "initial_conversations": _PEOPLE},
    )
    yield Shape("channels_select", optional={**_MENU, "initial_channel": String(), "response_url_enabled": Flag()})
    yield Shape("multi_channels_select", optional={**_MENU, **_MOST_CHOSEN, "initial_channels": _PEOPLE})


_SHAPES: tuple[Shape, ...] = (
    Shape(
        "button",
        {"text": plain(75)},
        {
            **_ACTION,
            **_CONFIRM,
            "url": LINK,
            "value": String(2_000, shortest=0),
            "style": STYLE,
            "accessibility_label": String(75),
            "agent_prompt": String(4_000),
            "agent_prompt_display": String(),
            "visible_to_user_ids": Listed(String(), fewest=1, most=10),
        },
    ),
    Shape(
        "checkboxes",
        {"options": Listed(CHOICE, fewest=1, most=10)},
        {**_ACTION, **_CONFIRM, **_FOCUS, "initial_options": Listed(CHOICE, fewest=1, most=10)},
        (_offered("initial_options"),),
    ),
    Shape(
        "radio_buttons",
        {"options": Listed(CHOICE, fewest=1, most=10)},
        {**_ACTION, **_CONFIRM, **_FOCUS, "initial_option": CHOICE},
        (_offered("initial_option"),),
    ),
    Shape(
        "datepicker",
        optional={
            **_MENU,
            "initial_date": String(
                pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", wanted="must be a date: YYYY-MM-DD"
            ),
        },
    ),
    Shape(
        "timepicker",
        optional={
            **_MENU,
            "initial_time": String(pattern=r"([01]\d|2[0-3]):[0-5]\d", wanted="must be a time: HH:mm"),
            "timezone": String(),
        },
    ),
    Shape(
        "datetimepicker",
        optional={**_ACTION, **_CONFIRM, **_FOCUS, "initial_date_time": Number(1_000_000_000, 9_999_999_999)},
    ),
    Shape("email_text_input", optional={**_TYPED, "initial_value": String(shortest=0)}),
    Shape("url_text_input", optional={**_TYPED, "initial_value": LINK}),
    Shape(
        "number_input",
        {"is_decimal_allowed": Flag()},
        {**_TYPED, "initial_value": _DECIMAL, "min_value": _DECIMAL, "max_value": _DECIMAL},
    ),
    Shape(
        "plain_text_input",
        optional={
            **_TYPED,
            "initial_value": String(3_000, shortest=0),
            "multiline": Flag(),
            "min_length": Number(0, 3_000),
            "max_length": Number(1, 3_000),
        },
        together=(_ordered("min_length", "max_length"),),
    ),
    Shape(
        "rich_text_input",
        optional={**_TYPED, "initial_value": RICH_TEXT, "min_lines": Number(1), "max_lines": Number(1)},
        together=(_ordered("min_lines", "max_lines"),),
    ),
    Shape(
        "file_input",
        optional={**_ACTION, "filetypes": Listed(String(), fewest=1), "max_files": Number(1, 10)},
    ),
    Shape("feedback_buttons", {"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON}, {**_ACTION}),
    Shape(
        "icon_button",
        {"icon": String(allowed=("trash",)), "text": plain()},
        {
            **_ACTION,
            **_CONFIRM,
            "value": String(2_000, shortest=0),
            "accessibility_label": String(75),
            "visible_to_user_ids": Listed(String(), fewest=1, most=10),
        },
    ),
    Shape(
        "image",
        {"alt_text": String(2_000)},
        {"image_url": IMAGE_LINK, "slack_file": SLACK_FILE},
        exactly_one_of("image_url", "slack_file"),
    ),
    Shape("overflow", {"options": Listed(OPTION_WITH_LINK, fewest=1, most=5)}, {**_ACTION, **_CONFIRM}),
    Shape(
        "workflow_button",
        {"text": plain(75), "workflow": WORKFLOW},
        {**_ACTION, "style": STYLE, "accessibility_label": String(75)},
    ),
    Shape("url", {"url": LINK, "text": String()}),
    *_selects(),
)
ELEMENTS = {shape.type_name: shape for shape in _SHAPES}

# --- what may stand where: the unions of the same names in @slack/types

SELECTS = frozenset(name for name in ELEMENTS if name.endswith("_select") and not name.startswith("multi_"))
MULTI_SELECTS = frozenset(name for name in ELEMENTS if name.startswith("multi_"))
MENUS = SELECTS | MULTI_SELECTS
IN_ACTIONS = MENUS | {
    "button",
    "checkboxes",
    "datepicker",
    "datetimepicker",
    "overflow",
    "radio_buttons",
    "rich_text_input",
    "timepicker",
    "workflow_button",
}
BESIDE_SECTION = MENUS | {
    "button",
    "checkboxes",
    "datepicker",
    "image",
    "overflow",
    "radio_buttons",
    "timepicker",
    "workflow_button",
}
IN_INPUT = MENUS | {
    "checkboxes",
    "datepicker",
    "datetimepicker",
    "email_text_input",
    "file_input",
    "number_input",
    "plain_text_input",
    "radio_buttons",
    "rich_text_input",
    "timepicker",
    "url_text_input",
}
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
IN_CONTEXT = Either({"image": ELEMENTS["image"], "plain_text": plain(), "mrkdwn": mrkdwn()})
