"""Rows of a studied set in, its figures out: what was cited, what the gate did, how well it is calibrated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evaluation.measures import area_under_curve, calibration_error, declined_at, hit_at, mean, percentile
from evaluation.run import Figures
from evaluation.study import AMONG, Lost, Row

WRONG = 0.05  # share of the answerable that may be declined, where the gate is compared
A_THIRD = 1 / 3


def figures(rows: Sequence[Row]) -> Figures:
    """All figures of a set; not a number where the set cannot tell.

    Of questions that have an answer and can be judged, where one that was declined counts as a miss:
    first, any_of_three, any: the answer is in the first (any of the first three, any) cited passage;
    first_quote, any_quote: in the words quoted. chosen_first, chosen_three, chosen_any: the same of what would be cited
    without the gate. found_1, found_5: in the first (any of the first five) passages as ranked; page_1: the first
    passage is of a right document. plain_...: the same of the plain hybrid, and target_...: with a third of what it
    misses. follow_5: found_5 for follow-ups, and bare_5 for the same without their thread; own_5: for the follow-ups
    that a person rewrote, and rewritten_5 for what they wrote.

    Of the gate: declines_right, declines_wrong: questions without (with) an answer that got none; unsure_right,
    unsure_wrong: got one marked as uncertain; auc, declined_at_5: how well the probability parts them, over questions
    that came to the gate (an answerable one that was refused or asked back counts as 0). ece_mass, ece_width: the
    calibration error, ten bins, against "the passages that would be cited hold the answer".

    Of all questions: sound: quotes are verbatim, the audience is kept and the outcome is the same again; p50_ms,
    p95_ms: question to outcome.
    """
    known = [row for row in rows if row.expect != "silence" and row.lost is not Lost.OPEN]
    return {**_cited(known), **_found(known), **gate(rows), **times(rows)}


def _cited(known: Sequence[Row]) -> Figures:
    return {
        "questions": float(len(known)),
        "first": mean([hit_at(row.cited, 1) for row in known]),
        "any_of_three": mean([hit_at(row.cited, 3) for row in known]),
        "any": mean([float(any(row.cited)) for row in known]),
        "first_quote": mean([hit_at(row.quoted, 1) for row in known]),
        "any_quote": mean([float(any(row.quoted)) for row in known]),
        "chosen_first": mean([hit_at(row.would_cite, 1) for row in known]),
        "chosen_three": mean([hit_at(row.would_cite, 3) for row in known]),
        "chosen_any": mean([float(any(row.would_cite)) for row in known]),
        "citations_each": mean([float(len(row.cited)) for row in known if row.answered]),
    }


def _found(known: Sequence[Row]) -> Figures:
    plain = [row for row in known if row.plain]
    rewritten = [row for row in known if row.rewritten and row.follows]
    bare = [row for row in known if row.bare]
    paged = [row for row in known if any(row.pages) or any(row.plain_pages)]
    told: Figures = {
        "found_1": mean([hit_at(row.found, 1) for row in known]),
        "found_5": mean([hit_at(row.found, AMONG) for row in known]),
        "page_1": mean([hit_at(row.pages, 1) for row in known]) if paged else mean([]),
        "plain_1": mean([hit_at(row.plain, 1) for row in plain]),
        "plain_5": mean([hit_at(row.plain, AMONG) for row in plain]),
        "plain_page_1": mean([hit_at(row.plain_pages, 1) for row in plain]) if paged else mean([]),
        "follow_5": mean([hit_at(row.found, AMONG) for row in bare]),
        "bare_5": mean([hit_at(row.bare, AMONG) for row in bare]),
        "own_5": mean([hit_at(row.found, AMONG) for row in rewritten]),
        "rewritten_5": mean([hit_at(row.rewritten, AMONG) for row in rewritten]),
    }
    targets = {f"target_{name}": told[f"plain_{name}"] for name in ("page_1", "5")}
    return {**told, **{name: plain + (1 - plain) * A_THIRD for name, plain in targets.items()}}


def gate(rows: Sequence[Row]) -> Figures:
    """The figures of the gate alone."""
    silent = [row for row in rows if row.expect == "silence"]
    wanted = [row for row in rows if row.expect == "answer"]
    yes, no = confidences(rows)
    predicted, came = predictions(rows)
    return {
        "silent": float(len(silent)),
        "declines_right": mean([float(not row.answered) for row in silent]),
        "declines_wrong": mean([float(not row.answered) for row in wanted]),
        "unsure_right": mean([float(row.tentative) for row in silent]),
        "unsure_wrong": mean([float(row.tentative) for row in wanted]),
        "auc": area_under_curve(yes, no),
        "declined_at_5": declined_at(yes, no, WRONG),
        "ece_mass": calibration_error(predicted, came, equal_mass=True),
        "ece_width": calibration_error(predicted, came, equal_mass=False),
    }


def confidences(rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    """The probabilities of questions with and without an answer that came to the gate."""
    weighed = [row for row in rows if row.outcome in {"answer", "no_answer"}]
    refused = [0.0 for row in rows if row.expect == "answer" and row not in weighed]
    yes = [row.confidence for row in weighed if row.expect == "answer"]
    return [*yes, *refused], [row.confidence for row in weighed if row.expect == "silence"]


def predictions(rows: Sequence[Row]) -> tuple[list[float], list[bool]]:
    """The probability of each question, and whether the passages that would be cited hold its answer."""
    counted = [row for row in rows if row.lost is not Lost.OPEN and row.outcome in {"answer", "no_answer"}]
    return [row.confidence for row in counted], [row.expect != "silence" and any(row.would_cite) for row in counted]


def times(rows: Sequence[Row]) -> Figures:
    """How long a question took, in milliseconds, and the share of outcomes without a fault."""
    took = [row.milliseconds for row in rows]
    return {
        "sound": mean([float(row.sound) for row in rows]),
        "p50_ms": percentile(took, 0.5),
        "p95_ms": percentile(took, 0.95),
    }


def lost(rows: Sequence[Row]) -> dict[Lost, int]:
    """How many questions of a set were lost at each place, and how many came through."""
    counted = Counter(row.lost for row in rows)
    return {place: counted[place] for place in Lost if place is not Lost.OPEN}
