"""The comparison: percentiles to the last digit, every minimum number, rounding, and the words that people read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.benchmark import (
    BREAKDOWNS,
    NO_COHORT,
    NO_OVERALL,
    NO_SNAPSHOT,
    OTHER_VERSION,
    OVERALL,
    Basis,
    Comparison,
    Detail,
    Figures,
    Snapshot,
    compare,
    freeze,
    quarter_of,
)
from scoring.disclosure import ALL, RULES
from scoring.hidden import Hidden
from scoring.instrument import Healthcheck, instruments
from scoring.officers import Coverage, Distribution, coverage, distribution, reliability
from scoring.position import half_width, percentile, position, share_below
from tests.scoring.results import counted, result

COHORT = [31, 42, 44, 47, 50, 53, 53, 55, 58, 60, 61, 61, 64, 66, 68, 70, 72, 75, 80, 88]
SMALL = {"list_size_band": "under_5k", "contract": "gms", "locality": "Thornby"}
NOW = "2026-Q4"


@pytest.fixture(scope="module")
def healthcheck() -> Healthcheck:
    found = instruments()["practice_healthcheck"]
    assert isinstance(found, Healthcheck)
    return found


def everybody(
    healthcheck: Healthcheck, scores: list[float], profile: Mapping[str, str] | None = None
) -> Figures | None:
    return freeze(counted(healthcheck, scores, profile), healthcheck, NOW).snapshot.find(OVERALL, ALL, ALL)


# Percentiles ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("score", "expected"), [(31, 2.5), (53, 30), (61, 55), (72, 82.5), (88, 97.5)])
def test_percentiles_of_the_worked_example(score: float, expected: float) -> None:
    assert percentile(score, COHORT) == expected


@pytest.mark.parametrize(("score", "expected"), [(31, 0.0), (53, 100 * 5.5 / 19), (88, 100.0)])
def test_a_practice_is_left_out_of_its_own_comparison_once(score: float, expected: float) -> None:
    assert percentile(score, COHORT, own=score) == pytest.approx(expected)


def test_there_is_no_percentile_among_nobody() -> None:
    with pytest.raises(ValueError, match="somebody"):
        percentile(50, [50], own=50)


@pytest.mark.parametrize(("n", "points"), [(20, 22), (50, 14), (138, 8)])
def test_the_rough_half_width_of_a_percentile(n: int, points: int) -> None:
    assert half_width(n) == points


@pytest.mark.parametrize(
    ("day", "quarter"), [((2026, 1, 1), "2026-Q1"), ((2026, 3, 31), "2026-Q1"), ((2026, 12, 31), "2026-Q4")]
)
def test_quarters(day: tuple[int, int, int], quarter: str) -> None:
    assert quarter_of(dt.date(*day)) == quarter


# Minimum numbers --------------------------------------------------------------------------------------------------

MINIMA = [
    # practices   what is told       shown number
    (7, None, None),
    (8, Detail.MEAN, 10),
    (11, Detail.MEAN, 10),
    (12, Detail.QUARTILES, 10),
    (19, Detail.QUARTILES, 20),
    (20, Detail.WORDS, 20),
    (49, Detail.WORDS, 50),
    (50, Detail.NUMBER, 50),
    (138, Detail.NUMBER, 140),
]


@pytest.mark.parametrize(("count", "detail", "shown"), MINIMA)
def test_what_is_told_from_how_many_practices_on(
    healthcheck: Healthcheck, count: int, detail: Detail | None, shown: int | None
) -> None:
    figures = everybody(healthcheck, [30.0 + i % 50 for i in range(count)])

    assert (figures and figures.detail) == detail
    assert (figures and figures.n) == shown
    if figures:
        assert (figures.quartiles is not None) == (count >= 12)
        assert bool(figures.grid) == bool(figures.bands) == (count >= 20)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.sampled_from(["a", "b", "c", ""])), max_size=60))
def test_nothing_is_told_below_its_minimum_number(answers: list[tuple[int, str]]) -> None:
    healthcheck = instruments()["practice_healthcheck"]
    assert isinstance(healthcheck, Healthcheck)
    one_area = healthcheck.model_copy(update={"areas": healthcheck.areas[:1]})
    practices = [
        one
        for i, (score, place) in enumerate(answers)
        for one in counted(one_area, [float(score)], {"locality": place}, f"{i}.")
    ]
    release = freeze(practices, one_area, NOW)

    for figures in release.snapshot.figures:
        n = sum(figures.value in {ALL, place} for _, place in answers)
        assert n >= RULES.mean_least
        assert figures.quartiles is None or n >= RULES.quartiles_least
        assert not figures.grid or n >= RULES.position_least
        assert not figures.bands or n >= RULES.position_least
        assert figures.breakdown == ALL or not 1 <= len(answers) - n <= 7
        assert figures.n % 5 == 0
        assert figures.mean == int(figures.mean)
        assert all(count is None or count >= 5 for count in figures.bands.values())
        compared = compare(release.snapshot, one_area, practices[0].result)
        if isinstance(compared, Comparison) and compared.overall.percentile is not None:
            assert len(answers) >= RULES.number_least


@pytest.mark.slow
@given(st.lists(st.integers(15, 85), min_size=3, max_size=19))
@settings(max_examples=30, deadline=None)
def test_a_better_score_never_has_a_lower_position(cuts: list[int]) -> None:
    grid = sorted(cuts)
    shares = [share_below(grid, float(score)) for score in range(101)]

    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] < 1


def test_the_least_and_the_greatest_score_are_nowhere_in_a_snapshot(healthcheck: Healthcheck) -> None:
    scores = [23.0, *(40.0 + i % 35 for i in range(60)), 83.0]
    text = freeze(counted(healthcheck, scores), healthcheck, NOW).snapshot.to_json()

    assert "23" not in text
    assert "83" not in text


def test_an_area_with_too_few_scores_is_hidden_though_the_overall_score_is_not(healthcheck: Healthcheck) -> None:
    some = [result(healthcheck, 50.0 + i, areas={"finance": 50.0 if i < 7 else None}) for i in range(15)]
    practices = [one for i, r in enumerate(some) for one in counted(healthcheck, [0.0], start=f"{i}.") if r]
    practices = [type(one)(one.practice, one.mark, r) for one, r in zip(practices, some, strict=True)]
    snapshot = freeze(practices, healthcheck, NOW).snapshot

    compared = compare(snapshot, healthcheck, some[0])

    assert snapshot.find("finance", ALL, ALL) is None
    assert isinstance(compared, Comparison)
    finance = next(area for area in compared.areas if area.id == "finance")
    assert finance.mean is None
    assert finance.sentence.startswith("Not shown")


# Freezing ---------------------------------------------------------------------------------------------------------


def test_a_snapshot_and_its_basis_come_back_from_json_as_they_were(healthcheck: Healthcheck) -> None:
    release = freeze(counted(healthcheck, [float(s) for s in COHORT], SMALL), healthcheck, NOW)

    assert Snapshot.from_json(release.snapshot.to_json()) == release.snapshot
    assert Basis.from_json(release.basis.to_json()) == release.basis


def test_a_snapshot_names_no_practice_and_a_basis_holds_no_score(healthcheck: Healthcheck) -> None:
    release = freeze(counted(healthcheck, [61.25] * 20, SMALL, "surgery"), healthcheck, NOW)

    assert "surgery" not in release.snapshot.to_json()
    assert "61" not in release.basis.to_json().replace("surgery", "")


@pytest.mark.slow
def test_a_quarter_in_which_nothing_changes_says_the_same_with_its_own_date(healthcheck: Healthcheck) -> None:
    practices = counted(healthcheck, [float(s) for s in COHORT], SMALL)
    first = freeze(practices, healthcheck, "2026-Q3")
    second = freeze(practices, healthcheck, "2026-Q4", first)

    assert [f.model_copy(update={"quarter": NOW}) for f in first.snapshot.figures] == list(second.snapshot.figures)
    assert second.basis == first.basis


@pytest.mark.parametrize(("joined", "quarter"), [(1, "2026-Q3"), (7, "2026-Q3"), (8, "2026-Q4")])
def test_a_cohort_is_told_about_anew_when_eight_practices_have_changed(
    healthcheck: Healthcheck, joined: int, quarter: str
) -> None:
    practices = counted(healthcheck, [float(s) for s in COHORT])
    first = freeze(practices, healthcheck, "2026-Q3")
    new = counted(healthcheck, [50.0] * joined, start="new")

    figures = freeze([*practices, *new], healthcheck, NOW, first).snapshot.find(OVERALL, ALL, ALL)

    assert figures is not None
    assert figures.quarter == quarter


def test_changes_of_a_few_practices_add_up_over_the_quarters(healthcheck: Healthcheck) -> None:
    practices = counted(healthcheck, [float(s) for s in COHORT])
    first = freeze(practices, healthcheck, "2026-Q2")
    practices += counted(healthcheck, [50.0] * 4, start="new")
    second = freeze(practices, healthcheck, "2026-Q3", first)
    practices += counted(healthcheck, [50.0] * 4, start="newer")
    third = freeze(practices, healthcheck, "2026-Q4", second)

    quarters = [r.snapshot.find(OVERALL, ALL, ALL).quarter for r in (first, second, third)]  # type: ignore[union-attr]
    assert quarters == ["2026-Q2", "2026-Q2", "2026-Q4"]


def test_figures_that_hardly_change_are_dropped_after_a_year(healthcheck: Healthcheck) -> None:
    practices = counted(healthcheck, [float(s) for s in COHORT])
    first = freeze(practices, healthcheck, "2025-Q4")
    then = freeze([*practices, *counted(healthcheck, [50.0], start="new")], healthcheck, "2026-Q4", first)

    assert then.snapshot.figures == ()
    assert then.basis == first.basis


def test_another_major_version_begins_anew_and_leaves_old_results_out(healthcheck: Healthcheck) -> None:
    practices = counted(healthcheck, [float(s) for s in COHORT])
    first = freeze(practices, healthcheck, "2026-Q3")
    newer = healthcheck.model_copy(update={"version": "2.0"})

    assert freeze(practices, newer, NOW, first).snapshot.figures == ()


def test_a_practice_counts_once(healthcheck: Healthcheck) -> None:
    with pytest.raises(ValueError, match="twice"):
        freeze(counted(healthcheck, [50.0]) * 2, healthcheck, NOW)


def test_a_locality_is_the_same_however_it_is_typed(healthcheck: Healthcheck) -> None:
    practices = [
        *counted(healthcheck, [50.0] * 5, {"locality": "Thornby"}, "a"),
        *counted(healthcheck, [50.0] * 5, {"locality": " THORNBY "}, "b"),
    ]

    assert freeze(practices, healthcheck, NOW).snapshot.find(OVERALL, "locality", "thornby") is not None


# Comparing --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_most_similar_cohort_of_those_that_tell_most_is_taken(healthcheck: Healthcheck) -> None:
    practices = [
        *counted(healthcheck, [50.0 + i for i in range(24)], {**SMALL, "locality": "Ashcombe"}, "a"),
        *counted(healthcheck, [50.0 + i for i in range(24)], {**SMALL, "list_size_band": "5k_10k"}, "b"),
    ]
    snapshot = freeze(practices, healthcheck, NOW).snapshot

    def cohort(profile: Mapping[str, str]) -> str:
        found = compare(snapshot, healthcheck, result(healthcheck, 60.0, profile))
        assert isinstance(found, Comparison)
        return found.cohort

    assert BREAKDOWNS[0] == "list_size_band"
    assert cohort(SMALL) == "practices with fewer than 5,000 patients"
    assert cohort({"list_size_band": "over_20k", "locality": "Thornby"}) == "practices in Thornby"
    assert cohort({"contract": "apms"}) == "all practices that took part"


def test_a_position_among_all_is_better_than_a_mean_of_a_few(healthcheck: Healthcheck) -> None:
    practices = [
        *counted(healthcheck, [50.0] * 9, {"list_size_band": "under_5k"}, "a"),
        *counted(healthcheck, [50.0 + i for i in range(20)], {"list_size_band": "5k_10k"}, "b"),
    ]
    found = compare(freeze(practices, healthcheck, NOW).snapshot, healthcheck, result(healthcheck, 50.0, SMALL))

    assert isinstance(found, Comparison)
    assert found.cohort == "all practices that took part"


def test_below_fifty_practices_the_position_is_in_words_only(healthcheck: Healthcheck) -> None:
    few, many = (counted(healthcheck, [30.0 + i % 50 for i in range(n)]) for n in (49, 50))
    own = result(healthcheck, 55.0)
    in_words, in_numbers = (compare(freeze(c, healthcheck, NOW).snapshot, healthcheck, own) for c in (few, many))

    assert isinstance(in_words, Comparison)
    assert isinstance(in_numbers, Comparison)
    assert in_words.overall.percentile is None
    assert "in the middle of the group" in in_words.overall.sentence
    assert (in_numbers.overall.percentile, in_numbers.overall.give_or_take) == (50, 14)


def test_a_figure_that_was_cut_off_says_so(healthcheck: Healthcheck) -> None:
    practices = counted(healthcheck, [98.0] * 20)
    found = compare(freeze(practices, healthcheck, NOW).snapshot, healthcheck, result(healthcheck, 98.0))

    assert isinstance(found, Comparison)
    assert "the mean is 95 or more" in found.overall.sentence
    assert "85 or more" in found.overall.sentence


def test_leaving_oneself_out_changes_the_position_by_less_than_one_practice(healthcheck: Healthcheck) -> None:
    figures = everybody(healthcheck, [float(s) for s in COHORT])
    assert figures is not None
    for score in (44.0, 61.0, 72.0):
        with_own, without = (
            position(figures.grid, figures.n, score, None),
            position(figures.grid, figures.n, score, score),
        )
        assert with_own is not None
        assert without is not None
        assert 0 <= abs(with_own - without) <= 100 / 20
        assert without == pytest.approx(percentile(score, COHORT, own=score), abs=12)


def test_a_comparison_is_hidden_for_a_reason_in_words(healthcheck: Healthcheck) -> None:
    snapshot = freeze(counted(healthcheck, [50.0] * 20), healthcheck, NOW).snapshot
    empty = freeze(counted(healthcheck, [50.0] * 7), healthcheck, NOW).snapshot
    own = result(healthcheck, 50.0)

    assert compare(None, healthcheck, own) == Hidden(NO_SNAPSHOT)
    assert compare(empty, healthcheck, own) == Hidden(NO_COHORT)
    assert compare(snapshot, healthcheck, result(healthcheck, None)) == Hidden(NO_OVERALL)
    assert compare(snapshot, healthcheck, result(healthcheck, 50.0, version="2.0")) == Hidden(OTHER_VERSION)


# Officers ---------------------------------------------------------------------------------------------------------


def test_coverage_is_rounded_and_comes_with_its_caveat() -> None:
    found = coverage(97, 138)

    assert isinstance(found, Coverage)
    assert found.words == "About 95 of 138 practices took part (69%)."
    assert "did not answer" in found.caveat
    assert isinstance(coverage(7, 138), Hidden)
    with pytest.raises(ValueError, match="more than"):
        coverage(10, 9)


BANDS = [
    # priority, watch, strong      shown
    ((10, 12, 16), (10, 10, 15)),
    ((3, 12, 16), (None, None, 15)),  # the rest would give the three away
    ((3, 4, 30), (None, None, 30)),
    ((0, 0, 40), (None, None, 40)),
]


@pytest.mark.parametrize(("counts", "shown"), BANDS)
def test_a_band_of_a_few_is_not_told_nor_given_away_by_the_others(
    healthcheck: Healthcheck, counts: tuple[int, int, int], shown: tuple[int | None, ...]
) -> None:
    scores = [s for s, count in zip((30.0, 60.0, 80.0), counts, strict=True) for _ in range(count)]
    found = distribution(freeze(counted(healthcheck, scores), healthcheck, NOW).snapshot, healthcheck)

    assert isinstance(found, Distribution)
    assert tuple(count for _, count in found.spreads[0].bands) == shown


def test_there_is_no_distribution_of_fewer_than_twenty(healthcheck: Healthcheck) -> None:
    assert isinstance(distribution(None, healthcheck), Hidden)
    assert isinstance(
        distribution(freeze(counted(healthcheck, [50.0] * 19), healthcheck, NOW).snapshot, healthcheck), Hidden
    )


@pytest.mark.slow
def test_reliability_is_provisional_from_thirty_and_plain_from_a_hundred(healthcheck: Healthcheck) -> None:
    from scoring.cohort import cohort

    responses = cohort(healthcheck, 300)
    whole = [one for one in responses if all(code not in {"DK", "NA"} for code in one.values())][:30]

    assert isinstance(reliability(responses[:29], healthcheck), Hidden)
    for count, is_provisional in ((len(whole), True), (200, False)):
        found = reliability(whole if is_provisional else responses[:count], healthcheck)
        assert not isinstance(found, Hidden)
        areas = [area for area in found if not isinstance(area, Hidden)]
        if count >= 30:
            assert len(areas) == 10
        assert all(area.is_provisional is is_provisional for area in areas)
        assert all(area.low < area.alpha < area.high for area in areas)
        assert all(area.omega is None or area.omega == pytest.approx(area.alpha, abs=0.1) for area in areas)
        assert any(area.omega for area in areas)
