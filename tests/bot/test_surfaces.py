"""A question on each surface comes to one reply, where it belongs."""

from __future__ import annotations

import pytest

from bot.serve import Service
from corpus.model import Audience
from tests.bot.anytown import FACTS, QUESTIONS, shown
from tests.bot.conftest import StartBot
from tests.bot.town import Town

pytestmark = pytest.mark.slow

LEVY = QUESTIONS[Audience.PUBLIC]
FACT = FACTS[Audience.PUBLIC]


def test_a_direct_message_is_answered_in_its_thread_with_the_source(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    asked = mo.says(LEVY, in_=mo.dm)

    reply = slack.one_reply(asked)

    assert FACT in shown(reply.blocks)
    assert FACT in reply.text
    assert "The LMC levy" in reply.text
    assert "https://anytown-lmc.example/levy" in shown(reply.blocks)
    assert reply.thread_ts == asked.ts


def test_the_bot_reads_with_the_model_that_ships(slack: Town, start_bot: StartBot) -> None:
    start_bot(reading_model="packaged")
    mo = slack.person("mo")

    assert FACT in slack.one_reply(mo.says(LEVY, in_=mo.dm)).text


def test_a_mention_is_answered_in_its_thread(slack: Town, bot: Service) -> None:
    asked = slack.person("alice").mentions(LEVY, in_="#general")

    assert FACT in slack.one_reply(asked).text


def test_a_follow_up_without_a_mention_is_answered_in_a_thread_that_the_bot_is_in(slack: Town, bot: Service) -> None:
    alice = slack.person("alice")
    asked = alice.mentions(LEVY, in_="#general")
    slack.one_reply(asked)

    alice.says("And when do practices pay it?", in_="#general", thread=asked)

    slack.wait_for(lambda: len(slack.bot_replies(asked)) == 2)
    assert "four equal parts" in slack.bot_replies(asked)[1].text


def test_the_bot_is_silent_where_people_talk_to_each_other(slack: Town, bot: Service) -> None:
    alice, mo = slack.person("alice"), slack.person("mo")
    asked = alice.mentions(LEVY, in_="#general")
    slack.one_reply(asked)

    alice.says("Thanks, that helps.", in_="#general", thread=asked)
    mo.says("I paid it last week, did you?", in_="#general", thread=asked)
    alice.says("And how much was it?", in_="#general", thread=asked)
    mo.says("Shall we talk about the levy?", in_="#general")
    slack.settle()

    assert len(slack.bot_replies(asked)) == 1
    assert bot.parts.records.inbox.state().waiting == 0


def test_a_mention_wakes_the_bot_in_a_thread_that_it_left_to_people(slack: Town, bot: Service) -> None:
    alice, mo = slack.person("alice"), slack.person("mo")
    asked = alice.mentions(LEVY, in_="#general")
    slack.one_reply(asked)
    mo.says("I think it went up.", in_="#general", thread=asked)

    again = mo.mentions(LEVY, in_="#general", thread=asked)

    assert FACT in slack.wait_for_reply(again, 20.0).text
    assert len(slack.bot_replies(asked)) == 2


def test_ask_answers_only_the_asker(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    mo.runs("/ask", LEVY, in_="#general")

    slack.wait_for(lambda: FACT in shown(slack.ephemerals(mo)))
    assert FACT not in shown(slack.messages("#general"))
    assert FACT not in shown(slack.ephemerals(slack.person("priya")))


def test_ask_works_where_the_bot_is_not(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    place = slack.channel("#practice-managers")
    place.members.remove(bot.parts.bot_user)

    mo.runs("/ask", LEVY, in_="#practice-managers")

    slack.wait_for(lambda: FACT in shown(slack.ephemerals(mo)))
    assert slack.posts(place) == []


def test_an_answer_to_a_command_can_be_shared_once(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    mo.runs("/ask", LEVY, in_="#general")
    slack.wait_for(lambda: FACT in shown(slack.ephemerals(mo)))
    answer = slack.ephemerals(mo)[-1]

    mo.clicks(answer, "share_answer")

    slack.wait_for(lambda: FACT in shown(slack.messages("#general")))
    slack.settle()
    assert sum(FACT in shown(message.blocks) for message in slack.messages("#general")) == 1


def test_the_whole_passage_opens_in_a_modal(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = slack.one_reply(mo.says(LEVY, in_=mo.dm))

    mo.clicks(reply, "show_passage:1")

    slack.wait_for(lambda: slack.screen(mo))
    assert "four equal parts" in slack.screen(mo)


def test_an_edit_changes_the_answer_and_adds_none(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    asked = mo.says("What is the salary of a practice manager in Leeds?", in_=mo.dm)
    first = slack.one_reply(asked)

    mo.edits(asked, LEVY)

    slack.wait_for(lambda: FACT in slack.one_reply(asked).text)
    assert slack.one_reply(asked).ts == first.ts


@pytest.mark.parametrize("text", ["hello", "Thanks!", "help", "What can you do?"])
def test_a_greeting_gets_a_friendly_word_and_no_search(slack: Town, bot: Service, text: str) -> None:
    mo = slack.person("mo")

    reply = slack.one_reply(mo.says(text, in_=mo.dm))

    assert not reply.text.startswith("The library does not say")
    assert bot.parts.records.answers.of_person(bot.parts.team, mo.id) == []


def test_a_question_about_a_message_is_answered_to_the_asker_alone(slack: Town, bot: Service) -> None:
    alice, mo = slack.person("alice"), slack.person("mo")
    message = alice.says("Somebody asked me about the levy today", in_="#general")

    mo.shortcut("ask_about_message", message)
    slack.wait_for(lambda: "Somebody asked me" in slack.screen(mo))
    mo.submits(mo.modal, {"question": LEVY, "where": "only_me"})

    slack.wait_for(lambda: FACT in shown(slack.messages(mo.dm)))
    assert FACT not in shown(slack.messages("#general"))


def test_a_question_about_a_message_can_be_answered_in_its_thread(slack: Town, bot: Service) -> None:
    alice, mo = slack.person("alice"), slack.person("mo")
    message = alice.says("Somebody asked me about the levy today", in_="#general")

    mo.shortcut("ask_about_message", message)
    slack.wait_for(lambda: "Somebody asked me" in slack.screen(mo))
    mo.submits(mo.modal, {"question": LEVY, "where": "in_thread"})

    assert FACT in slack.wait_for_reply(message, 20.0).text


def test_a_question_that_can_mean_two_things_is_asked_back_and_the_choice_answered(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    asked = mo.says("What is PHQ?", in_=mo.dm)
    reply = slack.one_reply(asked)
    assert "Which do you mean" in reply.text

    mo.clicks(reply, "choose_meaning:0")

    slack.wait_for(lambda: len(slack.bot_replies(asked)) == 2)


def test_an_empty_mention_gets_help(slack: Town, bot: Service) -> None:
    asked = slack.person("alice").mentions("", in_="#general")

    assert slack.one_reply(asked).text


def test_a_question_that_is_too_long_is_told_so(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")

    assert "2000 characters" in slack.one_reply(mo.says("word " * 1_000, in_=mo.dm)).text


def test_only_the_asker_can_delete_an_answer(slack: Town, bot: Service) -> None:
    alice, mo = slack.person("alice"), slack.person("mo")
    asked = alice.mentions(LEVY, in_="#general")
    reply = slack.one_reply(asked)

    alice.clicks(reply, "delete_answer")

    slack.wait_for(lambda: not slack.bot_replies(asked))
    assert mo
