"""What every part of the desk needs: the records, the instruments, and the one place where access is decided."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from answer.guard import holds_patient_identifier
from assess.access import Facts, allowed
from assess.model import LMC, May, Who
from corpus.errors import AssessmentFinished, AssessmentRefused, NotYours
from records import Records
from records.assessments import Assessment
from records.practices import Practice
from scoring.instrument import Instrument, Kind, instruments, same_major

PATIENT = "This looks like it is about a patient. Take out names, dates of birth and NHS numbers, and save again."

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")

Officers = Callable[[Who], bool]
"""Says whether somebody is an officer of the LMC, now; asked at every request that it decides."""


Heard = Callable[[str], None]
"""Hears the kind of an errand, after it has been kept."""


def nobody(_: Who) -> bool:
    return False


def unheard(_: str) -> None:
    """Nobody waits for errands here: whoever looks after the inbox finds them by themselves."""


class Leave(Protocol):
    def __call__(self, kind: str, who: Who, **named: str) -> None:
        """Leave an errand (assess/errands.py) for `who`; `named` are ids."""


@dataclass(frozen=True, slots=True)
class Found:
    """An assessment that somebody may see, and what they may do with it."""

    assessment: Assessment
    practice: Practice
    may: frozenset[May]


class Base:
    """Opened records, who is an officer, and who hears of errands; safe to share between threads."""

    def __init__(
        self,
        records: Records,
        *,
        instruments: Mapping[str, Instrument] | None = None,  # noqa: A002, RUF100 - the word of the house
        is_officer: Officers = nobody,
        heard: Heard = unheard,
    ) -> None:
        self._records = records
        self._instruments = _shipped() if instruments is None else instruments
        self._asks_officer = is_officer
        self._heard = heard

    @contextmanager
    def _telling(self) -> Iterator[Leave]:
        """One transaction for a change and for the errands that tell of it: a crash leaves both, or neither.

        Whether somebody is an officer is asked before: nobody may wait for Slack in here.
        """
        left: list[str] = []

        def leave(kind: str, who: Who, **named: str) -> None:
            self._records.inbox.receive([], kind, {"team": who.team, "user": who.member, **named})
            left.append(kind)

        with self._records.database.together():
            yield leave
        for kind in left:
            self._heard(kind)

    # --- who may what -------------------------------------------------------------------------------------------

    def _find(self, who: Who, assessment_id: str, need: May = May.SEE) -> Found:
        """The assessment, when somebody may do that with it.

        Raises: NotYours when they may not see it or there is none; AssessmentFinished, AssessmentRefused when they
            may see it but not do that now.
        """
        assessment = self._records.assessments.get(assessment_id)
        practice = None if assessment is None else self._records.practices.get(assessment.practice_id)
        if assessment is None or practice is None:
            raise NotYours
        may = self._may(who, assessment)
        if May.SEE not in may:
            raise NotYours
        if need not in may:
            raise _refusal(assessment, need)
        return Found(assessment, practice, may)

    def _may(self, who: Who, assessment: Assessment) -> frozenset[May]:
        if who.team != assessment.team:
            return frozenset()
        if assessment.is_personal:
            return allowed(assessment, Facts(is_author=who.member == assessment.member))
        readers = {share.reader for share in self._records.assessments.shares(assessment.id)}
        plan = self._records.plans.get(assessment.id) if assessment.kind == Kind.LEVELS else None
        return allowed(
            assessment,
            Facts(
                is_member=self._is_member(who, assessment.practice_id),
                is_reader=who.member in readers,
                is_officer=LMC in readers and self._is_officer(who),
                plan="" if plan is None else plan.state,
            ),
        )

    def _is_member(self, who: Who, practice_id: str) -> bool:
        return any(practice.id == practice_id for practice in self._records.practices.of_person(who.team, who.member))

    def _is_officer(self, who: Who) -> bool:
        return not who.is_guest and self._asks_officer(who)

    def _own_practice(self, who: Who, practice_id: str) -> Practice:
        """A practice of somebody's. Raises: NotYours."""
        own = (found for found in self._records.practices.of_person(who.team, who.member) if found.id == practice_id)
        practice = next(own, None)
        if practice is None:
            raise NotYours
        return practice

    def _only_officers(self, who: Who) -> None:
        if not self._is_officer(who):
            raise NotYours

    # --- instruments --------------------------------------------------------------------------------------------

    def _instrument(self, instrument_id: str) -> Instrument:
        try:
            return self._instruments[instrument_id]
        except KeyError:
            raise AssessmentRefused("There is no such questionnaire any more; start another one.") from None

    def _instrument_of(self, assessment: Assessment) -> Instrument:
        """Raises: AssessmentRefused when it was filled in with a questionnaire that is no longer comparable."""
        instrument = self._instrument(assessment.instrument)
        if not same_major(assessment.version, instrument.version):
            raise AssessmentRefused("The questions have changed too much since this was filled in; start a new one.")
        return instrument

    def _today(self, today: dt.date | None = None) -> dt.date:
        return today or self._records.database.now().date()


def without_patients(text: str) -> str:
    """A text that may be kept. Raises: AssessmentRefused."""
    if holds_patient_identifier(text):
        raise AssessmentRefused(PATIENT)
    return text


def in_slack(member: str) -> str:
    """A member id that is one of Slack's. Raises: AssessmentRefused."""
    if not _SLACK_ID.fullmatch(member):
        raise AssessmentRefused("Choose somebody who is in this Slack workspace.")
    return member


def _shipped() -> Mapping[str, Instrument]:
    return instruments()


_NOT_NOW = {
    May.FINISH: "This has been finished already.",
    May.REOPEN: "This is open already, or its plan is with the LMC; take the plan back first.",
    May.EDIT_PLAN: "The plan cannot be changed now.",
    May.SUBMIT: "The plan has been sent already, or the assessment is not finished; finish it first.",
    May.WITHDRAW: "The plan is not with the LMC now.",
    May.APPROVE: "The plan is not waiting for you.",
    May.ACCEPT: "The plan has to be approved by the LMC first.",
}


def _refusal(assessment: Assessment, need: May) -> AssessmentRefused | AssessmentFinished:
    if need is May.FILL and not assessment.is_open:
        return AssessmentFinished()
    return AssessmentRefused(_NOT_NOW.get(need, "Only the people of the practice can do that; ask one of them."))
