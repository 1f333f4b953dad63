"""One local Slack as its event loop sees it: the world, its clock, what goes wrong, what is sent, what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from localslack.deliver import Ack, Deliveries, Transport
from localslack.faults import Faults
from localslack.hosts import Grant, Uploads
from localslack.lint import Lint
from localslack.signed import SignedHttp
from localslack.sockets import Sockets
from localslack.tiers import Limits
from localslack.world import Workspace

ACK_WITHIN_S = 3.0  # docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of the Web API. `error` is empty for `ok: true`; `status` is the HTTP status that was answered.

    `took_ms` is what this server spent on it; `injected` says that a test's fault answered.
    """

    method: str
    args: dict[str, Any]
    at: float
    status: int
    error: str
    took_ms: float
    injected: bool


class Slack:
    """Everything of one server. All of it belongs to the event loop."""

    def __init__(self, world: Workspace, *, ack_timeout_s: float = ACK_WITHIN_S) -> None:
        self.world = world
        self.clock = world.clock
        self.ack_timeout_s = ack_timeout_s
        self.faults = Faults()
        self.limits = Limits(world.clock)
        self.lint = Lint(world)
        self.deliveries = Deliveries(self)
        self.sockets = Sockets(self)
        self.http: SignedHttp | None = None
        self.calls: list[ApiCall] = []
        self.acks: list[Ack] = []
        self.codes: dict[str, Grant] = {}
        """OAuth codes that were given out and not yet exchanged."""
        self.uploads = Uploads()
        self.mention_order = "mention-first"
        """Which event of a mention goes first: mention-first or message-first."""
        self.crashes: list[str] = []
        """What went wrong in this server itself."""
        self.cutting: asyncio.Task[Any] | None = None
        """Cuts sockets while chaos reigns."""
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def base_url(self) -> str:
        return self.world.base_url

    @property
    def transport(self) -> Transport:
        return self.http or self.sockets

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something beside; it is cancelled when the server stops, and remembered if it crashes."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def send_to(self, url: str) -> None:
        """From now on deliver by signed HTTP to `url`; over the sockets again if it is empty."""
        if self.http is not None:
            await self.http.close()
        self.http = SignedHttp(self, url) if url else None

    async def stop(self) -> None:
        await self.sockets.close_all()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.send_to("")

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.crashes.append(f"{type(error).__name__}: {error}")
