"""People as a test uses them: `alice.says(…)`, `alice.clicks(…)`. Every call runs on the server's event loop.

A call returns once the app has had its first chance to acknowledge what it was sent; `wait=False` returns at once.
What Slack's client would not let that person do raises NotPossible.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from localslack import hands
from localslack.files import Upload
from localslack.interact import Receipt
from localslack.slack import Slack
from localslack.world import Channel, Message, Notice, Payload, User, View

T = TypeVar("T")

Place = str | Channel
"""A conversation: `#name`, an id, or the channel itself."""


class Runner(Protocol):
    """What runs something on the server's event loop and waits for it."""

    @property
    def slack(self) -> Slack: ...

    def run(self, work: Coroutine[Any, Any, T]) -> T: ...


class Person:
    """Somebody at their screen."""

    def __init__(self, runner: Runner, user: User) -> None:
        self.user = user
        self.id = user.id
        self.name = user.name
        self._runner = runner

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"

    # --- what they have before them

    @property
    def dm(self) -> Channel:
        """Their direct message with the app."""
        found = self._slack.world.direct(self.id)
        if found is None:
            raise LookupError(f"{self.name} has no direct message with the app")
        return found

    def channels(self) -> list[str]:
        """Where they are: `#name` of channels, and the ids of direct messages."""
        found = self._slack.world.channels_of(self.id)
        return [channel.id if channel.is_direct else f"#{channel.name}" for channel in found]

    @property
    def home(self) -> View | None:
        """App Home, once the app has published it."""
        return self._slack.world.homes.get(self.id)

    @property
    def modal(self) -> View | None:
        """The topmost modal."""
        return self._slack.world.top_modal(self.id)

    @property
    def modals(self) -> list[View]:
        """The open modals, lowest first."""
        return list(self._slack.world.modals.get(self.id, ()))

    @property
    def whispers(self) -> list[Message]:
        """The ephemeral messages that only they see, oldest first."""
        return self._slack.world.ephemerals_for(self.id)

    @property
    def notices(self) -> list[Notice]:
        """What Slack itself told them, such as that the app did not respond."""
        return [notice for notice in self._slack.world.notices if notice.user == self.id]

    # --- messages

    def says(
        self,
        text: str,
        in_: Place | None = None,
        *,
        thread: Message | str | None = None,
        files: Sequence[Upload] = (),
        wait: bool = True,
    ) -> Message:
        """Post a message, by default in the direct message with the app.

        Args:
            text: as typed: `@name`, `#channel` and addresses become Slack's markup.
            thread: a message of the thread, or its ts.
        """
        channel, thread_ts = self._target(in_, thread)
        return self._do(hands.says(self._slack, self.id, text, channel, thread_ts=thread_ts, files=files, wait=wait))

    def mentions(self, text: str, in_: Place, *, thread: Message | str | None = None, wait: bool = True) -> Message:
        """Post a message that begins with a mention of the app."""
        return self.says(f"<@{self._slack.world.app.bot_user}> {text}", in_, thread=thread, wait=wait)

    def uploads(
        self,
        name: str,
        data: bytes,
        text: str = "",
        in_: Place | None = None,
        *,
        thread: Message | str | None = None,
        wait: bool = True,
    ) -> Message:
        """Post a file."""
        return self.says(text, in_, thread=thread, files=[(name, data)], wait=wait)

    def edits(self, message: Message, text: str) -> Message:
        return self._do(hands.edits(self._slack, self.id, message, text))

    def deletes(self, message: Message) -> None:
        self._do(hands.deletes(self._slack, self.id, message))

    def reacts(self, message: Message, emoji: str) -> None:
        self._do(hands.reacts(self._slack, self.id, message, emoji))

    def unreacts(self, message: Message, emoji: str) -> None:
        self._do(hands.unreacts(self._slack, self.id, message, emoji))

    def joins(self, channel: Place) -> None:
        self._do(hands.joins(self._slack, self.id, _name(channel)))

    def leaves(self, channel: Place) -> None:
        self._do(hands.leaves(self._slack, self.id, _name(channel)))

    # --- the app

    def runs(self, command: str, text: str = "", in_: Place | None = None) -> Receipt:
        """Send a slash command, by default from the direct message with the app."""
        channel, _ = self._target(in_, None)
        return self._do(hands.runs(self._slack, self.id, command, text, channel))

    def shortcut(self, callback_id: str, message: Message | None = None) -> Receipt:
        """Choose a message's shortcut or, without a message, a global one."""
        return self._do(hands.shortcut(self._slack, self.id, callback_id, message))

    def opens_home(self) -> None:
        self._do(hands.opens_home(self._slack, self.id))

    def opens_dm(self) -> None:
        self._do(hands.opens_dm(self._slack, self.id))

    def clicks(
        self,
        source: Message | View,
        action_id: str,
        value: str | Sequence[str] | None = None,
        *,
        block_id: str = "",
    ) -> Receipt:
        """Press a button or choose in a menu, of a message, their topmost modal or App Home.

        Args:
            value: the value of the option(s), a date or a person; `positive` or `negative` for feedback; for a
                button only where several have the same action id.
        """
        return self._do(hands.clicks(self._slack, self.id, source, action_id, block_id=block_id, value=value))

    def submits(self, view: View | None = None, values: Mapping[str, Any] | None = None) -> Receipt:
        """Fill in and submit a modal, by default the topmost.

        Args:
            values: by block id, action id or "block_id/action_id"; other inputs keep what stands in them.
        """
        return self._do(hands.submits(self._slack, self.id, view or self._top(), values))

    def closes(self, view: View | None = None) -> None:
        self._do(hands.closes(self._slack, self.id, view or self._top()))

    def suggests(self, source: Message | View, action_id: str, text: str) -> list[Payload]:
        """Type into a select; returns the options that the app offers."""
        return self._do(hands.suggests(self._slack, self.id, source, action_id, text))

    def presses_stop(self, message: Message) -> None:
        """Press Stop beneath the thread of this message."""
        self._do(hands.presses_stop(self._slack, self.id, message.channel, message.root_ts))

    def renames_session(self, message: Message, title: str) -> None:
        self._do(hands.renames_session(self._slack, self.id, message.channel, message.root_ts, title))

    def looks_at(self, channel: Place) -> None:
        """Look at a channel with the app's pane open."""
        self._do(hands.looks_at(self._slack, self.id, _name(channel)))

    @property
    def _slack(self) -> Slack:
        return self._runner.slack

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def _top(self) -> View:
        if self.modal is None:
            raise LookupError(f"{self.name} has no modal open")
        return self.modal

    def _target(self, in_: Place | None, thread: Message | str | None) -> tuple[str, str]:
        """Channel id or name, and thread_ts."""
        if isinstance(thread, Message):
            return (_name(in_) if in_ else thread.channel), thread.root_ts
        return _name(in_) if in_ else self.dm.id, thread or ""


def _name(place: Place) -> str:
    return place if isinstance(place, str) else place.id
