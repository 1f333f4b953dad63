"""A small library behind the real web server: real files, a real generation, real HTTP."""

from __future__ import annotations

import datetime as dt
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette

from bot.http import WebServer
from corpus.manifest import load_library
from corpus.model import Audience, Passage
from index.embedded import EmbeddedStore
from index.generation import Generation
from ingest.pipeline import Ingest, Options
from tests.fakes import DirectReader, FakeEmbedder, QuietProgress, write_library
from web.links import Links, SourceLink
from web.source import routes

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
SECRET = b"0123456789abcdef0123456789abcdef"
SUFFIXES = (".txt", ".pdf", ".html", ".svg", ".docx")

FILES = {
    "levy.pdf": "%PDF-1.7\n# The levy\nEach practice pays the levy. It is 42 pence for each patient.\n"
    "# What it pays for\nThe levy pays for:\n- the office\n- legal advice\n- the annual conference\n"
    "---\n# Amounts\n| Year: 2025; Pence: 41\n| Year: 2026; Pence: 42\nAsk the office about arrears.\n"
    "---\n# Arrears\nA practice in arrears is written to twice.",
    "merger.txt": "# Merging\nTalk to the commissioner first, about 44 weeks before the date.",
    "merger-2019.txt": "# Merging\nTalk to the area team 20 weeks before the date.",
    "rota.txt": "# Rota\nThe helpdesk is open on Tuesdays.",
    "line.txt": "# Line\nOfficers accept no uplift below seven percent.",
    "page.html": "# Page\nThis was a page of the web.",
    "drawing.svg": "# Drawing\nThis was a drawing.",
    "letter.docx": "# Letter\nThis was a letter.",
    "hostile.txt": '# <script>alert(1)</script>\nPay </mark></p><img src=x onerror=alert(1)> & "quote" {{ 7*7 }}.\n'
    "- <b>bold</b>\n| <i>A</i>: <u>1</u>; B: <a href=javascript:alert(1)>2</a>",
}
MANIFEST = """
[library]
id = "anytown"
[defaults]
publisher = "Anytown LMC"
audience = "public"
[[document]]
path = "levy.pdf"
title = "The LMC levy"
published = 2026-04-01
reviewed = 2026-05-02
[[document]]
path = "merger.txt"
title = "Guide to mergers"
published = 2026-02-01
audience = "practice"
contact = "the merger lead"
[[document]]
path = "merger-2019.txt"
title = "Mergers, 2019"
published = 2019-06-01
status = "superseded"
superseded_by = "merger"
audience = "practice"
[[document]]
path = "rota.txt"
title = "Helpdesk rota"
published = 2024-01-05
status = "under_review"
review_due = 2026-01-05
[[document]]
path = "line.txt"
title = "Negotiation line"
audience = "officer"
[[document]]
path = "hostile.txt"
title = "</title><script>alert('title')</script>"
publisher = "\\"><img src=x onerror=alert(1)>"
contact = "<b>me</b>"
[[document]]
path = "page.html"
[[document]]
path = "drawing.svg"
[[document]]
path = "letter.docx"
"""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def seen(self) -> str:
        """The words of the page, without markup and with single spaces."""
        return seen(self.text)


@dataclass
class Site:
    """`now` is the clock of the server, which a test may turn."""

    root: Path
    store: EmbeddedStore
    now: dt.datetime = NOW
    files: dict[str, str] = field(default_factory=lambda: dict(FILES))
    manifest: str = MANIFEST

    def __post_init__(self) -> None:
        self.ingest()
        self.links = Links(SECRET, "http://127.0.0.1:1")
        app = Starlette(routes=routes(self.snapshot, self.links, lambda: self.now))
        self._server = WebServer(app, "127.0.0.1", 0)
        self._server.start()
        self.port = self._server.port

    def stop(self) -> None:
        self._server.stop()

    def ingest(self) -> None:
        folder = write_library(self.root, self.files, self.manifest)
        library = load_library(folder, SUFFIXES)
        Ingest(self.store, FakeEmbedder(), DirectReader, QuietProgress(), Options()).run([library])

    def change(self, old: str, new: str) -> None:
        """Change the manifest and take the library in again."""
        assert old in self.manifest
        self.manifest = self.manifest.replace(old, new)
        self.ingest()

    def snapshot(self) -> Generation:
        return self.store.open()

    def passage(self, name: str, holding: str) -> Passage:
        """The passage of a document that holds some words."""
        found = self.snapshot().reader.passages_of(f"anytown/{name}")
        return next(item.passage for item in found if holding in item.passage.text)

    def token(self, name: str, page: int = 1, holding: str = "", audience: Audience = Audience.PUBLIC) -> str:
        passage_id = self.passage(name, holding).id if holding else ""
        address = self.links.source(f"anytown/{name}", page, passage_id, audience=audience, now=self.now)
        return urlsplit(address).path.rsplit("/", 1)[-1]

    def page(self, name: str, page: int = 1, holding: str = "", audience: Audience = Audience.PUBLIC) -> Reply:
        return self.get(f"/source/{self.token(name, page, holding, audience)}")

    def file(self, name: str, audience: Audience = Audience.PUBLIC) -> Reply:
        return self.get(f"/file/{self.token(name, audience=audience)}")

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path: str, method: str = "GET") -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path)
            reply = connection.getresponse()
            return Reply(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def read(self, token: str) -> SourceLink:
        link = self.links.read(token, self.now)
        assert isinstance(link, SourceLink)
        return link


def seen(markup: str) -> str:
    parser = _Words()
    parser.feed(markup)
    return re.sub(r"\s+", " ", "".join(parser.words)).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False
        self.words.append(" " if tag in {"p", "li", "td", "th", "h1", "h2", "h3", "dt", "dd", "a", "div"} else "")

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.words.append(data)
