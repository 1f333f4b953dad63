"""The reports of partner skills: a partner's own profile, and the team by competency, never by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.hidden import Hidden
from scoring.instrument import Skills
from scoring.report import Bar, BarChart, Bullets, Headline, Paragraph, Part, Report, Section, Table
from scoring.reports.parts import NOT_ENOUGH, Setting, band_lines, counted, listed, next_step, section, to_read
from scoring.result import SkillScore, SkillsResult
from scoring.team import TeamArea, TeamResult

NOT_COMPETENCE = (
    "Confidence is not competence: to feel sure of something does not make somebody good at it, nor the other way"
    " round. Bring one piece of evidence from real work to the talk about each area."
)
COURSE = "business_fundamentals"
# Parts of the business course that teach a competency (domain.md 9.2); the others lead to a guide or a person.
_MODULES: Mapping[str, str] = {
    "LG1": "strategic and business planning", "LG2": "law", "LG3": "leadership", "M1": "finance and law",
    "M2": "people and employment law", "M3": "digital working and operations",
}  # fmt: skip
_NOTES = {
    (True, True): "You lead and want training", (True, False): "You lead on this", (False, True): "You want training",
    (False, False): "",
}  # fmt: skip
_READ = Paragraph("These passages of the library are about the gaps, quoted word for word.")


def skills_report(instrument: Skills, result: SkillsResult, setting: Setting) -> Report:
    """One partner's own profile, for that partner alone."""
    return Report(
        instrument=instrument.id,
        version=result.version,
        title=instrument.title,
        subject=setting.subject,
        made=setting.made,
        headline=_headline(result),
        sections=tuple(_own(instrument, result, setting)),
        limits=instrument.limits,
    )


def team_report(instrument: Skills, result: TeamResult | Hidden, setting: Setting) -> Report:
    """The team of partners by competency, or why it is not shown."""
    return Report(
        instrument=instrument.id,
        version=instrument.version,
        title=f"{instrument.title}: the team",
        subject=setting.subject,
        made=setting.made,
        headline=_team_headline(result),
        sections=tuple(_team(instrument, result, setting)),
        limits=instrument.limits,
    )


def areas_to_read(result: SkillsResult) -> list[tuple[str, str]]:
    """The competencies with a gap, as (id, title), the widest first, at most three."""
    return [(area.id, area.title) for area in _gaps(result)[:3]]


# --- one partner -------------------------------------------------------------------------------------------------


def _gaps(result: SkillsResult) -> list[SkillScore]:
    """What is answered and not yet capable; what the partner wants to learn first, then the lowest."""
    open_ones = [area for area in result.areas if area.value is not None and not area.capable]
    return sorted(open_ones, key=lambda area: (area.id not in result.wants, area.value or 0.0))


def _own(instrument: Skills, result: SkillsResult, setting: Setting) -> list[Section]:
    gaps = _gaps(result)
    learning = [(area.id, area.title) for area in gaps[:3]]
    return [
        section("confidence", "Read this first", Paragraph(NOT_COMPETENCE)),
        section("profile", "Your profile", _chart(instrument, result), *_leads(result)),
        *([section("gaps", "What to learn, and where", _courses(gaps, result, setting))] if gaps else []),
        *to_read(setting, learning, _READ),
        next_step(setting, "", _step(gaps)),
    ]


def _headline(result: SkillsResult) -> Headline:
    scored = [area for area in result.areas if area.value is not None]
    if not scored:
        return Headline(NOT_ENOUGH, "", "Answer at least three of the four tasks of an area to see it here.")
    able = sum(area.capable for area in scored)
    word = f"Confident in {able} of {counted(len(scored), 'area')}"
    open_ones = len(result.areas) - len(scored)
    rest = f" {counted(open_ones, 'area has', 'areas have')} not enough answers." if open_ones else ""
    return Headline(word, "", f"Only you see this profile.{rest}")


def _chart(instrument: Skills, result: SkillsResult) -> BarChart:
    lines = band_lines(instrument.bands)
    return BarChart(
        "How confident you are in each area, 0 to 100", tuple(_bar(area, result) for area in result.areas), lines
    )


def _bar(area: SkillScore, result: SkillsResult) -> Bar:
    word = area.band.label if area.band else NOT_ENOUGH
    return Bar(area.title, area.value, word, _NOTES[area.id in result.leads, area.id in result.wants])


def _leads(result: SkillsResult) -> list[Part]:
    """What somebody leads on and is not sure of: the most useful line, so it stands by itself."""
    unsure = [
        area.title for area in result.areas if area.id in result.leads and area.value is not None and not area.capable
    ]
    return (
        [Paragraph(f"You lead on {listed(unsure)} and are not sure of it yet: ask for help there first.")]
        if unsure
        else []
    )


def _courses(gaps: Sequence[SkillScore], result: SkillsResult, setting: Setting) -> Table:
    rows = tuple((area.title, "Yes" if area.id in result.wants else "No", _where(area.id, setting)) for area in gaps)
    return Table("Each gap with a course or a guide", ("Area", "You want training", "Course or guide"), rows)


def _where(area: str, setting: Setting) -> str:
    """A course where one teaches it, and the papers of the library; a person where there is neither."""
    course, part = setting.tools.get(COURSE), _MODULES.get(area)
    found = [f"Course: {course.name} ({part})"] if course and part else []
    titles = list(dict.fromkeys(citation.title for citation in setting.guidance.get(area, ())))
    found += [f"Guide: {title}" for title in titles]
    return "; ".join(found) or "Ask your LMC office what is planned"


def _step(gaps: Sequence[SkillScore]) -> str:
    if not gaps:
        return "Offer to teach one thing to a partner who is less sure of it."
    return f"Choose one gap, such as “{gaps[0].title}”, and agree with your partners when you will learn it."


# --- the team ----------------------------------------------------------------------------------------------------

_PROMPTS = (
    "Where two of us see an area differently, what does each of us know that the other does not?",
    "Which area has nobody who leads on it, and who takes it from today?",
    "What is one piece of evidence for the area that we feel surest of?",
    "Who leaves or retires first, and what goes with them?",
)


def _team_headline(result: TeamResult | Hidden) -> Headline:
    if not isinstance(result, TeamResult):
        return Headline("The team is not shown", "", result.reason)
    gaps = len(result.gaps)
    word = f"{counted(gaps, 'area')} with a gap" if gaps else "No area with a gap"
    return Headline(word, "", "The partners together, by competency and never by person.")


def _team(instrument: Skills, result: TeamResult | Hidden, setting: Setting) -> list[Section]:
    if not isinstance(result, TeamResult):
        return []
    learning = [(area.id, area.title) for area in result.gaps[:3]]
    return [
        section("confidence", "Read this first", Paragraph(NOT_COMPETENCE)),
        section("team", "The team by competency", _team_chart(instrument, result), _team_table(result)),
        *([section("gaps", "Gaps, and where to learn", _team_gaps(result, setting))] if result.gaps else []),
        section("talk", "To talk about together", Bullets(_PROMPTS)),
        *to_read(setting, learning, _READ),
        next_step(setting, "", _team_step(result)),
    ]


def team_areas_to_read(result: TeamResult | Hidden) -> list[tuple[str, str]]:
    """The competencies with a gap in the team, as (id, title), at most three."""
    return [(area.id, area.title) for area in result.gaps[:3]] if isinstance(result, TeamResult) else []


def _team_chart(instrument: Skills, result: TeamResult) -> BarChart:
    lines = band_lines(instrument.bands)
    bars = tuple(_team_bar(instrument, area) for area in result.areas)
    return BarChart("Middle rating of the partners in each area, 0 to 100", bars, lines, name="Middle rating")


def _team_bar(instrument: Skills, area: TeamArea) -> Bar:
    band = instrument.band(area.median)
    return Bar(area.title, area.median, band.label if band else NOT_ENOUGH)


def _team_table(result: TeamResult) -> Table:
    rows = tuple(
        (
            area.title,
            area.cover_label or NOT_ENOUGH,
            area.spread_label or "–",
            "–" if area.wants is None else str(area.wants),
        )
        for area in result.areas
    )
    columns = ("Area", "How many feel sure", "How far ratings differ", "Want training")
    return Table("Cover, differences and wishes", columns, rows)


def _team_gaps(result: TeamResult, setting: Setting) -> Table:
    rows = tuple((area.title, " ".join(area.gap_labels), _where(area.id, setting)) for area in result.gaps)
    return Table("Each gap with a course or a guide", ("Area", "What is open", "Course or guide"), rows)


def _team_step(result: TeamResult) -> str:
    if not result.gaps:
        return "Agree when you look at this again, for example when a partner joins or leaves."
    return (
        f"Put “{result.gaps[0].title}” on the next partners' meeting, and agree who learns it or who joins you for it."
    )
