"""A small library behind a real store: read, cut and published by the pipeline, embedded by the fake model."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from answer.answerer import Answerer, Asking, Vocabulary
from answer.everyday import EverydayWords
from answer.offer import Offers
from answer.outcome import Outcome
from answer.retrieve import ALL_PARTS, Parts
from corpus.everyday import load_everyday
from corpus.glossary import load_glossary
from corpus.manifest import load_library
from corpus.model import Audience, Nation, Status
from corpus.status_map import load_status_map
from corpus.tools import load_tools
from index.embedded import EmbeddedStore
from ingest.pipeline import Ingest, Options
from tests.fakes import DirectReader, FakeEmbedder, QuietProgress, write_library

TODAY = dt.date(2026, 11, 23)

SUBJECTS = {
    "healthcheck": "The Practice Healthcheck survey takes 15 minutes. It covers ten areas of practice resilience.",
    "mentoring": "Mentoring gives a partner six meetings with a mentor. Mentoring is paid for by Whitby Foundation.",
    "coaching": "Coaching gives a manager four meetings with a coach. Coaching is paid for by Scarborough Council.",
    "merger": (
        "# Deciding\nA merger of practices begins with a talk between partners. It needs patience.\n---\n"
        "# Notice\nThe commissioner wants notice of a merger 90 days before the date. Write a letter.\n---\n"
        "# Premises\nAsk the landlord about leases of surgery premises before a merger. Measure the rooms."
    ),
}


@dataclass
class Desk:
    """A data folder with an answerer on top, and the files that it was made from."""

    root: Path
    store: EmbeddedStore
    embedder: FakeEmbedder

    def ingest(self, *libraries: Path) -> None:
        loaded = [load_library(path, [".txt"]) for path in libraries]
        Ingest(self.store, self.embedder, DirectReader, QuietProgress(), Options()).run(loaded)
        self.store.close()

    def write(self, name: str, files: dict[str, str], entries: str = "") -> Path:
        """A library folder; `entries` are the `[[document]]` tables."""
        manifest = f'[library]\nid = "{name}"\n\n{entries}'
        return write_library(self.root / name, {f"{stem}.txt": text for stem, text in files.items()}, manifest)

    def answerer(self, today: dt.date = TODAY, parts: Parts = ALL_PARTS) -> Answerer:
        vocabulary = Vocabulary(
            load_glossary(), load_status_map(), Offers(load_tools()), EverydayWords(load_everyday())
        )
        return Answerer(self.store.open(), self.embedder, vocabulary, today, parts=parts)

    def ask(
        self,
        question: str,
        role: Audience = Audience.OFFICER,
        after: str | None = None,
        libraries: tuple[str, ...] = (),
        nation: Nation | None = None,
    ) -> Outcome:
        return self.answerer().ask(Asking(question, role, after, libraries, nation))


def entry(
    name: str,
    audience: Audience = Audience.PUBLIC,
    *,
    nation: Nation = Nation.UK,
    status: Status = Status.CURRENT,
    published: str = "2026-05-01",
    more: str = "",
) -> str:
    """One `[[document]]` table."""
    return (
        f'[[document]]\nid = "{name}"\npath = "{name}.txt"\naudience = "{audience}"\nnation = "{nation}"\n'
        f'status = "{status}"\npublished = {published}\n{more}\n\n'
    )
