"""The service: health, metrics, waiting for what is in hand, and errors that people at the keyboard can mend."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import all_work
from bot.log import log_as_json
from bot.serve import Service, every, expire
from cli.main import main
from cli.serve import open_service
from corpus.errors import SettingsError
from corpus.model import Audience
from tests.bot.anytown import FACTS, QUESTIONS, settings_for
from tests.bot.conftest import StartBot
from tests.bot.town import Town


def read(service: Service, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{service.port}{path}", timeout=5) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.slow
def test_health_and_metrics_tell_how_the_service_is(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    slack.one_reply(mo.says(QUESTIONS[Audience.PUBLIC], in_=mo.dm))
    slack.wait_for(lambda: 'lmc_done_total{kind="question"} 1.0' in read(bot, "/metrics")[1])

    code, health = read(bot, "/health")
    metrics = read(bot, "/metrics")[1]

    assert code == 200
    assert json.loads(health)["status"] == "well"
    assert 'lmc_outcomes_total{outcome="answer"} 1.0' in metrics
    assert "lmc_acknowledge_seconds_count" in metrics
    assert FACTS[Audience.PUBLIC] not in metrics


@pytest.mark.slow
def test_health_says_when_slack_is_gone(slack: Town, bot: Service) -> None:
    slack.fault("apps.connections.open", status=503, times=1_000)
    slack.sockets.drop("rst")

    slack.wait_for(lambda: read(bot, "/health")[0] == 503, timeout_s=15)
    assert "no connection to Slack" in read(bot, "/health")[1]


@pytest.mark.slow
def test_a_stop_finishes_what_is_in_hand(slack: Town, start_bot: StartBot) -> None:
    service = start_bot()
    mo = slack.person("mo")
    slack.fault("chat.postMessage", delay_s=1.0, times=1)
    asked = mo.says(QUESTIONS[Audience.PUBLIC], in_=mo.dm)
    slack.wait_for(lambda: service.parts.records.inbox.state().claimed == 1)

    service.stop()

    assert len(slack.bot_replies(asked)) == 1


@pytest.mark.parametrize(
    ("missing", "named"), [("slack_bot_token", "SLACK_BOT_TOKEN"), ("slack_app_token", "SLACK_APP_TOKEN")]
)
def test_a_missing_token_is_named_with_where_to_find_it(slack: Town, tmp_path: Path, missing: str, named: str) -> None:
    settings = settings_for(slack, tmp_path, **{missing: None})

    with pytest.raises(SettingsError, match=rf"{named} is not set; docs/install-slack\.md"):
        open_service(settings)


def test_a_token_that_slack_refuses_is_told_in_a_sentence(slack: Town, tmp_path: Path) -> None:
    settings = settings_for(slack, tmp_path, slack_bot_token=SecretStr("xoxb-wrong"))

    with pytest.raises(SettingsError, match="Slack refuses SLACK_BOT_TOKEN"):
        open_service(settings)


def test_a_slack_that_cannot_be_reached_is_told_in_a_sentence(slack: Town, tmp_path: Path) -> None:
    settings = settings_for(slack, tmp_path, slack_api_url="http://127.0.0.1:9/api/")

    with pytest.raises(SettingsError, match=r"Slack cannot be reached at http://127\.0\.0\.1:9/api/"):
        open_service(settings)


def test_every_kind_of_item_has_one_worker() -> None:
    assert {"question", "files", "private_answer", "share", "relay", "privacy"} <= set(all_work())


def test_a_log_line_is_one_json_object() -> None:
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        log_as_json("INFO", stream)
        logging.getLogger("bot.test").info("posted", extra={"answer": "4f0c", "took_ms": 12})
    finally:
        root.handlers, root.level = before, level

    line = json.loads(stream.getvalue())
    assert line["message"] == "posted"
    assert line["answer"] == "4f0c"
    assert line["took_ms"] == 12


def test_a_chore_is_done_at_once_and_then_seldom() -> None:
    done: list[int] = []
    chore = every(3_600.0, lambda: done.append(1))

    chore()
    chore()

    assert done == [1]


@pytest.mark.slow
def test_what_is_kept_of_a_question_is_deleted_in_time(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    slack.one_reply(mo.says(QUESTIONS[Audience.PUBLIC], in_=mo.dm))
    slack.settle()
    (kept,) = bot.parts.records.answers.of_person(bot.parts.team, mo.id)
    in_time = dt.datetime.now(dt.UTC) + dt.timedelta(days=bot.parts.settings.retention_days - 1)
    too_old = in_time + dt.timedelta(days=2)

    expire(bot.parts, lambda: in_time)
    before = bot.parts.records.answers.get(kept.id)
    expire(bot.parts, lambda: too_old)
    after = bot.parts.records.answers.get(kept.id)

    assert before is not None
    assert before.question == QUESTIONS[Audience.PUBLIC]
    assert after is not None
    assert (after.question, after.text) == ("", "")


@pytest.mark.slow
def test_doctor_looks_at_slack_and_at_the_records(
    slack: Town, bot: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("slack_bot_token", "slack_app_token"):
        monkeypatch.setenv(name.upper(), getattr(slack, name.removeprefix("slack_")))
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)

    code = main(["doctor", "--data-dir", str(tmp_path / "data")])

    lines = capsys.readouterr().out
    assert code == 0
    assert f"slack: workspace {bot.parts.team}" in lines
    assert "ok     records: 0 items wait" in lines
