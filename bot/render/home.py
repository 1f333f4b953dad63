"""App Home: where to ask, what was asked, what changed in the library; for administrators how the library stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot import actions
from bot.model import Block, View
from bot.render import ask, limits, words
from bot.render import text as safe
from bot.render.blocks import actions as rows
from bot.render.blocks import (
    asked,
    bullets,
    button,
    confirm,
    divider,
    header,
    labelled,
    line,
    linked,
    rich,
    said,
    text_input,
)  # fmt: skip
from bot.render.blocks import words as part
from bot.render.standing import StandingsView, standings
from corpus.model import Audience

QUESTION = actions.HOME_ASK
"""Action id of the box to ask in: Return asks, and so does the button below it (action id `ASK_BUTTON`)."""

ASK_BUTTON = actions.nth(actions.HOME_ASK, "button")

MOST = 10


@dataclass(frozen=True, slots=True)
class RecentQuestion:
    """A question of this person. `question` is empty once its text has expired; `link` leads to the answer in Slack."""

    question: str
    outcome: str
    asked: dt.datetime
    link: str = ""


@dataclass(frozen=True, slots=True)
class ChangedDocument:
    """News of the library. `what` is a key of `_NEWS`; `successor` is a title."""

    title: str
    what: str
    date: dt.date | None = None
    successor: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions to which the library says nothing, grouped: one of them, how many, and when the last was asked."""

    example: str
    count: int
    newest: dt.datetime


@dataclass(frozen=True, slots=True)
class AdminHome:
    """What administrators see below. `failures` are name and sentence, `waiting_uploads` name, state and days.

    `counts` are questions by kind of outcome, and `causes` unhelpful answers by cause, over `days`. `previous` is the
    generation that a rollback returns to; without it there is no such button.
    """

    generation: str
    documents: int
    passages: int
    built: dt.datetime | None = None
    failures: Sequence[tuple[str, str]] = ()
    hidden: int = 0
    waiting_uploads: Sequence[tuple[str, str, int]] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    helpful: int = 0
    not_helpful: int = 0
    causes: Mapping[str, int] = field(default_factory=dict)
    unanswered: Sequence[Gap] = ()
    escalations_open: int = 0
    escalations_oldest: dt.datetime | None = None
    withdrawn: Sequence[tuple[str, str]] = ()
    previous: str = ""
    days: int = 30


@dataclass(frozen=True, slots=True)
class HomeView:
    """App Home of one person. `turn` differs each time the box is to be emptied; `notice` is a sentence on top.

    `documents` counts what they may read. `tz` is the person's time zone. `standings` are their questionnaires.
    """

    role: Audience
    notice: str = ""
    turn: str = ""
    recent: Sequence[RecentQuestion] = ()
    changes: Sequence[ChangedDocument] = ()
    documents: int = 0
    built: dt.datetime | None = None
    retention_days: int = 90
    can_ask_person: bool = False
    tz: str = "Europe/London"
    admin: AdminHome | None = None
    standings: StandingsView = field(default_factory=StandingsView)


def prompts(role: Audience) -> list[dict[str, str]]:
    """The prompts that Slack suggests in the direct message."""
    return ask.suggested_prompts(role)


def home(view: HomeView) -> View:
    """The view for `views.publish`: at most 100 blocks, whatever there is to show."""
    blocks = [
        *([said(view.notice, bold=True, limit=500)] if view.notice.strip() else []),
        *_asking(view),
        *standings(view.standings),
        *_recent(view),
        *_changes(view),
        *_about(view),
        *(_admin(view.admin, view.tz) if view.admin else []),
    ]
    return {"type": "home", "blocks": blocks[: limits.VIEW_BLOCKS]}


# --- everybody ---------------------------------------------------------------------------------------------------


def _asking(view: HomeView) -> list[Block]:
    """A box and a button, because a phone's keyboard may have no Return key."""
    hint = "I answer by direct message. Do not write about patients: no names, NHS numbers or dates of birth."
    box = asked(
        QUESTION, "Ask the guidance", text_input(limit=ask.LONGEST_QUESTION, placeholder=ask.examples(view.role)[0]),
        hint=hint,
    )  # fmt: skip
    box |= {"block_id": f"{QUESTION}:{view.turn}" if view.turn else QUESTION, "dispatch_action": True}
    return [box, *rows([button("Ask", ASK_BUTTON, actions.value(), style="primary")])]


def _recent(view: HomeView) -> list[Block]:
    lines = [_question(item, view.tz) for item in list(view.recent)[:MOST]]
    return [header("Your recent questions"), _listed(lines, "You have not asked anything yet.")]


def _question(item: RecentQuestion, tz: str) -> Block:
    text = safe.one_line(item.question) or "A question whose text is no longer kept"
    outcome = words.OUTCOME.get(item.outcome, "no outcome")
    return line(linked(item.link, text, limit=200), part(f" · {outcome} · {words.moment(item.asked, tz)}"))


_NEWS = {
    "added": "added",
    "published": "published",
    "changed": "changed",
    "reviewed": "reviewed",
    "replaced": "replaced",
    "withdrawn": "withdrawn",
}


def _changes(view: HomeView) -> list[Block]:
    lines = [_change(item) for item in list(view.changes)[:MOST]]
    return [header("What changed in the library"), _listed(lines, "Nothing has changed lately.")]


def _change(item: ChangedDocument) -> Block:
    what = _NEWS.get(item.what, "changed")
    by = f" by “{_title(item.successor)}”" if item.what == "replaced" and item.successor else ""
    when = f" · {words.day(item.date)}" if item.date else ""
    return line(linked(item.url, _title(item.title)), part(f" · {what}{by}{when}"))


def _title(text: str, limit: int = 150) -> str:
    return safe.clip(safe.one_line(text), limit) or words.NO_TITLE


def _listed(lines: Sequence[Block], nothing: str) -> Block:
    return rich(bullets(lines)) if lines else said(nothing)


def _about(view: HomeView) -> list[Block]:
    """What is covered, what is not, and what is kept."""
    built = f", last indexed {words.moment(view.built, view.tz)}" if view.built else ""
    covers = f"The library has {words.count(view.documents, 'document')} that you may read{built}."
    kept = (
        f"I keep your questions and my answers for {words.count(view.retention_days, 'day')}, then they are deleted. "
        "Administrators see which questions the library could not answer."
    )
    buttons = [
        button("Export my data", actions.EXPORT_DATA, actions.value()),
        button("Delete my data", actions.DELETE_DATA, actions.value()),
        button("Refresh", actions.HOME_REFRESH, actions.value()),
    ]
    human = ["Under each answer, “Ask a person” passes your question to the LMC's officers."]
    return [
        header("What I can and cannot do"),
        said(covers),
        rich(bullets(line(part(text)) for text in [*ask.CANNOT, *(human if view.can_ask_person else [])])),
        header("Your privacy"),
        said(kept),
        *rows(buttons),
    ]


# --- administrators ----------------------------------------------------------------------------------------------


def _admin(admin: AdminHome, tz: str) -> list[Block]:
    return [
        divider(),
        header("The library, for administrators"),
        rich(*_state(admin, tz)),
        *_failures(admin),
        *rows(_doing(admin)),
        *_withdrawn(admin),
        header("Documents that wait"),
        _listed([_upload(item) for item in list(admin.waiting_uploads)[:MOST]], "No document waits."),
        header("Questions that the library could not answer"),
        _listed([_gap(gap, tz) for gap in list(admin.unanswered)[:MOST]], "None that are still kept."),
        header(f"The last {words.count(admin.days, 'day')}"),
        rich(*_figures(admin, tz)),
    ]


def _state(admin: AdminHome, tz: str) -> Iterable[Block]:
    yield labelled("Documents", f"{admin.documents:,}, in {words.count(admin.passages, 'passage')}")
    yield labelled("Generation", safe.one_line(admin.generation) or "none yet", limit=100)
    yield labelled("Built", words.moment(admin.built, tz) if admin.built else "not yet")
    yield labelled("Not taken in", words.count(len(admin.failures), "document"))
    yield labelled("Hidden from answers", words.count(admin.hidden, "document"))


def _failures(admin: AdminHome) -> list[Block]:
    lines = [
        line(part(_title(name), bold=True), part(f": {safe.clip(safe.one_line(sentence), 300)}"))
        for name, sentence in list(admin.failures)[:MOST]
    ]
    more = len(admin.failures) - MOST
    lines += [line(part(f"and {more:,} more: lmc documents lists them all"))] if more > 0 else []
    return [rich(line(part("Could not be taken in", bold=True)), bullets(lines))] if lines else []


def _doing(admin: AdminHome) -> list[Block]:
    value = actions.value()
    buttons = [
        button("Read everything again", actions.LIBRARY_REINDEX, value, confirm=_REINDEX),
        button("Verify", actions.LIBRARY_VERIFY, value, label="Verify: check every file of the index"),
        button("Withdraw a document", actions.LIBRARY_WITHDRAW, value, style="danger"),
    ]
    if admin.previous:
        asked_first = confirm(
            "Go back?", f"Questions are answered from generation {_title(admin.previous, 60)} again.", "Go back",
        )  # fmt: skip
        buttons.insert(2, button("Go back one generation", actions.LIBRARY_ROLLBACK, value, confirm=asked_first))
    return buttons


_REINDEX = confirm("Read everything again?", "It can take minutes. Questions are answered meanwhile.", "Read again")


def _withdrawn(admin: AdminHome) -> list[Block]:
    """Withdrawn documents (key and title), each with a button to bring it back."""
    shown = [(key, title) for key, title in list(admin.withdrawn)[:MOST] if 0 < len(key) <= limits.OPTION_VALUE]
    if not shown:
        return []
    buttons = [
        button(f"Restore {_title(title)}", actions.nth(actions.LIBRARY_RESTORE, n), actions.value(d=key))
        for n, (key, title) in enumerate(shown, 1)
    ]
    return [said("Withdrawn documents", bold=True), *rows(buttons)]


_UPLOAD_STATES = {
    "received": "has not been described",
    "described": "has been described",
    "waiting_approval": "waits for a second administrator",
    "approved": "approved, about to be added",
    "running": "is being added",
}


def _upload(item: tuple[str, str, int]) -> Block:
    name, state, days = item
    since = "since today" if days < 1 else f"for {words.count(days, 'day')}"
    return line(part(_title(name), bold=True), part(f" · {_UPLOAD_STATES.get(state, 'on its way')}, {since}"))


def _gap(gap: Gap, tz: str) -> Block:
    times = f"asked {words.count(gap.count, 'time')}, last on {words.moment(gap.newest, tz)}"
    return line(part(_title(gap.example, 200)), part(f" · {times}"))


def _figures(admin: AdminHome, tz: str) -> Iterable[Block]:
    yield labelled("Questions", _counted(admin.counts, words.OUTCOME) or "none")
    yield labelled("Ratings", f"{admin.helpful:,} helpful, {admin.not_helpful:,} not helpful")
    causes = _counted(admin.causes, words.CAUSES)
    if causes:
        yield labelled("What was wrong", causes)
    oldest = f", the oldest since {words.moment(admin.escalations_oldest, tz)}" if admin.escalations_oldest else ""
    yield labelled("Questions for a person", f"{admin.escalations_open:,} not closed{oldest}")


def _counted(numbers: Mapping[str, int], names: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {numbers[kind]:,}" for kind, name in names.items() if numbers.get(kind))


def unavailable() -> View:
    """When Home cannot be made: it says so instead of staying as it was."""
    return {"type": "home", "blocks": [said("I cannot show this page now. Open it again in a minute.")]}
