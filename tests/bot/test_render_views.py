"""Modals, App Home and the messages around an answer: what they ask, what they say, and how they are read back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from answer.outcome import to_json
from bot import actions
from bot.model import Message, View
from bot.render import ask, escalation, feedback, home, library, passage, words
from bot.render.forms import filled
from corpus.model import Audience, Status
from corpus.when import When
from records.feedback import CAUSES
from tests.bot.rendered import (
    ADMIN,
    ADMIN_HOME,
    ANSWER,
    APPROVAL,
    ASK_PERSON,
    CHANGE,
    CHOICES,
    DECIDED,
    DESCRIBE,
    DESCRIPTION,
    DOCUMENT,
    FAILURE,
    GAP,
    HOME,
    NOTE,
    NOW,
    PASSAGE,
    POST,
    PROGRESS,
    RECENT,
    REFUSED,
    RESULT,
    TAKEN,
    TODAY,
    UNDERSTOOD,
)  # fmt: skip
from tests.bot.slack_rules import check_message, check_view, objects, shown
from tests.bot.test_render_answer import buttons, words_of

ANY_LINK = frozenset(
    ["https://kb.example.org/mergers.pdf#page=4", "https://kb.example.org/premises.pdf",
     "https://x.slack.com/archives/C1/p1", "U0OLU", "U0BEA", "U0MO"]
)  # fmt: skip


def inputs(view: View) -> dict[str, dict[str, Any]]:
    """The inputs of a view, by block id, each of whose elements must be named like its block."""
    found = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert all(name.split(":")[0] == block["element"]["action_id"] for name, block in found.items())
    return found


def choices(block: Mapping[str, Any]) -> dict[str, str]:
    return {item["value"]: item["text"]["text"] for item in block["element"]["options"]}


def words_in(view: View) -> str:
    return shown(view["blocks"])


# --- reading what was filled in ----------------------------------------------------------------------------------


def test_a_view_that_comes_back_is_read_by_the_names_of_its_inputs() -> None:
    state = {
        "title": {"title": {"type": "plain_text_input", "value": "  Merger guide "}},
        "audience": {"audience": {"type": "static_select", "selected_option": {"value": "officer"}}},
        "causes": {"causes": {"type": "checkboxes", "selected_options": [{"value": "wrong"}, {"value": "unclear"}]}},
        "officer": {"officer": {"type": "users_select", "selected_user": "U0OLU"}},
        "empty": {"empty": {"type": "plain_text_input", "value": None}},
        "nothing": {"nothing": {"type": "static_select", "selected_option": None}},
        "home_ask:3": {"home_ask": {"type": "plain_text_input", "value": "Who pays?"}},
    }
    given = filled({"state": {"values": state}})

    assert given.text("title") == "Merger guide"
    assert given.chosen("audience") == "officer"
    assert given.all("causes") == ("wrong", "unclear")
    assert given.ticked("causes", "wrong")
    assert not given.ticked("causes", "missing")
    assert given.chosen("officer") == "U0OLU"
    assert (given.text("empty"), given.text("nothing"), given.text("unknown")) == ("", "", "")
    assert given.text(home.QUESTION) == "Who pays?"


@pytest.mark.parametrize(
    "view", [{}, {"state": None}, {"state": {"values": []}}, {"state": {"values": {"a": {"b": 3}}}},
             {"state": {"values": {"a": {"b": {"selected_options": [None, {"value": 3}, "x"]}}}}}]
)  # fmt: skip
def test_a_view_of_another_shape_is_read_as_empty(view: dict[str, Any]) -> None:
    assert filled(view).text("b") == ""


# --- asking ------------------------------------------------------------------------------------------------------


def test_asking_about_a_message_quotes_it_and_lets_the_question_be_changed() -> None:
    view = ask.ask_view(quoted="Do we need *90 days*?", can_reply_in_thread=True, metadata='{"v":1}')

    asked = inputs(view)
    assert set(asked) == {ask.QUESTION, ask.WHERE}
    assert asked[ask.QUESTION]["element"]["initial_value"] == "Do we need *90 days*?"
    assert set(choices(asked[ask.WHERE])) == {ask.ONLY_ME, ask.IN_THREAD}
    assert asked[ask.WHERE]["element"]["initial_option"]["value"] == ask.ONLY_ME
    assert view["private_metadata"] == '{"v":1}'
    assert "Do not paste personal data" in words_in(view)


def test_where_a_reply_in_the_thread_is_not_allowed_the_choice_is_absent_and_explained() -> None:
    view = ask.ask_view(quoted="Do we need 90 days?")

    assert set(inputs(view)) == {ask.QUESTION}
    assert "I cannot reply in that thread" in words_in(view)


def test_asking_from_anywhere_needs_no_message() -> None:
    view = ask.ask_view()

    assert set(inputs(view)) == {ask.QUESTION}
    assert "thread" not in words_in(view)


@pytest.mark.parametrize("role", list(Audience))
def test_prompts_are_suggested_for_every_role_within_slacks_limits(role: Audience) -> None:
    prompts = ask.suggested_prompts(role)

    assert 1 <= len(prompts) <= 4
    assert all(len(prompt["title"]) <= 75 and prompt["message"] for prompt in prompts)
    check_message(ask.help_message(role), frozenset())


def test_an_apology_has_a_reference_and_no_cause() -> None:
    assert ask.apology("7f3a\n<!here>").text.endswith("this reference: 7f3a &lt;!here&gt;")


# --- passages ----------------------------------------------------------------------------------------------------


def test_a_passage_is_shown_whole_however_long_it_is() -> None:
    text = "".join(f"Sentence number {n} stands here. " for n in range(400)).strip()
    view = passage.passage_view(replace(PASSAGE, text=text))

    pieces = [item["elements"][0]["text"] for item in objects(view["blocks"]) if item.get("type") == "rich_text_quote"]
    assert len(text) > 4_000
    assert len(pieces) > 1
    assert " ".join(pieces) == text
    check_view(view, ANY_LINK)


def test_a_passage_names_its_document_dates_status_page_and_section() -> None:
    said = words_in(passage.passage_view(PASSAGE)).replace(": \n", ": ")

    assert said.splitlines()[:9] == [
        "Guide to practice mergers",
        "Publisher: Anytown LMC",
        "Published: June 2025",
        "Reviewed: January 2026",
        "Status: Replaced by “Guide to mergers 2026”",
        "Page: 4 to 5",
        "Section: Mergers › Notice",
        "Open the document at page 4",
        "This document has changed since. Below is the passage as it was quoted.",
    ]


def test_a_kept_citation_is_shown_with_its_document_of_today() -> None:
    citation = to_json(ANSWER)["citations"][0]
    today = replace(DOCUMENT, status=Status.UNDER_REVIEW, reviewed=When(2026, 10))

    found = passage.shown(citation, today)

    assert (found.text, found.page, found.heading) == (ANSWER.citations[0].passage, 4, "Mergers › Notice")
    assert (found.status, found.reviewed) == (Status.UNDER_REVIEW, When(2026, 10))
    assert found.url == "https://kb.example.org/mergers.pdf#page=4"
    alone = passage.shown(citation, None)
    assert (alone.title, alone.published, alone.status) == ("Guide to practice mergers", When(2025, 6), Status.CURRENT)


def test_a_file_on_the_server_is_no_link() -> None:
    found = passage.shown(to_json(ANSWER)["citations"][1], None)

    assert "file:" not in json.dumps(passage.passage_view(found))


def test_what_cannot_be_shown_says_why_and_shows_nothing() -> None:
    for view in (passage.gone_view(), passage.refused_view()):
        assert "Ask the question again" in words_in(view)
        assert len(view["blocks"]) == 1


# --- feedback ----------------------------------------------------------------------------------------------------


def test_the_causes_are_the_closed_list_that_is_kept() -> None:
    assert tuple(words.CAUSES) == CAUSES
    assert tuple(choices(inputs(feedback.causes_modal("{}", can_tell_owner=True))[feedback.CAUSES])) == CAUSES


def test_nobody_is_promised_to_be_told_where_nobody_can_be() -> None:
    assert feedback.TELL_OWNER not in inputs(feedback.causes_modal("{}", can_tell_owner=False))
    assert "only this note was made" in feedback.thanks(False, told="nobody").text


def test_the_note_to_the_officers_names_causes_and_documents_and_no_person() -> None:
    message = feedback.owner_note(NOTE)

    assert words_of(message).splitlines() == [
        "Somebody says that an answer did not help",
        "Cause: It is wrong; It is out of date",
        "What I had replied: answered",
        "In their words",
        "| The notice is 28 days now.",
        "Documents that the answer quotes",
        "“Guide to practice mergers” (ask the LMC office)",
        "and 1 document not named here",
        "[Open Guide to practice mergers] ",
    ]
    assert buttons(message)["open_link:1"]["url"] == "https://kb.example.org/mergers.pdf#page=4"


# --- asking a person ---------------------------------------------------------------------------------------------


def test_the_asker_sees_what_is_shared_before_they_send_it() -> None:
    view = escalation.ask_modal(ASK_PERSON)

    asked = inputs(view)
    assert set(asked) == {escalation.SHARED, escalation.TOPIC, escalation.URGENCY}
    assert asked[escalation.SHARED]["element"]["initial_value"] == ASK_PERSON.question
    assert "What I replied: The library does not say." in words_in(view)
    assert "The documents that I quoted: Premises" in words_in(view)
    assert set(choices(asked[escalation.TOPIC])) == set(escalation.TOPICS)


def test_the_officers_see_what_was_shared_and_its_state_in_words() -> None:
    assert words_of(escalation.post(POST)).splitlines() == [
        "A question for a person",
        "From: U0MO",
        "About: Premises",
        "Needed: Today, if at all possible",
        "Sent: 23 November 2026, 14:05",
        "State: Waiting for an officer",
        "In their words",
        "| Who pays for the car park of our surgery?",
        "The landlord says we do.",
        "The assistant had replied",
        "| The library does not say.",
        "Documents that it quoted",
        "“Premises”",
        "and 1 document not named here",
        "[Take it] [Pass on] [Close] ",
    ]


@pytest.mark.parametrize(
    ("post", "state", "pressed"),
    [
        (POST, "State: Waiting for an officer", {actions.ESCALATION_CLAIM, actions.ESCALATION_ASSIGN}),
        (TAKEN, "State: Taken by U0OLU", {actions.ESCALATION_REPLY, actions.ESCALATION_ASSIGN}),
        (replace(TAKEN, state="closed"), "State: Closed by U0OLU", set()),
    ],
)
def test_the_buttons_fit_the_state(post: escalation.OfficersPost, state: str, pressed: set[str]) -> None:
    message = escalation.post(post)

    assert state in words_of(message).splitlines()
    assert set(buttons(message)) == (pressed | {actions.ESCALATION_CLOSE} if pressed else set())
    assert {item["value"] for item in buttons(message).values()} <= {actions.value(e="e1")}


def test_words_passed_on_are_labelled_as_that_persons_and_stay_letter_by_letter() -> None:
    message = escalation.relayed("U0OLU", "Ask *them*:\n> keep `it`.", by_officer=True)

    assert words_of(message) == "U0OLU (LMC officer) writes:\n| Ask *them*:\n> keep `it`.\n"
    assert message.text == "An LMC officer writes: Ask *them*:\n&gt; keep `it`."


def test_words_that_are_too_long_to_pass_on_are_cut_and_say_so() -> None:
    message = escalation.relayed("U0MO", "A word. " * 2_000, by_officer=False)

    assert "The message was longer than I can pass on" in words_of(message)
    check_message(message, ANY_LINK)


@pytest.mark.parametrize(("hours", "said"), [(0.2, "1 hour"), (24.0, "24 hours"), (71.0, "3 days")])
def test_waiting_is_said_in_hours_or_days(hours: float, said: str) -> None:
    assert escalation.hours_words(hours) == said


# --- the library -------------------------------------------------------------------------------------------------


def test_an_upload_says_what_was_understood() -> None:
    assert words_of(library.understood(UNDERSTOOD)).splitlines() == [
        "I have read “merger guide 2026.pdf”. It is not in the library yet.",
        "Title: Guide to practice mergers",
        "File: PDF, 1.2 MB",
        "Read: 14 pages, of which 2 pages by text recognition, 61 passages",
        "Seems to be a new version of: “Guide to practice mergers” (Anytown LMC, June 2025)",
        "Look at this first",
        "Pages 3 and 9 were read by text recognition: check them.",
        "[Describe and add] [Discard] ",
    ]


def test_describing_starts_from_what_is_known_and_comes_back_by_name() -> None:
    view = library.describe_modal(DESCRIBE)

    asked = inputs(view)
    assert set(asked) == {
        library.TITLE, library.AUDIENCE, library.STATUS, library.PUBLISHED, library.REVIEWED, library.REVIEW_DUE,
        library.PUBLISHER, library.REPLACES, library.SOURCE_URL, library.CONTACT, library.LIBRARY,
    }  # fmt: skip
    assert asked[library.AUDIENCE]["element"]["initial_option"]["value"] == "practice"
    assert asked[library.REPLACES]["element"]["initial_option"]["value"] == "starter/mergers"
    assert asked[library.PUBLISHED]["element"]["initial_value"] == "2026-11"
    assert set(choices(asked[library.STATUS])) == {"current", "under_review"}
    assert actions.read_value(view["private_metadata"]) == {"v": 1, "a": "u1"}
    assert view["submit"]["text"] == "Send for approval"
    assert library.describe_modal(replace(DESCRIBE, needs_approval=False))["submit"]["text"] == "Add to the library"


@pytest.mark.parametrize("count", [0, 1, 99, 100, 130])
def test_as_many_documents_as_there_are_can_be_chosen(count: int) -> None:
    """More than 100 do not fit into a list: Slack asks for them as the person types."""
    documents = tuple(library.Choice(f"starter/{n}", f"Document {n}") for n in range(count))
    view = library.describe_modal(replace(DESCRIBE, documents=documents, description=replace(DESCRIPTION, replaces="")))

    element = inputs(view)[library.REPLACES]["element"]
    assert element["type"] == ("static_select" if count <= 99 else "external_select")
    assert element["initial_option"]["value"] == library.NO_DOCUMENT
    check_view(view, ANY_LINK)
    check_view(library.withdraw_modal(library.WithdrawView(documents, "starter/0")), ANY_LINK)


def test_a_key_that_slack_cannot_carry_is_left_out() -> None:
    options = library.document_options([library.Choice("starter/" + "x" * 200, "Long"), *CHOICES, CHOICES[0]])

    assert [item["value"] for item in options] == ["starter/mergers", "starter/premises"]


def test_an_approval_shows_all_that_was_said_and_who_decided() -> None:
    waiting, decided = library.approval_request(APPROVAL), library.approval_request(DECIDED)

    assert {actions.LIBRARY_APPROVE, actions.LIBRARY_REJECT} == set(buttons(waiting))
    assert buttons(decided) == {}
    assert "State: Waits for a second administrator" in words_of(waiting)
    assert "State: Approved by U0BEA" in words_of(decided)
    for fact in (
        "Sent by: U0OLU",
        "Who may read it: Practice managers",
        "Published: November 2026",
        "Replaces: “Guide to",
    ):
        assert fact in words_of(waiting)


def test_progress_is_one_sentence_and_a_figure() -> None:
    message = library.progress(PROGRESS)

    assert message.text == "Adding “Guide to practice mergers”: reading and indexing passages, 45%"
    assert "1 document could not be read" in words_of(message)
    assert library.progress(replace(PROGRESS, percent=None, stage=library.Stage.CHECKING)).text.endswith("new index")


def test_a_result_says_what_changed_and_what_could_not_be_read() -> None:
    assert words_of(library.result(RESULT)).splitlines() == [
        "Adding “Guide to practice mergers”: done.",
        "Asked for by U0OLU",
        "Added: “Guide to practice mergers”",
        "Changed: “Premises”",
        "Taken out: “Minutes of 2019”",
        "Note: One document has no date.",
        "3 earlier answers quote a document that has changed.",
        "Not taken in",
        "minutes 2019.pdf: It opens, but carries no text: it may be a scan.",
        "The library now: 42 documents · 1,204 passages · generation 000002-20261123T140500 · took 95 seconds",
    ]


def test_a_refused_change_says_that_nothing_was_changed() -> None:
    message = library.result(REFUSED)

    assert message.text.startswith("Adding “Guide to practice mergers”: nothing was changed. Another change")


def test_many_failures_are_counted() -> None:
    message = library.result(replace(RESULT, failures=(FAILURE,) * 40))

    assert words_of(message).count("minutes 2019.pdf") == 8
    assert "and 32 more" in words_of(message)


# --- App Home ----------------------------------------------------------------------------------------------------


def test_home_shows_where_to_ask_what_was_asked_and_what_changed() -> None:
    said = words_in(home.home(HOME))

    for text in (
        "I sent you the answer by direct message.",
        "How much notice does a merger need?",
        " · answered · 23 November 2026, 14:05",
        " · replaced by “Premises 2024” · 23 November 2026",
        "The library has 42 documents that you may read, last indexed 23 November 2026, 14:05.",
        "for 90 days, then they are deleted",
        "I do not answer clinical questions",
    ):
        assert text in said
    assert "administrators" not in said.replace("Administrators see", "")


def test_the_box_on_home_asks_by_return_and_by_a_button_and_is_emptied_by_a_new_turn() -> None:
    first, second = (home.home(replace(HOME, turn=turn)) for turn in ("1", "2"))

    box = next(block for block in first["blocks"] if block["type"] == "input")
    assert box["dispatch_action"] is True
    assert box["element"]["action_id"] == home.QUESTION
    assert set(inputs(first)) != set(inputs(second))
    pressed = buttons(Message("", tuple(first["blocks"])))
    assert actions.any_of(actions.HOME_ASK).match(home.ASK_BUTTON)
    assert {home.ASK_BUTTON, actions.EXPORT_DATA, actions.DELETE_DATA, actions.HOME_REFRESH} <= set(pressed)


def test_only_administrators_see_the_state_of_the_library() -> None:
    user, admin = (buttons(Message("", tuple(home.home(view)["blocks"]))) for view in (HOME, ADMIN_HOME))

    desk = {actions.LIBRARY_REINDEX, actions.LIBRARY_VERIFY, actions.LIBRARY_ROLLBACK, actions.LIBRARY_WITHDRAW}
    assert desk <= set(admin)
    assert not any(name.startswith("library") for name in user)
    assert actions.read_value(admin["library_restore:1"]["value"]) == {"v": 1, "d": "starter/minutes"}
    said = words_in(home.home(ADMIN_HOME))
    for text in ("minutes 2019.pdf", "Who pays for the car park?", " · asked 3 times, last on 23 November 2026, 14:05",
                 "12 helpful, 3 not helpful", "answered: 31; the library does not say: 4"):  # fmt: skip
        assert text in said


def test_home_holds_however_much_there_is() -> None:
    full = replace(
        ADMIN, failures=((FAILURE.name, "x" * 5_000),) * 500, unanswered=(GAP,) * 500,
        waiting_uploads=tuple(ADMIN.waiting_uploads) * 500, withdrawn=(("starter/minutes", "y" * 500),) * 500,
    )  # fmt: skip
    view = home.home(replace(ADMIN_HOME, recent=(RECENT,) * 500, changes=(CHANGE,) * 500, admin=full))

    check_view(view, ANY_LINK)
    assert words_in(view).count("How much notice does a merger need?") == 10


def test_home_without_anything_says_so() -> None:
    said = words_in(home.home(home.HomeView(Audience.PUBLIC)))

    assert "You have not asked anything yet." in said
    assert "Nothing has changed lately." in said


def test_times_are_told_on_the_readers_clock() -> None:
    summer = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)

    assert words.moment(summer, "Europe/London") == "2 July 2026, 00:30"
    assert words.moment(summer, "UTC") == "1 July 2026, 23:30"
    with pytest.raises(ValueError, match="time zone"):
        words.moment(summer.replace(tzinfo=None))
    assert words.day(TODAY) == "23 November 2026"
    assert words.moment(NOW) == "23 November 2026, 14:05"


@pytest.mark.parametrize(
    ("published", "said"),
    [(When(2015, 6, 11), "11 years old"), (When(2024, 11, 23), "2 years old"), (When(2024, 12), ""), (None, "")],
)
def test_a_source_older_than_two_years_says_its_age(published: When | None, said: str) -> None:
    assert words.age(published, TODAY) == said
    assert words.age(published, None) == ""


def test_every_audience_and_status_has_words() -> None:
    assert set(words.AUDIENCE) == set(Audience)
    assert set(words.STATUS) == set(Status)
