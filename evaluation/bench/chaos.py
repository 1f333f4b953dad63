"""Two thousand questions while everything goes wrong that can: each must get exactly one reply that people see.

Deliveries come twice, late, out of order and as mention with message; acknowledgements are lost; sockets are cut in
every way; Slack answers 429, 5xx and nothing, before and after it did what was asked; and the bot, a process of its
own, is killed with SIGKILL at random moments and started again. At the end there is peace: the time moves on so that
Slack tries again what it has not delivered, the inbox runs empty, and then it is counted.

Not counted against the bot, and told apart: events that Slack gave up after its last attempt without the bot having
had them, and commands of which Slack told the person at once that they had failed (they are not delivered again).
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from evaluation.bench import command
from evaluation.bench.figures import Checked, report, say
from evaluation.bench.processes import CommandFailed
from evaluation.bench.slack import lint, load_words
from evaluation.bench.slack_bot import BotProcess, starter_data
from evaluation.bench.slack_count import Counted, asked_in, count
from evaluation.bench.slack_inbox import unfinished
from evaluation.bench.slack_town import COMMAND, DIRECT, MENTION, Crowd, people, spread
from evaluation.questions import STARTER_QUESTIONS, load_questions
from localslack.deliver import RETRY_AFTER_S
from localslack.server import LocalSlack
from localslack.slack import Slack
from localslack.sockets import CUTS, DISCONNECTS

RATES = {
    "duplicate": 0.05, "lose_ack": 0.03, "late": 0.03, "late_s": 2.0, "reorder": 0.1, "reorder_s": 0.3,
    "status_429": 0.02, "status_5xx": 0.03, "lost_answer": 0.03, "reset": 0.02,
}  # fmt: skip
METHODS = frozenset(
    """chat.postMessage chat.update chat.postEphemeral response_url conversations.replies conversations.history
    conversations.info conversations.members conversations.open users.info usergroups.users.list
    assistant.threads.setStatus reactions.add apps.connections.open""".split()  # noqa: SIM905 - read as a list
)
PATIENCE_S = 8.0
CUT_EVERY_S = 3.0
LONGEST_S = 3_600.0
EMPTY_S = 180.0
DELAYED_S = 3_600.0
"""After Slack's three further attempts comes one of its hourly ones ("delayed events"): this storm holds more failures
than Slack's first five minutes should, and what Slack itself gave up would say nothing about the bot."""
RETRIES_S = (61.0, 301.0, DELAYED_S + 1.0)
"""By how much the time is moved on, so that each of Slack's later attempts comes."""

SHARED_WORDS = "ephemeral-made-public"
"""A finding that means nothing here: many people ask the same question, some of them by command."""
MISSED = "ack-missed"
"""A finding that a storm brings with it: who has just lost a connection cannot acknowledge what came through it."""

_PRIVATE_TYPES = {"pii", "crisis"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked and what goes wrong. `texts` are asked again and again, those of `private` not in channels."""

    texts: Sequence[str]
    private: frozenset[str] = frozenset()
    questions: int = 2_000
    people: int = 20
    kills: int = 10
    seed: int = 1
    cut_every_s: float = CUT_EVERY_S


@dataclass(slots=True)
class Told:
    """What happened besides the questions. `starts_s` are the times that starts took."""

    starts_s: list[float] = field(default_factory=list)
    deaths: int = 0
    cuts: int = 0
    took_s: float = 0.0
    still_waiting: int = 0


def run(slack: LocalSlack, bot: BotProcess, data: Path, plan: Plan) -> tuple[Counted, Told]:
    """Ask everything while it storms, wait for peace, and count. The bot must have been started."""
    told = Told()
    dice = random.Random(plan.seed)  # noqa: S311 - the same storm every time
    asked = spread(plan.texts, plan.questions, lambda dice, text: _how(dice, text in plan.private), plan.seed)
    crowd = Crowd(slack.slack, people(slack, plan.people), asked, PATIENCE_S)
    began = time.monotonic()
    slack.slack.deliveries.retry_after_s = (*RETRY_AFTER_S, DELAYED_S)
    slack.chaos(plan.seed, methods=METHODS, **RATES)
    cutting = slack.run(_start_cutting(slack.slack, plan, told))
    slack.run(crowd.start())
    _kill_now_and_then(slack, bot, crowd, plan, dice, told)
    _wait(crowd.done.is_set, bot, told)
    slack.run(_stop(cutting))
    slack.calm()
    _have_peace(slack, bot, data, told)
    told.took_s = time.monotonic() - began
    return count(slack, crowd.asked), told


def _how(dice: random.Random, private: bool) -> str:
    return DIRECT if private else dice.choices((DIRECT, MENTION, COMMAND), (45, 35, 20))[0]


# --- the storm


def _kill_now_and_then(
    slack: LocalSlack, bot: BotProcess, crowd: Crowd, plan: Plan, dice: random.Random, told: Told
) -> None:
    """Kill the bot at random questions, and start it again at once; in between mentions come in either order."""
    for at in sorted(dice.sample(range(plan.questions // 20, plan.questions * 19 // 20), plan.kills)):
        _wait(partial(crowd.has_asked, at), bot, told)
        time.sleep(dice.uniform(0.0, 0.3))
        slack.mention_order = dice.choice(("mention-first", "message-first"))
        bot.kill()
        told.starts_s.append(bot.start())
        say(f"killed at question {at}, up again after {told.starts_s[-1]:.1f} s")


def _wait(until: Callable[[], bool], bot: BotProcess, told: Told, longest_s: float = LONGEST_S) -> None:
    """Wait for something; a bot that has ended by itself is started again, as a supervisor would."""
    end = time.monotonic() + longest_s
    while not until():
        if time.monotonic() > end:
            raise TimeoutError("the questions were not asked in time")
        if not bot.is_alive:
            told.deaths += 1
            told.starts_s.append(bot.start())
        time.sleep(0.01)


async def _start_cutting(slack: Slack, plan: Plan, told: Told) -> asyncio.Task[Any]:
    return slack.spawn(_cut(slack, plan, told))


async def _stop(task: asyncio.Task[Any]) -> None:
    task.cancel()


async def _cut(slack: Slack, plan: Plan, told: Told) -> None:
    """Cut the app's sockets, in every way in turn. Runs until it is cancelled."""
    dice = random.Random(plan.seed)  # noqa: S311
    for how in itertools.cycle((*DISCONNECTS, *CUTS)):
        await asyncio.sleep(plan.cut_every_s * dice.uniform(0.5, 1.5))
        if slack.sockets.open:
            await slack.sockets.drop(how, dice.randrange(len(slack.sockets.open)))
            told.cuts += 1


# --- peace


def _have_peace(slack: LocalSlack, bot: BotProcess, data: Path, told: Told) -> None:
    """Let Slack's further attempts arrive at a bot that is there, until nothing waits on either side."""
    for seconds in RETRIES_S:
        slack.sockets.wait(timeout_s=60.0)
        _rest(slack, data)
        slack.clock.advance(seconds)
        _rest(slack, data)
    told.still_waiting = unfinished(data)
    if not bot.is_alive:
        raise CommandFailed("the bot ended by itself in the end")


def _rest(slack: LocalSlack, data: Path) -> None:
    """Wait until nothing is under way and the inbox is empty: a killed worker's item is free again after its lease."""
    end = time.monotonic() + EMPTY_S
    while time.monotonic() < end:
        slack.settle(1.0, EMPTY_S)
        if not slack.slack.deliveries.under_way and not unfinished(data):
            return
        time.sleep(0.2)


# --- figures


def figures_of(counted: Counted, told: Told, findings: Sequence[str]) -> list[Checked]:
    return [
        Checked("questions", counted.asked),
        Checked("- that the bot was given", counted.given),
        Checked("- that Slack gave up, undelivered", counted.given_up),
        Checked("- commands that Slack said had failed", counted.refused),
        Checked("lost: without a reply", len(counted.lost), at_most=0),
        Checked("twice: with more than one reply", len(counted.twice), at_most=0),
        Checked("replies where no question is", len(counted.strays), at_most=0),
        Checked("working notes that were left behind", len(counted.notes), at_most=0),
        Checked("apologies among the replies", counted.apologies),
        Checked("items left in the inbox", told.still_waiting, at_most=0),
        Checked("kills", len(told.starts_s) - told.deaths),
        Checked("deaths without a kill", told.deaths),
        Checked("longest start", max(told.starts_s, default=0.0), unit="s"),
        Checked("sockets that were cut", told.cuts),
        Checked("deliveries disturbed, calls that failed", counted.faults),
        Checked("acknowledgements missed in the storm", sum(line.startswith(MISSED) for line in findings)),
        Checked("other findings of the lint", sum(not line.startswith(MISSED) for line in findings), at_most=0),
        Checked("in all", told.took_s, unit="s"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("chaos", __doc__)
    parser.add_argument("--questions", type=int, default=2_000, help="questions in all (default 2,000)")
    parser.add_argument("--people", type=int, default=20, help="people who ask at once (default 20)")
    parser.add_argument("--kills", type=int, default=10, help="times that the bot is killed (default 10)")
    parser.add_argument("--seed", type=int, default=1, help="another storm (default 1)")
    options = parser.parse_args(arguments)
    data = starter_data(options.work, "chaos")
    log = options.work / "chaos" / "bot.log"
    log.unlink(missing_ok=True)
    starter = load_questions(STARTER_QUESTIONS)
    private = frozenset(item.text for item in starter if item.type in _PRIVATE_TYPES)
    plan = Plan(
        [item.text for item in starter], private, options.questions, options.people, options.kills, options.seed
    )
    with LocalSlack(limits=False, lenient=True, link_hosts=["*"]) as slack, BotProcess(slack, data, log) as bot:
        counted, told = run(slack, bot, data, plan)
        findings = [line for line in lint(slack) if not line.startswith(SHARED_WORDS)]
    figures = figures_of(counted, told, findings)
    notes = [f"load of the machine at the end: {load_words()}; the bot's log: {log}"]
    notes += [*counted.violations()[:40], *findings[:20], *asked_in(log, plan.texts)]
    report("chaos", figures, options.json, how=command.how(options), notes=notes)
    return 0 if all(figure.reached is not False for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
