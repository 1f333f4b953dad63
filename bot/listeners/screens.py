"""The modals of questionnaires: who may see one is asked at every click, and what cannot be done is said in one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from assess.model import Who
from bot.assessing import refusal
from bot.listeners import errands, home
from bot.listeners.clicks import Click, click_of, form_of
from bot.model import Person, View
from bot.parts import Parts
from bot.render.ask import note
from bot.render.assessment import notice_modal
from bot.render.forms import Filled, filled
from corpus.errors import AssessmentError

log = logging.getLogger(__name__)

REFUSED = "Questionnaires"
"""The title of a modal that says why something cannot be done."""

TOO_LATE = "Slack did not wait long enough for me to open this. Nothing is lost: press the button once more."

_TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged"})
"""Slack's words for a click that is too old to open a modal."""

Answer = Mapping[str, Any]
"""What a sent form is answered with: a view in its place, sentences at its fields, or nothing, which closes it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who may take part, and what they pressed or sent. `view` names the modal that they are in.

    `named` is what the modal was given; a click's own value is in `click`.
    """

    who: Who
    person: Person
    click: Click
    given: Filled
    view_id: str = ""
    root_id: str = ""
    named: Mapping[str, str | int] | None = None

    def id(self, name: str) -> str:
        """What the button names, else what the modal does."""
        return self.click.id(name) or str((self.named or {}).get(name, ""))


Screen = Callable[[Visit, Parts], View]
Sending = Callable[[Visit, Parts], Answer]


def visit_of(click: Click, body: Mapping[str, Any], parts: Parts) -> Visit | View:
    """The visit, or, for who has no part in this, a modal that says so."""
    person = parts.people.person(click.team, click.user)
    if why_not := refusal(person, parts):
        return notice_modal(REFUSED, why_not)
    view = body.get("view") or {}
    in_modal = view.get("type") == "modal"
    return Visit(
        Who(click.team, click.user),
        person,
        click,
        filled(view) if in_modal else Filled(),
        view_id=str(view.get("id") or "") if in_modal else "",
        root_id=str(view.get("root_view_id") or "") if in_modal else "",
        named=form_of(body).named if in_modal else None,
    )


def opens(app: App, action: Any, make: Screen, parts: Parts, *, push: bool = False) -> None:
    """A button that opens a modal, in place of what is open or, with `push`, on top of it."""

    def pressed(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = click_of(body)
        made = made_of(click, body, make, parts)
        show = parts.client.views_push if push else parts.client.views_open
        try:
            show(trigger_id=click.trigger_id, view=made)
        except SlackApiError as error:
            if error.response.get("error") not in _TOO_LATE:
                raise
            log.warning("a modal was not opened in time", extra={"error": str(error.response.get("error"))})
            errands.whisper(parts, note(TOO_LATE), click.user, click.channel, click.thread_ts)

    app.action(action)(pressed)


def changes(app: App, action: Any, make: Screen, parts: Parts, *, at_home: bool = False) -> None:
    """A button of a modal that shows something else in it; with `at_home`, Home is made anew too."""

    def pressed(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = click_of(body)
        redraw(parts, click.view_id, made_of(click, body, make, parts))
        if at_home:
            home.publish(parts, click.team, click.user)

    app.action(action)(pressed)


def redraw(parts: Parts, view_id: str, view: View) -> None:
    """Show something else in a modal; what was pressed is done, so nothing is amiss where it has been closed."""
    try:
        parts.client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if error.response.get("error") != "not_found":
            raise
        log.info("a modal had been closed before it was drawn anew")


def sends(app: App, callback: str, answer: Sending, parts: Parts, *, at_home: bool = False) -> None:
    """A modal that comes back filled in."""

    def sent(ack: Ack, body: dict[str, Any]) -> None:
        form = form_of(body)
        visit = visit_of(form, body, parts)
        if isinstance(visit, Visit):
            try:
                ack(**answer(visit, parts))
            except AssessmentError as error:
                ack(**update(notice_modal(REFUSED, str(error))))
        else:
            ack(**update(visit))
        if at_home:
            home.publish(parts, form.team, form.user)

    app.view(callback)(sent)


def made_of(click: Click, body: Mapping[str, Any], make: Screen, parts: Parts) -> View:
    """The modal that somebody is to see; what they cannot have is said in its place."""
    visit = visit_of(click, body, parts)
    if not isinstance(visit, Visit):
        return visit
    try:
        return make(visit, parts)
    except AssessmentError as error:
        return notice_modal(REFUSED, str(error))


def update(view: View) -> Answer:
    """Another modal in place of the sent one."""
    return {"response_action": "update", "view": view}


def errors(problems: Mapping[str, str]) -> Answer:
    """Sentences at the fields of the sent modal."""
    return {"response_action": "errors", "errors": dict(problems)}
