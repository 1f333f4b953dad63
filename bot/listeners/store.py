"""What was received goes into the inbox before Slack is told that it arrived: from then on it cannot be lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.parts import Parts
from bot.receive import Payload, Received

Middleware = Callable[..., None]


def take(received: Received, parts: Parts) -> bool:
    """Store what was received; False when it was stored before."""
    new = parts.records.inbox.receive(list(received.keys), received.kind, received.payload())
    if new is None:
        parts.metrics.repeated.inc()
        return False
    parts.metrics.received.labels(received.kind).inc()
    parts.wake()
    return True


def storing(
    parts: Parts, read: Callable[[Payload], Received | None], stored: Callable[[Received], None] = lambda _: None
) -> Middleware:
    """Middleware for events: Bolt acknowledges those before it runs their listeners, and after their middleware.

    `stored` is called for what had not been received before.
    """

    def store(body: dict[str, Any], next_: Callable[[], None]) -> None:
        received = read(body)
        if received and take(received, parts):
            stored(received)
        next_()

    return store


def nothing() -> None:
    """The listener of an event that its middleware has taken care of."""
