"""The local Slack with what the bot's tests ask of it beyond what it has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Self, TypeVar

from localslack import interact
from localslack.people import Person
from localslack.server import LocalSlack
from localslack.world import Message, View

T = TypeVar("T")


class Town(LocalSlack):
    """As `LocalSlack`."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def wait_for(self, found: Callable[[], T], timeout_s: float = 20.0) -> T:
        """As in `LocalSlack`, with patience for a busy machine."""
        return super().wait_for(found, timeout_s)

    def one_reply(self, asked: Message, timeout_s: float = 20.0) -> Message:
        """The one reply to a question."""
        return super().one_reply(asked, timeout_s)

    def redeliver(self, asked: Message) -> None:
        """Let the minutes pass after which Slack tries again, until the question has its reply."""
        for _ in range(6):
            self.clock.advance(61)
            try:
                self.wait_for(lambda: self.replies(asked), 3.0)
            except TimeoutError:
                continue
            return

    def screen(self, person: Person) -> str:
        """All that the topmost modal of somebody holds; empty without one."""
        return json.dumps(person.modal.body, ensure_ascii=False) if person.modal else ""

    def forge_submission(self, person: Person, view: View) -> None:
        """Somebody else's form, sent as its owner filled it in."""
        self.run(interact.submission(self.slack, person.id, view))

    def channels_of(self, person: Person) -> list[str]:
        """Names of the channels that somebody is in; the id of their direct message with the bot."""
        there = [one for one in self.world.channels.values() if person.id in one.members]
        return [f"#{one.name}" if one.name else one.id for one in there]
