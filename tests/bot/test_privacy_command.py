"""`lmc privacy` and `lmc audit`: what an administrator does for somebody who asks, and what is noted of it."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cli.main import main
from cli.settings import Settings
from cli.wire import records_url
from records.answers import Kept
from records.open import Records
from tests.bot.town import Town

TEAM, MO, PAT = "T0ANYTOWN", "U0MO", "U0PAT"
NOW = dt.datetime.now(dt.UTC)


def answer(user: str, question: str, asked: dt.datetime = NOW) -> Kept:
    return Kept(
        id=f"{user}-{question}", team=TEAM, channel="D1", thread_ts="1.0", ts="1.0", user=user, role="public",
        surface="direct", question=question, outcome="no_answer", asked=asked,
    )  # fmt: skip


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with Records.open(records_url(Settings.model_validate({"data_dir": tmp_path}))) as records:
        records.answers.keep(answer(MO, "May we close our list?"))
        records.answers.keep(answer(PAT, "Who pays the levy?"))
        yield records


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)


def lmc(folder: Path, *arguments: str) -> int:
    return main([*arguments, "--data-dir", str(folder)])


def test_export_prints_what_is_held_about_that_person_alone(
    tmp_path: Path, records: Records, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lmc(tmp_path, "privacy", "export", MO, "--team", TEAM) == 0

    held = json.loads(capsys.readouterr().out)
    assert [row["question"] for row in held["answers"]] == ["May we close our list?"]
    assert records.audit.recent(1)[0].action == "person.exported"


def test_delete_with_yes_forgets_that_person_alone(
    tmp_path: Path, records: Records, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lmc(tmp_path, "privacy", "delete", MO, "--team", TEAM, "--yes", "--json") == 0

    assert json.loads(capsys.readouterr().out)["rows"]["answers"] == 1
    assert records.answers.of_person(TEAM, MO) == []
    assert records.answers.of_person(TEAM, PAT)


@pytest.mark.parametrize(("typed", "left"), [("yes\n", 0), ("no\n", 1), ("", 1)])
def test_delete_asks_first(
    tmp_path: Path, records: Records, monkeypatch: pytest.MonkeyPatch, typed: str, left: int
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))

    assert lmc(tmp_path, "privacy", "delete", MO, "--team", TEAM) == 0

    assert len(records.answers.of_person(TEAM, MO)) == left


def test_without_a_workspace_or_a_token_one_is_asked_for(
    tmp_path: Path, records: Records, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lmc(tmp_path, "privacy", "export", MO) != 0

    assert "--team" in capsys.readouterr().err


def test_the_workspace_is_that_of_the_token_where_none_is_named(
    tmp_path: Path, records: Records, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Town() as slack:
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
        monkeypatch.setenv("SLACK_API_URL", slack.api_url)

        assert lmc(tmp_path, "privacy", "export", MO) == 0

    assert len(json.loads(capsys.readouterr().out)["answers"]) == 1


def test_expire_deletes_what_is_older_than_the_settings_say(
    tmp_path: Path, records: Records, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = replace(answer(MO, "An old one?"), id="old", asked=NOW - dt.timedelta(days=40))
    records.answers.keep(old)
    monkeypatch.setenv("LMC_RETENTION_DAYS", "30")

    assert lmc(tmp_path, "privacy", "expire") == 0

    assert [kept.question for kept in records.answers.of_person(TEAM, MO)] == ["May we close our list?"]
    assert "answers 1" in capsys.readouterr().out


def test_audit_lists_who_did_what(tmp_path: Path, records: Records, capsys: pytest.CaptureFixture[str]) -> None:
    records.audit.note(MO, "escalation.claimed", "e1")
    records.audit.note("system", "records.expired", "", answers=3)

    assert lmc(tmp_path, "audit", "--json") == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    assert lmc(tmp_path, "audit", "--action", "escalation.claimed") == 0

    assert [(entry["actor"], entry["action"]) for entry in entries] == [
        ("system", "records.expired"),
        (MO, "escalation.claimed"),
    ]
    table = capsys.readouterr().out
    assert "claimed" in table
    assert "expired" not in table
