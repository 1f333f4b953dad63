"""Filling in an assessment in the browser: a page an area, kept at each step, left and taken up at any time.

Everything works without scripts. What a page shows is made in web/filling.py; who may do what is asked of the desk.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assess.desk import Assessing
from assess.model import Conflict, May
from corpus.errors import RecordsError
from scoring.form import FormPage, PageProgress, first_open, pages, progress
from scoring.instrument import Instrument, Kind, instruments
from web import static
from web.closing import ENDINGS, End
from web.door import UNKNOWN, Door, Onward, Visit, html, see
from web.draw import Notice
from web.filling import (
    GO,
    SEEN,
    AnsweredPage,
    answered,
    asked,
    conflict_words,
    is_whole,
    seen_after,
    seen_values,
    seen_words,
    sent_values,
    state_words,
    summary,
)
from web.layout import draw
from web.passes import Passes
from web.telling import telling
from web.warm import warm_pages

log = logging.getLogger(__name__)

NOT_KEPT = (
    "Nothing could be saved just now. What you filled in is still on this page: wait a minute, then press Save again."
)


def routes(
    desk: Assessing, passes: Passes, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
) -> list[BaseRoute]:
    """Every page of filling in, what they are drawn with, and the blank questionnaires."""
    warm_pages()
    door = Door(desk, passes, now)
    filling = Filling(door)
    ending = Ending(door)

    def get(path: str, handler: Callable[[Visit], Response]) -> Route:
        return Route(f"/assessment/{{token}}/{path}", door(handler), methods=["GET"])

    def post(path: str, handler: Callable[[Visit], Response]) -> Route:
        return Route(f"/assessment/{{token}}/{path}", door(handler), methods=["POST"])

    return [
        *static.routes(),
        Route("/questionnaire/{id}", lambda request: _blank(request, door), methods=["GET"]),
        Route("/assessment/{token}", door(lambda visit: see(visit.to("start"))), methods=["GET"]),
        get("start", filling.start),
        get("page/{page}", filling.page),
        post("page/{page}", filling.save),
        get("later", filling.later),
        get("check", filling.check),
        get("print", filling.sheet),
        get("finish", ending.ask),
        post("finish", ending.finish),
        get("finished", ending.finished),
        post("reopen", ending.reopen),
        get("delete", ending.ask_delete),
        post("delete", ending.delete),
    ]


@dataclass(frozen=True, slots=True)
class Filling:
    """The start page, a page for each area, and all answers."""

    door: Door

    def start(self, visit: Visit) -> Response:
        opened = visit.opened
        far = progress(opened.instrument, opened.responses)
        is_open = visit.may(May.FILL)
        return html(draw(
            "start.html", visit.prefix, visit=visit, title=opened.instrument.title, telling=telling(opened.instrument),
            banner=_BANNERS.get(visit.query.get("done", ""), ""), finished=_finished_words(visit),
            report=has_report(visit), onward=self._onward(visit) if is_open else None, counted=_counted(visit),
            tasks=[self._task(visit, page, is_open=is_open) for page in far.pages],
            is_new=is_open and not opened.responses, links=_links(visit), may_reopen=visit.may(May.REOPEN),
            plan=_plan(visit),
        ))  # fmt: skip

    def _onward(self, visit: Visit) -> Onward:
        opened = visit.opened
        far = progress(opened.instrument, opened.responses)
        if is_whole(far):
            return Onward("Check your answers", visit.to("check"))
        page = first_open(opened.instrument, opened.responses)
        return Onward("Go on" if opened.responses else "Start", visit.to(f"page/{page}"))

    def _task(self, visit: Visit, page: PageProgress, *, is_open: bool) -> Mapping[str, object]:
        where = visit.to(f"page/{page.id}") if is_open else visit.to(f"check#{page.id}")
        words = state_words(page)
        done = "nhsuk-task-list__status--completed" if words == "Done" else ""
        return {"heading": {"text": page.title}, "href": where, "status": {"text": words, "classes": done}}

    # --- one page

    def page(self, visit: Visit) -> Response:
        page = _page_of(visit)
        if page is None:
            return self.door.notice(UNKNOWN, 404)
        if not visit.may(May.FILL):
            return see(visit.to(f"check#{page.id}"))
        return self._draw(visit, page, seen=seen_words(page, visit.opened.revisions))

    def save(self, visit: Visit) -> Response:
        """Keep what was sent. What cannot be kept, or met another answer, is asked again with all else kept."""
        page = _page_of(visit)
        if page is None:
            return self.door.notice(UNKNOWN, 404)
        values = sent_values(page, visit.form)
        seen = seen_values(visit.form.get(SEEN, ""))
        try:
            saved = self.door.desk.save(visit.who, visit.id, page.id, values, seen)
        except RecordsError as error:
            log.error("a page was not kept", extra={"error": type(error).__name__})
            problems = dict.fromkeys(values, "")
            return self._draw(visit, page, 503, seen=visit.form.get(SEEN, ""), sent=values, problems=problems,
                              heading=NOT_KEPT)  # fmt: skip
        if not saved.problems and not saved.conflicts:
            return see(self._after(visit, page))
        words = {**saved.problems, **self._conflict_words(visit, page, saved.conflicts)}
        known = seen_after(saved.revisions, saved.conflicts)
        again = self.door.again(visit)
        return self._draw(
            again, page, 409 if saved.conflicts else 422, seen=seen_words(page, known), sent=values, problems=words,
            heading="Somebody else changed this too" if saved.conflicts else "There is a problem",
        )  # fmt: skip

    def _draw(
        self, visit: Visit, page: FormPage, status: int = 200, *, seen: str, sent: Mapping[str, str] | None = None,
        problems: Mapping[str, str] | None = None, heading: str = "",
    ) -> Response:  # fmt: skip
        groups = asked(page, visit.opened.responses, sent=sent, problems=problems)
        listed = [{"text": problem.text, "href": problem.href} for problem in summary(groups)]
        return html(draw(
            "page.html", visit.prefix, visit=visit, title=visit.opened.instrument.title, page=page, groups=groups,
            step=self._step(visit, page), seen=seen, problems=listed, heading=heading, has_error=bool(heading),
            rest=_REST if listed else "",
        ), status)  # fmt: skip

    def _step(self, visit: Visit, page: FormPage) -> str:
        ids = [one.id for one in _pages(visit)]
        return f"page {ids.index(page.id) + 1} of {len(ids)}"

    def _after(self, visit: Visit, page: FormPage) -> str:
        """Where to go when a page is kept. The pages may have changed with it: a checklist asks what applies."""
        if visit.form.get(GO) == "later":
            return visit.to("later")
        ids = [one.id for one in _pages(self.door.again(visit))]
        following = ids[ids.index(page.id) + 1 :] if page.id in ids else []
        return visit.to(f"page/{following[0]}") if following else visit.to("check")

    def _conflict_words(self, visit: Visit, page: FormPage, conflicts: Sequence[Conflict]) -> dict[str, str]:
        if not conflicts:
            return {}
        fields = {field.id: field for field in page.fields}
        names = {
            member.member: member.name
            for member in self.door.desk.members(visit.who, visit.opened.practice.id)
            if member.name
        }
        return {
            one.field: conflict_words(fields[one.field], one, names.get(one.by, "A colleague")) for one in conflicts
        }

    # --- all of it

    def later(self, visit: Visit) -> Response:
        months = visit.opened.instrument.kept_months
        return html(draw(
            "later.html", visit.prefix, visit=visit, title=visit.opened.instrument.title, counted=_counted(visit),
            months=months,
        ))  # fmt: skip

    def check(self, visit: Visit) -> Response:
        opened = visit.opened
        is_open = visit.may(May.FILL)
        shown = answered(_pages(visit), opened.responses)
        ending = ENDINGS[opened.instrument.kind]
        return html(draw(
            "check.html", visit.prefix, visit=visit, title=opened.instrument.title, counted=_counted(visit),
            heading="Check your answers" if is_open else "All answers",
            pages=[_rows(visit, page, is_open=is_open) for page in shown], may_finish=visit.may(May.FINISH),
            closing=ending.closing, finish_text=ending.button,
        ))  # fmt: skip

    def sheet(self, visit: Visit) -> Response:
        opened = visit.opened
        given = opened.responses if visit.query.get("answers") == "yes" else {}
        return html(_sheet(
            opened.instrument, _pages(visit), given, visit.prefix, back=visit.to("start"), practice=opened.practice.name
        ))  # fmt: skip


_REST = "Everything else on this page is saved."


@dataclass(frozen=True, slots=True)
class Ending:
    """Finishing, opening again and deleting."""

    door: Door

    def ask(self, visit: Visit) -> Response:
        return self._ask(visit) if visit.may(May.FINISH) else see(visit.to("start"))

    def _ask(self, visit: Visit, problem: str = "", status: int = 200) -> Response:
        ending = ENDINGS[visit.opened.instrument.kind]
        return html(draw(
            "ask.html", visit.prefix, visit=visit, title=visit.opened.instrument.title, heading=ending.button,
            sentences=(*ending.sentences, *self._open_words(visit)), action="finish",
            question=_question(ending, problem) if ending.question else None,
            problems=[{"text": problem, "href": "#agree"}] if problem else [], button_text=ending.button,
            is_warning=visit.opened.instrument.kind is Kind.CHECKLIST,
        ), status)  # fmt: skip

    def _open_words(self, visit: Visit) -> tuple[str, ...]:
        far = progress(visit.opened.instrument, visit.opened.responses)
        if is_whole(far) or visit.opened.instrument.kind is Kind.CHECKLIST:
            return ()
        return (f"{far.total - far.answered} of {far.total} questions are not answered.",)

    def finish(self, visit: Visit) -> Response:
        kind = visit.opened.instrument.kind
        ending = ENDINGS[kind]
        agreed = visit.form.get("agree", "")
        if ending.question and agreed not in {"yes", "no"}:
            return self._ask(visit, ending.missing, 422)
        self.door.desk.finish(
            visit.who, visit.id, counted=kind is Kind.HEALTHCHECK and agreed == "yes",
            named=agreed == "yes" if kind is Kind.SKILLS else None,
        )  # fmt: skip
        return see(visit.to("finished"))

    def finished(self, visit: Visit) -> Response:
        if visit.opened.assessment.state != "finished":
            return see(visit.to("start"))
        ending = ENDINGS[visit.opened.instrument.kind]
        return html(draw(
            "finished.html", visit.prefix, visit=visit, title=visit.opened.instrument.title,
            heading="Thank you. This is finished", sentences=ending.after, report=True,
            plan=_plan(visit),
        ))  # fmt: skip

    def reopen(self, visit: Visit) -> Response:
        self.door.desk.reopen(visit.who, visit.id)
        return see(visit.to("start?done=reopened"))

    def ask_delete(self, visit: Visit) -> Response:
        if not visit.may(May.DELETE):
            return see(visit.to("start"))
        whose = "your answers" if visit.opened.instrument.kind is Kind.SKILLS else "all answers of your practice"
        return html(draw(
            "ask.html", visit.prefix, visit=visit, title=visit.opened.instrument.title, heading="Delete this",
            sentences=(
                f"This deletes {whose}, the report and everything made from it. It cannot be undone.",
                "Numbers that were frozen in a comparison between practices stay: they hold no answers and no names.",
            ),
            action="delete", question=None, problems=[], button_text="Delete everything", is_warning=True,
        ))  # fmt: skip

    def delete(self, visit: Visit) -> Response:
        self.door.desk.delete(visit.who, visit.id)
        deleted = Notice(
            "It is deleted",
            (
                f"The {visit.opened.instrument.title} of {visit.opened.practice.name} has been deleted.",
                "To begin another one, open the assistant in Slack.",
            ),
        )
        return self.door.notice(deleted, 200)


def _question(ending: End, problem: str) -> Mapping[str, object]:
    return {
        "name": "agree",
        "idPrefix": "agree",
        "fieldset": {"legend": {"text": ending.question, "classes": "nhsuk-fieldset__legend--m"}},
        "items": [
            {"value": "yes", "label": {"text": ending.yes}},
            {"value": "no", "label": {"text": ending.no}},
        ],
        **({"errorMessage": {"text": problem}} if problem else {}),
    }


# --- parts of several pages --------------------------------------------------------------------------------------


_BANNERS = {
    "reopened": "It is open again. The report changes when you finish once more.",
    "sent_back": "The plan is back with the practice, which sees your note.",
}


def has_report(visit: Visit) -> bool:
    """A checklist has its report while it is being worked on; the others when they are finished."""
    return visit.opened.assessment.state == "finished" or visit.opened.instrument.kind is Kind.CHECKLIST


def _pages(visit: Visit) -> tuple[FormPage, ...]:
    return pages(visit.opened.instrument, visit.opened.responses)


def _page_of(visit: Visit) -> FormPage | None:
    return next((page for page in _pages(visit) if page.id == visit.params["page"]), None)


def _counted(visit: Visit) -> str:
    far = progress(visit.opened.instrument, visit.opened.responses)
    if far.answered == 0:
        return "Nothing is filled in yet."
    return f"{far.answered} of {far.total} questions are answered."


def _finished_words(visit: Visit) -> str:
    finished = visit.opened.assessment.finished
    if finished is None:
        return ""
    return f"This was finished on {finished.day} {finished:%B %Y}."


def _links(visit: Visit) -> list[Onward]:
    personal = visit.opened.instrument.kind is Kind.SKILLS
    found = [
        (visit.may(May.SHARE) and not personal, "People of your practice, and inviting a colleague", "people"),
        (visit.may(May.SHARE) and not personal, "Who may see this, and sharing with your LMC", "sharing"),
        (visit.may(May.FILL), "Come back later", "later"),
        (True, "Print the blank questionnaire", "print"),
        (bool(visit.opened.responses), "Print it with the answers", "print?answers=yes"),
        (bool(visit.opened.responses) and not has_report(visit), "See what the report says so far", "report"),
        (personal, "See the partners as a team", "team"),
        (visit.may(May.DELETE), "Delete this", "delete"),
    ]
    return [Onward(text, visit.to(path)) for shown, text, path in found if shown]


def _plan(visit: Visit) -> Onward | None:
    """The way to the plan, where there is one."""
    if visit.opened.instrument.kind is not Kind.LEVELS or not has_report(visit):
        return None
    words = "Read and approve the action plan" if visit.may(May.APPROVE) else "See the action plan"
    return Onward(words, visit.to("plan"))


def _rows(visit: Visit, page: AnsweredPage, *, is_open: bool) -> Mapping[str, object]:
    rows = []
    for answer in page.answers:
        change = {
            "text": "Answer" if answer.is_open else "Change",
            "href": visit.to(f"page/{page.id}#{answer.anchor}"),
            "visuallyHiddenText": answer.label,
        }
        rows.append({
            "key": {"text": answer.label, "classes": "asked"},
            "value": {"text": answer.value, "classes": "open" if answer.is_open else ""},
            **({"actions": {"items": [change]}} if is_open else {}),
        })  # fmt: skip
    return {"id": page.id, "title": page.title, "rows": rows}


def _blank(request: Request, door: Door) -> Response:
    """The printed questionnaire of an instrument: nothing in it is anybody's, so anybody may have it."""
    instrument = instruments().get(request.path_params["id"])
    if instrument is None:
        return door.notice(UNKNOWN, 404)
    return html(_sheet(instrument, pages(instrument, {}), {}, door.passes.prefix))


def _sheet(
    instrument: Instrument, shown: Sequence[FormPage], given: Mapping[str, str], prefix: str, *, back: str = "",
    practice: str = "",
) -> str:  # fmt: skip
    return draw(
        "print.html", prefix, title=instrument.title, telling=telling(instrument), back=back, practice=practice,
        pages=[{"title": page.title, "intro": page.intro, "groups": asked(page, given)} for page in shown],
    )  # fmt: skip
