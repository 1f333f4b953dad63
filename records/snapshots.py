"""Frozen comparisons: one a quarter, never changed once it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from records.columns import Json
from records.database import Database
from records.schema import snapshots


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """`snapshot` may be shown from; `basis`, whose answers stand behind it by ids of ours, never."""

    quarter: str
    snapshot: Json
    basis: Mapping[str, Any]


class Snapshots:
    """Snapshots by team, instrument and its major version."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, team: str, instrument: str, major: int, new: KeptSnapshot) -> bool:
        """Freeze one; False when the quarter has one already, which stays."""
        row = {
            "team": team, "instrument": instrument, "major": major, "quarter": new.quarter, "snapshot": new.snapshot,
            "basis": new.basis, "made": self._database.now(),
        }  # fmt: skip
        kept = self._database.insert(snapshots).values(row).on_conflict_do_nothing().returning(snapshots.c.quarter)
        with self._database.write() as connection:
            return connection.execute(kept).first() is not None

    def latest(self, team: str, instrument: str, major: int) -> KeptSnapshot | None:
        """That of the newest quarter."""
        wanted = (
            select(snapshots)
            .where(snapshots.c.team == team, snapshots.c.instrument == instrument, snapshots.c.major == major)
            .order_by(snapshots.c.quarter.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else KeptSnapshot(row.quarter, row.snapshot, row.basis)
