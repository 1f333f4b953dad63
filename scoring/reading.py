"""What was sent from a page of a form, as responses to keep and sentences about what cannot be kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from scoring.fields import Field, FieldKind, FormPage, Reading

LONGEST = {FieldKind.TEXT: 200, FieldKind.LONG_TEXT: 2000}  # Slack takes 3,000 characters in an input
YEARS = range(2000, 2101)
# Anything that is no character of a text, but for the line break: it breaks drawing and CSV files.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff]")


def read(page: FormPage, raw: Mapping[str, str]) -> Reading:
    """Read the fields of `page` that are in `raw`; others of `raw` are passed over, such as a form's own.

    An empty value clears a field. A field with a problem is in `problems` and not in `values`: what was kept for it
    before stays.
    """
    values: dict[str, str] = {}
    problems: dict[str, str] = {}
    for field in page.fields:
        if field.id not in raw:
            continue
        text = _clean(raw[field.id])
        try:
            values[field.id] = _READERS[field.kind](field, text) if text else ""
        except _Unfit as error:
            problems[field.id] = str(error)
    return Reading(values, problems)


class _Unfit(Exception):
    """The value cannot be kept; the text says what to do."""


def _clean(text: str) -> str:
    lines = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _choice(field: Field, text: str) -> str:
    if text not in {option.value for option in field.options}:
        raise _Unfit("Choose one of the answers in the list.")
    return text


def _text(field: Field, text: str) -> str:
    if field.kind is FieldKind.TEXT:
        text = " ".join(text.split())
    longest = LONGEST[field.kind]
    if len(text) > longest:
        raise _Unfit(f"Shorten this to {longest:,} characters or fewer; it has {len(text):,}.")
    return text


def _whole(field: Field, text: str) -> str:
    digits = text.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise _Unfit("Enter a whole number, such as 5.")
    number = int(digits)
    if field.least is not None and number < field.least:
        raise _Unfit(f"Enter a number that is {field.least} or more.")
    if field.most is not None and number > field.most:
        raise _Unfit(f"Enter a number that is {field.most} or less.")
    return str(number)


def _date(_: Field, text: str) -> str:
    """As 2026-11-23, also from 23/11/2026 and 23 11 2026."""
    parts = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    turned = re.fullmatch(r"([0-9]{1,2})[ /.-]([0-9]{1,2})[ /.-]([0-9]{4})", text)
    numbers = parts.groups() if parts else turned.groups()[::-1] if turned else ()
    return _day(numbers, "Enter a date with day, month and year, such as 1 4 2027.").isoformat()


def _month(_: Field, text: str) -> str:
    """As 2026-11, also from 11/2026 and 11 2026."""
    parts = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})", text)
    turned = re.fullmatch(r"([0-9]{1,2})[ /.-]([0-9]{4})", text)
    numbers = parts.groups() if parts else turned.groups()[::-1] if turned else ()
    return _day((*numbers, "1"), "Enter a month and a year, such as 3 2026.").strftime("%Y-%m")


def _day(numbers: tuple[str | None, ...], otherwise: str) -> dt.date:
    try:
        year, month, day = (int(number or "") for number in numbers)
        found = dt.date(year, month, day)
    except ValueError as error:
        raise _Unfit(otherwise) from error
    if found.year not in YEARS:
        raise _Unfit(f"Enter a year from {YEARS[0]} to {YEARS[-1]}.")
    return found


_READERS = {
    FieldKind.CHOICE: _choice,
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.WHOLE: _whole,
    FieldKind.DATE: _date,
    FieldKind.MONTH: _month,
}
