"""The plan: drafted when the assessment is finished, approved by an analyst, accepted, reminded of, done."""

from __future__ import annotations

import datetime as dt

import pytest

from assess.model import LMC, May, Who
from assess.planning import _key
from corpus.errors import AssessmentRefused
from records import Records
from records.assessments import Assessment
from records.plans import MOST
from tests.assess.desk_setup import MANAGER, OFFICER, OUTSIDER, PARTNER, Place, day
from tests.records.everything import tables_with


def noted(records: Records) -> list[str]:
    return [entry.action for entry in reversed(records.audit.recent(100)) if entry.action.startswith("plan.")]


def accepted(place: Place, owner: str = "") -> Assessment:
    one = place.levels("approved")
    place.desk.accept(MANAGER, place.action(one).id, owner=owner)
    return one


def test_finishing_drafts_a_plan_of_the_gaps(place: Place) -> None:
    one = place.levels("draft")
    plan = place.desk.plan(PARTNER, one.id)

    assert plan is not None
    assert plan.state == "draft"
    assert {action.criterion for action in plan.actions} == {"RA01", "RA02"}
    assert all(action.state == "proposed" and action.due and action.owner_role for action in plan.actions)


def test_a_plan_that_was_not_drafted_when_the_process_ended_is_drafted_later(place: Place, records: Records) -> None:
    one = place.levels("")
    records.assessments.finish(one.id, MANAGER.member)
    assert records.plans.get(one.id) is None

    plan = place.desk.plan(MANAGER, one.id)

    assert plan is not None
    assert plan.actions


def test_a_plan_goes_from_the_practice_to_the_analyst_and_back_approved(place: Place, records: Records) -> None:
    one = place.levels("draft")
    action = place.action(one)
    place.desk.change_action(MANAGER, action.id, action="Ask the solicitor", due=day(6, 1))
    assert place.desk.waiting_for_analyst(OFFICER) == []

    assert place.desk.submit(MANAGER, one.id).member == MANAGER.member
    assert [found.assessment.id for found in place.desk.waiting_for_analyst(OFFICER)] == [one.id]
    with pytest.raises(AssessmentRefused):
        place.desk.change_action(MANAGER, action.id, action="Another")
    with pytest.raises(AssessmentRefused):
        place.desk.accept(MANAGER, action.id)
    changed = place.desk.change_action(OFFICER, action.id, support="Ask the LMC")
    assert (changed.action, changed.due, changed.support) == ("Ask the solicitor", day(6, 1), "Ask the LMC")

    plan = place.desk.approve(OFFICER, one.id, "Well done")

    assert (plan.state, plan.analyst, plan.note) == ("approved", OFFICER.member, "Well done")
    assert place.desk.waiting_for_analyst(OFFICER) == []
    assert noted(records) == [
        "plan.drafted", "plan.action_changed", "plan.submitted", "plan.action_changed", "plan.approved",
    ]  # fmt: skip
    assert tables_with(records, "Ask the solicitor") == {"actions"}


def test_an_analyst_sends_a_plan_back_and_the_practice_takes_one_back(place: Place) -> None:
    one = place.levels("submitted")
    assert place.desk.send_back(OFFICER, one.id, "Say who does it").note == "Say who does it"
    place.desk.submit(MANAGER, one.id)
    assert place.desk.withdraw(PARTNER, one.id).state == "draft"
    assert place.desk.plan(OFFICER, one.id) is None
    assert May.REOPEN in place.desk.open(MANAGER, one.id).may


def test_answers_do_not_change_under_an_analyst_or_an_issued_plan(place: Place) -> None:
    for state in ("submitted", "approved"):
        one = place.levels(state)
        with pytest.raises(AssessmentRefused, match="plan"):
            place.desk.reopen(MANAGER, one.id)
        place.desk.delete(MANAGER, one.id)


def test_a_plan_that_is_not_shared_any_more_waits_for_nobody(place: Place) -> None:
    one = place.levels("submitted")

    place.desk.unshare(MANAGER, one.id, LMC)

    assert place.desk.waiting_for_analyst(OFFICER) == []


def test_actions_are_added_up_to_twelve_and_taken_out(place: Place) -> None:
    one = place.levels("draft")
    plan = place.desk.plan(MANAGER, one.id)
    assert plan is not None
    for _ in range(MOST - len(plan.actions)):
        place.desk.add_action(
            MANAGER, one.id, criterion="RA10", action="Call them", owner_role="Manager", due=day(9, 1), horizon="later"
        )
    with pytest.raises(AssessmentRefused, match="12"):
        place.desk.add_action(
            MANAGER, one.id, criterion="RA11", action="Call", owner_role="Manager", due=day(9, 1), horizon="later"
        )
    place.desk.drop_action(MANAGER, plan.actions[0].id)
    left = place.desk.plan(MANAGER, one.id)
    assert left is not None
    assert len(left.actions) == MOST - 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 501, "Ring the patient, NHS number 943 476 5919"])
def test_an_action_has_words_that_can_be_kept(place: Place, text: str) -> None:
    one = place.levels("draft")
    action = place.action(one)

    with pytest.raises(AssessmentRefused):
        place.desk.change_action(MANAGER, action.id, action=text)

    assert place.action(one) == action


def test_a_practice_accepts_declines_and_does(place: Place) -> None:
    one = place.levels("approved")
    first = place.action(one)
    with pytest.raises(AssessmentRefused, match="Accept"):
        place.desk.progress(MANAGER, first.id, True)
    with pytest.raises(AssessmentRefused, match="somebody of the practice"):
        place.desk.accept(MANAGER, first.id, owner=OUTSIDER.member)

    assert place.desk.accept(MANAGER, first.id, False).state == "declined"
    assert place.desk.accept(MANAGER, first.id, owner=PARTNER.member).owner == PARTNER.member
    done = place.desk.progress(PARTNER, first.id, True, "Signed by all")

    assert (done.state, done.note, done.owner) == ("done", "Signed by all", PARTNER.member)
    assert place.desk.progress(PARTNER, first.id, False).state == "accepted"


DUE = dt.date(2026, 4, 20)


@pytest.mark.parametrize(
    ("days_after", "key"),
    [(-15, ""), (-14, "before-14"), (-4, "before-14"), (-3, "before-3"), (0, "before-3"), (1, "overdue-1"),
     (14, "overdue-1"), (15, "overdue-2"), (29, "overdue-3"), (400, "overdue-3")],
)  # fmt: skip
def test_a_reminder_comes_two_weeks_and_three_days_before_and_three_times_after(days_after: int, key: str) -> None:
    assert _key(DUE, DUE + dt.timedelta(days=days_after)) == (key and f"{key}:2026-04-20")


def test_an_action_is_reminded_of_until_it_is_done(place: Place) -> None:
    one = accepted(place)
    action = place.action(one)
    assert place.desk.due_reminders("T1", action.due - dt.timedelta(days=20)) == []

    sent = []
    for left in range(20, -60, -1):
        for reminder in place.desk.due_reminders("T1", action.due - dt.timedelta(days=left)):
            assert place.desk.reminded(reminder.action.id, reminder.key)
            assert not place.desk.reminded(reminder.action.id, reminder.key)
            sent.append((reminder.days, reminder.practice.name, reminder.to))

    to = (MANAGER,)  # who sent the plan
    assert sent == [(days, "Elm Surgery", to) for days in (14, 3, -1, -15, -29)]
    assert place.desk.due_reminders("T2", action.due) == []


def test_nobody_is_reminded_of_what_is_done_or_was_never_accepted(place: Place) -> None:
    one = place.levels("approved")
    due = place.action(one).due
    assert place.desk.due_reminders("T1", due) == []
    place.desk.accept(MANAGER, place.action(one).id)
    assert place.desk.due_reminders("T1", due)

    place.desk.progress(MANAGER, place.action(one).id, True)

    assert place.desk.due_reminders("T1", due) == []


def test_the_owner_is_reminded_and_when_they_have_gone_somebody_else(place: Place, records: Records) -> None:
    one = accepted(place, PARTNER.member)
    due = place.action(one).due

    def told() -> tuple[Who, ...]:
        return place.desk.due_reminders("T1", due)[0].to

    assert told() == (PARTNER,)
    records.privacy.delete("T1", PARTNER.member)
    assert told() == (MANAGER,)
    records.privacy.delete("T1", MANAGER.member)
    assert [who.member for who in told()] == ["U0BOTH"]  # never the guest, whom Slack does not know
