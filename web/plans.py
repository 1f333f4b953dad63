"""The plan after a Resilience Assessment in the browser: read with its evidence, changed, sent, approved, sent back.

Officers of the LMC and people of the practice open the same pages; what each may do is asked of the desk at every
request, and done by the same methods as in Slack.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assess.desk import Assessing
from assess.model import Action, May, Plan
from corpus.errors import AssessmentRefused
from scoring.form import FormPage, read
from scoring.instrument import Levels
from scoring.result import LevelsResult
from web import planning
from web.door import Door, Handler, Visit, html, see
from web.draw import Notice
from web.filling import GO, SEEN, AskedGroup, sent_values, summary
from web.layout import draw
from web.passes import Passes
from web.planning import NOTE
from web.warm import warm_pages

MOST = 12  # records.plans.MOST

NONE_YET = Notice(
    "There is no plan to read",
    (
        "A plan is drafted when the Resilience Assessment is finished. Until the practice has sent it, only the people"
        " of the practice see it.",
    ),
)
CHANGED = "The plan has changed since you opened this page. Read it again below, then decide."
NOTE_NEEDED = "Write what the practice should look at again."
DOINGS = {
    "proposed": (("accept", "I take this on"), ("decline", "Not for us")),
    "accepted": (("done", "It is done"), ("decline", "Not for us")),
    "declined": (("accept", "I take this on"),),
    "done": (("undone", "It is not done yet"),),
}
BANNERS = {
    "saved": "The action is changed.",
    "added": "The action is in the plan.",
    "dropped": "The action is taken out.",
    "approved": "The plan is approved.",
    "submitted": "The plan is with the LMC.",
    "withdrawn": "The plan is a draft again.",
}


def routes(
    desk: Assessing, passes: Passes, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
) -> list[BaseRoute]:
    """`plan` of an assessment, and the form of one action."""
    warm_pages()
    door = Door(desk, passes, now)
    pages = Plans(door)

    def both(path: str, show: Handler, change: Handler) -> list[BaseRoute]:
        where = f"/assessment/{{token}}/{path}"
        return [Route(where, door(show), methods=["GET"]), Route(where, door(change), methods=["POST"])]

    return [
        *both("plan", pages.show, pages.decide),
        *both("plan/add", pages.form_of_new, pages.add),
        *both("plan/action/{action}", pages.form, pages.change),
    ]


@dataclass(frozen=True, slots=True)
class Plans:
    """Handlers. Before a plan is there, or while it is the draft of somebody else, there is nothing to see."""

    door: Door

    # --- the whole plan

    def show(self, visit: Visit) -> Response:
        plan = self._plan(visit)
        return self._draw(visit, plan) if plan else self.door.notice(NONE_YET, 404)

    def decide(self, visit: Visit) -> Response:
        """Whatever button was pressed below the plan, or at one of its actions."""
        plan = self._plan(visit)
        if plan is None:
            return self.door.notice(NONE_YET, 404)
        decided = self._deciders.get(visit.form.get(GO, ""))
        if decided is None:
            return see(visit.to("plan"))
        return decided(visit, plan)

    @property
    def _deciders(self) -> Mapping[str, Callable[[Visit, Plan], Response]]:
        return {
            "approve": self._approve, "back": self._send_back, "submit": self._submit, "withdraw": self._withdraw,
            "accept": self._accept, "decline": self._accept, "done": self._progress, "undone": self._progress,
        }  # fmt: skip

    def _approve(self, visit: Visit, plan: Plan) -> Response:
        if visit.form.get(SEEN) != planning.read_words(plan):
            return self._draw(visit, plan, {NOTE: CHANGED}, 409)
        try:
            self.door.desk.approve(visit.who, visit.id, visit.form.get(NOTE, ""))
        except AssessmentRefused as refused:
            return self._refused(visit, refused)
        return see(visit.to("plan?done=approved"))

    def _send_back(self, visit: Visit, plan: Plan) -> Response:
        if not visit.form.get(NOTE, "").strip():
            return self._draw(visit, plan, {NOTE: NOTE_NEEDED}, 422)
        try:
            self.door.desk.send_back(visit.who, visit.id, visit.form[NOTE])
        except AssessmentRefused as refused:
            return self._refused(visit, refused)
        return see(visit.to("start?done=sent_back"))  # it is the practice's draft again, and no longer to be seen

    def _refused(self, visit: Visit, refused: AssessmentRefused) -> Response:
        """The plan again with the note that could not be taken. Raises: `refused`, where there is nothing to decide."""
        again = self.door.again(visit)
        plan = self._plan(again)
        if plan is None or not again.may(May.APPROVE):
            raise refused
        return self._draw(again, plan, {NOTE: str(refused)}, 422)

    def _submit(self, visit: Visit, plan: Plan) -> Response:
        self.door.desk.submit(visit.who, plan.assessment_id)
        return see(visit.to("plan?done=submitted"))

    def _withdraw(self, visit: Visit, plan: Plan) -> Response:
        self.door.desk.withdraw(visit.who, plan.assessment_id)
        return see(visit.to("plan?done=withdrawn"))

    def _accept(self, visit: Visit, plan: Plan) -> Response:
        action = _of(plan, visit.form.get("action", ""))
        accepted = visit.form[GO] == "accept"
        self.door.desk.accept(visit.who, action.id, accepted=accepted, owner=visit.who.member if accepted else "")
        return see(visit.to(f"plan#{action.id}"))

    def _progress(self, visit: Visit, plan: Plan) -> Response:
        action = _of(plan, visit.form.get("action", ""))
        self.door.desk.progress(visit.who, action.id, done=visit.form[GO] == "done")
        return see(visit.to(f"plan#{action.id}"))

    def _draw(self, visit: Visit, plan: Plan, problems: Mapping[str, str] | None = None, status: int = 200) -> Response:
        result = self.door.desk.result(visit.who, visit.id)
        scores = result.criteria if isinstance(result, LevelsResult) else ()
        listed = [{"text": text, "href": f"#{name}"} for name, text in (problems or {}).items()]
        is_analyst = visit.may(May.APPROVE)
        return html(draw(
            "plan.html", visit.prefix, visit=visit, title=visit.opened.instrument.title, plan=plan,
            about=planning.FOR_ANALYST if is_analyst else planning.STATES[plan.state], problems=listed,
            note_problem={"text": (problems or {})[NOTE]} if problems else "", note=visit.form.get(NOTE, ""),
            lines=planning.lines(plan, visit.opened, _levels(visit), scores),
            seen=planning.read_words(plan), may={may.value for may in visit.opened.may}, is_analyst=is_analyst,
            is_full=len(plan.actions) >= MOST, doings=DOINGS, banner=BANNERS.get(visit.query.get("done", ""), ""),
        ), status)  # fmt: skip

    # --- one action

    def form(self, visit: Visit) -> Response:
        plan = self._plan(visit)
        if plan is None or not visit.may(May.EDIT_PLAN):
            return see(visit.to("plan"))
        action = _of(plan, visit.params["action"])
        return self._draw_form(visit, action, planning.values_of(action))

    def change(self, visit: Visit) -> Response:
        plan = self._plan(visit)
        if plan is None or not visit.may(May.EDIT_PLAN):
            return see(visit.to("plan"))
        action = _of(plan, visit.params["action"])
        if visit.form.get(GO) == "drop":
            self.door.desk.drop_action(visit.who, action.id)
            return see(visit.to("plan?done=dropped"))
        page = planning.form(_levels(visit), is_new=False)
        values, problems = _read(page, visit.form)
        if visit.form.get(SEEN) != planning.action_words(action):
            return self._draw_form(visit, action, values, planning.conflicts(page, action, values), 409)
        if problems:
            return self._draw_form(visit, action, values, problems, 422)
        try:
            self.door.desk.change_action(
                visit.who, action.id, action=values[planning.ACTION], owner_role=values[planning.OWNER_ROLE],
                due=dt.date.fromisoformat(values[planning.DUE]), horizon=values[planning.HORIZON],
                support=values[planning.SUPPORT], note=values[NOTE],
            )  # fmt: skip
        except AssessmentRefused as refused:
            return self._draw_form(visit, action, values, {planning.ACTION: str(refused)}, 422)
        return see(visit.to(f"plan?done=saved#{action.id}"))

    def form_of_new(self, visit: Visit) -> Response:
        return self._draw_form(visit, None, {}) if self._may_add(visit) else see(visit.to("plan"))

    def add(self, visit: Visit) -> Response:
        if not self._may_add(visit):
            return see(visit.to("plan"))
        values, problems = _read(planning.form(_levels(visit), is_new=True), visit.form)
        if problems:
            return self._draw_form(visit, None, values, problems, 422)
        try:
            added = self.door.desk.add_action(
                visit.who, visit.id, criterion=values[planning.CRITERION], action=values[planning.ACTION],
                owner_role=values[planning.OWNER_ROLE], due=dt.date.fromisoformat(values[planning.DUE]),
                horizon=values[planning.HORIZON], support=values[planning.SUPPORT],
            )  # fmt: skip
        except AssessmentRefused as refused:
            return self._draw_form(visit, None, values, {planning.ACTION: str(refused)}, 422)
        return see(visit.to(f"plan?done=added#{added.id}"))

    def _may_add(self, visit: Visit) -> bool:
        return self._plan(visit) is not None and visit.may(May.EDIT_PLAN)

    def _draw_form(
        self, visit: Visit, action: Action | None, values: Mapping[str, str],
        problems: Mapping[str, str] | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        page = planning.form(_levels(visit), is_new=action is None)
        fields = planning.asked_fields(page, values, problems or {})
        listed = summary([AskedGroup("", "", tuple(fields), ())])
        return html(draw(
            "action.html", visit.prefix, visit=visit, title=visit.opened.instrument.title, page=page, fields=fields,
            problems=[{"text": one.text, "href": one.href} for one in listed], may_drop=action is not None,
            where=f"plan/action/{action.id}" if action else "plan/add",
            seen=planning.action_words(action) if action else "",
        ), status)  # fmt: skip

    # --- what both look at

    def _plan(self, visit: Visit) -> Plan | None:
        return self.door.desk.plan(visit.who, visit.id) if isinstance(visit.opened.instrument, Levels) else None


def _levels(visit: Visit) -> Levels:
    """Raises: AssessmentRefused for what has no plan."""
    if not isinstance(visit.opened.instrument, Levels):
        raise AssessmentRefused("Only a Resilience Assessment has a plan.")
    return visit.opened.instrument


def _of(plan: Plan, action_id: str) -> Action:
    """Raises: AssessmentRefused for an action that is not in this plan (any more)."""
    found = next((action for action in plan.actions if action.id == action_id), None)
    if found is None:
        raise AssessmentRefused("This action is not in the plan any more; look at the plan again.")
    return found


def _read(page: FormPage, form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was sent, with each field of the page, and what is wrong with it."""
    sent = {field.id: "" for field in page.fields} | sent_values(page, form)
    reading = read(page, sent)
    missing = {name: words for name, words in planning.NEEDED.items() if name in sent and not sent[name].strip()}
    return {**sent, **reading.values}, {**missing, **reading.problems}
