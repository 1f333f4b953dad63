"""Asking a person: what is shared, who takes it, and that each word reaches whom it is for, once."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import pytest

from bot import actions
from bot.listeners import escalation
from bot.render import escalation as forms
from bot.serve import Service
from corpus.model import Audience
from localslack.people import Person
from localslack.world import Message
from records.escalations import CLAIMED, CLOSED, OPEN, Escalation
from records.inbox import Item
from tests.bot.anytown import QUESTIONS
from tests.bot.conftest import StartBot
from tests.bot.looking import ask, at_rest, forge, form_of, read, whispers
from tests.bot.town import Town

pytestmark = pytest.mark.slow

LEVY = QUESTIONS[Audience.PUBLIC]
SILENT = "Which colour should the waiting room be painted?"
WORDS = "May we paint the waiting room green before the inspection?"
OFFICERS = "#officers"
NHS_NUMBER = "943 476 5919"


def open_one(slack: Town, bot: Service, person: Person, reply: Message | None = None, words: str = WORDS) -> Message:
    """A question of somebody's for the officers; the post in their channel."""
    reply = reply or ask(slack, person, SILENT)
    before = len(mains(slack))
    person.clicks(reply, actions.ASK_PERSON)
    form_of(slack, person)
    person.submits(values={forms.TOPIC: "premises", forms.SHARED: words})
    slack.wait_for(lambda: len(mains(slack)) > before)
    slack.wait_for(lambda: the_one(bot).direct_channel)
    return mains(slack)[-1]


def mains(slack: Town) -> list[Message]:
    return [message for message in slack.posts(OFFICERS) if not message.is_reply]


def the_one(bot: Service) -> Escalation:
    """The only question that is not closed."""
    [found] = bot.parts.records.escalations.open_ones()
    return found


def by_id(bot: Service, found: Escalation) -> Escalation:
    now = bot.parts.records.escalations.get(found.id)
    assert now is not None
    return now


def claimed(slack: Town, bot: Service, asker: str = "mo", officer: str = "alice") -> tuple[Person, Person, Message]:
    """A question that an officer has taken: the asker, the officer, the post."""
    mo, alice = slack.person(asker), slack.person(officer)
    post = open_one(slack, bot, mo)
    alice.clicks(post, actions.ESCALATION_CLAIM)
    slack.wait_for(lambda: "has your question and will reply here" in read(direct(slack, mo)))
    return mo, alice, post


def direct(slack: Town, person: Person) -> list[Message]:
    """What the bot wrote to somebody."""
    return slack.posts(person.dm)


def in_thread(slack: Town, post: Message) -> str:
    return read(slack.replies(post))


# --- asking ------------------------------------------------------------------------------------------------------


def test_a_question_reaches_the_officers_once_and_the_asker_is_told_in_the_thread(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, SILENT)
    mo.clicks(reply, actions.ASK_PERSON)
    form = form_of(slack, mo)
    assert SILENT in str(form.body)
    mo.submits(values={forms.TOPIC: "premises", forms.URGENCY: forms.URGENT, forms.SHARED: WORDS})

    at_rest(slack, bot)
    [post] = mains(slack)
    assert WORDS in read([post])
    assert mo.id in read([post])
    told = slack.replies(reply)
    assert len(told) == 1
    assert "I have passed your question to the LMC's officers" in told[0].text
    found = the_one(bot)
    assert (found.state, found.urgent, found.topic, found.shared) == (OPEN, True, "premises", WORDS)


def test_the_form_shows_what_goes_along_and_the_post_shows_no_more(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)

    mo.clicks(reply, actions.ASK_PERSON)
    form = str(form_of(slack, mo).body)
    mo.closes()
    post = open_one(slack, bot, mo, reply)

    assert "The LMC levy" in form
    assert "42 pence" in form
    assert "The LMC levy" in read([post])
    assert LEVY not in read([post])  # the asker wrote something else over it


def test_the_officers_channel_learns_of_no_document_that_not_everybody_there_may_read(
    slack: Town, bot: Service
) -> None:
    olu = slack.person("olu")
    reply = ask(slack, olu, QUESTIONS[Audience.CONFIDENTIAL])

    post = open_one(slack, bot, olu, reply, words="Please phone me about this.")

    assert "Zephyr" not in read([post])
    assert "14 March" not in read([post])
    assert "1 document not named here" in read([post])


@pytest.mark.parametrize(
    ("words", "error"), [(f"It is about {NHS_NUMBER}", forms.NO_PATIENT_DATA_ERROR), ("   ", forms.EMPTY)]
)
def test_a_form_with_a_patient_or_without_words_is_refused_and_nothing_is_kept(
    slack: Town, bot: Service, words: str, error: str
) -> None:
    mo = slack.person("mo")
    mo.clicks(ask(slack, mo, SILENT), actions.ASK_PERSON)
    form_of(slack, mo)

    mo.submits(values={forms.TOPIC: "other", forms.SHARED: words})

    at_rest(slack, bot)
    assert form_of(slack, mo).errors == {forms.SHARED: error}
    assert bot.parts.records.escalations.open_ones() == []
    assert mains(slack) == []


def test_the_post_stands_once_though_slack_loses_its_answer(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, SILENT)
    slack.fault("chat.postMessage", status=503, after_write=True, times=2)

    open_one(slack, bot, mo, reply)

    at_rest(slack, bot)
    assert len(mains(slack)) == 1
    assert len(slack.replies(reply)) == 1


def test_a_question_from_a_channel_is_answered_by_direct_message(slack: Town, bot: Service) -> None:
    pat = slack.person("pat")
    reply = ask(slack, slack.person("mo"), SILENT, in_="#general")
    at_rest(slack, bot)

    open_one(slack, bot, pat, reply)

    at_rest(slack, bot)
    assert "I have passed your question" in read(direct(slack, pat))
    assert "passed your question" not in read(slack.posts("#general"))


def test_nobody_asks_about_an_answer_that_they_cannot_see(slack: Town, bot: Service) -> None:
    mo, pat = slack.person("mo"), slack.person("pat")
    reply = ask(slack, mo, QUESTIONS[Audience.PRACTICE])
    other = ask(slack, pat, SILENT)
    other.blocks[:] = reply.blocks  # a hostile client sends the value of another's button from its own channel

    pat.clicks(other, actions.ASK_PERSON)
    mo.clicks(reply, actions.ASK_PERSON)
    slack.forge_submission(pat, form_of(slack, mo))

    at_rest(slack, bot)
    assert pat.modal is None
    assert "I no longer have this answer" in whispers(slack, pat)
    assert bot.parts.records.escalations.open_ones() == []


def test_without_an_officers_channel_an_old_button_says_so(slack: Town, start_bot: StartBot) -> None:
    first = start_bot()
    mo = slack.person("mo")
    reply = ask(slack, mo, SILENT)
    first.stop()
    second = start_bot(officers_channel="")

    mo.clicks(reply, actions.ASK_PERSON)

    slack.wait_for(lambda: "There is no channel of LMC officers" in whispers(slack, mo))
    at_rest(slack, second)
    assert mo.modal is None
    assert second.parts.records.escalations.open_ones() == []


def test_nothing_is_posted_in_an_officers_channel_that_strangers_read(slack: Town, start_bot: StartBot) -> None:
    bot = start_bot()
    mo = slack.person("mo")
    reply = ask(slack, mo, SILENT)
    mo.clicks(reply, actions.ASK_PERSON)
    form_of(slack, mo)
    slack.channel(OFFICERS).is_ext_shared = True
    bot.parts.people.forget_place(slack.channel(OFFICERS).id)

    mo.submits(values={forms.TOPIC: "other", forms.SHARED: WORDS})

    slack.wait_for(lambda: "I could not pass on your question" in read(direct(slack, mo)))
    slack.wait_for(lambda: not bot.parts.records.escalations.open_ones())
    assert slack.posts(OFFICERS) == []


# --- taking, passing on, closing ---------------------------------------------------------------------------------


def test_the_first_officer_gets_it_and_the_second_is_told(slack: Town, bot: Service) -> None:
    mo, alice, olu = slack.person("mo"), slack.person("alice"), slack.person("olu")
    post = open_one(slack, bot, mo)
    slack.fault("chat.update", delay_s=0.5)

    alice.clicks(post, actions.ESCALATION_CLAIM)
    olu.clicks(post, actions.ESCALATION_CLAIM)

    slack.wait_for(lambda: "has taken this question already" in whispers(slack, olu))
    at_rest(slack, bot)
    assert (the_one(bot).state, the_one(bot).officer) == (CLAIMED, alice.id)
    assert read(direct(slack, mo)).count("has your question and will reply here") == read(
        [message for message in direct(slack, mo) if alice.id in read([message])]
    ).count("has your question and will reply here")
    assert f"{alice.id}" in read([post])
    assert "passed on to" in in_thread(slack, post)


def test_only_officers_of_the_channel_act_whatever_they_send(slack: Town, bot: Service) -> None:
    mo, alice, pat = slack.person("mo"), slack.person("alice"), slack.person("pat")
    post = open_one(slack, bot, mo)
    slack.add_member(OFFICERS, pat)

    pat.clicks(post, actions.ESCALATION_CLAIM)
    forge(slack, mo, post, actions.ESCALATION_CLAIM, None, alice)
    forge(slack, mo, post, actions.ESCALATION_CLOSE, None, alice)
    pat.clicks(post, actions.ESCALATION_ASSIGN)

    at_rest(slack, bot)
    assert the_one(bot).state == OPEN
    assert pat.modal is None
    assert "Only LMC officers can do that" in whispers(slack, pat)


def test_an_officer_who_has_left_the_channel_cannot_act(slack: Town, bot: Service) -> None:
    mo, alice = slack.person("mo"), slack.person("alice")
    post = open_one(slack, bot, mo)
    alice.leaves(OFFICERS)

    forge(slack, alice, post, actions.ESCALATION_CLAIM, None, slack.person("olu"))

    at_rest(slack, bot)
    assert the_one(bot).state == OPEN


def test_passing_on_to_somebody_who_is_no_officer_is_refused_at_the_field(slack: Town, bot: Service) -> None:
    _, alice, post = claimed(slack, bot)
    slack.add_member(OFFICERS, slack.person("pat"))
    alice.clicks(post, actions.ESCALATION_ASSIGN)
    form_of(slack, alice)

    alice.submits(values={forms.OFFICER: "pat"})

    at_rest(slack, bot)
    assert form_of(slack, alice).errors == {forms.OFFICER: forms.NOT_AN_OFFICER}
    assert the_one(bot).officer == alice.id


def test_after_passing_on_only_the_new_officer_is_heard(slack: Town, bot: Service) -> None:
    slack.allow("two-answers")
    mo, alice, post = claimed(slack, bot)
    bea = slack.person("bea")
    alice.clicks(post, actions.ESCALATION_ASSIGN)
    form_of(slack, alice)
    alice.submits(values={forms.OFFICER: "bea"})
    slack.wait_for(lambda: "has your question now" in read(direct(slack, mo)))

    alice.says("This is mine no longer.", OFFICERS, thread=post)
    bea.says("Green is fine.", OFFICERS, thread=post)

    slack.wait_for(lambda: "Green is fine." in read(direct(slack, mo)))
    at_rest(slack, bot)
    assert "mine no longer" not in read(direct(slack, mo))
    assert the_one(bot).officer == bea.id


def test_closing_tells_both_sides_and_the_bot_answers_in_that_thread_again(slack: Town, bot: Service) -> None:
    mo, alice, post = claimed(slack, bot)
    found = the_one(bot)

    alice.clicks(post, actions.ESCALATION_CLOSE)
    slack.wait_for(lambda: "closed your question" in read(direct(slack, mo)))
    slack.wait_for(lambda: "Nothing more is passed on" in in_thread(slack, post))
    asked = mo.says(LEVY, thread=found.direct_thread_ts)

    slack.wait_for(lambda: "42 pence" in read(slack.replies(asked)))
    at_rest(slack, bot)
    assert by_id(bot, found).state == CLOSED
    assert LEVY not in in_thread(slack, post)
    assert actions.ESCALATION_CLAIM not in read([post])


def test_a_closed_question_is_neither_taken_nor_replied_to(slack: Town, bot: Service) -> None:
    mo, alice, post = claimed(slack, bot)
    old = Message(**{name: getattr(post, name) for name in ("channel", "ts", "user", "text", "team", "blocks")})
    alice.clicks(post, actions.ESCALATION_REPLY)
    form = form_of(slack, alice)
    olu = slack.person("olu")
    olu.clicks(post, actions.ESCALATION_CLOSE)
    slack.wait_for(lambda: "closed your question" in read(direct(slack, mo)))

    alice.submits(form, {forms.REPLY: "Too late."})
    forge(slack, olu, old, actions.ESCALATION_CLOSE, None, olu)
    alice.says("Is it too late?", OFFICERS, thread=post)

    slack.wait_for(lambda: "This question is closed" in whispers(slack, alice))
    slack.wait_for(lambda: "This question is closed" in whispers(slack, olu))
    at_rest(slack, bot)
    assert "too late" not in read(direct(slack, mo)).lower()


# --- words passed on ---------------------------------------------------------------------------------------------


def test_words_go_both_ways_once_labelled_as_whose_they_are(slack: Town, bot: Service) -> None:
    slack.allow("two-answers")
    mo, alice, post = claimed(slack, bot)
    slack.disturb(copies=2, times=1_000)

    alice.says("Green is fine, but *not* the door.", OFFICERS, thread=post)
    slack.wait_for(lambda: "not* the door" in read(direct(slack, mo)))
    mo.says("Thank you! And the ceiling?", thread=the_one(bot).direct_thread_ts)

    slack.wait_for(lambda: "And the ceiling?" in in_thread(slack, post))
    at_rest(slack, bot)
    words = [message for message in direct(slack, mo) if "Green is fine" in read([message])]
    assert len(words) == 1
    assert words[0].thread_ts == the_one(bot).direct_thread_ts
    assert alice.id in read(words)
    assert "LMC officer" in read(words)
    back = [message for message in slack.replies(post) if "And the ceiling?" in read([message])]
    assert len(back) == 1
    assert mo.id in read(back)


def test_what_other_officers_say_among_themselves_stays_there(slack: Town, bot: Service) -> None:
    mo, _, post = claimed(slack, bot)

    olu = slack.person("olu")
    olu.says("I would not tell them about the roof.", OFFICERS, thread=post)

    at_rest(slack, bot)
    assert "roof" not in read(direct(slack, mo))
    assert whispers(slack, olu) == ""  # and the bot does not butt in


def test_who_writes_before_taking_it_is_told_that_nobody_heard(slack: Town, bot: Service) -> None:
    mo, alice = slack.person("mo"), slack.person("alice")
    post = open_one(slack, bot, mo)

    alice.says("Yes, go ahead.", OFFICERS, thread=post)

    slack.wait_for(lambda: "nobody has taken the question yet" in whispers(slack, alice))
    at_rest(slack, bot)
    assert "go ahead" not in read(direct(slack, mo))


def test_a_mention_in_the_officers_thread_asks_the_library_and_is_not_passed_on(slack: Town, bot: Service) -> None:
    mo, alice, post = claimed(slack, bot)
    slack.allow_links("anytown-lmc.example")

    asked = alice.mentions(LEVY, OFFICERS, thread=post)

    slack.wait_for(lambda: "42 pence" in read(slack.replies(asked)))
    at_rest(slack, bot)
    assert "levy" not in read(direct(slack, mo)[1:])


def test_the_form_replies_and_the_other_officers_see_what_was_said(slack: Town, bot: Service) -> None:
    mo, alice, post = claimed(slack, bot)
    alice.clicks(post, actions.ESCALATION_REPLY)
    form_of(slack, alice)

    alice.submits(values={forms.REPLY: "Green is fine."})

    slack.wait_for(lambda: "Green is fine." in read(direct(slack, mo)))
    slack.wait_for(lambda: "Green is fine." in in_thread(slack, post))
    at_rest(slack, bot)
    assert len([message for message in direct(slack, mo) if "Green is fine." in message.text]) == 1


def test_only_who_has_it_gets_the_form_to_reply(slack: Town, bot: Service) -> None:
    _, alice, post = claimed(slack, bot)
    olu = slack.person("olu")
    alice.clicks(post, actions.ESCALATION_REPLY)
    form = form_of(slack, alice)

    olu.clicks(post, actions.ESCALATION_REPLY)
    slack.forge_submission(olu, form)

    slack.wait_for(lambda: "has this question" in whispers(slack, olu))
    at_rest(slack, bot)
    assert olu.modal is None


def test_no_patient_is_passed_on_in_either_direction(
    slack: Town, bot: Service, caplog: pytest.LogCaptureFixture
) -> None:
    mo, alice, post = claimed(slack, bot)

    with caplog.at_level(logging.INFO):
        alice.says(f"Is it about {NHS_NUMBER}?", OFFICERS, thread=post)
        mo.says(f"Yes, NHS number {NHS_NUMBER}.", thread=the_one(bot).direct_thread_ts)
        slack.wait_for(lambda: "details of a patient" in whispers(slack, alice))
        slack.wait_for(lambda: "details of a patient" in whispers(slack, mo))
        at_rest(slack, bot)

    assert NHS_NUMBER not in read(direct(slack, mo))
    assert NHS_NUMBER not in in_thread(slack, post)
    ours = [
        record for record in caplog.records if not record.name.startswith(("slack", "asyncio", "urllib3", "aiohttp"))
    ]
    assert not [record for record in ours if "943" in record.getMessage() + str(record.__dict__)]


def test_attachments_are_not_passed_on_and_the_writer_is_told(slack: Town, bot: Service) -> None:
    mo, alice, post = claimed(slack, bot)

    alice.uploads("plan.pdf", b"%PDF-1.4", "See the plan.", OFFICERS, thread=post)

    slack.wait_for(lambda: "I do not pass on attachments" in whispers(slack, alice))
    slack.wait_for(lambda: "See the plan." in read(direct(slack, mo)))
    assert not any(message.files for message in direct(slack, mo))


def test_a_message_that_is_too_long_to_be_kept_is_not_cut_in_silence(slack: Town, bot: Service) -> None:
    mo, alice, post = claimed(slack, bot)

    alice.says("No. " * 600, OFFICERS, thread=post)

    slack.wait_for(lambda: "Send it in several parts" in whispers(slack, alice))
    at_rest(slack, bot)
    assert "No. No." not in read(direct(slack, mo))


def test_markup_in_words_that_are_passed_on_stays_words(slack: Town, bot: Service) -> None:
    mo, _, post = claimed(slack, bot)
    # The lint reads rich_text too, in which nothing is markup.
    slack.allow("broadcast-mention", "link-host")

    mo.says("<!channel> see *this* & <https://evil.example|that>", thread=the_one(bot).direct_thread_ts)

    slack.wait_for(lambda: "see *this*" in in_thread(slack, post))
    assert "<!channel>" not in "".join(message.text for message in slack.replies(post))


def test_no_words_stand_in_the_log(slack: Town, bot: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        mo, alice, post = claimed(slack, bot)
        alice.says("Green is fine.", OFFICERS, thread=post)
        slack.wait_for(lambda: "Green is fine." in read(direct(slack, mo)))

    for record in caplog.records:
        assert "waiting room" not in str(record.__dict__)
        assert "Green is fine" not in str(record.__dict__)


@pytest.mark.parametrize("trouble", [{"status": 503, "after_write": True}, {"status": 429}, {"reset": True}])
def test_words_arrive_once_whatever_goes_wrong_on_the_way(slack: Town, bot: Service, trouble: dict[str, Any]) -> None:
    mo, alice, post = claimed(slack, bot)
    slack.fault("chat.postMessage", times=2, **trouble)

    alice.says("Green is fine.", OFFICERS, thread=post)

    slack.wait_for(lambda: "Green is fine." in read(direct(slack, mo)), 15.0)
    at_rest(slack, bot)
    assert len([message for message in direct(slack, mo) if "Green is fine." in message.text]) == 1


def test_taking_it_is_told_once_though_slack_fails_in_the_middle(slack: Town, bot: Service) -> None:
    mo, alice = slack.person("mo"), slack.person("alice")
    post = open_one(slack, bot, mo)
    slack.fault("chat.update", status=503)
    slack.fault("chat.postMessage", status=503, after_write=True)

    alice.clicks(post, actions.ESCALATION_CLAIM)

    slack.wait_for(lambda: "has your question and will reply here" in read(direct(slack, mo)), 15.0)
    at_rest(slack, bot)
    assert len([message for message in slack.replies(post) if "passed on to" in message.text]) == 1
    assert len([message for message in direct(slack, mo) if "has your question" in message.text]) == 1
    assert alice.id in read([post])


def test_officers_learn_that_an_asker_cannot_be_written_to(slack: Town, bot: Service) -> None:
    pat = slack.person("pat")
    reply = ask(slack, slack.person("mo"), SILENT, in_="#general")
    at_rest(slack, bot)
    slack.fault("conversations.open", error="user_disabled", times=10)
    pat.clicks(reply, actions.ASK_PERSON)
    form_of(slack, pat)

    pat.submits(values={forms.TOPIC: "other", forms.SHARED: WORDS})

    slack.wait_for(lambda: mains(slack) and "cannot write to the asker" in in_thread(slack, mains(slack)[0]))
    at_rest(slack, bot)
    assert [one.user for one in bot.parts.records.escalations.open_ones()] == [pat.id]
    assert len(mains(slack)) == 1


def test_delete_my_data_in_that_thread_is_no_word_for_the_officers(slack: Town, bot: Service) -> None:
    mo, _, post = claimed(slack, bot)

    asked = mo.says("delete my data", thread=the_one(bot).direct_thread_ts)

    slack.wait_for(lambda: actions.DELETE_DATA in read(slack.replies(asked)))
    at_rest(slack, bot)
    assert "delete my data" not in in_thread(slack, post)


# --- waiting too long --------------------------------------------------------------------------------------------


def test_officers_are_reminded_once_in_each_period_until_somebody_takes_it(
    slack: Town, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = start_bot(escalation_hours=24.0)
    mo, alice = slack.person("mo"), slack.person("alice")
    post = open_one(slack, bot, mo)
    database, began = bot.parts.records.database, dt.datetime.now(dt.UTC)

    def after(hours: float) -> int:
        """How often the officers were reminded so many hours later."""
        monkeypatch.setattr(database, "now", lambda: began + dt.timedelta(hours=hours))
        for _ in range(3):
            escalation.remind(bot.parts)
        monkeypatch.setattr(database, "now", lambda: dt.datetime.now(dt.UTC))
        at_rest(slack, bot)
        return in_thread(slack, post).count('Please take it, pass it on, or close it."')

    slack.allow("two-answers")
    assert after(1) == 0
    assert after(25) == 1
    assert after(26) == 1
    assert after(50) == 2
    found = the_one(bot)
    alice.clicks(post, actions.ESCALATION_CLAIM)
    at_rest(slack, bot)
    # A reminder that was on its way when somebody took the question.
    left = {"team": found.team, "user": "", "surface": "home", "escalation": found.id}
    escalation.work_reminder(Item("late", escalation.REMIND, left, 1, dt.datetime.now(dt.UTC)), bot.parts)
    assert after(80) == 2
