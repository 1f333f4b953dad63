"""Ranked passages in; the quotes that answer, in the best order, out. Nothing is paraphrased.

A quote is a run of a passage's spans on one page: the sentence that answers, with the one before it where it would not
stand alone, or a whole list with the sentence that introduces it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answer.gate import Cited, coverage, fits
from answer.understand import Understood, Wants
from corpus.model import Passage, Span, SpanKind, Status
from index.search import Ranked
from index.store import Found

MOST_QUOTES = 4
MOST_FOR_SEVERAL = 5  # lists over documents, comparisons, questions of several parts
# A passage is cited beside the first only when its fused score (standard deviations) is within this of it.
NEAR = 2.5
# A neighbouring sentence worth this share of the best one is quoted with it.
NEIGHBOUR = 0.6
LONGEST_QUOTE = 620
LONGEST_LIST = 1_200
LISTED = frozenset({SpanKind.ITEM, SpanKind.ROW})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked passage, read back. `score` orders candidates of one question: sums of standardised scores."""

    ranked: Ranked
    found: Found
    stems: frozenset[str]
    score: float = 0.0


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


@dataclass(frozen=True, slots=True)
class Part:
    """A question, or one of the questions in it, with its candidates, best first."""

    understood: Understood
    candidates: Sequence[Candidate]
    weight: Mapping[str, float]


def choose(whole: Part, parts: Sequence[Part] = ()) -> list[Quote]:
    """The quotes that answer, best first.

    The best passage of the whole question, then the best of each part that it asks about, then others that are near
    the first or add words of the question that no chosen one has.
    """
    quotes = [quote(item, part.understood, part.weight) for item, part in _chosen(whole, parts)]
    return _without_repeats(quotes)


def _chosen(whole: Part, parts: Sequence[Part]) -> list[tuple[Candidate, Part]]:
    if not whole.candidates:
        return []
    firsts: dict[int, tuple[Candidate, Part]] = {}
    for part in (whole, *parts):
        for item in part.candidates[:1]:
            firsts.setdefault(item.ranked.row, (item, part))
    rest = [item for item in whole.candidates if item.ranked.row not in firsts]
    more = _more(rest, [item for item, _ in firsts.values()], whole)
    more.sort(key=lambda item: _place(item, whole.candidates[0]))
    return _successors_first([*firsts.values(), *((item, whole) for item in more)], whole)


def _successors_first(chosen: Sequence[tuple[Candidate, Part]], whole: Part) -> list[tuple[Candidate, Part]]:
    """Before a passage of a paper that was replaced, the best one of the paper that replaced it, if any fits."""
    ordered: list[tuple[Candidate, Part]] = []
    for item, part in chosen:
        successor = _successor(item, whole)
        if successor and all(successor is not other for other, _ in ordered):
            ordered.append((successor, whole))
        if all(item is not other for other, _ in ordered):
            ordered.append((item, part))
    return ordered[:MOST_FOR_SEVERAL]


def _successor(item: Candidate, whole: Part) -> Candidate | None:
    old = item.found.document
    if old.status is not Status.SUPERSEDED or not old.superseded_by:
        return None
    key = f"{old.library}/{old.superseded_by}"
    return next((other for other in whole.candidates if other.found.document.key == key), None)


def _place(item: Candidate, first: Candidate) -> tuple[int, int]:
    """Further entries of the first passage's list stand next to it, in the document's order; others stay as ranked."""
    return (0, item.found.passage.ordinal) if _continues_list(item, first) else (1, 0)


def _more(rest: Sequence[Candidate], already: Sequence[Candidate], whole: Part) -> list[Candidate]:
    """Further passages of the whole question, as long as they are near its first one or add something."""
    content, weight = whole.understood.content, whole.weight
    several = whole.understood.wants in {Wants.COMPARISON, Wants.LIST} or len(already) > 1
    limit = (MOST_FOR_SEVERAL if several else MOST_QUOTES) - len(already)
    covered = set[str]().union(*(item.stems for item in already))
    chosen: list[Candidate] = []
    for item in rest:
        if len(chosen) >= limit:
            break
        gain = coverage(content, covered | item.stems, weight) - coverage(content, covered, weight)
        listed = whole.understood.wants is Wants.LIST and _continues_list(item, whole.candidates[0])
        if listed or _belongs(item, whole.candidates[0], gain, len(already) + len(chosen)):
            chosen.append(item)
            covered |= item.stems
    return chosen


def _continues_list(item: Candidate, first: Candidate) -> bool:
    """Whether a passage has entries of a list under the heading of the first passage."""
    one, other = item.found.passage, first.found.passage
    same = one.document == other.document and one.heading_path == other.heading_path
    return same and any(span.kind is SpanKind.ITEM for span in one.spans)


def _belongs(item: Candidate, first: Candidate, gain: float, already: int) -> bool:
    behind = first.score - item.score
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
    best = best_span(item, understood, weight)
    first, last = _run(passage, best, understood)
    if not _is_listed(passage.spans[best]):
        first, last = _with_neighbours(item, first, last, understood, weight)
    return Quote(item, passage.spans[first].start, passage.spans[last].end, passage.spans[first].page)


def best_span(item: Candidate, understood: Understood, weight: Mapping[str, float]) -> int:
    spans = item.found.passage.spans
    return max(range(len(spans)), key=lambda i: (worth(item, i, understood, weight), -i))


def worth(item: Candidate, i: int, understood: Understood, weight: Mapping[str, float]) -> float:
    """How well one span answers: its cosine, the question's words in it, and the kind of fact asked for."""
    span = item.found.passage.spans[i]
    text = item.found.passage.text[span.start : span.end]
    shared = coverage(understood.content, item.found.span_stems[i], weight)
    kind = 0.12 if understood.wants is not Wants.ANYTHING and fits(understood, text) else 0.0
    listed = 0.15 if understood.wants is Wants.LIST and span.kind is not SpanKind.SENTENCE else 0.0
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
    if spans[best].kind is SpanKind.ITEM and _same_block(passage, best + 1):
        return _entry(passage, best)
    first = last = best
    while first > 0 and spans[first].kind is not SpanKind.LEAD and _same_page(spans, first - 1, best):
        if spans[first - 1].kind is SpanKind.SENTENCE and spans[first].kind is SpanKind.ROW:
            break
        first -= 1
    while last + 1 < len(spans) and _in_list(spans, last + 1) and _same_page(spans, last + 1, best):
        last += 1
    while _same_block(passage, last + 1) and _same_page(spans, last + 1, best):
        last += 1
    leans = first > 0 and _LEANS.match(passage.text[spans[first].start :])
    if leans and spans[first].kind is SpanKind.LEAD and _same_page(spans, first - 1, best):
        first -= 1
    if spans[last].end - spans[first].start <= LONGEST_LIST:
        return first, last
    return _shortened(spans, first, last, best)


def _same_block(passage: Passage, i: int) -> bool:
    """Whether span `i` goes on in the line of the one before it: a further sentence of a list's entry."""
    return i < len(passage.spans) and "\n" not in passage.text[passage.spans[i - 1].end : passage.spans[i].start]


def _entry(passage: Passage, item: int) -> tuple[int, int]:
    """One entry of a list of long entries, with its own sentences."""
    last = item
    while _same_block(passage, last + 1) and _same_page(passage.spans, last + 1, item):
        if passage.spans[last + 1].end - passage.spans[item].start > LONGEST_QUOTE:
            break
        last += 1
    return item, last


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
    best = max(worth(item, i, understood, weight) for i in range(first, last + 1))
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
    now = frozenset[str]().union(*item.found.span_stems[first : last + 1])
    more = now | item.found.span_stems[other]
    gain = coverage(understood.content, more, weight) - coverage(understood.content, now, weight)
    return gain >= 0.1 or worth(item, other, understood, weight) >= NEIGHBOUR * best


def seen(item: Quote) -> Cited:
    """What the gate looks at of a quote."""
    found, ranked = item.candidate.found, item.candidate.ranked
    inside = [i for i, span in enumerate(found.passage.spans) if item.start <= span.start and span.end <= item.end]
    stems = found.context_stems.union(*(found.span_stems[i] for i in inside))
    passage = f"{found.context} {found.passage.text}"
    return Cited(item.candidate.stems, stems, passage, item.text, ranked.best_span, ranked.lexical)
