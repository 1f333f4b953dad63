"""Interactive elements of Block Kit → form controls: what the server needs to know is in their names and values.

Without JavaScript each of them works by a button that sends the form; the script sends it on a change instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from localslack.page.mrkdwn import mrkdwn, plain, safe, words
from localslack.page.scene import Block, Scene, block_in, blocks_in, escaped, field_name, number_in, text_in


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands. `label` names it where no `<label>` does; `described_by` is ids of hint and error.

    `tells` is whether the app hears of each change; if not, it gets the value with the rest of the form.
    """

    block_id: str
    scene: Scene
    label: str = ""
    described_by: str = ""
    required: bool = False
    tells: bool = True


def element(block: Block, place: Place) -> Markup:
    """One element as a control; one that this page does not know is named in words."""
    kind = text_in(block, "type")
    draw = _ELEMENTS.get(kind)
    if draw is None:
        return Markup('<span class="unknown">(no control for “{}” on this page)</span>').format(kind)
    return draw(block, place)


def is_group(block: Block) -> bool:
    """Whether an element has several controls, which want a legend instead of a label."""
    kind = text_in(block, "type")
    return kind in ("checkboxes", "radio_buttons") or kind.startswith("multi_")


def control_id(block: Block, place: Place) -> str:
    """The DOM id of the element's only control."""
    return place.scene.dom_id(place.block_id, text_in(block, "action_id"))


def image(block: Block, css: str) -> Markup:
    """A picture, which the browser fetches from where it is; without a safe address only its description."""
    url, alt = text_in(block, "image_url"), text_in(block, "alt_text")
    if not safe(url) or not url.startswith("http"):
        return Markup('<span class="unknown">({})</span>').format(alt or "image")
    return Markup('<img class="{}" src="{}" alt="{}" loading="lazy">').format(css, escaped(url), escaped(alt))


def text_object(block: object, scene: Scene) -> Markup:
    """A text object, or a bare string, which some blocks take as well."""
    if isinstance(block, str):
        return plain(block)
    if text_in(block, "type") == "mrkdwn":
        return mrkdwn(text_in(block, "text"), scene)
    return plain(text_in(block, "text"), named_emoji=not isinstance(block, Mapping) or block.get("emoji") is not False)


def said(block: object, scene: Scene) -> str:
    """The words of a text object, for attributes."""
    return words(block if isinstance(block, str) else text_in(block, "text"), scene)


# --- buttons


def _button(block: Block, place: Place) -> Markup:
    style = text_in(block, "style")
    css = f"btn {style}" if style in ("primary", "danger") else "btn"
    spoken = text_in(block, "accessibility_label")
    press = field_name(place.block_id, text_in(block, "action_id"))
    text = text_object(block_in(block, "text"), place.scene)
    url = text_in(block, "url")
    if url and safe(url):
        attributes = _attributes({"aria-label": spoken, "data-press": press, "href": url})
        return Markup('<a class="{}"{} target="_blank" rel="noopener noreferrer">{}</a>').format(css, attributes, text)
    return _press(css, press, text, spoken, block)


def _press(css: str, press: str, inside: Markup, spoken: str = "", block: Block | None = None) -> Markup:
    attributes = _attributes(
        {"value": press, "aria-label": spoken, "aria-haspopup": "dialog" if block_in(block, "confirm") else ""}
    )
    return Markup('<button type="submit" class="{}" name="press" formnovalidate{}>{}</button>').format(
        css, attributes, inside
    )


def _feedback_buttons(block: Block, place: Place) -> Markup:
    return Markup().join(_feedback(block, place, name, css) for name, css in _FEEDBACK)


_FEEDBACK = (("positive_button", "up"), ("negative_button", "down"))


def _feedback(block: Block, place: Place, name: str, css: str) -> Markup:
    button = block_in(block, name)
    press = field_name(place.block_id, text_in(block, "action_id"), text_in(button, "value"))
    text = text_object(block_in(button, "text"), place.scene)
    icon = Markup('<svg class="icon {}" aria-hidden="true"><use href="#i-thumb"></use></svg>').format(css)
    return _press("btn quiet", press, icon + text, text_in(button, "accessibility_label"), block)


def _icon_button(block: Block, place: Place) -> Markup:
    seen_by = block.get("visible_to_user_ids")
    if isinstance(seen_by, list) and seen_by and place.scene.viewer not in seen_by:
        return Markup()
    text = said(block_in(block, "text"), place.scene)
    icon = Markup('<svg class="icon" aria-hidden="true"><use href="#i-trash"></use></svg>')
    press = field_name(place.block_id, text_in(block, "action_id"))
    spoken = text_in(block, "accessibility_label") or text
    return _press(
        "btn quiet icon-only", press, icon + Markup('<span class="tip">{}</span>').format(text), spoken, block
    )


def _overflow(block: Block, place: Place) -> Markup:
    items = Markup().join(_overflow_item(block, option, place) for option in blocks_in(block, "options"))
    return Markup(
        '<details class="menu" data-menu><summary class="btn icon-only" aria-label="{}">'
        '<svg class="icon" aria-hidden="true"><use href="#i-more"></use></svg></summary>'
        '<div class="menu-items">{}</div></details>'
    ).format(place.label or "More actions", items)


def _overflow_item(block: Block, option: Block, place: Place) -> Markup:
    text = text_object(block_in(option, "text"), place.scene)
    if description := text_object(block_in(option, "description"), place.scene):
        text += Markup('<span class="desc">{}</span>').format(description)
    press = field_name(place.block_id, text_in(block, "action_id"), text_in(option, "value"))
    url = text_in(option, "url")
    if url and safe(url):
        attributes = _attributes({"data-press": press, "href": url})
        return Markup('<a class="item"{} target="_blank" rel="noopener noreferrer">{}</a>').format(attributes, text)
    return _press("item", press, text, block=block)


# --- one choice or value


def _text_input(block: Block, place: Place) -> Markup:
    attributes = _common(block, place) | {
        "placeholder": said(block_in(block, "placeholder"), place.scene),
        "minlength": str(number_in(block, "min_length") or ""),
        "maxlength": str(number_in(block, "max_length", 3000)),
    }
    value = _first(_entered(block, place, [text_in(block, "initial_value")]))
    if block.get("multiline") is True or text_in(block, "type") == "rich_text_input":
        # A line break right after the tag is not part of the text: the first one here is that one.
        return Markup('<textarea rows="4"{}>\n{}</textarea>').format(_attributes(attributes), value) + _tell(
            block, place
        )
    return Markup('<input type="text"{}>').format(_attributes(attributes | {"value": value})) + _tell(block, place)


def _input(kind: str, initial: str) -> Callable[[Block, Place], Markup]:
    """A control for one value that browsers know by `kind`."""

    def draw(block: Block, place: Place) -> Markup:
        value = _first(_entered(block, place, [text_in(block, initial)]))
        attributes = _common(block, place) | {
            "type": kind,
            "value": value,
            "placeholder": said(block_in(block, "placeholder"), place.scene) if kind in ("email", "url") else "",
            "min": text_in(block, "min_value") if kind == "number" else "",
            "max": text_in(block, "max_value") if kind == "number" else "",
            "step": "any" if kind == "number" and block.get("is_decimal_allowed") is True else "",
        }
        return Markup("<input{}>").format(_attributes(attributes)) + _tell(block, place)

    return draw


def _file_input(block: Block, place: Place) -> Markup:
    types = block.get("filetypes")
    accepted = ",".join(f".{kind}" for kind in types if isinstance(kind, str)) if isinstance(types, list) else ""
    attributes = _common(block, place) | {"accept": accepted, "multiple": number_in(block, "max_files", 10) > 1}
    return Markup('<input type="file"{}>').format(_attributes(attributes))


def _static_select(block: Block, place: Place) -> Markup:
    chosen = _entered(block, place, [text_in(block_in(block, "initial_option"), "value")])
    groups = blocks_in(block, "option_groups")
    drawn = Markup().join(
        Markup('<optgroup label="{}">{}</optgroup>').format(
            said(block_in(group, "label"), place.scene), _options(blocks_in(group, "options"), chosen, place.scene)
        )
        for group in groups
    )
    return _select(block, place, drawn + _options(blocks_in(block, "options"), chosen, place.scene), any(chosen))


def _known_select(initial: str, offered: Callable[[Scene], Mapping[str, str]]) -> Callable[[Block, Place], Markup]:
    """A menu of what the workspace has."""

    def draw(block: Block, place: Place) -> Markup:
        chosen = _entered(block, place, [text_in(block, initial)])
        options = Markup().join(_option(key, name, chosen) for key, name in offered(place.scene).items())
        return _select(block, place, options, any(chosen))

    return draw


def _select(block: Block, place: Place, options: Markup, has_choice: bool) -> Markup:
    nothing = said(block_in(block, "placeholder"), place.scene) or "Choose an option"
    first = Markup('<option value=""{}>{}</option>').format("" if has_choice else Markup(" selected"), nothing)
    return Markup("<select{}>{}{}</select>").format(_attributes(_common(block, place)), first, options) + _tell(
        block, place
    )


def _options(options: Iterable[Block], chosen: Sequence[str], scene: Scene) -> Markup:
    return Markup().join(
        _option(text_in(option, "value"), said(block_in(option, "text"), scene), chosen) for option in options
    )


def _option(value: str, name: str, chosen: Sequence[str]) -> Markup:
    selected = Markup(" selected") if value in chosen else ""
    return Markup('<option value="{}"{}>{}</option>').format(escaped(value), selected, escaped(name))


# --- several choices


def _radio_buttons(block: Block, place: Place) -> Markup:
    chosen = _entered(block, place, [text_in(block_in(block, "initial_option"), "value")])
    return _choices("radio", block, place, blocks_in(block, "options"), chosen)


def _checkboxes(block: Block, place: Place) -> Markup:
    chosen = _entered(block, place, [text_in(option, "value") for option in blocks_in(block, "initial_options")])
    options = blocks_in(block, "options")
    for group in blocks_in(block, "option_groups"):
        options += blocks_in(group, "options")
    return _choices("checkbox", block, place, options, chosen)


def _known_checkboxes(initial: str, offered: Callable[[Scene], Mapping[str, str]]) -> Callable[[Block, Place], Markup]:
    def draw(block: Block, place: Place) -> Markup:
        first = block.get(initial)
        chosen = _entered(
            block, place, [one for one in first if isinstance(one, str)] if isinstance(first, list) else []
        )
        options = [{"value": key, "text": {"text": name, "emoji": False}} for key, name in offered(place.scene).items()]
        return _choices("checkbox", block, place, options, chosen)

    return draw


def _choices(kind: str, block: Block, place: Place, options: Sequence[Block], chosen: Sequence[str]) -> Markup:
    drawn = Markup().join(_choice(kind, block, place, option, chosen, at) for at, option in enumerate(options))
    name = _attributes({"role": "group" if place.label else "", "aria-label": place.label})
    many = " many" if len(options) > 8 else ""
    return Markup('<div class="choices{}"{}>{}</div>').format(many, name, drawn) + _tell(block, place)


def _choice(kind: str, block: Block, place: Place, option: Block, chosen: Sequence[str], at: int) -> Markup:
    value = text_in(option, "value")
    attributes = _common(block, place) | {
        "id": place.scene.dom_id(place.block_id, text_in(block, "action_id"), str(at)),
        "type": kind,
        "value": value,
        "checked": value in chosen,
        "required": place.required and kind == "radio",
        "aria-required": False,
        "aria-label": "",
    }
    description = text_object(block_in(option, "description"), place.scene)
    more = Markup('<span class="desc">{}</span>').format(description) if description else ""
    text = text_object(block_in(option, "text"), place.scene)
    return Markup('<label class="choice"><input{}><span>{}{}</span></label>').format(
        _attributes(attributes), text, more
    )


# --- what they share


def _common(block: Block, place: Place) -> dict[str, str | bool]:
    return {
        "id": control_id(block, place),
        "name": field_name(place.block_id, text_in(block, "action_id")),
        "aria-label": place.label,
        "aria-describedby": place.described_by,
        "aria-invalid": "true" if place.block_id in place.scene.errors else "",
        "required": place.required,
        "data-tells": place.tells,
    }


def _tell(block: Block, place: Place) -> Markup:
    """The button that sends a choice where there is no JavaScript to do it."""
    if not place.tells:
        return Markup()
    press = field_name(place.block_id, text_in(block, "action_id"))
    return _press("btn plain-only", press, Markup("Send this choice"))


def _entered(block: Block, place: Place, initial: Sequence[str]) -> Sequence[str]:
    return place.scene.entered.get(field_name(place.block_id, text_in(block, "action_id")), initial)


def _first(values: Sequence[str]) -> str:
    return str(escaped(values[0]).unescape()) if values else ""


def _attributes(values: Mapping[str, str | bool]) -> Markup:
    """Attributes of a tag; those that are empty or false are left out, those that are true have no value."""
    drawn = Markup()
    for name, value in values.items():
        if value is True:
            drawn += Markup(" {}").format(name)
        elif value or (name == "value" and value == ""):
            drawn += Markup(' {}="{}"').format(name, escaped(str(value)))
    return drawn


def _people(scene: Scene) -> Mapping[str, str]:
    return scene.directory.users


def _channels(scene: Scene) -> Mapping[str, str]:
    return {key: f"# {name}" for key, name in scene.directory.channels.items()}


_ELEMENTS: dict[str, Callable[[Block, Place], Markup]] = {
    "button": _button,
    "workflow_button": _button,
    "feedback_buttons": _feedback_buttons,
    "icon_button": _icon_button,
    "overflow": _overflow,
    "image": lambda block, _: image(block, "thumb"),
    "plain_text_input": _text_input,
    "rich_text_input": _text_input,
    "email_text_input": _input("email", "initial_value"),
    "url_text_input": _input("url", "initial_value"),
    "number_input": _input("number", "initial_value"),
    "datepicker": _input("date", "initial_date"),
    "timepicker": _input("time", "initial_time"),
    "file_input": _file_input,
    "static_select": _static_select,
    "users_select": _known_select("initial_user", _people),
    "conversations_select": _known_select("initial_conversation", _channels),
    "channels_select": _known_select("initial_channel", _channels),
    "radio_buttons": _radio_buttons,
    "checkboxes": _checkboxes,
    "multi_static_select": _checkboxes,
    "multi_users_select": _known_checkboxes("initial_users", _people),
    "multi_conversations_select": _known_checkboxes("initial_conversations", _channels),
    "multi_channels_select": _known_checkboxes("initial_channels", _channels),
}
