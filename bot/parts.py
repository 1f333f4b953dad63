"""What listeners and workers share, made once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient

from bot.engine import Engine
from bot.metrics import Metrics
from bot.model import BotSettings, TryLater
from bot.people import People
from bot.post import Poster
from ingest.desk import Desk
from records.inbox import Item
from records.open import Records
from web.links import Links


@dataclass(frozen=True, slots=True)
class Parts:
    """`client` is for reads and views and waits out rate limits; everything that people see posted goes by `poster`.

    `wake` tells the workers that the inbox has something new; `bot_user` is the bot's own id.
    `links` makes links to our own pages, where people can reach them.
    """

    settings: BotSettings
    client: WebClient
    records: Records
    people: People
    engine: Engine
    poster: Poster
    desk: Desk
    metrics: Metrics
    wake: Callable[[], None]
    bot_user: str
    team: str
    links: Links | None = None


Work = Callable[[Item, Parts], None]
"""What a worker does with an item of one kind. Done twice, it shows once."""

__all__ = ["Parts", "TryLater", "Work"]
