"""The instruments: what is asked and how it counts, read from YAML files and checked to the last key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from corpus.errors import InstrumentError
from corpus.model import Nation
from scoring.wrong import sentence

SHIPPED = Path(__file__).with_name("instruments")
# Safe loaders both: no file can make objects. The one in C reads an instrument in a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ORDER = ("practice_healthcheck", "resilience_assessment", "partner_skills", "merger_readiness")

Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
ItemId = Annotated[str, Field(pattern=r"^[A-Z]{1,4}[0-9]{1,3}(\.[0-9]{1,2})?$")]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Label = Annotated[str, Field(min_length=1, max_length=75)]  # the limit of an option's text in Slack, and of its hint
Title = Annotated[str, Field(min_length=1, max_length=100)]


class Kind(StrEnum):
    HEALTHCHECK = "healthcheck"
    LEVELS = "levels"
    SKILLS = "skills"
    CHECKLIST = "checklist"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Strict):
    """One answer that may be chosen: `value` is kept, `label` is read."""

    value: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$", max_length=40)]
    label: Label
    hint: Annotated[str, Field(max_length=75)] = ""


class Band(_Strict):
    """A stretch of scores with a word: `at_least` <= score < `below`; the topmost has no `below`."""

    id: Id
    label: Label
    at_least: Annotated[int, Field(ge=0, le=100)]
    below: Annotated[int, Field(ge=1, le=100)] | None = None

    def holds(self, score: float) -> bool:
        return self.at_least <= score and (self.below is None or score < self.below)


class RedFlag(_Strict):
    """Raised when an item scores `at_most` or less, after turning round; `says` is what the report says then."""

    at_most: Annotated[int, Field(ge=0, le=3)]
    says: Words


class Question(_Strict):
    """Something asked beside the areas, never scored: profile and outcomes."""

    id: Id
    kind: Literal["choice", "whole", "text"]
    text: Words
    hint: Annotated[str, Field(max_length=200)] = ""
    options: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None


class Item(_Strict):
    """One thing to answer: a statement, a criterion, a task of a competency, a task of a checklist."""

    id: ItemId
    text: Words


class Statement(Item):
    """Agreed with or not. `reverse`: agreeing is bad, so the answer counts as 4 minus itself."""

    reverse: bool = False
    red_flag: RedFlag | None = None


class Effort(StrEnum):
    SMALL = "S"
    MEDIUM = "M"
    LARGE = "L"


class Criterion(Item):
    """Judged by level. `text` says what good looks like; `anchors` what each of the five levels looks like here."""

    title: Title
    impact: Annotated[int, Field(ge=1, le=3)]
    effort: Effort
    action: Words
    owner: Title
    support: Id
    anchors: tuple[Label, ...] = ()
    red_flag: RedFlag | None = None


class Skill(Item):
    """One thing that a partner could do, or not yet."""


class Task(Item):
    """To be done. `weeks` is its latest start, counted from the planned date (negative: before)."""

    phase: Id
    owner: Title
    weeks: Annotated[int, Field(ge=-104, le=104)]
    must: bool = True
    only_if: Id | None = None


class Area(_Strict):
    """Items that belong together. `guidance` is a question to the library for when the area scores low."""

    id: Id
    title: Title
    why: Words
    guidance: Words


class HealthcheckArea(Area):
    items: Annotated[tuple[Statement, ...], Field(min_length=1)]


class LevelsArea(Area):
    items: Annotated[tuple[Criterion, ...], Field(min_length=1)]


class SkillsArea(Area):
    group: Id
    items: Annotated[tuple[Skill, ...], Field(min_length=1)]


class ChecklistArea(Area):
    items: Annotated[tuple[Task, ...], Field(min_length=1)]


class Gate(_Strict):
    """A point to stop at: open when every task in `needs` that applies is done."""

    id: Id
    name: Title
    after: Id
    needs: Annotated[tuple[ItemId, ...], Field(min_length=1)]


class Named(_Strict):
    """Something with an id and a name: a phase, a group of competencies, a kind of support."""

    id: Id
    title: Title


class Condition(_Strict):
    """Asked once; tasks with this `only_if` apply when the answer is yes."""

    id: Id
    text: Words


class Horizon(_Strict):
    """A stretch of the plan: actions due `weeks` from today, `most` of them at most."""

    id: Id
    title: Title
    weeks: Annotated[int, Field(ge=1, le=104)]
    most: Annotated[int, Field(ge=1, le=12)]


Scale: TypeAlias = Annotated[tuple[Choice, ...], Field(min_length=2, max_length=10)]
Percent = Annotated[int, Field(ge=1, le=100)]


class Instrument(_Strict):
    """What all instruments share; `areas` and what else there is depend on the kind."""

    id: Id
    kind: Kind
    version: Annotated[str, Field(pattern=r"^[1-9][0-9]*\.[0-9]+$")]
    title: Title
    summary: Words
    minutes: Annotated[int, Field(ge=1, le=480)]
    audience: Annotated[tuple[str, ...], Field(min_length=1)]
    nation: Nation
    kept_months: Annotated[int, Field(ge=1, le=120)]
    limits: Words
    areas: Annotated[tuple[Area, ...], Field(min_length=1)]

    @property
    def major(self) -> int:
        """Results are compared only within the same one."""
        return int(self.version.split(".")[0])

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(self._by_id.values())

    def item(self, item_id: str) -> Item:
        """Raises: KeyError for an id that the instrument does not have."""
        return self._by_id[item_id]

    def area(self, area_id: str) -> Area:
        """Raises: KeyError for an id that the instrument does not have."""
        return next((area for area in self.areas if area.id == area_id), None) or _missing(area_id)

    def area_of(self, item_id: str) -> Area:
        """Raises: KeyError for an id that the instrument does not have."""
        found = (area for area in self.areas if any(item.id == item_id for item in items_of(area)))
        return next(found, None) or _missing(item_id)

    @cached_property
    def _by_id(self) -> Mapping[str, Item]:
        return {item.id: item for area in self.areas for item in items_of(area)}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _once("area", (area.id for area in self.areas))
        _once("item", (item.id for area in self.areas for item in items_of(area)))
        return self


def _missing(name: str) -> Any:
    raise KeyError(name)


class _Banded(Instrument):
    """An instrument whose scores have bands; `bands` in rising order cover 0 to 100 without gap or overlap."""

    bands: Annotated[tuple[Band, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _banded(self) -> Self:
        _check_bands(self.bands)
        return self

    def band(self, score: float | None) -> Band | None:
        return None if score is None else next(band for band in self.bands if band.holds(score))


class Healthcheck(_Banded):
    kind: Literal[Kind.HEALTHCHECK]
    areas: Annotated[tuple[HealthcheckArea, ...], Field(min_length=1)]
    scale: Scale
    other_answers: tuple[Choice, ...]
    profile: tuple[Question, ...]
    outcomes: tuple[Question, ...]
    answered_percent: Percent
    areas_needed: Annotated[int, Field(ge=1)]
    flag_cap: Id

    @model_validator(mode="after")
    def _healthcheck(self) -> Self:
        _check_scale(self.scale)
        _check_questions((*self.profile, *self.outcomes))
        _check_areas_needed(self.areas_needed, self.areas)
        _known("flag_cap", self.flag_cap, (band.id for band in self.bands), "band")
        return self


class Levels(_Banded):
    kind: Literal[Kind.LEVELS]
    areas: Annotated[tuple[LevelsArea, ...], Field(min_length=1)]
    levels: Scale
    evidence_types: Scale
    strengths: Scale
    proof: Annotated[str, Field(min_length=1)]
    proof_months: Annotated[int, Field(ge=1, le=60)]
    unproved_most: Annotated[int, Field(ge=0, le=4)]
    likelihoods: Scale
    likelihood_default: Annotated[int, Field(ge=1, le=3)]
    target_default: Annotated[int, Field(ge=1, le=4)]
    answered_percent: Percent
    areas_needed: Annotated[int, Field(ge=1)]
    support: tuple[Named, ...]
    horizons: Annotated[tuple[Horizon, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _levels(self) -> Self:
        _check_scale(self.levels)
        _check_areas_needed(self.areas_needed, self.areas)
        _known("proof", self.proof, (choice.value for choice in self.strengths), "strength")
        for area in self.areas:
            for item in area.items:
                _known(f"item {item.id}: support", item.support, (kind.id for kind in self.support), "kind of support")
                if len(item.anchors) not in {0, len(self.levels)}:
                    raise ValueError(f"item {item.id}: anchors: give one for each of the {len(self.levels)} levels")
        return self


class Skills(_Banded):
    kind: Literal[Kind.SKILLS]
    areas: Annotated[tuple[SkillsArea, ...], Field(min_length=1)]
    question: Words
    scale: Scale
    other_answers: tuple[Choice, ...]
    leads: Words
    wants: Words
    groups: Annotated[tuple[Named, ...], Field(min_length=1)]
    answered_least: Annotated[int, Field(ge=1)]
    capable_at: Percent

    @model_validator(mode="after")
    def _skills(self) -> Self:
        _check_scale(self.scale)
        for area in self.areas:
            _known(f"area {area.id}: group", area.group, (group.id for group in self.groups), "group")
            if len(area.items) < self.answered_least:
                raise ValueError(f"area {area.id}: items: there are fewer than answered_least, {self.answered_least}")
        return self


class Checklist(Instrument):
    kind: Literal[Kind.CHECKLIST]
    areas: Annotated[tuple[ChecklistArea, ...], Field(min_length=1)]
    date_question: Words
    date_hint: Words
    statuses: Scale
    phases: Annotated[tuple[Named, ...], Field(min_length=1)]
    conditions: tuple[Condition, ...]
    gates: Annotated[tuple[Gate, ...], Field(min_length=1)]
    must_weight: Annotated[int, Field(ge=1)]
    other_weight: Annotated[int, Field(ge=1)]
    weeks_ahead: Annotated[int, Field(ge=1, le=52)]

    @model_validator(mode="after")
    def _checklist(self) -> Self:
        tasks = [task for area in self.areas for task in area.items]
        phases = [phase.id for phase in self.phases]
        _once("phase", phases)
        _once("condition", (condition.id for condition in self.conditions))
        _once("gate", (gate.id for gate in self.gates))
        for task in tasks:
            _known(f"item {task.id}: phase", task.phase, phases, "phase")
            if task.only_if is not None:
                conditions = (condition.id for condition in self.conditions)
                _known(f"item {task.id}: only_if", task.only_if, conditions, "condition")
        for gate in self.gates:
            _known(f"gate {gate.id}: after", gate.after, phases, "phase")
            for needed in gate.needs:
                _known(f"gate {gate.id}: needs", needed, (task.id for task in tasks), "task")
        return self


AnyInstrument: TypeAlias = Annotated[Healthcheck | Levels | Skills | Checklist, Field(discriminator="kind")]
_ADAPTER: TypeAdapter[Healthcheck | Levels | Skills | Checklist] = TypeAdapter(AnyInstrument)


def items_of(area: Area) -> Sequence[Item]:
    """The items of an area of whatever kind."""
    items: Sequence[Item] = getattr(area, "items", ())
    return items


@cache
def instruments() -> Mapping[str, Healthcheck | Levels | Skills | Checklist]:
    """Those that ship, by id, in the order in which they are offered. Raises: InstrumentError."""
    return MappingProxyType({name: load_instrument(SHIPPED / f"{name}.yaml") for name in ORDER})


def load_instrument(file: Path) -> Healthcheck | Levels | Skills | Checklist:
    """Read one instrument file and check it. Raises: InstrumentError, one sentence naming the file and the item."""
    try:
        raw = _parsed(file, file.read_text("utf-8"))
    except OSError as error:
        raise InstrumentError(f"{file} cannot be read: {error.strerror}; name a YAML file.") from error
    except UnicodeDecodeError as error:
        raise InstrumentError(f"{file} is not UTF-8 text; save it as UTF-8.") from error
    except yaml.YAMLError as error:
        raise InstrumentError(f"{file} is not valid YAML: {_yaml_sentence(error)}.") from error
    if not isinstance(raw, dict):
        raise InstrumentError(f"{file} holds no instrument; write its keys at the top level, beginning with id.")
    if raw.get("kind") not in list(Kind):
        raise InstrumentError(f"{file}: kind: write one of {', '.join(Kind)}.")
    try:
        return _ADAPTER.validate_python(raw)
    except ValidationError as error:
        raise InstrumentError(f"{file}: {sentence(error, raw)}.") from error


def same_major(version: str, other: str) -> bool:
    """Whether results of two versions may be compared.

    >>> same_major("1.0", "1.4"), same_major("1.0", "2.0")
    (True, False)
    """
    return version.partition(".")[0] == other.partition(".")[0]


def _parsed(file: Path, text: str) -> Any:
    loader = _LOADER(text)
    node = loader.get_single_node()
    _refuse_twins(file, node)
    return None if node is None else loader.construct_document(node)


def _refuse_twins(file: Path, node: yaml.Node | None) -> None:
    """A key that stands twice: YAML would silently keep the second. Raises: InstrumentError."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise InstrumentError(
                    f"{file}, line {line}: the key {key.value} stands twice; leave one of the two out."
                )
            seen.add(str(key.value))
            _refuse_twins(file, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_twins(file, value)


def _yaml_sentence(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "it cannot be parsed"
    return f"{what}, line {mark.line + 1}" if mark else str(what)


def _once(what: str, names: Iterator[str] | Sequence[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{what} {twice[0]}: id: it is used twice; give the second another id")


def _known(where: str, name: str, known: Iterator[str] | Sequence[str], what: str) -> None:
    names = list(known)
    if name not in names:
        raise ValueError(f"{where}: there is no {what} {name}; write one of {', '.join(names)}")


def _check_bands(bands: Sequence[Band]) -> None:
    _once("band", [band.id for band in bands])
    if bands[0].at_least != 0:
        raise ValueError(f"band {bands[0].id}: at_least: the first band begins at 0")
    for lower, upper in pairwise(bands):
        if lower.below is None or lower.below > upper.at_least:
            raise ValueError(f"band {upper.id}: it overlaps band {lower.id}; begin it where {lower.id} ends")
        if lower.below < upper.at_least:
            gap = f"scores from {lower.below} to {upper.at_least} have no band"
            raise ValueError(f"band {upper.id}: {gap}; begin it at {lower.below}")
        if lower.below <= lower.at_least:
            raise ValueError(f"band {lower.id}: below: it ends before it begins")
    if bands[-1].below is not None:
        raise ValueError(f"band {bands[-1].id}: below: leave it out, the last band goes up to 100")


def _check_scale(scale: Sequence[Choice]) -> None:
    """Scores are taken from the values, which must therefore be 0, 1, 2, 3, 4."""
    if [choice.value for choice in scale] != ["0", "1", "2", "3", "4"]:
        raise ValueError("the answers that are scored have the values '0', '1', '2', '3' and '4', in this order")


def _check_questions(questions: Sequence[Question]) -> None:
    _once("question", [question.id for question in questions])
    for question in questions:
        if (question.kind == "choice") != bool(question.options):
            raise ValueError(f"question {question.id}: options: a choice has them and nothing else has")


def _check_areas_needed(needed: int, areas: Sequence[Area]) -> None:
    if needed > len(areas):
        raise ValueError(f"areas_needed: there are only {len(areas)} areas")
