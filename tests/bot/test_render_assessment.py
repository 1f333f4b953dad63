"""The modals and messages of questionnaires: what they ask, within every limit of Slack's, whatever is in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot import actions
from bot.model import Message, View
from bot.render import assessment, home, plan, standing
from bot.render.answer import render
from bot.render.forms import filled
from scoring.form import FieldKind, FormPage, pages, progress
from scoring.instrument import Kind, instruments
from tests.bot.rendered import ADMIN, ANSWER, HEALTHCHECK, HOME, VIEW
from tests.bot.slack_rules import check_message, check_view, objects, shown
from web.telling import telling

LINK = "https://kb.example.org/assessment/abc.def/start"
ALLOWED = frozenset([LINK, "U0MO", "U0PRIYA", "U0OFFICER"])
LONG = "&<b>&amp; *bold* `code` <@U0EVIL> <!channel> " * 40
DAY = dt.date(2027, 1, 15)
ALL = [(instrument.id, page.id) for instrument in instruments().values() for page in pages(instrument, {})]


def page_view(instrument_id: str, page_id: str, values: dict[str, str] | None = None) -> assessment.PageView:
    instrument = instruments()[instrument_id]
    shown_pages = pages(instrument, {})
    [page] = [one for one in shown_pages if one.id == page_id]
    far = progress(instrument, {})
    return assessment.PageView(
        "{}", assessment.short_title(instrument), "Mill Lane Surgery", page, 2, len(shown_pages), far.answered,
        far.total, values or {},
    )  # fmt: skip


def full(page: FormPage) -> dict[str, str]:
    """A value for every field of a page, the longest that is kept of words."""
    kinds = {FieldKind.TEXT: LONG[:200], FieldKind.LONG_TEXT: LONG[:2000], FieldKind.WHOLE: "4"}
    dates = {FieldKind.DATE: "2027-04-01", FieldKind.MONTH: "2026-03"}
    return {
        field.id: field.options[-1].value if field.options else kinds.get(field.kind) or dates[field.kind]
        for field in page.fields
    }


def labels(view: View) -> list[str]:
    return [str(item["text"]["text"]) for item in objects(view) if item.get("type") == "button"]


# --- pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("instrument_id", "page_id"), ALL)
def test_every_page_of_every_questionnaire_is_one_that_slack_takes(instrument_id: str, page_id: str) -> None:
    empty = page_view(instrument_id, page_id)
    values = full(empty.page)
    told = {field.id: LONG for field in empty.page.fields}

    for view in (empty, replace(empty, values=values, told=told, practice=LONG, number=1)):
        check_view(assessment.page_modal(view), frozenset())


@pytest.mark.parametrize(("instrument_id", "page_id"), [one for one in ALL if one[0] != "resilience_assessment"])
def test_what_stands_in_a_page_comes_back_as_it_was_kept(instrument_id: str, page_id: str) -> None:
    view = page_view(instrument_id, page_id)
    values = full(view.page)
    blocks = assessment.page_modal(replace(view, values=values))["blocks"]

    state = {
        block["block_id"]: {
            block["element"]["action_id"]: {
                "value": block["element"].get("initial_value"),
                "selected_option": block["element"].get("initial_option"),
                "selected_date": block["element"].get("initial_date"),
            }
        }
        for block in blocks
        if block["type"] == "input"
    }

    read = filled({"state": {"values": state}})
    assert {name: read.text(name) for name in values} == {name: " ".join(text.split()) for name, text in values.items()}


def test_titles_and_buttons_of_every_modal_are_short_enough_to_stand_whole() -> None:
    for instrument in instruments().values():
        assert len(assessment.short_title(instrument)) <= 24
        view = assessment.page_modal(page_view(instrument.id, pages(instrument, {})[0].id))
        assert len(view["submit"]["text"]) <= 24
    for option in (o for i in instruments().values() for p in pages(i, {}) for f in p.fields for o in f.options):
        assert len(option.label) <= 75


def test_every_answer_may_be_left_open_and_no_question_is_answered_beforehand() -> None:
    for instrument_id, page_id in ALL:
        view = assessment.page_modal(page_view(instrument_id, page_id))
        asked = [block for block in view["blocks"] if block["type"] == "input"]
        assert asked
        assert all(block["optional"] for block in asked)
        assert "initial" not in str(view)


def test_the_first_page_has_nothing_to_go_back_to() -> None:
    view = page_view("practice_healthcheck", "about")

    assert "Back" not in labels(assessment.page_modal(replace(view, number=1)))
    assert {"Back", "All pages", "Save and close"} <= set(labels(assessment.page_modal(view)))


def test_a_page_says_where_it_is_and_what_stands_against_it_is_above_its_field() -> None:
    view = replace(page_view("practice_healthcheck", "partnership"), told={"PL2": "A colleague chose “Agree”."})
    blocks = assessment.page_modal(view)["blocks"]

    assert "Page 2 of 12 · 0 of 36 answered · Mill Lane Surgery" in shown(blocks)
    [place] = [n for n, block in enumerate(blocks) if block.get("block_id") == "PL2"]
    assert "A colleague chose" in shown(blocks[place - 1])


# --- beginning and ending ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("practices", [(), (("1", "Elm"),), (("1", "Elm"), ("2", LONG))], ids=["none", "one", "two"])
@pytest.mark.parametrize("instrument_id", list(instruments()))
def test_beginning_tells_who_sees_it_and_asks_for_the_practice(
    instrument_id: str, practices: tuple[tuple[str, str], ...]
) -> None:
    instrument = instruments()[instrument_id]
    view = assessment.start_modal(
        assessment.StartView("{}", assessment.short_title(instrument), telling(instrument), practices)
    )

    check_view(view, frozenset())
    asked = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert asked == [[assessment.NAME, assessment.CODE], [], [assessment.PRACTICE]][len(practices)]
    assert "Who sees the answers" in shown(view["blocks"])


@pytest.mark.parametrize("instrument_id", [name for name in instruments() if name != "resilience_assessment"])
def test_the_end_lists_every_page_and_asks_what_must_be_agreed_to(instrument_id: str) -> None:
    instrument = instruments()[instrument_id]
    view = assessment.check_modal(
        assessment.CheckView("{}", assessment.short_title(instrument), instrument.kind, LONG, progress(instrument, {}))
    )

    check_view(view, frozenset())
    assert all(page.title in shown(view["blocks"]) for page in pages(instrument, {}))
    asked = [block for block in view["blocks"] if block["type"] == "input"]
    assert len(asked) == (0 if instrument.kind is Kind.CHECKLIST else 1)
    assert all(not block["optional"] and "initial_option" not in block["element"] for block in asked)


def test_the_way_to_the_browser_is_a_button_and_without_an_address_it_says_what_to_do() -> None:
    there = assessment.browser_modal(assessment.BrowserView("Resilience Assessment", LONG, "Not started", LINK))
    nowhere = assessment.browser_modal(assessment.BrowserView("Resilience Assessment", "Elm", "Not started"))

    check_view(there, ALLOWED)
    check_view(nowhere, frozenset())
    assert LINK in str(there)
    assert "LMC_PUBLIC_URL" in shown(nowhere["blocks"])


# --- Home --------------------------------------------------------------------------------------------------------

ONE = standing.Standing(
    "a" * 32, "Practice Healthcheck", LONG, "12 of 36 questions answered", LINK, may_fill=True, has_result=True,
    has_plan=True, may_delete=True, may_manage=True,
)  # fmt: skip
FULL = standing.StandingsView(
    own=[ONE] * 30, tools=[(name, one.title) for name, one in instruments().items()], waiting=[ONE] * 30,
    shared=[ONE] * 30, is_officer=True, practices=[("p1", "Mill Lane Surgery")],
)  # fmt: skip


def test_home_with_everything_that_can_be_on_it_is_one_that_slack_takes() -> None:
    view = home.home(replace(HOME, admin=ADMIN, standings=FULL))

    check_view(view, ALLOWED | frozenset(live(home.home(replace(HOME, admin=ADMIN)))))
    assert "for administrators" in shown(view["blocks"])
    assert len(view["blocks"]) < 100  # nothing was cut off at the end
    assert "and 22 more, changed longer ago" in shown(view["blocks"])


def live(view: View) -> list[str]:
    """The addresses of a view."""
    return [str(item["url"]) for item in objects(view) if "url" in item]


def test_home_shows_how_far_each_is_with_what_can_be_done_with_it() -> None:
    open_one = replace(ONE, practice="Elm", has_result=False, has_plan=False)
    done = replace(ONE, practice="Elm", state="Finished on 23 November 2026", may_fill=False, has_plan=False)
    blocks = standing.standings(standing.StandingsView(own=[open_one, done]))

    assert "12 of 36 questions answered · Elm" in shown(blocks)
    rows = [block for block in blocks if block["type"] == "actions"]
    assert labels({"blocks": [rows[0]]}) == ["Continue", "Finish in browser", "More", "Delete"]
    assert labels({"blocks": [rows[1]]}) == ["See result", "More", "Delete"]


def test_who_has_no_part_in_the_questionnaires_sees_nothing_of_them() -> None:
    assert standing.standings(standing.StandingsView()) == []


def test_what_is_long_is_continued_in_slack_only_where_slack_has_room() -> None:
    levels = replace(ONE, in_slack=False)

    assert "Continue" not in labels({"blocks": standing.standings(standing.StandingsView(own=[levels]))})
    without = replace(levels, address="")
    assert "Continue" in labels({"blocks": standing.standings(standing.StandingsView(own=[without]))})


# --- more about one ----------------------------------------------------------------------------------------------

MORE = standing.MoreView(
    "{}", "Practice Healthcheck", LONG, "Finished", with_lmc=True, readers=["U0MO"] * 40, counted=True, consented=False,
    has_team=True, may_reopen=True, people=3, told=LONG[:150],
)  # fmt: skip
PEOPLE = standing.PeopleView(
    "{}", LONG, [standing.Somebody("U0MO", is_you=True), standing.Somebody("guest-1", LONG)] * 30, can_invite=True
)


@pytest.mark.parametrize(
    "view",
    [
        standing.more_modal(MORE),
        standing.more_modal(replace(MORE, with_lmc=False, readers=(), counted=None, told="")),
        standing.more_modal(replace(MORE, with_lmc=None, counted=None)),
        standing.people_modal(PEOPLE),
        standing.people_modal(replace(PEOPLE, people=(), can_invite=False)),
        standing.show_modal("{}"),
        standing.invited_modal(LONG, LINK),
        assessment.practice_modal(),
        assessment.notice_modal("Questionnaires", LONG),
    ],
)
def test_every_other_modal_is_one_that_slack_takes(view: View) -> None:
    check_view(view, ALLOWED)


def test_an_answer_s_tool_that_is_filled_in_here_has_a_button_that_begins_it_and_no_link() -> None:
    message = render(ANSWER, replace(VIEW, startable=frozenset([HEALTHCHECK.id])))
    buttons = [item for item in objects(list(message.blocks)) if item.get("type") == "button"]

    [begins] = [one for one in buttons if str(one.get("action_id")).startswith(actions.TOOL_START)]
    assert begins["text"]["text"] == "Fill in the Practice Healthcheck"
    assert actions.read_value(begins["value"])["t"] == HEALTHCHECK.id
    assert HEALTHCHECK.url not in str([one.get("url") for one in buttons])


# --- the plan ----------------------------------------------------------------------------------------------------

LINE = plan.PlanLine("b" * 32, LONG[:150], LONG[:500], LONG[:500], LONG[:500], DAY, LONG[:500], "U0PRIYA", "accepted")
PLAN = plan.PlanView("{}", LONG, "approved", [LINE] * 12, LONG[:500])


@pytest.mark.parametrize(
    "view",
    [
        plan.plan_modal(replace(PLAN, may_accept=True)),
        plan.plan_modal(replace(PLAN, state="submitted", may_edit=True, may_approve=True, told=plan.NOTE_NEEDED)),
        plan.plan_modal(replace(PLAN, state="draft", may_edit=True, may_submit=True)),
        plan.plan_modal(replace(PLAN, state="submitted", may_withdraw=True, actions=())),
        plan.action_modal(plan.ActionView("{}", LONG[:500], LONG[:500], "2027-01-15", LONG[:500])),
        plan.action_modal(plan.ActionView("{}", criteria=[("RA01", LONG)] * 100, horizons=[("now", "Now")])),
        plan.accept_modal("{}", LONG, [("U0MO", "Mo"), ("guest-1", LONG)], "U0MO"),
    ],
)
def test_every_modal_of_the_plan_is_one_that_slack_takes(view: View) -> None:
    check_view(view, ALLOWED)


@pytest.mark.parametrize(
    ("state", "offered"),
    [("proposed", ["Accept", "Not for us"]), ("accepted", ["Done", "Not for us"]), ("declined", ["Accept"]),
     ("done", ["Not done yet"])],
)  # fmt: skip
def test_an_action_offers_what_can_be_done_with_it_now(state: str, offered: list[str]) -> None:
    view = plan.plan_modal(replace(PLAN, actions=[replace(LINE, state=state)], may_accept=True))

    assert labels(view) == offered
    assert "submit" not in view


@pytest.mark.parametrize(
    ("days", "words"),
    [(14, "is due on 15 January 2027, in 14 days"), (1, "in 1 day:"), (0, "is due today"), (-15, "15 days ago")],
)
def test_a_reminder_says_when_the_action_is_due(days: int, words: str) -> None:
    message = plan.reminder("Elm Surgery", "Book the solicitor.", DAY, days, "b" * 32, "a" * 32)

    check_message(message, frozenset())
    assert words in message.text
    assert "Book the solicitor." in message.text


@pytest.mark.parametrize(
    "message",
    [
        plan.approved(LONG, 12, "a" * 32, LONG),
        plan.sent_back(LONG, "a" * 32, ""),
        plan.reminder(LONG, LONG, DAY, 3, "b" * 32, "a" * 32),
        standing.added("U0MO", LONG),
        standing.for_officers(LONG, "Resilience Assessment", "a" * 32, is_plan=True),
        standing.for_officers(LONG, "Practice Healthcheck", "a" * 32, is_plan=False),
    ],
)
def test_every_message_is_one_that_slack_takes(message: Message) -> None:
    check_message(message, ALLOWED)


def test_no_screen_says_a_word_that_belongs_to_another_lmc() -> None:
    for instrument_id, page_id in ALL:
        assert "PHQ" not in shown(assessment.page_modal(page_view(instrument_id, page_id))["blocks"])
