"""What listeners and workers share, made once by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slack_sdk import WebClient

from assess.desk import Assessing
from assess.reporting import Reporting
from bot.engine import Engine
from bot.metrics import Metrics
from bot.model import BotSettings, TryLater
from bot.people import People
from bot.post import Poster
from corpus.tools import Tool
from ingest.desk import Desk
from records.inbox import Item
from records.open import Records
from web.links import Links
from web.passes import Passes


@dataclass(frozen=True, slots=True)
class Parts:
    """`client` is for reads and views and waits out rate limits; everything that people see posted goes by `poster`.

    `wake` tells the workers that the inbox has something new; `bot_user` is the bot's own id.
    `links` makes links to our own pages, and `passes` to those of assessments, where people can reach them. `desk` is
    the librarian's, `assessing` that of the questionnaires; `tools` are what the assistant offers beside answers.
    """

    settings: BotSettings
    client: WebClient
    records: Records
    people: People
    engine: Engine
    poster: Poster
    desk: Desk
    assessing: Assessing
    reporting: Reporting
    tools: Sequence[Tool]
    metrics: Metrics
    wake: Callable[[], None]
    bot_user: str
    team: str
    links: Links | None = None
    passes: Passes | None = None


Work = Callable[[Item, Parts], None]
"""What a worker does with an item of one kind. Done twice, it shows once."""

__all__ = ["Parts", "TryLater", "Work"]
