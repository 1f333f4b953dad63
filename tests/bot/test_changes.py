"""A change is told in one message that is edited now and then, and a Slack that is busy never stops the change."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from bot import changes
from bot.changes import Told
from bot.model import Message, TryLater
from bot.post import Refused
from records.uploads import RUNNING, Upload

UPLOAD = Upload(
    id="u1", team="T1", user="U1", state=RUNNING, created=dt.datetime(2026, 11, 23, tzinfo=dt.UTC), channel="D1",
    progress_ts="1.2",
)  # fmt: skip


@dataclass
class Slack:
    """Where messages are edited; it fails as it is told to."""

    fails: Exception | None = None
    texts: list[str] = field(default_factory=list)
    refused: int = 0

    def update(self, channel: str, ts: str, message: Message) -> None:
        assert (channel, ts) == ("D1", "1.2")
        if self.fails:
            self.refused += 1
            raise self.fails
        self.texts.append(message.text)


def told(slack: Slack) -> Told:
    return Told("Adding “A paper”", UPLOAD, SimpleNamespace(poster=slack))  # type: ignore[arg-type]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=1_000.0)
    monkeypatch.setattr(changes, "time", SimpleNamespace(monotonic=lambda: clock.now, time=lambda: clock.now))
    return clock


def test_message_is_edited_every_two_seconds_at_most(clock: SimpleNamespace) -> None:
    slack = Slack()
    progress = told(slack)

    progress.start(1_000)
    for _ in range(100):
        clock.now += 0.1
        progress.advance(10, 3)

    assert 4 <= len(slack.texts) <= 6
    assert "Adding “A paper”" in slack.texts[0]
    assert "%" in slack.texts[-1]


@pytest.mark.parametrize("failure", [TryLater(1.0), Refused("message_not_found")])
def test_progress_that_cannot_be_shown_stops_nothing(failure: Exception, clock: SimpleNamespace) -> None:
    slack = Slack(failure)
    progress = told(slack)

    progress.start(10)
    clock.now += 10
    progress.advance(10, 1)
    progress.say("Writing the index")

    assert slack.refused > 1


def test_end_is_told_later_where_slack_is_busy() -> None:
    with pytest.raises(TryLater):
        told(Slack(TryLater(1.0))).finally_(Message("done"))


def test_end_of_a_message_that_was_deleted_is_the_end() -> None:
    slack = Slack(Refused("message_not_found"))

    told(slack).finally_(Message("done"))

    assert slack.refused == 1
