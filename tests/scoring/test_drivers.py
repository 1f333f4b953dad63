"""The drivers analysis: exact on the worked example, equal to plain regressions, seeded, hidden below its number."""

from __future__ import annotations

import datetime as dt
import itertools
import time

import numpy as np
import pytest
import statsmodels.api as sm

from scoring.cohort import cohort
from scoring.drivers import OUTCOME, Drivers, bootstrap, dominance_of, drivers, general_dominance
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck, instruments
from scoring.result import HealthcheckResult
from scoring.score import score
from tests.scoring.results import result

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def healthcheck() -> Healthcheck:
    found = instruments()["practice_healthcheck"]
    assert isinstance(found, Healthcheck)
    return found


@pytest.fixture(scope="module")
def results(healthcheck: Healthcheck) -> list[HealthcheckResult]:
    return scored(healthcheck, 160)


def scored(healthcheck: Healthcheck, count: int) -> list[HealthcheckResult]:
    found = [score(healthcheck, responses, TODAY) for responses in cohort(healthcheck, count)]
    return [one for one in found if isinstance(one, HealthcheckResult)]


def test_dominance_of_the_worked_example() -> None:
    between = np.array([[1, 0.5, 0.3], [0.5, 1, 0.4], [0.3, 0.4, 1]])
    shares = general_dominance(between, np.array([0.6, 0.5, 0.3]))

    assert [round(float(share), 4) for share in shares] == [0.2465, 0.1345, 0.0358]
    assert round(float(shares.sum()), 6) == 0.416774


def test_dominance_is_the_average_gain_over_all_orders_of_plain_regressions() -> None:
    """The slow, obvious way: for each order of four predictors, what each adds to R-squared when its turn comes."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 4))
    y = x @ [0.5, 0.2, 0.0, -0.3] + rng.normal(size=60)

    def r2(chosen: frozenset[int]) -> float:
        return float(sm.OLS(y, sm.add_constant(x[:, sorted(chosen)])).fit().rsquared) if chosen else 0.0

    fits = {frozenset(s): r2(frozenset(s)) for k in range(5) for s in itertools.combinations(range(4), k)}
    gains = np.zeros(4)
    for order in itertools.permutations(range(4)):
        for place, predictor in enumerate(order):
            gains[predictor] += fits[frozenset(order[: place + 1])] - fits[frozenset(order[:place])]

    assert dominance_of(np.column_stack([x, y]), 0) == pytest.approx(gains / 24)


def test_what_is_held_constant_is_taken_out_of_predictors_and_outcome_alike() -> None:
    rng = np.random.default_rng(2)
    held = rng.normal(size=(80, 2))
    x = held @ rng.normal(size=(2, 3)) + rng.normal(size=(80, 3))
    y = x.sum(axis=1) + held.sum(axis=1) + rng.normal(size=80)
    with_constant = sm.add_constant(held)
    left = [sm.OLS(column, with_constant).fit().resid for column in (*x.T, y)]
    expected = float(sm.OLS(left[-1], np.column_stack(left[:-1])).fit().rsquared)

    assert dominance_of(np.column_stack([held, x, y]), 2).sum() == pytest.approx(expected)


def test_the_order_of_predictors_does_not_matter() -> None:
    values = np.random.default_rng(3).normal(size=(50, 6))
    turned = values[:, [4, 3, 2, 1, 0, 5]]

    assert dominance_of(turned, 0)[::-1] == pytest.approx(dominance_of(values, 0))


def test_a_predictor_twice_over_shares_what_it_has_and_breaks_nothing() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=50)
    shares = dominance_of(np.column_stack([x, x, x + rng.normal(size=50)]), 0)

    assert shares[0] == pytest.approx(shares[1])
    assert np.isfinite(shares).all()


def test_a_bootstrap_is_that_of_the_drawn_rows() -> None:
    values = np.random.default_rng(5).normal(size=(40, 5))
    rng = np.random.default_rng(6)
    rows = np.repeat(np.arange(40), rng.multinomial(40, np.full(40, 1 / 40), size=3)[2])

    assert bootstrap(values, 1, 3, seed=6)[2] == pytest.approx(dominance_of(values[rows], 1))


@pytest.mark.slow
def test_the_analysis_finds_what_the_made_up_practices_were_made_with(
    healthcheck: Healthcheck, results: list[HealthcheckResult]
) -> None:
    found = drivers(results, healthcheck, bootstraps=200)

    assert isinstance(found, Drivers)
    assert {driver.effect.id for driver in found.drivers[:3]} & {"succession", "finance"}
    assert sum(driver.dominance for driver in found.drivers) == pytest.approx(found.areas_r2)
    assert 0 < found.adjusted_r2 < found.r2 < 1
    for driver in found.drivers:
        assert driver.low <= driver.high
        assert driver.effect.low <= driver.effect.value <= driver.effect.high
        assert driver.effect.vif >= 1


@pytest.mark.slow
def test_the_same_seed_gives_the_same_intervals_and_another_seed_others(
    healthcheck: Healthcheck, results: list[HealthcheckResult]
) -> None:
    first, again, other = (drivers(results, healthcheck, bootstraps=50, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_below_a_hundred_practices_nothing_is_told(healthcheck: Healthcheck) -> None:
    found = drivers([result(healthcheck, 50.0)] * 99, healthcheck)

    assert isinstance(found, Hidden)
    assert "100" in found.reason


@pytest.mark.slow
def test_a_practice_with_a_gap_does_not_count_towards_the_hundred(
    healthcheck: Healthcheck, results: list[HealthcheckResult]
) -> None:
    whole = [one for one in results if all(area.value is not None for area in one.areas)]
    gap = result(healthcheck, 50.0, whole[0].profile, {"finance": None}, {OUTCOME: "5"})

    assert isinstance(drivers([*whole[:99], gap], healthcheck, bootstraps=5), Hidden)
    assert isinstance(drivers(whole[:100], healthcheck, bootstraps=5), Drivers)


def test_an_outlook_that_all_share_cannot_be_linked_with_anything(healthcheck: Healthcheck) -> None:
    profile = {"list_size_band": "5k_10k", "contract": "gms", "partners_n": "3"}
    same = [result(healthcheck, float(i % 90), profile, outcomes={OUTCOME: "7"}) for i in range(120)]

    found = drivers(same, healthcheck)

    assert isinstance(found, Hidden)
    assert "alike" in found.reason


@pytest.mark.slow
def test_the_words_say_linked_and_never_that_one_thing_brings_about_another(
    healthcheck: Healthcheck, results: list[HealthcheckResult]
) -> None:
    found = drivers(results, healthcheck, bootstraps=50)
    assert isinstance(found, Drivers)
    said = " ".join([*found.words, found.caveat]).lower()

    assert "linked with" in said
    for word in ("cause", "because", "leads to", "drives", "effect", "impact", "due to", "predict"):
        assert word not in said


@pytest.mark.slow
def test_two_thousand_bootstraps_of_all_models_take_less_than_a_minute(healthcheck: Healthcheck) -> None:
    results = scored(healthcheck, 138)
    began = time.perf_counter()

    found = drivers(results, healthcheck, bootstraps=2_000)

    assert isinstance(found, Drivers)
    assert time.perf_counter() - began < 60
