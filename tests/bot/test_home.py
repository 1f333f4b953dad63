"""App Home: a box to ask in, and of the library, the questions and the figures only what that person may know."""

from __future__ import annotations

import pytest

from bot import actions
from bot.listeners import home as listener
from bot.render import ask as words
from bot.render import home as forms
from bot.serve import Service
from corpus.model import Audience
from localslack.people import Person
from records.uploads import RECEIVED, Upload
from tests.bot.anytown import QUESTIONS, ROLES, shown
from tests.bot.conftest import StartBot
from tests.bot.looking import ask, at_rest, read
from tests.bot.town import Town

pytestmark = pytest.mark.slow

LEVY = QUESTIONS[Audience.PUBLIC]
SILENT = "Which colour should the waiting room be painted?"
SILENT_TOO = "What colour may the waiting room be painted?"
TITLES = {
    "The LMC levy": Audience.PUBLIC,
    "Guide to mergers": Audience.PRACTICE,
    "Helpdesk rota": Audience.PRACTICE,
    "Negotiation line": Audience.OFFICER,
    "Zephyr hearing": Audience.CONFIDENTIAL,
}
TEAM = ("alice", "olu", "bea", "mo", "priya", "pat", "gus")


def home_of(slack: Town, person: Person) -> str:
    """What stands on somebody's Home after they opened it."""
    before = person.home.hash if person.home else ""
    person.opens_home()
    slack.wait_for(lambda: person.home and person.home.hash != before)
    return seen(person)


def seen(person: Person) -> str:
    return shown(person.home.body) if person.home else ""


def type_and_ask(slack: Town, person: Person, text: str) -> None:
    """Type into the box of Home and press Return."""
    home_of(slack, person)
    assert person.home is not None
    person.clicks(person.home, forms.QUESTION, text)


@pytest.mark.parametrize("name", TEAM)
def test_home_names_the_documents_that_a_person_may_read_and_no_other(slack: Town, bot: Service, name: str) -> None:
    page = home_of(slack, slack.person(name))

    named = {title for title in TITLES if title in page}
    assert named == {title for title, audience in TITLES.items() if audience.admits(ROLES[name])}
    assert f"{len(named)} document" in page


def test_only_administrators_see_how_the_library_stands(slack: Town, bot: Service) -> None:
    pages = {name: home_of(slack, slack.person(name)) for name in TEAM}

    assert {name for name, page in pages.items() if "for administrators" in page} == {"olu", "bea"}
    assert {name for name, page in pages.items() if actions.LIBRARY_REINDEX in page} == {"olu", "bea"}


def test_a_question_from_home_is_answered_by_direct_message_and_listed(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")

    type_and_ask(slack, mo, LEVY)

    slack.wait_for(lambda: "42 pence" in read(slack.posts(mo.dm)))
    slack.wait_for(lambda: LEVY in seen(mo) and "answered" in seen(mo))
    at_rest(slack, bot)
    assert len(slack.posts(mo.dm)) == 1
    assert LEVY not in home_of(slack, slack.person("priya"))


def test_the_button_below_the_box_asks_too(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    home_of(slack, mo)
    assert mo.home is not None
    [box] = [block for block in mo.home.blocks if block.get("block_id", "").startswith(forms.QUESTION)]
    mo.home.values[box["block_id"]] = {forms.QUESTION: {"type": "plain_text_input", "value": LEVY}}

    mo.clicks(mo.home, forms.ASK_BUTTON)

    slack.wait_for(lambda: "42 pence" in read(slack.posts(mo.dm)))


def test_after_asking_the_box_is_empty_and_says_where_the_answer_comes(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    home_of(slack, mo)
    assert mo.home is not None
    before = [block["block_id"] for block in mo.home.blocks if block["type"] == "input"]

    mo.clicks(mo.home, forms.QUESTION, LEVY)

    slack.wait_for(lambda: any(listener.ON_ITS_WAY in str(call.args) for call in slack.called("views.publish")))
    slack.wait_for(lambda: mo.home and [b["block_id"] for b in mo.home.blocks if b["type"] == "input"] != before)


def test_the_box_stays_the_same_when_the_answer_has_come_so_that_what_is_typed_meanwhile_stays(
    slack: Town, bot: Service
) -> None:
    mo = slack.person("mo")
    home_of(slack, mo)
    assert mo.home is not None

    mo.clicks(mo.home, forms.QUESTION, LEVY)

    def later_boxes() -> list[str]:
        """The box of each Home published since the question was sent."""
        published = [call.args["view"]["blocks"] for call in slack.called("views.publish")]
        boxes = [block["block_id"] for blocks in published for block in blocks if block["type"] == "input"]
        return [box for box in boxes if box != forms.QUESTION]

    slack.wait_for(lambda: len(later_boxes()) == 2)
    assert len(set(later_boxes())) == 1


def test_an_empty_box_asks_nothing(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    home_of(slack, mo)
    assert mo.home is not None

    mo.clicks(mo.home, forms.ASK_BUTTON)

    slack.wait_for(lambda: listener.NOTHING_TYPED in seen(mo))
    at_rest(slack, bot)
    assert slack.posts(mo.dm) == []


def test_details_of_a_patient_in_the_box_are_neither_kept_nor_shown(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")

    type_and_ask(slack, mo, "May we write to patient 943 476 5919?")

    slack.wait_for(lambda: slack.posts(mo.dm))
    at_rest(slack, bot)
    assert "943 476 5919" not in read(slack.posts(mo.dm))
    assert "943 476 5919" not in home_of(slack, mo)
    assert "943 476 5919" not in str(bot.parts.records.privacy.export(slack.world.team.id, mo.id))


def test_what_others_asked_in_vain_is_for_administrators_grouped_and_without_names(slack: Town, bot: Service) -> None:
    mo, pat = slack.person("mo"), slack.person("pat")
    ask(slack, mo, SILENT)
    ask(slack, pat, SILENT_TOO)

    page = home_of(slack, slack.person("bea"))

    assert SILENT_TOO in page
    assert SILENT not in page  # the same again, in more words
    assert "asked 2 times" in page
    assert mo.id not in page
    assert pat.id not in page
    assert SILENT_TOO not in home_of(slack, slack.person("alice"))


def test_an_administrator_does_not_see_what_somebody_with_a_higher_role_asked(slack: Town, bot: Service) -> None:
    ask(slack, slack.person("olu"), "Who pays for the lawyers in the Quux case?")

    assert "Quux" not in home_of(slack, slack.person("bea"))
    assert "Quux" in home_of(slack, slack.person("olu"))


def test_figures_of_feedback_and_of_waiting_questions_are_for_administrators(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)
    mo.clicks(reply, actions.FEEDBACK, "positive")
    at_rest(slack, bot)

    page = home_of(slack, slack.person("bea"))

    assert "1 helpful, 0 not helpful" in page
    assert "answered: 1" in page


def test_the_name_of_somebody_elses_upload_is_hidden_until_its_description_admits_one(
    slack: Town, bot: Service
) -> None:
    bea, olu, uploads = slack.person("bea"), slack.person("olu"), bot.parts.records.uploads
    now, team = bot.parts.records.database.now(), slack.world.team.id
    uploads.keep(Upload(id="u1", team=team, user=olu.id, state=RECEIVED, created=now, name="zephyr-minutes.pdf"))
    uploads.keep(
        Upload(
            id="u2", team=team, user=olu.id, state=RECEIVED, created=now, name="levy-2027.pdf",
            details={"facts": {"audience": "public"}},
        )
    )  # fmt: skip

    page = home_of(slack, bea)

    assert "zephyr" not in page
    assert "levy-2027.pdf" in page
    assert "zephyr-minutes.pdf" in home_of(slack, olu)


def test_a_withdrawn_document_leaves_home_at_the_next_look(slack: Town, bot: Service) -> None:
    pat, bea, mo = slack.person("pat"), slack.person("bea"), slack.person("mo")
    assert "The LMC levy" in home_of(slack, pat)

    bot.parts.desk.withdraw("anytown/levy", "no longer right")

    assert "The LMC levy" not in home_of(slack, pat)
    assert "The LMC levy" not in home_of(slack, mo)
    assert "Restore The LMC levy" in home_of(slack, bea)


def test_refresh_shows_what_is_new(slack: Town, bot: Service) -> None:
    pat = slack.person("pat")
    home_of(slack, pat)
    bot.parts.desk.withdraw("anytown/levy", "no longer right")
    assert pat.home is not None

    pat.clicks(pat.home, actions.HOME_REFRESH)

    slack.wait_for(lambda: "The LMC levy" not in seen(pat))


def test_the_buttons_of_an_administrators_home_do_nothing_for_others(slack: Town, bot: Service) -> None:
    bea, pat = slack.person("bea"), slack.person("pat")
    home_of(slack, bea)
    assert bea.home is not None
    live = bot.parts.desk.state().live

    slack.forge_click(pat, bea.home, actions.LIBRARY_REINDEX)
    at_rest(slack, bot)

    assert bot.parts.desk.state().live == live


@pytest.mark.parametrize("name", ["pat", "mo", "alice"])
def test_the_prompts_of_the_direct_message_are_those_of_the_role(slack: Town, bot: Service, name: str) -> None:
    person = slack.person(name)

    person.opens_dm()

    call = slack.wait_for(lambda: slack.called("assistant.threads.setSuggestedPrompts"))[-1]
    assert words.suggested_prompts(ROLES[name])[0]["title"] in str(call.args)


def test_prompts_that_slack_refuses_harm_nothing(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    slack.fault("assistant.threads.setSuggestedPrompts", error="internal_error")

    mo.opens_dm()
    at_rest(slack, bot)

    assert slack.posts(mo.dm) == []
    assert "42 pence" in ask(slack, mo, LEVY).text


def test_a_home_that_slack_refuses_does_not_cost_the_answer(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    home_of(slack, mo)
    assert mo.home is not None
    slack.fault("views.publish", status=503, times=10)

    mo.clicks(mo.home, forms.QUESTION, LEVY)

    slack.wait_for(lambda: "42 pence" in read(slack.posts(mo.dm)))
    at_rest(slack, bot)
    assert len(slack.posts(mo.dm)) == 1


def test_home_without_a_person_to_ask_does_not_promise_one(slack: Town, start_bot: StartBot) -> None:
    start_bot(officers_channel="")

    assert "Ask a person" not in home_of(slack, slack.person("mo"))
