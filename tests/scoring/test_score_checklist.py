"""The merger checklist: readiness, gates and what blocks them, what is overdue and what comes next."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ResponsesError
from scoring.instrument import ORDER, Checklist, Task, instruments
from scoring.score import ChecklistResult, GateState, score

TODAY = dt.date(2026, 11, 23)
DAY = "2027-04-01"
FOUND = instruments()[ORDER[3]]
assert isinstance(FOUND, Checklist)
MERGER = FOUND
TASKS = [task for area in MERGER.areas for task in area.items]
CONDITIONS = [f"if.{condition.id}" for condition in MERGER.conditions]
NONE_HOLD = dict.fromkeys(CONDITIONS, "no")
ALL_HOLD = dict.fromkeys(CONDITIONS, "yes")


def scored(responses: dict[str, str], today: dt.date = TODAY) -> ChecklistResult:
    result = score(MERGER, responses, today)
    assert isinstance(result, ChecklistResult)
    return result


def gate(result: ChecklistResult, name: str) -> GateState:
    return next(gate for gate in result.gates if gate.id == name)


def readiness(result: ChecklistResult, area: str) -> float | None:
    return next(found.value for found in result.areas if found.id == area)


# Readiness


def test_readiness_is_the_done_weight_of_what_applies() -> None:
    """Of regulation, with training alone: M19 and M53 weigh 2 each, M23 (not a must) 1; M19 done is 2 of 5."""
    responses = NONE_HOLD | {"if.training": "yes", "M19": "done"}

    assert readiness(scored(responses), "regulation") == 40
    assert readiness(scored(responses | {"M23": "done"}), "regulation") == 60
    assert readiness(scored(responses | {"if.training": "no"}), "regulation") == 50


def test_the_whole_is_weighed_by_task_and_not_by_workstream() -> None:
    """None of the conditions: 42 tasks, all of them musts."""
    result = scored(NONE_HOLD | {"M01": "done"})

    assert sum(area.total for area in result.areas) == sum(task.only_if is None for task in TASKS) == 42
    assert result.overall == pytest.approx(100 / 42)


def test_a_task_under_way_is_not_done() -> None:
    assert scored(NONE_HOLD | {"M01": "in_progress"}).overall == 0


def test_a_task_that_the_practices_rule_out_does_not_count() -> None:
    every = NONE_HOLD | {task.id: "done" for task in TASKS} | {"M02": "not_applicable"}

    assert scored(every).overall == 100
    assert "M02" not in [task.id for task in scored(every).tasks]


def test_a_workstream_without_tasks_that_apply_has_no_readiness() -> None:
    responses = NONE_HOLD | {"M13": "not_applicable"}

    assert readiness(scored(responses), "premises") is None


def test_tasks_whose_condition_is_open_do_not_count_yet() -> None:
    assert scored({"M01": "done"}).overall == scored(NONE_HOLD | {"M01": "done"}).overall
    assert scored({}).conditions == dict.fromkeys((condition.id for condition in MERGER.conditions), "unknown")


# Gates


def test_a_gate_opens_when_all_that_it_needs_is_done() -> None:
    three = NONE_HOLD | dict.fromkeys(["M01", "M02", "M03"], "done")

    assert [task.id for task in gate(scored(three), "G1").blockers] == ["M04"]
    assert not gate(scored(three), "G1").is_open
    assert gate(scored(three | {"M04": "done"}), "G1") == GateState("G1", "Worth exploring?", True, ())


@pytest.mark.parametrize(
    ("condition", "blockers"),
    [("no", []), ("yes", ["M20"]), ("unknown", ["M20"]), ("", ["M20"])],
)
def test_an_open_question_keeps_a_gate_shut(condition: str, blockers: list[str]) -> None:
    done = dict.fromkeys(["M11", "M13", "M14", "M15", "M19"], "done")

    found = gate(scored(done | {"if.branch": condition}), "G3")

    assert [task.id for task in found.blockers] == blockers
    assert [task.unsettled for task in found.blockers] == ["" if condition == "yes" else "branch" for _ in blockers]


def test_the_last_gate_asks_only_for_what_applies() -> None:
    needed = dict.fromkeys(["M33", "M35", "M37", "M41", "M45"], "done")

    assert gate(scored(NONE_HOLD | needed), "G4").is_open
    assert [task.id for task in gate(scored(NONE_HOLD | {"if.tupe": "yes"} | needed), "G4").blockers] == [
        "M25", "M26", "M27",
    ]  # fmt: skip


# Dates


def test_each_task_has_its_latest_start() -> None:
    starts = {task.id: task.start for task in scored(ALL_HOLD | {"date": DAY}).tasks}

    assert starts["M01"] == dt.date(2026, 4, 2)
    assert starts["M51"] == dt.date(2027, 4, 1)
    assert starts["M56"] == dt.date(2027, 9, 30)


def test_a_task_is_overdue_from_the_day_after_its_latest_start() -> None:
    start = dt.date(2027, 3, 4)  # M50: four weeks before 1 April 2027
    responses = NONE_HOLD | {"date": DAY}

    assert "M50" not in [task.id for task in scored(responses, start).overdue]
    late = scored(responses, start + dt.timedelta(days=1))
    assert "M50" in [task.id for task in late.overdue]
    assert "M50" not in [task.id for task in scored(responses | {"M50": "done"}, start + dt.timedelta(days=1)).overdue]


def test_what_comes_next_is_what_starts_within_six_weeks() -> None:
    """T is 1 April 2027, 18.4 weeks on: what starts 18.4 to 12.4 weeks before."""
    result = scored(ALL_HOLD | {"date": DAY, "M33": "done"})

    assert [task.id for task in result.next_weeks] == ["M39", "M42", "M48"]
    assert all(TODAY <= task.start <= TODAY + dt.timedelta(weeks=6) for task in result.next_weeks if task.start)


@pytest.mark.parametrize(("days", "is_next"), [(-1, False), (0, True), (42, True), (43, False)])
def test_six_weeks_begin_today_and_end_on_the_same_day_of_the_week(days: int, is_next: bool) -> None:
    start = dt.date(2027, 3, 4)  # M50

    result = scored(NONE_HOLD | {"date": DAY}, start - dt.timedelta(days=days))

    assert ("M50" in [task.id for task in result.next_weeks]) is is_next


def test_without_a_date_nothing_is_due() -> None:
    result = scored(ALL_HOLD)

    assert (result.date, result.overdue, result.next_weeks) == (None, (), ())
    assert all(task.start is None for task in result.tasks)


def test_what_may_not_apply_is_neither_overdue_nor_next() -> None:
    result = scored({"date": DAY})

    assert not {task.id for task in (*result.overdue, *result.next_weeks)} & {t.id for t in TASKS if t.only_if}


@pytest.mark.parametrize("wrong", [{"date": "soon"}, {"M01": "yes"}, {"if.tupe": "perhaps"}])
def test_an_answer_that_cannot_be_given_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ResponsesError):
        scored(wrong)


# For any answers

STATUSES = ["not_started", "in_progress", "done", "not_applicable", ""]
answers = st.fixed_dictionaries(
    {task.id: st.sampled_from(STATUSES) for task in TASKS}
    | {name: st.sampled_from(["yes", "no", "unknown"]) for name in CONDITIONS}
    | {"date": st.sampled_from([DAY, "2026-11-23", ""])}
)


@pytest.mark.slow
@given(answers, st.sampled_from(TASKS))
def test_doing_a_task_never_lowers_readiness_and_never_shuts_a_gate(responses: dict[str, str], task: Task) -> None:
    if responses[task.id] == "not_applicable":
        return

    before, after = scored(responses), scored(responses | {task.id: "done"})

    assert (after.overall or 0) >= (before.overall or 0)
    for was, now in zip(before.gates, after.gates, strict=True):
        assert now.is_open >= was.is_open
        assert {task.id for task in now.blockers} <= {task.id for task in was.blockers}
    assert {t.id for t in after.overdue} <= {t.id for t in before.overdue}


@pytest.mark.slow
@given(answers)
def test_the_parts_add_up(responses: dict[str, str]) -> None:
    result = scored(responses)

    certain = [task for task in result.tasks if not task.unsettled]
    assert sum(area.total for area in result.areas) == len(certain)
    assert sum(area.answered for area in result.areas) == sum(task.status == "done" for task in certain)
    assert not {task.id for task in result.overdue} & {task.id for task in result.next_weeks}
    assert all(gate.is_open == (not gate.blockers) for gate in result.gates)
