"""Takes a person out of rows that stay for the counts: no words, no places, a pseudonym, and only the day.

What a column holds (records/schema.py) decides what becomes of it, so a new column cannot be left out by mistake.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, bindparam, select, update

from records.columns import Holds, Plain, of_kind
from records.schema import inbox, members, metadata, people, threads

GONE = "gone-"
"""How the pseudonym of a forgotten person begins."""

WHOLE = frozenset({inbox, threads, people, members})
"""Tables whose rows are of no use without their person: they are deleted."""

PERSONAL = [table for table in metadata.sorted_tables if of_kind(table, Holds.PERSON)]
"""Tables with rows that belong to somebody."""


def alias() -> str:
    """A new pseudonym, which nothing leads back from."""
    return GONE + secrets.token_hex(8)


def person(table: Table) -> Column[Any]:
    """The column that says whose row it is."""
    (column,) = of_kind(table, Holds.PERSON)
    return column


def belongs(table: Table, column: Column[Any], team: str, user: str) -> ColumnElement[bool]:
    """Whether a column of a row names that person."""
    return and_(column == user, table.c.team == team) if "team" in table.c else column == user


def blank(connection: Connection, table: Table, where: ColumnElement[bool], pseudonym: str) -> int:
    """Take the person out of those rows; how many there were."""
    keys, moments = list(table.primary_key.columns), of_kind(table, Holds.TIME)
    rows = connection.execute(select(*keys, *moments).where(where)).all()
    if not rows:
        return 0
    change = update(table).where(*(key == bindparam(f"key_{key.name}") for key in keys)).values(
        {
            **dict.fromkeys(of_kind(table, Holds.PLACE), ""),
            **{column: {} if isinstance(column.type, Plain) else "" for column in of_kind(table, Holds.WORDS)},
            **{moment: bindparam(f"day_{moment.name}") for moment in moments},
            person(table): pseudonym,
        }
    )  # fmt: skip
    connection.execute(
        change,
        [
            {f"key_{key.name}": getattr(row, key.name) for key in keys}
            | {f"day_{moment.name}": _day(getattr(row, moment.name)) for moment in moments}
            for row in rows
        ],
    )
    return len(rows)


def _day(moment: Any) -> Any:
    return moment and moment.replace(hour=0, minute=0, second=0, microsecond=0)
