"""The connection to Slack over Socket Mode, watched and mended; why this client: docs/adr/0009."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.interval_runner import IntervalRunner
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.websocket_client import SocketModeClient
from websocket import WebSocketApp

from bot.post import DOUBTFUL
from corpus.errors import SettingsError

log = logging.getLogger(__name__)

PING_S = 4
# The client reconnects by itself within seconds; if it has not for this long, it is told to.
DEAF_S = 30.0
# Pings that stay unanswered for this long: the connection looks open, but nothing comes through it any more.
SILENT_S = 3.0 * PING_S
HANG_UP_S = 2.0
# How often the client looks whether a session has ended and another is there to be run.
LOOK_S = 0.5
HANDSHAKE_S = 10.0
CONCURRENCY = 10
REFUSED_TOKEN = {
    "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type",
    "missing_scope", "forbidden_team",
}  # fmt: skip


class Client(SocketModeClient):
    """The SDK's client, which begins and lets go of a connection at once.

    Its reading thread sits in a `select` of up to ten seconds, which closing the file does not end; for so long a new
    connection would not begin. Shutting the socket down does end it.
    """

    def __init__(self, app_token: str, app: App) -> None:
        self._raw: list[socket.socket] = []
        super().__init__(app_token, app.logger, app.client, ping_interval=PING_S, concurrency=CONCURRENCY)
        # It has found no session and sleeps: it begins anew with the first one.
        self.current_session_runner.shutdown()  # type: ignore[no-untyped-call]

    def connect(self) -> None:
        self._end_session()
        super().connect()
        if not (self.closed or self.current_session_runner.is_alive()):
            self.current_session_runner = IntervalRunner(self._run_current_session, LOOK_S).start()

    def disconnect(self) -> None:
        self._end_session()
        super().disconnect()

    def close(self) -> None:
        self.closed = True
        # Its threads look for this when they wake, which nothing does unless it is told to.
        self.current_session_runner.event.set()
        self.message_queue.put(None)
        super().close()

    def session_id(self) -> str:
        """The SDK asks for one where it cannot send, and this client of it has none."""
        return ""

    def keep(self, session: WebSocketApp) -> None:
        """Note the socket of a session that has begun: the library forgets to close one that Slack closed first."""
        if session.sock is not None and session.sock.sock is not None:
            self._raw.append(session.sock.sock)

    def _end_session(self) -> None:
        session, raw = self.current_session, self._raw
        self._raw = []
        if session is not None and (standing := session.sock) is not None:
            self.auto_reconnect_enabled = False  # `connect` sets it back: one new connection is enough
            # Told first, the reading thread ends in silence; else it logs an error for a connection that we end.
            session.keep_running = standing.connected = False
        for one in raw:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        end = time.monotonic() + HANG_UP_S / 2
        while raw and session is not None and session.sock is not None and time.monotonic() < end:
            time.sleep(0.01)
        for one in raw:
            one.close()


class Connection:
    """Socket Mode, watched: a connection that stays down is opened anew."""

    def __init__(self, app: App, app_token: str) -> None:
        self._app = app
        self._client = Client(app_token, app)
        self._client.socket_mode_request_listeners.append(self._handle)
        self._up_at = time.monotonic()
        # The client calls itself connected before the handshake is over, so what it tells us is kept here.
        self._is_open = threading.Event()
        self._opened_at = time.time()
        self._client.on_open_listeners.append(self._opened)
        self._client.on_close_listeners.append(lambda _: self._is_open.clear())

    def open(self) -> None:
        """Connect, and only then let the client look after itself: started earlier it would connect twice.

        Raises: SettingsError when Slack refuses the token. When Slack is in trouble the client tries again by itself.
        """
        client = self._client
        client.current_app_monitor_started = True
        try:
            self._client.connect()
            self._is_open.wait(HANDSHAKE_S)
        except (SlackApiError, *DOUBTFUL) as error:
            _check_token(error)
            log.warning("Slack gave no connection; it is asked again", extra={"error": type(error).__name__})
        client.current_app_monitor.start()

    def _handle(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """As Bolt's own handler does, which could not be given a client of ours."""
        began = time.time()
        send_response(client, request, run_bolt_app(self._app, request), began)

    def _opened(self, session: WebSocketApp) -> None:
        self._client.keep(session)
        self._opened_at = time.time()
        self._is_open.set()

    def is_up(self) -> bool:
        return self._is_open.is_set() and bool(self._client.is_connected()) and not self._is_silent()

    def _is_silent(self) -> bool:
        """Whether the last pings were not answered; the client sends them, but does not miss the answers."""
        session = self._client.current_session
        return session is not None and session.last_ping_tm - max(session.last_pong_tm, self._opened_at) > SILENT_S

    def watch(self) -> None:
        if self.is_up():
            self._up_at = time.monotonic()
        elif self._is_silent() or time.monotonic() - self._up_at > DEAF_S:
            log.warning("the connection to Slack was down; opening another")
            self._up_at = time.monotonic()
            self._client.connect_to_new_endpoint(force=True)

    def close(self) -> None:
        """Hang up; a client that does not let go in time ends with the process."""
        closing = threading.Thread(target=self._close, name="hang-up", daemon=True)
        closing.start()
        closing.join(HANG_UP_S)

    def _close(self) -> None:
        try:
            self._client.close()
        except (AttributeError, OSError) as error:
            # The client races with its own threads here; the process is going away in any case.
            log.info("closing the connection", extra={"error": type(error).__name__})


def _check_token(error: Exception) -> None:
    """Raises: SettingsError for an answer of Slack's that trying again does not change."""
    word = error.response.get("error", "") if isinstance(error, SlackApiError) else ""
    if word in REFUSED_TOKEN:
        raise SettingsError(f"Slack refuses SLACK_APP_TOKEN ({word}); copy it again from the app's page.") from error
