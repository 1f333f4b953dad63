"""What answer/ holds as constants is fitted so that a set counts for what it shall, and told by sets left out."""

from __future__ import annotations

import json
import math
import random
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from evaluation import fit
from evaluation.fit import NAMES, Case

READ, SPAN = NAMES.index("read"), NAMES.index("span")


def case(
    name: str = "starter", *, answerable: bool = True, read: float = 0.0, span: float = 0.0, right: bool | None = None
) -> Case:
    """A case with two passages: the search puts the wrong one first, the reader the other by `read` of its logit."""
    evidence = [0.0] * len(NAMES)
    evidence[READ], evidence[SPAN] = read, span
    candidates = ((1.0, 0.0, False), (0.5, 5 * read, answerable))
    return Case(name, "Who pays?", tuple(evidence), answerable if right is None else right, answerable, candidates)


def drawn(name: str, count: int, seed: int, *, inverted: bool = False) -> list[Case]:
    """Cases whose span tells whether they have an answer; in a set that is inverted, the wrong way round."""
    chance = random.Random(seed)
    made = []
    for n in range(count):
        answerable = n % 2 == 0
        made.append(case(name, answerable=answerable, span=chance.gauss(1.0 if answerable != inverted else 0.0, 0.4)))
    return made


def test_the_first_passage_is_found_by_search_and_reader_together() -> None:
    found = [case(read=0.2), case(read=-0.2), case(answerable=False, read=1.0)]
    assert fit.first_found(found, 0.0) == 0.0
    assert fit.first_found(found, 1.0) == 0.5


def test_the_reader_parts_by_its_best_logit() -> None:
    found = [case(read=0.9), case(read=0.5), case(answerable=False, read=0.6), case(answerable=False, read=0.1)]
    assert fit.read_parts(found) == 0.75
    assert fit.read_parts(found, np.array([1.0, 0.0, 1.0, 1.0])) == 1.0


def test_one_kind_alone_has_no_area() -> None:
    assert math.isnan(fit.read_parts([case(read=0.9)]))


def test_a_set_counts_as_said_whatever_its_size_and_share_without_answer() -> None:
    found = [case("covidqa", answerable=n < 30) for n in range(40)] + [
        case("starter", answerable=n < 2) for n in range(5)
    ]
    shares = fit._shares(found)
    of = {name: shares[[c.name == name for c in found]].sum() for name in ("covidqa", "starter")}
    assert of["starter"] == pytest.approx(3 * of["covidqa"])
    silent = shares[[c.name == "covidqa" and not c.answerable for c in found]].sum()
    assert silent == pytest.approx(fit.UNANSWERABLE * of["covidqa"])
    assert shares.mean() == pytest.approx(1.0)


def test_a_set_is_told_by_a_fit_that_has_not_seen_it() -> None:
    agree = [*drawn("starter", 60, 1), *drawn("dev", 60, 2)]
    assert fit.parted(agree, ["span"], 1.0) > 0.9
    # Fitted with a set that says the contrary, each is told wrongly by the other; a fit with both would show neither.
    against = [*drawn("starter", 60, 1), *drawn("dev", 60, 2, inverted=True)]
    assert fit.parted(against, ["span"], 1.0) < 0.1
    assert fit.mean_loss_without(against, ["span"], 1.0) > fit.mean_loss_without(agree, ["span"], 1.0)


def test_the_ridge_is_the_one_that_tells_unseen_sets_best() -> None:
    found = [*drawn("starter", 60, 1), *drawn("dev", 60, 2), *drawn("mtrag", 60, 3)]
    chosen = fit.chosen_ridge(found, ["span"])
    losses = {ridge: fit.mean_loss_without(found, ["span"], ridge) for ridge in fit.RIDGES}
    assert losses[chosen] == min(losses.values())


def test_signs_that_are_not_named_are_not_weighed() -> None:
    found = drawn("starter", 60, 4)
    others = [tuple(v if i == SPAN else float(one.right) for i, v in enumerate(one.evidence)) for one in found]
    telling = [replace(one, evidence=evidence) for one, evidence in zip(found, others, strict=True)]
    assert fit.fitted(telling, ["span"], 1.0).coef_ == pytest.approx(fit.fitted(found, ["span"], 1.0).coef_)
    assert fit.fitted(telling, ["span", "read"], 1.0).coef_[0, 1] > 1


def test_kept_cases_are_read_again_as_they_were(tmp_path: Path) -> None:
    found = [case(read=0.3), case("held", answerable=False)]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([asdict(one) for one in found]), "utf-8")
    assert fit._load(file) == found
