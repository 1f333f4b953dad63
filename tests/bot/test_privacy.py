"""What is held about a person: theirs for the asking, gone when they say so and confirm it."""

from __future__ import annotations

import json

import pytest

from bot import actions
from bot.listeners.privacy import wants
from bot.render import privacy as forms
from bot.render.escalation import SHARED, TOPIC
from bot.serve import Service
from corpus.model import Audience
from localslack.people import Person
from localslack.sample import BOT_SCOPES
from tests.bot.anytown import QUESTIONS
from tests.bot.looking import answer_id, ask, at_rest, form_of, read
from tests.bot.town import Town

LEVY, ROTA = QUESTIONS[Audience.PUBLIC], QUESTIONS[Audience.PRACTICE]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("export my data", "export"),
        ("Please export my data!", "export"),
        ("Can I have a copy of my data?", "export"),
        ("send me all of my personal data, please", "export"),
        ("delete my data", "delete"),
        ("DELETE ALL MY DATA.", "delete"),
        ("I’d like you to erase my data", "delete"),
        ("May a practice delete my data?", ""),
        ("How do we export patient data?", ""),
        ("delete the data", ""),
        ("my data", ""),
        ("", ""),
    ],
)
def test_only_a_request_for_ones_own_data_is_one(text: str, wanted: str) -> None:
    assert wants(text) == wanted


def sent_files(slack: Town, person: Person) -> list[str]:
    """The files that the bot sent to somebody, as text."""
    return [
        found.data.decode() for message in slack.posts(person.dm) for found in message.files
    ]  # fmt: skip


@pytest.mark.slow
def test_export_my_data_sends_the_file_with_ones_own_questions_only(slack: Town, bot: Service) -> None:
    mo, pat = slack.person("mo"), slack.person("pat")
    ask(slack, mo, ROTA)
    ask(slack, pat, LEVY)

    asked = mo.says("Please export my data!")

    [text] = slack.wait_for(lambda: sent_files(slack, mo))
    held = json.loads(text)
    assert [row["question"] for row in held["answers"]] == [ROTA]
    assert {row["user"] for row in held["answers"]} == {mo.id}
    assert "1 question and its answer" in read(slack.replies(asked))
    at_rest(slack, bot)
    assert len(sent_files(slack, mo)) == 1
    assert bot.parts.records.audit.recent(1)[0].action == "person.exported"


@pytest.mark.slow
def test_the_button_on_home_exports_by_direct_message(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    mo.opens_home()
    slack.wait_for(lambda: mo.home)
    assert mo.home is not None

    mo.clicks(mo.home, actions.EXPORT_DATA)

    slack.wait_for(lambda: sent_files(slack, mo))


@pytest.mark.slow
def test_where_files_may_not_be_sent_the_summary_comes_with_what_to_do(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    ask(slack, mo, ROTA)
    slack.set_scopes(*(BOT_SCOPES - {"files:write"}))

    asked = mo.says("export my data")

    slack.wait_for(lambda: "I may not send files" in read(slack.replies(asked)))
    assert "1 question and its answer" in read(slack.replies(asked))


@pytest.mark.slow
def test_the_file_comes_once_though_slack_loses_its_answer(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    ask(slack, mo, ROTA)
    slack.fault("files.completeUploadExternal", status=503, after_write=True)

    mo.says("export my data")

    slack.wait_for(lambda: sent_files(slack, mo))
    at_rest(slack, bot)
    assert len(sent_files(slack, mo)) == 1


@pytest.mark.slow
def test_delete_my_data_asks_first_and_then_leaves_nothing_of_that_person(slack: Town, bot: Service) -> None:
    mo, pat = slack.person("mo"), slack.person("pat")
    reply = ask(slack, mo, ROTA)
    mo.clicks(reply, actions.FEEDBACK, "positive")
    ask(slack, pat, LEVY)
    records, team = bot.parts.records, slack.world.team.id

    asked = mo.says("delete my data")
    question = slack.one_reply(asked)
    assert forms.IN_SLACK in read([question])
    assert records.answers.of_person(team, mo.id)
    mo.clicks(question, actions.DELETE_DATA)
    form_of(slack, mo)
    mo.submits()

    slack.wait_for(lambda: "I have deleted what I held about you" in read(slack.posts(mo.dm)))
    at_rest(slack, bot)
    assert records.answers.get(answer_id(reply)) is None
    assert records.answers.of_person(team, mo.id) == []
    held = records.privacy.export(team, mo.id)
    assert not any(ROTA in json.dumps(rows, ensure_ascii=False) for rows in held.values())
    assert [kept.question for kept in records.answers.of_person(team, pat.id)] == [LEVY]


@pytest.mark.slow
def test_nothing_is_deleted_while_the_form_is_not_sent(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    ask(slack, mo, ROTA)
    question = slack.one_reply(mo.says("delete my data"))
    mo.clicks(question, actions.DELETE_DATA)
    form_of(slack, mo)

    mo.closes()

    at_rest(slack, bot)
    assert bot.parts.records.answers.of_person(slack.world.team.id, mo.id)


@pytest.mark.slow
def test_somebody_elses_form_deletes_only_the_data_of_who_sends_it(slack: Town, bot: Service) -> None:
    mo, pat = slack.person("mo"), slack.person("pat")
    ask(slack, mo, ROTA)
    ask(slack, pat, LEVY)
    question = slack.one_reply(mo.says("delete my data"))
    mo.clicks(question, actions.DELETE_DATA)

    slack.forge_submission(pat, form_of(slack, mo))

    slack.wait_for(lambda: "I have deleted" in read(slack.posts(pat.dm)))
    at_rest(slack, bot)
    assert bot.parts.records.answers.of_person(slack.world.team.id, mo.id)


@pytest.mark.slow
def test_deleting_closes_what_officers_were_asked_and_tells_them(slack: Town, bot: Service) -> None:
    mo, alice = slack.person("mo"), slack.person("alice")
    mo.clicks(ask(slack, mo, "Which colour should the waiting room be painted?"), actions.ASK_PERSON)
    form_of(slack, mo)
    mo.submits(values={TOPIC: "other", SHARED: "May we paint it green?"})
    [post] = slack.wait_for(lambda: slack.posts("#officers"))
    slack.wait_for(lambda: bot.parts.records.escalations.open_ones()[0].direct_channel)
    mo.clicks(slack.one_reply(mo.says("delete my data")), actions.DELETE_DATA)
    form_of(slack, mo)

    mo.submits()

    slack.wait_for(lambda: "I have deleted" in read(slack.posts(mo.dm)))
    at_rest(slack, bot)
    assert "had their data deleted" in read(slack.replies(post))
    assert "paint it green" not in read([post])
    assert actions.ESCALATION_CLAIM not in read([post])
    alice.says("Hello?", "#officers", thread=post)
    at_rest(slack, bot)
    assert "Hello?" not in read(slack.posts(mo.dm))
