"""People in the Slack on this machine who ask one question after the other, all at once, and what came of each."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.render.ask import WORKING
from localslack import hands
from localslack.errors import NotPossible
from localslack.server import LocalSlack
from localslack.slack import Slack
from localslack.world import Message

DIRECT, MENTION, COMMAND = "direct message", "mention", "command"
PLACES = {"S0OFFICERS": "#officers", "S0PRACTICE": "#practice-managers"}
"""Where the people of a group mention the bot: a channel that may read what they may, so that each gets one reply."""


@dataclass(slots=True)
class Asked:
    """A question as it was asked. `ts` of a message; `url` of a command: the key of its response URL.

    `refused`: Slack told the person at once that the command had failed, because nobody acknowledged it. `direct` is
    where that person and the bot talk alone.
    """

    number: int
    how: str
    user: str
    channel: str
    text: str
    ts: str = ""
    url: str = ""
    refused: bool = False
    direct: str = ""


@dataclass(frozen=True, slots=True)
class Asker:
    user: str
    direct: str
    place: str


def people(slack: LocalSlack, count: int) -> list[Asker]:
    """New people: every fourth an officer, the others practice managers."""
    found = []
    for number in range(count):
        group = "S0OFFICERS" if number % 4 == 0 else "S0PRACTICE"
        person = slack.add_person(f"asker{number:02}", groups=[group], channels=["#general", PLACES[group]])
        found.append(Asker(person.id, person.dm.id, slack.channel_id(PLACES[group])))
    return found


def answers(slack: Slack, asked: Asked) -> list[Message]:
    """What the bot replied to a question, where that belongs, as people see it now."""
    if asked.how != COMMAND:
        thread = slack.world.channels[asked.channel].thread(asked.ts)
        return [message for message in thread if message.bot_id]
    url = slack.world.response_urls[asked.url]
    shown = slack.world.whispers.get(url.message_ts)
    return [shown] if shown is not None and not shown.deleted and shown.text != WORKING else []


@dataclass(slots=True)
class Crowd:
    """Askers at work on the server's event loop. Each asks the next question once the last is answered.

    Attributes:
        questions: `how` and text, in the order in which they are asked.
        patience_s: how long somebody waits for a reply before they ask the next question all the same.
    """

    slack: Slack
    askers: Sequence[Asker]
    questions: Sequence[tuple[str, str]]
    patience_s: float
    asked: list[Asked] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    _next: Iterator[tuple[int, tuple[str, str]]] = field(init=False)

    def __post_init__(self) -> None:
        self._next = enumerate(self.questions)

    async def start(self) -> None:
        """Set everybody to work; `done` is set when all has been asked."""
        self.slack.spawn(self._all())

    def has_asked(self, count: int) -> bool:
        """Whether so many questions have been asked, or all that there are."""
        return len(self.asked) >= count or self.done.is_set()

    async def _all(self) -> None:
        try:
            await asyncio.gather(*(self._ask_on(asker) for asker in self.askers))
        finally:
            self.done.set()

    async def _ask_on(self, asker: Asker) -> None:
        for number, (how, text) in self._next:
            asked = await self._ask(asker, number, how, text)
            if not asked.refused:
                await self._wait(asked)

    async def _ask(self, asker: Asker, number: int, how: str, text: str) -> Asked:
        channel = asker.direct if how == DIRECT else asker.place
        asked = Asked(number, how, asker.user, channel, text, direct=asker.direct)
        self.asked.append(asked)
        if how == COMMAND:
            receipt = await hands.runs(self.slack, asker.user, "/ask", text, channel)
            asked.url, asked.refused = receipt.response_url.rpartition("/")[2], not receipt.acked
        else:
            said = f"<@{self.slack.world.app.bot_user}> {text}" if how == MENTION else text
            asked.ts = (await hands.says(self.slack, asker.user, said, channel, wait=False)).ts
        return asked

    async def _wait(self, asked: Asked) -> None:
        try:
            async with asyncio.timeout(self.patience_s):
                version = self.slack.world.version
                while not answers(self.slack, asked):
                    version = await self.slack.world.changed(version)
        except TimeoutError:
            pass  # counted at the end, when everything has arrived


def spread(
    texts: Sequence[str], count: int, draw: Callable[[random.Random, str], str], seed: int
) -> list[tuple[str, str]]:
    """So many questions, each text as often as any other, in an order from `seed`, with how each is asked."""
    dice = random.Random(seed)  # noqa: S311 - the same run every time
    all_texts: list[str] = []
    while len(all_texts) < count:
        all_texts += dice.sample(list(texts), len(texts))
    return [(draw(dice, text), text) for text in all_texts[:count]]


__all__ = ["COMMAND", "DIRECT", "MENTION", "Asked", "Asker", "Crowd", "NotPossible", "answers", "people", "spread"]
