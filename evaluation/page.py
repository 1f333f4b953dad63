"""What of a run goes into docs/evidence.md: the figures beside what they should reach, the map of errors, the gate.

Runs that others are compared with are kept as their figures and counts alone (`evaluation/kept/`), without single
questions.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuestionError
from evaluation.run import Figures
from evaluation.shown import Shown
from evaluation.studied import is_blind
from evaluation.study import Lost, Row
from evaluation.summary import figures, gate, lost, times

# Sets of which the gate is told together. ConditionalQA without its scenarios would count the same questions twice.
DOMAIN, PUBLIC, ALL = "our domain", "public", "all"
ONCE = {"conditionalqa_bare"}
PUBLIC_SETS = {"squad2", "mtrag", "conditionalqa"}
OWN_SETS = {"starter", "dev", "followups"}


@dataclass(frozen=True, slots=True)
class Told:
    """Figures of a set or of several together, and how many questions were lost at each place."""

    figures: Figures
    lost: Mapping[str, int]


def tell(rows: Mapping[str, Sequence[Row]]) -> dict[str, Told]:
    """Each set by its name, then our domain, the public sets with unanswerable questions, and all."""
    told = {name: Told(figures(found), _counts(found)) for name, found in rows.items()}
    groups = {
        DOMAIN: [n for n in rows if n in OWN_SETS or is_blind(n)],
        PUBLIC: [n for n in rows if n in PUBLIC_SETS],
        ALL: [n for n in rows if n not in ONCE],
    }
    for name, sets in groups.items():
        together = [row for one in sets for row in rows[one]]
        if together:
            told[name] = Told({**gate(together), **times(together)}, _counts(together))
    return told


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    return {place.value: count for place, count in lost(rows).items()}


def keep(file: Path, told: Mapping[str, Told], how: Mapping[str, str]) -> None:
    """Write a run's figures and counts; what was not measured is null."""
    plain = {
        name: {
            "figures": {key: None if math.isnan(v) else round(v, 4) for key, v in one.figures.items()},
            "lost": dict(one.lost),
        }
        for name, one in told.items()
    }
    file.write_text(json.dumps({"how": dict(how), "sets": plain}, indent=1, ensure_ascii=False) + "\n", "utf-8")


def kept(file: Path) -> dict[str, Told]:
    """What `keep` wrote. Raises: QuestionError for a file that is not one."""
    try:
        sets = json.loads(file.read_text("utf-8"))["sets"]
        return {
            name: Told({key: math.nan if v is None else float(v) for key, v in one["figures"].items()}, one["lost"])
            for name, one in sets.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionError(f"{file} holds no kept figures; make it with scripts/bench evidence --keep.") from error


# --- what should be reached ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """One figure of a set and what it should reach: a number, or a share of another figure of the same set.

    With `most` a smaller figure is the better one.
    """

    what: str
    of: str
    figure: str
    bound: float = 1.0
    against: str = ""
    most: bool = False

    def bound_in(self, told: Mapping[str, Told]) -> float:
        other = told[self.of].figures.get(self.against, math.nan) if self.of in told else math.nan
        return self.bound * other if self.against else self.bound

    def value_in(self, told: Mapping[str, Told]) -> float:
        return told[self.of].figures.get(self.figure, math.nan) if self.of in told else math.nan

    def reached(self, told: Mapping[str, Told]) -> bool:
        value, bound = self.value_in(told), self.bound_in(told)
        return value <= bound if self.most else value >= bound


TARGETS = (
    Target("dev: fact in the first cited passage", "dev", "first", 0.88),
    Target("dev: in any cited passage", "dev", "any", 0.96),
    Target("dev: inside the quotes", "dev", "any_quote", 0.88),
    Target("COVID-QA: answer span in the first cited passage", "covidqa", "first", 0.65),
    Target("COVID-QA: in any of three", "covidqa", "any_of_three", 0.80),
    Target("ConditionalQA: page found first", "conditionalqa", "page_1", against="target_page_1"),
    Target("ConditionalQA: evidence among five", "conditionalqa", "found_5", against="target_5"),
    Target("ConditionalQA, question alone: page first", "conditionalqa_bare", "page_1", against="target_page_1"),
    Target("ConditionalQA, question alone: evidence among five", "conditionalqa_bare", "found_5", against="target_5"),
    Target("MTRAG: reference among five, against the rewrite", "mtrag_human", "own_5", 0.95, "rewritten_5"),
    Target("without an answer: AUC, our domain", DOMAIN, "auc", 0.95),
    Target("without an answer: AUC, public sets", PUBLIC, "auc", 0.85),
    Target("SQuAD 2: AUC", "squad2", "auc", 0.85),
    Target("MTRAG: AUC", "mtrag", "auc", 0.85),
    Target("ConditionalQA: AUC", "conditionalqa", "auc", 0.85),
    Target("declined at 5 % wrongly declined, our domain", DOMAIN, "declined_at_5", 0.85),
    Target("declined at 5 % wrongly declined, public sets", PUBLIC, "declined_at_5", 0.85),
    Target("expected calibration error, bins of equal mass", ALL, "ece_mass", 0.05, most=True),
    Target("expected calibration error, bins of equal width", ALL, "ece_width", 0.05, most=True),
    Target("quotes verbatim, audience kept, the same again", ALL, "sound", 1.0),
    Target("question to outcome, p50, ms", ALL, "p50_ms", 120, most=True),
    Target("question to outcome, p95, ms", ALL, "p95_ms", 250, most=True),
)


def targets(runs: Mapping[str, Mapping[str, Told]]) -> Shown:
    """Every figure that should reach something, in each run by its name; whether the last one reaches it."""
    now = list(runs.values())[-1]
    rows = [
        [t.what, _number(t.bound_in(now), t), *(_number(t.value_in(run), t) for run in runs.values()), _mark(t, now)]
        for t in TARGETS
        if not math.isnan(t.value_in(now))
    ]
    return Shown("What should be reached", ["what", "should be", *runs, "reached"], rows)


def _number(value: float, target: Target) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if target.figure.endswith("_ms") else f"{value:.3f}"


def _mark(target: Target, told: Mapping[str, Told]) -> str:
    return "yes" if target.reached(told) else "**no**"


def map_of(before: Mapping[str, Told], now: Mapping[str, Told]) -> Shown:
    """Where facts were lost, by set: how many questions before and now."""
    names = [name for name in now if name not in {DOMAIN, PUBLIC, ALL}]
    places = [place.value for place in Lost if place is not Lost.OPEN]
    rows = [[place, *(_change(before.get(name), now[name], place) for name in names)] for place in places]
    counted = ["questions", *(str(sum(now[name].lost.values())) for name in names)]
    return Shown("The map of errors", ["where it was lost", *names], [*rows, counted])


def _change(before: Told | None, now: Told, place: str) -> str:
    after = now.lost.get(place, 0)
    return f"{before.lost.get(place, 0)} → {after}" if before else str(after)


# --- the page ------------------------------------------------------------------------------------------------------


def put(page: str, tables: Mapping[str, str]) -> str:
    """The page with each table between its marks, `<!-- table NAME -->` and `<!-- end -->`.

    Raises: QuestionError for a table that the page has no marks for.
    """
    for name, table in tables.items():
        marks = re.compile(rf"(<!-- table {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not marks.search(page):
            raise QuestionError(f"The page has no place for a table {name}: <!-- table {name} --> and <!-- end -->.")
        page = marks.sub(lambda found, table=table: f"{found[1]}\n{table}\n\n{found[2]}", page)  # type: ignore[misc]
    return page
