"""The made-up practices: complete, seeded, and plausible enough to show and to test with."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from scoring.benchmark import Counted, freeze
from scoring.cohort import cohort
from scoring.form import Responses
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck, instruments
from scoring.officers import reliability
from scoring.result import HealthcheckResult
from scoring.score import score


@pytest.fixture(scope="module")
def healthcheck() -> Healthcheck:
    found = instruments()["practice_healthcheck"]
    assert isinstance(found, Healthcheck)
    return found


@pytest.fixture(scope="module")
def responses(healthcheck: Healthcheck) -> tuple[Responses, ...]:
    return cohort(healthcheck)


@pytest.fixture(scope="module")
def results(healthcheck: Healthcheck, responses: tuple[Responses, ...]) -> list[HealthcheckResult]:
    found = [score(healthcheck, one, dt.date(2026, 11, 23)) for one in responses]
    return [one for one in found if isinstance(one, HealthcheckResult)]


def test_there_are_138_and_each_has_answered_everything(
    healthcheck: Healthcheck, responses: tuple[Responses, ...]
) -> None:
    asked = {item.id for item in healthcheck.items}
    asked |= {question.id for question in (*healthcheck.profile, *healthcheck.outcomes)}

    assert len(responses) == 138
    assert all(set(one) == asked and all(one.values()) for one in responses)


def test_every_answer_is_one_that_may_be_given(healthcheck: Healthcheck, responses: tuple[Responses, ...]) -> None:
    codes = {choice.value for choice in (*healthcheck.scale, *healthcheck.other_answers)}
    for one in responses:
        assert {one[item.id] for item in healthcheck.items} <= codes
        for question in (*healthcheck.profile, *healthcheck.outcomes):
            if question.options:
                assert one[question.id] in {option.value for option in question.options}
            if question.kind == "whole":
                assert (question.least or 0) <= int(one[question.id]) <= (question.most or 99)


def test_the_same_seed_makes_the_same_practices(healthcheck: Healthcheck, responses: tuple[Responses, ...]) -> None:
    assert cohort(healthcheck) == responses
    assert cohort(healthcheck, seed=1) != responses
    assert cohort(healthcheck, 20) == responses[:20]


def test_scores_spread_over_all_bands(results: list[HealthcheckResult]) -> None:
    bands = [one.band.id for one in results if one.band]

    assert all(bands.count(band) >= 10 for band in ("priority", "watch", "strong"))


def test_areas_go_together_but_are_not_the_same(results: list[HealthcheckResult]) -> None:
    table = np.array(
        [[area.value for area in one.areas] for one in results if None not in [a.value for a in one.areas]]
    )
    between = np.corrcoef(table.astype(float), rowvar=False)[np.triu_indices(10, 1)]

    assert 0.15 < between.mean() < 0.5
    assert between.max() < 0.8


def test_areas_are_as_reliable_as_three_or_four_items_can_be(
    healthcheck: Healthcheck, responses: tuple[Responses, ...]
) -> None:
    found = reliability(responses, healthcheck)
    assert not isinstance(found, Hidden)
    values = [area.alpha for area in found if not isinstance(area, Hidden)]

    assert len(values) == 10
    assert all(0.5 < value < 0.9 for value in values)


def test_all_three_outcomes_say_the_same_in_their_own_way(results: list[HealthcheckResult]) -> None:
    overall = np.array([one.overall or 0.0 for one in results])
    outlook = np.array([float(one.outcomes["OUT1"]) for one in results])
    talked = np.array([one.outcomes["OUT2"] == "yes" for one in results])
    strain = np.array([["coping", "stretched", "strained", "unsafe"].index(one.outcomes["OUT3"]) for one in results])

    assert 0.4 < np.corrcoef(overall, outlook)[0, 1] < 0.9
    assert outlook[talked].mean() < outlook[~talked].mean() - 1
    assert np.corrcoef(overall, strain)[0, 1] < -0.3


@pytest.mark.slow
def test_a_year_of_them_can_be_compared(healthcheck: Healthcheck, results: list[HealthcheckResult]) -> None:
    counted = [Counted(f"p{i}", f"p{i}.1", one) for i, one in enumerate(results)]
    first = freeze(counted[:110], healthcheck, "2026-Q3")
    second = freeze(counted, healthcheck, "2026-Q4", first)

    assert {f.breakdown for f in second.snapshot.figures} >= {"all", "list_size_band"}
