"""The pages for filling in, drawn as HTML with the components of the NHS.UK front end, which come as Jinja macros.

Our own templates are strict about names they do not know; theirs need undefined values to be let pass, so theirs are
drawn in an environment of their own and reach ours as functions. Everything is escaped by the engine.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, cast

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, StrictUndefined, meta

from corpus.when import When
from web.fields import component
from web.filling import Asked, AskedGroup
from web.planning import listed
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
    "select": ("select", "select"),
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


def compile_all() -> None:
    """Compile every template: of a hundred people who come at once each would compile the same ones."""
    for name in _engine().list_templates(filter_func=lambda name: name.startswith("assessment/")):
        _engine().get_template(name)
    waiting = [_home(folder) for folder, _ in _COMPONENTS.values()]
    known: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            waiting += _compiled(name)


def _compiled(name: str) -> list[str]:
    """Compile one of their templates; those that it uses in turn, which the engine loads when it is drawn."""
    engine = _their_engine()
    engine.get_template(name)
    source, _, _ = cast(PackageLoader, engine.loader).get_source(engine, name)
    return [used for used in meta.find_referenced_templates(engine.parse(source)) if used]


@cache
def _engine() -> Environment:
    engine = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    engine.globals.update({name: partial(_component, *where) for name, where in _COMPONENTS.items()})
    engine.globals["field"] = _field
    engine.filters.update(day=_day, listed=listed)
    return engine


def draw_fields(groups: Sequence[AskedGroup]) -> list[str]:
    """The fields of a page, as the page has them."""
    return [_field(one) for group in groups for one in (*group.first, *group.more)]


def _field(asked: Asked) -> str:
    # A question has few answers, and its component takes milliseconds; what people write is drawn anew and not kept.
    if asked.problem or (asked.value and asked.kind != "choice"):
        return _drawn(asked)
    # One at a time: of a hundred people at a page that nobody has opened yet, one draws it and the others have it.
    with _one_at_a_time:
        return _unwritten(asked)


_one_at_a_time = threading.Lock()


@lru_cache(maxsize=8_192)
def _unwritten(asked: Asked) -> str:
    return _drawn(asked)


def _drawn(asked: Asked) -> str:
    name, params = component(asked)
    return _component(*_COMPONENTS[name], params)


def _day(value: dt.date) -> str:
    return When.of(value).words()


def _component(folder: str, macro: str, params: Mapping[str, object]) -> str:
    return _macro(folder, macro)(params)


def _home(folder: str) -> str:
    return f"nhsuk/components/{folder}/macro.jinja"


@cache
def _macro(folder: str, name: str) -> Callable[[Mapping[str, object]], str]:
    theirs: Any = _their_engine().get_template(_home(folder)).module
    macro: Callable[[Mapping[str, object]], str] = getattr(theirs, name)
    return macro


@cache
def _their_engine() -> Environment:
    return Environment(
        loader=PackageLoader("nhsuk_frontend_jinja"), autoescape=True, undefined=ChainableUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
