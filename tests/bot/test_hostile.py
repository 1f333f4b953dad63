"""500 hostile strings through the whole bot, as questions to a library whose titles and passages are hostile too."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.model import Message as Shown
from bot.render.ask import WORKING, apology
from bot.serve import Service
from corpus.manifest import load_library
from index.embed import Embedder
from index.embedded import EmbeddedStore
from ingest.pipeline import Ingest, Options
from ingest.read import SUFFIXES
from ingest.register import Registered, register
from localslack import events, interact
from localslack.people import Person
from localslack.slack import Slack
from localslack.world import Channel, Message
from tests.bot.conftest import StartBot
from tests.bot.hostile import FIVE_HUNDRED, LONG, STRINGS
from tests.bot.slack_rules import check_message, check_view, live_in_blocks, live_in_mrkdwn
from tests.bot.town import Town
from tests.fakes import DirectReader, QuietProgress, write_library

pytestmark = pytest.mark.slow

TOPICS = ("levy", "merger", "helpdesk", "uplift", "premises", "locum", "vaccine", "rota", "lease", "pension")
HOST = "anytown-lmc.example"
TOGETHER = 16
SEED = 7
APOLOGY = apology("").text[:40]


def _documents() -> dict[str, str]:
    """Two documents on each topic, in whose sentences every hostile string stands somewhere."""
    files = {}
    for number, text in enumerate([*STRINGS, *(piece * 40 for piece in LONG)]):
        topic = TOPICS[number % len(TOPICS)]
        body = text.encode("utf-8", "replace").decode().replace("\x00", "\\0")
        files[f"{topic}{number}.txt"] = (
            f"# About the {topic}\nThe {topic} of Anytown costs {number} pounds {body} in each year.\n"
            f"{body}\nEvery practice asks for the {topic} before the {topic} begins {body}.\n"
        )
    return files


def _manifest(files: Sequence[str]) -> str:
    """Titles, publishers and contacts that are hostile, as far as a manifest can hold them."""
    entries = ['[library]\nid = "hostile"\n[defaults]\naudience = "public"\n']
    for number, name in enumerate(files):
        text = json.dumps(
            f"{STRINGS[number % len(STRINGS)]} {name}".encode("utf-8", "replace").decode(), ensure_ascii=False
        )
        text = text.replace("\x7f", "\\u007f")
        entries.append(
            f'[[document]]\npath = "{name}"\ntitle = {text}\npublisher = {text}\ncontact = {text}\n'
            f'source_url = "https://{HOST}/{number}"\n'
        )
    return "".join(entries)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, model: Embedder) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    files = _documents()
    folder = write_library(root / "library", files, _manifest(list(files)))
    store = EmbeddedStore(root / "data")
    library = load_library(folder, sorted(SUFFIXES))
    assert not library.problems
    summary = Ingest(store, model, DirectReader, QuietProgress(), Options()).run([library])
    assert summary.published
    assert not [report.error for report in summary.reports.values() if report.error]
    store.close()
    register(root / "data", [Registered(folder, "hostile")])
    return root / "data"


@pytest.fixture
def slack() -> Iterator[Town]:
    with Town(link_hosts=[HOST], limits=False, ack_timeout_s=15.0) as slack:
        # Addresses that stand in words are no links (`check_shown` knows which are); many people ask the same things.
        slack.allow("link-host", "ephemeral-made-public")
        yield slack


@dataclass(slots=True)
class Put:
    """A question that was put, and where its reply belongs: the message, or the response URL of a command."""

    text: str
    message: Message | None = None
    url: str = ""


@dataclass(slots=True)
class Throng:
    """Questions put to the bot as they stand, many at once: no client has escaped them."""

    slack: Slack
    jobs: Sequence[tuple[str, str, Channel, str]]
    put: list[Put] = field(default_factory=list)

    async def start(self) -> None:
        gate = asyncio.Semaphore(TOGETHER)
        self.slack.spawn(asyncio.wait([asyncio.create_task(self._one(gate, *job)) for job in self.jobs]))

    async def _one(self, gate: asyncio.Semaphore, how: str, user: str, place: Channel, text: str) -> None:
        async with gate:
            asked = Put(text)
            if how == "command":
                receipt = await interact.command(self.slack, user, "/ask", text, place)
                asked.url = receipt.response_url.rpartition("/")[2]
            else:
                bot = self.slack.world.app.bot_user
                asked.message = _message(self.slack, user, place, f"<@{bot}> {text}" if how == "mention" else text)
                await events.tell_message(self.slack, asked.message)
            async with asyncio.timeout(60.0):
                version = self.slack.world.version
                while not replies(self.slack, asked):
                    version = await self.slack.world.changed(version)
            self.put.append(asked)


def _message(slack: Slack, user: str, place: Channel, text: str) -> Message:
    message = Message(place.id, slack.world.next_ts(), user, text, slack.world.team.id)
    return slack.world.store(message)


def replies(slack: Slack, asked: Put) -> list[Message]:
    """What people see in answer to a question at this moment."""
    if asked.message is not None:
        thread = slack.world.channels[asked.message.channel].thread(asked.message.ts)
        return [message for message in thread if message.bot_id]
    shown = slack.world.whispers.get(slack.world.response_urls[asked.url].message_ts)
    return [shown] if shown is not None and shown.text != WORKING else []


def _questions() -> list[str]:
    """500: every second one asks for something that the library has, so that its passages are quoted."""
    dice = random.Random(SEED)
    long = [piece * (100_000 // len(piece)) for piece in LONG]
    found = [*FIVE_HUNDRED[: 500 - len(long)], *long]
    return [
        f"What does the {dice.choice(TOPICS)} cost? {text}" if n % 2 else f"{text} ?" for n, text in enumerate(found)
    ]


def _jobs(slack: Town) -> list[tuple[str, str, Channel, str]]:
    people = [slack.person(name) for name in ("alice", "bea", "mo", "priya", "pat")]
    general = slack.channel("#general")

    def job(number: int, text: str) -> tuple[str, str, Channel, str]:
        how, person = ("direct", "mention", "command")[number % 3], people[number % len(people)]
        return how, person.id, person.dm if how == "direct" else general, text

    return [job(number, text) for number, text in enumerate(_questions())]


def _is_ours(token: str, slack: Town) -> bool:
    bare = token.partition("|")[0].lstrip("@#")
    return bare.startswith(f"https://{HOST}/") or bare in slack.world.users or bare in slack.world.channels


def check_shown(message: Message, slack: Town) -> None:
    """Nothing live that is not ours, and no limit broken, by an independent reading of Slack's rules."""
    live = {*live_in_blocks(message.blocks), *live_in_mrkdwn(message.text)}
    allowed = frozenset(token.split("|")[0].lstrip("@#") for token in live if _is_ours(token, slack))
    check_message(Shown(message.text, tuple(message.blocks)), allowed)


def test_500_hostile_questions_each_get_one_harmless_reply(
    slack: Town, start_bot: StartBot, caplog: pytest.LogCaptureFixture
) -> None:
    bot = start_bot(workers=4)
    throng = Throng(slack.slack, _jobs(slack))
    assert len({text for *_, text in throng.jobs}) == 500

    slack.run(throng.start())
    slack.wait_for(lambda: len(throng.put) == 500, timeout_s=200.0)
    slack.settle()

    shown = [message for asked in throng.put for message in replies(slack.slack, asked)]
    assert len(shown) == 500
    assert [message.text for message in shown if message.text.startswith(APOLOGY)] == []
    assert sum(f"https://{HOST}/" in json.dumps(message.blocks) for message in shown) > 100, (
        "few answers quote anything"
    )
    assert bot.parts.records.inbox.state().failed == 0
    assert "refused the blocks" not in caplog.text
    for message in shown:
        check_shown(message, slack)


def test_hostile_passages_and_messages_are_harmless_in_modals_and_on_app_home(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")
    for topic in TOPICS:
        asked = mo.says(f"What does the {topic} of Anytown cost in each year?")
        mo.clicks(slack.one_reply(asked, timeout_s=20), "show_passage:1")
        _check_modal(slack, mo)
    for text in (*STRINGS, *(piece * 2_000 for piece in LONG)):
        message = slack.run(_stored(slack.slack, mo, f"{text}."))
        mo.shortcut("ask_about_message", message)
        _check_modal(slack, mo)
    mo.opens_home()
    home = slack.wait_for(lambda: mo.home)
    assert home is not None
    check_view(home.body, _allowed(slack))


async def _stored(slack: Slack, person: Person, text: str) -> Message:
    return _message(slack, person.id, slack.world.channels["C0GENERAL"], text)


def _check_modal(slack: Town, person: Person) -> None:
    def opened() -> bool:
        return person.modal is not None and "I am reading the message" not in slack.screen(person)

    _until(slack, opened)
    assert person.modal is not None
    check_view(person.modal.body, _allowed(slack))
    person.closes()


def _until(slack: Town, so: Callable[[], bool]) -> None:
    slack.wait_for(so)


def _allowed(slack: Town) -> frozenset[str]:
    addresses = (f"https://{HOST}/{number}{at}" for number in range(50) for at in ("", "#page=1"))
    return frozenset([*addresses, *slack.world.users, *slack.world.channels])
