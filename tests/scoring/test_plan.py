"""The draft plan: the most urgent gaps, at most twelve, over now, next and later."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.instrument import ORDER, Levels, instruments
from scoring.plan import DraftAction, draft_plan
from scoring.score import LevelsResult, score

TODAY = dt.date(2026, 11, 23)
FOUND = instruments()[ORDER[1]]
assert isinstance(FOUND, Levels)
RESILIENCE = FOUND
CRITERIA = [item.id for item in RESILIENCE.items]


def planned(responses: dict[str, str]) -> tuple[DraftAction, ...]:
    result = score(RESILIENCE, responses, TODAY)
    assert isinstance(result, LevelsResult)
    return draft_plan(RESILIENCE, result, TODAY)


def test_a_plan_has_three_actions_now_five_next_and_four_later() -> None:
    plan = planned(dict.fromkeys(CRITERIA, "0"))

    assert [action.horizon for action in plan] == ["now"] * 3 + ["next"] * 5 + ["later"] * 4
    assert [(action.due - TODAY).days // 7 for action in plan] == [4] * 3 + [13] * 5 + [52] * 4


def test_what_is_most_urgent_is_due_first() -> None:
    plan = planned({"RA44": "0", "RA21": "1", "RA05": "2", "RA08": "0", "RA08.likelihood": "3"})

    assert [(action.criterion_id, action.priority) for action in plan] == [
        ("RA08", 27), ("RA21", 12), ("RA44", 6), ("RA05", 2),
    ]  # fmt: skip
    assert [action.horizon for action in plan] == ["now", "now", "now", "next"]


def test_an_action_says_what_who_by_when_why_and_with_what_help() -> None:
    (action,) = planned({"RA21": "1", "RA21.likelihood": "3"})

    assert action == DraftAction(
        criterion_id="RA21",
        title="Cash and drawings",
        area="finance",
        why="Now at level 1 (reactive), to reach level 3 (embedded). The practice's survival can depend on it; "
        "trouble within 12 months is likely.",
        action="Build a simple forecast of cash.",
        owner_role="Finance lead",
        due=dt.date(2026, 12, 21),
        horizon="now",
        support_needed="Specialist advice on law, finance, staff, premises or IT",
        priority=18,
    )


def test_an_action_says_that_a_claimed_level_was_not_borne_out() -> None:
    (action,) = planned({"RA21": "4"})

    assert action.why.endswith("Level 4 was claimed. Nobody has seen dated evidence.")


@pytest.mark.parametrize("responses", [{}, {"RA21": "2", "RA21.target": "2"}])
def test_without_a_gap_there_is_no_action(responses: dict[str, str]) -> None:
    assert planned(responses) == ()


@pytest.mark.slow
@given(st.fixed_dictionaries({name: st.sampled_from(["0", "1", "2", ""]) for name in CRITERIA}))
def test_no_plan_has_more_than_twelve_actions_or_two_for_one_criterion(responses: dict[str, str]) -> None:
    plan = planned(responses)

    assert len(plan) <= 12
    assert len({action.criterion_id for action in plan}) == len(plan)
    assert [action.priority for action in plan] == sorted((action.priority for action in plan), reverse=True)
    assert [action.due for action in plan] == sorted(action.due for action in plan)
