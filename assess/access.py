"""Who may do what with an assessment: the whole rule, as one function of a few facts."""

from __future__ import annotations

from dataclasses import dataclass

from assess.model import May
from records.assessments import Assessment
from records.plans import APPROVED, DRAFT, SUBMITTED

NOTHING: frozenset[May] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides. `plan` is the state of the plan, empty where there is none.

    `is_author`: the assessment is theirs alone. `is_member`: they belong to its practice. `is_reader`: it was shared
    with them by name. `is_officer`: they are an officer of the LMC, and it was shared with the LMC.
    """

    is_author: bool = False
    is_member: bool = False
    is_reader: bool = False
    is_officer: bool = False
    plan: str = ""


def allowed(assessment: Assessment, facts: Facts) -> frozenset[May]:
    """Everything that somebody may do. Nothing at all, where they may not even know that it is there."""
    if assessment.is_personal:
        return _state(assessment, facts) | {May.SEE, May.DELETE, May.CONSENT} if facts.is_author else NOTHING
    may: frozenset[May] = NOTHING
    if facts.is_reader:
        may |= {May.SEE}
    if facts.is_officer:
        may |= {May.SEE} | _officer(facts)
    if facts.is_member:
        # An officer who is a partner does not approve the plan of their own practice.
        may = (may - {May.APPROVE, May.EDIT_PLAN}) | {May.SEE, May.SHARE, May.DELETE}
        may |= _state(assessment, facts) | _practice(assessment, facts)
    return may


def _state(assessment: Assessment, facts: Facts) -> frozenset[May]:
    if assessment.is_open:
        return frozenset({May.FILL, May.FINISH})
    # What an analyst looks at, or has approved, stands on answers that must not change under it.
    return NOTHING if facts.plan in {SUBMITTED, APPROVED} else frozenset({May.REOPEN})


def _practice(assessment: Assessment, facts: Facts) -> frozenset[May]:
    if facts.plan == APPROVED:
        return frozenset({May.ACCEPT})
    if facts.plan == SUBMITTED:
        return frozenset({May.WITHDRAW})
    if facts.plan == DRAFT and not assessment.is_open:
        return frozenset({May.EDIT_PLAN, May.SUBMIT})
    return NOTHING


def _officer(facts: Facts) -> frozenset[May]:
    return frozenset({May.EDIT_PLAN, May.APPROVE}) if facts.plan == SUBMITTED else NOTHING
