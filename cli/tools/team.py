"""The partners of a file together, by competency and never by person."""

from __future__ import annotations

from collections.abc import Mapping

from cli.responses import Row, Sheet
from cli.tools.output import NONE
from scoring.hidden import Hidden
from scoring.instrument import Instrument, Skills
from scoring.result import Result, SkillsResult
from scoring.team import TeamResult, team


def teams_of(instrument: Instrument, sheet: Sheet, results: Mapping[str, Result]) -> dict[str, TeamResult | Hidden]:
    """The team view of each practice of a file of partner skills; of nothing else."""
    if not isinstance(instrument, Skills):
        return {}
    partners: dict[str, list[Row]] = {}
    for row in sheet.rows:
        partners.setdefault(row.practice, []).append(row)
    # Whoever stands on a line that cannot be read has not been asked for consent.
    is_whole = not sheet.problems
    return {
        practice: team(
            instrument,
            [result for row in rows if isinstance(result := results[row.id], SkillsResult)],
            is_whole and all(row.has_consented for row in rows),
        )
        for practice, rows in partners.items()
    }


def team_words(practice: str, found: TeamResult | Hidden) -> str:
    head = f"The partners together{f', {practice}' if practice else ''}"
    if isinstance(found, Hidden):
        return f"{head}: {found.reason}\n"
    lines = [f"{head} ({found.respondents} answered):"]
    for area in found.areas:
        figures = f"middle {area.shown}, {area.spread_label}. {area.cover_label}." if area.shown is not None else NONE
        lines.append(f"  {area.title}: {' '.join((figures, *area.gap_labels))}")
    return "\n".join(lines) + "\n"
