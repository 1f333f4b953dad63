"""Is there evidence at all? What was found, weighed into one probability that the passages answer the question."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from answer.understand import Understood, Wants

# Below this the library is said to be silent. Chosen on the tuning part: see docs/evidence.md.
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an answer.

    `similarity` and `span` are cosines of the best passage and its best sentence; `coverage` the share of the
    question's words, by their weight, that the best passage has, `union` that the cited passages have together;
    `missing_name` the share of the names and figures insisted on that no cited passage has; `unknown` the share of
    words that the library does not have at all; `fits` whether a fact of the kind asked for is there; `lexical` is
    BM25 per unit of the question's weight.
    """

    similarity: float
    span: float
    coverage: float
    union: float
    missing_name: float
    unknown: float
    fits: float
    lexical: float

    def values(self) -> tuple[float, ...]:
        return (
            self.similarity, self.span, self.coverage, self.union, self.missing_name, self.unknown, self.fits,
            self.lexical,
        )  # fmt: skip


# Logistic regression (evaluation/fit_gate.py): intercept, then a weight for each field of Evidence in order.
INTERCEPT = -6.0
WEIGHTS = (3.0, 4.5, 1.5, 3.0, -2.0, -2.0, 0.6, 0.1)


def confidence(evidence: Evidence) -> float:
    """The probability, in [0, 1], that the passages answer."""
    logit = INTERCEPT + sum(weight * value for weight, value in zip(WEIGHTS, evidence.values(), strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def coverage(content: Collection[str], stems: Collection[str], weight: Mapping[str, float]) -> float:
    """The share, by weight, of the question's stems that are among `stems`; 1 for a question without content."""
    total = sum(weight[stem] for stem in content)
    return sum(weight[stem] for stem in content if stem in stems) / total if total else 1.0


def rarity(frequency: int, count: int) -> float:
    """How much a stem tells: 0 where every passage has it, most where none does.

    Source: inverse document frequency as in BM25, ln(1 + (n - f + 0.5) / (f + 0.5)).
    """
    return math.log(1.0 + (count - min(frequency, count) + 0.5) / (min(frequency, count) + 0.5))


_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_FACTS: Mapping[Wants, re.Pattern[str]] = {
    Wants.DATE: re.compile(rf"\b(?:19|20)\d\d\b|\b(?:{_MONTH})\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b|\b(?:before|after|within|every)\b"),
    Wants.DURATION: re.compile(r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|quarters?)\b", re.I),
    Wants.MONEY: re.compile(r"[£€$]\s?\d|\bpounds?\b|\bfree\b|\bfund\w*\b|\bcosts?\b|\bpaid?\b|\bgrants?\b|\d\s?(?:million|bn|m)\b", re.I),
    Wants.NUMBER: re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|half|most|all)\b", re.I),
}  # fmt: skip


def fits(understood: Understood, text: str) -> bool:
    """Whether a text holds a fact of the kind that the question asks for."""
    pattern = _FACTS.get(understood.wants)
    return pattern is None or bool(pattern.search(text))
