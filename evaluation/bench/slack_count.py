"""What stands in Slack in the end, against what was asked: every question with its one reply, or what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.render.ask import WORKING, apology
from evaluation.bench.slack_town import COMMAND, MENTION, Asked, answers
from localslack.server import LocalSlack
from localslack.world import Message

APOLOGY = apology("").text[:40]
LONGER_THAN = 20
"""Characters of a question that, found in a log, are no accident."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Questions by what became of them; those that are wrong by where they stand.

    Attributes:
        given_up: events that Slack gave up after its last attempt, none of which reached the bot.
        refused: commands that Slack said had failed: it does not deliver them again.
        strays: what the bot posted in direct messages beside threads: expected only for commands whose own address
            did not work any more.
        notes: "I am looking …" that was left standing.
    """

    asked: int
    given_up: int
    refused: int
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    strays: tuple[str, ...]
    notes: tuple[str, ...]
    apologies: int
    faults: int

    @property
    def given(self) -> int:
        return self.asked - self.given_up - self.refused

    def violations(self) -> list[str]:
        """Everything that is wrong, with where it stands."""
        kinds = {"lost": self.lost, "twice": self.twice, "stray": self.strays, "note left": self.notes}
        return [f"{kind}: {place}" for kind, places in kinds.items() for place in places]


def count(slack: LocalSlack, asked: Sequence[Asked]) -> Counted:
    """Look at every question and at everything that the bot shows."""
    found = {id(one): answers(slack.slack, one) for one in asked}
    silent = [one for one in asked if not found[id(one)]]
    gone = _given_up(slack, asked)
    elsewhere = _beside_threads(slack, asked)
    missing = [one for one in silent if not one.refused and (one.channel, one.ts) not in gone]
    lost, strays = _matched(missing, elsewhere)
    shown = [message for messages in found.values() for message in messages]
    return Counted(
        asked=len(asked),
        given_up=sum(not one.refused and (one.channel, one.ts) in gone for one in silent),
        refused=sum(one.refused for one in silent),
        lost=tuple(_named(one) for one in lost),
        twice=(*(f"{_named(one)}: {len(found[id(one)])}" for one in asked if len(found[id(one)]) > 1),
               *_second_whispers(slack, asked)),
        strays=tuple(f"{message.channel}/{message.ts}" for message in strays),
        notes=tuple(f"{m.channel}/{m.ts} to {m.to}" for m in _whispers(slack) if m.text == WORKING),
        apologies=sum(message.text.startswith(APOLOGY) for message in shown),
        faults=len(slack.slack.faults.used),
    )  # fmt: skip


def _named(asked: Asked) -> str:
    return f"question {asked.number} ({asked.how}) {asked.channel}/{asked.ts or asked.url}"


def _given_up(slack: LocalSlack, asked: Sequence[Asked]) -> set[tuple[str, str]]:
    """The messages of which Slack has given up every event: of a mention there are two."""
    events = [delivery.payload["event"] for delivery in slack.lost]
    times = Counter((str(event.get("channel", "")), str(event.get("ts", ""))) for event in events)
    places = {(one.channel, one.ts): 2 if one.how == MENTION else 1 for one in asked if one.ts}
    return {place for place, events_of_it in places.items() if times[place] >= events_of_it}


def _beside_threads(slack: LocalSlack, asked: Sequence[Asked]) -> list[Message]:
    """Posts of the bot that are no reply to any of the questions."""
    roots = {(one.channel, one.ts) for one in asked if one.how != COMMAND}
    return [post for post in slack.posts() if (post.channel, post.root_ts) not in roots]


def _matched(missing: Sequence[Asked], elsewhere: Iterable[Message]) -> tuple[list[Asked], list[Message]]:
    """A command whose address had expired is answered by direct message: one such post answers one such command."""
    left: dict[str, list[Message]] = {}
    for message in elsewhere:
        left.setdefault(message.channel, []).append(message)
    lost = []
    for one in missing:
        posts = left.get(one.direct, []) if one.how == COMMAND else []
        if posts:
            posts.pop()
        else:
            lost.append(one)
    return lost, [message for posts in left.values() for message in posts]


def _whispers(slack: LocalSlack) -> list[Message]:
    return [message for message in slack.world.whispers.values() if not message.deleted]


def _second_whispers(slack: LocalSlack, asked: Sequence[Asked]) -> list[str]:
    """Ephemeral messages beyond the one that belongs to each command."""
    first = {slack.world.response_urls[one.url].message_ts for one in asked if one.url}
    extra = [m for m in _whispers(slack) if m.ts not in first and m.text != WORKING]
    return [f"another ephemeral message {m.channel}/{m.ts} to {m.to}" for m in extra]


def asked_in(log: Path, texts: Sequence[str]) -> list[str]:
    """Questions whose words stand in a log: none may."""
    said = log.read_text("utf-8", "replace")
    counts = Counter(text for text in texts if len(text) > LONGER_THAN and text in said)
    return [f"the log holds the words of a question ({len(text)} characters)" for text in counts]
