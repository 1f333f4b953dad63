"""What the pages of a plan show, as values: each action with the level that was claimed and what bears it out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assess.model import Action, Opened, Plan
from corpus.when import When
from scoring.form import Field, FieldGroup, FieldKind, FormPage, Option, pages
from scoring.instrument import Levels
from scoring.result import CriterionScore
from web.filling import NOT_ANSWERED, Asked, words_of

# Names of the fields of an action; also those of the desk.
ACTION, OWNER_ROLE, DUE, HORIZON, SUPPORT, NOTE = "action", "owner_role", "due", "horizon", "support", "note"
CRITERION = "criterion"

NO_EVIDENCE = "No evidence is noted."

STATES = {
    "draft": "This is a draft that only the practice sees. Change it as you like, then send it to the LMC.",
    "submitted": "This plan is with the LMC. An officer reads it, and may change it, before it is approved.",
    "approved": "The LMC has approved this plan. The practice accepts or declines each action.",
}
FOR_ANALYST = (
    "The practice has sent this plan. Read the levels and the evidence, change what has to be changed, then approve it"
    " or send it back."
)
_ACTION_STATES = {"proposed": "", "accepted": "Accepted", "declined": "Not taken on", "done": "Done"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list of facts."""

    name: str
    value: str


def listed(rows: Sequence[Row]) -> list[Mapping[str, object]]:
    """As the summary list of the front end takes it."""
    return [{"key": {"text": row.name}, "value": {"text": row.value}} for row in rows]


@dataclass(frozen=True, slots=True)
class Line:
    """One action of a plan. `facts` say what is to be done about a criterion, `behind` where the practice stands."""

    id: str
    title: str
    facts: tuple[Row, ...]
    behind: tuple[Row, ...]
    state: str


def lines(plan: Plan, opened: Opened, instrument: Levels, scores: Sequence[CriterionScore]) -> list[Line]:
    """The actions in their order."""
    scored = {score.id: score for score in scores}
    return [_line(action, opened, instrument, scored.get(action.criterion)) for action in plan.actions]


def _line(action: Action, opened: Opened, instrument: Levels, score: CriterionScore | None) -> Line:
    titles = {item.id: f"{item.title} ({area.title})" for area in instrument.areas for item in area.items}
    horizons = {horizon.id: horizon.title for horizon in instrument.horizons}
    facts = [
        Row("Criterion", titles.get(action.criterion, action.criterion)),
        Row("Why", action.why),
        Row("Who", action.owner_role),
        Row("By when", f"{When.of(action.due).words()} ({horizons.get(action.horizon, action.horizon)})"),
        Row("Support", action.support),
        Row("Comment", action.note),
        Row("State", _ACTION_STATES[action.state]),
    ]
    behind = [*_levels(instrument, score), *_evidence(opened, action.criterion)]
    return Line(action.id, action.action, tuple(row for row in facts if row.value), tuple(behind), action.state)


def _levels(instrument: Levels, score: CriterionScore | None) -> list[Row]:
    if score is None:
        return [Row("Level claimed", NOT_ANSWERED)]
    labels = [level.label for level in instrument.levels]
    why = f". {score.cap_reason}" if score.is_capped else ""
    return [
        Row("Level claimed", labels[score.claimed]),
        Row("Level evidenced", f"{labels[score.recorded]}{why}"),
        Row("Level to reach", labels[score.target]),
    ]


_IN_LEVELS = {"", "target"}


def _evidence(opened: Opened, criterion: str) -> list[Row]:
    """What the practice has noted beside its level."""
    fields = [
        field
        for page in pages(opened.instrument, opened.responses)
        for group in page.groups
        if group.id == criterion
        for field in group.fields
        if field.id.removeprefix(criterion).removeprefix(".") not in _IN_LEVELS
    ]
    given = [(field, opened.responses.get(field.id, "")) for field in fields]
    rows = [Row(field.label, words_of(field, value)) for field, value in given if value]
    return rows or [Row("Evidence", NO_EVIDENCE)]


def read_words(plan: Plan) -> str:
    """What a page of the plan knew of it: other words when anything in it has changed since."""
    return _digest(plan.state, *(action_words(action) for action in plan.actions))


def action_words(action: Action) -> str:
    """What the form of an action knew of it."""
    return _digest(action.id, *values_of(action).values())


def _digest(*known: str) -> str:
    # Of what it says, not of when it was changed: two changes may fall into one tick of a clock.
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()[:16]


# --- the form of one action --------------------------------------------------------------------------------------


def form(instrument: Levels, *, is_new: bool) -> FormPage:
    """What is asked of an action; of a new one also which criterion it is for."""
    criteria = tuple(Option(item.id, f"{area.title}: {item.title}") for area in instrument.areas for item in area.items)
    horizons = tuple(Option(horizon.id, horizon.title) for horizon in instrument.horizons)
    fields = (
        *((Field(CRITERION, FieldKind.CHOICE, "Which criterion is it for?", options=criteria),) if is_new else ()),
        Field(ACTION, FieldKind.LONG_TEXT, "What is to be done?"),
        Field(OWNER_ROLE, FieldKind.TEXT, "Whose task is it?", "A role, such as practice manager; no person's name."),
        Field(DUE, FieldKind.DATE, "By when?", "For example, 5 3 2027."),
        Field(HORIZON, FieldKind.CHOICE, "When does it belong?", options=horizons),
        Field(SUPPORT, FieldKind.TEXT, "What support is needed? (optional)"),
        *(() if is_new else (Field(NOTE, FieldKind.LONG_TEXT, "Comment (optional)", _COMMENT),)),
    )
    return FormPage("action", "A new action" if is_new else "Change an action", "", _single(fields))


_COMMENT = "The practice and the officers of the LMC see it with the action."
NEEDED = {
    CRITERION: "Choose the criterion that the action is for.",
    ACTION: "Write what is to be done.",
    OWNER_ROLE: "Write whose task it is.",
    DUE: "Enter the day by which it is to be done.",
    HORIZON: "Choose when it belongs.",
}


def _single(fields: Sequence[Field]) -> tuple[FieldGroup, ...]:
    return tuple(FieldGroup(field.id, "", "", (field,)) for field in fields)


def values_of(action: Action) -> dict[str, str]:
    """An action as its form has it."""
    return {
        ACTION: action.action, OWNER_ROLE: action.owner_role, DUE: action.due.isoformat(), HORIZON: action.horizon,
        SUPPORT: action.support, NOTE: action.note,
    }  # fmt: skip


def conflicts(page: FormPage, action: Action, sent: Mapping[str, str]) -> dict[str, str]:
    """What to say at each field in which an action, changed by somebody else, is not as it was sent."""
    fields = {field.id: field for field in page.fields}
    theirs = {name: value for name, value in values_of(action).items() if value != sent[name]}
    return {
        name: f"Somebody else has changed this action: here it says \u201c{words_of(fields[name], value)}\u201d now."
        " To keep yours, save again."
        for name, value in theirs.items()
    }


def asked_fields(page: FormPage, values: Mapping[str, str], problems: Mapping[str, str]) -> list[Asked]:
    """The fields with what stands in them and what is wrong with it."""
    return [Asked(field, values.get(field.id, ""), problems.get(field.id, "")) for field in page.fields]
