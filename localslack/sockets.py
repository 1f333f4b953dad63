"""Socket Mode: the sockets that the app opened, what is sent over them, and the ways in which Slack cuts them."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from localslack.deliver import Delivery, Reply
from localslack.faults import Quirk
from localslack.world import Payload

if TYPE_CHECKING:
    from localslack.slack import Slack

TICKET_LASTS_S = 30.0
REFRESH_GRACE_S = 10.0  # between the warning and the cut
DISCONNECTS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")
CUTS = ("close", "rst", "fin", "half-open")
LIFE_S = 18_060  # what Slack's hello says of how long the connection may live
CLOSES_WITHIN_S = 1.0  # for the client's answer to a close frame
HOST = "applink-local"


@dataclass(eq=False, slots=True)
class Socket:
    """One connection. `retiring`: told to reconnect; `dead`: half-open, nothing passes any more."""

    number: int
    ws: web.WebSocketResponse
    request: web.Request
    retiring: bool = False
    dead: bool = False
    sent: int = 0

    @property
    def is_open(self) -> bool:
        return not self.dead and not self.ws.closed and self.request.transport is not None


@dataclass(slots=True)
class Waiting:
    """An envelope on its way."""

    socket: Socket
    answered: asyncio.Future[Payload]


@dataclass(slots=True)
class Sockets:
    """The sockets of the app. `spread` says which one the next envelope takes: round-robin, random or sticky."""

    slack: Slack
    open: list[Socket] = field(default_factory=list)
    largest: int = 10
    spread: str = "round-robin"
    opened: int = 0
    late_acks: list[str] = field(default_factory=list)
    """Envelope ids that were acknowledged when nobody waited any more, or twice."""
    _tickets: dict[str, float] = field(default_factory=dict)
    _waiting: dict[str, Waiting] = field(default_factory=dict)
    _turn: itertools.count[int] = field(default_factory=itertools.count)
    _dice: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - any socket will do

    # --- connecting

    def ticket(self) -> str:
        """The address for one connection."""
        name = secrets.token_hex(12)
        self._tickets[name] = self.slack.clock.now() + TICKET_LASTS_S
        base = self.slack.base_url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={name}&app_id={self.slack.world.app.id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The web socket itself: hello, then acknowledgements until it closes."""
        expires = self._tickets.pop(request.query.get("ticket", ""), None)
        if expires is None or expires < self.slack.clock.now():
            return web.Response(status=404 if expires is None else 408, text="ticket unknown, used or expired")
        ws = web.WebSocketResponse(timeout=CLOSES_WITHIN_S, autoping=False, compress=False, max_msg_size=0)
        await ws.prepare(request)
        if len(self.open) >= self.largest:
            await ws.send_json(_disconnect("too_many_websockets"))
            await ws.close()
            return ws
        await self._serve(Socket(self.opened, ws, request))
        return ws

    async def _serve(self, socket: Socket) -> None:
        self.opened += 1
        self.open.append(socket)
        await socket.ws.send_json(self._hello())
        self.slack.world.touch()
        try:
            await self._listen(socket)
        finally:
            if socket in self.open:
                self.open.remove(socket)
            self.slack.world.touch()

    def _hello(self) -> Payload:
        debug = {"host": HOST, "build_number": 1, "approximate_connection_time": LIFE_S}
        info = {"app_id": self.slack.world.app.id}
        return {"type": "hello", "num_connections": len(self.open), "debug_info": debug, "connection_info": info}

    async def _listen(self, socket: Socket) -> None:
        async for frame in socket.ws:
            if socket.dead:
                continue
            if frame.type == WSMsgType.PING:
                await socket.ws.pong(frame.data)
            elif frame.type == WSMsgType.TEXT:
                self._acknowledged(frame.data)

    def _acknowledged(self, text: str) -> None:
        """Any socket may acknowledge: clients do it over the new one after a refresh."""
        answer = json.loads(text)
        envelope = str(answer.get("envelope_id", ""))
        waiting = self._waiting.get(envelope)
        if waiting is None or waiting.answered.done():
            self.late_acks.append(envelope)
        else:
            waiting.answered.set_result(answer)

    # --- sending

    async def attempt(self, delivery: Delivery, attempt: int, reason: str, quirk: Quirk) -> Reply:
        socket = self._choose()
        if socket is None:
            return Reply(acked=False, reason="timeout", sent=False)
        envelope = self._envelope(delivery, attempt, reason)
        waiting = Waiting(socket, asyncio.get_running_loop().create_future())
        self._waiting[envelope["envelope_id"]] = waiting
        started = time.perf_counter()
        try:
            await self._send(socket, json.dumps(envelope), quirk.copies)
            answer = await asyncio.wait_for(waiting.answered, self.slack.ack_timeout_s)
        except ConnectionError:
            return Reply(False, time.perf_counter() - started, reason="timeout", sent=False)
        except TimeoutError:
            to_blame = socket.is_open and not quirk.unacked
            return Reply(False, time.perf_counter() - started, reason="timeout", app_to_blame=to_blame)
        finally:
            del self._waiting[envelope["envelope_id"]]
        took_s = time.perf_counter() - started
        if quirk.unacked:
            return Reply(acked=False, latency_s=took_s, reason="timeout")
        return Reply(acked=True, latency_s=took_s, payload=answer.get("payload"))

    def _choose(self) -> Socket | None:
        there = [socket for socket in self.open if not socket.ws.closed]
        fresh = [socket for socket in there if not socket.retiring] or there
        if not fresh:
            return None
        if self.spread == "sticky":
            return fresh[0]
        return self._dice.choice(fresh) if self.spread == "random" else fresh[next(self._turn) % len(fresh)]

    async def _send(self, socket: Socket, text: str, copies: int) -> None:
        socket.sent += 1
        for _ in range(copies):
            if not socket.dead:
                await socket.ws.send_str(text)

    @staticmethod
    def _envelope(delivery: Delivery, attempt: int, reason: str) -> Payload:
        envelope: Payload = {
            "envelope_id": str(uuid.uuid4()), "type": delivery.kind, "accepts_response_payload": delivery.accepts,
            "payload": delivery.payload,
        }  # fmt: skip
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        return envelope

    # --- what goes wrong

    async def drop(self, how: str = "close", which: int | None = None) -> int:
        """Cut the sockets, or the `which`-th of them (0 is the oldest), in one of Slack's ways.

        Args:
            how: `close` (a close frame), `rst`, `fin` (no close frame), `half-open` (nothing passes any more, pings
                stay unanswered), or a disconnect message: `warning`, `refresh_requested`, `link_disabled`,
                `too_many_websockets`.
        Returns: how many sockets that were.
        """
        chosen = list(self.open) if which is None else [self.open[which]]
        for socket in chosen:
            await self._drop(socket, how)
        return len(chosen)

    async def cut_now_and_then(self, every_s: float) -> None:
        """Cut one socket after another, in every way in turn. Runs until it is cancelled."""
        for how in itertools.cycle((*DISCONNECTS[:2], "close", "rst", "fin")):
            await asyncio.sleep(every_s)
            if self.open:
                await self._drop(self._dice.choice(self.open), how)

    async def _drop(self, socket: Socket, how: str) -> None:
        if how in DISCONNECTS:
            await self._dismiss(socket, how)
        elif how == "close":
            self.slack.spawn(socket.ws.close(code=1000))
        elif how == "half-open":
            socket.dead = True
        elif how in CUTS:
            _cut(socket.request, reset=how == "rst")
        else:
            raise ValueError(f"no way to drop a socket: {how}; there are {', '.join(DISCONNECTS + CUTS)}")

    async def _dismiss(self, socket: Socket, reason: str) -> None:
        socket.retiring = True
        await socket.ws.send_json(_disconnect(reason))
        self.slack.spawn(self._close_later(socket, 0.0 if reason == "link_disabled" else REFRESH_GRACE_S))

    async def _close_later(self, socket: Socket, grace_s: float) -> None:
        await self.slack.clock.sleep(grace_s)
        if not socket.ws.closed:
            await socket.ws.close(code=1000)

    async def send_raw(self, text: str) -> None:
        """Send a text frame as it stands over every socket."""
        for socket in list(self.open):
            await socket.ws.send_str(text)

    async def close_all(self) -> None:
        """At the end of the server: no socket is left that a client could wait on."""
        for socket in list(self.open):
            transport = socket.request.transport
            if transport is not None:
                transport.abort() if socket.dead else await socket.ws.close(code=1001)


def _disconnect(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}


def _cut(request: web.Request, *, reset: bool) -> None:
    """End the TCP connection without a word of the WebSocket protocol."""
    transport = request.transport
    if transport is None:
        return
    if reset:
        transport.abort()
    else:
        transport.close()
