"""The Bolt app: which listener hears what, how long an acknowledgement took, and what happens when one fails."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient

from bot.listeners import (
    answers,
    assessments,
    commands,
    errands,
    escalation,
    feedback,
    home,
    library,
    membership,
    messages,
    plans,
    privacy,
    sharing,
    shortcuts,
    statistics,
)
from bot.metrics import Metrics
from bot.parts import Parts, Work
from bot.render import ask as words

log = logging.getLogger(__name__)

# Listeners only store and open views; this many may wait for Slack at once (Bolt's own default of 5 starves buttons).
LISTENER_THREADS = 32
LISTENERS: tuple[ModuleType, ...] = (
    messages, commands, shortcuts, answers, feedback, escalation, library, home, privacy, membership, assessments,
    sharing, plans, statistics,
)  # fmt: skip
# Kinds of work that take minutes: they have workers of their own.
SLOW = library.SLOW | statistics.SLOW


class TimedApp(App):
    """Bolt's app, with the time from a delivery to its acknowledgement measured."""

    metrics: Metrics

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        began = time.perf_counter()
        try:
            return super().dispatch(req)
        finally:
            self.metrics.acknowledged.observe(time.perf_counter() - began)


def build_app(client: WebClient, parts: Parts, signing_secret: str | None) -> App:
    """The app with every listener; `signing_secret` is needed for HTTP only."""
    # Bolt's logger would take the level of the root logger, and writes bodies of requests below ERROR.
    quiet = logging.getLogger("bot.bolt")
    quiet.setLevel(logging.ERROR)
    app = TimedApp(
        client=client,
        logger=quiet,
        signing_secret=signing_secret or "",
        request_verification_enabled=bool(signing_secret),
        listener_executor=ThreadPoolExecutor(LISTENER_THREADS, thread_name_prefix="listener"),
        raise_error_for_unhandled_request=True,
    )
    app.metrics = parts.metrics
    for module in LISTENERS:
        module.register(app, parts)
    app.error(lambda error, body: on_error(error, body, parts))
    return app


def all_work() -> Mapping[str, Work]:
    """What workers do, by kind of item. Raises: ValueError when two rooms claim one kind."""
    found: dict[str, Work] = {}
    for module in LISTENERS:
        for kind, work in getattr(module, "WORK", {}).items():
            if kind in found:
                raise ValueError(f"two listeners do the work of {kind}")
            found[kind] = work
    return found


def on_error(error: Exception, body: dict[str, Any], parts: Parts) -> BoltResponse | None:
    """One log entry with a reference; the person sees a neutral sentence with it, never the error's own words.

    An event is left unacknowledged, so that Slack delivers it again; all else is not delivered twice.
    """
    if isinstance(error, BoltUnhandledRequestError):
        # Slack tells us of something that we have no listener for: acknowledged, so that it is not sent again.
        log.info("nothing listens to this", extra={"type": str(body.get("type") or body.get("command") or "")})
        return BoltResponse(status=200, body="")
    reference = secrets.token_hex(4)
    parts.metrics.errors.labels("listener").inc()
    log.error("a listener failed", extra={"type": str(body.get("type") or "command"), "reference": reference},
              exc_info=error)  # fmt: skip
    if "event" in body:
        return BoltResponse(status=500, body="")
    _tell(body, reference, parts)
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words.apology(reference).text})
    return BoltResponse(status=200, body="")


def _tell(body: dict[str, Any], reference: str, parts: Parts) -> None:
    """Apologise for a click or a form that did not work, to the person alone."""
    user = (body.get("user") or {}).get("id")
    if not user or "command" in body or body.get("type") == "block_suggestion":
        return  # a command is answered by its acknowledgement, and nobody waits for a list that stays empty
    try:
        channel = str((body.get("channel") or {}).get("id") or "")
        errands.tell_alone(parts, words.apology(reference), user, channel)
    except Exception:
        # The last line of defence: what the listener failed of, Slack or the records, fails here as well.
        log.exception("the person could not be told that a listener failed", extra={"reference": reference})
