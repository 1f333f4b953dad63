"""What a test does at somebody's screen: ask, read what only they see, wait for a form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.serve import Service
from localslack import interact, reach
from localslack.filling import used
from localslack.people import Person
from localslack.world import Message, View
from tests.bot.anytown import shown
from tests.bot.town import Town


def ask(slack: Town, person: Person, question: str, in_: str = "") -> Message:
    """The reply to a question, in the person's direct message or, with a mention, in a channel."""
    slack.allow_links("anytown-lmc.example")
    asked = person.mentions(question, in_=in_) if in_ else person.says(question)
    return slack.one_reply(asked)


def answer_id(reply: Message) -> str:
    assert reply.metadata is not None
    return str(reply.metadata["event_payload"]["answer_id"])


def read(messages: Iterable[Message]) -> str:
    """All that can be read of messages: their text and their blocks."""
    return "\n".join(message.text + shown(message.blocks) for message in messages)


def whispers(slack: Town, person: Person) -> str:
    """What only that person saw."""
    return read(slack.ephemerals(person))


def form_of(slack: Town, person: Person) -> View:
    """The form before somebody, once it is there."""
    slack.wait_for(lambda: person.modal)
    assert person.modal is not None
    return person.modal


def at_rest(slack: Town, bot: Service) -> None:
    """Wait until nothing waits in the inbox and nothing moves any more."""
    inbox = bot.parts.records.inbox
    slack.wait_for(lambda: (state := inbox.state()).waiting == 0 and state.claimed == 0, 20.0)
    slack.settle()


def forge(slack: Town, person: Person, source: Message | View, action: str, value: Any, seen_by: Person) -> None:
    """A click on what somebody else sees: what a hostile client could send."""
    found = reach.element(seen_by.id, source, action, "", None)
    sent, _ = used(slack.world, found, value)
    slack.run(interact.block_actions(slack.slack, person.id, source, found, sent))
