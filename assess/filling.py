"""Filling an assessment in: begun once, saved at every step, finished, shared, and read by those who may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from answer.guard import holds_patient_identifier
from assess import errands
from assess.base import PATIENT, Base, in_slack
from assess.model import LMC, Conflict, May, Opened, Saved, Standing, Who
from corpus.errors import AssessmentRefused, NotYours
from records.assessments import COUNTED, NAMED, Assessment, Clash, Response, Share
from records.plans import NewAction
from scoring.form import FieldKind, FormPage, Responses, pages, progress, read
from scoring.instrument import Instrument, Kind, Levels
from scoring.levels import score_levels
from scoring.plan import draft_plan
from scoring.result import Result
from scoring.score import score

OTHERS_OPEN = "Another one of these is open already; finish that first."
WORDS = {FieldKind.TEXT, FieldKind.LONG_TEXT}


class Filling(Base):
    """Each method is asked by somebody: `who` comes first."""

    def start(self, who: Who, instrument_id: str, practice_id: str) -> Assessment:
        """Begin one, or go on with the open one. Raises: NotYours, AssessmentRefused."""
        practice = self._own_practice(who, practice_id)
        instrument = self._instrument(instrument_id)
        return self._records.assessments.start(
            practice, who.member, kind=instrument.kind.value, instrument=instrument.id, version=instrument.version,
            kept_months=instrument.kept_months,
        )  # fmt: skip

    def open_for(self, who: Who, instrument_id: str) -> Assessment | None:
        """The open one that they may fill in and that was changed last."""
        own = (found for found in self._own(who) if found.is_open and found.instrument == instrument_id)
        return next(own, None)

    def listing(self, who: Who) -> list[Standing]:
        """Their own, their practices' and those that were shared with them by name; the last changed first."""
        shared = self._records.assessments.shared_with(who.team, who.member)
        return self._standings(who, [*self._own(who), *shared])

    def open(self, who: Who, assessment_id: str) -> Opened:
        """Everything in one. Raises: NotYours, AssessmentRefused."""
        found = self._find(who, assessment_id)
        instrument = self._instrument_of(found.assessment)
        kept = self._records.assessments.responses(assessment_id)
        return Opened(found.assessment, found.practice, instrument, _values(kept), _revisions(kept), found.may)

    def save(
        self,
        who: Who,
        assessment_id: str,
        page_id: str,
        raw: Mapping[str, str],
        seen: Mapping[str, int] | None = None,
    ) -> Saved:
        """Keep what was sent of a page: every field that can be kept, whatever is wrong with others.

        It is kept for good when this returns. Where somebody else has changed a field since `seen`, theirs stays and
        is told; a field that was sent as it was shown is no change.

        Args:
            raw: fields of the page as a form sends them; others are passed over, "" clears a field.
            seen: `revisions` as the page was drawn; None, and the last one to save is kept.
        Raises: NotYours, AssessmentFinished, AssessmentRefused.
        """
        found = self._find(who, assessment_id, May.FILL)
        instrument = self._instrument_of(found.assessment)
        page = _page(instrument, page_id)
        reading = read(page, raw)
        problems = {**reading.problems, **_of_patients(page, reading.values)}
        values = {field: value for field, value in reading.values.items() if field not in problems}
        kept, clashes = self._records.assessments.save(assessment_id, who.member, values, seen)
        conflicts = tuple(_conflict(clash) for clash in clashes)
        return Saved(progress(instrument, _values(kept)), problems, conflicts, _revisions(kept))

    def finish(
        self, who: Who, assessment_id: str, counted: bool = False, named: bool | None = None, send: bool = False
    ) -> Assessment:
        """Finish one; a Resilience Assessment then has the draft of a plan. Raises: NotYours, AssessmentRefused.

        Args:
            counted: of a Healthcheck, whether it may count in the comparison with others.
            named: of partner skills, what they say to `consent`; None leaves it as it is.
            send: whether its report is to come to them by direct message.
        """
        opened = self.open(who, assessment_id)
        self._find(who, assessment_id, May.FINISH)
        if not progress(opened.instrument, opened.responses).answered:
            raise AssessmentRefused("Nothing has been answered yet; answer at least one question first.")
        kind = opened.assessment.kind
        with self._telling() as leave:
            if kind == Kind.SKILLS and named is not None:
                self._records.assessments.consent(opened.assessment, NAMED, who.member, given=named)
            asked = counted if kind == Kind.HEALTHCHECK else None
            done = self._records.assessments.finish(assessment_id, who.member, counted=asked)
            self._draft(who, done)
            if send:
                leave(errands.RESULT, who, assessment=assessment_id)
        return done

    def reopen(self, who: Who, assessment_id: str) -> Assessment:
        """Open a finished one again. Raises: NotYours, AssessmentRefused."""
        self._find(who, assessment_id, May.REOPEN)
        if not self._records.assessments.reopen(assessment_id, who.member):
            raise AssessmentRefused(OTHERS_OPEN)
        return self._find(who, assessment_id).assessment

    def delete(self, who: Who, assessment_id: str) -> None:
        """Delete one with its responses and its plan. Raises: NotYours, AssessmentRefused."""
        self._find(who, assessment_id, May.DELETE)
        if not self._records.assessments.delete(assessment_id, who.member):
            raise NotYours

    def result(self, who: Who, assessment_id: str, today: dt.date | None = None) -> Result:
        """What it scores as it stands. Raises: NotYours, AssessmentRefused."""
        opened = self.open(who, assessment_id)
        return score(opened.instrument, opened.responses, self._today(today))

    # --- what is agreed to --------------------------------------------------------------------------------------

    def count_in(self, who: Who, assessment_id: str, counted: bool) -> None:
        """Change whether a Healthcheck may count in the comparison. Raises: NotYours, AssessmentRefused."""
        found = self._find(who, assessment_id, May.SHARE)
        if found.assessment.kind != Kind.HEALTHCHECK:
            raise AssessmentRefused("Only a Practice Healthcheck counts in the comparison.")
        self._records.assessments.consent(found.assessment, COUNTED, who.member, given=counted)

    def has_counted(self, who: Who, assessment_id: str) -> bool:
        """Whether it was agreed that it counts in the comparison. Raises: NotYours."""
        return bool(self._records.assessments.agreed([self._find(who, assessment_id).assessment.id], COUNTED))

    def consent(self, who: Who, assessment_id: str, named: bool) -> None:
        """Agree, or no longer, that a small team's view is shown although it may tell one's part in it.

        Raises: NotYours, AssessmentRefused.
        """
        found = self._find(who, assessment_id, May.CONSENT)
        self._records.assessments.consent(found.assessment, NAMED, who.member, given=named)

    def has_consented(self, who: Who, assessment_id: str) -> bool:
        """Raises: NotYours."""
        return bool(self._records.assessments.agreed([self._find(who, assessment_id).assessment.id], NAMED))

    # --- sharing ------------------------------------------------------------------------------------------------

    def share(self, who: Who, assessment_id: str, reader: str) -> None:
        """Let the officers of the LMC (`LMC`), or one person in Slack, see it, and tell them.

        Raises: NotYours, AssessmentRefused.
        """
        found = self._find(who, assessment_id, May.SHARE)
        reader = reader if reader == LMC else in_slack(reader)
        with self._telling() as leave:
            if not self._records.assessments.share(found.assessment, reader, by=who.member):
                return
            if reader == LMC:
                leave(errands.OFFICERS, who, assessment=assessment_id)
            else:
                leave(errands.SHOWN, Who(who.team, reader), by=who.member, assessment=assessment_id)

    def unshare(self, who: Who, assessment_id: str, reader: str) -> None:
        """Take that back. Raises: NotYours, AssessmentRefused."""
        self._find(who, assessment_id, May.SHARE)
        self._records.assessments.unshare(assessment_id, reader, by=who.member)

    def shares(self, who: Who, assessment_id: str) -> list[Share]:
        """With whom it is shared, for people of the practice. Raises: NotYours, AssessmentRefused."""
        self._find(who, assessment_id, May.SHARE)
        return self._records.assessments.shares(assessment_id)

    def shared_with_lmc(self, who: Who) -> list[Standing]:
        """For officers: what practices have shared with the LMC. Raises: NotYours."""
        self._only_officers(who)
        return self._standings(who, self._records.assessments.shared_with(who.team, LMC))

    # ------------------------------------------------------------------------------------------------------------

    def _own(self, who: Who) -> list[Assessment]:
        practice_ids = [practice.id for practice in self._records.practices.of_person(who.team, who.member)]
        of_practices = self._records.assessments.of_practices(practice_ids)
        own = [one for one in of_practices if not one.is_personal]
        own += self._records.assessments.of_person(who.team, who.member)
        return sorted(own, key=lambda one: one.changed, reverse=True)

    def _standings(self, who: Who, found: Iterable[Assessment]) -> list[Standing]:
        by_id = {one.id: one for one in found if one.instrument in self._instruments}
        responses = self._records.assessments.responses_of(list(by_id))
        standings = []
        for one in sorted(by_id.values(), key=lambda one: one.changed, reverse=True):
            may = self._may(who, one)
            practice = self._records.practices.get(one.practice_id)
            if May.SEE in may and practice is not None:
                instrument = self._instruments[one.instrument]
                far = progress(instrument, responses[one.id])
                standings.append(Standing(one, practice, instrument.title, far, may))
        return standings

    def _draft(self, who: Who, assessment: Assessment) -> None:
        """Make the draft of the plan, where there is one to make."""
        instrument = self._instrument_of(assessment)
        if not isinstance(instrument, Levels):
            return
        responses = self._records.assessments.responses_of([assessment.id])[assessment.id]
        result = score_levels(instrument, responses, self._today())
        proposed = [
            NewAction(
                criterion=action.criterion_id, why=action.why, action=action.action, owner_role=action.owner_role,
                due=action.due, horizon=action.horizon, support=action.support_needed,
            )
            for action in draft_plan(instrument, result, self._today())
        ]  # fmt: skip
        self._records.plans.draft(assessment, who.member, proposed)


def _page(instrument: Instrument, page_id: str) -> FormPage:
    # With all pages and tasks there are: one that a condition has hidden meanwhile loses nothing that was sent.
    page = next((page for page in pages(instrument, {}) if page.id == page_id), None)
    if page is None:
        raise AssessmentRefused("That page is not part of this questionnaire; go back to its first page.")
    return page


def _of_patients(page: FormPage, values: Responses) -> dict[str, str]:
    """A problem for each text that seems to be about a patient."""
    words = (field.id for field in page.fields if field.kind in WORDS)
    return {field: PATIENT for field in words if holds_patient_identifier(values.get(field, ""))}


def _values(kept: Mapping[str, Response]) -> dict[str, str]:
    return {field: response.value for field, response in kept.items() if response.value}


def _revisions(kept: Mapping[str, Response]) -> dict[str, int]:
    return {field: response.revision for field, response in kept.items()}


def _conflict(clash: Clash) -> Conflict:
    return Conflict(clash.field, clash.kept.value, clash.sent, clash.kept.member, clash.kept.revision)
