"""Bringing events, clicks and commands to the app, by Socket Mode or signed HTTP, and again when nobody answered.

Events are tried again at once, after a minute and after five (docs.slack.dev/apis/events-api#retries); what people do
with buttons, modals and commands is tried once, and they see that it failed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from localslack.faults import Quirk
from localslack.world import Payload

if TYPE_CHECKING:
    from localslack.slack import Slack

RETRY_AFTER_S = (0.0, 60.0, 300.0)
"""Seconds after the first failure, on the virtual clock."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something for the app.

    Attributes:
        kind: events_api, interactive or slash_commands.
        name: the event's type, the interaction's type and id, or the command: for records and messages.
        accepts: whether the app may answer with a payload.
    """

    kind: str
    name: str
    payload: Payload
    user: str = ""
    accepts: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back of one attempt. `reason` is Slack's `retry_reason`; `sent` is False where nobody could take it."""

    acked: bool
    latency_s: float = 0.0
    payload: Payload | None = None
    reason: str = ""
    sent: bool = True
    no_retry: bool = False
    app_to_blame: bool = False
    """The app had it, its connection stood, and it did not answer in time."""


@dataclass(frozen=True, slots=True)
class Ack:
    """One attempt and how it went: `attempt` 0 is the first, `latency_s` real seconds to the acknowledgement."""

    kind: str
    name: str
    user: str
    attempt: int
    acked: bool
    latency_s: float
    reason: str
    sent: bool
    at: float
    app_to_blame: bool = False


class Transport(Protocol):
    """Socket Mode or HTTP."""

    async def attempt(self, delivery: Delivery, attempt: int, reason: str, quirk: Quirk) -> Reply: ...


@dataclass(slots=True)
class Deliveries:
    """Everything that is sent to the app. `lost` holds the events that were given up after the last attempt."""

    slack: Slack
    lost: list[Delivery] = field(default_factory=list)
    retry_after_s: tuple[float, ...] = RETRY_AFTER_S
    waiting: int = 0
    """Events that wait for another attempt."""
    under_way: int = 0
    """Attempts that have begun and not ended."""

    async def once(self, delivery: Delivery) -> Reply:
        """Deliver what is not tried again: an interaction or a command."""
        return await self._attempt(delivery, 0, "")

    async def event(self, delivery: Delivery) -> Reply:
        """Deliver an event; if nobody acknowledges it, its further attempts go on by themselves.

        Returns: how the first attempt went.
        """
        reply = await self._attempt(delivery, 0, "")
        if not reply.acked and not reply.no_retry:
            self.slack.spawn(self._again(delivery, reply.reason))
        return reply

    async def _again(self, delivery: Delivery, reason: str) -> None:
        failed = self.slack.clock.now()
        self.waiting += 1
        try:
            for attempt, after_s in enumerate(self.retry_after_s, 1):
                await self.slack.clock.sleep_until(failed + after_s)
                reply = await self._attempt(delivery, attempt, reason)
                if reply.acked or reply.no_retry:
                    return
                reason = reply.reason
            self.lost.append(delivery)
        finally:
            self.waiting -= 1

    async def _attempt(self, delivery: Delivery, attempt: int, reason: str) -> Reply:
        quirk = self.slack.faults.for_delivery(delivery.kind, delivery.payload)
        self.under_way += 1
        try:
            reply = await self._send(delivery, attempt, reason, quirk)
        finally:
            self.under_way -= 1
        self._keep(delivery, attempt, reply)
        return reply

    async def _send(self, delivery: Delivery, attempt: int, reason: str, quirk: Quirk) -> Reply:
        if quirk.delay_s:
            await asyncio.sleep(quirk.delay_s)
        if quirk.swallow:
            return Reply(acked=False, reason="timeout")
        return await self.slack.transport.attempt(delivery, attempt, reason, quirk)

    def _keep(self, delivery: Delivery, attempt: int, reply: Reply) -> None:
        ack = Ack(
            delivery.kind, delivery.name, delivery.user, attempt, reply.acked, reply.latency_s, reply.reason,
            reply.sent, self.slack.clock.now(), reply.app_to_blame,
        )  # fmt: skip
        self.slack.acks.append(ack)
        self.slack.lint.acked(ack)
