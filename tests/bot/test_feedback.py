"""Helpful or not: kept with one click, explained in a form, passed on to the officers where the person wants that."""

from __future__ import annotations

import logging

import pytest

from bot import actions
from bot.listeners.clicks import cited
from bot.render import feedback as forms
from bot.serve import Service
from corpus.model import Audience
from localslack.people import Person
from localslack.world import Message, View
from records.answers import Kept, Source
from records.feedback import Feedback
from tests.bot.anytown import QUESTIONS
from tests.bot.conftest import StartBot
from tests.bot.looking import answer_id, ask, at_rest, forge, form_of, read, whispers
from tests.bot.town import Town

pytestmark = pytest.mark.slow

LEVY, ROTA = QUESTIONS[Audience.PUBLIC], QUESTIONS[Audience.PRACTICE]
MERGER = "When should we first talk to the commissioner about a merger?"
SILENT = "Which colour should the waiting room be painted?"
NHS_NUMBER = "943 476 5919"


def votes(bot: Service, reply: Message) -> list[Feedback]:
    return bot.parts.records.feedback.of_answer(answer_id(reply))


def dislike(slack: Town, person: Person, reply: Message) -> View:
    """Press "Not helpful"; the form that comes."""
    person.clicks(reply, actions.FEEDBACK, "negative")
    return form_of(slack, person)


def test_one_click_is_kept_and_thanked_for_privately(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)

    mo.clicks(reply, actions.FEEDBACK, "positive")

    slack.wait_for(lambda: "I have noted that this helped" in whispers(slack, mo))
    assert [(vote.user, vote.helpful) for vote in votes(bot, reply)] == [(mo.id, True)]


def test_the_last_vote_of_a_person_counts(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)

    mo.clicks(reply, actions.FEEDBACK, "positive")
    dislike(slack, mo, reply)

    assert [vote.helpful for vote in votes(bot, reply)] == [False]


def test_the_causes_and_the_comment_of_the_form_are_kept(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)
    dislike(slack, mo, reply)

    mo.submits(values={forms.CAUSES: ["wrong", "out_of_date"], forms.COMMENT: "It is 45 pence since April."})

    slack.wait_for(lambda: "I have noted that this did not help" in whispers(slack, mo))
    [vote] = votes(bot, reply)
    assert (vote.causes, vote.comment, vote.tell_owner) == (
        ("wrong", "out_of_date"),
        "It is 45 pence since April.",
        False,
    )
    assert slack.posts("#officers") == []


def test_opening_the_form_again_does_not_take_back_what_was_written(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)
    dislike(slack, mo, reply)
    mo.submits(values={forms.CAUSES: ["unclear"]})

    dislike(slack, mo, reply)

    assert votes(bot, reply)[0].causes == ("unclear",)


def test_that_the_library_does_not_say_can_be_judged_too(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, SILENT)

    dislike(slack, mo, reply)

    assert [vote.helpful for vote in votes(bot, reply)] == [False]


def test_details_of_a_patient_are_refused_at_the_field_and_not_kept(
    slack: Town, bot: Service, caplog: pytest.LogCaptureFixture
) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)
    dislike(slack, mo, reply)

    with caplog.at_level(logging.DEBUG):
        mo.submits(values={forms.COMMENT: f"Patient {NHS_NUMBER} was charged."})

    assert mo.modal is not None
    assert mo.modal.errors == {forms.COMMENT: forms.NO_PATIENT_DATA_ERROR}
    assert votes(bot, reply)[0].comment == ""
    assert "943" not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))


def test_the_officers_are_told_with_document_contact_cause_and_comment_but_no_name(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, MERGER)
    dislike(slack, mo, reply)

    mo.submits(
        values={forms.CAUSES: ["out_of_date"], forms.COMMENT: "It is 30 weeks now.", forms.TELL_OWNER: [forms.TELL]}
    )

    [note] = slack.wait_for(lambda: slack.posts("#officers"))
    seen = read([note])
    assert all(word in seen for word in ("Guide to mergers", "the merger lead", "It is out of date", "30 weeks now"))
    assert "https://anytown-lmc.example/mergers.pdf" in seen
    assert mo.id not in seen
    slack.wait_for(lambda: "officers have been told" in whispers(slack, mo))


def test_the_note_names_no_document_that_not_everybody_in_the_officers_channel_may_read(
    slack: Town, bot: Service
) -> None:
    olu = slack.person("olu")
    reply = ask(slack, olu, QUESTIONS[Audience.CONFIDENTIAL])
    dislike(slack, olu, reply)

    olu.submits(values={forms.CAUSES: ["missing"], forms.TELL_OWNER: [forms.TELL]})

    [note] = slack.wait_for(lambda: slack.posts("#officers"))
    seen = read([note])
    assert "Zephyr" not in seen
    assert "1 document not named here" in seen


@pytest.mark.parametrize(
    ("then", "named", "hidden"),
    [
        ({"levy": "public", "merger": "practice"}, ["The LMC levy", "Guide to mergers"], 0),
        ({"levy": "officer"}, [], 1),  # only officers could read it when it was quoted
        ({"negotiation": "public"}, [], 1),  # only officers may read it now
        ({"gone": "public"}, [], 1),
    ],
)
def test_what_an_answer_quotes_is_named_to_those_who_could_and_can_read_it(
    bot: Service, then: dict[str, str], named: list[str], hidden: int
) -> None:
    sources = tuple(Source(n, f"anytown/{key}", "p1", 1, audience) for n, (key, audience) in enumerate(then.items(), 1))
    kept = Kept(
        id="a1", team="T1", channel="D1", thread_ts="", ts="", user="U1", role="officer", surface="direct", question="",
        outcome="answer", asked=bot.parts.records.database.now(), sources=sources,
    )  # fmt: skip

    found = cited(kept, Audience.PRACTICE, bot.parts)

    assert [document.title for document in found.documents] == named
    assert found.hidden == hidden


def test_the_note_is_posted_once_though_slack_loses_the_answer(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)
    dislike(slack, mo, reply)
    slack.fault("chat.postMessage", status=503, after_write=True)

    mo.submits(values={forms.CAUSES: ["wrong"], forms.TELL_OWNER: [forms.TELL]})

    at_rest(slack, bot)
    assert len(slack.posts("#officers")) == 1


def test_where_nobody_can_be_told_the_form_does_not_offer_it(slack: Town, start_bot: StartBot) -> None:
    start_bot(officers_channel="")
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)

    modal = dislike(slack, mo, reply)

    assert forms.TELL_OWNER not in [block.get("block_id") for block in modal.blocks]


def test_who_wanted_somebody_told_learns_that_there_is_nobody_any_more(slack: Town, start_bot: StartBot) -> None:
    first = start_bot()
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)
    dislike(slack, mo, reply)
    first.stop()
    second = start_bot(officers_channel="")

    mo.submits(values={forms.CAUSES: ["wrong"], forms.TELL_OWNER: [forms.TELL]})

    slack.wait_for(lambda: "There is no channel set up" in whispers(slack, mo))
    at_rest(slack, second)
    assert [(vote.user, vote.helpful) for vote in votes(second, reply)] == [(mo.id, False)]


def test_everybody_in_a_channel_may_judge_the_answer_that_stands_there(slack: Town, bot: Service) -> None:
    alice, pat = slack.person("alice"), slack.person("pat")
    reply = ask(slack, alice, LEVY, in_="#general")
    at_rest(slack, bot)

    alice.clicks(reply, actions.FEEDBACK, "positive")
    pat.clicks(reply, actions.FEEDBACK, "negative")

    slack.wait_for(lambda: pat.modal)
    assert {(vote.user, vote.helpful) for vote in votes(bot, reply)} == {(alice.id, True), (pat.id, False)}


def test_nobody_judges_an_answer_that_they_cannot_see(slack: Town, bot: Service) -> None:
    mo, pat = slack.person("mo"), slack.person("pat")
    reply = ask(slack, mo, ROTA)
    elsewhere = ask(slack, pat, LEVY)
    elsewhere.blocks[:] = reply.blocks  # a hostile client sends the value of another's button from its own channel

    pat.clicks(elsewhere, actions.FEEDBACK, "positive")
    forge(slack, slack.person("gus"), elsewhere, actions.FEEDBACK, "negative", pat)
    slack.settle()

    assert votes(bot, reply) == []
    assert "I no longer have this answer" in whispers(slack, pat)


def test_the_form_of_somebody_who_never_voted_is_not_kept(slack: Town, bot: Service) -> None:
    mo, pat = slack.person("mo"), slack.person("pat")
    reply = ask(slack, mo, ROTA)
    form = dislike(slack, mo, reply)

    slack.forge_submission(pat, form)
    slack.settle()

    assert [vote.user for vote in votes(bot, reply)] == [mo.id]


def test_a_vote_on_an_answer_that_is_not_kept_any_more_says_so(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    reply = ask(slack, mo, LEVY)
    at_rest(slack, bot)
    bot.parts.records.privacy.delete(slack.world.team.id, mo.id)

    mo.clicks(reply, actions.FEEDBACK, "positive")

    slack.wait_for(lambda: "I no longer have this answer" in whispers(slack, mo))
    assert votes(bot, reply) == []
