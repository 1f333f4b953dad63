"""The report of a Practice Healthcheck: what stands out first, then the ten areas, the comparison and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scoring.benchmark import Comparison, Measure, told
from scoring.disclosure import RULES
from scoring.hidden import Hidden
from scoring.instrument import Band, Healthcheck, Statement
from scoring.report import Bar, BarChart, Bullets, Headline, Paragraph, Part, Report, Section, Table
from scoring.reports.parts import (
    NOT_ENOUGH,
    Setting,
    band_lines,
    counted,
    listed,
    next_step,
    of_hundred,
    quarter_words,
    section,
    to_read,
)
from scoring.result import AreaScore, HealthcheckResult

# Under this an area is offered help with; domain.md 9.3.
_LOW = 50
_READ = Paragraph(
    "From the library, on the areas that need work, word for word; open the document before you act on a passage."
)


def healthcheck_report(
    instrument: Healthcheck, result: HealthcheckResult, comparison: Comparison | Hidden, setting: Setting
) -> Report:
    """The whole report. `comparison` is with similar practices, or why there is none."""
    return Report(
        instrument=instrument.id,
        version=result.version,
        title=instrument.title,
        subject=setting.subject,
        made=setting.made,
        headline=_headline(instrument, result),
        sections=tuple(_sections(instrument, result, comparison, setting)),
        limits=instrument.limits,
    )


def areas_to_read(instrument: Healthcheck, result: HealthcheckResult) -> list[tuple[str, str]]:
    """The areas to find guidance for, as (id, title): those with a red flag, then the weakest; at most three."""
    flagged = [instrument.area_of(flag.id).id for flag in result.flags]
    ids = list(dict.fromkeys([*flagged, *(area.id for area in result.weakest)]))[:3]
    return [(area_id, instrument.area(area_id).title) for area_id in ids]


def _sections(
    instrument: Healthcheck, result: HealthcheckResult, comparison: Comparison | Hidden, setting: Setting
) -> list[Section]:
    return [
        section("stands-out", "What stands out", *_stands_out(instrument, result)),
        section("areas", "The ten areas" if len(result.areas) == 10 else "The areas", _chart(instrument, result)),
        *_lists(result),
        section("comparison", "How this compares", *_compared(comparison)),
        *to_read(setting, areas_to_read(instrument, result), _READ),
        _next(result, setting),
    ]


def _headline(instrument: Healthcheck, result: HealthcheckResult) -> Headline:
    if result.band is None:
        needed = f"An overall score needs {instrument.areas_needed} of {len(result.areas)} areas with enough answers."
        return Headline(NOT_ENOUGH, "", needed)
    return Headline(result.band.label, of_hundred(result.shown), f"{_spread(instrument.bands, result.areas)}.")


def _spread(bands: Sequence[Band], areas: Sequence[AreaScore]) -> str:
    """`3 areas are Strong, 5 Watch and 2 Priority`, the best band first."""
    count = Counter(area.band.id for area in areas if area.band)
    found = [(count[band.id], band.label) for band in reversed(bands) if count[band.id]]
    first = f"{counted(found[0][0], 'area')} {'is' if found[0][0] == 1 else 'are'} {found[0][1]}"
    open_areas = sum(area.band is None for area in areas)
    rest = [f"{number} {label}" for number, label in found[1:]]
    return listed([first, *rest, *([f"{open_areas} not scored"] if open_areas else [])])


def _stands_out(instrument: Healthcheck, result: HealthcheckResult) -> list[Part]:
    parts: list[Part] = []
    if result.flags:
        parts.append(Bullets(tuple(_flag(instrument, flag) for flag in result.flags)))
    if result.blind_spots:
        parts.append(Paragraph(_unknown(len(result.blind_spots))))
        parts.append(Bullets(tuple(_blind_spot(instrument, item) for item in result.blind_spots)))
    if not parts:
        parts.append(Paragraph("No red flag was raised, and no statement was answered with “Don't know”."))
    return parts


def _flag(instrument: Healthcheck, flag: Statement) -> str:
    says = flag.red_flag.says if flag.red_flag else flag.text
    return f"Red flag, {instrument.area_of(flag.id).title}: {says}"


def _unknown(number: int) -> str:
    said = "One statement was" if number == 1 else f"{number} statements were"
    return f"{said} answered with “Don't know”. To find out is often the quickest gain."


def _blind_spot(instrument: Healthcheck, item: Statement) -> str:
    return f"Blind spot, {instrument.area_of(item.id).title}: “{item.text}”"


def _chart(instrument: Healthcheck, result: HealthcheckResult) -> BarChart:
    lines = band_lines(instrument.bands)
    return BarChart("Score of each area, 0 to 100", tuple(map(_bar, result.areas)), lines)


def _bar(area: AreaScore) -> Bar:
    if area.band is None:
        return Bar(area.title, None, NOT_ENOUGH, f"{area.answered} of {area.total} answered")
    return Bar(area.title, area.value, area.band.label, "Held down by a red flag" if area.capped else "")


def _lists(result: HealthcheckResult) -> list[Section]:
    made = (("strengths", "Strengths", result.strongest), ("to-work-on", "To work on", result.weakest))
    return [section(name, title, Bullets(tuple(map(_scored, areas)))) for name, title, areas in made if areas]


def _scored(area: AreaScore) -> str:
    return f"{area.title}: {area.band.label if area.band else NOT_ENOUGH}, {area.shown}"


def _compared(comparison: Comparison | Hidden) -> list[Part]:
    if isinstance(comparison, Hidden):
        return [Paragraph(comparison.reason)]
    about = f"About {comparison.n} practices took part: {comparison.cohort}, {quarter_words(comparison.quarter)}."
    table = _area_table(comparison.areas)
    return [
        Paragraph(f"{comparison.overall.sentence} {about}"),
        *([table] if table.rows else []),
        Paragraph(comparison.caveat),
    ]


_OPEN = "–"


def _area_table(areas: Sequence[Measure]) -> Table:
    """Each area in one line; the position as a number where there is one for any."""
    numbered = any(area.percentile is not None for area in areas)
    columns = ("Area", "Yours", "Mean", "Middle half", "Where you are", *(("Lower, of 100",) if numbered else ()))
    width = len(columns)
    return Table("Each area beside the same practices", columns, tuple(_beside(area)[:width] for area in areas))


def _beside(measure: Measure) -> tuple[str, ...]:
    """The figures of an area, and where it stands in words or why that is not shown."""
    own = str(measure.own)
    if measure.mean is None:
        return (measure.title, own, _OPEN, _OPEN, "Not shown: too few practices", _OPEN)
    mean = told(measure.mean, RULES.mean_ends)
    ends = [told(value, RULES.quantile_ends) for value in measure.quartiles or ()]
    place = measure.position.removesuffix(" of the group")
    number = _OPEN if measure.percentile is None else f"{measure.percentile} \u00b1 {measure.give_or_take}"
    return (measure.title, own, mean, f"{ends[0]} to {ends[-1]}" if ends else _OPEN, place or _OPEN, number)


def _next(result: HealthcheckResult, setting: Setting) -> Section:
    """A practice with a low area or a red flag is offered the longer look; another one that does well, growth."""
    if result.flags or any(area.value is not None and area.value < _LOW for area in result.areas):
        return next_step(
            setting, "resilience_assessment", "Ask your LMC office for a longer look at the areas that need work."
        )
    if result.band is None:
        return next_step(setting, "", "Fill in the areas that are still open, then look at this report again.")
    doing_well = all(area.band == result.band for area in result.areas) and result.band.below is None
    if doing_well:
        return next_step(
            setting, "development_programme", "Ask your LMC office which programmes help a practice that does well."
        )
    weakest = result.weakest[0].title if result.weakest else result.areas[0].title
    return next_step(
        setting, "", f"Take “{weakest}” to the next partners' meeting, and agree one change and who leads it."
    )
