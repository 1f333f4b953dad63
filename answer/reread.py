"""Candidates in, the same in the order that reading them gives: the search's scores and the reader's, summed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from answer.compose import Candidate
from answer.gate import coverage
from answer.reader import LONGEST_CONTEXT, MOST_TOKENS, Readable, Reader, logit, window
from answer.understand import Understood

# What one unit of the reader's logit counts beside one unit of the search's score (a sum of standardised scores).
# Chosen on the tuning parts: `python -m evaluation.fit reader`.
READER = 0.6


def reread(
    candidates: Sequence[Candidate],
    understood: Understood,
    weight: Mapping[str, float],
    reader: Reader,
    most_tokens: int = MOST_TOKENS,
) -> list[Candidate]:
    """The candidates with what the reader made of the first of them, best first; ties in the order they came.

    Those that there was no time to read count as the least of those that were read.
    """
    if not candidates:
        return []
    windows = [readable(item, understood, weight) for item in candidates]
    readings = reader.read(understood.text, windows, most_tokens)
    least = min(logit(reading) for reading in readings)
    scored = []
    for i, item in enumerate(candidates):
        reading = readings[i] if i < len(readings) else None
        score = item.score + READER * (logit(reading) if reading else least)
        scored.append(replace(item, reading=reading, score=score))
    return sorted(scored, key=lambda item: -item.score)


def readable(item: Candidate, understood: Understood, weight: Mapping[str, float]) -> Readable:
    """The window of a candidate that the reader sees: around the span most like the question."""
    start, end = window(item.found.passage, worths(item, understood, weight))
    return Readable(item.found.context[:LONGEST_CONTEXT], item.found.passage.text[start:end], start)


def worths(item: Candidate, understood: Understood, weight: Mapping[str, float]) -> list[float]:
    """For each span how like the question it is: its cosine, and the share of the question's words that it has."""
    return [
        float(similarity) + 0.35 * coverage(understood.content, stems, weight, understood.alike)
        for similarity, stems in zip(item.ranked.span_similarities, item.found.span_stems, strict=True)
    ]


def agreed(candidates: Sequence[Candidate], first: Candidate) -> float:
    """The share of the rankings (passage, words, sentence) that put `first` first among the candidates."""
    rankings = (
        lambda item: item.ranked.similarity,
        lambda item: item.ranked.lexical,
        lambda item: item.ranked.best_span,
    )
    agreeing = sum(max(candidates, key=by).ranked.row == first.ranked.row for by in rankings)
    return agreeing / len(rankings)
