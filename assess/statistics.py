"""What officers see of all practices together: never one of them, and only of those that agreed to count."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from assess.base import Base
from assess.model import Coverage, Who
from records.assessments import COUNTED, Assessment
from records.snapshots import KeptSnapshot
from scoring.benchmark import Basis, Comparison, Counted, Release, Snapshot, compare, freeze, quarter_of
from scoring.form import Responses
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck, same_major
from scoring.result import HealthcheckResult
from scoring.score import score


class Statistics(Base):
    """The comparison between practices, frozen each quarter."""

    def counted(self, team: str, instrument_id: str, until: dt.date | None = None) -> list[Counted]:
        """The newest finished Healthcheck of each practice that agreed, scored. For statistics, never to be shown.

        Args:
            until: only those that were finished before that day.
        """
        instrument = self._instrument(instrument_id)
        chosen = self._chosen(team, instrument_id, until)
        ids = [one.id for one in chosen]
        responses, revisions = (
            self._records.assessments.responses_of(ids), self._records.assessments.revisions_of(ids),
        )  # fmt: skip
        results = {one.id: score(instrument, responses[one.id], self._today()) for one in chosen}
        return [
            Counted(one.practice_id, _mark(one, revisions), result)
            for one in chosen
            if isinstance(result := results[one.id], HealthcheckResult)
        ]

    def counted_responses(self, team: str, instrument_id: str, until: dt.date | None = None) -> list[Responses]:
        """The same, unscored, without saying whose they are. For statistics, never to be shown."""
        ids = [one.id for one in self._chosen(team, instrument_id, until)]
        return list(self._records.assessments.responses_of(ids).values())

    def coverage(self, who: Who, instrument_id: str) -> Coverage:
        """For officers: how many take part. Raises: NotYours."""
        self._only_officers(who)
        found = [one for one in self._records.assessments.of_team(who.team, instrument_id) if not one.is_personal]
        return Coverage(
            practices=self._records.practices.count(who.team),
            begun=len({one.practice_id for one in found}),
            finished=len({one.practice_id for one in found if not one.is_open}),
            counted=len(self._chosen(who.team, instrument_id, None)),
        )

    def release(self, team: str, instrument_id: str, today: dt.date | None = None) -> Release | None:
        """Freeze the comparison of the quarter that has ended; None when it is frozen already."""
        instrument = self._instrument(instrument_id)
        if not isinstance(instrument, Healthcheck):
            return None
        began = quarter_began(self._today(today))
        quarter = quarter_of(began - dt.timedelta(days=1))
        before = self._records.snapshots.latest(team, instrument_id, instrument.major)
        if before is not None and before.quarter >= quarter:
            return None
        counted = self.counted(team, instrument_id, began)
        release = freeze(counted, instrument, quarter, None if before is None else _release(before))
        new = _kept(quarter, release, counted)
        return release if self._records.snapshots.keep(team, instrument_id, instrument.major, new) else None

    def snapshot(self, team: str, instrument_id: str) -> Snapshot | None:
        """The newest comparison of the questionnaire as it is now."""
        kept = self._records.snapshots.latest(team, instrument_id, self._instrument(instrument_id).major)
        return None if kept is None else _release(kept).snapshot

    def comparison(self, who: Who, assessment_id: str) -> Comparison | Hidden:
        """A practice beside others like it, its own frozen answers left out, or why not. Raises: NotYours."""
        found = self._find(who, assessment_id)
        instrument = self._instrument_of(found.assessment)
        own = self._score(found.assessment)
        if not isinstance(instrument, Healthcheck) or own is None:
            return Hidden("Only a Practice Healthcheck is compared with other practices.")
        kept = self._records.snapshots.latest(who.team, instrument.id, instrument.major)
        release = None if kept is None else _release(kept)
        frozen = None if kept is None else self._frozen(found.assessment.practice_id, kept)
        return compare(None if release is None else release.snapshot, instrument, own, frozen)

    def _chosen(self, team: str, instrument_id: str, until: dt.date | None) -> list[Assessment]:
        """The newest finished one of each practice, where that one may count."""
        instrument = self._instrument(instrument_id)
        newest: dict[str, Assessment] = {}
        found = self._records.assessments.of_team(team, instrument_id)
        for one in sorted(found, key=lambda one: one.finished or one.begun, reverse=True):
            in_time = one.finished is not None and (until is None or one.finished.date() < until)
            if in_time and same_major(one.version, instrument.version):
                newest.setdefault(one.practice_id, one)
        counted = self._records.assessments.agreed([one.id for one in newest.values()], COUNTED)
        return sorted((one for one in newest.values() if one.id in counted), key=lambda one: one.practice_id)

    def _score(self, assessment: Assessment) -> HealthcheckResult | None:
        responses = self._records.assessments.responses_of([assessment.id])[assessment.id]
        result = score(self._instrument_of(assessment), responses, self._today())
        return result if isinstance(result, HealthcheckResult) else None

    def _frozen(self, practice_id: str, kept: KeptSnapshot) -> HealthcheckResult | None:
        """The practice's own result as it was counted; None when it was not, or has been changed since."""
        ones = self._records.assessments.of_practices([practice_id])
        revisions = self._records.assessments.revisions_of([one.id for one in ones])
        counted = next((one for one in ones if _mark(one, revisions) in _marks(kept)), None)
        return None if counted is None else self._score(counted)


def _mark(assessment: Assessment, revisions: Mapping[str, int]) -> str:
    """An opaque id of the answers as they stand: another one whenever they are others."""
    return f"{assessment.id}:{revisions[assessment.id]}"


def _kept(quarter: str, release: Release, counted: Sequence[Counted]) -> KeptSnapshot:
    basis = {"basis": json.loads(release.basis.to_json()), "marks": [one.mark for one in counted]}
    return KeptSnapshot(quarter, json.loads(release.snapshot.to_json()), basis)


def _release(kept: KeptSnapshot) -> Release:
    return Release(Snapshot.from_json(json.dumps(kept.snapshot)), Basis.from_json(json.dumps(kept.basis["basis"])))


def _marks(kept: KeptSnapshot) -> frozenset[str]:
    return frozenset(kept.basis["marks"])


def quarter_began(day: dt.date) -> dt.date:
    """The first day of the quarter of a day."""
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
