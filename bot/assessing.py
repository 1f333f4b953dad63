"""Who comes to the questionnaires from Slack, what of them App Home shows, and where they are in the browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from assess.base import Heard, unheard
from assess.desk import Assessing
from assess.model import May, Who
from assess.model import Standing as Stands
from bot.metrics import Metrics
from bot.model import Person
from bot.parts import Parts
from bot.people import People
from bot.render import standing as forms
from bot.render import words
from bot.render.assessment import answered_words
from corpus.model import Audience
from corpus.tools import Tool
from records import Records
from scoring.instrument import Instrument, Kind, instruments

ONLY_MEMBERS = (
    "The questionnaires are for full members of this workspace, and not for guests or people of other organisations. "
    "Ask your LMC office: it can let you in, or send you the questions on paper."
)
NOT_OFFERED = "This questionnaire is not offered to you here. Ask your LMC office about it."


def open_assessing(records: Records, people: People, team: str, heard: Heard = unheard) -> Assessing:
    """The desk. Who is an officer is asked of Slack at every request; what Slack cannot say is not guessed."""

    def is_officer(who: Who) -> bool:
        if who.team != team:
            return False
        person = people.person(team, who.member)
        return person.is_officer and not person.is_external

    return Assessing(records, is_officer=is_officer, heard=heard)


def errand_hearer(metrics: Metrics, wake: Callable[[], None]) -> Heard:
    """Counts the errands that the desk leaves, and wakes the workers for them."""

    def heard(kind: str) -> None:
        metrics.received.labels(kind).inc()
        wake()

    return heard


def refusal(person: Person, parts: Parts) -> str:
    """Why somebody has no part in the questionnaires; empty for those who have."""
    is_ours = person.team == parts.team and not person.is_external and not person.is_guest
    return "" if is_ours else ONLY_MEMBERS


# --- the questionnaires ------------------------------------------------------------------------------------------


def offered(tools: Sequence[Tool], role: Audience) -> list[Tool]:
    """The tools that are filled in here, for a reader of `role`: one that the LMC has elsewhere has an address."""
    own = instruments()
    return [tool for tool in tools if tool.id in own and not tool.url and tool.audience.admits(role)]


def startable(parts: Parts) -> frozenset[str]:
    """The ids of tools whose buttons begin a questionnaire, whoever presses them."""
    return frozenset(tool.id for tool in offered(parts.tools, Audience.CONFIDENTIAL))


def instrument_for(tool_id: str, person: Person, parts: Parts) -> Instrument | None:
    """What a tool's button begins for this person; None when it is not offered to them."""
    is_offered = any(tool.id == tool_id for tool in offered(parts.tools, person.role))
    return instruments()[tool_id] if is_offered else None


def address(who: Who, assessment_id: str, parts: Parts, path: str = "start") -> str:
    """Where this person opens an assessment in the browser; empty where our pages cannot be reached."""
    if parts.passes is None:
        return ""
    return parts.passes.address(who.team, who.member, assessment_id, dt.datetime.now(dt.UTC), path)


# --- App Home ----------------------------------------------------------------------------------------------------


def standings_of(person: Person, parts: Parts) -> forms.StandingsView:
    """The part of a person's Home about questionnaires; empty for guests and outsiders."""
    if refusal(person, parts):
        return forms.StandingsView()
    who, desk = Who(person.team, person.user), parts.assessing

    def shown(found: Sequence[Stands]) -> list[forms.Standing]:
        return [_standing(one, who, parts) for one in found]

    officer = person.is_officer
    waiting = desk.waiting_for_analyst(who) if officer else []
    listed = {one.assessment.id for one in waiting}
    shared = [one for one in desk.shared_with_lmc(who) if one.assessment.id not in listed] if officer else []
    return forms.StandingsView(
        own=shown(desk.listing(who)),
        tools=[(tool.id, tool.name) for tool in offered(parts.tools, person.role)],
        waiting=shown(waiting),
        shared=shown(shared),
        is_officer=officer,
        practices=[(one.id, one.name) for one in desk.practices(who)],
    )


def _standing(one: Stands, who: Who, parts: Parts) -> forms.Standing:
    may, kind = one.may, one.assessment.kind
    is_filling = May.FILL in may
    return forms.Standing(
        one.assessment.id,
        one.title,
        one.practice.name,
        state_of(one),
        address=address(who, one.assessment.id, parts) if is_filling else "",
        in_slack=kind != Kind.LEVELS,
        may_fill=is_filling,
        has_result=bool(one.progress.answered) and (not one.assessment.is_open or kind == Kind.CHECKLIST),
        has_plan=kind == Kind.LEVELS and not one.assessment.is_open,
        may_delete=May.DELETE in may,
        may_manage=May.SHARE in may or May.CONSENT in may,
    )


def state_of(one: Stands) -> str:
    """How far an assessment is, in words."""
    finished = one.assessment.finished
    if one.assessment.is_open or finished is None:
        return answered_words(one.progress)
    return f"Finished on {words.day(finished.date())}"


# --- officers ----------------------------------------------------------------------------------------------------


def freeze(parts: Parts) -> None:
    """Freeze the comparison and the figures of the quarter that has ended, where that has not been done. A chore."""
    for instrument in instruments().values():
        if instrument.kind is Kind.HEALTHCHECK:
            parts.assessing.release(parts.team, instrument.id)
            parts.assessing.freeze_figures(parts.team, instrument.id)
