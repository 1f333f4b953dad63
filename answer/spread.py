"""A question about several papers, or about what is newest: which of the ranked passages stand for whole documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from answer.compose import NEAR, Candidate, Part
from answer.understand import Wants

# Documents that a question which asks what the papers say is answered from.
MOST_DOCUMENTS = 4
# A paper is asked for by such a question, so it may be further behind than a passage that is only cited beside another.
FAR = 2 * NEAR
# By so much the reader must be surer that a fresh passage answers than that the one shown before does. It ranked both
# already; at 0 this cost two of 41 follow-ups (tuning parts) their first place, so it gains one.
SURER = 0.25
# Passages of each part of a question that stand before those of the question as a whole.
EACH = 2


def spread(whole: Part) -> list[Part]:
    """The best passage of each further document as a part of its own, as long as it is not far behind the first."""
    if not whole.understood.everywhere or not whole.candidates:
        return []
    best: dict[str, Candidate] = {}
    for item in whole.candidates:
        if whole.candidates[0].score - item.score <= FAR:
            best.setdefault(item.found.document.key, item)
    others = list(best.values())[1:MOST_DOCUMENTS]
    return [replace(whole, candidates=[item]) for item in others]


def woven(whole: Part, parts: Sequence[Part]) -> Part:
    """The passages of a question of several parts: its own first, the first of each part, the second of each, others.

    Two questions in one sentence find what lies between them; each alone finds what answers it. Where every part has
    found a better passage than the whole has, that of the whole comes after the first of each.
    """
    if not parts or whole.understood.wants is Wants.COMPARISON:
        return whole
    own = list(whole.candidates[:1])
    firsts = [part.candidates[0] for part in parts if part.candidates]
    seconds = [item for part in parts for item in part.candidates[1:EACH]]
    is_behind = bool(own and firsts) and own[0].score < min(item.score for item in firsts)
    order = [*firsts, *own, *seconds] if is_behind else [*own, *firsts, *seconds]
    found: dict[int, Candidate] = {}
    for item in [*order, *whole.candidates]:
        found.setdefault(item.ranked.row, item)
    return replace(whole, candidates=list(found.values()))


def newest_first(whole: Part) -> Part:
    """For "is that still true?": passages of papers later than the first one's before it, if they are near."""
    if not whole.understood.still or not whole.candidates:
        return whole
    first = whole.candidates[0]
    later = [item for item in whole.candidates if _is_later(item, first) and first.score - item.score <= FAR]
    others = [item for item in whole.candidates if all(item is not other for other in later)]
    return replace(whole, candidates=[*later, *others])


def _is_later(item: Candidate, first: Candidate) -> bool:
    mine, other = item.found.document.dated, first.found.document.dated
    return mine is not None and other is not None and mine > other


def fresh_first(whole: Part, told: Sequence[Candidate]) -> Part:
    """A follow-up's passages with those that the earlier answer showed after one that has more of what is asked now.

    Only for a follow-up with words of its own: "show me where" asks for the same passage again.
    """
    if not whole.understood.follows or not whole.candidates or not told:
        return whole
    rows = {item.ranked.row for item in told}
    first = whole.candidates[0]
    if first.ranked.row not in rows:
        return whole
    fresh = next((item for item in whole.candidates if item.ranked.row not in rows), None)
    if fresh is None or not _answers_better(fresh, first, whole):
        return whole
    return replace(whole, candidates=[fresh, *(item for item in whole.candidates if item is not fresh)])


def _answers_better(fresh: Candidate, told: Candidate, whole: Part) -> bool:
    """By the reader where both were read; else by the question's own words, of which the told passage has no more."""
    if fresh.reading and told.reading:
        return fresh.reading.answers - told.reading.answers >= SURER
    own = set(whole.understood.content)
    return told.score - fresh.score <= NEAR and len(own & fresh.stems) > len(own & told.stems)
