"""Scores a merger checklist: how much is done, which gates are open and what blocks them, what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from corpus.errors import ResponsesError
from scoring.fields import Responses
from scoring.instrument import Checklist, ChecklistArea, Gate, Task
from scoring.numbers import rounded
from scoring.pages import planned_day, task_start
from scoring.result import AreaScore, ChecklistResult, GateState, TaskState

DONE = "done"
NOT_APPLICABLE = "not_applicable"
NOT_STARTED = "not_started"
_ANSWERS = ("yes", "no", "unknown")


def score_checklist(instrument: Checklist, responses: Responses, today: dt.date) -> ChecklistResult:
    """Raises: ResponsesError for an answer that cannot be given."""
    day = _day(responses)
    conditions = {condition.id: _condition(responses, condition.id) for condition in instrument.conditions}
    states = [
        state
        for area in instrument.areas
        for task in area.items
        if (state := _state(instrument, area, task, responses, conditions, day, today)) is not None
    ]
    overall = _readiness(instrument, states)
    due = sorted((state for state in states if _is_open(state)), key=lambda state: (state.weeks, state.id))
    return ChecklistResult(
        instrument_id=instrument.id,
        version=instrument.version,
        date=day,
        areas=tuple(_area(instrument, area, states) for area in instrument.areas),
        overall=overall,
        shown=rounded(overall),
        gates=tuple(_gate(gate, states) for gate in instrument.gates),
        overdue=tuple(state for state in due if state.is_overdue),
        next_weeks=tuple(state for state in due if _is_next(state, today, instrument.weeks_ahead)),
        tasks=tuple(states),
        conditions=conditions,
    )


def _day(responses: Responses) -> dt.date | None:
    try:
        return planned_day(responses)
    except ValueError as error:
        raise ResponsesError("The merger date is no date; write it as 2027-04-01.") from error


def _condition(responses: Responses, condition: str) -> str:
    said = responses.get(f"if.{condition}") or "unknown"
    if said not in _ANSWERS:
        raise ResponsesError(f"The answer to if.{condition} is none that can be given; write {', '.join(_ANSWERS)}.")
    return said


def _state(
    instrument: Checklist, area: ChecklistArea, task: Task, responses: Responses,
    conditions: dict[str, str], day: dt.date | None, today: dt.date,
) -> TaskState | None:  # fmt: skip
    """Where a task stands; None where it does not apply."""
    status = responses.get(task.id) or NOT_STARTED
    statuses = [choice.value for choice in instrument.statuses]
    if status not in statuses:
        raise ResponsesError(f"The answer to {task.id} is none that can be given; write {', '.join(statuses)}.")
    holds = "yes" if task.only_if is None else conditions[task.only_if]
    if holds == "no" or status == NOT_APPLICABLE:
        return None
    start = task_start(day, task.weeks)
    return TaskState(
        id=task.id,
        text=task.text,
        area=area.id,
        phase=task.phase,
        owner=task.owner,
        must=task.must,
        weeks=task.weeks,
        start=start,
        status=status,
        is_overdue=start is not None and today > start and status != DONE and holds == "yes",
        unsettled=(task.only_if or "") if holds == "unknown" else "",
    )


def _is_open(state: TaskState) -> bool:
    return state.status != DONE and not state.unsettled


def _is_next(state: TaskState, today: dt.date, weeks: int) -> bool:
    return state.start is not None and today <= state.start <= today + dt.timedelta(weeks=weeks)


def _readiness(instrument: Checklist, states: Sequence[TaskState]) -> float | None:
    """Done weight of applicable weight, 0 to 100; None where nothing applies. Unsettled tasks do not count yet."""
    weights = [
        (instrument.must_weight if state.must else instrument.other_weight, state.status == DONE)
        for state in states
        if not state.unsettled
    ]
    applicable = sum(weight for weight, _ in weights)
    return 100 * sum(weight for weight, is_done in weights if is_done) / applicable if applicable else None


def _area(instrument: Checklist, area: ChecklistArea, states: Sequence[TaskState]) -> AreaScore:
    here = [state for state in states if state.area == area.id and not state.unsettled]
    value = _readiness(instrument, here)
    done = sum(state.status == DONE for state in here)
    return AreaScore(area.id, area.title, value, rounded(value), None, False, done, len(here))


def _gate(gate: Gate, states: Sequence[TaskState]) -> GateState:
    """A task whose condition is unsettled blocks too: a gate must not open because a question was left out."""
    blockers = tuple(
        sorted(
            (state for state in states if state.id in gate.needs and state.status != DONE), key=lambda state: state.id
        )
    )
    return GateState(gate.id, gate.name, not blockers, blockers)
