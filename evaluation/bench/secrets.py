"""Ten thousand questions to a library with hidden words: none may reach anybody below its document's audience.

Every topic has a document for each audience, all in the same words, so that a search finds all of them; in each, the
file's name, the title, a heading and two sentences hide a word of their own. Most questions go straight to the answerer
and the renderer, for a reader of a random role. The others go through the whole bot, a process of its own, in the
Slack on this machine: people of every role ask in direct messages, in channels of every clearance and by /ask, press
each other's buttons, fill in the forms that open, look at App Home and open the links. What each person can see is
looked at the moment it is shown.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import random
import shutil
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from answer.answerer import Asking
from answer.outcome import Answer, to_json
from bot.engine import Engine
from bot.render.answer import AnswerView, PlaceKind, render
from corpus.model import Audience
from evaluation.bench import command
from evaluation.bench.chaos import SHARED_WORDS
from evaluation.bench.figures import Checked, report, say
from evaluation.bench.processes import ROOT, measure
from evaluation.bench.secrets_library import Made, Oracle, make, question
from evaluation.bench.secrets_town import Visitors, Watch, open_links, settle_in
from evaluation.bench.slack import lint, load_words
from evaluation.bench.slack_bot import BotProcess, settings_of
from evaluation.bench.slack_count import asked_in
from evaluation.studied import shipped_vocabulary
from index.embed import ModelChoice, open_embedder
from index.embedded import EmbeddedStore
from localslack.server import LocalSlack

LONGEST_S = 3_600.0
_PLACES: tuple[PlaceKind, ...] = ("channel", "direct", "only_you")


@dataclass(frozen=True, slots=True)
class Looked:
    """Texts that were looked through, hidden words that were in those that should have them, and leaks."""

    texts: int
    rightful: int
    leaks: tuple[str, ...]


def prepare(folder: Path, models: Path, seed: int) -> tuple[Made, Path]:
    """Write the library and ingest it, anew; the library and the data folder."""
    shutil.rmtree(folder, ignore_errors=True)
    made, data = make(folder / "library", seed), folder / "data"
    data.mkdir()
    open_embedder(ModelChoice(), models)
    (data / "models").symlink_to(models.absolute(), target_is_directory=True)
    measure(
        [sys.executable, "-m", "cli.main", "ingest", made.folder.absolute(), "--data-dir", data.absolute()], cwd=ROOT
    )
    return made, data


def ask_directly(data: Path, oracle: Oracle, count: int, seed: int) -> Looked:
    """Questions to the answerer; its outcome and what is rendered of it, as a reader of a random role gets them."""
    vocabulary = shipped_vocabulary()
    engine = Engine(EmbeddedStore(data), open_embedder(ModelChoice(), data / "models"), vocabulary)
    dice = random.Random(seed)  # noqa: S311 - the same questions every time
    rightful, leaks = 0, []
    for number in range(count):
        role, text = dice.choice(list(Audience)), question(dice)
        outcome = engine.answerer().ask(Asking(text, role))
        shown = render(outcome, _view(dice, isinstance(outcome, Answer)))
        seen = json.dumps([to_json(outcome), dataclasses.asdict(shown)], ensure_ascii=False)
        rightful += any(oracle.is_secret(word) for word in oracle.told(seen) - oracle.leaks(seen, role))
        leaks += [f"{role} was told {word} by {text!r}" for word in oracle.leaks(seen, role)]
        if number % 1_000 == 999:
            say(f"{number + 1} questions to the answerer, {len(leaks)} leaks")
    return Looked(count, rightful, tuple(leaks))


def _view(dice: random.Random, is_answer: bool) -> AnswerView:
    place: PlaceKind = dice.choice(_PLACES)
    today = dt.datetime.now().astimezone().date()
    return AnswerView(
        answer_id="a" * 32, place=place, today=today, can_share=place == "only_you" and is_answer, asked_by="U0ALICE"
    )


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of the questions through the bot."""

    looked: Looked
    asked: Sequence[str]
    clicks: int
    forms: int
    pages: int
    findings: Sequence[str]


def visit(made: Made, data: Path, log: Path, count: int, seed: int, each: int = 3) -> Visited:
    """Questions through the whole bot, with everything that people do besides. `each`: more people of every role."""
    port = _free_port()
    with LocalSlack(limits=False, lenient=True, link_hosts=["*"]) as slack:
        users = settle_in(slack, each)
        watch = Watch(slack.slack, Oracle(made.secrets))
        watch.begin()
        settings = settings_of(slack, data, http_port=str(port), public_url=f"http://127.0.0.1:{port}")
        with BotProcess(slack, data, log, settings):
            visitors = Visitors(slack.slack, watch, users, count, seed)
            slack.run(visitors.start())
            if not visitors.done.wait(LONGEST_S):
                raise TimeoutError(f"{count} questions were not asked in {LONGEST_S:.0f} s")
            slack.settle(1.0, 120.0)
            pages = open_links(watch)
        findings = [line for line in lint(slack) if not line.startswith(SHARED_WORDS)]
    looked = Looked(watch.looked, len(watch.rightful), tuple(sorted(watch.leaks)))
    return Visited(looked, [one.text for one in visitors.asked], visitors.clicks, visitors.forms, pages, findings)


def _free_port() -> int:
    """A port that nothing listens on at this moment: links to the bot's pages must name it beforehand."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def figures_of(direct: Looked, visited: Visited) -> list[Checked]:
    return [
        Checked("questions to the answerer and the renderer", direct.texts),
        Checked("- that showed a closed word to a reader entitled to it", direct.rightful, at_least=1),
        Checked("- leaks", len(direct.leaks), at_most=0),
        Checked("questions through the whole bot", len(visited.asked)),
        Checked("- clicks, by anybody on anything", visited.clicks),
        Checked("- forms that were sent", visited.forms),
        Checked("- pages that links opened", visited.pages),
        Checked("- looks of one person at one thing", visited.looked.texts),
        Checked("- closed words seen by people entitled to them", visited.looked.rightful, at_least=1),
        Checked("- leaks", len(visited.looked.leaks), at_most=0),
        Checked("- findings of the lint", len(visited.findings)),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("secrets", __doc__)
    parser.add_argument("--questions", type=int, default=10_000, help="questions in all (default 10,000)")
    parser.add_argument(
        "--through-bot", type=int, default=1_500, help="of those, through the whole bot (default 1,500)"
    )
    parser.add_argument("--seed", type=int, default=1, help="another library and other questions (default 1)")
    options = parser.parse_args(arguments)
    made, data = prepare(options.work / "secrets", options.work / "models", options.seed)
    say(f"{len(made.secrets)} hidden words in {len(list(made.folder.glob('*.md')))} documents")
    log = options.work / "secrets" / "bot.log"
    visited = visit(made, data, log, options.through_bot, options.seed)
    say(f"{len(visited.asked)} questions through the bot, {len(visited.looked.leaks)} leaks")
    direct = ask_directly(data, Oracle(made.secrets), options.questions - options.through_bot, options.seed)
    figures = figures_of(direct, visited)
    notes = [f"load of the machine at the end: {load_words()}; the bot's log: {log}"]
    notes += [*direct.leaks[:20], *visited.looked.leaks[:20], *visited.findings[:20], *asked_in(log, visited.asked)]
    report("secrets", figures, options.json, how=command.how(options), notes=notes)
    return 0 if all(figure.reached is not False for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
