"""An instrument as pages of fields: the same for Slack and the browser, which only draw them."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.fields import (
    Field,
    FieldGroup,
    FieldKind,
    FormPage,
    Option,
    PageProgress,
    Progress,
    Reading,
    Responses,
)
from scoring.instrument import Instrument
from scoring.pages import pages
from scoring.reading import read

__all__ = [
    "Field",
    "FieldGroup",
    "FieldKind",
    "FormPage",
    "Option",
    "PageProgress",
    "Progress",
    "Reading",
    "Responses",
    "check",
    "first_open",
    "pages",
    "progress",
    "read",
]


def progress(instrument: Instrument, responses: Responses) -> Progress:
    """How far each page is filled in, in scored fields. "Don't know" is an answer."""
    return Progress(tuple(_progress(page, responses) for page in pages(instrument, responses)))


def first_open(instrument: Instrument, responses: Responses) -> str:
    """The id of the page to go on with: the first with something left to answer, else the last.

    A page that may stay open as a whole (the profile) is passed over once a later page has an answer.
    """
    shown = pages(instrument, responses)
    for number, page in enumerate(shown):
        here = _progress(page, responses)
        if here.answered < here.total:
            return page.id
        later = any(responses.get(field.id) for after in shown[number:] for field in after.fields)
        if not here.total and not later:
            return page.id
    return shown[-1].id


def check(instrument: Instrument, responses: Responses) -> Mapping[str, str]:
    """A sentence for each response that the instrument cannot take, by field: for files that somebody else wrote."""
    shown = pages(instrument, {})
    known = {field.id for page in shown for field in page.fields}
    problems = {name: "The instrument does not ask this." for name in responses if name not in known}
    for page in shown:
        problems |= read(
            page, {field.id: responses[field.id] for field in page.fields if field.id in responses}
        ).problems
    return problems


def _progress(page: FormPage, responses: Responses) -> PageProgress:
    asked = [field for field in page.fields if field.scored]
    return PageProgress(page.id, page.title, sum(bool(responses.get(field.id)) for field in asked), len(asked))
