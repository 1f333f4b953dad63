"""Is there evidence at all? What was found, weighed into one probability that the passages answer the question.

The weights are a logistic regression on the tuning parts of several sets (`python -m evaluation.fit gate`);
docs/evidence.md shows how well the probability is calibrated, and what the thresholds cost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType

from answer.everyday import COVERED
from answer.insists import Lacking
from answer.reader import SUREST, Reading, logit
from answer.understand import Understood, Wants


class Verdict(StrEnum):
    """What a probability allows."""

    ANSWER = "answer"
    MAY_HELP = "may_help"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Costs:
    """What each mistake costs, beside 1 for passages that do not answer, shown with the words that they may not.

    misled: an answer to a question that has none. vague: "this may help" before passages that do answer. silence:
    nothing, though the library answers.
    """

    misled: float
    vague: float
    silence: float

    def answer_from(self) -> float:
        """The probability from which an answer costs less than "this may help".

        (1 - p) misled < (1 - p) + p vague.

        >>> Costs(misled=3.0, vague=1.0, silence=5.0).answer_from()
        0.6666666666666666
        """
        return (self.misled - 1) / (self.misled - 1 + self.vague)

    def may_help_from(self) -> float:
        """The probability from which "this may help" costs less than silence: (1 - p) + p vague < p silence.

        >>> Costs(misled=3.0, vague=1.0, silence=5.0).may_help_from()
        0.2
        """
        return 1 / (1 + self.silence - self.vague)


# Silence about what the library holds sends people away and teaches them not to ask. An answer shows its sources, so a
# wrong one is seen through by most people, though not by all; "this may help" costs the reading.
COSTS = Costs(misled=2.0, vague=1.0, silence=5.0)


def verdict(confidence: float) -> Verdict:
    """What a probability allows, by the costs."""
    if confidence >= COSTS.answer_from():
        return Verdict.ANSWER
    return Verdict.MAY_HELP if confidence >= COSTS.may_help_from() else Verdict.SILENT


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an answer. Shares lie in [0, 1], cosines in [-1, 1].

    read, read_first: the reader's logit over its greatest, in [-1, 1], for the best and for the first cited passage; 0
    without a reader. span: cosine of the best sentence that is quoted from. coverage, quoted: the share of the
    question's words, by weight, in the best passage and in the best quote. unknown: the share that the whole library
    lacks. heaviest: the weight of the most telling word that the best passage lacks, over the most telling one. fits: a
    quote has a fact of the kind asked for. lexical: BM25 over the weight of the question. agreement: the share of the
    rankings that put the first cited passage first. no_*: the share of what the question insists on that even the best
    cited passage lacks; other_year, other_figure: and it has another one instead. attribute: the question names the
    fact it wants.
    """

    read: float
    read_first: float
    span: float
    coverage: float
    quoted: float
    unknown: float
    heaviest: float
    fits: float
    lexical: float
    agreement: float
    no_names: float
    no_years: float
    no_months: float
    no_figures: float
    no_attribute: float
    other_year: float
    other_figure: float
    attribute: float

    def values(self) -> tuple[float, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression: an intercept, and a weight for each field of `Evidence` by name; 0 for those left out."""

    intercept: float
    by_name: Mapping[str, float]

    def logit(self, evidence: Evidence) -> float:
        return self.intercept + sum(weight * float(getattr(evidence, name)) for name, weight in self.by_name.items())


# Fitted on 23 November 2026, with a reader on questions that it was not trained on: `python -m evaluation.fit gate DATA
# --sets starter dev followups held held_papers held_articles aside_covidqa aside_conditionalqa`; without one on the
# tuning parts of all sets (`--reader off`).
WITH_READER = Weights(
    -0.4,
    {
        "read": 0.84, "read_first": 1.94, "fits": 0.79,
        "no_names": -1.37, "no_years": -1.11, "no_months": -0.14, "no_figures": -0.78, "no_attribute": 1.19,
        "attribute": -0.99,
    },
)  # fmt: skip
WITHOUT_READER = Weights(
    -2.96,
    {
        "span": 2.2, "coverage": 0.36, "quoted": 0.5, "unknown": -0.05, "heaviest": -0.25, "fits": 1.03,
        "lexical": 0.38, "agreement": 1.05, "no_names": -0.79, "no_years": -0.18, "no_months": 0.17,
        "no_figures": 0.09, "no_attribute": 0.31, "other_year": -0.28, "other_figure": 0.03, "attribute": -0.96,
    },
)  # fmt: skip


def confidence(evidence: Evidence, *, was_read: bool) -> float:
    """The probability, in [0, 1], that the passages answer."""
    found = (WITH_READER if was_read else WITHOUT_READER).logit(evidence)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, found))))


@dataclass(frozen=True, slots=True)
class Cited:
    """What the gate sees of a quoted passage: stems of the passage and of the quote, the text, and its scores."""

    stems: frozenset[str]
    quote_stems: frozenset[str]
    passage: str
    quote: str
    best_span: float
    lexical: float
    reading: Reading | None = None


def weigh(
    cited: Sequence[Cited],
    understood: Understood,
    weight: Mapping[str, float],
    frequency: Callable[[str], int],
    agreement: float,
) -> Evidence:
    """The evidence that quoted passages give for a question. `cited` is not empty, the first shown first."""
    content = understood.content
    total = sum(weight[stem] for stem in content) or 1.0
    best = max(cited, key=lambda item: coverage(content, item.stems, weight))
    missing = [weight[stem] for stem in content if stem not in best.stems]
    most = max((weight[stem] for stem in content), default=0.0)
    lacking = _least(understood, cited)
    return Evidence(
        read=max((logit(item.reading) / SUREST for item in cited if item.reading), default=0.0),
        read_first=logit(cited[0].reading) / SUREST if cited[0].reading else 0.0,
        span=max(item.best_span for item in cited),
        coverage=coverage(content, best.stems, weight),
        quoted=max(coverage(content, item.quote_stems, weight) for item in cited),
        unknown=sum(weight[stem] for stem in content if not frequency(stem)) / total,
        heaviest=max(missing, default=0.0) / most if most else 0.0,
        fits=float(any(fits(understood, item.quote) for item in cited)),
        lexical=min(3.0, max(item.lexical for item in cited) / total),
        agreement=agreement,
        no_names=lacking.names,
        no_years=lacking.years,
        no_months=lacking.months,
        no_figures=lacking.figures,
        no_attribute=lacking.attribute,
        other_year=float(lacking.other_year),
        other_figure=float(lacking.other_figure),
        attribute=float(understood.names_attribute),
    )


def _least(understood: Understood, cited: Sequence[Cited]) -> Lacking:
    """What the cited passage that lacks least of what the question insists on still lacks."""
    found = [understood.insists.lacking(item.passage, item.stems) for item in cited]
    return min(found, key=lambda item: (item.names + item.years + item.months + item.figures, item.attribute))


def coverage(
    content: Collection[str],
    stems: Collection[str],
    weight: Mapping[str, float],
    alike: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> float:
    """The share, by weight, of the question's stems that are among `stems`; 1 for a question without content.

    alike: stems that stand for one of the question's, in papers; where only they are there, it is covered in part.
    """
    total = shared = 0.0
    for stem in content:  # asked some hundred times a question, so it is one plain loop
        total += weight[stem]
        if stem in stems:
            shared += weight[stem]
        elif stem in alike and not alike[stem].isdisjoint(stems):
            shared += COVERED * weight[stem]
    return shared / total if total else 1.0


def rarity(frequency: int, count: int) -> float:
    """How much a stem tells: 0 where every passage has it, most where none does.

    Source: inverse document frequency as in BM25, ln(1 + (n - f + 0.5) / (f + 0.5)).
    """
    return math.log(1.0 + (count - min(frequency, count) + 0.5) / (min(frequency, count) + 0.5))


_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|half"
_FACTS: Mapping[Wants, re.Pattern[str]] = {
    Wants.DATE: re.compile(
        rf"\b(?:19|20)\d\d\b|\b(?:{_MONTH})\b|\b\d+ (?:days|weeks|months|years)\b|\b(?:before|after|within|every|until|once)\b"
    ),
    Wants.DURATION: re.compile(
        rf"(?:\d|\b(?:{_SMALL}|few|an?|quarter)\b)[\s-]*(?:of an |to \d+ )?(?:minutes?|hours?|days?|weeks?|months?|years?)",
        re.IGNORECASE,
    ),
    Wants.MONEY: re.compile(
        r"[£€$]\s?\d|\bfree\b|\bno charge\b|\d ?(?:pounds|million|pence|p)\b|\bfund\w*|\bgrants?\b", re.IGNORECASE
    ),
    Wants.NUMBER: re.compile(rf"\d|\b(?:{_SMALL}|no limit)\b", re.IGNORECASE),
}


def fits(understood: Understood, text: str) -> bool:
    """Whether a text holds a fact of the kind that the question asks for."""
    pattern = _FACTS.get(understood.wants)
    return pattern is None or bool(pattern.search(text))
