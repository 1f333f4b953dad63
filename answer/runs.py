"""How likely each span of a passage answers in; the run of spans to quote out.

A run is worth the chance that it holds the answer, less what its length costs a reader. What belongs together stays
together: a list with the sentence that introduces it, a sentence with the one it leans on, "firstly" with "finally".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Passage, Span, SpanKind

LONGEST_QUOTE = 620
LONGEST_LIST = 1_200

# In the same unit as a chance. A hundred characters more have to add this much to the chance that the answer is there.
LENGTH_COST = 0.02
# Passages beside the first one answer less often, so their length costs more.
LENGTH_COST_BESIDE = 0.035
# A run that begins with "They …" or ends before "Secondly, …" is less use than one that does not.
LEANING_COST = 0.08
CUT_OFF_COST = 0.12

_LEANS = re.compile(
    r"(?:it|its|this|that|these|those|they|their|he|she|such|both|each of|all of|however|but|and|or|so|also|instead|"
    r"then|therefore|conversely|secondly|thirdly|second|third|finally|lastly|in addition|for example|there|here)\b",
    re.IGNORECASE,
)
_COUNTS_ON = re.compile(
    r"(?:firstly|secondly|thirdly|fourthly|finally|lastly|(?:first|second|third|fourth),)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Whole:
    """Spans that are quoted all or not at all.

    `opens`: rows of a table after a sentence that introduces them. They may stand without it, for each says what its
    columns mean, but it may not stand without them.
    """

    first: int
    last: int
    opens: bool


def best_run(
    passage: Passage, chances: Sequence[float], *, all_of_it: bool, length_cost: float = LENGTH_COST
) -> tuple[int, int]:
    """The first and last span of the run to quote, all on one page.

    Args:
        chances: for each span the probability that it answers.
        all_of_it: the question asks for several things, so tables and lists of long entries are quoted whole too.
        length_cost: what a hundred characters cost, in the unit of `chances`.
    """
    spans, edges = passage.spans, _edges(passage, all_of_it)
    best, most = None, float("-inf")
    for first in range(len(spans)):
        if edges.inside[first]:
            continue
        missed, longest = 1.0, LONGEST_QUOTE
        for last in range(first, len(spans)):
            missed *= 1.0 - chances[last]
            longest = LONGEST_LIST if spans[last].kind is not SpanKind.SENTENCE else longest
            length = spans[last].end - spans[first].start
            if spans[last].page != spans[first].page or length > LONGEST_LIST:
                break
            if edges.parts[last] >= first or edges.introduces[last] or (last > first and length > longest):
                continue
            worth = 1.0 - missed - length_cost * length / 100 - edges.leaning[first] - edges.cut_off[last]
            if worth > most:
                best, most = (first, last), worth
    if best is None:  # a lead whose list is on the next page
        alone = max(range(len(spans)), key=lambda i: (chances[i], -i))
        return alone, alone
    return best


@dataclass(frozen=True, slots=True)
class _Edges:
    """For each span: what it means for a run to begin or to end there.

    inside: a run may not begin there. parts: a run that begins at this span or before it may not end there; -1 for
    none. introduces: a run may not end there. leaning, cut_off: what it costs to begin, and to end, there.
    """

    inside: Sequence[bool]
    parts: Sequence[int]
    introduces: Sequence[bool]
    leaning: Sequence[float]
    cut_off: Sequence[float]


def _edges(passage: Passage, all_of_it: bool) -> _Edges:
    spans, text = passage.spans, passage.text
    inside, parts = [False] * len(spans), [-1] * len(spans)
    for whole in _wholes(passage, all_of_it):
        for i in range(whole.first, whole.last):
            parts[i] = whole.first
            inside[i + 1] = not whole.opens
    follows = [i > 0 and spans[i - 1].page == span.page for i, span in enumerate(spans)]
    leans = [bool(f and _LEANS.match(text, s.start, s.end)) for f, s in zip(follows, spans, strict=True)]
    counts = [bool(f and _COUNTS_ON.match(text, s.start, s.end)) for f, s in zip(follows, spans, strict=True)]
    return _Edges(
        inside,
        parts,
        [_introduces(passage, i) for i in range(len(spans))],
        [LEANING_COST * lean for lean in leans],
        [CUT_OFF_COST * more for more in (*counts[1:], False)],
    )


def _introduces(passage: Passage, i: int) -> bool:
    span = passage.spans[i]
    return span.kind is SpanKind.LEAD or passage.text.endswith(":", span.start, span.end)


# --- what belongs together ---------------------------------------------------------------------------------------


def _wholes(passage: Passage, all_of_it: bool) -> list[_Whole]:
    found: list[_Whole] = []
    i = 0
    while i < len(passage.spans):
        last = _end_of_block(passage, i)
        found += _parted(passage, i, last, all_of_it)
        i = last + 1
    return found


def _end_of_block(passage: Passage, first: int) -> int:
    """The last span of the list or table that begins at `first`, on the same page; `first` itself for a sentence."""
    spans = passage.spans
    if spans[first].kind is SpanKind.SENTENCE and not _introduces(passage, first):
        return first
    last = first
    while last + 1 < len(spans) and spans[last + 1].page == spans[first].page and _goes_on(passage, last + 1):
        last += 1
    return last


def _goes_on(passage: Passage, i: int) -> bool:
    """Whether span `i` is an entry or a row, or a further sentence of an entry."""
    span, before = passage.spans[i], passage.spans[i - 1]
    if span.kind in {SpanKind.ITEM, SpanKind.ROW}:
        return True
    listed = before.kind is SpanKind.ITEM or _is_further(passage, i - 1)
    return listed and _same_line(passage, i)


def _is_further(passage: Passage, i: int) -> bool:
    """Whether span `i` is a sentence within an entry."""
    while i > 0 and passage.spans[i].kind is SpanKind.SENTENCE and _same_line(passage, i):
        i -= 1
    return passage.spans[i].kind is SpanKind.ITEM


def _same_line(passage: Passage, i: int) -> bool:
    return i > 0 and "\n" not in passage.text[passage.spans[i - 1].end : passage.spans[i].start]


def _parted(passage: Passage, first: int, last: int, all_of_it: bool) -> list[_Whole]:
    """A block as one, or as its entries: long ones stand for themselves, and so do rows."""
    spans = passage.spans
    if first == last:
        return []
    rows = spans[last].kind is SpanKind.ROW
    entries = _entries(spans, first, last)
    too_long = spans[last].end - spans[first].start > LONGEST_LIST
    long_entries = any(b > a for a, b in entries)
    if too_long or (long_entries and not rows and not all_of_it):
        return [_Whole(a, b, False) for a, b in entries]
    if rows and not all_of_it:
        return [_Whole(first, last, True)] if spans[first].kind is not SpanKind.ROW else []
    return [_Whole(first, last, False)]


def _entries(spans: Sequence[Span], first: int, last: int) -> list[tuple[int, int]]:
    starts = [i for i in range(first, last + 1) if spans[i].kind in {SpanKind.ITEM, SpanKind.ROW}]
    return [(a, b - 1) for a, b in zip(starts, [*starts[1:], last + 1], strict=True)]
