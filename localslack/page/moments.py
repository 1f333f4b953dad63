"""Times as Slack writes them, for a person in a time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

_TOKEN = re.compile(r"\{([a-z_]+)\}")
_LATEST = 253_370_764_800  # the year 9999: later seconds since 1970 have no date


def moment(seconds: str | float, tz: tzinfo) -> datetime | None:
    """A time from seconds since 1970 (a Slack `ts` is one), or None where it is none."""
    try:
        number = float(seconds)
    except ValueError:
        return None
    return datetime.fromtimestamp(number, UTC).astimezone(tz) if 0 <= number < _LATEST else None


def clock(when: datetime) -> str:
    """The time of day, as `3:07 PM`."""
    return f"{when.hour % 12 or 12}:{when:%M} {'AM' if when.hour < 12 else 'PM'}"


def day(when: date, today: date) -> str:
    """The day as a heading over the messages of that day."""
    return _near(when, today) or f"{when:%A}, {when.day} {when:%B}" + (
        "" if when.year == today.year else f" {when.year}"
    )


def ago(when: datetime, now: datetime) -> str:
    """How long ago, in words."""
    seconds = int((now - when).total_seconds())
    ahead, seconds = seconds < 0, abs(seconds)
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            words = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"in {words}" if ahead else f"{words} ago"
    return "just now"


def fill(pattern: str, when: datetime, now: datetime) -> str:
    """A `<!date^…>` pattern with its tokens filled in; a token that Slack does not have stays as it is.

    Source: docs.slack.dev, "Formatting message text", date formatting.
    """
    return _TOKEN.sub(lambda match: _token(match[1], when, now) or match[0], pattern)


def _token(name: str, when: datetime, now: datetime) -> str | None:
    if name.endswith("_pretty"):
        return _near(when.date(), now.date()) or _token(name.removesuffix("_pretty"), when, now)
    short = f"{when:%b} {when.day}, {when.year}"
    return {
        "date_num": f"{when:%Y-%m-%d}",
        "date_slash": f"{when:%m/%d/%Y}",
        "date": f"{when:%B} {_ordinal(when.day)}, {when.year}",
        "date_short": short,
        "date_long": f"{when:%A}, {when:%B} {_ordinal(when.day)}, {when.year}",
        "day_divider": f"{when:%A}, {when:%B} {_ordinal(when.day)}",
        "time": clock(when),
        "time_secs": clock(when).replace(" ", f":{when:%S} "),
        "ago": ago(when, now),
    }.get(name)


def _near(when: date, today: date) -> str:
    for days, word in ((0, "Today"), (1, "Yesterday"), (-1, "Tomorrow")):
        if today - when == timedelta(days=days):
            return word
    return ""


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
