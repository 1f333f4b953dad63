"""Assessments behind the real web server: a real database, the shipped instruments, real HTTP."""

from __future__ import annotations

import datetime as dt
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from starlette.applications import Starlette

from assess.desk import Assessing
from assess.model import Assessment, Practice, Who
from bot.http import WebServer
from evaluation.bench.filling_crowd import answers, as_sent
from records import Records
from scoring.form import pages
from scoring.instrument import instruments
from tests.web.served import Reply
from web import assessment, plans, sharing
from web.passes import Passes

__all__ = ["EVERY", "Office", "answers", "as_sent", "form_of"]

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
SECRET = b"0123456789abcdef0123456789abcdef"
TEAM = "T1"
MO = Who(TEAM, "U0MO")  # manages Mill Lane Surgery
PAT = Who(TEAM, "U0PAT")  # a partner of it
OLA = Who(TEAM, "U0OLA")  # an officer of the LMC
EVE = Who(TEAM, "U0EVE")  # of another practice

HEALTHCHECK = "practice_healthcheck"
RESILIENCE = "resilience_assessment"
SKILLS = "partner_skills"
MERGER = "merger_readiness"
EVERY = (HEALTHCHECK, RESILIENCE, SKILLS, MERGER)


@dataclass
class Office:
    """`now` is the clock of the server and of the records, which a test may turn."""

    root: Path
    now: dt.datetime = NOW
    practice: Practice = field(init=False)

    def __post_init__(self) -> None:
        self.records = Records.open(f"sqlite:///{self.root / 'records.db'}", lambda: self.now)
        self.officers = {OLA, Who(TEAM, "U0ANN")}
        self.desk = Assessing(self.records, is_officer=lambda who: who in self.officers)
        self.practice = self.desk.add_practice(MO, "Mill Lane Surgery", "A12345")
        self.desk.add_member(MO, self.practice.id, PAT.member)
        self.passes = Passes(SECRET, "http://127.0.0.1:1")
        app = Starlette(
            routes=[
                *assessment.routes(self.desk, self.passes, lambda: self.now),
                *sharing.routes(self.desk, self.passes, lambda: self.now),
                *plans.routes(self.desk, self.passes, lambda: self.now),
            ]
        )
        self._server = WebServer(app, "127.0.0.1", 0)
        self._server.start()
        self.port = self._server.port

    def stop(self) -> None:
        self._server.stop()
        self.records.close()

    # --- what there is

    def start(self, instrument: str = HEALTHCHECK, who: Who = MO) -> Assessment:
        return self.desk.start(who, instrument, self.practice.id)

    def link(self, assessment: Assessment, who: Who = MO) -> str:
        """The path of the start page, without its last word: `/assessment/<token>/`."""
        address = self.passes.address(who.team, who.member, assessment.id, self.now)
        return urlsplit(address).path.removesuffix("start")

    def begun(self, instrument: str = HEALTHCHECK, who: Who = MO) -> tuple[Assessment, str]:
        found = self.start(instrument, who)
        return found, self.link(found, who)

    def responses(self, assessment: Assessment, who: Who = MO) -> dict[str, str]:
        return dict(self.desk.open(who, assessment.id).responses)

    def fill(self, assessment: Assessment, who: Who = MO, choice: int = 3) -> None:
        """Every field of every page, by the desk."""
        for page in pages(instruments()[assessment.instrument], {}):
            self.desk.save(who, assessment.id, page.id, answers(page, choice))

    # --- what a browser does

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply:
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.ask("POST", path, urlencode(form).encode(), sent)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            reply = connection.getresponse()
            return Reply(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def send(self, path: str, **values: str) -> Reply:
        """Open a page, fill some fields in, send it as a browser would: with all that stands in it."""
        return self.post(path, {**form_of(self.get(path)), **values})


def form_of(reply: Reply) -> dict[str, str]:
    """What the form of a page would send as it stands: kept answers, texts and hidden fields."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", reply.text):
        facts = {key: unescape(value) for key, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if facts.get("type") == "radio" and not re.search(r"\schecked\b", tag):
            continue
        if "name" in facts:
            found[facts["name"]] = facts.get("value", "")
    for name, value in re.findall(r'<textarea[^>]*\bname="([^"]*)"[^>]*>(.*?)</textarea>', reply.text, re.DOTALL):
        found[unescape(name)] = unescape(value)
    return found
