"""The plan after a Resilience Assessment in Slack: approved by an officer, accepted, reminded of, each time once."""

from __future__ import annotations

import datetime as dt

import pytest

from assess.model import Action, Plan, Who
from bot import actions
from bot.listeners import plans
from bot.render import plan as forms
from bot.serve import Service
from localslack.people import Person
from localslack.world import Message, View
from tests.bot.anytown import shown
from tests.bot.conftest import StartBot
from tests.bot.looking import at_rest, form_of, read
from tests.bot.town import Town

pytestmark = pytest.mark.slow

PRACTICE = "Mill Lane Surgery"
LEVELS = "resilience_assessment"


def who(bot: Service, person: Person) -> Who:
    return Who(bot.parts.team, person.id)


def finished(slack: Town, bot: Service) -> str:
    """Mo and Priya's assessment with the draft of a plan."""
    desk, mo = bot.parts.assessing, who(bot, slack.person("mo"))
    practice = desk.add_practice(mo, PRACTICE)
    desk.add_member(mo, practice.id, slack.person("priya").id)
    one = desk.start(mo, LEVELS, practice.id)
    desk.save(mo, one.id, "partnership", {"RA01": "0", "RA02": "1"})
    desk.finish(mo, one.id)
    return one.id


def approved(slack: Town, bot: Service) -> tuple[str, Action]:
    """An approved plan, with its first action taken on by Mo."""
    one, desk = finished(slack, bot), bot.parts.assessing
    desk.submit(who(bot, slack.person("mo")), one)
    desk.approve(who(bot, slack.person("alice")), one)
    first = plan_of(slack, bot, one).actions[0]
    return one, desk.accept(who(bot, slack.person("mo")), first.id, owner=slack.person("mo").id)


def plan_of(slack: Town, bot: Service, one: str) -> Plan:
    found = bot.parts.assessing.plan(who(bot, slack.person("mo")), one)
    assert found is not None
    return found


def home_of(slack: Town, person: Person) -> View:
    before = person.home.hash if person.home else ""
    person.opens_home()
    slack.wait_for(lambda: person.home and person.home.hash != before)
    assert person.home is not None
    return person.home


def opens_plan(slack: Town, person: Person) -> View:
    """The plan, by its button on Home."""
    home, before = home_of(slack, person), person.modal
    person.clicks(home, actions.PLAN_OPEN)
    slack.wait_for(lambda: person.modal is not None and person.modal is not before)
    return form_of(slack, person)


def press(slack: Town, person: Person, action: str, which: str = "") -> View:
    """Press a button of the plan; of several alike, the one of an action."""
    before = form_of(slack, person)
    stamp, view_id = before.hash, before.id
    person.clicks(before, action, actions.value(a=which) if which else None)
    slack.wait_for(lambda: person.modal and (person.modal.hash != stamp or person.modal.id != view_id))
    return form_of(slack, person)


def direct(slack: Town, person: Person) -> str:
    return read(slack.posts(person.dm))


def reminded(slack: Town, person: Person) -> list[Message]:
    """The reminders that somebody has had; that the plan was approved is a message of another kind."""
    return [post for post in slack.posts(person.dm) if actions.PLAN_DONE in shown(post.blocks)]


# --- between the practice and the LMC ----------------------------------------------------------------------------


def test_the_practice_changes_the_draft_and_sends_it_and_the_officers_are_told_once(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    one = finished(slack, bot)
    first, second = plan_of(slack, bot, one).actions[:2]
    opens_plan(slack, mo)

    press(slack, mo, actions.PLAN_CHANGE, first.id)
    mo.submits(values={forms.ACTION: "Book the solicitor.", forms.DUE: "2027-01-15"})
    slack.wait_for(lambda: "Book the solicitor." in shown(form_of(slack, mo).blocks))
    press(slack, mo, actions.PLAN_DROP, second.id)
    mo.submits(form_of(slack, mo))

    at_rest(slack, bot)
    plan = plan_of(slack, bot, one)
    assert plan.state == "submitted"
    assert (plan.actions[0].action, plan.actions[0].due) == ("Book the solicitor.", dt.date(2027, 1, 15))
    assert second.id not in {action.id for action in plan.actions}
    assert len([post for post in slack.posts("#officers") if PRACTICE in post.text]) == 1


def test_a_patient_s_details_in_an_action_are_told_at_the_field_and_not_kept(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    one = finished(slack, bot)
    first = plan_of(slack, bot, one).actions[0]
    opens_plan(slack, mo)
    press(slack, mo, actions.PLAN_CHANGE, first.id)

    mo.submits(values={forms.ACTION: "Phone about 943 476 5919"})

    assert forms.ACTION in form_of(slack, mo).errors
    assert plan_of(slack, bot, one).actions[0].action == first.action


def test_an_officer_changes_and_approves_and_everybody_of_the_practice_is_told_once(slack: Town, bot: Service) -> None:
    mo, priya, alice = slack.person("mo"), slack.person("priya"), slack.person("alice")
    one = finished(slack, bot)
    bot.parts.assessing.submit(who(bot, mo), one)
    assert "Waiting for approval" in shown(home_of(slack, alice).body)
    first = plan_of(slack, bot, one).actions[0]
    opens_plan(slack, alice)
    press(slack, alice, actions.PLAN_CHANGE, first.id)
    alice.submits(values={forms.OWNER_ROLE: "senior partner"})
    slack.wait_for(lambda: "senior partner" in shown(form_of(slack, alice).blocks))
    slack.duplicate_deliveries(3)

    alice.submits(form_of(slack, alice), values={forms.NOTE: "A good plan."})

    at_rest(slack, bot)
    assert plan_of(slack, bot, one).state == "approved"
    assert plan_of(slack, bot, one).actions[0].owner_role == "senior partner"
    for person in (mo, priya):
        assert len([post for post in slack.posts(person.dm) if "A good plan." in read([post])]) == 1
    slack.wait_for(lambda: alice.home and PRACTICE in shown(alice.home.body))
    assert "No plan waits for you." in shown(home_of(slack, alice).body)


def test_an_officer_comments_on_one_action_and_the_practice_reads_it_there(slack: Town, bot: Service) -> None:
    mo, alice = slack.person("mo"), slack.person("alice")
    one = finished(slack, bot)
    bot.parts.assessing.submit(who(bot, mo), one)
    first = plan_of(slack, bot, one).actions[0]
    opens_plan(slack, alice)
    press(slack, alice, actions.PLAN_CHANGE, first.id)
    alice.submits(values={forms.COMMENT: "We know a solicitor.", forms.SUPPORT: ""})
    slack.wait_for(lambda: "We know a solicitor." in shown(form_of(slack, alice).blocks))

    assert "We know a solicitor." in shown(opens_plan(slack, mo).blocks)
    changed = plan_of(slack, bot, one).actions[0]
    assert (changed.note, changed.support) == ("We know a solicitor.", "")


def test_an_officer_sends_a_plan_back_with_a_note_and_not_without(slack: Town, bot: Service) -> None:
    mo, alice = slack.person("mo"), slack.person("alice")
    one = finished(slack, bot)
    bot.parts.assessing.submit(who(bot, mo), one)
    form = opens_plan(slack, alice)
    press(slack, alice, actions.PLAN_SEND_BACK)
    assert plan_of(slack, bot, one).state == "submitted"
    form = form_of(slack, alice)
    form.values[forms.NOTE] = {forms.NOTE: {"type": "plain_text_input", "value": "Name who does it."}}

    press(slack, alice, actions.PLAN_SEND_BACK)

    at_rest(slack, bot)
    assert plan_of(slack, bot, one).state == "draft"
    assert "Name who does it." in direct(slack, mo)


@pytest.mark.parametrize("name", ["pat", "gus", "priya"])
def test_nobody_else_approves_a_plan(slack: Town, bot: Service, name: str) -> None:
    mo, alice, other = slack.person("mo"), slack.person("alice"), slack.person(name)
    one = finished(slack, bot)
    bot.parts.assessing.submit(who(bot, mo), one)
    form = opens_plan(slack, alice)

    slack.forge_submission(other, form)

    at_rest(slack, bot)
    assert plan_of(slack, bot, one).state == "submitted"


def test_the_practice_takes_an_action_on_and_says_that_it_is_done(slack: Town, bot: Service) -> None:
    mo, priya = slack.person("mo"), slack.person("priya")
    one = finished(slack, bot)
    bot.parts.assessing.submit(who(bot, mo), one)
    bot.parts.assessing.approve(who(bot, slack.person("alice")), one)
    first, second = plan_of(slack, bot, one).actions[:2]
    opens_plan(slack, mo)

    press(slack, mo, actions.PLAN_ACCEPT, first.id)
    mo.submits(values={forms.OWNER: priya.id})
    slack.wait_for(lambda: priya.id in shown(form_of(slack, mo).blocks))
    press(slack, mo, actions.PLAN_DECLINE, second.id)
    press(slack, mo, actions.PLAN_DONE, first.id)

    now = plan_of(slack, bot, one).actions
    assert [(action.state, action.owner) for action in now[:2]] == [("done", priya.id), ("declined", "")]


# --- reminders ---------------------------------------------------------------------------------------------------


def test_reminders_come_14_and_3_days_before_and_three_times_after_and_then_no_more(
    slack: Town, bot: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo = slack.person("mo")
    _, action = approved(slack, bot)
    told = []
    reminders = bot.parts.assessing.due_reminders

    for days in range(-20, 80):
        # Items are left with the real clock: the workers' leases go by it.
        found = reminders(bot.parts.team, action.due + dt.timedelta(days=days))
        with monkeypatch.context() as patch:
            patch.setattr(bot.parts.assessing, "due_reminders", lambda _, found=found: found)
            plans.remind(bot.parts)
        told += [days] * len(found)
    at_rest(slack, bot)

    assert told == [-14, -3, 1, 15, 29]
    assert len(reminded(slack, mo)) == 5
    assert reminded(slack, slack.person("priya")) == []


def test_two_bots_and_a_restart_remind_once(slack: Town, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = start_bot(), start_bot()
    mo = slack.person("mo")
    _, action = approved(slack, first)
    due_soon(first, action, monkeypatch)
    due_soon(second, action, monkeypatch)

    plans.remind(first.parts)
    plans.remind(second.parts)
    at_rest(slack, first)
    first.stop()
    plans.remind(second.parts)
    at_rest(slack, second)

    assert len(reminded(slack, mo)) == 1
    assert "in 3 days" not in direct(slack, mo)  # the real day is told, however late it comes


def due_soon(bot: Service, action: Action, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the action were due in three days."""
    reminders = bot.parts.assessing.due_reminders
    day = action.due - dt.timedelta(days=3)
    monkeypatch.setattr(bot.parts.assessing, "due_reminders", lambda team: reminders(team, day))


def test_a_crash_before_the_reminder_is_noted_neither_loses_nor_doubles_it(
    slack: Town, bot: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo = slack.person("mo")
    _, action = approved(slack, bot)
    due_soon(bot, action, monkeypatch)

    def dies(*_: object) -> bool:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(bot.parts.assessing, "reminded", dies)
        with pytest.raises(RuntimeError):
            plans.remind(bot.parts)
    plans.remind(bot.parts)

    at_rest(slack, bot)
    assert len(reminded(slack, mo)) == 1


def test_what_is_done_in_the_meantime_is_not_reminded_of(
    slack: Town, bot: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo = slack.person("mo")
    _, action = approved(slack, bot)
    due_soon(bot, action, monkeypatch)
    [reminder] = bot.parts.assessing.due_reminders(bot.parts.team)
    bot.parts.assessing.progress(who(bot, mo), action.id, done=True)
    monkeypatch.setattr(bot.parts.assessing, "due_reminders", lambda _: [reminder])

    plans.remind(bot.parts)

    at_rest(slack, bot)
    assert reminded(slack, mo) == []


def test_done_under_a_reminder_is_noted_and_said(slack: Town, bot: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    mo = slack.person("mo")
    one, action = approved(slack, bot)
    due_soon(bot, action, monkeypatch)
    plans.remind(bot.parts)
    at_rest(slack, bot)
    [message] = reminded(slack, mo)

    mo.clicks(message, actions.PLAN_DONE)

    slack.wait_for(lambda: plans.NOTED in read(slack.ephemerals(mo)) + direct(slack, mo))
    assert plan_of(slack, bot, one).actions[0].state == "done"


def test_somebody_who_left_the_practice_is_not_reminded(
    slack: Town, bot: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo, priya = slack.person("mo"), slack.person("priya")
    _, action = approved(slack, bot)
    due_soon(bot, action, monkeypatch)
    [reminder] = bot.parts.assessing.due_reminders(bot.parts.team)
    desk = bot.parts.assessing
    desk.remove_member(who(bot, priya), reminder.practice.id, mo.id)
    monkeypatch.setattr(bot.parts.assessing, "due_reminders", lambda _: [reminder])

    plans.remind(bot.parts)

    at_rest(slack, bot)
    assert reminded(slack, mo) == []
