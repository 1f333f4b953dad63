"""Ways past the bot's promises that reading found: each was open once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from bot import actions
from bot.serve import Service
from corpus.model import Audience
from tests.bot.anytown import FACTS, QUESTIONS, leaks, shown
from tests.bot.looking import answer_id, at_rest, whispers
from tests.bot.test_audience_matrix import what_people_see
from tests.bot.town import Town

pytestmark = pytest.mark.slow

LEVY, OFFICERS = QUESTIONS[Audience.PUBLIC], QUESTIONS[Audience.OFFICER]
FACT, SECRET = FACTS[Audience.PUBLIC], FACTS[Audience.OFFICER]
PHQ = "What is PHQ?"


def asked_with_a_supplement(slack: Town) -> Any:
    """A question of an officer's in #general: silent there, answered to her alone; the channel's reply."""
    alice = slack.person("alice")
    reply = slack.one_reply(alice.mentions(OFFICERS, in_="#general"))
    slack.wait_for(lambda: SECRET in shown(slack.messages(alice.dm)))
    return reply


# --- what the channel may not read -------------------------------------------------------------------------------


def test_the_private_supplement_leaves_the_channels_own_answer_as_it_was(slack: Town, bot: Service) -> None:
    pat = slack.person("pat")
    reply = asked_with_a_supplement(slack)

    kept = bot.parts.records.answers.get(answer_id(reply))

    assert kept is not None
    assert (kept.outcome, kept.role, kept.sources) == ("no_answer", "public", ())
    assert kept.reply_channel == slack.channel("#general").id
    pat.clicks(reply, actions.FEEDBACK, "positive")
    slack.wait_for(lambda: "I have noted that this helped" in whispers(slack, pat))


def test_a_supplement_that_cannot_be_delivered_is_seen_by_nobody_else(slack: Town, bot: Service) -> None:
    alice, pat = slack.person("alice"), slack.person("pat")
    slack.fault("conversations.open", error="user_disabled", times=20)
    reply = slack.one_reply(alice.mentions(OFFICERS, in_="#general"))
    slack.wait_for(lambda: bot.parts.records.inbox.state().failed == 1)

    pat.clicks(reply, actions.ASK_PERSON)

    slack.wait_for(lambda: slack.screen(pat))
    assert leaks(what_people_see(slack)) == []


# --- one reply ---------------------------------------------------------------------------------------------------


def test_an_edit_while_the_question_is_answered_makes_no_second_reply(
    slack: Town, bot: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo, poster = slack.person("mo"), bot.parts.poster
    edited, posting, post = threading.Event(), threading.Event(), poster.post

    def slowly(*given: Any, **named: Any) -> Any:
        if not posting.is_set():
            posting.set()
            edited.wait(10.0)
        return post(*given, **named)

    monkeypatch.setattr(type(poster), "post", lambda _, *given, **named: slowly(*given, **named))
    asked = mo.says("What is the salary of a practice manager in Leeds?", in_=mo.dm, wait=False)
    assert posting.wait(10.0)
    mo.edits(asked, LEVY)
    threading.Timer(2.0, edited.set).start()

    slack.wait_for(lambda: FACT in shown([reply.text for reply in slack.bot_replies(asked)]))
    slack.settle()
    assert len(slack.bot_replies(asked)) == 1


def test_an_edit_after_the_answer_was_taken_back_is_answered_anew(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    asked = mo.says("What is the salary of a practice manager in Leeds?", in_=mo.dm)
    mo.clicks(slack.one_reply(asked), actions.DELETE_ANSWER)
    slack.wait_for(lambda: not slack.bot_replies(asked))

    mo.edits(asked, LEVY)

    assert FACT in slack.one_reply(asked).text


def test_a_meaning_chosen_under_a_command_is_answered_where_the_bot_is_not(slack: Town, bot: Service) -> None:
    alice = slack.person("alice")
    slack.world.channels[slack.channel("#officers").id].members.remove(bot.parts.bot_user)
    alice.runs("/ask", PHQ, in_="#officers")
    slack.wait_for(lambda: "Which do you mean" in shown(slack.ephemerals(alice)))

    alice.clicks(slack.ephemerals(alice)[-1], "choose_meaning:0")

    slack.wait_for(lambda: slack.messages(alice.dm))
    assert "cannot see who reads" not in shown(slack.messages(alice.dm))


@pytest.mark.parametrize("button", [actions.DELETE_ANSWER, "choose_meaning:0"])
def test_a_button_under_a_forgotten_answer_says_so(slack: Town, bot: Service, button: str) -> None:
    mo = slack.person("mo")
    asked = mo.says(PHQ, in_=mo.dm)
    reply = slack.one_reply(asked)
    at_rest(slack, bot)
    bot.parts.records.privacy.delete(bot.parts.team, mo.id)

    mo.clicks(reply, button)

    slack.wait_for(lambda: "no longer have this answer" in whispers(slack, mo))
    at_rest(slack, bot)
    assert slack.bot_replies(asked) == [reply]


def test_a_slash_me_message_is_a_question_too(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    slack.sends(
        {"type": "message", "subtype": "me_message", "channel": mo.dm.id, "channel_type": "im", "user": mo.id,
         "text": LEVY, "ts": "1700000000.000100"}, mo.id,
    )  # fmt: skip

    slack.wait_for(lambda: FACT in shown(slack.messages(mo.dm)))
    at_rest(slack, bot)
    assert sum(FACT in message.text for message in slack.posts(mo.dm)) == 1


def test_what_nobody_can_be_told_of_is_given_up(slack: Town, bot: Service) -> None:
    mo, parts = slack.person("mo"), bot.parts
    slack.fault("conversations.open", error="user_disabled", times=50)
    parts.records.inbox.receive(["share:x"], "share", {"user": mo.id, "team": parts.team})  # cannot be done
    parts.wake()

    slack.wait_for(lambda: parts.records.inbox.state().failed == 1)
    at_rest(slack, bot)
    assert parts.records.inbox.state().failed == 1
    assert slack.posts() == []


# --- what a click may name ---------------------------------------------------------------------------------------


def test_the_asker_takes_back_their_own_answer_and_no_other_message(slack: Town, bot: Service) -> None:
    alice, mo = slack.person("alice"), slack.person("mo")
    hers = alice.mentions(LEVY, in_="#general")
    reply = slack.one_reply(hers)
    own = slack.one_reply(mo.says(LEVY, in_=mo.dm))

    slack.forge_click(mo, reply, actions.DELETE_ANSWER, actions.value(a=answer_id(own)))

    slack.settle()
    assert len(slack.bot_replies(hers)) == 1


def test_a_choice_is_not_made_from_outside_of_the_channel(slack: Town, bot: Service) -> None:
    alice, pat = slack.person("alice"), slack.person("pat")
    asked = alice.mentions(PHQ, in_="#officers")
    reply = slack.one_reply(asked)

    slack.forge_click(pat, reply, "choose_meaning:0")

    slack.settle()
    assert len(slack.bot_replies(asked)) == 1


# --- patients' details -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", ["<943 476 5919|the number>", "<@943 476 5919>", "9\u200b43 476 5919"])
def test_an_identifier_is_seen_through_what_looks_like_markup(slack: Town, bot: Service, hidden: str) -> None:
    mo = slack.person("mo")
    reply = slack.one_reply(mo.says(LEVY, in_=mo.dm))
    mo.clicks(reply, actions.ASK_PERSON)
    slack.wait_for(lambda: slack.screen(mo))

    mo.submits(mo.modal, {"shared": f"Who helps? {hidden}", "topic": "other"})

    slack.settle()
    assert bot.parts.records.escalations.open_ones() == []
