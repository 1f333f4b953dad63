"""The connection to Slack comes back within a moment, once, whatever ended it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.connection import Connection
from tests.bot.town import Town

# The library leaves sockets that Slack closed to the garbage collector, which warns of them.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


@pytest.fixture
def connection(slack: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    monkeypatch.setattr("bot.connection.PING_S", 1)
    monkeypatch.setattr("bot.connection.SILENT_S", 3.0)
    app = App(client=WebClient(token=slack.bot_token, base_url=slack.api_url))
    made = Connection(app, slack.app_token)
    made.open()
    yield made
    made.close()


def test_it_opens_one_connection_and_says_so_when_it_stands(slack: Town, connection: Connection) -> None:
    assert connection.is_up()
    assert slack.sockets.opened == len(slack.sockets) == 1


@pytest.mark.parametrize("how", ["warning", "refresh_requested", "close", "rst", "fin"])
def test_it_is_back_before_slack_gives_an_event_up(slack: Town, connection: Connection, how: str) -> None:
    began = time.monotonic()
    slack.sockets.drop(how)
    slack.wait_for(lambda: slack.sockets.opened == 2 and len(slack.sockets) == 1 and connection.is_up())

    # Left to itself the client is deaf for ten seconds in some of these; half a second is usual here.
    assert time.monotonic() - began < 5.0


def test_a_connection_that_lets_nothing_through_is_replaced(slack: Town, connection: Connection) -> None:
    slack.sockets.drop("half-open")

    slack.wait_for(lambda: not connection.is_up(), 30.0)
    connection.watch()
    slack.wait_for(connection.is_up)

    assert slack.sockets.opened == 2


def test_hanging_up_takes_no_ten_seconds(slack: Town, connection: Connection) -> None:
    began = time.monotonic()
    connection.close()

    assert time.monotonic() - began < 5.0


def test_hanging_up_is_no_error(slack: Town, connection: Connection, caplog: pytest.LogCaptureFixture) -> None:
    connection.close()
    slack.wait_for(lambda: len(slack.sockets) == 0)

    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert not connection.is_up()
