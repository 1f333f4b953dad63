"""The addresses of the page: who sees what there, and what a form may do."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from slack_sdk import WebClient

from localslack.page.build import Look, build
from localslack.page.panes import Seen
from localslack.server import LocalSlack

SCRIPTED = {"X-Page": "1"}
"""As the script asks: it does not wait for the app."""


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(link_hosts=["example.org"], hints=["Ask *something*", "Try `/ask`"]) as local:
        yield local


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def visitor(slack: LocalSlack) -> Visitor:
    return Visitor(slack.base_url)


class Visitor:
    """A browser without scripts, as far as one is needed here."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor())

    def get(self, path: str) -> str:
        return self._text(Request(self._base + path, headers=SCRIPTED))  # noqa: S310 - our own server

    def post(self, path: str, *, origin: str = "", **fields: str) -> str:
        headers = SCRIPTED | ({"Origin": origin} if origin else {})
        return self._text(Request(self._base + path, urlencode(fields).encode(), headers))  # noqa: S310

    def refused(self, path: str, **fields: str) -> int:
        """The status with which a page or, given fields, a form is refused."""
        with pytest.raises(HTTPError) as refused:
            _ = self.post(path, **fields) if fields else self.get(path)
        refused.value.close()
        return refused.value.code

    def _text(self, request: Request) -> str:
        with self._opener.open(request, timeout=10) as response:
            return unescape(response.read().decode())


def test_one_address_leads_to_the_first_persons_direct_message(visitor: Visitor) -> None:
    html = visitor.get("/")

    assert "You are: <b>Alice Archer</b>" in html
    assert "A Slack on this machine</b>, for trying the assistant — not Slack" in html
    assert "This is the direct message with Guidance Assistant." in html


def test_everybody_who_can_sign_in_can_be_chosen(visitor: Visitor) -> None:
    html = visitor.get("/as/mo")

    for name in ("alice", "olu", "bea", "mo", "priya", "pat", "gus", "ext"):
        assert f'href="/as/{name}"' in html
    assert "Dan Departed" not in html.split('id="completions"')[0]
    assert visitor.refused("/as/dan") == 404
    assert visitor.refused("/as/nobody") == 404


@pytest.mark.parametrize("path", ["/as/alice/c/officers", "/as/pat/c/shared-icb", "/as/ext/c/shared-icb"])
def test_one_sees_the_conversations_that_are_open_to_one(visitor: Visitor, path: str) -> None:
    assert "<main" in visitor.get(path)


@pytest.mark.parametrize(
    "path",
    [
        "/as/mo/c/officers",
        "/as/mo/c/C0OFFICERS",
        "/as/mo/c/D0ALICE",
        "/as/mo/c/D0ALICE/home",
        "/as/gus/c/general",
        "/as/ext/c/general",
        "/as/mo/c/nowhere",
    ],
)
def test_one_sees_no_others(visitor: Visitor, path: str) -> None:
    assert visitor.refused(path) == 404


def test_a_channel_that_one_is_not_in_can_be_joined(visitor: Visitor, slack: LocalSlack) -> None:
    assert "You are looking at #shared-icb, and are not in it." in visitor.get("/as/pat/c/shared-icb")

    html = visitor.post("/as/pat/message", back="/as/pat/c/shared-icb", channel="C0SHARED", do="join")

    assert "Message #shared-icb" in html
    assert slack.person("pat").id in slack.channel("#shared-icb").members


def test_a_form_of_another_site_does_nothing(visitor: Visitor, slack: LocalSlack) -> None:
    fields = {"back": "/as/mo/c/general", "channel": "C0GENERAL", "text": "hello"}

    assert visitor.refused("/as/mo/say", origin="https://evil.example", **fields) == 403
    assert slack.messages("#general") == []
    assert "hello" in visitor.post("/as/mo/say", origin=slack.base_url, **fields)


def test_nobody_acts_on_what_they_do_not_see(visitor: Visitor, slack: LocalSlack) -> None:
    said = slack.person("alice").says("Only for officers", "#officers")
    fields = {"back": "/as/mo/c/general", "channel": said.channel, "ts": said.ts}

    assert visitor.refused("/as/mo/message", do="react:tada", **fields) == 422
    assert visitor.refused("/as/mo/message", do="edit", text="Mine", **fields) == 422
    assert visitor.refused("/as/mo/message", do="delete", confirmed="1", **fields) == 422
    assert visitor.refused("/as/mo/press", press="f/a/b", **fields) == 422
    assert visitor.refused("/as/olu/message", do="edit", text="Mine", **fields | {"back": "/as/olu/c/officers"}) == 422
    assert (said.text, said.reactions, said.deleted) == ("Only for officers", {}, False)


def test_a_file_is_given_to_those_who_are_where_it_was_sent(visitor: Visitor, slack: LocalSlack) -> None:
    sent = slack.person("alice").uploads("page.html", b"<script>alert(1)</script>", in_="#officers")
    path = f"file/{sent.files[0].id}"

    assert visitor.get(f"/as/olu/{path}") == "<script>alert(1)</script>"
    assert visitor.refused(f"/as/mo/{path}") == 404


def test_a_file_is_never_a_page(visitor: Visitor, slack: LocalSlack) -> None:
    sent = slack.person("alice").uploads("page.html", b"<script>alert(1)</script>", in_="#officers")
    request = Request(f"{slack.base_url}/as/alice/file/{sent.files[0].id}")  # noqa: S310

    with build_opener().open(request, timeout=10) as response:
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_scripts_of_elsewhere_may_not_run(slack: LocalSlack) -> None:
    with build_opener().open(f"{slack.base_url}/as/alice/c/general", timeout=10) as response:
        policy = response.headers["Content-Security-Policy"]

    assert "default-src 'none'; script-src 'self'" in policy
    assert "unsafe" not in policy


def test_hostile_names_and_topics_are_text_too(visitor: Visitor, slack: LocalSlack) -> None:
    slack.world.users["U0PAT"].real_name = "</script><script>alert(1)</script>"
    slack.channel("#general").topic = "<img src=x onerror=alert(1)>"
    slack.person("pat").says("hello", "#general")
    with build_opener().open(f"{slack.base_url}/as/pat/c/general", timeout=10) as response:
        html = response.read().decode()

    assert "<script>alert" not in html
    assert "<img" not in html


def test_the_first_steps_are_shown_until_they_are_hidden(visitor: Visitor) -> None:
    assert "Ask <b>something</b>" in visitor.get("/as/mo/c/general")

    visitor.post("/as/mo/steps", back="/as/mo/c/general")

    assert "Ask <b>something</b>" not in visitor.get("/as/mo/c/general")


def test_the_app_is_seen_at_work_and_can_be_stopped(visitor: Visitor, slack: LocalSlack, client: WebClient) -> None:
    slack.world.app.events.add("agent_session_stopped")
    asked = slack.person("alice").says("a question")
    place: dict[str, Any] = {"channel_id": asked.channel, "thread_ts": asked.ts}
    client.assistant_threads_setStatus(**place, status="is reading 6 passages…")
    path = f"/as/alice/c/{asked.channel}"

    assert "Guidance Assistant is reading 6 passages…" in visitor.get(path)
    assert "Guidance Assistant is reading 6 passages…" in visitor.get(f"{path}?thread={asked.ts}")
    slack.clock.advance(121)
    assert "is reading" not in visitor.get(path)
    client.api_call("agents.sessions.setStatus", json={**place, "status": "processing", "title": "A merger"})
    html = visitor.get(f"{path}?thread={asked.ts}")
    assert ">Stop</button>" in html
    assert "Thread: <bdi>A merger</bdi>" in html
    visitor.post("/as/alice/stop", back=path, channel=asked.channel, thread=asked.ts)
    client.api_call("agents.sessions.setStatus", json={**place, "status": "active"})


def test_it_is_said_when_the_app_is_not_connected(visitor: Visitor, slack: LocalSlack) -> None:
    assert "Guidance Assistant is not connected" in visitor.get("/as/mo/c/general")

    slack.http_url = "http://127.0.0.1:9/slack/events"

    assert "is not connected" not in visitor.get("/as/mo/c/general")


def test_the_last_messages_of_a_long_channel_are_shown(visitor: Visitor, slack: LocalSlack) -> None:
    for number in range(205):
        slack.person("pat").says(f"message {number}", "#general")

    html = visitor.get("/as/mo/c/general")

    assert "Only the last 200 messages are shown." in html
    assert html.count('data-key="') == 200
    assert "message 204" in html


def test_what_was_not_read_yet_is_counted(slack: LocalSlack) -> None:
    mo, pat, seen = slack.person("mo"), slack.person("pat"), Seen()
    lobby, general = slack.channel("#lobby"), slack.channel("#general")
    pat.says("one", "#lobby")
    pat.says("two", "#lobby")
    question = mo.says("three", "#lobby")
    pat.says("four", "#lobby", thread=question)

    page = build(slack.slack, Look(mo.user, general), seen)
    rooms = dict(page.rooms)["Channels"]
    assert {room.name: room.unread for room in rooms if room.unread} == {"lobby": 3}
    build(slack.slack, Look(mo.user, lobby), seen)
    page = build(slack.slack, Look(mo.user, general), seen)
    assert [room for room in dict(page.rooms)["Channels"] if room.unread] == []


def test_changes_are_told_as_they_happen(slack: LocalSlack) -> None:
    since = slack.world.version
    with build_opener().open(f"{slack.base_url}/as/mo/changes?since={since}", timeout=10) as stream:
        slack.person("pat").says("hello", "#general")

        assert stream.readline().startswith(b"id: ")
        assert int(stream.readline().removeprefix(b"data: ")) > since


def test_a_browser_that_knew_an_earlier_server_is_told_at_once(slack: LocalSlack) -> None:
    with build_opener().open(f"{slack.base_url}/as/mo/changes?since=99999", timeout=10) as stream:
        assert stream.readline() == f"id: {slack.world.version}\n".encode()
