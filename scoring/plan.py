"""The gaps of a Resilience Assessment as a draft plan, for the analyst and the practice to change and agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scoring.instrument import Horizon, Levels
from scoring.result import CriterionScore, LevelsResult

IMPACTS = {
    1: "It matters to how well the practice works",
    2: "It matters a good deal to the practice's future",
    3: "The practice's survival can depend on it",
}
LIKELIHOODS = {
    1: "trouble within 12 months is unlikely",
    2: "trouble within 12 months is possible",
    3: "trouble within 12 months is likely",
}


@dataclass(frozen=True, slots=True)
class DraftAction:
    """One action. `horizon` is the id of one ("now", "next", "later"), `support_needed` a kind of support in words."""

    criterion_id: str
    title: str
    area: str
    why: str
    action: str
    owner_role: str
    due: dt.date
    horizon: str
    support_needed: str
    priority: int


def draft_plan(instrument: Levels, result: LevelsResult, today: dt.date) -> tuple[DraftAction, ...]:
    """The most urgent gaps, as many as the horizons hold: what comes first is due first."""
    gaps = [scored for scored in result.criteria if scored.priority > 0]
    slots = [horizon for horizon in instrument.horizons for _ in range(horizon.most)]
    return tuple(_action(instrument, scored, horizon, today) for scored, horizon in zip(gaps, slots, strict=False))


def _action(instrument: Levels, scored: CriterionScore, horizon: Horizon, today: dt.date) -> DraftAction:
    item = next(item for area in instrument.areas for item in area.items if item.id == scored.id)
    return DraftAction(
        criterion_id=item.id,
        title=item.title,
        area=scored.area,
        why=_why(instrument, scored),
        action=f"{item.action}.",
        owner_role=item.owner,
        due=today + dt.timedelta(weeks=horizon.weeks),
        horizon=horizon.id,
        support_needed=next(kind.title for kind in instrument.support if kind.id == item.support),
        priority=scored.priority,
    )


def _why(instrument: Levels, scored: CriterionScore) -> str:
    """The level now, the level wanted and what rides on it, in one or two sentences."""
    labels = {level.value: level.label.split(": ")[-1].lower() for level in instrument.levels}
    said = (
        f"Now at level {scored.recorded} ({labels[str(scored.recorded)]}), to reach level {scored.target} "
        f"({labels[str(scored.target)]}). {IMPACTS[scored.impact]}; {LIKELIHOODS[scored.likelihood]}."
    )
    return f"{said} Level {scored.claimed} was claimed. {scored.cap_reason}" if scored.is_capped else said
