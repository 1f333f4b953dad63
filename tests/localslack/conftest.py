"""A Slack for each test, and what connects to it: a bare ear on a socket, or a real Bolt app."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from localslack.people import Person
from localslack.server import LocalSlack
from tests.localslack.clients import Bot, Ear


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """slack_sdk reads them even for the loopback address."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack() as slack:
        yield slack


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    """The app's own client, with nothing that tries again."""
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def alice(slack: LocalSlack) -> Person:
    return slack.person("alice")


@pytest.fixture
def listen(slack: LocalSlack) -> Iterator[Callable[..., Ear]]:
    """Opens sockets that keep what they hear."""
    ears: list[Ear] = []

    def open_ear(**how: Any) -> Ear:
        ears.append(Ear(slack, **how))
        return ears[-1]

    yield open_ear
    for ear in ears:
        ear.close()


@pytest.fixture
def ear(listen: Callable[..., Ear]) -> Ear:
    """A socket that acknowledges everything."""
    return listen()


@pytest.fixture
def bot(slack: LocalSlack) -> Iterator[Bot]:
    """A Bolt app that connects over Socket Mode when told to."""
    bot = Bot(slack)
    yield bot
    bot.close()
