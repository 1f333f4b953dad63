"""Frozen comparisons and frozen figures for officers: one a quarter, never changed once it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from records.columns import Json
from records.database import Database
from records.schema import officers_figures, snapshots


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """`snapshot` may be shown from; `basis`, whose answers stand behind it by ids of ours, never."""

    quarter: str
    snapshot: Json
    basis: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """`figures` are for officers; `basis`, whose answers stand behind them by ids of ours, for nobody."""

    quarter: str
    figures: Json
    basis: Json


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
            .where(*_of(snapshots, team, instrument, major))
            .order_by(snapshots.c.quarter.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else KeptSnapshot(row.quarter, row.snapshot, row.basis)

    def of_quarter(self, team: str, instrument: str, major: int, quarter: str) -> KeptSnapshot | None:
        """That of one quarter."""
        wanted = select(snapshots).where(*_of(snapshots, team, instrument, major), snapshots.c.quarter == quarter)
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else KeptSnapshot(row.quarter, row.snapshot, row.basis)

    def quarters(self, team: str, instrument: str, major: int) -> list[str]:
        """Those that are frozen, the newest first."""
        wanted = select(snapshots.c.quarter).where(*_of(snapshots, team, instrument, major))
        with self._database.read() as connection:
            return list(connection.scalars(wanted.order_by(snapshots.c.quarter.desc())))

    # --- for officers -------------------------------------------------------------------------------------------

    def keep_figures(self, team: str, instrument: str, major: int, name: str, new: KeptFigures) -> KeptFigures:
        """Freeze figures of a quarter; those that are there already stay, and are what is returned."""
        row = {
            "team": team, "instrument": instrument, "major": major, "name": name, "quarter": new.quarter,
            "figures": new.figures, "basis": new.basis, "made": self._database.now(),
        }  # fmt: skip
        with self._database.write() as connection:
            connection.execute(self._database.insert(officers_figures).values(row).on_conflict_do_nothing())
        found = (one for one in self.figures(team, instrument, major, name) if one.quarter == new.quarter)
        return next(found)

    def figures(self, team: str, instrument: str, major: int, name: str) -> list[KeptFigures]:
        """Figures of one name, the newest quarter first."""
        table = officers_figures
        wanted = select(table).where(*_of(table, team, instrument, major), table.c.name == name)
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(table.c.quarter.desc()))
            return [KeptFigures(row.quarter, row.figures, row.basis) for row in rows]


def _of(table: Table, team: str, instrument: str, major: int) -> tuple[ColumnElement[bool], ...]:
    return table.c.team == team, table.c.instrument == instrument, table.c.major == major
