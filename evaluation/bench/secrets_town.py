"""People of every role who ask, click, share and try each other's buttons, and what each of them sees of it."""

from __future__ import annotations

import asyncio
import json
import random
import re
import threading
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from corpus.model import Audience
from evaluation.bench.secrets_library import Oracle, question
from evaluation.bench.slack_town import COMMAND, DIRECT, MENTION, Asked, answers
from localslack import hands, screens
from localslack.blocks import elements, inputs
from localslack.errors import NotPossible
from localslack.lint import Write
from localslack.server import LocalSlack
from localslack.slack import Slack
from localslack.world import Channel, Message, View

GROUPS = {"S0CONFID": Audience.CONFIDENTIAL, "S0OFFICERS": Audience.OFFICER, "S0PRACTICE": Audience.PRACTICE}
CONFIDENTIAL = "C0CONFID"
PATIENCE_S = 30.0
MODAL_S = 1.0
RECENT = 60
"""Messages of the bot among which people look for buttons."""
_ADDRESS = re.compile(r"https?://[^\s\"\\<>|]+/(?:source|file)/[\w.\-~%]+")


def settle_in(slack: LocalSlack, each: int) -> list[str]:
    """More people of every role, and a channel for those who may read everything; everybody's ids."""
    places = {
        "": ["#general", "#lobby"], "S0PRACTICE": ["#general", "#practice-managers"],
        "S0OFFICERS": ["#general", "#practice-managers", "#officers"], "S0CONFID": ["#general", "#officers"],
    }  # fmt: skip
    for group, channels in places.items():
        for number in range(each):
            name = f"{group.lower() or 'nobody'}{number}"
            slack.add_person(name, groups=[group] if group else [], channels=channels)
    known = [slack.person("olu").id, *(slack.person(f"s0confid{number}").id for number in range(each))]
    slack.world.channels[CONFIDENTIAL] = Channel(
        CONFIDENTIAL, "confidential", "group", [*known, slack.world.app.bot_user], slack.clock.now()
    )
    return [user.id for user in slack.world.users.values() if not user.is_bot and not user.deleted]


def role_of(slack: Slack, user: str) -> Audience:
    """What somebody may read, worked out from the workspace and not by the bot."""
    somebody = slack.world.users[user]
    if somebody.team != slack.world.team.id or somebody.is_guest or somebody.is_stranger or somebody.deleted:
        return Audience.PUBLIC
    mine = [role for group, role in GROUPS.items() if user in slack.world.groups[group].users]
    return max(mine, key=lambda role: role.rank, default=Audience.PUBLIC)


@dataclass(slots=True)
class Watch:
    """Sees everything that the bot shows, with the eyes of each person who can see it, at the moment it is shown."""

    slack: Slack
    oracle: Oracle
    leaks: set[str] = field(default_factory=set)
    rightful: set[tuple[str, str]] = field(default_factory=set)
    """Pairs of a person and a hidden word, not for everybody, that they saw and were entitled to."""
    links: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    shown: list[Message] = field(default_factory=list)
    looked: int = 0

    def begin(self) -> None:
        told = self.slack.lint.wrote

        def wrote(write: Write) -> None:
            told(write)
            self._saw(write)

        self.slack.lint.wrote = wrote  # type: ignore[method-assign]

    def _saw(self, write: Write) -> None:
        message = write.message
        if message is None:
            self._saw_views()
            return
        self.shown.append(message)
        readers = [message.to] if message.to else self.slack.world.channels[message.channel].members
        text = _words([message.text, message.blocks, message.attachments, message.metadata])
        for user in readers:
            self.look(user, text, f"{write.kind} {message.channel}/{message.ts}")

    def _saw_views(self) -> None:
        for user, stack in self.slack.world.modals.items():
            for view in stack:
                self.look(user, _words(view.body), f"modal {view.callback_id}")
        for user, home in self.slack.world.homes.items():
            self.look(user, _words(home.body), "App Home")

    def look(self, user: str, text: str, where: str) -> None:
        """Somebody sees a text."""
        if user == self.slack.world.app.bot_user:
            return
        self.looked += 1
        role = role_of(self.slack, user)
        forbidden = self.oracle.leaks(text, role)
        self.leaks |= {f"{user} ({role}) saw {word} in {where}" for word in forbidden}
        self.rightful |= {(user, word) for word in self.oracle.told(text) - forbidden if self.oracle.is_secret(word)}
        for address in _ADDRESS.findall(text):
            self.links[address].add(user)


def _words(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@dataclass(slots=True)
class Visitors:
    """People at work on the server's event loop until `count` questions have been asked."""

    slack: Slack
    watch: Watch
    users: Sequence[str]
    count: int
    seed: int
    asked: list[Asked] = field(default_factory=list)
    clicks: int = 0
    forms: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    async def start(self) -> None:
        self.slack.spawn(self._all())

    async def _all(self) -> None:
        try:
            await asyncio.gather(*(self._visit(user, number) for number, user in enumerate(self.users)))
        finally:
            self.done.set()

    async def _visit(self, user: str, number: int) -> None:
        dice = random.Random(f"{self.seed}/{number}")  # noqa: S311
        while len(self.asked) < self.count:
            with suppress(NotPossible):  # what Slack's client would not let them do, they do not do
                await self._ask(user, dice)
            for _ in range(dice.randrange(3)):
                with suppress(NotPossible):
                    await self._fiddle(dice.choice((user, dice.choice(self.users))), dice)
            if dice.random() < 0.1:
                await hands.opens_home(self.slack, user)

    # --- asking

    async def _ask(self, user: str, dice: random.Random) -> None:
        how = dice.choices((DIRECT, MENTION, COMMAND), (45, 30, 25))[0]
        direct = self.slack.world.direct(user)
        channel = direct if how == DIRECT else self._place(user, dice)
        if channel is None:
            return
        asked = Asked(len(self.asked), how, user, channel.id, question(dice))
        self.asked.append(asked)
        await self._send(asked)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                version = self.slack.world.version
                while not answers(self.slack, asked):
                    version = await self.slack.world.changed(version)

    async def _send(self, asked: Asked) -> None:
        if asked.how == COMMAND:
            receipt = await hands.runs(self.slack, asked.user, "/ask", asked.text, asked.channel)
            asked.url = receipt.response_url.rpartition("/")[2]
        else:
            said = f"<@{self.slack.world.app.bot_user}> {asked.text}" if asked.how == MENTION else asked.text
            asked.ts = (await hands.says(self.slack, asked.user, said, asked.channel, wait=False)).ts

    def _place(self, user: str, dice: random.Random) -> Channel | None:
        mine = [one for one in self.slack.world.channels_of(user) if not one.is_direct and not one.is_archived]
        return dice.choice(mine) if mine else None

    # --- clicking

    async def _fiddle(self, user: str, dice: random.Random) -> None:
        """Use something of a message of the bot, whether or not it is before them, and what opens then."""
        if not self.watch.shown:
            return
        message = dice.choice(self.watch.shown[-RECENT:])
        self.clicks += 1
        if dice.random() < 0.15:
            await hands.shortcut(self.slack, user, "ask_about_message", message)
        else:
            await self._click(user, message, dice)
        await self._use_modal(user, dice)

    async def _click(self, user: str, message: Message, dice: random.Random) -> None:
        found = list(elements(message.blocks))
        if not found:
            return
        chosen = dice.choice(found)
        action = str(chosen.element.get("action_id"))
        value = dice.choice(("positive", "negative")) if chosen.type == "feedback_buttons" else None
        try:
            await hands.clicks(self.slack, user, message, action, value=value)
        except NotPossible:
            await hands.forges_click(self.slack, user, message, action)

    async def _use_modal(self, user: str, dice: random.Random) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(MODAL_S):
                version = self.slack.world.version
                while self.slack.world.top_modal(user) is None:
                    version = await self.slack.world.changed(version)
        view = self.slack.world.top_modal(user)
        if view is None:
            return
        try:
            if view.body.get("submit") and dice.random() < 0.7:
                self.forms += 1
                await hands.submits(self.slack, user, view, _filled(view, dice))
        finally:
            screens.close_all(self.slack.world, user)


def _filled(view: View, dice: random.Random) -> dict[str, Any]:
    """Something in every input: a question where text is wanted, any option where one is chosen, every box ticked."""
    given: dict[str, Any] = {}
    for found in inputs(view.blocks):
        options = [str(one["value"]) for one in found.element.get("options") or ()]
        name = str(found.block["block_id"])
        if found.type == "plain_text_input":
            given[name] = question(dice)
        elif found.type == "checkboxes":
            given[name] = options
        elif options:
            given[name] = dice.choice(options)
    return given


# --- pages


def open_links(watch: Watch) -> int:
    """Open every link of ours that was shown, as everybody who saw it could, and what those pages link to.

    Returns: how many pages there were.
    """
    seen = 0
    for address, readers in sorted(watch.links.items()):
        page = _fetch(address)
        further = [_fetch(one) for one in sorted(set(_ADDRESS.findall(page)) - set(watch.links))[:3]]
        seen += 1 + len(further)
        for user in readers:
            watch.look(user, "\n".join([page, *further]), f"page {address[-24:]}")
    return seen


def _fetch(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=20.0) as answer:  # noqa: S310 - an address of our own bot
            return str(answer.read().decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        return str(error.read().decode("utf-8", "replace"))
