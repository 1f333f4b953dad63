"""The bot's process is killed while it changes the library: the next bot ends the change, once."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import actions
from bot.render import library as screens
from cli.serve import open_service
from cli.settings import PREFIX, SLACK, Settings
from cli.wire import open_desk
from localslack.people import Person
from localslack.world import Message
from tests.bot.anytown import settings_for
from tests.bot.town import Town

pytestmark = [pytest.mark.slow, pytest.mark.model]

ROOT = Path(__file__).resolve().parents[2]
PAPER = b"# Dispensing in Anytown\n\nA dispensing practice tells the LMC of a change 56 days before it.\n"
PATIENCE_S = 60.0


class OwnProcess:
    """A bot in a process of its own, killed without warning."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        plain = settings_as_variables(self.settings)
        self._running = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "serve"], cwd=ROOT, env={**os.environ, **plain},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self) -> None:
        if self._running:
            self._running.kill()
            self._running.wait(10)
            self._running = None

    def leases_run_out(self) -> None:
        """As a minute later."""
        with sqlite3.connect(self.settings.data_dir / "records.sqlite") as database:
            database.execute("update inbox set ready = due where state = 'claimed'")
        database.close()


def settings_as_variables(settings: Settings) -> dict[str, str]:
    found = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        text = value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        variable = name.upper()
        found[variable if variable in SLACK else PREFIX + variable] = text
    return found


@pytest.fixture
def process(slack: Town, indexed: Path, models: Path, tmp_path: Path) -> Iterator[OwnProcess]:
    data = tmp_path / "data"
    shutil.copytree(indexed, data)
    (data / "models").symlink_to(models, target_is_directory=True)
    process = OwnProcess(settings_for(slack, data))
    process.start()
    yield process
    process.kill()


def described(slack: Town, olu: Person) -> Message:
    """A file that was sent, and is about to be submitted with its description."""
    asked = olu.uploads("dispensing.md", PAPER, wait=False)
    slack.wait_for(lambda: slack.replies(asked), PATIENCE_S)
    reply = slack.replies(asked)[0]
    olu.clicks(reply, actions.LIBRARY_DESCRIBE)
    slack.wait_for(lambda: olu.modal, PATIENCE_S)
    return reply


def library_is(what: str, data: Path) -> Callable[[], bool]:
    """A moment of the change, seen from outside."""
    moments = {
        "submitted": lambda: True,
        "copied": lambda: any(data.glob("shelf/anytown/files/*.md")),
        "changing": (data / "books" / "changing.json").exists,
        "building": lambda: any(data.glob("generations/.*.building")),
        "published": lambda: len(list(data.glob("generations/0*"))) == 2,
    }
    return moments[what]


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """The next bot: it knows what lies in the data folder, and nothing else of the one that was killed."""
    service = open_service(settings)
    service.start()
    try:
        yield
    finally:
        service.stop()


@pytest.mark.parametrize("moment", ["submitted", "copied", "changing", "building", "published"])
def test_change_is_ended_by_the_next_bot(moment: str, slack: Town, process: OwnProcess) -> None:
    data, olu = process.settings.data_dir, slack.person("olu")
    slack.sockets.wait(1, PATIENCE_S)
    reply = described(slack, olu)

    olu.submits(values={screens.TITLE: "Dispensing in Anytown", screens.AUDIENCE: "public"})
    slack.wait_for(library_is(moment, data), PATIENCE_S)
    process.kill()
    half = {stored.document.key for stored in open_desk(process.settings).documents()}
    process.leases_run_out()
    with serving(process.settings):
        slack.wait_for(lambda: "done." in reply.text, PATIENCE_S)

    desk = open_desk(process.settings)
    assert len(half) in {5, 6}
    assert len(desk.documents()) == 6
    assert desk.verify() == ""
    assert not (data / "books" / "changing.json").exists()
    assert len(list((data / "shelf" / "anytown" / "files").iterdir())) == 1
    assert len(slack.posts(olu.dm)) == 1
