"""Officers' figures as reports, so that Slack, a page and a spreadsheet draw them as they draw any other."""

from __future__ import annotations

import datetime as dt

from assess.officers import Linked, Reliability, Together
from scoring.drivers import Driver, Drivers, Effect
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck
from scoring.officers import AreaReliability, Coverage, Distribution, Spread
from scoring.report import Bar, BarChart, Headline, Paragraph, Part, Report, Section, Table
from scoring.reports.parts import counted, quarter_words, section

NOT_SHOWN = "Not shown"
LIMITS = (
    "Only practices that agreed to count are in these figures, which were made once when the quarter had ended and do "
    "not change. Numbers of practices are rounded to 5, and what could tell of fewer than eight practices is left out. "
    "No practice can be picked out, and none should be guessed at."
)
EARLIER = (
    "These figures are of {quarter}: too few practices have other answers since, and new figures would tell of those "
    "few."
)


def together_report(found: Together, made: dt.date) -> Report:
    """Coverage, how scores lie, and how far each area can be trusted."""
    return _report(
        found.instrument, f"Statistics, {quarter_words(found.quarter)}", made, _covered(found.coverage),
        section("distribution", "How scores lie", *_distribution(found.distribution)),
        section("reliability", "How far each area can be trusted", *_reliability(found)),
    )  # fmt: skip


def linked_report(found: Linked, made: dt.date) -> Report:
    """What goes with a practice's own outlook."""
    title = f"Drivers of the outlook, {quarter_words(found.quarter)}"
    if isinstance(found.drivers, Hidden):
        return _report(found.instrument, title, made, Headline(NOT_SHOWN, "", found.drivers.reason))
    return _report(
        found.instrument, title, made, _linked_headline(found.drivers),
        section("drivers", "What each area accounts for", *_drivers(found.drivers)),
        section("caveat", "Read this beside it", Paragraph(found.drivers.caveat)),
    )  # fmt: skip


def _report(instrument: Healthcheck, what: str, made: dt.date, headline: Headline, *sections: Section) -> Report:
    return Report(
        instrument=instrument.id,
        version=instrument.version,
        title=instrument.title,
        subject=f"All practices together. {what}",
        made=made,
        headline=headline,
        sections=sections,
        limits=LIMITS,
    )


# --- coverage and distribution -----------------------------------------------------------------------------------


def _covered(found: Coverage | Hidden) -> Headline:
    if isinstance(found, Hidden):
        return Headline("Coverage is not shown", "", found.reason)
    return Headline(f"About {found.taken} of {found.practices} practices", "", f"{found.words} {found.caveat}")


def _distribution(found: Distribution | Hidden) -> list[Part]:
    if isinstance(found, Hidden):
        return [Paragraph(found.reason)]
    bars = tuple(Bar(spread.title, spread.mean, _quartiles(spread)) for spread in found.spreads)
    bands = [label for label, _ in found.spreads[0].bands]
    rows = tuple((spread.title, *(_number(count) for _, count in spread.bands)) for spread in found.spreads)
    return [
        BarChart("Mean score of the practices, 0 to 100", bars, name="Mean"),
        Table("How many practices are in each band, to the nearest 5", ("Area", *bands), rows),
        Paragraph(found.caveat),
    ]


def _quartiles(spread: Spread) -> str:
    low, middle, high = spread.quartiles
    return f"Half of them lie from {low} to {high}, with {middle} in the middle"


def _number(count: int | None) -> str:
    return "not told" if count is None else f"about {count}"


# --- reliability -------------------------------------------------------------------------------------------------


def _reliability(found: Together) -> list[Part]:
    earlier = found.reliability_of != found.quarter
    said = [Paragraph(EARLIER.format(quarter=quarter_words(found.reliability_of)))] if earlier else []
    return [*said, _trust(found.instrument, found.reliability)]


def _trust(instrument: Healthcheck, found: Reliability) -> Part:
    if isinstance(found, Hidden):
        return Paragraph(found.reason)
    titles = [area.title for area in instrument.areas]
    rows = tuple(_trusted(title, one) for title, one in zip(titles, found, strict=True))
    columns = ("Area", "Alpha", "95% interval", "A real change is at least", "What to make of it")
    return Table("Cronbach's alpha of each area", columns, rows)


def _trusted(title: str, found: AreaReliability | Hidden) -> tuple[str, ...]:
    if isinstance(found, Hidden):
        return (title, "", "", "", found.reason)
    interval = f"{found.low:.2f} to {found.high:.2f}"
    return (title, f"{found.alpha:.2f}", interval, counted(round(found.reliable_change), "point"), found.words)


# --- drivers -----------------------------------------------------------------------------------------------------


def _linked_headline(found: Drivers) -> Headline:
    first = found.drivers[0].effect.title
    return Headline(f"Most closely linked: {first}", "", f"About {found.n} practices. {' '.join(found.words)}")


def _drivers(found: Drivers) -> list[Part]:
    columns = ("Area", "Share of the differences", "95% interval", "Comes first in")
    rows = tuple(_driver(one) for one in found.drivers)
    others = tuple(_effect(one) for one in (*(one.effect for one in found.drivers), *found.others))
    return [
        Table("How much of the differences in outlook goes with each area", columns, rows),
        Table("The regression: points of the outlook", ("What", "For a step of", "Points", "95% interval"), others),
    ]


def _driver(one: Driver) -> tuple[str, ...]:
    return (one.effect.title, f"{one.dominance:.1%}", f"{one.low:.1%} to {one.high:.1%}", f"{one.first:.0%} of draws")


def _effect(one: Effect) -> tuple[str, ...]:
    return (one.title, one.per, f"{one.value:+.2f}", f"{one.low:+.2f} to {one.high:+.2f}")
