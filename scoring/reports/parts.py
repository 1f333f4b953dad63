"""What all reports are put together from: whose it is, who helps, and the parts that more than one of them has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.model import Citation
from corpus.tools import Tool
from corpus.when import MONTHS, When
from scoring.instrument import Band
from scoring.report import Guidance, NextStep, Paragraph, Part, Section

OFFICE = "lmc_office"
NOT_ENOUGH = "Not enough answers"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a report needs beside the result.

    `subject` is whose it is, by name. `guidance` has passages of the library by id of the area, `tools` what can be
    offered by id; both may lack any.
    """

    subject: str
    made: dt.date
    guidance: Mapping[str, tuple[Citation, ...]] = field(default_factory=dict)
    tools: Mapping[str, Tool] = field(default_factory=dict)


def section(name: str, title: str, *parts: Part) -> Section:
    return Section(name, title, parts)


def to_read(setting: Setting, areas: Iterable[tuple[str, str]], intro: Part) -> list[Section]:
    """The passages behind areas, given as (id, title), each passage once; and the areas for which there are none.

    No section where nothing was looked up.
    """
    areas = list(areas)
    seen: set[str] = set()
    found: list[Part] = []
    for area, title in areas:
        new = tuple(item for item in setting.guidance.get(area, ()) if item.passage_id not in seen)
        seen.update(item.passage_id for item in new)
        found += [Guidance(title, new)] if new else []
    silent = [title for area, title in areas if area in setting.guidance and not setting.guidance[area]]
    parts = [*([intro, *found] if found else []), *([_silent(silent)] if silent else [])]
    return [section("reading", "What to read", *parts)] if parts else []


def _silent(titles: Sequence[str]) -> Part:
    return Paragraph(f"No passage of the library is sure to help with {listed(titles)}: ask your LMC office.")


def next_step(setting: Setting, tool: str, otherwise: str) -> Section:
    """What to do next: that of a tool, where it is offered, and the person of the LMC who helps with it."""
    offered = setting.tools.get(tool)
    office = setting.tools.get(OFFICE)
    person = f"Who helps: {lower_first(office.name) if office else 'your LMC office'}."
    return section(
        "next",
        "Do this next",
        NextStep(offered.next_step if offered else otherwise, person, office.url if office else ""),
    )


def lower_first(text: str) -> str:
    """As in the middle of a sentence; an abbreviation stays.

    >>> lower_first("Your LMC office"), lower_first("ICB team")
    ('your LMC office', 'ICB team')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def day(date: dt.date) -> str:
    """`23 November 2026`."""
    return When.of(date).words()


def quarter_words(quarter: str) -> str:
    """A quarter as people say it.

    >>> quarter_words("2026-Q4")
    'October to December 2026'
    """
    year, _, number = quarter.partition("-Q")
    last = 3 * int(number)
    return f"{MONTHS[last - 3]} to {MONTHS[last - 1]} {year}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([*([", ".join(words[:-1])] if words[1:] else []), *words[-1:]])


def counted(number: int, one: str, many: str = "") -> str:
    """`1 area`, `3 areas`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def band_lines(bands: Iterable[Band]) -> tuple[tuple[float, str], ...]:
    """Where bands begin, for a chart: `(50.0, "Watch from 50")`."""
    return tuple((float(band.at_least), f"{band.label} from {band.at_least}") for band in bands if band.at_least)


def of_hundred(shown: int | None) -> str:
    return "" if shown is None else f"{shown} out of 100"
