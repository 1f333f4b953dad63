"""Ranked passages in; the quotes that answer, in the best order, out. Nothing is paraphrased.

A quote is a run of a passage's spans on one page: `answer/runs.py` says which.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from answer.defines import defines, term_of
from answer.differ import Difference, Sentence
from answer.differ import difference as differing
from answer.gate import Cited, coverage, fits
from answer.marks import FIGURES, mark, suits
from answer.reader import Reading
from answer.repeats import is_said_before
from answer.runs import LENGTH_COST, LENGTH_COST_BESIDE, best_run
from answer.understand import Understood, Wants
from corpus.model import Span, SpanKind, Status
from index.search import Ranked
from index.store import Found

MOST_QUOTES = 4
MOST_FOR_SEVERAL = 5  # lists over documents, comparisons, questions of several parts
# A passage is cited beside the first only when its score (sums of standard deviations) is within this of it. What the
# reader adds to the scores makes them lie further apart.
NEAR = 2.5
NEAR_WHEN_READ = 4.5

# What the spans of a passage are told apart by, and how much each sign counts for "the answer stands here".
SPAN_WEIGHTS = {
    "nearness": 5.5,
    "coverage": 2.3,
    "coverage_behind": 3.5,
    "fits": 0.9,
    "listed": 0.7,
    "asks": -4.0,
    "length": 0.4,
    "defines": 2.0,
    # By hand: no reader so far is sure enough of its words to fit these.
    "read": 3.0,
    "read_elsewhere": -2.0,
}
INTERCEPT = 0.0
# A word of the question that the heading or the title has says less about which sentence answers.
IN_HEADING = 0.25


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked passage, read back. `score` orders candidates of one question: sums of standardised scores.

    `reading` is what the reader made of question and passage; None where none was asked.
    """

    ranked: Ranked
    found: Found
    stems: frozenset[str]
    score: float = 0.0
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A run of text of a passage: `passage.text[start:end]`, all on `page`.

    `mark` is where in it the words stand that answer; None where that is not sure.
    """

    candidate: Candidate
    start: int
    end: int
    page: int
    mark: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return self.candidate.found.passage.text[self.start : self.end]

    @property
    def spans(self) -> list[int]:
        """Which spans of the passage it consists of."""
        spans = enumerate(self.candidate.found.passage.spans)
        return [i for i, span in spans if self.start <= span.start and span.end <= self.end]

    @property
    def sentences(self) -> list[str]:
        """Its sentences, entries and rows."""
        passage = self.candidate.found.passage
        return [passage.text[passage.spans[i].start : passage.spans[i].end] for i in self.spans]


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
    whole, parts = _definition_first(whole), [_definition_first(part) for part in parts]
    chosen = _chosen(whole, parts)
    firsts = {part.candidates[0].ranked.row for part in (whole, *parts) if part.candidates}
    quotes = [quote(item, part.understood, part.weight, beside=item.ranked.row not in firsts) for item, part in chosen]
    return _better_first(_without_repeats(quotes), whole)


def _definition_first(part: Part) -> Part:
    """A passage that says what a thing is before those that only mention it, if it is not far behind."""
    term = term_of(part.understood)
    if not term or not part.candidates:
        return part
    first = part.candidates[0]
    near = (item for item in part.candidates if first.score - item.score <= _near(first))
    defining = next((item for item in near if _defines(item, term)), None)
    if defining is None:
        return part
    return replace(part, candidates=[defining, *(item for item in part.candidates if item is not defining)])


def _defines(item: Candidate, term: frozenset[str]) -> bool:
    passage = item.found.passage
    return any(defines(passage.text[span.start : span.end], term) for span in passage.spans)


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
    behind, near = first.score - item.score, _near(first)
    allowance = near if already < 3 else near / 2
    return behind <= allowance or (gain >= 0.15 and behind <= 2 * near)


def _near(first: Candidate) -> float:
    return NEAR if first.reading is None else NEAR_WHEN_READ


def _without_repeats(quotes: Sequence[Quote]) -> list[Quote]:
    """Each thing said once: the same sentence in two documents is quoted from the better one."""
    kept: list[Quote] = []
    for item in quotes:
        before = [text for other in kept for text in (other.text, *other.sentences)]
        if not is_said_before(item.sentences, before):
            kept.append(item)
    return kept


# --- two papers that differ --------------------------------------------------------------------------------------


def difference(quotes: Sequence[Quote], understood: Understood, weight: Mapping[str, float]) -> Difference | None:
    """Two of the quoted papers that give different values for what was asked, if any do."""
    sentences = [sentence for item in quotes for sentence in _told(item)]
    return differing(sentences, understood, weight)


def _told(item: Quote) -> Iterator[Sentence]:
    found = item.candidate.found
    for i in item.spans:
        span = found.passage.spans[i]
        text = found.passage.text[span.start : span.end]
        yield Sentence(found.document, text, found.span_stems[i], found.context_stems)


def _better_first(quotes: Sequence[Quote], whole: Part) -> list[Quote]:
    """Of two papers that differ, the one to believe rather stands before the other."""
    found = difference(quotes, whole.understood, whole.weight)
    keys = [item.candidate.found.document.key for item in quotes]
    if not found or keys.index(found.first.key) < keys.index(found.second.key):
        return list(quotes)
    better, place = quotes[keys.index(found.first.key)], keys.index(found.second.key)
    rest = [item for item in quotes if item is not better]
    return [*rest[:place], better, *rest[place:]]


# --- one quote ---------------------------------------------------------------------------------------------------


def quote(item: Candidate, understood: Understood, weight: Mapping[str, float], *, beside: bool = False) -> Quote:
    """The run of spans of one passage that answers best; a shorter one where it only stands beside the first."""
    passage = item.found.passage
    several = understood.wants in {Wants.LIST, Wants.COMPARISON}
    cost = LENGTH_COST_BESIDE if beside else LENGTH_COST
    likely = chances(item, understood, weight)
    first, last = best_run(passage, likely, all_of_it=several, length_cost=cost)
    run = passage.spans[first].start, passage.spans[last].end
    best = passage.spans[max(range(first, last + 1), key=lambda i: (likely[i], -i))]
    place = mark(item.reading, passage.text, run, (best.start, best.end), understood)
    return Quote(item, *run, passage.spans[first].page, place)


def chances(item: Candidate, understood: Understood, weight: Mapping[str, float]) -> list[float]:
    """For each span of a passage the probability that the answer stands in it."""
    return [_chance(signs) for signs in span_signs(item, understood, weight)]


def _chance(signs: Sequence[float]) -> float:
    logit = INTERCEPT + sum(weight * sign for weight, sign in zip(SPAN_WEIGHTS.values(), signs, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def span_signs(item: Candidate, understood: Understood, weight: Mapping[str, float]) -> list[list[float]]:
    """What speaks for each span of a passage, in the order of `SPAN_WEIGHTS`."""
    found, passage = item.found, item.found.passage
    told = {stem: w * (IN_HEADING if stem in found.context_stems else 1.0) for stem, w in weight.items()}
    shares = [coverage(understood.content, stems, told, understood.alike) for stems in found.span_stems]
    most, nearest = max(shares, default=0.0), item.ranked.best_span
    term = term_of(understood)
    signs = []
    for i, span in enumerate(passage.spans):
        text = passage.text[span.start : span.end]
        kind = understood.wants in FIGURES and fits(understood, text)
        listed = understood.wants is Wants.LIST and span.kind is not SpanKind.SENTENCE
        signs.append([
            float(item.ranked.span_similarities[i]) - nearest,
            shares[i],
            shares[i] - most,
            float(kind),
            float(listed),
            float(text.endswith("?")),
            math.log(max(10, len(text)) / 100),
            float(defines(text, term)),
            *_read(item.reading, passage.text, span, understood),
        ])  # fmt: skip
    return signs


def _read(reading: Reading | None, text: str, span: Span, understood: Understood) -> tuple[float, float]:
    """How sure the reader is that the answer stands in a span, and that it stands in another one."""
    if reading is None or reading.start >= reading.end or not suits(reading, text, understood):
        return 0.0, 0.0
    sure = reading.answers * reading.sure
    inside = span.start < reading.end and reading.start < span.end
    return (sure, 0.0) if inside else (0.0, sure)


def seen(item: Quote) -> Cited:
    """What the gate looks at of a quote."""
    found, ranked = item.candidate.found, item.candidate.ranked
    stems = found.context_stems.union(*(found.span_stems[i] for i in item.spans))
    passage = f"{found.context} {found.passage.text}"
    reading = item.candidate.reading
    return Cited(item.candidate.stems, stems, passage, item.text, ranked.best_span, ranked.lexical, reading)
