"""Practices, their members, and what they fill in: assessments, plans, shares, and frozen comparisons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

CODED = sa.text("code <> ''")
OPEN_OF_PRACTICE = sa.text("state = 'open' AND kind <> 'skills'")
OPEN_OF_PERSON = sa.text("state = 'open' AND kind = 'skills'")


def upgrade() -> None:
    _practices()
    _snapshots()
    _assessments()
    _members()
    _consents()
    _plans()
    _responses()
    _shares()
    _actions()
    _reminders()


def _practices() -> None:
    op.create_table(
        "practices",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_practices"),
    )
    op.create_index("ix_practices_team", "practices", ["team"])
    op.create_index(
        "uq_practices_team_code",
        "practices",
        ["team", "code"],
        unique=True,
        sqlite_where=CODED,
        postgresql_where=CODED,
    )


def _snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("instrument", sa.String(64), nullable=False),
        sa.Column("major", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quarter", sa.String(64), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team", "instrument", "major", "quarter", name="pk_snapshots"),
    )
    op.create_index("ix_snapshots_made", "snapshots", ["made"])


def _assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("practice_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("instrument", sa.String(64), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_months", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name="fk_assessments_practice_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
    )
    op.create_index("ix_assessments_changed", "assessments", ["changed"])
    op.create_index("ix_assessments_practice_id", "assessments", ["practice_id"])
    op.create_index("ix_assessments_team_member", "assessments", ["team", "member"])
    op.create_index(
        "uq_assessments_open_of_person",
        "assessments",
        ["practice_id", "instrument", "member"],
        unique=True,
        sqlite_where=OPEN_OF_PERSON,
        postgresql_where=OPEN_OF_PERSON,
    )
    op.create_index(
        "uq_assessments_open_of_practice",
        "assessments",
        ["practice_id", "instrument"],
        unique=True,
        sqlite_where=OPEN_OF_PRACTICE,
        postgresql_where=OPEN_OF_PRACTICE,
    )


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("practice_id", sa.String(64), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name="fk_members_practice_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("practice_id", "member", name="pk_members"),
    )
    op.create_index("ix_members_team_member", "members", ["team", "member"])


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("assessment_id", sa.String(64), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name="fk_consents_assessment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("assessment_id", "what", name="pk_consents"),
    )


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("assessment_id", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("analyst", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("submitted", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name="fk_plans_assessment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("assessment_id", name="pk_plans"),
    )


def _responses() -> None:
    op.create_table(
        "responses",
        sa.Column("assessment_id", sa.String(64), nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name="fk_responses_assessment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("assessment_id", "field", name="pk_responses"),
    )
    op.create_index("ix_responses_team_member", "responses", ["team", "member"])


def _shares() -> None:
    op.create_table(
        "shares",
        sa.Column("assessment_id", sa.String(64), nullable=False),
        sa.Column("reader", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name="fk_shares_assessment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("assessment_id", "reader", name="pk_shares"),
    )
    op.create_index("ix_shares_team_reader", "shares", ["team", "reader"])


def _actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("assessment_id", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("owner_role", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("due", sa.String(64), nullable=False),
        sa.Column("horizon", sa.String(64), nullable=False),
        sa.Column("support", sa.Text(), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["plans.assessment_id"], name="fk_actions_assessment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
    )
    op.create_index("ix_actions_assessment_id", "actions", ["assessment_id"])


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("action_id", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_reminders_action_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("action_id", "key", name="pk_reminders"),
    )
