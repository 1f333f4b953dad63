"""The partners of a practice together, as a view that is frozen: who looks before and after one partner joins, leaves,
deletes or answers again sees the same, so that no subtraction leads to what that partner answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from assess.base import Base
from assess.model import Who
from corpus.errors import NotYours
from records.assessments import NAMED, Assessment, Response
from records.practices import Practice
from records.team_views import Behind, TeamView
from scoring.hidden import Hidden
from scoring.instrument import Skills, same_major
from scoring.skills import score_skills
from scoring.team import LEAST_MEMBERS, TeamResult, team

APART = LEAST_MEMBERS
"""In how many partners' answers two views differ at least, in each competency in which they differ at all.

It is the number from which a view is shown: who knows two views knows as much of those who changed as a view of them
alone would tell.
"""

_RESULT = TypeAdapter(TeamResult)


@dataclass(frozen=True, slots=True)
class Shown:
    """The team as it was on a day. `is_current`: nothing that a view tells of has changed since."""

    result: TeamResult | Hidden
    day: dt.date
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class _Now:
    """What there is to draw from: the newest that each present member has finished."""

    ones: Sequence[Assessment]
    responses: Mapping[str, Mapping[str, Response]]
    partners: tuple[Behind, ...]


class Team(Base):
    """Each method is asked by somebody: `who` comes first."""

    def team_view(self, who: Who, practice_id: str) -> Shown:
        """The partners of a practice together, from the newest that each present member has finished.

        It is drawn anew when enough of them have other answers, or when all whom it concerns have agreed that it is
        always up to date; until then the earlier one is shown. An officer sees it only when everybody in it has agreed.
        Raises: NotYours.
        """
        instrument = next((found for found in self._instruments.values() if isinstance(found, Skills)), None)
        practice = self._records.practices.get(practice_id)
        if instrument is None or practice is None or practice.team != who.team:
            raise NotYours
        is_member = self._is_member(who, practice_id)
        if not is_member and not self._is_officer(who):
            raise NotYours
        with self._records.database.together():
            # Two who look at once must not each draw one without knowing of the other's.
            self._records.practices.hold(practice.id)
            return self._drawn(practice, instrument, is_member=is_member)

    def _drawn(self, practice: Practice, instrument: Skills, *, is_member: bool) -> Shown:
        earlier = self._records.team_views.of_practice(practice.id, instrument.id, instrument.major)
        now = self._now(practice, instrument)
        agreed = self._agreed([now.partners, *(view.partners for view in earlier)])
        by_consent = bool(now.partners) and _all_agreed(now.partners, agreed)
        if not is_member and not by_consent:
            raise NotYours
        fresh = self._fresh(now, instrument, by_consent=by_consent)
        newest = earlier[-1] if earlier else None
        if newest is not None and (_marks(newest.partners), newest.by_consent) == (_marks(now.partners), by_consent):
            return _shown(newest, is_current=True)
        if isinstance(fresh, TeamResult) and may_be_drawn(now.partners, [view.partners for view in earlier], agreed):
            return _shown(self._kept(practice, instrument, fresh, now, by_consent=by_consent), is_current=True)
        showable = (view for view in reversed(earlier) if not view.by_consent or _all_agreed(view.partners, agreed))
        last = next(showable, None)
        # An officer sees nobody who has not agreed, of an earlier day either.
        if last is None or not (is_member or _all_agreed(last.partners, agreed)):
            return Shown(fresh if isinstance(fresh, Hidden) else WAITS, self._today())
        return _shown(last, is_current=False)

    def _now(self, practice: Practice, instrument: Skills) -> _Now:
        ones = self._finished_by_member(practice.id, instrument)
        responses = {one.id: self._records.assessments.responses(one.id) for one in ones}
        behind = (Behind(one.member, one.id, _marks_of(one.id, responses[one.id], instrument)) for one in ones)
        return _Now(ones, responses, tuple(sorted(behind, key=lambda one: one.member)))

    def _fresh(self, now: _Now, instrument: Skills, *, by_consent: bool) -> TeamResult | Hidden:
        values = [
            {field: response.value for field, response in now.responses[one.id].items() if response.value}
            for one in now.ones
        ]
        return team(instrument, [score_skills(instrument, one) for one in values], by_consent)

    def _kept(
        self, practice: Practice, instrument: Skills, fresh: TeamResult, now: _Now, *, by_consent: bool
    ) -> TeamView:
        return self._records.team_views.keep(
            practice, instrument.id, instrument.major, figures=_RESULT.dump_python(fresh, mode="json"),
            by_consent=by_consent, partners=now.partners, kept_months=instrument.kept_months,
        )  # fmt: skip

    def _agreed(self, groups: Iterable[Sequence[Behind]]) -> frozenset[str]:
        """The assessments of all of them for which it was agreed; one that has gone is agreed to no more."""
        ids = {one.assessment_id for group in groups for one in group}
        return frozenset(self._records.assessments.agreed(ids, NAMED))

    def _finished_by_member(self, practice_id: str, instrument: Skills) -> list[Assessment]:
        """The newest finished one of each present member."""
        present = {member.member for member in self._records.practices.members(practice_id)}
        newest: dict[str, Assessment] = {}
        for one in self._records.assessments.of_practices([practice_id]):
            fits = one.is_personal and not one.is_open and same_major(one.version, instrument.version)
            if fits and one.instrument == instrument.id and one.member in present:
                newest.setdefault(one.member, one)
        return list(newest.values())


WAITS = Hidden(
    "The team view waits until the answers of more partners have changed, or every partner has agreed to it, so that "
    "nobody's own answers can be worked out from what changed."
)


def may_be_drawn(now: Sequence[Behind], earlier: Iterable[Sequence[Behind]], agreed: Collection[str]) -> bool:
    """Whether a view of these partners, beside each of the earlier ones, tells of no few of them.

    In each competency nobody's answers differ, or those of `APART` partners at least; or everybody in both has agreed
    (the ids of their assessments are in `agreed`). That those agree whose answers differ would not do: whoever changes
    their own answers, and looks, finds out where the others stand.
    """
    return all(
        _all_agreed([*now, *before], agreed) or all(count == 0 or count >= APART for count in _differing(now, before))
        for before in earlier
    )


def _differing(now: Sequence[Behind], before: Sequence[Behind]) -> list[int]:
    """For each competency, how many partners have other answers in one view than in the other, or are in one only."""
    left, right = _marks(now), _marks(before)
    parts = {part for marks in (*left.values(), *right.values()) for part in marks}
    return [
        sum(left.get(member, {}).get(part) != right.get(member, {}).get(part) for member in {*left, *right})
        for part in sorted(parts)
    ]


def _marks(partners: Iterable[Behind]) -> dict[str, Mapping[str, str]]:
    return {one.member: one.marks for one in partners}


def _all_agreed(partners: Iterable[Behind], agreed: Collection[str]) -> bool:
    return all(one.assessment_id in agreed for one in partners)


def _marks_of(assessment_id: str, responses: Mapping[str, Response], instrument: Skills) -> dict[str, str]:
    """For each competency that somebody has answered, how often its answers were changed; none of the answers."""
    marks = {}
    for area in instrument.areas:
        own = [responses[field] for field in _fields(area.id, [item.id for item in area.items]) if field in responses]
        if any(response.value for response in own):
            marks[area.id] = f"{assessment_id}:{sum(response.revision for response in own)}"
    return marks


def _fields(area_id: str, item_ids: Sequence[str]) -> list[str]:
    return [*item_ids, f"{area_id}.leads", f"{area_id}.wants"]


def _shown(view: TeamView, *, is_current: bool) -> Shown:
    return Shown(_RESULT.validate_python(view.figures), view.made.date(), is_current)
