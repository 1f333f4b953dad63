"""What the desk takes and gives: people, assessments, what they may do with them, plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from records.assessments import Assessment, Share
from records.plans import Action, Plan
from records.practices import Member, Practice
from scoring.form import Progress, Responses
from scoring.instrument import Instrument

__all__ = [
    "LMC",
    "Action",
    "Assessment",
    "Conflict",
    "Coverage",
    "May",
    "Member",
    "Opened",
    "Plan",
    "Practice",
    "Reminder",
    "Saved",
    "Share",
    "Standing",
    "Who",
]

LMC = "lmc"
"""Who an assessment is shared with when it is shared with the officers of the LMC."""


@dataclass(frozen=True, slots=True)
class Who:
    """The person who asks: a team of Slack, and a user of it or a `guest-…` whom a practice invited."""

    team: str
    member: str

    @property
    def is_guest(self) -> bool:
        return self.member.startswith("guest-")


class May(StrEnum):
    """What somebody may do with an assessment, as it stands now."""

    SEE = "see"  # answers, result and report
    FILL = "fill"
    FINISH = "finish"
    REOPEN = "reopen"
    SHARE = "share"
    DELETE = "delete"
    CONSENT = "consent"  # to be named in the team view
    EDIT_PLAN = "edit_plan"  # change, add and drop actions
    SUBMIT = "submit"
    WITHDRAW = "withdraw"  # take a submitted plan back
    APPROVE = "approve"  # or send back
    ACCEPT = "accept"  # accept or decline actions, and say how they go


@dataclass(frozen=True, slots=True)
class Opened:
    """An assessment to read or fill in. `revisions` of fields that were ever filled in; hand them back as `seen`."""

    assessment: Assessment
    practice: Practice
    instrument: Instrument
    responses: Responses
    revisions: Mapping[str, int]
    may: frozenset[May]


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of a list: an assessment and how far it is."""

    assessment: Assessment
    practice: Practice
    title: str
    progress: Progress
    may: frozenset[May]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that somebody else has changed in the meantime: `theirs` is kept, `yours` is not.

    `by` is who changed it: a user, a guest or a pseudonym. Sent again with `revision` as seen, yours is kept.
    """

    field: str
    theirs: str
    yours: str
    by: str
    revision: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a sent page, after it was kept. `revisions` are those of the whole assessment."""

    progress: Progress
    problems: Mapping[str, str]
    conflicts: tuple[Conflict, ...]
    revisions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many practices there are, have begun, have finished, and let theirs count towards the comparison."""

    practices: int
    begun: int
    finished: int
    counted: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """A direct message that is due. `to` are people in Slack; `key` is for `reminded`; `days` until it is due."""

    action: Action
    practice: Practice
    to: tuple[Who, ...]
    key: str
    days: int
    due: dt.date
