"""What the library does not surely answer: questions of one meaning together, the most asked first.

Other people's questions: for officers and administrators only, and without names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from answer.answerer import Answerer, Asking
from answer.outcome import Answer
from corpus.model import Audience
from index.embed import Vectors
from records.answers import MAY_HELP, Kept

# Cosine from which two questions ask for the same. Of 31 pairs of paraphrases 26 were above it with the packaged model,
# and of 269 pairs of other questions none: the nearest came to 0.48 (measured on 23 November 2026).
ALIKE = 0.55
# Questions that are compared, the newest: their similarities are n × n.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same. `example` is the shortest wording; `newest` is when it was asked last.

    `document` is the title of what answers the example by now, where something does (for a reader of `role`), and
    `may_help` of what only may answer it.
    """

    example: str
    count: int
    newest: dt.datetime
    role: Audience
    document: str = ""
    may_help: str = ""

    @property
    def is_closed(self) -> bool:
        return bool(self.document)


def find_gaps(
    unanswered: Sequence[Kept],
    answerer: Answerer,
    generation: str,
    *,
    reader: Audience,
    libraries: tuple[str, ...] = (),
    most: int = MOST,
) -> Iterator[Gap]:
    """The gaps, the most asked first; each is asked again, which takes some milliseconds, when it is come to.

    Args:
        generation: the one that `answerer` answers from.
        reader: who will see them: questions of people with a higher role than theirs are left out.
        libraries: those that are asked; empty for all.
        most: how many questions are compared, the newest.
    """
    shown = [kept for kept in unanswered if kept.question and Audience(kept.role).rank <= reader.rank]
    newest = sorted(shown, key=lambda kept: kept.asked, reverse=True)[:most]
    vectors = answerer.vectors([kept.question for kept in newest])
    for group in grouped(newest, vectors):
        example = min(group, key=lambda kept: (len(kept.question), kept.question, kept.id))
        # The same question of the same reader to the same library comes to the same: silence is not asked for again.
        known = example.generation == generation and example.outcome != MAY_HELP
        document, may_help = ("", "") if known else _answered_by(example, answerer, libraries)
        last = max(kept.asked for kept in group)
        yield Gap(example.question, len(group), last, Audience(example.role), document, may_help)


def open_gaps(gaps: Iterator[Gap], limit: int) -> list[Gap]:
    """The first ones that no document answers yet."""
    return list(islice((gap for gap in gaps if not gap.is_closed), limit))


def grouped(questions: Sequence[Kept], vectors: Vectors, alike: float = ALIKE) -> list[list[Kept]]:
    """Questions that ask for the same, the largest group first, then the newest.

    Greedy: the question that most others are like takes those with it, and so on with what is left.

    Args:
        vectors: one row for each question, normalised.
    """
    near = vectors @ vectors.T >= alike
    np.fill_diagonal(near, True)  # a rounding error must not make a question unlike itself
    counts = near.sum(axis=1)
    left = np.ones(len(questions), dtype=bool)
    groups = []
    while left.any():
        members = near[int(np.where(left, counts, 0).argmax())] & left
        groups.append([questions[int(i)] for i in np.flatnonzero(members)])
        left &= ~members
        counts -= near[:, members].sum(axis=1)
    return sorted(groups, key=lambda group: (len(group), max(kept.asked for kept in group)), reverse=True)


def _answered_by(kept: Kept, answerer: Answerer, libraries: tuple[str, ...]) -> tuple[str, str]:
    """The titles of the document that answers a question now, and of one that only may; both empty for silence."""
    outcome = answerer.ask(Asking(kept.question, Audience(kept.role), kept.after or None, libraries))
    if not isinstance(outcome, Answer):
        return "", ""
    title = outcome.citations[0].title
    return ("", title) if outcome.tentative else (title, "")
