"""What officers may know of all practices together, frozen each quarter: coverage, distribution, reliability, drivers.

Figures of a quarter are made once and kept. Where few practices' answers have changed since figures that were told
before, those are told again: a figure that has moved by one practice would tell of that practice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from assess.model import Who
from assess.statistics import Statistics, quarter_began
from corpus.errors import AssessmentRefused
from records.assessments import Assessment
from records.columns import Json
from records.snapshots import KeptFigures
from scoring.benchmark import Snapshot, quarter_of
from scoring.disclosure import ALL, Audit
from scoring.drivers import Drivers, drivers
from scoring.form import Responses
from scoring.healthcheck import score_healthcheck
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck
from scoring.officers import AreaReliability, Coverage, Distribution, coverage, distribution, reliability

COVERAGE, RELIABILITY, DRIVERS = "coverage", "reliability", "drivers"

Reliability: TypeAlias = tuple[AreaReliability | Hidden, ...] | Hidden

NOT_KEPT = Hidden("Not shown: these figures were not made when that quarter ended.")
NOT_YET = "No quarter has ended since practices began to take part; the first figures come when one has."
NOT_COMPARED = "Only the Practice Healthcheck has statistics; what practices fill in elsewhere is their own."

_COVERAGE: TypeAdapter[Coverage | Hidden] = TypeAdapter(Coverage | Hidden)
_RELIABILITY: TypeAdapter[Reliability] = TypeAdapter(Reliability)
_DRIVERS: TypeAdapter[Drivers | Hidden] = TypeAdapter(Drivers | Hidden)


@dataclass(frozen=True, slots=True)
class Told:
    """Figures for officers, and the quarter that they are of: an earlier one, where too few answers have changed."""

    quarter: str
    figures: Any


@dataclass(frozen=True, slots=True)
class Together:
    """All practices together, as they were at the end of a quarter."""

    instrument: Healthcheck
    quarter: str
    coverage: Coverage | Hidden
    distribution: Distribution | Hidden
    reliability: Reliability
    reliability_of: str


@dataclass(frozen=True, slots=True)
class Linked:
    """The drivers analysis, and the quarter that it is of."""

    instrument: Healthcheck
    quarter: str
    drivers: Drivers | Hidden


class Officers(Statistics):
    """Each method is asked by somebody: `who` comes first."""

    def quarters(self, who: Who, instrument_id: str) -> list[str]:
        """For officers: the quarters that have figures, the newest first. Raises: NotYours, AssessmentRefused."""
        self._only_officers(who)
        instrument = self._compared(instrument_id)
        return self._records.snapshots.quarters(who.team, instrument.id, instrument.major)

    def together(self, who: Who, instrument_id: str, quarter: str) -> Together:
        """For officers: coverage, distribution and reliability of a quarter. Raises: NotYours, AssessmentRefused."""
        self._only_officers(who)
        instrument = self._compared(instrument_id)
        kept = self._records.snapshots.of_quarter(who.team, instrument.id, instrument.major, quarter)
        if kept is None:
            raise AssessmentRefused(NOT_YET)
        self.freeze_figures(who.team, instrument_id)
        snapshot = Snapshot.model_validate(kept.snapshot)
        covered = self._told(who.team, instrument, COVERAGE, quarter, _COVERAGE)
        trusted = self._told(who.team, instrument, RELIABILITY, quarter, _RELIABILITY)
        self._records.audit.note(who.member, "statistics.read", instrument.id, quarter=quarter)
        return Together(
            instrument, quarter, covered.figures, distribution(snapshot, instrument), trusted.figures, trusted.quarter
        )

    def linked(self, who: Who, instrument_id: str) -> Linked:
        """For officers: the drivers analysis of the last quarter; takes seconds the first time.

        Raises: NotYours, AssessmentRefused.
        """
        self._only_officers(who)
        instrument = self._compared(instrument_id)
        quarter = self._last_quarter()
        self._freeze(who.team, instrument, DRIVERS, lambda answered: _analysed(instrument, answered))
        told = self._told(who.team, instrument, DRIVERS, quarter, _DRIVERS)
        self._records.audit.note(who.member, "statistics.drivers", instrument.id, quarter=quarter)
        return Linked(instrument, told.quarter, told.figures)

    def freeze_figures(self, team: str, instrument_id: str) -> None:
        """Make the figures of the quarter that has ended, where they are not there yet."""
        instrument = self._compared(instrument_id)
        practices = self._records.practices.count(team)
        self._freeze(
            team, instrument, COVERAGE,
            lambda answered: _COVERAGE.dump_python(coverage(len(answered), practices), mode="json"), apart=False,
        )  # fmt: skip
        self._freeze(
            team, instrument, RELIABILITY,
            lambda answered: _RELIABILITY.dump_python(reliability(answered, instrument), mode="json"),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------------------------

    def _compared(self, instrument_id: str) -> Healthcheck:
        instrument = self._instrument(instrument_id)
        if not isinstance(instrument, Healthcheck):
            raise AssessmentRefused(NOT_COMPARED)
        return instrument

    def _last_quarter(self) -> str:
        return quarter_of(quarter_began(self._today()) - dt.timedelta(days=1))

    def _freeze(
        self,
        team: str,
        instrument: Healthcheck,
        name: str,
        make: Callable[[Sequence[Responses]], Json],
        *,
        apart: bool = True,
    ) -> None:
        """Make figures of the last quarter once.

        Args:
            apart: they stay those of an earlier quarter where one to seven practices would be told by the difference;
                what is rounded to five practices tells of none.
        """
        quarter = self._last_quarter()
        earlier = self._records.snapshots.figures(team, instrument.id, instrument.major, name)
        if any(one.quarter >= quarter for one in earlier):
            return
        chosen = self._chosen(team, instrument.id, quarter_began(self._today()))
        group = _group(chosen, self._records.assessments.revisions_of([one.id for one in chosen]))
        if apart and not _may_be_told(group, earlier):
            new = KeptFigures(quarter, earlier[0].figures, earlier[0].basis)
        else:
            responses = self._records.assessments.responses_of([one.id for one in chosen])
            figures = {"quarter": quarter, "told": make([responses[one.id] for one in chosen])}
            new = KeptFigures(quarter, figures, group)
        self._records.snapshots.keep_figures(team, instrument.id, instrument.major, name, new)

    def _told(self, team: str, instrument: Healthcheck, name: str, quarter: str, shape: TypeAdapter[Any]) -> Told:
        found = self._records.snapshots.figures(team, instrument.id, instrument.major, name)
        kept = next((one for one in found if one.quarter == quarter), None)
        if kept is None or not isinstance(kept.figures, Mapping):
            return Told(quarter, NOT_KEPT)
        return Told(str(kept.figures["quarter"]), shape.validate_python(kept.figures["told"]))


def _analysed(instrument: Healthcheck, answered: Sequence[Responses]) -> Json:
    found: Json = _DRIVERS.dump_python(
        drivers([score_healthcheck(instrument, one) for one in answered], instrument), mode="json"
    )
    return found


def _group(chosen: Sequence[Assessment], revisions: Mapping[str, int]) -> list[list[str]]:
    """Who stands behind figures: a practice and the mark of its answers each, by ids of ours."""
    return [[one.practice_id, f"{one.id}:{revisions[one.id]}"] for one in chosen]


def _may_be_told(group: Sequence[Sequence[str]], earlier: Sequence[KeptFigures]) -> bool:
    """Whether no earlier figures are those of nearly the same practices with nearly the same answers."""
    audit = Audit()
    for one in earlier:
        audit.add(ALL, ALL, _as_group(one.basis))
    return audit.allows(ALL, ALL, _as_group(group))


def _as_group(basis: Any) -> frozenset[tuple[str, str]]:
    return frozenset((str(practice), str(mark)) for practice, mark in basis)
