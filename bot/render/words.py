"""Fixed words that more than one surface says, so that the same thing is called the same everywhere."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from corpus.model import Audience, Status
from corpus.when import When

STATUS = {
    Status.CURRENT: "Current",
    Status.UNDER_REVIEW: "Under review",
    Status.SUPERSEDED: "Replaced",
    Status.WITHDRAWN: "Withdrawn",
}

AUDIENCE = {
    Audience.PUBLIC: "Everybody",
    Audience.PRACTICE: "Practice managers and partners, and LMC officers",
    Audience.OFFICER: "LMC officers only",
    Audience.CONFIDENTIAL: "Named officers only (confidential)",
}

OUTCOME = {
    "answer": "answered",
    "may_help": "I found what may help",
    "no_answer": "the library does not say",
    "clarify": "I asked which meaning",
    "declined": "I could not answer this kind of question",
}

CAUSES = {
    "wrong": "It is wrong",
    "out_of_date": "It is out of date",
    "missing": "Something is missing",
    "unclear": "It is unclear",
    "source_does_not_say": "The source does not say that",
    "not_allowed": "I should not have been shown this",
}
"""The closed list of what can be wrong with an answer, in the order in which it is offered."""

ESCALATION_STATE = {"open": "Waiting for an officer", "claimed": "Taken", "closed": "Closed"}

NO_PATIENT_DATA = "Do not paste personal data: no names, NHS numbers or dates of birth of patients."
PATIENT_DATA_ERROR = "Take out the patient's details: names, NHS numbers and dates of birth."
CHECK = "Quoted word for word from the library by a computer program. Open the source and read it before you act on it."
NO_TITLE = "Document without a title"
NO_DATE = "no date given"

# Older than this a source says its age; the same as in answer/notes.py.
OLD_MONTHS = 24


def count(number: int, one: str, many: str = "") -> str:
    """`1 page`, `3 pages`, `1,204 passages`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def date(when: When | None) -> str:
    return when.words() if when else NO_DATE


def page(number: int, label: str = "") -> str:
    """`page 4`, or `page 4 (printed iv)` where another number stands on it."""
    return f"page {number} (printed {label})" if label and label != str(number) else f"page {number}"


def age(published: When | None, today: dt.date | None) -> str:
    """`11 years old`, for what is older than two years; else nothing."""
    months = published.months_before(today) if published and today else 0
    return f"{count(months // 12, 'year')} old" if months >= OLD_MONTHS else ""


def status(status: Status, later: str) -> str:
    """`Current`, or `Replaced by “Guide to mergers 2025”` where the reader may see what replaces it."""
    return f"Replaced by “{later}”" if status is Status.SUPERSEDED and later else STATUS[status]


def minutes(number: int | None) -> str:
    """`about 15 minutes`, `about 2 hours`; empty where it is not known."""
    if not number or number < 1:
        return ""
    return f"about {count(number, 'minute')}" if number < 100 else f"about {count(round(number / 60), 'hour')}"


def moment(when: dt.datetime, tz: str = "Europe/London") -> str:
    """`23 November 2026, 14:05` on the clock of the reader. Raises: ValueError for a time without a zone."""
    if when.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    local = when.astimezone(ZoneInfo(tz))
    return f"{When.of(local.date()).words()}, {local:%H:%M}"


def day(date: dt.date) -> str:
    """`23 November 2026`."""
    return When.of(date).words()


def took(seconds: float) -> str:
    """`40 seconds`, `3 minutes`."""
    return count(max(1, round(seconds)), "second") if seconds < 100 else count(round(seconds / 60), "minute")


def names(titles: tuple[str, ...], most: int = 10) -> tuple[tuple[str, ...], str]:
    """The first few, and "and 4 more" for the rest."""
    rest = len(titles) - most
    return titles[:most], f"and {rest:,} more" if rest > 0 else ""
