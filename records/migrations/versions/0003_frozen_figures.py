"""Frozen views of a practice's partners, with who stands behind each, and frozen figures for officers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _team_views()
    _team_view_partners()
    _officers_figures()


def _team_views() -> None:
    op.create_table(
        "team_views",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("practice_id", sa.String(64), nullable=False),
        sa.Column("instrument", sa.String(64), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("by_consent", sa.Boolean(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_months", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name="fk_team_views_practice_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_team_views"),
    )
    op.create_index("ix_team_views_made", "team_views", ["made"])
    op.create_index("ix_team_views_practice_id", "team_views", ["practice_id"])


def _team_view_partners() -> None:
    op.create_table(
        "team_view_partners",
        sa.Column("view_id", sa.String(64), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("assessment_id", sa.String(64), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["view_id"], ["team_views.id"], name="fk_team_view_partners_view_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("view_id", "member", name="pk_team_view_partners"),
    )


def _officers_figures() -> None:
    op.create_table(
        "officers_figures",
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("instrument", sa.String(64), nullable=False),
        sa.Column("major", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quarter", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team", "instrument", "major", "quarter", "name", name="pk_officers_figures"),
    )
    op.create_index("ix_officers_figures_made", "officers_figures", ["made"])
