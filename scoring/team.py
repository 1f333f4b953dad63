"""The partners together, by competency and never by person: where nobody feels able, nobody leads, views differ."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.hidden import Hidden
from scoring.instrument import Skills
from scoring.numbers import rounded
from scoring.result import SkillsResult

LEAST_MEMBERS = 4  # with fewer, a partner could work out another's score
LEAST_CONSENTING = 2  # one partner is no team
GAP_BELOW = 50  # a median under it is a gap
WIDE_FROM = 40  # an interquartile range from here on means that views differ
SOME_FROM = 20

SPREADS = {"close": "Close together", "some": "Some difference", "wide": "Far apart"}
COVERS = {"limited": "Limited: one partner at most", "fair": "Fair: two partners", "good": "Good: three or more"}
GAPS = {
    "gap": "The team as a whole is not sure of this.",
    "thin_cover": "One partner at most feels able to do this.",
    "mixed_views": "Partners differ widely in how sure they are.",
    "unowned": "Nobody leads on this.",
}


@dataclass(frozen=True, slots=True)
class TeamArea:
    """One competency of the partnership. `median` in [0, 100], None (and `spread`, `cover` empty) where too few scored.

    `spread` "close", "some" or "wide"; `cover` "limited" (none or one capable, on purpose not told apart), "fair" (2)
    or "good" (3 or more). `gaps`: of "gap", "thin_cover", "mixed_views", "unowned". `wants`: how many would like
    training, None where too few answered to say.
    """

    id: str
    title: str
    group: str
    median: float | None
    shown: int | None
    spread: str
    spread_label: str
    cover: str
    cover_label: str
    gaps: tuple[str, ...]
    gap_labels: tuple[str, ...]
    wants: int | None


@dataclass(frozen=True, slots=True)
class TeamResult:
    """`respondents` partners together; `areas` in the instrument's order, `gaps` those with a gap, widest first."""

    instrument_id: str
    version: str
    respondents: int
    areas: tuple[TeamArea, ...]
    gaps: tuple[TeamArea, ...]


def team(instrument: Skills, members: Sequence[SkillsResult], consent_all: bool) -> TeamResult | Hidden:
    """The partnership by competency.

    With fewer than four partners only if every one of them has agreed to it; a competency that fewer than that have a
    score in stays without its figures, so that leaving tasks out cannot lay open somebody else's.
    """
    least = LEAST_CONSENTING if consent_all else LEAST_MEMBERS
    if len(members) < least:
        return Hidden(_why_hidden(consent_all))
    areas = tuple(_area(instrument, number, members, least) for number in range(len(instrument.areas)))
    telling = [area for area in areas if area.gaps]
    return TeamResult(
        instrument.id, instrument.version, len(members), areas,
        tuple(sorted(telling, key=lambda area: (-len(area.gaps), 100 if area.median is None else area.median))),
    )  # fmt: skip


def _why_hidden(consent_all: bool) -> str:
    if consent_all:
        return f"The team view needs the answers of at least {LEAST_CONSENTING} partners."
    return (
        f"The team view needs the answers of at least {LEAST_MEMBERS} partners, or the consent of every partner, "
        "so that nobody's own answers can be worked out."
    )


def _area(instrument: Skills, number: int, members: Sequence[SkillsResult], least: int) -> TeamArea:
    area = instrument.areas[number]
    scores = [member.areas[number] for member in members]
    values = sorted(score.value for score in scores if score.value is not None)
    is_shown = len(values) >= least
    median = statistics.median(values) if is_shown else None
    spread = _spread(values) if is_shown else ""
    cover = _cover(sum(score.capable for score in scores)) if is_shown else ""
    gaps = {
        "gap": median is not None and median < GAP_BELOW,
        "thin_cover": cover == "limited",
        "mixed_views": spread == "wide",
        "unowned": not any(area.id in member.leads for member in members),
    }
    raised = tuple(name for name, is_raised in gaps.items() if is_raised)
    return TeamArea(
        id=area.id,
        title=area.title,
        group=area.group,
        median=median,
        shown=rounded(median),
        spread=spread,
        spread_label=SPREADS.get(spread, ""),
        cover=cover,
        cover_label=COVERS.get(cover, ""),
        gaps=raised,
        gap_labels=tuple(GAPS[name] for name in raised),
        wants=sum(area.id in member.wants for member in members) if len(members) >= LEAST_MEMBERS else None,
    )


def _spread(values: Sequence[float]) -> str:
    """By the interquartile range, `values` in rising order, at least two."""
    lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    return "wide" if upper - lower >= WIDE_FROM else "some" if upper - lower >= SOME_FROM else "close"


def _cover(capable: int) -> str:
    return "good" if capable >= 3 else "fair" if capable == 2 else "limited"
