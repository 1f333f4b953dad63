"""Nobody reads what is not for them: every role, place, audience and action, and what each person sees afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from bot.render import ask as words
from bot.serve import Service
from corpus.model import Audience
from localslack.people import Person
from tests.bot.anytown import FACTS, QUESTIONS, ROLES, leaks, shown
from tests.bot.conftest import StartBot
from tests.bot.town import Town

pytestmark = pytest.mark.slow

# What everybody in a channel may read: its weakest member decides.
CLEARANCE = {
    "#general": Audience.PUBLIC,  # pat is in no group
    "#practice-managers": Audience.PRACTICE,
    "#officers": Audience.OFFICER,
    "#lobby": Audience.PUBLIC,  # gus is a guest
}
EVERYBODY = sorted(ROLES)


def what_people_see(slack: Town) -> Iterator[tuple[str, str]]:
    """Pairs of a person and all that the bot has shown them, anywhere."""
    for name in EVERYBODY:
        person = slack.person(name)
        for channel in slack.channels_of(person):
            for message in slack.messages(channel):
                if message.bot_id:
                    yield name, shown((message.text, message.blocks))
        for message in slack.ephemerals(person):
            yield name, shown((message.text, message.blocks))
        yield name, slack.screen(person)
        if person.home is not None:
            yield name, shown(person.home.body)


def _is_answered(slack: Town, person: Person, before: int) -> bool:
    seen = slack.ephemerals(person)
    return len(seen) > before and words.WORKING not in seen[-1].text


@pytest.mark.parametrize("name", EVERYBODY)
def test_in_a_direct_message_the_askers_role_decides(slack: Town, bot: Service, name: str) -> None:
    person = slack.person(name)
    for audience, question in QUESTIONS.items():
        reply = slack.one_reply(person.says(question, in_=person.dm))

        assert (FACTS[audience] in shown(reply.blocks)) is audience.admits(ROLES[name])
    assert leaks(what_people_see(slack)) == []


@pytest.mark.parametrize("channel", sorted(CLEARANCE))
def test_in_a_channel_its_weakest_reader_decides(slack: Town, bot: Service, channel: str) -> None:
    slack.allow("over-tier")  # twenty questions in a few seconds in one channel: Slack answers 429, the bot waits
    for name in EVERYBODY:
        person = slack.person(name)
        if channel not in slack.channels_of(person):
            continue
        for audience, question in QUESTIONS.items():
            reply = slack.one_reply(person.mentions(question, in_=channel))

            assert (FACTS[audience] in shown(reply.blocks)) is audience.admits(CLEARANCE[channel])
    slack.settle()
    assert leaks(what_people_see(slack)) == []


@pytest.mark.parametrize("name", ["alice", "olu", "mo", "pat"])
def test_a_command_shows_what_its_asker_may_read_to_the_asker_alone(slack: Town, bot: Service, name: str) -> None:
    person = slack.person(name)
    for audience, question in QUESTIONS.items():
        before = len(slack.ephemerals(person))
        person.runs("/ask", question, in_="#general")
        slack.wait_for(partial(_is_answered, slack, person, before))

        reply = slack.ephemerals(person)[-1]
        assert (FACTS[audience] in shown(reply.blocks)) is audience.admits(ROLES[name])
    assert leaks(what_people_see(slack)) == []


def test_the_replies_of_nothing_found_and_nothing_you_may_see_are_the_same(slack: Town, bot: Service) -> None:
    pat = slack.person("pat")
    hidden = slack.one_reply(pat.says(QUESTIONS[Audience.OFFICER], in_=pat.dm)).text
    absent = slack.one_reply(pat.says("What does a bicycle cost in Ruritania?", in_=pat.dm)).text

    def without_question(text: str) -> str:
        return text.replace(QUESTIONS[Audience.OFFICER], "Q").replace("What does a bicycle cost in Ruritania?", "Q")

    assert without_question(hidden) == without_question(absent)


def test_what_a_channel_may_not_read_goes_to_the_asker_who_may_and_the_channel_does_not_learn_of_it(
    slack: Town, bot: Service
) -> None:
    alice = slack.person("alice")
    hidden = slack.one_reply(alice.mentions(QUESTIONS[Audience.OFFICER], in_="#general")).text
    absent = slack.one_reply(alice.mentions("What does a bicycle cost in Ruritania?", in_="#general")).text

    slack.wait_for(lambda: FACTS[Audience.OFFICER] in shown(slack.messages(alice.dm)))
    assert hidden.replace(QUESTIONS[Audience.OFFICER], "Q") == absent.replace(
        "What does a bicycle cost in Ruritania?", "Q"
    )
    assert leaks(what_people_see(slack)) == []


def test_a_passage_opens_only_for_those_who_may_read_it(slack: Town, bot: Service) -> None:
    alice, pat = slack.person("alice"), slack.person("pat")
    reply = slack.one_reply(alice.mentions(QUESTIONS[Audience.OFFICER], in_="#officers"))
    slack.forge_click(pat, reply, "show_passage:1")

    slack.wait_for(lambda: slack.screen(pat))
    assert FACTS[Audience.OFFICER] not in slack.screen(pat)
    assert "Negotiation" not in slack.screen(pat)


def test_an_officers_answer_is_not_shared_where_others_read(slack: Town, bot: Service) -> None:
    alice = slack.person("alice")
    alice.runs("/ask", QUESTIONS[Audience.OFFICER], in_="#general")
    slack.wait_for(lambda: FACTS[Audience.OFFICER] in shown(slack.ephemerals(alice)))

    alice.clicks(slack.ephemerals(alice)[-1], "share_answer")

    slack.settle()
    assert leaks(what_people_see(slack)) == []
    assert FACTS[Audience.OFFICER] not in shown(slack.messages("#general"))


def test_nobody_shares_the_answer_of_somebody_else(slack: Town, bot: Service) -> None:
    mo, priya = slack.person("mo"), slack.person("priya")
    mo.runs("/ask", QUESTIONS[Audience.PRACTICE], in_="#practice-managers")
    slack.wait_for(lambda: FACTS[Audience.PRACTICE] in shown(slack.ephemerals(mo)))

    slack.forge_click(priya, slack.ephemerals(mo)[-1], "share_answer")

    slack.settle()
    assert FACTS[Audience.PRACTICE] not in shown(slack.messages("#practice-managers"))


def test_a_channel_shared_with_others_gets_a_refusal_with_its_reason(slack: Town, bot: Service) -> None:
    reply = slack.one_reply(slack.person("alice").mentions(QUESTIONS[Audience.PUBLIC], in_="#shared-icb"))

    assert FACTS[Audience.PUBLIC] not in shown(reply.blocks)
    assert "direct message" in reply.text


def test_a_shared_channel_that_is_allowed_by_name_gets_what_everybody_may_read(
    slack: Town, start_bot: StartBot
) -> None:
    start_bot(shared_channels=slack.channel("#shared-icb").id)
    alice = slack.person("alice")

    public = slack.one_reply(alice.mentions(QUESTIONS[Audience.PUBLIC], in_="#shared-icb"))
    officer = slack.one_reply(alice.mentions(QUESTIONS[Audience.OFFICER], in_="#shared-icb"))

    assert FACTS[Audience.PUBLIC] in shown(public.blocks)
    assert FACTS[Audience.OFFICER] not in shown(officer.blocks)


def test_somebody_who_joins_a_channel_lowers_what_it_may_read_at_once(slack: Town, bot: Service) -> None:
    alice, pat = slack.person("alice"), slack.person("pat")
    first = slack.one_reply(alice.mentions(QUESTIONS[Audience.OFFICER], in_="#officers"))
    assert FACTS[Audience.OFFICER] in shown(first.blocks)

    slack.add_member("#officers", pat)
    second = slack.one_reply(alice.mentions(QUESTIONS[Audience.OFFICER], in_="#officers"))

    assert FACTS[Audience.OFFICER] not in shown(second.blocks)


def test_somebody_who_loses_a_role_loses_what_it_showed(slack: Town, bot: Service) -> None:
    alice = slack.person("alice")
    reply = slack.one_reply(alice.says(QUESTIONS[Audience.OFFICER], in_=alice.dm))
    assert FACTS[Audience.OFFICER] in shown(reply.blocks)

    slack.set_group("S0OFFICERS", [])
    slack.settle()
    again = slack.one_reply(alice.says(QUESTIONS[Audience.OFFICER], in_=alice.dm))
    alice.clicks(reply, "show_passage:1")

    assert FACTS[Audience.OFFICER] not in shown(again.blocks)
    slack.wait_for(lambda: slack.screen(alice))
    assert FACTS[Audience.OFFICER] not in slack.screen(alice)


def test_a_withdrawn_document_is_not_shown_by_an_old_button(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = slack.one_reply(mo.says(QUESTIONS[Audience.PUBLIC], in_=mo.dm))

    bot.parts.desk.withdraw("anytown/levy", "wrong figure")
    mo.clicks(reply, "show_passage:1")

    slack.wait_for(lambda: slack.screen(mo))
    assert FACTS[Audience.PUBLIC] not in slack.screen(mo)
