"""The report of a merger readiness check: the gates, what blocks them, and the next weeks."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.instrument import Checklist
from scoring.report import Bar, BarChart, Bullets, Headline, Paragraph, Part, Report, Section, Table
from scoring.reports.parts import Setting, counted, day, lower_first, next_step, section, to_read
from scoring.result import AreaScore, ChecklistResult, GateState, TaskState

_READ = Paragraph("These passages of the library are about the parts that are furthest behind, quoted word for word.")
_TASKS = ("Task", "Who", "Latest start", "State")


def checklist_report(instrument: Checklist, result: ChecklistResult, setting: Setting) -> Report:
    return Report(
        instrument=instrument.id,
        version=result.version,
        title=instrument.title,
        subject=setting.subject,
        made=setting.made,
        headline=_headline(result),
        sections=tuple(_sections(instrument, result, setting)),
        limits=instrument.limits,
    )


def areas_to_read(instrument: Checklist, result: ChecklistResult) -> list[tuple[str, str]]:
    """The workstreams with overdue tasks or blocked gates, as (id, title), at most three."""
    pressing = [*result.overdue, *(task for gate in result.gates if not gate.is_open for task in gate.blockers)]
    ids = list(dict.fromkeys(task.area for task in pressing))[:3]
    return [(area_id, instrument.area(area_id).title) for area_id in ids]


def _sections(instrument: Checklist, result: ChecklistResult, setting: Setting) -> list[Section]:
    return [
        section("gates", "The gates", *_gates(instrument, result)),
        *_overdue(instrument, result),
        section("weeks", f"The next {_weeks(instrument)} weeks", *_weeks_ahead(instrument, result)),
        section("workstreams", "How far each part is", _chart(result)),
        *_unsettled(instrument, result),
        *to_read(setting, areas_to_read(instrument, result), _READ),
        next_step(setting, "", _step(result)),
    ]


def _headline(result: ChecklistResult) -> Headline:
    open_gates = sum(gate.is_open for gate in result.gates)
    word = f"{open_gates} of {len(result.gates)} gates open"
    ready = "" if result.shown is None else f"{result.shown}% ready"
    return Headline(word, ready, f"{_next_gate(result)} {_date(result)}")


def _next_gate(result: ChecklistResult) -> str:
    gate = next((gate for gate in result.gates if not gate.is_open), None)
    if gate is None:
        return "Nothing blocks a gate."
    return f"The next gate, “{gate.name}”, waits for {counted(len(gate.blockers), 'task')}."


def _date(result: ChecklistResult) -> str:
    return f"The planned date is {day(result.date)}." if result.date else "No merger date is planned yet."


def _gates(instrument: Checklist, result: ChecklistResult) -> list[Part]:
    rows = tuple((gate.name, "Open" if gate.is_open else "Blocked", _waits(gate)) for gate in result.gates)
    blocked = [gate for gate in result.gates if not gate.is_open]
    parts: list[Part] = [Table("The gates and what they wait for", ("Gate", "State", "Waits for"), rows)]
    if blocked:
        caption = f"What blocks “{blocked[0].name}”"
        parts.append(_tasks(instrument, caption, blocked[0].blockers))
    return parts


def _waits(gate: GateState) -> str:
    return "Nothing" if gate.is_open else counted(len(gate.blockers), "task")


def _tasks(instrument: Checklist, caption: str, tasks: Sequence[TaskState]) -> Table:
    return Table(caption, _TASKS, tuple(_task(instrument, task) for task in tasks))


def _task(instrument: Checklist, task: TaskState) -> tuple[str, ...]:
    states = {choice.value: choice.label for choice in instrument.statuses}
    state = states.get(task.status, task.status)
    return (
        task.text,
        task.owner,
        day(task.start) if task.start else "No date yet",
        f"{state}, overdue" if task.is_overdue else state,
    )


def _overdue(instrument: Checklist, result: ChecklistResult) -> list[Section]:
    if not result.overdue:
        return []
    late = counted(len(result.overdue), "task is", "tasks are")
    said = Paragraph(f"{late} past the latest start for the planned date. Start, or move the date.")
    return [section("overdue", "Overdue", said, _tasks(instrument, "Tasks past their latest start", result.overdue))]


def _weeks(instrument: Checklist) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[instrument.weeks_ahead] if instrument.weeks_ahead < len(words) else str(instrument.weeks_ahead)


def _weeks_ahead(instrument: Checklist, result: ChecklistResult) -> list[Part]:
    if not result.date:
        return [Paragraph("Give a planned date: the tasks that come next are counted back from it.")]
    if not result.next_weeks:
        return [Paragraph(f"No task has its latest start in the next {_weeks(instrument)} weeks.")]
    return [_tasks(instrument, f"Tasks that start before a merger on {day(result.date)}", result.next_weeks)]


def _chart(result: ChecklistResult) -> BarChart:
    bars = tuple(_bar(area) for area in result.areas)
    return BarChart("How much of each part is done, 0 to 100", bars, things="Part", name="Ready")


def _bar(area: AreaScore) -> Bar:
    if area.value is None:
        return Bar(area.title, None, "Nothing applies")
    return Bar(area.title, area.value, f"{area.answered} of {area.total} done")


def _unsettled(instrument: Checklist, result: ChecklistResult) -> list[Section]:
    """Conditions that nobody has answered yet: tasks hang on them."""
    open_ones = [item.text for item in instrument.conditions if result.conditions.get(item.id, "unknown") == "unknown"]
    if not open_ones:
        return []
    said = Paragraph("Tasks depend on these. Until they are answered, a gate that needs such a task stays blocked.")
    return [section("unsettled", "Still to be answered", said, Bullets(tuple(open_ones)))]


def _step(result: ChecklistResult) -> str:
    waiting = [task for gate in result.gates if not gate.is_open for task in gate.blockers]
    first = next(iter([*result.overdue, *waiting, *result.next_weeks]), None)
    if first is None:
        return "Agree who looks at this list again, and when." if result.date else "Agree a planned date, and enter it."
    return f"{first.text.rstrip('. ')} ({lower_first(first.owner)})."
