"""Where sentences begin and end, without changing a letter."""

from __future__ import annotations

import re

# A full stop after these does not end a sentence. Lower case; British usage in guidance papers.
ABBREVIATIONS = frozenset(
    [
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "st",
        "no",
        "nos",
        "vs",
        "etc",
        "approx",
        "para",
        "paras",
        "reg",
        "regs",
        "sch",
        "art",
        "arts",
        "fig",
        "figs",
        "ref",
        "refs",
        "ltd",
        "inc",
        "co",
        "rev",
        "hon",
        "p",
        "pp",
        "cf",
        "al",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "dept",
        "est",
        "tel",
        "ext",
        "vol",
        "ed",
        "eds",
        "min",
        "max",
        "sec",
        "ch",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)

_END = re.compile(
    r"""(?P<mark>[.!?…]+)(?P<close>["'”’)\]]*)
        (?: \s+ (?=["'“‘(\[]*[A-Z0-9£€•\u00c0-\u00de]) | (?<=[a-z]{2}[.!?])(?=[A-Z][a-z]) | \s*$ )""",
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"([\w.]*\w)$")

LONGEST = 700  # characters; text without a sentence end is cut at a clause or a space before this


def sentences(text: str) -> list[tuple[int, int]]:
    """The half-open ranges of the sentences of `text`, white space between them left out.

    >>> [("Ask Dr. Jones first."[a:b]) for a, b in sentences("Ask Dr. Jones first.")]
    ['Ask Dr. Jones first.']
    >>> len(sentences("It costs £1.50. Pay on 1 April."))
    2
    """
    found, start = [], 0
    for match in _END.finditer(text):
        if _is_abbreviation(text[start : match.start("mark")], match["mark"]):
            continue
        end = match.end("close")
        found += _cut_long(text, start, end)
        start = match.end()
    if text[start:].strip():
        found += _cut_long(text, start, len(text))
    return found


def _is_abbreviation(before: str, mark: str) -> bool:
    if mark != ".":
        return False
    word = _LAST_WORD.search(before)
    if not word:
        return False
    last = word.group(1)
    # A single capital is an initial ("J. Smith"); a bare number at the start is a list label ("1. Ask").
    return (
        last.lower() in ABBREVIATIONS
        or (len(last) == 1 and last.isupper())
        or (last.isdigit() and not before[: word.start()].strip())
    )


def _cut_long(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """One range, or several where it is longer than any sentence should be."""
    pieces = []
    while end - start > LONGEST:
        cut = max(text.rfind(mark, start + LONGEST // 2, start + LONGEST) for mark in ("; ", ": ", "\n"))
        if cut < 0:
            cut = max(text.rfind(" ", start + LONGEST // 2, start + LONGEST), start + LONGEST // 2)
        pieces.append(_trim(text, start, cut + 1))
        start = cut + 1
    return [*pieces, _trim(text, start, end)]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
