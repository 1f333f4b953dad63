"""A field as a component of the NHS.UK front end: which one, and what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from scoring.form import FieldKind
from web.filling import Asked

# What the macros of nhsuk-frontend-jinja take is JSON-like and theirs to check.
Params: TypeAlias = Mapping[str, Any]

_CLEAR = {"value": "", "label": {"text": "Take this answer back"}}
_OUTSIDE = frozenset({"DK", "NA"})
# More answers than this are a list to open, and no page of buttons.
MOST_RADIOS = 12


def component(asked: Asked) -> tuple[str, Params]:
    """The name of the component in web/layout.py, and its parameters."""
    if asked.field.kind is FieldKind.CHOICE:
        return ("select", _select(asked)) if len(asked.field.options) > MOST_RADIOS else ("radios", _radios(asked))
    if asked.parts:
        return "date_input", _date(asked)
    if asked.field.kind is FieldKind.LONG_TEXT:
        return "textarea", {**_input(asked), "rows": 4}
    if asked.field.kind is FieldKind.WHOLE:
        return "text_input", {**_input(asked), "inputmode": "numeric", "width": 3}
    return "text_input", _input(asked)


def _radios(asked: Asked) -> Params:
    return {
        **_shared(asked),
        "name": asked.field.id,
        "idPrefix": asked.field.id,
        "small": True,
        "inline": asked.is_short and not asked.may_clear,
        "fieldset": _legend(asked),
        "value": asked.value,
        "items": _items(asked),
    }


def _select(asked: Asked) -> Params:
    options = [{"value": option.value, "text": option.label} for option in asked.field.options]
    return {**_input(asked), "items": [{"value": "", "text": "Choose one"}, *options]}


def _items(asked: Asked) -> list[Params]:
    items: list[Params] = []
    for option in asked.field.options:
        if option.value in _OUTSIDE and items and not any("divider" in item for item in items):
            items.append({"divider": "or"})
        hint = {"hint": {"text": option.hint}} if option.hint else {}
        items.append({"value": option.value, "label": {"text": option.label}, **hint})
    return [*items, {"divider": "or"}, _CLEAR] if asked.may_clear else items


def _date(asked: Asked) -> Params:
    boxes = [
        {
            "id": f"{asked.field.id}-{part.label}",
            "name": part.name,
            "label": {"text": part.label.capitalize()},
            "value": part.value,
            "width": part.letters,
        }
        for part in asked.parts
    ]
    return {**_shared(asked), "id": asked.field.id, "fieldset": _legend(asked), "items": boxes}


def _input(asked: Asked) -> Params:
    return {
        **_shared(asked),
        "id": asked.field.id,
        "name": asked.field.id,
        "label": {"text": asked.field.label, "classes": "nhsuk-label--s"},
        "value": asked.value,
        "autocomplete": "off",
    }


def _shared(asked: Asked) -> Params:
    given: dict[str, Any] = {}
    if asked.field.hint:
        given["hint"] = {"text": asked.field.hint}
    if asked.problem:
        given["errorMessage"] = {"text": asked.problem}
    return given


def _legend(asked: Asked) -> Params:
    return {"legend": {"text": asked.field.label, "classes": "nhsuk-fieldset__legend--s"}}
