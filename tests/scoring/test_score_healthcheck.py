"""The Practice Healthcheck is scored as the design says, to the last digit of its worked example."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ResponsesError
from scoring.instrument import ORDER, Healthcheck, Statement, instruments
from scoring.score import HealthcheckResult, comparable, score

TODAY = dt.date(2026, 11, 23)
FOUND = instruments()[ORDER[0]]
assert isinstance(FOUND, Healthcheck)
HEALTHCHECK = FOUND
STATEMENTS = [item for area in HEALTHCHECK.areas for item in area.items]
ANSWERS = ["0", "1", "2", "3", "4", "DK", "NA", ""]


def scored(responses: dict[str, str]) -> HealthcheckResult:
    result = score(HEALTHCHECK, responses, TODAY)
    assert isinstance(result, HealthcheckResult)
    return result


def good(value: int, *, but: dict[str, str] | None = None) -> dict[str, str]:
    """Every statement answered so that it scores `value`, turned round where agreeing is bad."""
    return {item.id: str(4 - value if item.reverse else value) for item in STATEMENTS} | (but or {})


# The rows of domain.md §9.5 as answers to four statements none of which is turned round.
VECTORS = [
    ([4, 3, 4, 3], 87.5, 88, "Strong"),
    ([2, 2, 3, 2], 56.25, 56, "Watch"),
    ([1, 0, 1, 2], 25.0, 25, "Priority"),
    ([3, 3, 2, 3], 68.75, 69, "Watch"),
    ([4, 4, 4, 4], 100.0, 100, "Strong"),
    ([0, 1, 1, 0], 12.5, 13, "Priority"),
]


@pytest.mark.parametrize(("items", "value", "shown", "word"), VECTORS)
def test_area_scores_of_the_worked_example(items: Sequence[int], value: float, shown: int, word: str) -> None:
    quality = scored({f"QC{number}": str(item) for number, item in enumerate(items, 1)}).areas[7]

    assert (quality.id, quality.value, quality.shown) == ("quality", value, shown)
    assert quality.band is not None
    assert quality.band.label == word


def test_a_reverse_statement_counts_as_four_minus_its_answer() -> None:
    others = {"PL1": "4", "PL2": "4", "PL3": "4"}

    assert scored(others | {"PL4": "4"}).areas[0].value == 75
    assert scored(others | {"PL4": "0"}).areas[0].value == 100


@pytest.mark.parametrize(
    ("answers", "value"),
    [
        ({"QC1": "4", "QC2": "3", "QC3": "2"}, 75.0),
        ({"QC1": "4", "QC2": "3"}, None),
        ({"QC1": "4", "QC2": "3", "QC3": "2", "QC4": "DK"}, 75.0),
        ({"QC1": "4", "QC2": "3", "QC3": "DK", "QC4": "DK"}, None),
        ({"QC1": "4", "QC2": "3", "QC3": "NA", "QC4": "NA"}, None),
    ],
)
def test_an_area_needs_60_percent_of_its_statements(answers: dict[str, str], value: float | None) -> None:
    assert scored(answers).areas[7].value == value


def test_an_area_of_three_needs_two() -> None:
    assert scored({"DI1": "4", "DI2": "3"}).areas[6].value == 87.5
    assert scored({"DI1": "4"}).areas[6].value is None


def test_the_overall_score_is_the_plain_mean_so_that_long_areas_do_not_dominate() -> None:
    # Areas of three statements all 4, of four all 0: by statement the mean would be 33.3.
    responses = {
        item.id: str(4 if len(area.items) == 3 else 4 if item.reverse else 0)
        for area in HEALTHCHECK.areas
        for item in area.items
    }

    assert scored(responses).overall == 40


def test_the_overall_score_needs_eight_areas() -> None:
    eight = {
        item.id: said for item in STATEMENTS if not item.id.startswith(("PL", "SU")) and (said := good(3)[item.id])
    }
    seven = {name: said for name, said in eight.items() if not name.startswith("TM")}

    assert (scored(eight).overall, scored(eight).shown) == (75, 75)
    assert (scored(seven).overall, scored(seven).shown, scored(seven).band) == (None, None, None)


def test_scores_are_shown_rounded_half_up_and_kept_unrounded() -> None:
    quality = scored({"QC1": "3", "QC2": "3", "QC3": "2", "QC4": "2"}).areas[7]

    assert (quality.value, quality.shown) == (62.5, 63)


def test_the_word_goes_with_the_number_that_is_shown() -> None:
    """49.58 is shown as 50, and no reader may find 50 called what is under 50."""
    low = good(2)
    low["DI1"] = "1"  # one area of three at 41.67, nine at 50: 49.17
    result = scored(low)
    assert result.overall == pytest.approx(49.1667, abs=1e-4)
    assert (result.shown, result.band and result.band.label) == (49, "Priority")

    low = good(2)
    low["QC1"] = "1"  # one area of four at 43.75: 49.375; two steps up elsewhere
    low["PR1"] = "2"
    low["FI1"] = "3"
    low["DI1"] = "1"
    result = scored(low | {"CO1": "2", "SU1": "2", "TM1": "3"})
    assert result.overall == pytest.approx(49.7917, abs=1e-4)
    assert (result.shown, result.band and result.band.label) == (50, "Watch")


@pytest.mark.parametrize(
    ("statement", "answer", "raised"),
    [
        ("PL1", "0", True), ("PL1", "1", True), ("PL1", "2", False), ("PL1", "DK", False), ("PL1", "NA", False),
        ("SU2", "1", True), ("FI2", "0", True), ("FI2", "1", False), ("PR2", "1", True), ("QC1", "0", False),
    ],
)  # fmt: skip
def test_a_red_flag_is_raised_by_its_own_answers(statement: str, answer: str, raised: bool) -> None:
    result = scored(good(4, but={statement: answer}))

    assert [item.id for item in result.flags] == ([statement] if raised else [])


def test_a_red_flag_holds_its_area_at_watch_and_leaves_its_number() -> None:
    finance = scored(good(4, but={"FI2": "0"})).areas[4]

    assert (finance.value, finance.capped) == (75, True)
    assert finance.band is not None
    assert finance.band.label == "Watch"


def test_a_red_flag_lifts_nothing() -> None:
    finance = scored(good(0)).areas[4]

    assert finance.band is not None
    assert (finance.band.label, finance.capped) == ("Priority", False)


def test_dont_know_is_a_blind_spot_and_does_not_apply_is_not() -> None:
    result = scored(good(3, but={"FI4": "DK", "PL2": "DK", "DI1": "NA"}))

    assert [item.id for item in result.blind_spots] == ["PL2", "FI4"]
    assert result.areas[4].value == 75


def test_strengths_and_what_to_work_on_are_three_each_and_never_the_same() -> None:
    result = scored(good(2, but={"QC1": "4", "DI1": "4", "PR1": "4", "PN1": "0", "CO1": "0", "WL1": "0"}))

    assert [area.id for area in result.strongest] == ["premises", "digital", "quality"]
    assert [area.id for area in result.weakest] == ["collaboration", "planning", "workload"]
    assert not set(result.strongest) & set(result.weakest)


def test_what_a_red_flag_holds_down_or_what_is_a_priority_is_no_strength() -> None:
    assert scored(good(1)).strongest == ()
    held = scored(good(2, but={"FI1": "4", "FI3": "4", "FI4": "4", "FI2": "0"}))
    assert held.areas[4].capped
    assert "finance" not in [area.id for area in held.strongest]


def test_the_profile_and_the_outcomes_never_touch_the_score() -> None:
    plain = scored(good(3))
    told = scored(good(3, but={"contract": "gms", "OUT1": "0", "OUT3": "unsafe"}))

    assert (told.areas, told.overall) == (plain.areas, plain.overall)
    assert (told.profile, told.outcomes) == ({"contract": "gms"}, {"OUT1": "0", "OUT3": "unsafe"})


def test_nothing_answered_is_nothing_scored() -> None:
    result = scored({})

    assert result.overall is None
    assert all(area.value is None and area.band is None for area in result.areas)
    assert (result.flags, result.blind_spots, result.strongest, result.weakest) == ((), (), (), ())


@pytest.mark.parametrize("answer", ["5", "-1", "2.0", " 3", "yes", "٣"])
def test_an_answer_that_cannot_be_given_is_refused_and_not_repeated(answer: str) -> None:
    with pytest.raises(ResponsesError, match="QC1") as caught:
        scored({"QC1": answer})

    assert f" {answer}." not in str(caught.value)


def test_results_compare_only_within_a_major_version() -> None:
    second = score(HEALTHCHECK.model_copy(update={"version": "2.0"}), good(3), TODAY)
    next_minor = score(HEALTHCHECK.model_copy(update={"version": "1.4"}), good(3), TODAY)

    assert not comparable(scored(good(3)), second)
    assert comparable(scored(good(3)), next_minor)
    assert not comparable(scored(good(3)), score(instruments()[ORDER[2]], {}, TODAY))


# For any answers

responses_of_all = st.fixed_dictionaries({item.id: st.sampled_from(ANSWERS) for item in STATEMENTS})


@pytest.mark.slow
@given(responses_of_all, st.randoms(use_true_random=False))
def test_the_order_of_answers_and_of_statements_does_not_matter(responses: dict[str, str], rng: Random) -> None:
    shuffled = list(responses.items())
    rng.shuffle(shuffled)
    turned = HEALTHCHECK.model_copy(
        update={"areas": tuple(a.model_copy(update={"items": a.items[::-1]}) for a in HEALTHCHECK.areas)}
    )

    plain, other, back = scored(responses), scored(dict(shuffled)), score(turned, responses, TODAY)

    assert isinstance(back, HealthcheckResult)
    assert plain == other
    assert (plain.areas, plain.overall) == (back.areas, back.overall)
    assert set(plain.flags) == set(back.flags)


@pytest.mark.slow
@given(responses_of_all, st.sampled_from(STATEMENTS))
def test_a_better_answer_never_lowers_a_score_or_a_band(responses: dict[str, str], statement: Statement) -> None:
    said = responses[statement.id]
    better = str(int(said) + (-1 if statement.reverse else 1)) if said.isdigit() else said
    if better not in {"0", "1", "2", "3", "4"}:
        return

    before, after = scored(responses), scored(responses | {statement.id: better})

    for was, now in zip(before.areas, after.areas, strict=True):
        assert (now.value or 0) >= (was.value or 0)
        assert (now.band.at_least if now.band else 0) >= (was.band.at_least if was.band else 0)
    assert (after.overall or 0) >= (before.overall or 0)
    assert set(after.flags) <= set(before.flags)


@pytest.mark.slow
@given(responses_of_all)
def test_no_score_below_its_minimum_number_and_none_outside_its_range(responses: dict[str, str]) -> None:
    result = scored(responses)

    for area in result.areas:
        assert (area.value is not None) == (5 * area.answered >= 3 * area.total)
        assert area.value is None or 0 <= area.value <= 100
    assert (result.overall is not None) == (sum(area.value is not None for area in result.areas) >= 8)
    assert len(result.strongest) <= 3 >= len(result.weakest)
    assert not {area.id for area in result.strongest} & {area.id for area in result.weakest}
