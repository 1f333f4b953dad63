"""What officers do from Home: let somebody into a practice, ask for statistics; and messages that no kill loses."""

from __future__ import annotations

import pytest

from assess.model import LMC, Who
from bot import actions
from bot.app import all_work
from bot.render import practice, standing, statistics
from bot.serve import Service
from localslack.people import Person
from localslack.world import View
from tests.bot.anytown import shown
from tests.bot.conftest import StartBot
from tests.bot.looking import at_rest, forge, form_of, read
from tests.bot.town import Town

pytestmark = pytest.mark.slow

PRACTICE = "Mill Lane Surgery"
HEALTHCHECK, LEVELS = "practice_healthcheck", "resilience_assessment"


def who(bot: Service, person: Person) -> Who:
    return Who(bot.parts.team, person.id)


def home_of(slack: Town, person: Person) -> View:
    before = person.home.hash if person.home else ""
    person.opens_home()
    slack.wait_for(lambda: person.home and person.home.hash != before)
    assert person.home is not None
    return person.home


def opens(slack: Town, person: Person, action: str) -> View:
    """Press a button of Home; the modal that it opens."""
    home, before = home_of(slack, person), person.modal
    person.clicks(home, action)
    slack.wait_for(lambda: person.modal is not None and person.modal is not before)
    return form_of(slack, person)


def direct(slack: Town, person: Person) -> str:
    return read(slack.posts(person.dm))


def emptied(slack: Town, bot: Service) -> str:
    """A practice that its only member has left; its id."""
    mo = who(bot, slack.person("mo"))
    made = bot.parts.assessing.add_practice(mo, PRACTICE, "A12345")
    bot.parts.assessing.remove_member(mo, made.id, mo.member)
    return made.id


# --- letting somebody in -----------------------------------------------------------------------------------------


def test_an_officer_lets_the_first_person_in_who_is_told_by_whom(slack: Town, bot: Service) -> None:
    alice, priya = slack.person("alice"), slack.person("priya")
    one = emptied(slack, bot)
    form = opens(slack, alice, actions.PRACTICE_ADMIT)
    assert "I cannot check who works where" in shown(form.blocks)
    alice.submits(values={practice.WHICH: one, practice.WHOM: priya.id, practice.VOUCH: ["yes"]})

    at_rest(slack, bot)
    assert practice.ADMITTED in shown(form_of(slack, alice).blocks)
    assert [found.name for found in bot.parts.assessing.practices(who(bot, priya))] == [PRACTICE]
    assert len(slack.posts(priya.dm)) == 1
    assert alice.id in shown(slack.posts(priya.dm)[0].blocks)
    assert f"let you into {PRACTICE}" in direct(slack, priya)


@pytest.mark.parametrize("name", ["gus", "ext", "olu"])
def test_no_guest_no_outsider_and_no_officer_is_let_in(slack: Town, bot: Service, name: str) -> None:
    alice, one = slack.person("alice"), emptied(slack, bot)
    opens(slack, alice, actions.PRACTICE_ADMIT)

    alice.submits(values={practice.WHICH: one, practice.WHOM: slack.person(name).id, practice.VOUCH: ["yes"]})

    assert practice.WHOM in form_of(slack, alice).errors
    assert bot.parts.records.practices.members(one) == []


def test_without_an_empty_practice_it_is_said_how_people_come_in(slack: Town, bot: Service) -> None:
    assert practice.NONE_EMPTY in shown(opens(slack, slack.person("alice"), actions.PRACTICE_ADMIT).blocks)


def test_who_is_no_officer_has_no_such_buttons_and_gets_nowhere_with_a_forged_click(slack: Town, bot: Service) -> None:
    alice, mo = slack.person("alice"), slack.person("mo")
    emptied(slack, bot)
    home = home_of(slack, alice)
    assert actions.PRACTICE_ADMIT not in shown(home_of(slack, mo).body)

    for action in (actions.PRACTICE_ADMIT, actions.STATISTICS):
        before = mo.modal
        forge(slack, mo, home, action, None, alice)
        slack.wait_for(lambda before=before: mo.modal is not None and mo.modal is not before)  # type: ignore[misc]
        assert "There is nothing here" in shown(form_of(slack, mo).blocks)
        assert PRACTICE not in slack.screen(mo)


# --- the people of a practice ------------------------------------------------------------------------------------


def test_a_member_finds_the_people_of_their_practice_on_home_and_reads_what_is_checked(
    slack: Town, bot: Service
) -> None:
    mo, priya = slack.person("mo"), slack.person("priya")
    bot.parts.assessing.add_practice(who(bot, mo), PRACTICE)
    form = opens(slack, mo, actions.nth(actions.PRACTICE_OWN, 1))
    assert "I cannot check who works here" in shown(form.blocks)

    mo.submits(values={standing.COLLEAGUE: priya.id})

    at_rest(slack, bot)
    assert priya.id in shown(form_of(slack, mo).blocks)
    assert PRACTICE in direct(slack, priya)


def test_the_people_of_another_practice_are_nobody_else_s_to_see(slack: Town, bot: Service) -> None:
    mo, priya = slack.person("mo"), slack.person("priya")
    bot.parts.assessing.add_practice(who(bot, mo), PRACTICE)

    forge(slack, priya, home_of(slack, mo), actions.nth(actions.PRACTICE_OWN, 1), None, mo)

    assert "There is nothing here" in shown(form_of(slack, priya).blocks)
    assert PRACTICE not in slack.screen(priya)


# --- statistics --------------------------------------------------------------------------------------------------


def test_before_a_quarter_has_ended_the_button_says_that_there_is_nothing_yet(slack: Town, bot: Service) -> None:
    assert "No quarter has ended" in shown(opens(slack, slack.person("alice"), actions.STATISTICS).blocks)


def test_the_figures_of_a_quarter_come_with_a_file_and_say_what_may_not_be_told(slack: Town, bot: Service) -> None:
    alice = slack.person("alice")
    bot.parts.assessing.release(bot.parts.team, HEALTHCHECK)
    opens(slack, alice, actions.STATISTICS)
    alice.submits()

    at_rest(slack, bot)
    assert statistics.ON_ITS_WAY in shown(form_of(slack, alice).blocks)
    assert "fewer than eight practices have taken part" in direct(slack, alice)
    [message] = [post for post in slack.posts(alice.dm) if post.files]
    assert [file.name for file in message.files] == [f"statistics-{HEALTHCHECK}.csv"]


def test_the_drivers_analysis_replies_with_why_it_is_not_told(slack: Town, bot: Service) -> None:
    alice = slack.person("alice")
    bot.parts.assessing.release(bot.parts.team, HEALTHCHECK)
    form = opens(slack, alice, actions.STATISTICS)
    alice.clicks(form, actions.STATISTICS_DRIVERS)

    at_rest(slack, bot)
    assert statistics.DRIVERS_ON_THEIR_WAY in shown(form_of(slack, alice).blocks)
    assert "at least 100 practices" in direct(slack, alice)


# --- told once, also after a kill --------------------------------------------------------------------------------


def changed(slack: Town, bot: Service, what: str) -> tuple[Person, str, str]:
    """A change of which somebody is told; who, what the message says, and the errand's kind."""
    desk, mo, alice, priya = bot.parts.assessing, slack.person("mo"), slack.person("alice"), slack.person("priya")
    manager = who(bot, mo)
    made = desk.add_practice(manager, PRACTICE)
    one = desk.start(manager, LEVELS, made.id)
    desk.save(manager, one.id, "partnership", {"RA01": "0"})
    match what:
        case "finish":
            desk.finish(manager, one.id, send=True)
            return mo, "Resilience", "assessment_result"
        case "show":
            desk.share(manager, one.id, priya.id)
            return priya, f"lets you see the Resilience Assessment of {PRACTICE}", "assessment_shown"
        case "add":
            desk.add_member(manager, made.id, priya.id)
            return priya, f"added you to {PRACTICE}", "practice_added"
        case _:
            desk.finish(manager, one.id)
            desk.submit(manager, one.id)
            desk.approve(who(bot, alice), one.id)
            return mo, f"approved the action plan of {PRACTICE}", "plan_tell"


@pytest.mark.parametrize("killed", ["before it was posted", "after it was posted"])
@pytest.mark.parametrize("what", ["finish", "show", "add", "approve"])
def test_who_is_to_be_told_is_told_once_though_the_process_was_killed(
    slack: Town, start_bot: StartBot, what: str, killed: str
) -> None:
    """A worker takes the errand and is gone, before or after its message; another finds it when its lease is over."""
    first = start_bot()
    first._workers.stop(5.0)
    person, says, kind = changed(slack, first, what)
    item = first.parts.records.inbox.claim("killed", kinds=[kind], lease_s=0.1)
    assert item is not None
    if killed == "after it was posted":
        all_work()[kind](item, first.parts)

    at_rest(slack, start_bot())

    assert len([post for post in slack.posts(person.dm) if says in read([post])]) == 1


def test_the_officers_are_told_of_what_was_shared_in_the_browser_too(slack: Town, bot: Service) -> None:
    """The page asks the same desk, and knows nothing of messages."""
    desk, mo = bot.parts.assessing, who(bot, slack.person("mo"))
    one = desk.start(mo, HEALTHCHECK, desk.add_practice(mo, PRACTICE).id)
    desk.share(mo, one.id, LMC)

    at_rest(slack, bot)
    assert len([post for post in slack.posts("#officers") if PRACTICE in post.text]) == 1
