"""Signed HTTP: the real Bolt behind a small WSGI server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from slack_bolt import Ack, App, Say
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from localslack.people import Person
from localslack.server import LocalSlack

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


class Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def app(slack: LocalSlack) -> Iterator[App]:
    """A Bolt app that `slack.http_url` leads to."""
    app = App(client=WebClient(slack.bot_token, base_url=slack.api_url), signing_secret=slack.signing_secret)
    server = make_server("127.0.0.1", 0, SlackRequestHandler(app, path="/slack/events"), handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    slack.http_url = f"http://127.0.0.1:{server.server_port}/slack/events"
    yield app
    slack.http_url = ""
    server.shutdown()
    thread.join()
    server.server_close()
    app.listener_runner.listener_executor.shutdown()


@pytest.fixture
def endpoint(slack: LocalSlack) -> Iterator[Callable[..., list[dict[str, str]]]]:
    """Lets `slack.http_url` lead to an endpoint that answers in one way, and keeps the headers it was sent."""
    servers: list[ThreadingHTTPServer] = []

    def serve(status: int = 200, **headers: str) -> list[dict[str, str]]:
        seen: list[dict[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                seen.append({key.lower(): value for key, value in self.headers.items()})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815 - http.server calls it so

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        slack.http_url = f"http://127.0.0.1:{server.server_port}/"
        return seen

    yield serve
    slack.http_url = ""
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_address_is_verified_by_a_challenge(slack: LocalSlack, app: App) -> None:
    assert slack.verify_url()
    assert slack.ssl_check()


def test_there_must_be_an_address_to_verify(slack: LocalSlack) -> None:
    with pytest.raises(ValueError, match="set http_url first"):
        slack.verify_url()


def test_a_mention_is_answered(slack: LocalSlack, app: App, alice: Person) -> None:
    @app.event("app_mention")
    def answer(event: dict[str, Any], say: Say) -> None:
        say(text="Here", thread_ts=event["ts"], **QUIET)

    @app.event("message")
    def hear(event: dict[str, Any]) -> None:
        pass

    asked = alice.mentions("where?", "#general")
    assert slack.one_reply(asked).text == "Here"
    assert all(ack.acked for ack in slack.acks)


def test_a_command_and_a_submission_are_answered_in_the_response(slack: LocalSlack, app: App, alice: Person) -> None:
    text = {"type": "plain_text", "text": "Ask"}
    element = {"type": "plain_text_input", "action_id": "typed"}
    field = {"type": "input", "block_id": "question", "label": text, "element": element}

    @app.command("/ask")
    def ask(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
        view = {"type": "modal", "callback_id": "ask", "title": text, "submit": text, "blocks": [field]}
        client.views_open(trigger_id=command["trigger_id"], view=view)
        ack("Fill this in")

    @app.view("ask")
    def submitted(ack: Ack) -> None:
        ack(response_action="errors", errors={"question": "No"})

    alice.runs("/ask", "", "#general")
    assert [message.text for message in alice.whispers] == ["Fill this in"]
    assert alice.submits(values={"question": "Why?"}).errors == {"question": "No"}


def test_a_bad_signature_is_turned_away(slack: LocalSlack, app: App, alice: Person) -> None:
    heard: list[str] = []

    @app.event("message")
    def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    slack.disturb(bad_signature=True)
    alice.says("Forged")
    slack.wait_for(lambda: len(slack.acks) == 2)
    slack.disturb(stale_s=360)
    alice.says("Stale")
    slack.wait_for(lambda: len(slack.acks) == 4)

    assert [(ack.acked, ack.reason) for ack in slack.acks] == [(False, "http_error"), (True, "")] * 2
    slack.wait_for(lambda: heard == ["Forged", "Stale"])  # as their retries, which are signed as they should be


def test_a_retry_carries_its_number_and_reason(slack: LocalSlack, endpoint: Any, alice: Person) -> None:
    slack.allow("ack-missed")
    seen = endpoint(500)
    alice.says("Hello")
    slack.wait_for(lambda: len(slack.acks) == 2)
    slack.clock.advance(60)
    slack.wait_for(lambda: len(slack.acks) == 3)

    retries = [(one.get("x-slack-retry-num"), one.get("x-slack-retry-reason")) for one in seen]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]


def test_an_app_can_decline_retries(slack: LocalSlack, endpoint: Any, alice: Person) -> None:
    slack.allow("ack-missed")
    seen = endpoint(500, X_Slack_No_Retry="1")
    alice.says("Hello")
    slack.settle(0.05)

    assert len(seen) == 1


def test_slack_follows_two_redirects_at_most(slack: LocalSlack, endpoint: Any, alice: Person) -> None:
    endpoint(302, Location="/")
    alice.says("Hello")

    assert slack.acks[0].reason == "too_many_redirects"


def test_an_app_that_is_away_is_tried_again(slack: LocalSlack, app: App, alice: Person) -> None:
    @app.event("message")
    def hear(event: dict[str, Any]) -> None:
        pass

    url = slack.http_url
    slack.http_url = "http://127.0.0.1:1/"
    alice.says("Hello")
    slack.wait_for(lambda: len(slack.acks) == 2)
    slack.http_url = url
    slack.clock.advance(60)

    slack.wait_for(lambda: len(slack.acks) == 3)
    assert [(ack.acked, ack.reason) for ack in slack.acks] == [(False, "connection_failed")] * 2 + [(True, "")]
