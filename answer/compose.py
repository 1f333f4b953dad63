"""Ranked passages in; the quotes that answer, in the best order, out. Nothing is paraphrased.

A quote is a run of a passage's spans on one page: the sentence that answers, with the one before it where it would not
stand alone, or a whole list with the sentence that introduces it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from answer.gate import coverage, fits
from answer.understand import Understood, Wants
from corpus.model import Passage, Span, SpanKind
from index.lexical import analyse
from index.search import Ranked
from index.store import Found

MOST_QUOTES = 4
MOST_FOR_SEVERAL = 5  # lists over documents, comparisons, questions of several parts
# A passage is cited beside the first only when its fused score (standard deviations) is within this of it.
NEAR = 2.5
LONGEST_QUOTE = 620
LONGEST_LIST = 1_200
LISTED = frozenset({SpanKind.ITEM, SpanKind.ROW})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked passage, read back, with its stems (context line included) for weighing."""

    ranked: Ranked
    found: Found
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Quote:
    """A run of text of a passage: `passage.text[start:end]`, all on `page`."""

    candidate: Candidate
    start: int
    end: int
    page: int

    @property
    def text(self) -> str:
        return self.candidate.found.passage.text[self.start : self.end]


def candidate(ranked: Ranked, found: Found) -> Candidate:
    return Candidate(ranked, found, frozenset(analyse(f"{found.context} {found.passage.text}")))


def choose(candidates: Sequence[Candidate], understood: Understood, weight: Mapping[str, float]) -> list[Quote]:
    """The quotes that answer, best first: from the first passage, and from others that are near or add something."""
    if not candidates:
        return []
    several = understood.wants in {Wants.COMPARISON, Wants.LIST} or bool(understood.parts)
    limit = MOST_FOR_SEVERAL if several else MOST_QUOTES
    chosen = [candidates[0]]
    covered = set(candidates[0].stems)
    for item in candidates[1:]:
        if len(chosen) == limit:
            break
        gain = coverage(understood.content, covered | item.stems, weight) - coverage(
            understood.content, covered, weight
        )
        if _belongs(item, candidates[0], gain, len(chosen)):
            chosen.append(item)
            covered |= item.stems
    quotes = [quote(item, understood, weight) for item in chosen]
    return _without_repeats(quotes)


def _belongs(item: Candidate, first: Candidate, gain: float, already: int) -> bool:
    behind = first.ranked.score - item.ranked.score
    allowance = NEAR if already < 3 else NEAR / 2
    return behind <= allowance or (gain >= 0.15 and behind <= 2 * NEAR)


def _without_repeats(quotes: Sequence[Quote]) -> list[Quote]:
    """Each text once: the same sentence in two documents is quoted from the better one."""
    kept: list[Quote] = []
    for item in quotes:
        folded = _folded(item.text)
        if not any(folded in _folded(other.text) or _folded(other.text) in folded for other in kept):
            kept.append(item)
    return kept


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def quote(item: Candidate, understood: Understood, weight: Mapping[str, float]) -> Quote:
    """The run of spans of one passage that answers best."""
    passage = item.found.passage
    best = _best_span(item, understood, weight)
    first, last = _run(passage, best, understood)
    if not _is_listed(passage.spans[best]):
        first, last = _with_neighbours(item, first, last, understood, weight)
    return Quote(item, passage.spans[first].start, passage.spans[last].end, passage.spans[first].page)


def _best_span(item: Candidate, understood: Understood, weight: Mapping[str, float]) -> int:
    spans = item.found.passage.spans
    return max(range(len(spans)), key=lambda i: (_worth(item, i, understood, weight), -i))


def _worth(item: Candidate, i: int, understood: Understood, weight: Mapping[str, float]) -> float:
    """How well one span answers: its cosine, the question's words in it, and the kind of fact asked for."""
    span = item.found.passage.spans[i]
    text = item.found.passage.text[span.start : span.end]
    shared = coverage(understood.content, set(analyse(text)), weight)
    kind = 0.12 if understood.wants is not Wants.ANYTHING and fits(understood, text) else 0.0
    listed = 0.08 if understood.wants is Wants.LIST and span.kind is not SpanKind.SENTENCE else 0.0
    thin = -0.25 if len(text) < 25 or text.endswith("?") else 0.0
    return float(item.ranked.span_similarities[i]) + 0.35 * shared + kind + listed + thin


def _is_listed(span: Span) -> bool:
    return span.kind in LISTED or span.kind is SpanKind.LEAD


def _run(passage: Passage, best: int, understood: Understood) -> tuple[int, int]:
    """The span alone, or the list that it belongs to with its lead, where that is not too long."""
    spans = passage.spans
    if not _is_listed(spans[best]):
        return best, best
    if spans[best].kind is SpanKind.ROW and understood.wants not in {Wants.LIST, Wants.COMPARISON}:
        return best, best
    first = last = best
    while first > 0 and spans[first].kind is not SpanKind.LEAD and _same_page(spans, first - 1, best):
        if spans[first - 1].kind is SpanKind.SENTENCE and spans[first].kind is SpanKind.ROW:
            break
        first -= 1
    while last + 1 < len(spans) and _in_list(spans, last + 1) and _same_page(spans, last + 1, best):
        last += 1
    if spans[last].end - spans[first].start <= LONGEST_LIST:
        return first, last
    return _shortened(spans, first, last, best)


def _in_list(spans: Sequence[Span], i: int) -> bool:
    """An entry, or a further sentence of an entry that more entries follow."""
    if spans[i].kind in LISTED:
        return True
    return spans[i].kind is SpanKind.SENTENCE and any(span.kind in LISTED for span in spans[i + 1 : i + 4])


def _same_page(spans: Sequence[Span], i: int, other: int) -> bool:
    return spans[i].page == spans[other].page


def _shortened(spans: Sequence[Span], first: int, last: int, best: int) -> tuple[int, int]:
    """As much of a long list as may be quoted, around the best entry."""
    while spans[last].end - spans[first].start > LONGEST_LIST:
        if last - best >= best - first:
            last -= 1
        else:
            first += 1
    return first, last


# A sentence that opens so leans on the one before it.
_LEANS = re.compile(
    r"^(?:it|its|this|that|these|those|they|their|he|she|such|both|each of|all of|however|but|and|or|so|also|instead|"
    r"then|therefore|conversely|secondly|thirdly|second|third|finally|in addition|for example|there|here)\b",
    re.IGNORECASE,
)


def _with_neighbours(
    item: Candidate, first: int, last: int, understood: Understood, weight: Mapping[str, float]
) -> tuple[int, int]:
    """Widen a quoted sentence until it stands alone and says all that its neighbours add to the question."""
    passage = item.found.passage
    spans = passage.spans
    if first > 0 and _LEANS.match(passage.text[spans[first].start :]) and _may_join(spans, first - 1, last):
        first -= 1
    best = max(_worth(item, i, understood, weight) for i in range(first, last + 1))
    while last + 1 < len(spans) and _may_join(spans, first, last + 1):
        if not _adds(item, first, last, last + 1, best, understood, weight):
            break
        last += 1
    while first > 0 and _may_join(spans, first - 1, last):
        if not _adds(item, first, last, first - 1, best, understood, weight):
            break
        first -= 1
    return first, last


def _may_join(spans: Sequence[Span], first: int, last: int) -> bool:
    joined = spans[first].page == spans[last].page and spans[last].end - spans[first].start <= LONGEST_QUOTE
    return joined and not any(_is_listed(spans[i]) for i in (first, last))


def _adds(
    item: Candidate,
    first: int,
    last: int,
    other: int,
    best: float,
    understood: Understood,
    weight: Mapping[str, float],
) -> bool:
    text, spans = item.found.passage.text, item.found.passage.spans
    now = set(analyse(text[spans[first].start : spans[last].end]))
    more = now | set(analyse(text[spans[other].start : spans[other].end]))
    gain = coverage(understood.content, more, weight) - coverage(understood.content, now, weight)
    return gain >= 0.1 or _worth(item, other, understood, weight) >= 0.9 * best


def stems_of(quotes: Sequence[Quote]) -> Collection[str]:
    """All stems of the passages that are quoted."""
    return {stem for item in quotes for stem in item.candidate.stems}
