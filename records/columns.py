"""The column types of the records: moments, codes, words and plain values, the same on every database.

What a column holds decides what becomes of it when a person asks to be forgotten, so each column says it (`Holds`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import Column, DateTime, Dialect, String, Table, Text
from sqlalchemy.types import TypeDecorator

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
"""What can be written as JSON."""


class Holds(StrEnum):
    """What a column can tell about a person."""

    FACT = "fact"  # a number, a state, a name of ours: nothing about anybody
    TIME = "time"  # a moment; made coarse when the person is forgotten, since Slack knows who wrote when
    PERSON = "person"  # whose row it is
    OTHER = "other"  # somebody else who took part: an officer, an approver
    PLACE = "place"  # an id by which Slack would lead back to the person
    WORDS = "words"  # text that a person wrote, or that was written for them
    SHARED = "shared"  # text of a practice, whoever of it wrote it: stays with the practice when they go


def of_kind(table: Table, kind: Holds) -> list[Column[Any]]:
    """The columns of a table that hold one kind of thing. Raises: KeyError when a column does not say what it holds."""
    return [column for column in table.columns if column.info["holds"] is kind]


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite, which knows no zones, keeps its digits."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Code(TypeDecorator[str]):
    """An id, a name of ours or a state: never longer than it may be, on any database.

    Raises (on writing): ValueError for a longer text, which would be somebody's words in the wrong column.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is not None and len(value) > self.length:
            raise ValueError(f"a code of {len(value)} characters, where {self.length} are the most")
        return None if value is None else writable(value)


class Words(TypeDecorator[str]):
    """Text of people, of any length, without the characters that databases refuse."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else writable(value)


class Plain(TypeDecorator[Json]):
    """A value as JSON text, which every database keeps to the letter."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str | None:  # noqa: ARG002
        return json.dumps(value, separators=(",", ":"), default=_plain)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:  # noqa: ARG002
        found: Json = json.loads(value or "null")
        return found


def writable(text: str) -> str:
    """Without NUL, which PostgreSQL refuses, and halves of characters, which nothing can encode.

    >>> writable("a\\0b\\ud800c")
    'ab?c'
    """
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _plain(value: object) -> Json:
    """Mappings and sequences that `json` does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence | set | frozenset):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")
