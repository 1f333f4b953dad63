"""Which words of a quote are set in bold: the reader's, where it is sure, or the one figure of the kind asked for."""

from __future__ import annotations

import re

from answer.differ import values
from answer.gate import fits
from answer.reader import Reading
from answer.understand import Understood, Wants
from corpus.when import MONTHS

Place = tuple[int, int]

# Below this (how well the passage answers, times how sure the words are) the reader's words are not relied on.
SURE_ENOUGH = 0.3
# More than this share of a quote is never set in bold.
MOST_MARKED = 0.8
# Questions that a figure answers.
FIGURES = frozenset({Wants.DATE, Wants.DURATION, Wants.MONEY, Wants.NUMBER})

_AROUND = ".,;:•"
_OF_FIGURES = frozenset(
    [*(name.lower() for month in MONTHS for name in (month, month[:3])), "minutes", "hours", "days", "weeks", "months",
     "years", "about"]
)  # fmt: skip


def mark(reading: Reading | None, text: str, run: Place, best: Place, understood: Understood) -> Place | None:
    """Where in a quote the words stand that answer, in characters of the quote; None where that is not sure.

    Args:
        text: of the passage; `run` is where the quote stands in it, and `best` the sentence that answers best.
    """
    place = _read(reading, text, understood) or _figure(text, best, understood)
    if place is None:
        return None
    start, end = whole_words(text, max(place[0], run[0]), min(place[1], run[1]))
    start, end = max(start, run[0]), min(end, run[1])  # a quote may begin or end inside a word
    if end - start <= (place[1] - place[0]) / 2 or end - start > MOST_MARKED * (run[1] - run[0]):
        return None
    return start - run[0], end - run[0]


def _read(reading: Reading | None, text: str, understood: Understood) -> Place | None:
    """The words of a reader that is sure of them."""
    if reading is None or reading.answers * reading.sure < SURE_ENOUGH or not suits(reading, text, understood):
        return None
    start, end = whole_words(text, reading.start, reading.end)
    return (start, end) if start < end else None


def suits(reading: Reading, text: str, understood: Understood) -> bool:
    """Whether the reader's words are of the kind that is asked for: no bare figure where none is."""
    said = text[slice(*whole_words(text, reading.start, reading.end))]
    if understood.wants in FIGURES:
        return fits(understood, said)
    return any(len(word) > 2 and word not in _OF_FIGURES for word in re.findall(r"[a-z]+", said.lower()))


def _figure(text: str, best: Place, understood: Understood) -> Place | None:
    """The only value of the kind asked for in the sentence that answers best; "when" may also be a span of time."""
    if understood.wants not in FIGURES:
        return None
    kinds = (Wants.DATE, Wants.DURATION) if understood.wants is Wants.DATE else (understood.wants,)
    for kind in kinds:
        found = list(values(text[best[0] : best[1]], understood, kind))
        if found:
            return (best[0] + found[0].start, best[0] + found[0].end) if len(found) == 1 else None
    return None


def whole_words(text: str, start: int, end: int) -> Place:
    """The characters widened to the words that they are in, without the white space and stops around them."""
    start, end = min(start, len(text)), min(end, len(text))
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    while start < end and (text[start].isspace() or text[start] in _AROUND):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _AROUND):
        end -= 1
    return start, end
