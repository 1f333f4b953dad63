"""The parts of a form: pages, groups, fields and options, drawn by Slack and by the browser in their own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Responses: TypeAlias = Mapping[str, str]
"""What has been filled in, by the id of the field; one that is not in it was left open. Values are codes or words."""


class FieldKind(StrEnum):
    CHOICE = "choice"  # one of a few options: radio buttons
    TEXT = "text"  # one line
    LONG_TEXT = "long_text"
    WHOLE = "whole"  # a whole number
    DATE = "date"  # a day, as 2026-11-23
    MONTH = "month"  # a month, as 2026-11


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen. `value` is what is kept, `label` what people read."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked. `scored` fields count for how far a page is filled in; the others may stay open."""

    id: str
    kind: FieldKind
    label: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    scored: bool = True
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that belong together, under a heading: one criterion with its level, evidence and note."""

    id: str
    title: str
    intro: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FormPage:
    """One page to fill in: an area. Most groups have one field and no title."""

    id: str
    title: str
    intro: str
    groups: tuple[FieldGroup, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for group in self.groups for field in group.fields)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sent page says. `values` has every field of the page that was sent, empty for one that was cleared;
    `problems` has a sentence for each field that cannot be kept as it stands."""

    values: Responses
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PageProgress:
    id: str
    title: str
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an assessment is filled in, in scored fields."""

    pages: tuple[PageProgress, ...]

    @property
    def answered(self) -> int:
        return sum(page.answered for page in self.pages)

    @property
    def total(self) -> int:
        return sum(page.total for page in self.pages)
