"""Frozen views of the partners of a practice: what was shown, and who stood behind it, without their answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from records.columns import Json
from records.database import Database
from records.practices import Practice
from records.schema import team_view_partners, team_views


@dataclass(frozen=True, slots=True)
class Behind:
    """One partner behind a view. `marks` by part of the questionnaire: another one whenever its answers are others."""

    member: str
    assessment_id: str
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TeamView:
    """`figures` were shown; `by_consent`: because everybody in it had agreed that few are shown too."""

    figures: Json
    by_consent: bool
    made: datetime
    partners: tuple[Behind, ...]


class TeamViews:
    """Views by practice, instrument and its major version; each is kept as it was drawn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_practice(self, practice_id: str, instrument: str, major: int) -> list[TeamView]:
        """Oldest first."""
        wanted = (
            select(team_views)
            .where(
                team_views.c.practice_id == practice_id, team_views.c.instrument == instrument,
                team_views.c.major == major,
            )
            .order_by(team_views.c.made, team_views.c.id)
        )  # fmt: skip
        with self._database.read() as connection:
            views = connection.execute(wanted).all()
            ids = [view.id for view in views]
            partners = connection.execute(
                select(team_view_partners)
                .where(team_view_partners.c.view_id.in_(ids))
                .order_by(team_view_partners.c.member)
            ).all()
        behind: dict[str, list[Behind]] = {view_id: [] for view_id in ids}
        for row in partners:
            behind[row.view_id].append(Behind(row.member, row.assessment_id, row.marks))
        return [TeamView(view.figures, view.by_consent, view.made, tuple(behind[view.id])) for view in views]

    def keep(
        self,
        practice: Practice,
        instrument: str,
        major: int,
        *,
        figures: Json,
        by_consent: bool,
        partners: Sequence[Behind],
        kept_months: int,
    ) -> TeamView:
        """Freeze a view.

        Args:
            kept_months: how long after today it is deleted: no sooner than the answers behind it.
        """
        view_id, now = uuid.uuid4().hex, self._database.now()
        with self._database.write() as connection:
            connection.execute(
                team_views.insert().values(
                    id=view_id, team=practice.team, practice_id=practice.id, instrument=instrument, major=major,
                    figures=figures, by_consent=by_consent, made=now, kept_months=kept_months,
                )
            )  # fmt: skip
            connection.execute(
                team_view_partners.insert(),
                [
                    {"view_id": view_id, "team": practice.team, "member": one.member,
                     "assessment_id": one.assessment_id, "marks": one.marks}
                    for one in partners
                ],
            )  # fmt: skip
        return TeamView(figures, by_consent, now, tuple(partners))
