"""App Home and the prompts of the direct message, made anew each time for what this person may read."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot import actions, answering
from bot.assessing import standings_of
from bot.gaps import find_gaps, open_gaps
from bot.model import Person, Surface
from bot.parts import Parts
from bot.post import DOUBTFUL
from bot.receive import Received, from_form
from bot.render import home as forms
from bot.render.forms import filled
from corpus.model import Audience, Document
from corpus.when import When
from index.store import StoredDocument
from ingest.desk import LibraryState
from ingest.news import News
from records.inbox import Item
from records.uploads import Upload

log = logging.getLogger(__name__)

HOME_QUESTION = "home_question"
TURN = "turn"

DAYS = 30
RECENT, CHANGES, GAPS = 10, 10, 10
# Questions that are compared for the list of gaps while somebody waits for Home to open: a second of embedding.
COMPARED = 300
ON_ITS_WAY = "I am looking in the library. The answer comes in your direct message with me."
NOTHING_TYPED = "Type your question first."


def register(app: App, parts: Parts) -> None:
    def opened(event: dict[str, Any], body: dict[str, Any]) -> None:
        if event.get("tab") == "messages":
            _prompt(event["channel"], body["team_id"], event["user"], parts)
        elif event.get("tab") == "home":
            publish(parts, body["team_id"], event["user"])

    def asked(ack: Ack, body: dict[str, Any]) -> None:
        notice = _ask(body, parts)
        ack()
        publish(parts, body["team"]["id"], body["user"]["id"], notice=notice, turn=body["trigger_id"])

    def refresh(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        publish(parts, body["team"]["id"], body["user"]["id"])

    app.event("app_home_opened")(opened)
    app.action(actions.any_of(actions.HOME_ASK))(asked)
    app.action(actions.HOME_REFRESH)(refresh)


def _prompt(channel: str, team: str, user: str, parts: Parts) -> None:
    """Suggest questions for this person's role. Nice to have."""
    prompts = forms.prompts(parts.people.person(team, user).role)
    try:
        parts.client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=prompts)
    except (SlackApiError, *DOUBTFUL) as error:
        log.info("no prompts were suggested", extra={"error": type(error).__name__})


# --- asking ------------------------------------------------------------------------------------------------------


def _ask(body: dict[str, Any], parts: Parts) -> str:
    """Store the question of the box; what Home says about it."""
    text = str(body["actions"][0].get("value") or "")
    if body["actions"][0].get("type") != "plain_text_input":
        text = filled(body["view"]).text(forms.QUESTION)
    if not text.strip():
        return NOTHING_TYPED
    turn = str(body["trigger_id"])
    received = from_form(Surface.HOME, team=body["team"]["id"], user=body["user"]["id"], key=f"home:{turn}", text=text)
    _take(received, turn, parts)
    return ON_ITS_WAY


def _take(received: Received, turn: str, parts: Parts) -> None:
    new = parts.records.inbox.receive(list(received.keys), HOME_QUESTION, {**received.payload(), TURN: turn})
    if new:
        parts.metrics.received.labels(HOME_QUESTION).inc()
        parts.wake()


def work_question(item: Item, parts: Parts) -> None:
    """Answer a question of Home by direct message, then show it among the recent ones. Raises: TryLater."""
    payload = dict(item.payload)
    # It names the box that was emptied: the same again, so that what is being typed there stays.
    turn = str(payload.pop(TURN, ""))
    answering.work(replace(item, payload=payload), parts)
    publish(parts, str(payload["team"]), str(payload["user"]), turn=turn)


# --- the page ----------------------------------------------------------------------------------------------------


def publish(parts: Parts, team: str, user: str, *, notice: str = "", turn: str = "") -> None:
    """Show somebody their Home as things are now. Nice to have: when Slack does not take it, the old one stays."""
    try:
        person = parts.people.person(team, user)
        view = forms.home(view_of(person, parts, notice=notice, turn=turn)) if parts.engine.is_ready() else None
        parts.client.views_publish(user_id=user, view=view or forms.unavailable())
    except (SlackApiError, *DOUBTFUL) as error:
        log.warning("Home was not published", extra={"error": type(error).__name__})


def view_of(person: Person, parts: Parts, *, notice: str = "", turn: str = "") -> forms.HomeView:
    """What a person's Home shows: nothing that they may not read, not even its title."""
    records, settings, state = parts.records, parts.settings, parts.desk.state()
    recent = [
        forms.RecentQuestion(kept.question, kept.outcome, kept.asked)
        for kept in records.answers.of_person(person.team, person.user, RECENT)
    ]
    return forms.HomeView(
        person.role,
        notice,
        turn,
        recent,
        _changes(person.role, parts),
        documents=sum(_may_see(stored.document, person.role, parts) for stored in _shown(state, parts)),
        built=state.built,
        retention_days=settings.retention_days,
        can_ask_person=bool(settings.officers_channel),
        tz=person.tz,
        admin=_admin(person, state, parts) if person.is_admin else None,
        standings=standings_of(person, parts),
    )


def _shown(state: LibraryState, parts: Parts) -> list[StoredDocument]:
    """The documents that answer at this moment."""
    return [one for one in parts.desk.documents() if one.passage_count and one.document.key not in state.hidden]


def _may_see(document: Document, role: Audience, parts: Parts) -> bool:
    libraries = parts.settings.libraries
    return document.audience.admits(role) and (not libraries or document.library in libraries)


_NEWS = {"new": "added", "published": "published", "changed": "changed", "reviewed": "reviewed", "replaced": "replaced"}


def _changes(role: Audience, parts: Parts) -> list[forms.ChangedDocument]:
    """The library's news, as far as a reader of `role` may know of them."""
    # More are looked at than shown, since some may be left out.
    news = [change for change in parts.desk.changes(10 * CHANGES) if _may_see(change.document, role, parts)]
    return [_changed(change, role) for change in news[:CHANGES]]


def _changed(change: News, role: Audience) -> forms.ChangedDocument:
    later = change.successor if change.successor and change.successor.audience.admits(role) else None
    return forms.ChangedDocument(
        change.document.title,
        _NEWS.get(change.what, "changed"),
        _day(change.date),
        later.title if later else "",
        change.document.source_url or "",
    )


def _day(when: When | None) -> dt.date | None:
    """The day, where it is known to the day."""
    return dt.date(when.year, when.month, when.day) if when and when.month and when.day else None


# --- for administrators ------------------------------------------------------------------------------------------


def _admin(person: Person, state: LibraryState, parts: Parts) -> forms.AdminHome:
    """How the library stands. An administrator sees titles of what they may read only; the rest are counted."""
    records = parts.records
    since = records.database.now() - dt.timedelta(days=DAYS)
    votes = records.feedback.summary(since)
    waiting = records.escalations.open_ones()
    readable = {s.document.key: s.document for s in parts.desk.documents() if _may_see(s.document, person.role, parts)}
    earlier = [name for name in state.generations if state.live and name < state.live]
    return forms.AdminHome(
        state.live or "",
        state.documents,
        state.passages,
        state.built,
        failures=_failures(state.failures.items(), readable),
        hidden=len(state.hidden),
        waiting_uploads=[_upload(upload, person, parts) for upload in records.uploads.open_ones()],
        counts=records.answers.counts(since),
        helpful=votes.helpful,
        not_helpful=votes.not_helpful,
        causes=votes.causes,
        unanswered=_gaps(person, since, parts),
        escalations_open=len(waiting),
        escalations_oldest=min((one.opened for one in waiting), default=None),
        withdrawn=[(key, readable[key].title) for key in state.hidden if key in readable],
        previous=max(earlier, default=""),
        days=DAYS,
    )


def _failures(failed: Iterable[tuple[str, str]], readable: dict[str, Document]) -> list[tuple[str, str]]:
    return [
        (readable[key].title, sentence) if key in readable else (UNNAMED, "it could not be read.")
        for key, sentence in failed
    ]


UNNAMED = "A document that you may not read"


def _upload(upload: Upload, person: Person, parts: Parts) -> tuple[str, str, int]:
    """A document on its way: its name only to who sent it, and to those whom its description admits."""
    facts = upload.details.get("facts")
    said = str(facts.get("audience") or "") if isinstance(facts, Mapping) else ""
    audience = Audience(said) if said in set(Audience) else Audience.CONFIDENTIAL
    may_know = upload.user == person.user or audience.admits(person.role)
    days = (parts.records.database.now() - upload.created).days
    return (upload.name if may_know else UNNAMED, upload.state, days)


def _gaps(person: Person, since: dt.datetime, parts: Parts) -> list[forms.Gap]:
    unanswered = parts.records.answers.unanswered(since)
    found = find_gaps(
        unanswered, parts.engine.answerer(), parts.engine.snapshot().generation, reader=person.role,
        libraries=parts.settings.libraries, most=COMPARED,
    )  # fmt: skip
    return [forms.Gap(gap.example, gap.count, gap.newest) for gap in open_gaps(found, GAPS)]


WORK = {HOME_QUESTION: work_question}
