"""What connects to the local Slack in tests."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import websocket
from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode.websocket_client import SocketModeClient

from localslack.server import LocalSlack

Envelope = dict[str, Any]


class Ear:
    """A bare Socket Mode client: keeps every frame; acknowledges unless `acks` is off, with `payload` where it may."""

    def __init__(
        self, slack: LocalSlack, *, acks: bool = True, payload: Callable[[Envelope], Any] | None = None
    ) -> None:
        self.slack = slack
        self.acks = acks
        self.payload = payload
        self.frames: list[Envelope] = []
        self.ws = websocket.create_connection(ticket(slack), timeout=10)
        self._socket: Any = self.ws.sock
        self.frames.append(json.loads(self.ws.recv()))
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def envelopes(self) -> list[Envelope]:
        return [frame for frame in self.frames if "envelope_id" in frame]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The inner events, in the order in which they came."""
        return [frame["payload"]["event"] for frame in self.envelopes if frame["type"] == "events_api"]

    def names(self) -> list[str]:
        """The types of the inner events, with their subtypes."""
        return [event["type"] + "." * ("subtype" in event) + event.get("subtype", "") for event in self.events]

    def heard(self, name: str, timeout_s: float = 5.0) -> dict[str, Any]:
        """The first event of a type (and subtype)."""
        self.slack.wait_for(lambda: name in self.names(), timeout_s)
        return self.events[self.names().index(name)]

    def acknowledge(self, envelope: Envelope) -> None:
        answer = {"envelope_id": envelope["envelope_id"]}
        if self.payload is not None and envelope["accepts_response_payload"]:
            answer["payload"] = self.payload(envelope)
        self.ws.send(json.dumps(answer))

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads
        self._thread.join(5)
        self._socket.close()  # websocket-client leaves one that the other side closed

    def _listen(self) -> None:
        with suppress(websocket.WebSocketException, OSError, ValueError, AttributeError):
            while text := self.ws.recv():
                self.frames.append(json.loads(text))
                if self.acks and "envelope_id" in self.frames[-1]:
                    self.acknowledge(self.frames[-1])


def ticket(slack: LocalSlack) -> str:
    """The address for one socket."""
    client = WebClient(base_url=slack.api_url)
    return str(client.apps_connections_open(app_token=slack.app_token)["url"])


@dataclass(frozen=True, slots=True)
class Fetched:
    status: int
    kind: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


def fetch(url: str, body: bytes | None = None, **headers: str) -> Fetched:
    """GET, or POST a body, over plain HTTP; an error is an answer too. Redirects are followed."""
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - the address is the test's own
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            return _fetched(response)
    except urllib.error.HTTPError as error:
        with error:
            return _fetched(error)


def _fetched(response: Any) -> Fetched:
    return Fetched(response.status, response.headers.get_content_type(), response.read(), response.headers)


class Bot:
    """A Bolt app as ours is made: one client with a base address, the websocket-client adapter.

    Its client reads in a `select` of ten seconds, which the closing of its file does not end; so before it closes or
    renews a connection, the connection is shut down, which does.
    """

    def __init__(self, slack: LocalSlack) -> None:
        self.slack = slack
        self.app = App(client=WebClient(slack.bot_token, base_url=slack.api_url))
        self.handler: SocketModeHandler | None = None
        self._sockets: list[socket.socket] = []
        self._connect: Callable[[], None] = lambda: None

    def connect(self) -> None:
        self.handler = SocketModeHandler(self.app, self.slack.app_token, ping_interval=3)
        client = self.handler.client
        client.on_open_listeners.append(self._opened)
        self._connect = client.connect
        client.connect = self._reconnect  # type: ignore[method-assign]
        self.handler.connect()  # type: ignore[no-untyped-call]
        self.slack.sockets.wait()

    def close(self) -> None:
        if self.handler is not None:
            self._end_session(self.handler.client)
            self.handler.close()  # type: ignore[no-untyped-call]
        for one in self._sockets:  # websocket-client leaves those that Slack closed
            one.close()
        self.app.listener_runner.listener_executor.shutdown()

    def _opened(self, session: websocket.WebSocketApp) -> None:
        if session.sock is not None and session.sock.sock is not None:
            self._sockets.append(session.sock.sock)

    def _reconnect(self) -> None:
        if self.handler is not None:
            self._end_session(self.handler.client)
        self._connect()

    def _end_session(self, client: SocketModeClient) -> None:
        session = client.current_session
        client.auto_reconnect_enabled = False
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self.slack.wait_for(lambda: session is None or session.sock is None, 3)
