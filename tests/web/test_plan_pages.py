"""The plan in the browser: an officer reads levels and evidence, changes actions, approves or sends back."""

from __future__ import annotations

import datetime as dt

import pytest

from assess.model import Action, Assessment, Plan, Who
from tests.web.assessing import EVE, HEALTHCHECK, MO, OLA, PAT, RESILIENCE, TEAM, Office, form_of
from tests.web.served import Reply

pytestmark = pytest.mark.slow

ANN = Who(TEAM, "U0ANN")  # another officer

GIVEN = {
    "RA01": "4",
    "RA01.evidence_type": "document",
    "RA01.evidence_strength": "B",
    "RA01.evidence_seen": "2026-03",
    "RA01.evidence": "Deed in the blue folder",
    "RA02": "0",
    "RA02.note": "Nobody keeps the log",
}


def finished(office: Office, **given: str) -> Assessment:
    one = office.start(RESILIENCE)
    saved = office.desk.save(MO, one.id, "partnership", {**GIVEN, **given})
    assert not saved.problems
    office.desk.finish(MO, one.id)
    return one


def sent(office: Office) -> Assessment:
    one = finished(office)
    office.desk.submit(MO, one.id)
    return one


def plan_of(office: Office, one: Assessment, who: Who = MO) -> Plan:
    plan = office.desk.plan(who, one.id)
    assert plan is not None
    return plan


def action_of(office: Office, one: Assessment, criterion: str = "RA02") -> Action:
    return next(action for action in plan_of(office, one).actions if action.criterion == criterion)


def page_of(office: Office, one: Assessment, who: Who = OLA) -> Reply:
    return office.get(f"{office.link(one, who)}plan")


# --- reading -----------------------------------------------------------------------------------------------------


def test_an_officer_reads_what_was_claimed_what_was_evidenced_and_the_evidence(office: Office) -> None:
    page = page_of(office, sent(office))

    assert page.status == 200
    assert "Mill Lane Surgery" in page.seen
    assert "Partnership agreement (Partnership and leadership)" in page.seen
    assert "Level claimed 4: Anticipating" in page.seen
    assert "Level evidenced 2: Defined." in page.seen
    assert "Where can it be found? Deed in the blue folder" in page.seen
    assert "Month and year of the evidence March 2026" in page.seen
    assert "Note Nobody keeps the log" in page.seen
    assert "Approve the plan" in page.seen


def test_a_criterion_without_evidence_says_so(office: Office) -> None:
    one = finished(office, **{"RA02.note": ""})
    office.desk.submit(MO, one.id)

    assert "Evidence No evidence is noted." in page_of(office, one).seen


def test_nobody_reads_a_plan_that_is_not_for_them(office: Office) -> None:
    one = sent(office)

    assert page_of(office, one, EVE).status == 410
    assert page_of(office, one, PAT).status == 200


def test_an_officer_does_not_read_a_draft_also_when_the_assessment_is_shared(office: Office) -> None:
    one = finished(office)
    office.desk.share(MO, one.id, "lmc")

    page = page_of(office, one)

    assert page.status == 404
    assert "There is no plan to read" in page.seen
    assert "Deed" not in page.text


def test_where_there_is_no_plan_the_page_says_so(office: Office) -> None:
    open_one, link = office.begun(RESILIENCE)
    _, other = office.begun(HEALTHCHECK)

    assert office.get(f"{link}plan").status == office.get(f"{other}plan").status == 404
    assert office.desk.open(MO, open_one.id).assessment.state == "open"


def test_who_was_an_officer_and_is_none_any_more_reads_nothing(office: Office) -> None:
    one = sent(office)
    link = office.link(one, OLA)
    assert office.get(f"{link}plan").status == 200

    office.officers.clear()

    assert office.get(f"{link}plan").status == 410
    assert office.post(f"{link}plan", {"_go": "approve"}).status == 410


# --- deciding ----------------------------------------------------------------------------------------------------


def test_an_officer_approves_with_a_note(office: Office) -> None:
    one = sent(office)
    link = office.link(one, OLA)

    done = office.send(f"{link}plan", _go="approve", note="Start with the deed.")

    assert (done.status, done.headers["location"]) == (303, f"{link}plan?done=approved")
    plan = plan_of(office, one)
    assert (plan.state, plan.analyst, plan.note) == ("approved", OLA.member, "Start with the deed.")
    page = office.get(f"{link}plan?done=approved")
    assert "The plan is approved." in page.seen
    assert "The LMC writes: Start with the deed." in page.seen
    assert "Approve the plan" not in page.seen


def test_an_officer_sends_back_and_then_reads_the_draft_no_more(office: Office) -> None:
    one = sent(office)
    link = office.link(one, OLA)

    done = office.send(f"{link}plan", _go="back", note="Who leads on the deed?")

    assert done.headers["location"] == f"{link}start?done=sent_back"
    assert "The plan is back with the practice" in office.get(done.headers["location"]).seen
    assert plan_of(office, one).state == "draft"
    assert office.get(f"{link}plan").status == 404
    assert "The LMC writes: Who leads on the deed?" in page_of(office, one, MO).seen


def test_sending_back_needs_a_note(office: Office) -> None:
    one = sent(office)

    page = office.send(f"{office.link(one, OLA)}plan", _go="back", note="  ")

    assert page.status == 422
    assert page.text.count("Write what the practice should look at again.") == 2
    assert plan_of(office, one).state == "submitted"


@pytest.mark.parametrize(
    ("go", "note"), [("approve", "About NHS number 943 476 5919"), ("back", "x" * 501)], ids=["a patient", "too long"]
)
def test_a_note_that_cannot_be_kept_stays_in_its_box_and_nothing_is_decided(office: Office, go: str, note: str) -> None:
    one = sent(office)

    page = office.send(f"{office.link(one, OLA)}plan", _go=go, note=note)

    assert page.status == 422
    assert form_of(page)["note"] == note
    assert plan_of(office, one).state == "submitted"


def test_what_is_approved_is_what_was_read(office: Office) -> None:
    one = sent(office)
    link = office.link(one, OLA)
    read = form_of(office.get(f"{link}plan"))
    office.desk.change_action(ANN, action_of(office, one).id, action="Quite another thing")

    again = office.post(f"{link}plan", {**read, "_go": "approve"})

    assert again.status == 409
    assert "The plan has changed since you opened this page." in again.seen
    assert "Quite another thing" in again.seen
    assert plan_of(office, one).state == "submitted"
    assert office.post(f"{link}plan", {**form_of(again), "_go": "approve"}).status == 303


@pytest.mark.parametrize("go", ["approve", "back"])
def test_nobody_approves_the_plan_of_their_own_practice(office: Office, go: str) -> None:
    office.desk.add_member(MO, office.practice.id, OLA.member)
    one = sent(office)
    link = office.link(one, OLA)
    page = office.get(f"{link}plan")

    assert "Approve the plan" not in page.seen
    assert office.post(f"{link}plan", {**form_of(page), "_go": go, "note": "Mine", "_seen": "x"}).status == 409
    read = {"_seen": seen_of(office, one), "note": "Mine"}
    assert office.post(f"{link}plan", {**read, "_go": go}).status in {409, 410}
    assert plan_of(office, one).state == "submitted"


def seen_of(office: Office, one: Assessment) -> str:
    """What a page knows of the plan, as an officer who may approve it has it."""
    return form_of(page_of(office, one, ANN))["_seen"]


def test_a_form_from_elsewhere_decides_nothing(office: Office) -> None:
    one = sent(office)
    link = office.link(one, OLA)
    read = form_of(office.get(f"{link}plan"))

    reply = office.post(f"{link}plan", {**read, "_go": "approve"}, {"Sec-Fetch-Site": "cross-site"})

    assert reply.status == 403
    assert plan_of(office, one).state == "submitted"


def test_looking_changes_nothing(office: Office) -> None:
    one = sent(office)
    before = plan_of(office, one)

    for path in ("plan", "plan?_go=approve", "plan/add", f"plan/action/{before.actions[0].id}?_go=drop"):
        assert office.get(f"{office.link(one, OLA)}{path}").status == 200

    assert plan_of(office, one) == before


# --- one action --------------------------------------------------------------------------------------------------


def test_an_officer_changes_and_comments_an_action(office: Office) -> None:
    one = sent(office)
    link = office.link(one, OLA)
    action = action_of(office, one)
    given = {"due.day": "5", "due.month": "3", "due.year": "2027", "support": "", "owner_role": "Practice manager"}

    done = office.send(f"{link}plan/action/{action.id}", action="Keep a log", note="Ours is a model.", **given)

    assert done.headers["location"] == f"{link}plan?done=saved#{action.id}"
    now = action_of(office, one)
    assert (now.action, now.owner_role, now.due) == ("Keep a log", "Practice manager", dt.date(2027, 3, 5))
    assert (now.support, now.note, now.horizon) == ("", "Ours is a model.", action.horizon)
    assert "Comment Ours is a model." in page_of(office, one, MO).seen


def test_what_is_missing_or_wrong_is_said_at_its_field_and_the_rest_stays(office: Office) -> None:
    one = sent(office)
    action = action_of(office, one)

    page = office.send(
        f"{office.link(one, OLA)}plan/action/{action.id}", action="", owner_role="Somebody", **{"due.day": "32"}
    )

    assert page.status == 422
    assert "Write what is to be done." in page.seen
    assert "Enter a date with day, month and year" in page.seen
    assert form_of(page)["owner_role"] == "Somebody"
    assert form_of(page)["due.day"] == "32"
    assert action_of(office, one) == action


def test_a_patient_in_an_action_is_not_kept(office: Office) -> None:
    one = sent(office)
    action = action_of(office, one)

    page = office.send(f"{office.link(one, OLA)}plan/action/{action.id}", action="See NHS number 943 476 5919")

    assert page.status == 422
    assert action_of(office, one) == action


def test_two_officers_at_one_action_lose_nothing(office: Office) -> None:
    one = sent(office)
    action = action_of(office, one)
    where = f"{office.link(one, OLA)}plan/action/{action.id}"
    mine = {**form_of(office.get(where)), "action": "Mine"}
    office.desk.change_action(ANN, action.id, action="Theirs")

    asked = office.post(where, mine)

    assert asked.status == 409
    assert "here it says \u201cTheirs\u201d now" in asked.seen
    assert form_of(asked)["action"] == "Mine"
    assert action_of(office, one).action == "Theirs"
    assert office.post(where, form_of(asked)).status == 303
    assert action_of(office, one).action == "Mine"


def test_an_action_is_taken_out_and_another_added(office: Office) -> None:
    one = sent(office)
    link = office.link(one, OLA)
    old = action_of(office, one)

    assert office.send(f"{link}plan/action/{old.id}", _go="drop").headers["location"] == f"{link}plan?done=dropped"
    assert old.id not in {action.id for action in plan_of(office, one).actions}

    due = {"due.day": "1", "due.month": "4", "due.year": "2027"}
    new = {"criterion": "RA03", "action": "Name leads", "owner_role": "Partners", "horizon": old.horizon, **due}
    assert office.send(f"{link}plan/add", **new).status == 303
    added = action_of(office, one, "RA03")
    assert (added.action, added.due) == ("Name leads", dt.date(2027, 4, 1))


def test_a_new_action_needs_its_criterion(office: Office) -> None:
    one = sent(office)

    page = office.send(f"{office.link(one, OLA)}plan/add", action="Name leads")

    assert page.status == 422
    assert "Choose the criterion that the action is for." in page.seen
    assert form_of(page)["action"] == "Name leads"


def test_an_action_of_another_plan_is_not_reached(office: Office) -> None:
    one = sent(office)
    practice = office.desk.add_practice(EVE, "Elsewhere", "B12345")
    other = office.desk.start(EVE, RESILIENCE, practice.id)
    office.desk.save(EVE, other.id, "partnership", GIVEN)
    office.desk.finish(EVE, other.id)
    theirs = plan_of(office, other, EVE).actions[0]
    where = f"{office.link(one, MO)}plan/action/{theirs.id}"

    assert office.get(where).headers.get("location") == f"{office.link(one, MO)}plan"  # it is with the LMC
    assert office.get(f"{office.link(one, OLA)}plan/action/{theirs.id}").status == 409
    assert office.post(f"{office.link(one, OLA)}plan/action/{theirs.id}", {"_go": "drop"}).status == 409
    assert plan_of(office, other, EVE).actions[0] == theirs


# --- the practice ------------------------------------------------------------------------------------------------


def test_a_practice_changes_its_draft_sends_it_and_takes_it_back(office: Office) -> None:
    one = finished(office)
    link = office.link(one)
    action = action_of(office, one)
    assert office.send(f"{link}plan/action/{action.id}", action="Our own words").status == 303

    assert office.send(f"{link}plan", _go="submit").headers["location"] == f"{link}plan?done=submitted"
    assert plan_of(office, one).state == "submitted"
    assert "Our own words" in page_of(office, one).seen
    assert office.get(f"{link}plan/action/{action.id}").status == 303  # not while it is with the LMC

    assert office.send(f"{link}plan", _go="withdraw").status == 303
    assert plan_of(office, one).state == "draft"


def test_a_practice_takes_actions_on_and_ticks_them_off(office: Office) -> None:
    one = sent(office)
    office.desk.approve(OLA, one.id)
    link = office.link(one)
    action = action_of(office, one)

    def press(go: str) -> str:
        assert office.post(f"{link}plan", {"_go": go, "action": action.id}).status == 303
        return action_of(office, one).state

    assert [press(go) for go in ("accept", "done", "undone", "decline")] == ["accepted", "done", "accepted", "declined"]
    assert "State Not taken on" in office.get(f"{link}plan").seen
    assert office.post(f"{office.link(one, OLA)}plan", {"_go": "accept", "action": action.id}).status == 409


def test_the_start_page_leads_to_the_plan(office: Office) -> None:
    one = sent(office)

    assert "Read and approve the action plan" in office.get(f"{office.link(one, OLA)}start").seen
    assert "See the action plan" in office.get(f"{office.link(one)}start").seen
    assert "See the action plan" in office.get(f"{office.link(one)}finished").seen
