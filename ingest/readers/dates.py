"""The date that a text gives for itself: "Published 12 June 2022", "Last reviewed: 3/5/2024", "June 2022"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.when import MONTHS, When

FIRST_LINES = 80  # a date further down is rather about something else
EARLIEST, LATEST = 1948, 2100  # from the NHS's first year; beyond 2100 it is a number that looks like a year

_MONTH = "|".join(f"{name}|{name[:3]}\\.?" for name in MONTHS) + "|Sept\\.?"
_YEAR = r"(?:19|20)\d\d"
_DATE = (
    rf"(?P<date>(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH}),?\s+(?P<year>{_YEAR})"
    rf"|(?P<us_month>{_MONTH})\s+(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?,\s+(?P<us_year>{_YEAR})"
    rf"|(?P<only_month>{_MONTH}),?\s+(?P<month_year>{_YEAR})"
    rf"|(?P<iso>{_YEAR}-\d\d(?:-\d\d)?)"
    rf"|(?P<figures>\d{{1,2}}[/.]\d{{1,2}}[/.]{_YEAR}))"
    r"(?!\d)"
)
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_LABEL = (
    r"(?:(?:date\s+)?(?:first\s+)?(?:published|issued)|publication\s+date|date\s+of\s+(?:publication|issue)|issue\s+date"
    r"|(?:date\s+)?(?:last\s+)?(?:updated|reviewed|revised|amended|modified)|date\s+of\s+(?:last\s+)?review"
    r"|last\s+(?:update|review|revision)|version\s+date|posted|dated?)"
)
# A label counts where something begins, with a capital letter: "the paper published in June 2019" is not ours.
# "Last updated" and the like are about the text itself wherever they stand.
_LABELLED = re.compile(
    rf"(?:(?:^|[|•·–—(\[;.,]\s*|\s{{2,}})(?=[A-Z])(?i:{_LABEL})|(?i:\blast\s+(?:updated|reviewed|revised|amended)))"
    rf"(?:\s+(?:on|in))?\s*[:\-–]?\s*{_WEEKDAY}(?i:{_DATE})",
    re.MULTILINE,
)
_ALONE = re.compile(rf"(?:.{{0,60}}?(?:[|•·–—,:(-]\s*|\.\s+))?{_WEEKDAY}(?i:{_DATE})[.)]?")
_ABOUT_THE_FUTURE = re.compile(
    r"\b(?:next|due|until|expir\w*|review\s+date|by|before|from|effective)\b[^.|]*$", re.IGNORECASE
)


def find_published(text: str) -> When | None:
    """The date on which this text says that it was published, updated or last reviewed, the latest of them.

    Without such a label, the first short line of `text` that is a date, or ends in one after a separator.
    Line breaks matter: pass the first page's lines as they stand.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()][:FIRST_LINES]
    labelled = [when for found in _LABELLED.finditer("\n".join(lines)) if (when := _when(found))]
    return max(labelled) if labelled else next(_dates_alone(lines), None)


def _dates_alone(lines: list[str]) -> Iterator[When]:
    for line in lines:
        found = _ALONE.fullmatch(line)
        if not found or found["figures"] or _ABOUT_THE_FUTURE.search(line[: found.start("date")]):
            continue
        when = _when(found)
        if when:
            yield when


def _when(found: re.Match[str]) -> When | None:
    """The date of a match, or nothing where there is no such day."""
    try:
        when = _parsed(found)
    except ValueError:
        return None
    return when if EARLIEST <= when.year <= LATEST else None


def _parsed(found: re.Match[str]) -> When:
    if found["iso"]:
        return When.parse(found["iso"])
    if found["figures"]:
        day, month, year_in_figures = (int(part) for part in re.split(r"[/.]", found["figures"]))
        return When(year_in_figures, month, day)
    name = found["month"] or found["us_month"] or found["only_month"]
    year = found["year"] or found["us_year"] or found["month_year"]
    return When(int(year), _month_number(name), int(found["day"] or found["us_day"] or 0))


def _month_number(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, 1) if month.casefold().startswith(name[:3].casefold()))
