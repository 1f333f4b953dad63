"""What the records know of a workspace's Healthchecks, for the commands that are given no file."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assess.desk import Assessing
from assess.statistics import quarter_began
from cli.records import team_of
from cli.settings import Settings
from cli.wire import records_url
from records.open import Records
from scoring.benchmark import Release, Snapshot
from scoring.form import Responses

READ, FROZEN = "statistics.read", "benchmark.frozen"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One workspace's records of one instrument."""

    records: Records
    team: str
    instrument_id: str

    def release(self) -> Release | None:
        """Freeze the quarter that has ended; None where it is frozen already."""
        release = Assessing(self.records).release(self.team, self.instrument_id)
        if release:
            self._note(FROZEN, quarter=release.snapshot.quarter)
        return release

    def snapshot(self) -> Snapshot | None:
        """The newest quarter that was frozen."""
        self._note(READ)
        return Assessing(self.records).snapshot(self.team, self.instrument_id)

    def responses(self, today: dt.date) -> list[Responses]:
        """What practices that agreed to count had finished when this quarter began.

        Until the next one the figures stay the same, so that nobody learns of one practice by asking again when it
        joins.
        """
        self._note(READ)
        return Assessing(self.records).counted_responses(self.team, self.instrument_id, quarter_began(today))

    def _note(self, what: str, **details: str) -> None:
        self.records.audit.note("administrator", what, self.instrument_id, **details)


@contextmanager
def recorded(options: argparse.Namespace, settings: Settings, instrument_id: str) -> Iterator[Recorded]:
    """Raises: SettingsError where nobody says which workspace it is."""
    with Records.open(records_url(settings)) as records:
        yield Recorded(records, team_of(options, settings), instrument_id)
