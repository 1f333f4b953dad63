"""Questionnaires in Slack: begun, saved at every page, gone on with, finished, shared, and closed to everybody else."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from assess.model import LMC, May, Who
from bot import actions
from bot.assessing import ONLY_MEMBERS
from bot.listeners import assessments
from bot.listeners.screens import TOO_LATE
from bot.render import assessment as forms
from bot.render import standing
from bot.serve import Service
from corpus.errors import RecordsUnreachable
from localslack.people import Person
from localslack.world import View
from scoring.form import pages
from scoring.instrument import instruments
from tests.bot.anytown import shown
from tests.bot.conftest import StartBot
from tests.bot.looking import ask, at_rest, forge, form_of, read
from tests.bot.town import Town

pytestmark = pytest.mark.slow

HEALTHCHECK, LEVELS = "practice_healthcheck", "resilience_assessment"
SKILLS, MERGER = "partner_skills", "merger_readiness"
PRACTICE = "Mill Lane Surgery"
ASKED = "How resilient is our practice? We want a quick idea of our strengths."


def who(bot: Service, person: Person) -> Who:
    return Who(bot.parts.team, person.id)


def home_of(slack: Town, person: Person) -> View:
    """Somebody's Home, after they opened it."""
    before = person.home.hash if person.home else ""
    person.opens_home()
    slack.wait_for(lambda: person.home and person.home.hash != before)
    assert person.home is not None
    return person.home


def press_tool(slack: Town, person: Person, tool: str) -> View:
    """Begin a questionnaire from Home; what comes up."""
    home = home_of(slack, person)
    buttons = [item for block in home.blocks if block["type"] == "actions" for item in block["elements"]]
    [action] = [one["action_id"] for one in buttons if actions.read_value(one.get("value")).get("t") == tool]
    person.clicks(home, action)
    return form_of(slack, person)


def begin(slack: Town, person: Person, tool: str, practice: str = PRACTICE) -> View:
    """The first page of a questionnaire, for a practice that is new here if the person has none."""
    form = press_tool(slack, person, tool)
    asks = any(block.get("block_id") == forms.NAME for block in form.blocks)
    person.submits(values={forms.NAME: practice, forms.CODE: ""} if asks else {})
    return form_of(slack, person)


def fields_of(view: View) -> list[str]:
    return [block["block_id"] for block in view.blocks if block["type"] == "input"]


def page_of(view: View) -> str:
    return str(actions.read_value(view.private_metadata).get("p", ""))


def only(bot: Service, person: Person) -> Any:
    """The only assessment that somebody has."""
    [found] = bot.parts.assessing.listing(who(bot, person))
    return found


def kept(bot: Service, person: Person) -> dict[str, str]:
    return dict(bot.parts.assessing.open(who(bot, person), only(bot, person).assessment.id).responses)


def press(slack: Town, person: Person, action: str, value: str | None = None) -> View:
    """Press a button of the topmost modal; the modal after it has changed."""
    before = form_of(slack, person)
    stamp, view_id = before.hash, before.id
    person.clicks(before, action, value)
    slack.wait_for(lambda: person.modal and (person.modal.hash != stamp or person.modal.id != view_id))
    return form_of(slack, person)


def open_from_home(slack: Town, person: Person, action: str) -> View:
    """Press a button of Home; the modal that it opens."""
    home, before = home_of(slack, person), person.modal
    person.clicks(home, action)
    slack.wait_for(lambda: person.modal is not None and person.modal is not before)
    return form_of(slack, person)


def fill_all(slack: Town, person: Person, answers: dict[str, str], tool: str) -> View:
    """Answer every page from the first one on; the modal that asks how to finish."""
    for page in pages(instruments()[tool], {}):
        form = form_of(slack, person)
        assert page_of(form) == page.id
        person.submits(values={name: answers[name] for name in fields_of(form) if name in answers})
    return form_of(slack, person)


def healthcheck_answers(value: str = "3") -> dict[str, str]:
    return {item.id: value for area in instruments()[HEALTHCHECK].areas for item in area.items}


def direct(slack: Town, person: Person) -> str:
    return read(slack.posts(person.dm))


# --- beginning ---------------------------------------------------------------------------------------------------


def test_the_button_under_an_answer_begins_the_questionnaire_that_it_names(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, ASKED)

    mo.clicks(reply, actions.nth(actions.TOOL_START, 1))
    form = form_of(slack, mo)

    assert "Practice Healthcheck" in form.title
    assert forms.NAME in fields_of(form)
    assert "There is no time limit" in shown(form.blocks)


def test_the_first_time_a_practice_is_asked_and_a_wrong_code_is_told_at_its_field(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    press_tool(slack, mo, HEALTHCHECK)

    mo.submits(values={forms.NAME: PRACTICE, forms.CODE: "12345"})
    assert "letter and five digits" in form_of(slack, mo).errors[forms.CODE]
    assert bot.parts.assessing.practices(who(bot, mo)) == []

    mo.submits(values={forms.NAME: PRACTICE, forms.CODE: "a12345"})
    assert page_of(form_of(slack, mo)) == "about"
    [practice] = bot.parts.assessing.practices(who(bot, mo))
    assert (practice.name, practice.code) == (PRACTICE, "A12345")


def test_somebody_of_two_practices_chooses_one_of_them(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    bot.parts.assessing.add_practice(who(bot, mo), PRACTICE)
    other = bot.parts.assessing.add_practice(who(bot, mo), "The Green Practice")
    press_tool(slack, mo, HEALTHCHECK)

    mo.submits(values={forms.PRACTICE: other.id})

    assert only(bot, mo).practice.name == "The Green Practice"
    assert "The Green Practice" in shown(form_of(slack, mo).blocks)


def test_a_tool_that_the_lmc_has_elsewhere_is_a_link_and_not_started_here(
    slack: Town, start_bot: StartBot, tmp_path: Any
) -> None:
    elsewhere = tmp_path / "tools.toml"
    elsewhere.write_text(
        '[[tool]]\nid = "practice_healthcheck"\nname = "Practice Healthcheck"\nkind = "scoring_tool"\n'
        'why = "It is ours."\nnext_step = "Fill it in."\nurl = "https://anytown-lmc.example/healthcheck"\n'
        'offer = ["how resilient"]\n'
    )
    start_bot(tools=elsewhere)
    mo = slack.person("mo")

    reply = ask(slack, mo, ASKED)

    assert "https://anytown-lmc.example/healthcheck" in shown(reply.blocks)
    assert actions.TOOL_START not in shown(reply.blocks)
    assert actions.TOOL_START not in shown(home_of(slack, mo).body)


# --- filling in --------------------------------------------------------------------------------------------------


def test_each_page_is_kept_when_it_is_sent_and_the_next_one_comes(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)

    mo.submits()
    assert page_of(form_of(slack, mo)) == "partnership"
    mo.submits(values={"PL1": "3", "PL4": "DK"})

    assert page_of(form_of(slack, mo)) == "succession"
    assert kept(bot, mo) == {"PL1": "3", "PL4": "DK"}


def test_it_is_gone_on_with_days_later_and_after_a_restart_at_the_first_open_page(
    slack: Town, start_bot: StartBot
) -> None:
    first = start_bot()
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    mo.submits()
    mo.submits(values={"PL1": "3", "PL2": "3", "PL3": "3", "PL4": "1"})
    mo.closes()
    first.stop()
    start_bot()

    home = home_of(slack, mo)
    assert "4 of 36 questions answered" in shown(home.body)
    mo.clicks(home, actions.ASSESSMENT_CONTINUE)

    assert page_of(form_of(slack, mo)) == "succession"


def test_the_tool_s_button_goes_on_with_the_open_one(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    mo.submits()
    mo.submits(values={"PL1": "3", "PL2": "3", "PL3": "3", "PL4": "1"})
    mo.closes()

    assert page_of(press_tool(slack, mo, HEALTHCHECK)) == "succession"
    assert len(bot.parts.assessing.listing(who(bot, mo))) == 1


def test_what_cannot_be_kept_is_told_at_its_field_and_the_rest_of_the_page_is_kept(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)

    mo.submits(values={"partners_n": "many", "locality": "Northside"})

    form = form_of(slack, mo)
    assert page_of(form) == "about"
    assert form.errors == {"partners_n": "Enter a whole number, such as 5."}
    assert kept(bot, mo) == {"locality": "Northside"}
    mo.submits(values={"partners_n": "4", "locality": "Southside"})
    assert page_of(form_of(slack, mo)) == "partnership"
    assert kept(bot, mo) == {"locality": "Southside", "partners_n": "4"}


def test_a_patient_s_details_are_not_kept(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)

    mo.submits(values={"locality": "about 943 476 5919"})

    assert "locality" in form_of(slack, mo).errors
    assert kept(bot, mo) == {}


def test_going_back_saves_the_page_and_shows_the_one_before_with_its_answers(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    mo.submits(values={"partners_n": "4"})
    form = form_of(slack, mo)
    choose(form, "PL1", "2")

    back = press(slack, mo, actions.ASSESSMENT_BACK)

    assert page_of(back) == "about"
    assert back.values["partners_n"]["partners_n"]["value"] == "4"
    assert kept(bot, mo)["PL1"] == "2"


def choose(form: View, field: str, value: str) -> None:
    """Choose an answer of a page that is not sent yet."""
    [element] = [block["element"] for block in form.blocks if block.get("block_id") == field]
    [option] = [one for one in element["options"] if one["value"] == value]
    form.values[field] = {field: {"type": element["type"], "selected_option": option}}


def test_save_and_close_keeps_the_page_on_screen(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    mo.submits()
    choose(form_of(slack, mo), "PL1", "2")

    last = press(slack, mo, actions.ASSESSMENT_LATER)

    assert assessments.SAVED in shown(last.blocks)
    assert kept(bot, mo) == {"PL1": "2"}
    slack.wait_for(lambda: mo.home and "1 of 36 questions answered" in shown(mo.home.body))


def test_closing_the_modal_loses_the_page_on_screen_at_most(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    mo.submits()
    mo.submits(values={"PL1": "3"})
    choose(form_of(slack, mo), "SU1", "2")

    mo.closes()

    assert kept(bot, mo) == {"PL1": "3"}
    slack.wait_for(lambda: mo.home and "1 of 36 questions answered" in shown(mo.home.body))


def test_a_colleague_s_answer_is_not_overwritten_unseen_and_one_s_own_is_kept_when_sent_again(
    slack: Town, bot: Service
) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    mo.submits()
    one, desk = only(bot, mo), bot.parts.assessing
    priya = slack.person("priya")
    desk.add_member(who(bot, mo), one.practice.id, priya.id)
    desk.save(who(bot, priya), one.assessment.id, "partnership", {"PL1": "0"}, {})

    mo.submits(values={"PL1": "3", "PL2": "3"})

    form = form_of(slack, mo)
    assert page_of(form) == "partnership"
    assert "A colleague chose “Strongly disagree” meanwhile" in shown(form.blocks)
    assert kept(bot, mo) == {"PL1": "0", "PL2": "3"}
    mo.submits(values={"PL1": "3"})
    assert kept(bot, mo)["PL1"] == "3"
    assert page_of(form_of(slack, mo)) == "succession"


def test_when_nothing_can_be_saved_the_page_stays_and_says_so(
    slack: Town, bot: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    mo.submits()

    def broken(*_: object, **__: object) -> None:
        raise RecordsUnreachable("sqlite", "gone")

    with monkeypatch.context() as patch:
        patch.setattr(bot.parts.records.assessments, "save", broken)
        mo.submits(values={"PL1": "3"})
        assert form_of(slack, mo).errors == {"PL1": forms.NOT_KEPT}
    mo.submits(values={"PL1": "3"})
    assert kept(bot, mo) == {"PL1": "3"}


def test_a_checklist_asks_only_what_applies(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    form = begin(slack, mo, MERGER)
    assert page_of(form) == "about"

    mo.submits(values={"date": "2027-04-01", **{name: "no" for name in fields_of(form) if name.startswith("if.")}})

    asked = set(fields_of(form_of(slack, mo)))
    responses = kept(bot, mo)
    assert responses["date"] == "2027-04-01"
    assert asked == {one.id for one in pages(instruments()[MERGER], responses)[1].fields}


# --- finishing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("agreed", "counted"), [(forms.YES, True), (forms.NO, False)])
def test_finishing_asks_about_the_comparison_and_the_result_comes_once_by_direct_message(
    slack: Town, bot: Service, agreed: str, counted: bool
) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    form = fill_all(slack, mo, healthcheck_answers(), HEALTHCHECK)
    assert "36 of 36 questions are answered" in shown(form.blocks)
    slack.duplicate_deliveries(3)

    mo.submits(values={forms.AGREE: agreed})

    slack.wait_for(lambda: PRACTICE in direct(slack, mo))
    at_rest(slack, bot)
    assert len(slack.posts(mo.dm)) == 1
    one = only(bot, mo).assessment
    assert one.state == "finished"
    assert bot.parts.assessing.has_counted(who(bot, mo), one.id) is counted
    assert forms.ON_ITS_WAY in shown(form_of(slack, mo).blocks)


def test_the_result_comes_once_though_slack_loses_its_answer(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    fill_all(slack, mo, healthcheck_answers(), HEALTHCHECK)
    slack.fault("chat.postMessage", status=503, after_write=True, times=2)

    mo.submits(values={forms.AGREE: forms.NO})

    at_rest(slack, bot)
    assert len(slack.posts(mo.dm)) == 1
    assert "Practice Healthcheck" in direct(slack, mo)


def test_with_a_public_address_the_result_links_to_page_pdf_and_csv(slack: Town, start_bot: StartBot) -> None:
    bot = start_bot(public_url="http://127.0.0.1:9")
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    fill_all(slack, mo, healthcheck_answers(), HEALTHCHECK)

    mo.submits(values={forms.AGREE: forms.NO})

    at_rest(slack, bot)
    links = [text for text in shown(slack.posts(mo.dm)[0].blocks).split('"') if text.startswith("http")]
    assert [link.rsplit("/", 1)[1] for link in links] == ["report", "report.pdf", "report.csv"]


def test_nothing_is_finished_before_anything_is_answered(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    press(slack, mo, actions.ASSESSMENT_CHECK)

    mo.submits(values={forms.AGREE: forms.NO})

    assert assessments.NOTHING_YET in shown(form_of(slack, mo).blocks)
    assert only(bot, mo).assessment.state == "open"


def test_from_all_pages_any_page_is_opened(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    press(slack, mo, actions.ASSESSMENT_CHECK)

    assert page_of(press(slack, mo, actions.nth(actions.ASSESSMENT_PAGE, "finance"))) == "finance"


def test_a_checklist_stays_open_when_its_report_is_sent_and_is_closed_only_by_its_own_button(
    slack: Town, bot: Service
) -> None:
    mo = slack.person("mo")
    begin(slack, mo, MERGER)
    mo.submits(values={"date": "2027-04-01", "if.tupe": "yes"})
    press(slack, mo, actions.ASSESSMENT_CHECK)
    mo.submits()
    at_rest(slack, bot)
    assert only(bot, mo).assessment.state == "open"
    assert "Merger readiness" in direct(slack, mo)

    open_from_home(slack, mo, actions.ASSESSMENT_CONTINUE)
    press(slack, mo, actions.ASSESSMENT_CHECK)
    closed = press(slack, mo, actions.ASSESSMENT_CLOSE)

    assert assessments.CLOSED in shown(closed.blocks)
    assert only(bot, mo).assessment.state == "finished"


def test_partner_skills_are_private_and_the_team_view_says_why_it_is_hidden(slack: Town, bot: Service) -> None:
    mo, priya = slack.person("mo"), slack.person("priya")
    begin(slack, mo, SKILLS)
    one = only(bot, mo)
    bot.parts.assessing.add_member(who(bot, mo), one.practice.id, priya.id)
    answers = {item.id: "4" for area in instruments()[SKILLS].areas for item in area.items}
    fill_all(slack, mo, answers, SKILLS)
    mo.submits(values={forms.AGREE: forms.NO})
    at_rest(slack, bot)
    assert "Partner skills" in direct(slack, mo)

    more = open_from_home(slack, mo, actions.ASSESSMENT_MORE)
    assert "Only you see your answers" in shown(more.blocks)
    assert actions.ASSESSMENT_SHARE not in shown(more.blocks)
    press(slack, mo, actions.ASSESSMENT_TEAM)
    at_rest(slack, bot)

    assert len(slack.posts(mo.dm)) == 2
    assert "The team is not shown" in slack.posts(mo.dm)[-1].text
    assert bot.parts.assessing.listing(who(bot, priya)) == []
    assert "You have not begun any" in shown(home_of(slack, priya).body)


# --- in the browser ----------------------------------------------------------------------------------------------


def test_the_resilience_assessment_is_filled_in_in_the_browser_by_a_link_of_one_s_own(
    slack: Town, start_bot: StartBot
) -> None:
    bot = start_bot(public_url="http://127.0.0.1:9")
    mo = slack.person("mo")

    form = begin(slack, mo, LEVELS)

    [link] = [text for text in shown(form.blocks).split('"') if text.startswith("http")]
    assert bot.parts.passes is not None
    opened = bot.parts.passes.read(link.split("/")[-2], bot.parts.records.database.now())
    assert (opened.member, opened.assessment_id) == (mo.id, only(bot, mo).assessment.id)  # type: ignore[union-attr]
    assert "Finish in browser" in shown(home_of(slack, mo).body)


def test_without_a_public_address_it_says_what_to_do(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")

    form = begin(slack, mo, LEVELS)

    assert forms.NO_ADDRESS in shown(form.blocks)
    assert "Finish in browser" not in shown(home_of(slack, mo).body)


# --- sharing and colleagues --------------------------------------------------------------------------------------


def finished(slack: Town, bot: Service, person: Person) -> str:
    """The id of a finished Healthcheck of somebody's."""
    desk, one = bot.parts.assessing, who(bot, person)
    practice = desk.add_practice(one, PRACTICE)
    begun = desk.start(one, HEALTHCHECK, practice.id)
    for page in pages(instruments()[HEALTHCHECK], {})[1:4]:
        desk.save(one, begun.id, page.id, {field.id: "1" for field in page.fields})
    desk.finish(one, begun.id)
    return begun.id


def test_a_result_is_shared_with_the_lmc_and_taken_back(slack: Town, bot: Service) -> None:
    mo, alice = slack.person("mo"), slack.person("alice")
    one = finished(slack, bot, mo)
    assert PRACTICE not in shown(home_of(slack, alice).body)

    open_from_home(slack, mo, actions.ASSESSMENT_MORE)
    more = press(slack, mo, actions.ASSESSMENT_SHARE)
    assert "Officers of the LMC can see this." in shown(more.blocks)
    at_rest(slack, bot)
    assert len([post for post in slack.posts("#officers") if PRACTICE in post.text]) == 1
    alice.clicks(home_of(slack, alice), actions.ASSESSMENT_RESULT)
    at_rest(slack, bot)
    assert PRACTICE in direct(slack, alice)

    press(slack, mo, actions.nth(actions.ASSESSMENT_UNSHARE, "lmc"))
    assert PRACTICE not in shown(home_of(slack, alice).body)
    assert bot.parts.assessing.shares(who(bot, mo), one) == []


def test_nothing_is_said_in_an_officers_channel_that_others_read(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    finished(slack, bot, mo)
    slack.add_member("#officers", slack.person("pat"))
    bot.parts.people.forget_place(slack.channel_id("#officers"))

    open_from_home(slack, mo, actions.ASSESSMENT_MORE)
    press(slack, mo, actions.ASSESSMENT_SHARE)

    at_rest(slack, bot)
    assert PRACTICE not in read(slack.posts("#officers"))


def test_it_is_shown_to_one_person_who_can_read_it_and_not_change_it(slack: Town, bot: Service) -> None:
    mo, pat = slack.person("mo"), slack.person("pat")
    one = finished(slack, bot, mo)
    open_from_home(slack, mo, actions.ASSESSMENT_MORE)
    press(slack, mo, actions.ASSESSMENT_SHOW)

    mo.submits(values={standing.READER: pat.id})

    slack.wait_for(lambda: len(mo.modals) == 1 and pat.id in shown(form_of(slack, mo).blocks))
    assert bot.parts.assessing.open(who(bot, pat), one).may == {May.SEE}
    assert PRACTICE in shown(home_of(slack, pat).body)


def test_a_colleague_is_added_told_once_and_works_on_it(slack: Town, bot: Service) -> None:
    mo, priya = slack.person("mo"), slack.person("priya")
    begin(slack, mo, HEALTHCHECK)
    mo.closes()
    open_from_home(slack, mo, actions.ASSESSMENT_MORE)
    press(slack, mo, actions.PRACTICE_PEOPLE)

    mo.submits(values={standing.COLLEAGUE: priya.id})

    at_rest(slack, bot)
    assert len(slack.posts(priya.dm)) == 1
    assert PRACTICE in direct(slack, priya)
    assert page_of(open_from_home(slack, priya, actions.ASSESSMENT_CONTINUE)) == "about"


@pytest.mark.parametrize("name", ["gus", "ext"])
def test_no_guest_and_no_outsider_is_added(slack: Town, bot: Service, name: str) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    mo.closes()
    open_from_home(slack, mo, actions.ASSESSMENT_MORE)
    press(slack, mo, actions.PRACTICE_PEOPLE)

    mo.submits(values={standing.COLLEAGUE: slack.person(name).id})

    assert form_of(slack, mo).errors == {standing.COLLEAGUE: standing.NOT_A_COLLEAGUE}
    assert len(bot.parts.assessing.members(who(bot, mo), only(bot, mo).practice.id)) == 1


def test_somebody_without_slack_gets_a_link_to_pass_on(slack: Town, start_bot: StartBot) -> None:
    bot = start_bot(public_url="http://127.0.0.1:9")
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    mo.closes()
    open_from_home(slack, mo, actions.ASSESSMENT_MORE)
    press(slack, mo, actions.PRACTICE_PEOPLE)

    mo.submits(values={standing.GUEST: "Doctor Ann Example"})

    form = form_of(slack, mo)
    assert "Pass this link on to Doctor Ann Example" in shown(form.blocks)
    [link] = {text for text in shown(form.blocks).split('"') if text.startswith("http")}
    opened = bot.parts.passes.read(link.split("/")[-2], bot.parts.records.database.now())  # type: ignore[union-attr]
    assert opened.member.startswith("guest-")  # type: ignore[union-attr]


def test_deleting_it_takes_it_from_everybody_s_home(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    finished(slack, bot, mo)

    mo.clicks(home_of(slack, mo), actions.ASSESSMENT_DELETE)

    slack.wait_for(lambda: mo.home and "It is deleted." in shown(mo.home.body))
    assert bot.parts.assessing.listing(who(bot, mo)) == []


def test_a_finished_one_is_opened_again(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    finished(slack, bot, mo)
    open_from_home(slack, mo, actions.ASSESSMENT_MORE)

    press(slack, mo, actions.ASSESSMENT_REOPEN)

    assert only(bot, mo).assessment.state == "open"
    slack.wait_for(lambda: mo.home and actions.ASSESSMENT_CONTINUE in shown(mo.home.body))


# --- who is let in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gus", "ext"])
def test_a_guest_or_an_outsider_is_refused_in_words(slack: Town, bot: Service, name: str) -> None:
    mo, stranger = slack.person("mo"), slack.person(name)
    reply = ask(slack, mo, ASKED, in_="#lobby")

    forge(slack, stranger, reply, actions.nth(actions.TOOL_START, 1), None, mo)

    assert ONLY_MEMBERS in shown(form_of(slack, stranger).blocks)
    assert bot.parts.assessing.practices(who(bot, stranger)) == []


def test_what_only_practices_are_offered_is_not_started_by_others(slack: Town, bot: Service) -> None:
    mo, pat = slack.person("mo"), slack.person("pat")
    assert "Merger readiness" not in shown(home_of(slack, pat).body)
    home = home_of(slack, mo)
    buttons = [item for block in home.blocks if block["type"] == "actions" for item in block["elements"]]
    [merger] = [one for one in buttons if actions.read_value(one.get("value")).get("t") == MERGER]

    forge(slack, pat, home, merger["action_id"], None, mo)

    assert "not offered to you" in shown(form_of(slack, pat).blocks)


def test_nobody_reads_or_changes_what_is_another_practice_s_whatever_they_send(slack: Town, bot: Service) -> None:
    mo, priya = slack.person("mo"), slack.person("priya")
    one = finished(slack, bot, mo)
    home = home_of(slack, mo)

    for action in (actions.ASSESSMENT_MORE, actions.ASSESSMENT_RESULT, actions.ASSESSMENT_DELETE):
        forge(slack, priya, home, action, None, mo)
    at_rest(slack, bot)

    assert PRACTICE not in direct(slack, priya)
    assert "There is nothing here" in direct(slack, priya)
    assert PRACTICE not in slack.screen(priya)
    assert bot.parts.assessing.open(who(bot, mo), one).responses


def test_a_page_of_somebody_else_that_is_sent_changes_nothing(slack: Town, bot: Service) -> None:
    mo, priya = slack.person("mo"), slack.person("priya")
    begin(slack, mo, HEALTHCHECK)
    mo.submits()
    form = form_of(slack, mo)
    choose(form, "PL1", "0")

    slack.forge_submission(priya, form)

    assert kept(bot, mo) == {}


def test_the_metadata_of_a_page_holds_no_answer_and_the_log_no_words(
    slack: Town, bot: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK, practice="Quillfeather Surgery")
    mo.submits(values={"locality": "Zanzibar Road"})
    press(slack, mo, actions.ASSESSMENT_BACK)

    metadata = actions.read_value(form_of(slack, mo).private_metadata)
    assert set(metadata) == {"v", "i", "p", "s"}
    assert "Zanzibar" not in str(metadata)
    ours = "\n".join(record.getMessage() + str(record.__dict__) for record in caplog.records
                     if record.name.startswith(("bot", "assess", "records", "web")))  # fmt: skip
    assert "Zanzibar" not in ours
    assert "Quillfeather" not in ours


def test_the_lmc_sees_a_practice_s_answers_only_when_they_are_shared(slack: Town, bot: Service) -> None:
    mo, alice = slack.person("mo"), slack.person("alice")
    one = finished(slack, bot, mo)
    forge(slack, alice, home_of(slack, mo), actions.ASSESSMENT_RESULT, None, mo)
    at_rest(slack, bot)
    assert PRACTICE not in direct(slack, alice)

    bot.parts.assessing.share(who(bot, mo), one, LMC)
    forge(slack, alice, home_of(slack, mo), actions.ASSESSMENT_RESULT, None, mo)
    at_rest(slack, bot)
    assert PRACTICE in direct(slack, alice)


# --- when something has changed meanwhile ------------------------------------------------------------------------


def test_a_click_that_slack_says_came_too_late_is_answered_in_words(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    finished(slack, bot, mo)
    home = home_of(slack, mo)
    slack.fault("views.open", error="expired_trigger_id", times=1)

    mo.clicks(home, actions.ASSESSMENT_MORE)

    slack.wait_for(lambda: TOO_LATE in direct(slack, mo))
    assert "reference" not in direct(slack, mo)


def test_a_modal_that_was_closed_meanwhile_is_no_failure_since_what_was_pressed_is_done(
    slack: Town, bot: Service
) -> None:
    mo = slack.person("mo")
    one = finished(slack, bot, mo)
    before = len(slack.posts(mo.dm))
    open_from_home(slack, mo, actions.ASSESSMENT_MORE)
    slack.fault("views.update", error="not_found", times=1)
    mo.clicks(form_of(slack, mo), actions.ASSESSMENT_SHARE)

    at_rest(slack, bot)
    assert [share.reader for share in bot.parts.assessing.shares(who(bot, mo), one)] == [LMC]
    assert len(slack.posts(mo.dm)) == before


def test_a_page_of_an_assessment_that_was_deleted_meanwhile_says_so(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    bot.parts.assessing.delete(who(bot, mo), only(bot, mo).assessment.id)

    mo.submits()

    assert "There is nothing here" in shown(form_of(slack, mo).blocks)


def test_a_questionnaire_that_is_no_longer_there_says_what_to_do_and_spares_the_rest_of_home(
    slack: Town, bot: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo = slack.person("mo")
    begin(slack, mo, HEALTHCHECK)
    mo.closes()
    home = home_of(slack, mo)
    left = {name: one for name, one in instruments().items() if name != HEALTHCHECK}
    monkeypatch.setattr(bot.parts.assessing, "_instruments", left)

    mo.clicks(home, actions.ASSESSMENT_CONTINUE)

    assert "start another one" in shown(form_of(slack, mo).blocks)
    mo.closes()
    assert "You have not begun any" in shown(home_of(slack, mo).body)
