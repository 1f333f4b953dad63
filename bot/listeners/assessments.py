"""Filling in a questionnaire in Slack: begun by a tool's button, saved at every page, finished, and its result sent."""

from __future__ import annotations

import logging
import re
from typing import Any

from slack_bolt import Ack, App

from assess.errands import RESULT
from assess.model import Conflict, May, Opened, Saved, Who
from bot import actions
from bot.assessing import NOT_OFFERED, address, instrument_for, refusal
from bot.listeners import errands, home
from bot.listeners.clicks import form_of
from bot.listeners.screens import Answer, Visit, changes, errors, opens, redraw, sends, update
from bot.model import View
from bot.parts import Parts
from bot.render import assessment as forms
from bot.render import report as reports
from bot.render.ask import note
from corpus.errors import AssessmentError, AssessmentRefused, RecordsError
from records.inbox import Item
from scoring.form import FormPage, first_open, pages, progress
from scoring.instrument import Kind
from scoring.report import Report
from web.filling import is_whole, seen_after, seen_values, seen_words, words_of
from web.telling import telling

log = logging.getLogger(__name__)

TEAM = "assessment_team"
NOTHING_YET = "Nothing has been answered yet; answer at least one question first."
CLOSED = "It is closed, and is deleted in 90 days."
SAVED = "It is saved. Go on whenever you like: my Home has it under “Your assessments”, and there is no time limit."


def register(app: App, parts: Parts) -> None:
    opens(app, actions.any_of(actions.TOOL_START), _start, parts)
    opens(app, actions.ASSESSMENT_CONTINUE, _continue, parts)
    sends(app, actions.START_VIEW, _started, parts, at_home=True)
    sends(app, actions.PAGE_VIEW, _saved, parts)
    sends(app, actions.CHECK_VIEW, _finished, parts, at_home=True)
    changes(app, actions.ASSESSMENT_BACK, _back, parts)
    changes(app, actions.ASSESSMENT_CHECK, _all_pages, parts)
    changes(app, actions.ASSESSMENT_LATER, _later, parts, at_home=True)
    changes(app, actions.any_of(actions.ASSESSMENT_PAGE), _go_to, parts)
    changes(app, actions.ASSESSMENT_CLOSE, _close, parts, at_home=True)
    app.action(re.compile(r"report_(?:page|pdf|csv)"))(_heard)
    _register_results(app, parts)


def _register_results(app: App, parts: Parts) -> None:
    def asked(ack: Ack, body: dict[str, Any]) -> None:
        form = form_of(body) if (body.get("view") or {}).get("type") == "modal" else None
        pressed = actions.read_value(body["actions"][0].get("value"))
        named = str(pressed.get("i") or (form.id("i") if form else ""))
        kind = TEAM if body["actions"][0]["action_id"] == actions.ASSESSMENT_TEAM else RESULT
        team, user = body["team"]["id"], body["user"]["id"]
        errands.leave(kind, body["trigger_id"], parts, team=team, user=user, assessment=named)
        ack()
        if form is None:
            home.publish(parts, team, user, notice=forms.ON_ITS_WAY)
        else:
            redraw(parts, form.view_id, forms.notice_modal("Result", forms.ON_ITS_WAY))

    def closed(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        home.publish(parts, body["team"]["id"], body["user"]["id"])

    app.action(actions.ASSESSMENT_RESULT)(asked)
    app.action(actions.ASSESSMENT_TEAM)(asked)
    # Home shows how far it is; nothing of what stood on the page comes with the news that it was closed.
    app.view_closed(actions.PAGE_VIEW)(closed)
    app.view_closed(actions.CHECK_VIEW)(closed)


def _heard(ack: Ack) -> None:
    ack()


# --- beginning ---------------------------------------------------------------------------------------------------


def _start(visit: Visit, parts: Parts) -> View:
    """What a tool's button shows: the open one where it was left, or the form that begins one."""
    instrument = instrument_for(visit.id("t"), visit.person, parts)
    if instrument is None:
        raise AssessmentRefused(NOT_OFFERED)
    practices = parts.assessing.practices(visit.who)
    open_one = parts.assessing.open_for(visit.who, instrument.id)
    if open_one and len(practices) == 1:
        return _resumed(visit.who, open_one.id, parts)
    return forms.start_modal(
        forms.StartView(
            actions.value(t=instrument.id),
            forms.short_title(instrument),
            telling(instrument),
            [(one.id, f"{one.name} ({one.code})" if one.code else one.name) for one in practices],
            open_one.practice_id if open_one else "",
        )
    )


def _started(visit: Visit, parts: Parts) -> Answer:
    """Begin it, or go on, for the practice that was named; what is wrong with that is said at its field."""
    instrument = instrument_for(visit.id("t"), visit.person, parts)
    if instrument is None:
        raise AssessmentRefused(NOT_OFFERED)
    own = parts.assessing.practices(visit.who)
    practice_id = visit.given.chosen(forms.PRACTICE) or (own[0].id if len(own) == 1 else "")
    if not practice_id:
        if forms.NAME not in visit.given.values:
            raise AssessmentRefused("Your practices have changed meanwhile. Press the button once more.")
        made = add_practice(visit, parts)
        if not isinstance(made, str):
            return made
        practice_id = made
    begun = parts.assessing.start(visit.who, instrument.id, practice_id)
    return update(_resumed(visit.who, begun.id, parts))


def add_practice(visit: Visit, parts: Parts) -> str | Answer:
    """The id of a practice that was typed in, or what is wrong with it."""
    name, code = visit.given.text(forms.NAME), visit.given.text(forms.CODE)
    # The same form may be sent twice.
    for one in parts.assessing.practices(visit.who):
        if one.name.casefold() == " ".join(name.split()).casefold():
            return one.id
    try:
        return parts.assessing.add_practice(visit.who, name, code).id
    except AssessmentRefused as refused:
        return errors({forms.CODE if "code" in str(refused) else forms.NAME: str(refused)})


def _continue(visit: Visit, parts: Parts) -> View:
    return _resumed(visit.who, visit.id("i"), parts)


def _resumed(who: Who, assessment_id: str, parts: Parts) -> View:
    """Where it was left: the first page with something open, or the last one when there is none."""
    opened = parts.assessing.open(who, assessment_id)
    if opened.instrument.kind is Kind.LEVELS:
        return _browser(who, opened, parts)
    if May.FILL not in opened.may:
        raise AssessmentRefused("This has been finished. Open it again, under “More” on my Home, to change it.")
    if is_whole(progress(opened.instrument, opened.responses)):
        return _check(opened)
    return _page(opened, first_open(opened.instrument, opened.responses))


def _browser(who: Who, opened: Opened, parts: Parts) -> View:
    state = forms.answered_words(progress(opened.instrument, opened.responses))
    where = address(who, opened.assessment.id, parts)
    return forms.browser_modal(
        forms.BrowserView(forms.short_title(opened.instrument), opened.practice.name, state, where)
    )


# --- a page ------------------------------------------------------------------------------------------------------


def _page(opened: Opened, page_id: str, saved: Saved | None = None) -> View:
    """A page as it stands. After a save that met another's answers: with theirs told, and one's own in the fields."""
    shown = pages(opened.instrument, opened.responses)
    ids = [page.id for page in shown]
    page = shown[ids.index(page_id)] if page_id in ids else shown[0]
    conflicts = saved.conflicts if saved else ()
    known = seen_after(opened.revisions, conflicts)
    far = progress(opened.instrument, opened.responses)
    return forms.page_modal(
        forms.PageView(
            # Ids and the numbers of changes: no answer ever stands there.
            actions.value(i=opened.assessment.id, p=page.id, s=seen_words(page, known)),
            forms.short_title(opened.instrument),
            opened.practice.name,
            page,
            ids.index(page.id) + 1,
            len(ids),
            far.answered,
            far.total,
            {**opened.responses, **{one.field: one.yours for one in conflicts}},
            _told(page, saved) if saved else {},
        )
    )


def _told(page: FormPage, saved: Saved) -> dict[str, str]:
    fields = {field.id: field for field in page.fields}
    return {
        **{field: problem for field, problem in saved.problems.items() if field in fields},
        **{one.field: _met(one, words_of(fields[one.field], one.theirs)) for one in saved.conflicts},
    }


def _met(one: Conflict, theirs: str) -> str:
    """What to say of an answer that met a colleague's: an alert has room for 200 characters."""
    what = f"chose “{theirs[:60]}”" if one.theirs else "cleared this"
    return f"A colleague {what} meanwhile, and that is kept. To keep yours, leave it as it is below and save again."


def _save(visit: Visit, parts: Parts) -> Saved:
    """Keep what stands on the page. What only this person has changed meanwhile, in another window, gives way."""
    raw = {name: visit.given.text(name) for name in visit.given.values}
    seen = seen_values(visit.id("s"))
    named = visit.id("i"), visit.id("p")
    saved = parts.assessing.save(visit.who, *named, raw, seen)
    own = {one.field: one for one in saved.conflicts if one.by == visit.who.member}
    if not own:
        return saved
    mine, known = {name: raw[name] for name in own}, seen_after(seen, [*own.values()])
    again = parts.assessing.save(visit.who, *named, mine, known)
    left = tuple(one for one in saved.conflicts if one.field not in own)
    return Saved(again.progress, {**saved.problems, **again.problems}, (*left, *again.conflicts), again.revisions)


def _saved(visit: Visit, parts: Parts) -> Answer:
    """A page was sent: what is wrong is said at its field, all else is kept, and the next page comes."""
    try:
        saved = _save(visit, parts)
    except RecordsError as error:
        log.error("a page was not kept", extra={"error": type(error).__name__})
        return errors({next(iter(visit.given.values), ""): forms.NOT_KEPT})
    if saved.problems:
        return errors(saved.problems)
    opened = parts.assessing.open(visit.who, visit.id("i"))
    if saved.conflicts:
        return update(_page(opened, visit.id("p"), saved))
    # The pages may have changed with the answers: a checklist asks what applies.
    ids = [page.id for page in pages(opened.instrument, opened.responses)]
    following = ids[ids.index(visit.id("p")) + 1 :] if visit.id("p") in ids else []
    return update(_page(opened, following[0]) if following else _check(opened))


def _leaving(visit: Visit, parts: Parts) -> tuple[Opened, View | None]:
    """Save a page that somebody leaves by a button; the page again, where not all of it could be kept."""
    saved = _save(visit, parts)
    opened = parts.assessing.open(visit.who, visit.id("i"))
    is_kept = not saved.problems and not saved.conflicts
    return opened, None if is_kept else _page(opened, visit.id("p"), saved)


def _back(visit: Visit, parts: Parts) -> View:
    opened, again = _leaving(visit, parts)
    ids = [page.id for page in pages(opened.instrument, opened.responses)]
    place = ids.index(visit.id("p")) if visit.id("p") in ids else 0
    return again or _page(opened, ids[max(0, place - 1)])


def _all_pages(visit: Visit, parts: Parts) -> View:
    opened, again = _leaving(visit, parts)
    return again or _check(opened)


def _later(visit: Visit, parts: Parts) -> View:
    opened, again = _leaving(visit, parts)
    far = forms.answered_words(progress(opened.instrument, opened.responses))
    return again or forms.notice_modal(forms.short_title(opened.instrument), f"{far}. {SAVED}")


# --- all pages, and the end --------------------------------------------------------------------------------------


def _check(opened: Opened, told: str = "") -> View:
    return forms.check_modal(
        forms.CheckView(
            actions.value(i=opened.assessment.id),
            forms.short_title(opened.instrument),
            opened.instrument.kind,
            opened.practice.name,
            progress(opened.instrument, opened.responses),
            told,
        )
    )


def _go_to(visit: Visit, parts: Parts) -> View:
    opened = parts.assessing.open(visit.who, visit.id("i"))
    if May.FILL not in opened.may:
        raise AssessmentRefused("This has been finished. Open it again, under “More” on my Home, to change it.")
    return _page(opened, visit.id("p"))


def _finished(visit: Visit, parts: Parts) -> Answer:
    """Finish it as was agreed to, and send its result; of a checklist, which stays open, the result alone."""
    opened = parts.assessing.open(visit.who, visit.id("i"))
    kind, agreed = opened.instrument.kind, visit.given.chosen(forms.AGREE) == forms.YES
    # A checklist has its report as soon as it has its date; the others need an answer that counts.
    far = progress(opened.instrument, opened.responses)
    if not (opened.responses if kind is Kind.CHECKLIST else far.answered):
        return update(_check(opened, NOTHING_YET))
    if kind is Kind.CHECKLIST:
        named = {"team": visit.who.team, "user": visit.who.member, "assessment": opened.assessment.id}
        errands.leave(RESULT, visit.view_id, parts, **named)
    else:
        parts.assessing.finish(visit.who, opened.assessment.id, counted=agreed, named=agreed, send=True)
    thanks = "Thank you. This is finished. " if kind is not Kind.CHECKLIST else ""
    return update(forms.notice_modal(forms.short_title(opened.instrument), f"{thanks}{forms.ON_ITS_WAY}"))


def _close(visit: Visit, parts: Parts) -> View:
    """Close a checklist for good."""
    opened = parts.assessing.open(visit.who, visit.id("i"))
    if opened.instrument.kind is not Kind.CHECKLIST:
        return _check(opened)
    parts.assessing.finish(visit.who, opened.assessment.id)
    return forms.notice_modal(forms.short_title(opened.instrument), CLOSED)


# --- the result --------------------------------------------------------------------------------------------------


def work_result(item: Item, parts: Parts) -> None:
    """Send a result to who asked for it, if they may still see it. Raises: TryLater."""
    _send(item, parts, "report")


def work_team(item: Item, parts: Parts) -> None:
    """Send the partners as a team to one of them. Raises: TryLater."""
    _send(item, parts, "team")


def _send(item: Item, parts: Parts, name: str) -> None:
    errand = errands.named(item)
    who, assessment_id = Who(errand["team"], errand["user"]), errand["assessment"]
    direct = parts.poster.direct(who.member)
    try:
        report = _report(who, assessment_id, parts, is_team=name == "team")
    except AssessmentError as error:
        errands.post(item, parts, note(str(error)), name, direct)
        return
    where = [address(who, assessment_id, parts, path) for path in (name, f"{name}.pdf", f"{name}.csv")]
    message = reports.report_message(report, reports.ReportAddresses(*where))
    errands.post(item, parts, message, name, direct)


def _report(who: Who, assessment_id: str, parts: Parts, *, is_team: bool) -> Report:
    """Raises: AssessmentError."""
    person = parts.people.person(who.team, who.member)
    if why_not := refusal(person, parts):
        raise AssessmentRefused(why_not)
    today = parts.records.database.now().date()
    if is_team:
        practice = parts.assessing.open(who, assessment_id).practice
        return parts.reporting.team_report(who, practice.id, person.role, today)
    return parts.reporting.report_for(who, assessment_id, person.role, today)


WORK = {RESULT: work_result, TEAM: work_team}
