"""What the pages for filling in show, as values; and what a browser sends back, as responses."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assess.model import Conflict
from scoring.form import Field, FieldGroup, FieldKind, FormPage, Option, PageProgress, Progress, Responses

# Names of our own in a form; no field is called so, as ids of fields begin with a letter.
SEEN = "_seen"
GO = "_go"

NOT_ANSWERED = "Not answered"
_PARTS = {FieldKind.DATE: ("day", "month", "year"), FieldKind.MONTH: ("month", "year")}
_SEEN_ENTRY = re.compile(r"([A-Za-z][A-Za-z0-9_.]{0,60}):([0-9]{1,9})")
# What no keyboard sends and no database keeps: control characters but for the line break and the tabulator.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Part:
    """One box of a date: its name in the form, its label and what stands in it."""

    name: str
    label: str
    value: str
    letters: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One field with what stands in it. `problem` says why it was not kept; with `may_clear` it can be taken back."""

    field: Field
    value: str
    problem: str = ""
    may_clear: bool = False

    @property
    def kind(self) -> str:
        return str(self.field.kind)

    @property
    def anchor(self) -> str:
        """The id of the first thing to fill in, which a link in the error summary leads to."""
        return f"{self.field.id}-{self.parts[0].label}" if self.parts else self.field.id

    @property
    def parts(self) -> tuple[Part, ...]:
        labels = _PARTS.get(self.field.kind, ())
        values = dict(zip(reversed(labels), [*self.value.split("-", len(labels) - 1), "", "", ""], strict=False))
        return tuple(
            Part(f"{self.field.id}.{label}", label, values[label].lstrip("0"), 4 if label == "year" else 2)
            for label in labels
        )

    @property
    def words(self) -> str:
        """The value as people read it; nothing for an open field."""
        return words_of(self.field, self.value) if self.value else ""

    @property
    def is_short(self) -> bool:
        """Whether the options fit in one line: yes or no, not started to done."""
        options = self.field.options
        return len(options) <= 4 and sum(len(option.label) for option in options) <= 48 and not _has_hints(options)


def _has_hints(options: Sequence[Option]) -> bool:
    return any(option.hint for option in options)


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """Fields under a heading: `first` are always in sight, `more` behind a line that opens."""

    title: str
    intro: str
    first: tuple[Asked, ...]
    more: tuple[Asked, ...]

    @property
    def is_open(self) -> bool:
        return any(asked.value or asked.problem for asked in self.more)

    @property
    def more_title(self) -> str:
        return "Add a note" if len(self.more) == 1 else "Evidence, level to reach and note"


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the error summary: a sentence, and the id of the field that it is about."""

    text: str
    href: str


def asked(
    page: FormPage, responses: Responses, *, sent: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> tuple[AskedGroup, ...]:  # fmt: skip
    """The fields of a page. What was sent and not kept stands in its field again, with its problem."""
    problems = problems or {}
    shown = {**responses, **{id_: value for id_, value in (sent or {}).items() if id_ in problems}}
    return tuple(_group(group, shown, problems) for group in page.groups)


def _group(group: FieldGroup, shown: Mapping[str, str], problems: Mapping[str, str]) -> AskedGroup:
    fields = [
        Asked(field, shown.get(field.id, ""), problems.get(field.id, ""), _may_clear(field, shown))
        for field in group.fields
    ]
    # What is asked stands first; evidence and notes come when they are wanted.
    if group.title or not group.intro:
        return AskedGroup(group.title, group.intro, tuple(fields[:1]), tuple(fields[1:]))
    first = replace(fields[0], field=replace(fields[0].field, hint=f"{group.intro} {fields[0].field.hint}".strip()))
    return AskedGroup("", "", (first,), tuple(fields[1:]))


def _may_clear(field: Field, shown: Mapping[str, str]) -> bool:
    """Radio buttons, once chosen, cannot be left: those without "don't know" or "does not apply" offer a way back."""
    return (
        field.kind is FieldKind.CHOICE
        and bool(shown.get(field.id))
        and not {"DK", "NA"} & {option.value for option in field.options}
    )


def summary(groups: Sequence[AskedGroup]) -> list[Problem]:
    """The error summary, in the order of the page."""
    fields = [one for group in groups for one in (*group.first, *group.more)]
    return [Problem(_short(one), f"#{one.anchor}") for one in fields if one.problem]


def _short(one: Asked) -> str:
    label = one.field.label.rstrip("?.:")
    return f"{label}: {one.problem}" if len(label) < 120 else one.problem


# --- what was sent -----------------------------------------------------------------------------------------------


def sent_values(page: FormPage, form: Mapping[str, str]) -> dict[str, str]:
    """The fields of a page that a browser sent, with the boxes of a date put together; nothing else."""
    return dict(_values(page, form))


def _values(page: FormPage, form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for field in page.fields:
        labels = _PARTS.get(field.kind)
        if labels is None and field.id in form:
            yield field.id, _clean(form[field.id])
        elif labels and any(f"{field.id}.{label}" in form for label in labels):
            yield field.id, _joined([_clean(form.get(f"{field.id}.{label}", "")).strip() for label in labels])


def _joined(boxes: Sequence[str]) -> str:
    """`5`, `3`, `2027` is 2027-03-05; boxes that are all empty are nothing; any others stand as they were typed."""
    if not any(boxes):
        return ""
    return "-".join(box.zfill(2) if box.isdigit() else box for box in reversed(boxes))


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def seen_words(page: FormPage, revisions: Mapping[str, int]) -> str:
    """What a page knew when it was drawn, to be sent back with it."""
    return " ".join(f"{field.id}:{revisions.get(field.id, 0)}" for field in page.fields)


def seen_values(words: str) -> dict[str, int]:
    """What `seen_words` wrote. A page without it knew nothing: each field that has an answer is then in conflict."""
    return {id_: int(revision) for id_, revision in _SEEN_ENTRY.findall(words)}


def seen_after(seen: Mapping[str, int], conflicts: Sequence[Conflict]) -> dict[str, int]:
    """Sent again, the same page now means it: the person has read what the other person chose."""
    return {**seen, **{conflict.field: conflict.revision for conflict in conflicts}}


# --- answers, to read --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the page with all answers."""

    label: str
    value: str
    is_open: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class AnsweredPage:
    id: str
    title: str
    answers: tuple[Answer, ...]


def answered(pages: Sequence[FormPage], responses: Responses) -> tuple[AnsweredPage, ...]:
    return tuple(AnsweredPage(page.id, page.title, tuple(_answers(page, responses))) for page in pages)


def _answers(page: FormPage, responses: Responses) -> Iterator[Answer]:
    for group in page.groups:
        for field in group.fields:
            value = responses.get(field.id, "")
            if value or field.scored:
                label = f"{group.title}: {field.label}" if group.title and len(group.fields) > 1 else field.label
                words = words_of(field, value)
                yield Answer(label, words, not value, Asked(field, value).anchor)


def words_of(field: Field, value: str) -> str:
    """A value as people read it."""
    if not value:
        return NOT_ANSWERED
    if field.kind is FieldKind.CHOICE:
        return next((option.label for option in field.options if option.value == value), value)
    return _date_words(value) if field.kind in _PARTS else value


def _date_words(value: str) -> str:
    try:
        if value.count("-") == 1:
            return f"{dt.date.fromisoformat(f'{value}-01'):%B %Y}"
        day = dt.date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.day} {day:%B %Y}"


def conflict_words(field: Field, conflict: Conflict, who: str) -> str:
    """What to tell somebody whose answer met another one."""
    theirs = words_of(field, conflict.theirs)
    other = f"chose \u201c{theirs}\u201d" if conflict.theirs else "cleared this answer"
    return (
        f"{who} {other} while you had this page open. That is kept for now. To keep yours, leave it as it is below and"
        f" save again; to keep theirs, {'choose' if field.kind is FieldKind.CHOICE else 'type'} what they have."
    )


# --- how far it is -----------------------------------------------------------------------------------------------


def state_words(page: PageProgress) -> str:
    if page.total == 0:
        return "Optional"
    if page.answered == 0:
        return "Not started"
    return "Done" if page.answered >= page.total else f"{page.answered} of {page.total} answered"


def is_whole(progress: Progress) -> bool:
    return progress.answered >= progress.total
