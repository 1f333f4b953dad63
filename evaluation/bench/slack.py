"""Twenty people who ask the bot at once: how soon it acknowledges, how soon it replies, and what it needs for that.

The Slack on this machine runs in this process, without rate limits; the bot is a process of its own, over Socket Mode,
with the starter library. Everybody asks the next question as soon as the last is answered, first by direct message,
then by mention in channels. The time of a reply is from the moment at which the question stands in Slack to the moment
at which the reply does.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.bench import command
from evaluation.bench.figures import Checked, report, say
from evaluation.bench.slack_bot import BotProcess, starter_data
from evaluation.bench.slack_town import COMMAND, DIRECT, MENTION, Asked, Asker, Crowd, answers, people, spread
from evaluation.measures import percentile
from evaluation.questions import STARTER_QUESTIONS, load_questions
from localslack.deliver import Ack
from localslack.errors import LintFailure
from localslack.server import LocalSlack

MOST_ACK_MS = 300.0
MOST_REPLY_S = 1.5
PATIENCE_S = 60.0
LONGEST_S = 3_600.0
WARM_UP = 20
PRIVATE_TYPES = {"pii", "crisis"}
"""Questions whose reply to a mention goes to the asker alone, and not into the thread."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one way of asking: milliseconds to each acknowledgement, seconds to each reply, and the whole."""

    how: str
    acks_ms: tuple[float, ...]
    replies_s: tuple[float, ...]
    wrong: tuple[str, ...]
    took_s: float


def questions_for(how: str) -> list[str]:
    """The starter set's questions that can be asked in this way."""
    found = load_questions(STARTER_QUESTIONS)
    return [item.text for item in found if how != MENTION or item.type not in PRIVATE_TYPES]


def ask_round(slack: LocalSlack, askers: Sequence[Asker], how: str, count: int) -> Round:
    """Let everybody ask in one way, and look at what came."""
    crowd = Crowd(slack.slack, askers, spread(questions_for(how), count, lambda _, __: how, 1), PATIENCE_S)
    known, began = len(slack.acks), slack.clock.now()
    slack.run(crowd.start())
    if not crowd.done.wait(LONGEST_S):
        raise TimeoutError(f"{count} questions were not asked in {LONGEST_S:.0f} s")
    took_s = slack.clock.now() - began
    slack.settle(1.0, 60.0)
    return Round(
        how, acks_ms(slack, slack.acks[known:]), replies_s(slack, crowd.asked), wrong(slack, crowd.asked), took_s
    )


def acks_ms(slack: LocalSlack, acks: Sequence[Ack]) -> tuple[float, ...]:
    """Milliseconds to each acknowledgement of what people did: the bot is told of its own messages too."""
    bot = slack.world.app.bot_user
    return tuple(ack.latency_s * 1_000 for ack in acks if ack.user != bot)


def replies_s(slack: LocalSlack, asked: Sequence[Asked]) -> tuple[float, ...]:
    """Seconds from each question to its first reply."""
    times = []
    for one in asked:
        if one.how != COMMAND and (found := answers(slack.slack, one)):
            times.append(float(found[0].ts) - float(one.ts))
    return tuple(times)


def wrong(slack: LocalSlack, asked: Sequence[Asked]) -> tuple[str, ...]:
    """The questions that have not exactly one reply."""
    counts = {f"{one.channel}/{one.ts}": len(answers(slack.slack, one)) for one in asked}
    return tuple(f"{place}: {count} replies" for place, count in counts.items() if count != 1)


def lint(slack: LocalSlack) -> list[str]:
    """What the local Slack found that an app must not do."""
    try:
        slack.check()
    except LintFailure as failure:
        return str(failure).splitlines()
    return []


def figures_of(found: Round) -> list[Checked]:
    acks, replies = found.acks_ms, found.replies_s
    return [
        Checked(f"{found.how}: acknowledgement p50", percentile(acks, 0.5), unit="ms"),
        Checked(f"{found.how}: acknowledgement p95", percentile(acks, 0.95), unit="ms"),
        Checked(f"{found.how}: acknowledgement p99", percentile(acks, 0.99), at_most=MOST_ACK_MS, unit="ms"),
        Checked(f"{found.how}: reply p50", percentile(replies, 0.5), unit="s"),
        Checked(f"{found.how}: reply p95", percentile(replies, 0.95), at_most=MOST_REPLY_S, unit="s"),
        Checked(f"{found.how}: reply p99", percentile(replies, 0.99), unit="s"),
        Checked(f"{found.how}: questions a second", len(replies) / found.took_s),
        Checked(f"{found.how}: questions without exactly one reply", len(found.wrong), at_most=0),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("slack", __doc__)
    parser.add_argument("--questions", type=int, default=2_000, help="questions in each way of asking (default 2,000)")
    parser.add_argument("--people", type=int, default=20, help="people who ask at once (default 20)")
    parser.add_argument("--only", choices=[DIRECT, MENTION], help="only one way of asking")
    options = parser.parse_args(arguments)
    data = starter_data(options.work)
    log = options.work / "slack" / "bot.log"
    log.unlink(missing_ok=True)
    with LocalSlack(limits=False, lenient=True, link_hosts=["*"]) as slack:
        askers = people(slack, options.people)
        with BotProcess(slack, data, log) as bot:
            ask_round(slack, askers, DIRECT, WARM_UP)
            rounds = []
            for how in (DIRECT, MENTION) if options.only is None else (options.only,):
                rounds.append(ask_round(slack, askers, how, options.questions))
                say(f"{how}: {rounds[-1].took_s:.0f} s, load {load_words()}")
        findings = lint(slack)
    figures = [figure for found in rounds for figure in figures_of(found)]
    figures.append(Checked("peak memory of the bot", bot.peak_mib, unit="MiB"))
    figures.append(Checked("findings of the lint", len(findings), at_most=0))
    notes = [f"load of the machine at the end: {load_words()}; {WARM_UP} questions before are not counted"]
    notes += [line for found in rounds for line in found.wrong][:20]
    notes += [f"{count} x {line}" for line, count in Counter(findings).most_common(20)]
    report("slack", figures, options.json, how=command.how(options), notes=notes)
    return 0 if all(figure.reached is not False for figure in figures) else 1


def load_words() -> str:
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


if __name__ == "__main__":
    raise SystemExit(main())
