"""What has been filled in: the part of App Home that lists it, and the modals about who sees it and works on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot import actions
from bot.model import Block, Message, View
from bot.render import limits, words
from bot.render import text as safe
from bot.render.blocks import (
    Part,
    asked,
    button,
    confirm,
    context,
    header,
    line,
    link_button,
    modal,
    people_list,
    person,
    rich,
    said,
    text_input,
)  # fmt: skip
from bot.render.blocks import actions as rows
from bot.render.blocks import words as part

COLLEAGUE = "colleague"
GUEST = "guest"
READER = "reader"

MOST = 8
"""Assessments of each list on Home: it has 100 blocks in all."""

ONE_OF_BOTH = "Choose somebody in Slack, or write the name of somebody who does not use it: one of the two."
NOT_A_COLLEAGUE = "Choose a full member of this workspace: guests and people of other organisations cannot take part."
NOBODY_CHOSEN = "Choose somebody."


@dataclass(frozen=True, slots=True)
class Standing:
    """One assessment on Home. `address` opens it in the browser, empty where that cannot be; `state` is in words."""

    id: str
    title: str
    practice: str
    state: str
    address: str = ""
    in_slack: bool = True
    may_fill: bool = False
    has_result: bool = False
    has_plan: bool = False
    may_delete: bool = False
    may_manage: bool = False


@dataclass(frozen=True, slots=True)
class StandingsView:
    """The part of Home about questionnaires. `tools` are id and name of those that can be started here.

    `practices` are id and name of their own. `waiting` and `shared` are for officers: plans to approve, and what
    practices have shared with the LMC.
    """

    own: Sequence[Standing] = ()
    tools: Sequence[tuple[str, str]] = ()
    waiting: Sequence[Standing] = ()
    shared: Sequence[Standing] = ()
    is_officer: bool = False
    practices: Sequence[tuple[str, str]] = ()


# --- App Home ----------------------------------------------------------------------------------------------------


def standings(view: StandingsView) -> list[Block]:
    """The blocks of Home; none for somebody who has nothing there and may start nothing."""
    blocks = [*_own(view), *_tools(view)]
    if view.is_officer:
        blocks += [*_listed("Waiting for approval", view.waiting, "No plan waits for you."),
                   *_listed("Shared with the LMC", view.shared, "No practice has shared anything yet."),
                   header("For officers"), *rows(_OFFICERS)]  # fmt: skip
    return blocks


def _own(view: StandingsView) -> list[Block]:
    if not view.own and not view.tools:
        return []
    return _listed("Your assessments", view.own, "You have not begun any. The buttons below begin one.")


def _listed(title: str, shown: Sequence[Standing], nothing: str) -> list[Block]:
    more = len(shown) - MOST
    return [
        header(title),
        *(block for one in shown[:MOST] for block in _standing(one)),
        *([said(nothing)] if not shown else []),
        *([context(f"and {more} more, changed longer ago")] if more > 0 else []),
    ]


def _standing(one: Standing) -> list[Block]:
    what = line(part(f"{one.title}: ", bold=True), part(safe.one_line(f"{one.state} · {one.practice}"), limit=300))
    return [rich(what), *rows(list(_doings(one)))]


def _doings(one: Standing) -> Sequence[Block]:
    value, about = actions.value(i=one.id), f"{one.title}, {one.practice}"
    address = safe.url(one.address)
    found: list[Block] = []
    if one.may_fill and (one.in_slack or not address):
        found.append(button("Continue", actions.ASSESSMENT_CONTINUE, value, style="primary", label=f"Continue {about}"))
    if one.may_fill and address:
        found.append(link_button("Finish in browser", actions.nth(actions.OPEN_LINK, 1), address))
    if one.has_result:
        found.append(button("See result", actions.ASSESSMENT_RESULT, value, label=f"See result of {about}"))
    if one.has_plan:
        found.append(button("Plan", actions.PLAN_OPEN, value, label=f"Plan of {about}"))
    if one.may_manage:
        found.append(button("More", actions.ASSESSMENT_MORE, value, label=f"More about {about}: sharing and people"))
    if one.may_delete:
        found.append(button("Delete", actions.ASSESSMENT_DELETE, value, confirm=DELETE, label=f"Delete {about}"))
    return found


DELETE = confirm(
    "Delete this?", "All its answers, its report and its plan go, for everybody who works on it. It cannot be undone.",
    "Delete", "Keep it", danger=True,
)  # fmt: skip


def _tools(view: StandingsView) -> list[Block]:
    if not view.tools:
        return []
    buttons = [
        button(name, actions.nth(actions.TOOL_START, n), actions.value(t=tool), label=f"{name}: begin or go on")
        for n, (tool, name) in enumerate(view.tools, 1)
    ]
    return [said("Begin or go on with a questionnaire:"), *rows(buttons), *_practices(view)]


def _practices(view: StandingsView) -> list[Block]:
    """Who belongs to one's practices; a practice is first added by beginning a questionnaire."""
    if not view.practices:
        return []
    buttons = [
        button(
            f"People of {safe.clip(safe.one_line(name), 60)}",
            actions.nth(actions.PRACTICE_OWN, n),
            actions.value(p=id_),
        )
        for n, (id_, name) in enumerate(view.practices[:MOST], 1)
    ]
    add = button("Add another practice", actions.PRACTICE_ADD, actions.value())
    return [said("Your practices:" if len(view.practices) > 1 else "Your practice:"), *rows([*buttons, add])]


_OFFICERS = (
    button("Statistics", actions.STATISTICS, actions.value(), label="Statistics of all practices together"),
    button("Let somebody into a practice", actions.PRACTICE_ADMIT, actions.value()),
)


# --- more about one ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoreView:
    """Who sees an assessment, and what else can be done with it. `readers` are user ids; None means: not for this kind.

    `counted`: it counts in the comparison. `consented`: to be part of a small team's view.
    """

    metadata: str
    title: str
    practice: str
    state: str
    with_lmc: bool | None = None
    readers: Sequence[str] = ()
    counted: bool | None = None
    consented: bool | None = None
    has_team: bool = False
    may_reopen: bool = False
    people: int | None = None
    told: str = ""


def more_modal(view: MoreView) -> View:
    """Nothing is sent with it: each button does what it says at once."""
    blocks = [
        *([said(view.told, bold=True)] if view.told else []),
        rich(line(part(safe.one_line(view.practice), bold=True, limit=200)), line(part(view.state))),
        *_sharing(view),
        *_counting(view),
        *_team(view),
        *_people(view),
        *_reopening(view),
    ]
    return modal(actions.NOTICE_VIEW, view.title, blocks, metadata=view.metadata)


def _sharing(view: MoreView) -> list[Block]:
    if view.with_lmc is None:
        personal = "Only you see your answers and your profile. Nobody else can be let in."
        return [] if view.consented is None else [said(personal)]
    value = actions.value()
    words_ = "Officers of the LMC can see this." if view.with_lmc else "Officers of the LMC cannot see this."
    with_lmc = (
        button("Withdraw from the LMC", actions.nth(actions.ASSESSMENT_UNSHARE, "lmc"), actions.value(r="lmc"))
        if view.with_lmc
        else button("Share with the LMC", actions.ASSESSMENT_SHARE, value, confirm=_SHARE)
    )
    blocks = [header("Who can see it"), said(f"The people of your practice. {words_}"), *rows([with_lmc])]
    for number, reader in enumerate(view.readers[:20], 1):
        stop = button("Withdraw", actions.nth(actions.ASSESSMENT_UNSHARE, number), actions.value(r=reader))
        blocks += [rich(line(part("It is also shown to "), person(reader))), *rows([stop])]
    return [*blocks, *rows([button("Show it to somebody", actions.ASSESSMENT_SHOW, value)])]


_SHARE = confirm(
    "Share with the LMC?",
    "Officers of the LMC can then read its answers, its result and its plan. You can withdraw it at any time.",
    "Share", "Cancel",
)  # fmt: skip


def _counting(view: MoreView) -> list[Block]:
    if view.counted is None:
        return []
    said_ = "are counted, without your name," if view.counted else "are not counted"
    text = "Leave them out" if view.counted else "Count them"
    press = button(text, actions.ASSESSMENT_COUNT, actions.value(y=0 if view.counted else 1))
    return [header("The comparison"), said(f"Your scores {said_} in the comparison between practices."), *rows([press])]


def _team(view: MoreView) -> list[Block]:
    if view.consented is None:
        return []
    agreed = (
        "You have agreed that, when every partner agrees, the team view is shown with fewer than four partners too, "
        "and is always up to date. Others may then be able to work out your part in it."
        if view.consented
        else "You have not agreed that the team view is shown with fewer than four partners, and always up to date. "
        "Without everybody's agreement it stays as it was drawn until at least four partners' answers have changed."
    )
    text = "Take that back" if view.consented else "Agree"
    buttons = [button(text, actions.ASSESSMENT_CONSENT, actions.value(y=0 if view.consented else 1))]
    if view.has_team:
        buttons.insert(0, button("See the partners as a team", actions.ASSESSMENT_TEAM, actions.value()))
    return [header("The partners as a team"), said(agreed), *rows(buttons)]


def _people(view: MoreView) -> list[Block]:
    if view.people is None:
        return []
    there = f"{words.count(view.people, 'person', 'people')} of the practice can work on its questionnaires."
    press = button("Add or remove a colleague", actions.PRACTICE_PEOPLE, actions.value())
    return [header("Who works on it"), said(there), *rows([press])]


def _reopening(view: MoreView) -> list[Block]:
    if not view.may_reopen:
        return []
    press = button("Open it again", actions.ASSESSMENT_REOPEN, actions.value())
    return [header("Changing answers"), said("It is finished. Open it again to change answers."), *rows([press])]


def show_modal(metadata: str) -> View:
    """Callback SHOW_VIEW; the input is READER, a user id."""
    block = asked(READER, "Who may see it?", people_list("Choose a person"), hint="They can read it, not change it.")
    return modal(actions.SHOW_VIEW, "Show it to somebody", [block], submit="Show it", close="Cancel", metadata=metadata)


# --- the people of a practice ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member of a practice; `name` only where they are not in Slack."""

    member: str
    name: str = ""
    is_you: bool = False


@dataclass(frozen=True, slots=True)
class PeopleView:
    """`can_invite`: people without Slack can be given a link of their own."""

    metadata: str
    practice: str
    people: Sequence[Somebody] = field(default_factory=tuple)
    can_invite: bool = False


def people_modal(view: PeopleView) -> View:
    """Callback PEOPLE_VIEW; the inputs are COLLEAGUE (a user id) and, where they can be invited, GUEST (a name)."""
    blocks = [
        rich(line(part(safe.one_line(view.practice), bold=True, limit=200))),
        said(_VOUCH),
        *(block for n, one in enumerate(view.people[:30], 1) for block in _somebody(one, n)),
        asked(COLLEAGUE, "Add somebody who uses Slack", people_list("Choose a colleague"), optional=True),
        *([asked(GUEST, "Or somebody without Slack", text_input(limit=80), optional=True, hint=_GUEST_HINT)]
          if view.can_invite else []),
    ]  # fmt: skip
    return modal(actions.PEOPLE_VIEW, "Colleagues", blocks, submit="Add", close="Back", metadata=view.metadata)


_VOUCH = (
    "These people see and change what the practice fills in, and let others in. I cannot check who works here: you do, "
    "so add only people whom you know to work at this practice. Each of them is told that it was you."
)
_GUEST_HINT = "Their name. You then get a link for them, which you pass on to them and to nobody else."


def _somebody(one: Somebody, number: int) -> list[Block]:
    who: Part = part(one.name, limit=100) if one.name else person(one.member)
    notes = [part(note) for note in (" (you)" if one.is_you else "", " (without Slack)" if one.name else "") if note]
    leave = "Leave" if one.is_you else "Remove"
    asked_first = confirm(f"{leave}?", "What was answered for the practice stays with the practice.", leave)
    press = button(
        leave, actions.nth(actions.PRACTICE_REMOVE, number), actions.value(m=one.member), confirm=asked_first
    )  # fmt: skip
    return [rich(line(who, *notes)), *rows([press])]


def invited_modal(name: str, address: str) -> View:
    """The link for a colleague without Slack, shown once; the next one is as good."""
    shown = safe.url(address)
    text = f"Pass this link on to {safe.one_line(name)}, and to nobody else. It works for a week."
    link: Part = {"type": "link", "url": shown, "text": shown}
    return modal(actions.NOTICE_VIEW, "A link to pass on", [said(text), rich(line(link))])


# --- messages ----------------------------------------------------------------------------------------------------


def added(by: str, practice: str) -> Message:
    """To somebody whom a colleague has put into a practice."""
    rest = f" added you to {safe.clip(safe.one_line(practice), 100)}. You can now work on its questionnaires with me: "
    end = "open my Home to see them."
    return limits.message(f"A colleague{rest}{end}", [rich(line(person(by), part(rest + end)))])


def shown(by: str, practice: str, title: str) -> Message:
    """To somebody whom a practice lets read an assessment."""
    rest = f" lets you see the {title} of {safe.clip(safe.one_line(practice), 100)}: open my Home to read it."
    return limits.message(f"A colleague{rest}", [rich(line(person(by), part(rest)))])


def for_officers(practice: str, title: str, assessment_id: str, *, is_plan: bool) -> Message:
    """In the officers' channel: a practice has shared something with the LMC, or sent a plan for approval."""
    name = safe.clip(safe.one_line(practice), 100)
    if not is_plan:
        sentence = f"{name} has shared its {title} with the LMC. Officers find it on my Home: “Shared with the LMC”."
        return limits.message(sentence, [said(sentence)])
    sentence = f"{name} has sent the action plan of its {title}. It waits for an officer to approve it."
    press = button("Look at the plan", actions.PLAN_OPEN, actions.value(i=assessment_id), style="primary")
    return limits.message(sentence, [said(sentence), *rows([press])])
