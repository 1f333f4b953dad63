"""The migrations build the tables that the code means, and no column holds what it should not."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, MetaData, Text, inspect
from sqlalchemy.types import String

from records import Records
from records.columns import Code, Holds, Plain, Words
from records.migrate import FOLDER
from records.schema import metadata

FREE_TEXT = {
    "inbox.payload",  # until the work is done
    "answers.question",
    "answers.after",
    "answers.text",
    "feedback.comment",
    "escalations.shared",
    "escalations.topic",
    "uploads.name",
    "uploads.details",
    "uploads.error",
    "members.name",  # of guests, whom Slack does not know
}
"""Every column in which people's own words may stand; to add one is a decision about privacy."""

OF_A_PRACTICE = {
    "responses.value",  # a partner's own are deleted with their assessment
    "responses.before",
    "plans.note",
    "actions.why",
    "actions.action",
    "actions.owner_role",
    "actions.support",
    "actions.note",
}
"""Columns in which a practice's words stand, which stay with it when the person goes who wrote them."""

PARTS_OF_OURS = {
    "feedback.causes", "audit.details", "snapshots.snapshot", "snapshots.basis", "team_views.figures",
    "team_view_partners.marks", "officers_figures.figures", "officers_figures.basis",
}  # fmt: skip
"""JSON that we make of codes, ids and figures."""

PEOPLE = {
    "inbox.user",
    "answers.user",
    "threads.asker",
    "feedback.user",
    "escalations.user",
    "escalations.officer",
    "uploads.user",
    "uploads.approver",
    "people.user",
    "members.member",
    "assessments.member",
    "responses.member",
    "consents.member",
    "shares.by",
    "shares.reader",
    "plans.member",
    "plans.analyst",
    "actions.owner",
    "team_view_partners.member",
}


def columns() -> dict[str, Column[object]]:
    return {f"{table.name}.{column.name}": column for table in metadata.sorted_tables for column in table.columns}


def of(*kinds: Holds) -> set[str]:
    return {name for name, column in columns().items() if column.info["holds"] in kinds}


def test_the_migrations_build_what_the_code_means(records: Records) -> None:
    with records.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_the_comparison_would_see_a_difference(records: Records) -> None:
    other = MetaData()
    for table in metadata.sorted_tables[:-1]:
        table.to_metadata(other)
    with records.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, other) != []


def test_only_the_named_columns_may_hold_words_of_people() -> None:
    assert of(Holds.WORDS) == FREE_TEXT
    assert of(Holds.SHARED) == OF_A_PRACTICE


def test_only_the_named_columns_say_who_somebody_is() -> None:
    assert of(Holds.PERSON, Holds.OTHER) == PEOPLE


@pytest.mark.parametrize("name", sorted(columns()))
def test_a_column_that_could_hold_words_says_so_or_is_too_short_for_them(name: str) -> None:
    kind = columns()[name].type
    if isinstance(kind, Words | Plain):
        assert name in FREE_TEXT | OF_A_PRACTICE | PARTS_OF_OURS
    elif isinstance(kind, Code):
        assert kind.length <= 400 or name == "uploads.path"
    else:
        assert not isinstance(kind, String | Text)


def test_a_table_of_persons_says_of_which_team_unless_it_only_knows_their_names() -> None:
    tables = {name.split(".")[0] for name in of(Holds.PERSON)}

    assert {table for table in tables if "team" not in metadata.tables[table].columns} == {"people"}


def test_the_database_itself_has_no_column_that_the_code_does_not_know(records: Records) -> None:
    """By reflection: what the privacy tests go through is everything that there is."""
    looked_at = inspect(records.database.engine)
    tables = set(looked_at.get_table_names()) - {"alembic_version"}

    assert tables == set(metadata.tables)
    found = {f"{table}.{column['name']}" for table in tables for column in looked_at.get_columns(table)}
    assert found == set(columns())


def test_migrations_do_not_follow_the_code_as_it_changes() -> None:
    """A migration that imported the tables of today would build other ones tomorrow."""
    for file in sorted((FOLDER / "versions").glob("*.py")):
        assert "records" not in file.read_text("utf-8").replace('"records"', ""), file.name


def test_migrations_lie_inside_the_package() -> None:
    import records as package

    assert FOLDER.is_relative_to(Path(str(package.__file__)).parent)
    assert [file.name for file in sorted((FOLDER / "versions").glob("*.py"))] == [
        "0001_first_tables.py",
        "0002_assessments.py",
        "0003_frozen_figures.py",
    ]
