"""Where whatever fails must end: the next piece of work is done all the same, and the log says what happened."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from bot import serve
from bot.app import on_error
from bot.listeners import errands
from bot.metrics import Metrics
from corpus.model import Audience
from tests.bot.anytown import FACTS, QUESTIONS
from tests.bot.conftest import StartBot
from tests.bot.town import Town


class Fails:
    """Stands before something and raises the first times that a thread of that name calls it."""

    def __init__(self, there: Any, thread: str, times: int) -> None:
        self._there, self._thread, self.left = there, thread, times

    def __call__(self, *given: Any, **named: Any) -> Any:
        if self.left and threading.current_thread().name.startswith(self._thread):
            self.left -= 1
            raise KeyError("not foreseen")
        return self._there(*given, **named)


def logged(caplog: pytest.LogCaptureFixture, message: str) -> list[object]:
    """The kinds of error whose traceback stands with a message in the log."""
    found = [record for record in caplog.records if message in record.getMessage()]
    return [record.exc_info and record.exc_info[0] for record in found]


@pytest.mark.slow
def test_a_worker_that_cannot_look_into_the_inbox_looks_again(
    slack: Town, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bot = start_bot(workers=1)
    inbox = bot.parts.records.inbox
    monkeypatch.setattr(inbox, "claim", Fails(inbox.claim, "worker-0", 2))

    reply = slack.one_reply(slack.person("mo").says(QUESTIONS[Audience.PUBLIC]))

    assert FACTS[Audience.PUBLIC] in reply.text
    assert logged(caplog, "the inbox could not be worked on; it is tried again") == [KeyError] * 2
    assert bot.health().is_well


@pytest.mark.slow
def test_a_chore_that_fails_is_done_at_its_next_turn(
    slack: Town, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serve, "CHORES_S", 0.25)
    bot = start_bot()
    metrics = bot.parts.metrics
    fails = Fails(bot.parts.records.inbox.state, "keeper", 1)
    monkeypatch.setattr(bot.parts.records.inbox, "state", fails)

    slack.wait_for(lambda: fails.left == 0)
    metrics.passages.set(-1)
    slack.wait_for(lambda: metrics.registry.get_sample_value("lmc_passages") != -1)

    assert metrics.registry.get_sample_value("lmc_errors_total", {"place": "chore"}) == 1
    assert logged(caplog, "a chore failed; it is done at its next turn") == [KeyError]


def test_a_person_who_cannot_be_told_of_a_failure_is_no_second_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def tell(*_: Any) -> None:
        raise ConnectionError("Slack is away")

    monkeypatch.setattr(errands, "tell_alone", tell)
    parts: Any = SimpleNamespace(metrics=Metrics())
    body = {"type": "block_actions", "user": {"id": "U1"}, "channel": {"id": "C1"}}

    response = on_error(KeyError("not foreseen"), body, parts)

    assert response is not None
    assert response.status == 200
    assert logged(caplog, "a listener failed") == [KeyError, ConnectionError]
    assert logged(caplog, "the person could not be told") == [ConnectionError]
