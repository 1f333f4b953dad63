"""The pages for filling in, drawn as HTML with the components of the NHS.UK front end, which come as Jinja macros.

Our own templates are strict about names they do not know; theirs need undefined values to be let pass, so theirs are
drawn in an environment of their own and reach ours as functions. Everything is escaped by the engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from corpus.when import When
from web.fields import component
from web.filling import Asked
from web.static import script, styles

_TEMPLATES = Path(__file__).parent / "templates"
# Our name for a component, theirs for its folder, theirs for its macro.
_COMPONENTS = {
    "back_link": ("back-link", "backLink"),
    "button": ("button", "button"),
    "date_input": ("date-input", "dateInput"),
    "details": ("details", "details"),
    "error_summary": ("error-summary", "errorSummary"),
    "inset_text": ("inset-text", "insetText"),
    "panel": ("panel", "panel"),
    "radios": ("radios", "radios"),
    "skip_link": ("skip-link", "skipLink"),
    "summary_list": ("summary-list", "summaryList"),
    "task_list": ("task-list", "taskList"),
    "text_input": ("input", "input"),
    "textarea": ("textarea", "textarea"),
    "warning": ("warning-callout", "warningCallout"),
}


def draw(template: str, prefix: str, **values: object) -> str:
    """A whole page. `prefix` stands before the paths of what the page is drawn with: a proxy's path, or nothing."""
    shared = {"styles": [f"{prefix}{path}" for path in styles()], "script": f"{prefix}{script()}" if script() else ""}
    return _engine().get_template(f"assessment/{template}").render(**shared, **values)


@cache
def _engine() -> Environment:
    engine = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    engine.globals.update({name: partial(_component, *where) for name, where in _COMPONENTS.items()})
    engine.globals["field"] = _field
    engine.filters["day"] = _day
    return engine


def _field(asked: Asked) -> str:
    # A question has few answers, and its component takes milliseconds; what people write is drawn anew and not kept.
    return _choice(asked) if asked.kind == "choice" and not asked.problem else _drawn(asked)


@lru_cache(maxsize=8_192)
def _choice(asked: Asked) -> str:
    return _drawn(asked)


def _drawn(asked: Asked) -> str:
    name, params = component(asked)
    return _component(*_COMPONENTS[name], params)


def _day(value: dt.date) -> str:
    return When.of(value).words()


def _component(folder: str, macro: str, params: Mapping[str, object]) -> str:
    return _macro(folder, macro)(params)


@cache
def _macro(folder: str, name: str) -> Callable[[Mapping[str, object]], str]:
    theirs: Any = _their_engine().get_template(f"nhsuk/components/{folder}/macro.jinja").module
    macro: Callable[[Mapping[str, object]], str] = getattr(theirs, name)
    return macro


@cache
def _their_engine() -> Environment:
    return Environment(
        loader=PackageLoader("nhsuk_frontend_jinja"), autoescape=True, undefined=ChainableUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
