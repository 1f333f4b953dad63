"""Draws an instrument up as pages of fields: one page an area, before and after it what is asked beside the areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from scoring.fields import Field, FieldGroup, FieldKind, FormPage, Option, Responses
from scoring.instrument import Checklist, Choice, Criterion, Healthcheck, Instrument, Levels, Question, Skills, Task

ABOUT = "about"
OUTCOMES = "outcomes"
YES_NO = (Option("yes", "Yes"), Option("no", "No"))
YES_NO_UNKNOWN = (*YES_NO, Option("unknown", "Not known yet"))
NO_PEOPLE = "Do not write about patients, and do not name staff."


def pages(instrument: Instrument, responses: Responses) -> tuple[FormPage, ...]:
    """The pages of a form, in order. What was answered decides which tasks of a checklist are asked about."""
    match instrument:
        case Healthcheck():
            return _healthcheck(instrument)
        case Levels():
            return _levels(instrument)
        case Skills():
            return _skills(instrument)
        case Checklist():
            return _checklist(instrument, responses)
    raise TypeError(f"no form is known for {type(instrument).__name__}")


def task_start(day: dt.date | None, weeks: int) -> dt.date | None:
    """The latest start of a task, `weeks` from the planned day; None without one."""
    return None if day is None else day + dt.timedelta(weeks=weeks)


def planned_day(responses: Responses) -> dt.date | None:
    """The planned merger date, None while it is open."""
    return dt.date.fromisoformat(said) if (said := responses.get("date")) else None


def long_date(day: dt.date) -> str:
    """As people write it.

    >>> long_date(dt.date(2027, 4, 1))
    '1 April 2027'
    """
    return f"{day.day} {day:%B %Y}"


def _healthcheck(instrument: Healthcheck) -> tuple[FormPage, ...]:
    options = _options((*instrument.scale, *instrument.other_answers))
    areas = tuple(
        FormPage(area.id, area.title, "How far do you agree with each statement about your practice?", tuple(
            _single(Field(item.id, FieldKind.CHOICE, item.text, options=options)) for item in area.items
        ))
        for area in instrument.areas
    )  # fmt: skip
    about = FormPage(
        ABOUT, "About the practice",
        "This lets us compare you with practices like yours. It is never scored and you may leave any of it open.",
        tuple(_single(_question(question)) for question in instrument.profile),
    )  # fmt: skip
    outcomes = FormPage(
        OUTCOMES, "How things are going",
        "These closing questions never count towards your score. They help us to learn which areas matter most.",
        tuple(_single(_question(question)) for question in instrument.outcomes),
    )  # fmt: skip
    return about, *areas, outcomes


def _question(question: Question) -> Field:
    kind = {"choice": FieldKind.CHOICE, "whole": FieldKind.WHOLE, "text": FieldKind.TEXT}[question.kind]
    return Field(
        question.id, kind, question.text, question.hint, _options(question.options),
        scored=False, least=question.least, most=question.most,
    )  # fmt: skip


def _levels(instrument: Levels) -> tuple[FormPage, ...]:
    return tuple(
        FormPage(area.id, area.title, area.why, tuple(_criterion(instrument, item) for item in area.items))
        for area in instrument.areas
    )


def _criterion(instrument: Levels, item: Criterion) -> FieldGroup:
    anchors = item.anchors or tuple(level.hint for level in instrument.levels)
    levels = tuple(
        Option(level.value, level.label, anchor) for level, anchor in zip(instrument.levels, anchors, strict=True)
    )
    named = {level.value: level.label for level in instrument.levels}
    target = f"Leave open for level {instrument.target_default}, {named[str(instrument.target_default)]}."
    proof = f"Levels 3 and 4 need evidence that was seen and is dated in the last {instrument.proof_months} months."
    return FieldGroup(item.id, item.title, item.text, (
        Field(item.id, FieldKind.CHOICE, "Which level is true today?", options=levels),
        _beside(item, "evidence_type", "What kind of evidence is there?", proof, instrument.evidence_types),
        _beside(item, "evidence_strength", "How strong is it?", "", instrument.strengths),
        Field(f"{item.id}.evidence_seen", FieldKind.MONTH, "Month and year of the evidence", "For example, 3 2026.",
              scored=False),
        Field(f"{item.id}.evidence", FieldKind.TEXT, "Where can it be found?", NO_PEOPLE, scored=False),
        _beside(item, "likelihood", "How likely is trouble from this within 12 months?", "", instrument.likelihoods),
        _beside(item, "target", "Which level do you want to reach?", target, instrument.levels),
        Field(f"{item.id}.note", FieldKind.LONG_TEXT, "Note", NO_PEOPLE, scored=False),
    ))  # fmt: skip


def _beside(item: Criterion, name: str, label: str, hint: str, choices: Sequence[Choice]) -> Field:
    return Field(f"{item.id}.{name}", FieldKind.CHOICE, label, hint, _options(choices), scored=False)


def _skills(instrument: Skills) -> tuple[FormPage, ...]:
    options = _options((*instrument.scale, *instrument.other_answers))
    return tuple(
        FormPage(area.id, area.title, instrument.question, (
            *(_single(Field(item.id, FieldKind.CHOICE, item.text, options=options)) for item in area.items),
            _single(Field(f"{area.id}.leads", FieldKind.CHOICE, instrument.leads, options=YES_NO)),
            _single(Field(f"{area.id}.wants", FieldKind.CHOICE, instrument.wants, options=YES_NO)),
        ))
        for area in instrument.areas
    )  # fmt: skip


def _checklist(instrument: Checklist, responses: Responses) -> tuple[FormPage, ...]:
    day = planned_day(responses)
    about = FormPage(
        ABOUT, "About the merger", "Your answers decide which tasks apply to you. You can change them at any time.", (
            _single(Field("date", FieldKind.DATE, instrument.date_question, instrument.date_hint, scored=False)),
            *(_single(Field(f"if.{condition.id}", FieldKind.CHOICE, condition.text, options=YES_NO_UNKNOWN))
              for condition in instrument.conditions),
        ))  # fmt: skip
    asked = _asked(responses)
    areas = (
        FormPage(area.id, area.title, area.why, tuple(
            _task(instrument, task, day) for task in area.items if asked(task)
        ))
        for area in instrument.areas
    )  # fmt: skip
    return about, *(page for page in areas if page.groups)


def _asked(responses: Responses) -> Callable[[Task], bool]:
    """Whether a task is asked about: all are but those whose condition is known not to hold."""
    return lambda task: task.only_if is None or responses.get(f"if.{task.only_if}") != "no"


def _task(instrument: Checklist, task: Task, day: dt.date | None) -> FieldGroup:
    return FieldGroup(task.id, "", _when(task, day), (
        Field(task.id, FieldKind.CHOICE, task.text, options=_options(instrument.statuses)),
        Field(f"{task.id}.note", FieldKind.TEXT, "What is in the way, or where the proof is", NO_PEOPLE, scored=False),
    ))  # fmt: skip


def _when(task: Task, day: dt.date | None) -> str:
    count = abs(task.weeks)
    weeks = "1 week" if count == 1 else f"{count} weeks"
    gap = "On the merger date" if not count else f"{weeks} {'before' if task.weeks < 0 else 'after'} the merger"
    start = task_start(day, task.weeks)
    return f"{task.owner}. {gap}{'' if start is None else f': start by {long_date(start)}'}."


def _options(choices: Sequence[Choice]) -> tuple[Option, ...]:
    return tuple(Option(choice.value, choice.label, choice.hint) for choice in choices)


def _single(field: Field) -> FieldGroup:
    return FieldGroup(field.id, "", "", (field,))
