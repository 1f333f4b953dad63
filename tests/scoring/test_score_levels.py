"""The Resilience Assessment: what is claimed, what evidence bears out, what to mend first."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ResponsesError
from scoring.instrument import ORDER, Criterion, Levels, instruments
from scoring.score import CriterionScore, LevelsResult, score

TODAY = dt.date(2026, 11, 23)
FOUND = instruments()[ORDER[1]]
assert isinstance(FOUND, Levels)
RESILIENCE = FOUND
CRITERIA = [item for area in RESILIENCE.areas for item in area.items]


def scored(responses: dict[str, str]) -> LevelsResult:
    result = score(RESILIENCE, responses, TODAY)
    assert isinstance(result, LevelsResult)
    return result


def proved(criterion: str, level: int, seen: str = "2026-03") -> dict[str, str]:
    return {criterion: str(level), f"{criterion}.evidence_strength": "A", f"{criterion}.evidence_seen": seen}


def only(responses: dict[str, str]) -> CriterionScore:
    (criterion,) = scored(responses).criteria
    return criterion


def planning(levels: tuple[int, int, int]) -> dict[str, str]:
    """RA42 (impact 2), RA43 (impact 2) and RA44 (impact 1), which are the whole of an area."""
    return proved("RA42", levels[0]) | proved("RA43", levels[1]) | proved("RA44", levels[2])


@pytest.mark.parametrize(
    ("levels", "value"),
    [((4, 4, 4), 100.0), ((0, 0, 0), 0.0), ((4, 2, 0), 60.0), ((0, 0, 4), 20.0), ((3, 3, 1), 65.0)],
)
def test_an_area_weighs_its_levels_by_impact(levels: tuple[int, int, int], value: float) -> None:
    """(4·2 + 2·2 + 0·1) / (4 · 5) is 60 per cent."""
    assert scored(planning(levels)).areas[-1].value == value


@pytest.mark.parametrize(("answered", "is_scored"), [(5, True), (4, True), (3, False)])
def test_an_area_of_five_needs_four_criteria(answered: int, is_scored: bool) -> None:
    partnership = scored({f"RA0{number}": "2" for number in range(1, answered + 1)}).areas[0]

    assert (partnership.value == 50) is is_scored
    assert (partnership.answered, partnership.total) == (answered, 5)


def test_an_area_of_four_needs_all_of_them() -> None:
    assert scored({"RA11": "2", "RA12": "2", "RA13": "2"}).areas[2].value is None


def test_the_overall_level_is_the_mean_of_areas_claimed_and_recorded() -> None:
    result = scored({item.id: "4" for item in CRITERIA})

    assert (result.overall, result.claimed_overall) == (50, 100)
    assert [area.value for area in result.claimed_areas] == [100] * 10
    assert (result.shown, result.band and result.band.label) == (50, "Watch")


def test_the_overall_level_needs_eight_areas() -> None:
    eight = {item.id: "2" for area in RESILIENCE.areas[:8] for item in area.items}
    seven = {item.id: "2" for area in RESILIENCE.areas[:7] for item in area.items}

    assert (scored(eight).overall, scored(seven).overall) == (50, None)


# Evidence


@pytest.mark.parametrize(
    ("evidence", "recorded", "reason"),
    [
        ({"strength": "A", "seen": "2026-03"}, 4, ""),
        ({"strength": "A", "seen": "2026-11"}, 4, ""),
        ({"strength": "A", "seen": "2024-11", "type": "minutes"}, 4, ""),
        ({"strength": "A", "seen": "2024-10"}, 2, "The evidence is older than 24 months."),
        ({"strength": "A", "seen": "2026-12"}, 2, "The evidence is dated in the future."),
        ({"strength": "A"}, 2, "The evidence has no date."),
        ({"strength": "A", "seen": "2026-03", "type": "none"}, 2, "There is no evidence yet."),
        ({"strength": "B", "seen": "2026-03"}, 2, "Nobody has seen dated evidence."),
        ({"strength": "C", "seen": "2026-03"}, 2, "Nobody has seen dated evidence."),
        ({}, 2, "Nobody has seen dated evidence."),
    ],
)
def test_level_four_needs_evidence_that_was_seen_and_is_dated(
    evidence: dict[str, str], recorded: int, reason: str
) -> None:
    criterion = only({"RA21": "4"} | {f"RA21.evidence_{name}": said for name, said in evidence.items()})

    assert (criterion.claimed, criterion.recorded, criterion.cap_reason) == (4, recorded, reason)
    assert criterion.is_capped is (recorded < 4)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_low_levels_need_no_evidence(level: int) -> None:
    criterion = only({"RA21": str(level)})

    assert (criterion.recorded, criterion.is_capped) == (level, False)


# Priority


@pytest.mark.parametrize(
    ("responses", "gap", "priority"),
    [
        ({"RA21": "0", "RA21.likelihood": "3", "RA21.target": "4"}, 4, 36),
        ({"RA21": "1", "RA21.likelihood": "2"}, 2, 12),
        ({"RA21": "1"}, 2, 12),
        ({"RA21": "2", "RA21.likelihood": "1"}, 1, 3),
        ({"RA21": "2", "RA21.target": "1"}, 0, 0),
        ({"RA21": "2", "RA21.target": "0"}, 0, 0),
        ({"RA21": "4", "RA21.likelihood": "3"}, 1, 9),
        (proved("RA21", 3), 0, 0),
        ({"RA44": "0", "RA44.likelihood": "3"}, 3, 9),
    ],
)
def test_priority_is_gap_times_impact_times_likelihood(responses: dict[str, str], gap: int, priority: int) -> None:
    criterion = only(responses)

    assert (criterion.gap, criterion.priority) == (gap, priority)


def test_equal_priorities_stand_flags_first_then_the_least_effort_then_in_order_of_areas() -> None:
    # All of impact 3 at level 1. Flagged: RA21 (S), RA01 and RA25 (M), RA07 (L). Others: RA06 and RA16 (S), RA04 (M).
    named = ["RA04", "RA01", "RA25", "RA07", "RA21", "RA16", "RA06"]

    result = scored(dict.fromkeys(named, "1"))

    assert [criterion.id for criterion in result.criteria] == ["RA21", "RA01", "RA25", "RA07", "RA06", "RA16", "RA04"]
    assert [criterion.is_flagged for criterion in result.criteria] == [True] * 4 + [False] * 3


def test_a_higher_priority_stands_before_a_flag() -> None:
    result = scored({"RA21": "1", "RA04": "0", "RA04.likelihood": "3"})

    assert [criterion.id for criterion in result.criteria] == ["RA04", "RA21"]


def test_criteria_that_were_left_open_are_not_scored() -> None:
    assert [criterion.id for criterion in scored({"RA21": "2", "RA22": "", "RA23.note": "x"}).criteria] == ["RA21"]


@pytest.mark.parametrize(
    "wrong",
    [{"RA21": "5"}, {"RA21": "DK"}, {"RA21": "2", "RA21.target": "9"}, {"RA21": "2", "RA21.likelihood": "0"},
     {"RA21": "4", "RA21.evidence_strength": "A", "RA21.evidence_seen": "lately"}],
)  # fmt: skip
def test_an_answer_that_cannot_be_given_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ResponsesError, match="RA21"):
        scored(wrong)


# For any answers

some = st.sampled_from(["0", "1", "2", "3", "4", ""])
one_criterion = st.tuples(some, st.sampled_from(["A", "B", "C", ""]), st.sampled_from(["2026-03", "2019-01", ""]), some)
answers = st.lists(one_criterion, min_size=len(CRITERIA), max_size=len(CRITERIA)).map(
    lambda rows: {
        f"{item.id}{name}": said
        for item, row in zip(CRITERIA, rows, strict=True)
        for name, said in zip(("", ".evidence_strength", ".evidence_seen", ".target"), row, strict=True)
    }
)


@pytest.mark.slow
@given(answers)
def test_nothing_is_recorded_above_what_was_claimed_and_nothing_high_without_proof(responses: dict[str, str]) -> None:
    result = scored(responses)

    for criterion in result.criteria:
        assert criterion.recorded <= criterion.claimed
        assert criterion.recorded <= 2 or responses[f"{criterion.id}.evidence_strength"] == "A"
        assert 0 <= criterion.priority <= 36
    for area, claimed in zip(result.areas, result.claimed_areas, strict=True):
        assert (area.value is None) == (claimed.value is None) == (5 * area.answered < 4 * area.total)
        assert (area.value or 0) <= (claimed.value or 0)


@pytest.mark.slow
@given(answers, st.sampled_from(CRITERIA))
def test_a_higher_level_never_lowers_a_score_or_raises_a_priority(responses: dict[str, str], item: Criterion) -> None:
    if responses[item.id] not in {"0", "1", "2", "3"}:
        return

    before, after = scored(responses), scored(responses | {item.id: str(int(responses[item.id]) + 1)})

    for was, now in zip(before.areas, after.areas, strict=True):
        assert (now.value or 0) >= (was.value or 0)
    assert (after.overall or 0) >= (before.overall or 0)
    priorities = [next(c.priority for c in result.criteria if c.id == item.id) for result in (before, after)]
    assert priorities[1] <= priorities[0]


@pytest.mark.slow
@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(responses: dict[str, str], rng: Random) -> None:
    shuffled = list(responses.items())
    rng.shuffle(shuffled)

    assert scored(dict(shuffled)) == scored(responses)
