"""Dates as documents give them: a day, a month or only a year."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True, order=True)
class When:
    """A date that is as precise as its source: `month` and `day` are 0 where it does not say."""

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        if self.day and not self.month:
            raise ValueError("a date with a day needs a month")
        dt.date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def parse(cls, text: str) -> When:
        """Read `2015`, `2015-06` or `2015-06-11`.

        Raises: ValueError for anything else, or a day that does not exist.
        """
        found = _ISO.fullmatch(text.strip())
        if not found:
            raise ValueError(f"{text!r} is not a date such as 2015-06-11, 2015-06 or 2015")
        year, month, day = (int(part or 0) for part in found.groups())
        if found.group(2) and not 1 <= month <= 12:
            raise ValueError(f"{text!r} has no such month")
        return cls(year, month, day)

    @classmethod
    def of(cls, date: dt.date) -> When:
        return cls(date.year, date.month, date.day)

    def iso(self) -> str:
        """ISO 8601 at the precision that is known: `2015`, `2015-06` or `2015-06-11`."""
        parts = [f"{self.year:04d}"]
        if self.month:
            parts.append(f"{self.month:02d}")
        if self.day:
            parts.append(f"{self.day:02d}")
        return "-".join(parts)

    def words(self) -> str:
        """As GOV.UK writes it: `2015`, `June 2015` or `11 June 2015`."""
        if not self.month:
            return str(self.year)
        month = f"{MONTHS[self.month - 1]} {self.year}"
        return f"{self.day} {month}" if self.day else month

    def month_words(self) -> str:
        """The month and year, or the year alone: `June 2015`."""
        return When(self.year, self.month).words()

    def months_before(self, today: dt.date) -> int:
        """Whole months from this date to `today`; an unknown month counts as the last of its year."""
        months = (today.year - self.year) * 12 + today.month - (self.month or 12)
        return months - 1 if self.day and today.day < self.day else months
