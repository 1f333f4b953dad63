"""The bot as a service: connected to Slack, at work on its inbox, looked after, and stopped without losing anything."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Sequence

from slack_bolt import App

from bot.answering import apologise
from bot.app import SLOW, all_work, build_app
from bot.assessing import freeze
from bot.changes import sweep
from bot.connection import Connection
from bot.http import Health, Routes, WebServer, web_app
from bot.links import source_of
from bot.listeners import escalation, plans
from bot.metrics import Metrics
from bot.parts import Parts
from bot.worker import Workers
from corpus.errors import RecordsError
from web import assessment, reports, sharing, source
from web import plans as plan_pages

log = logging.getLogger(__name__)

CHORES_S = 15.0
RETENTION_S = 3_600.0
REMINDERS_S = 600.0
STOP_S = 20.0
STUCK_S = 120.0


class Service:
    """Everything that runs while the bot does. `start` returns once it is connected or trying to."""

    def __init__(
        self, parts: Parts, workers: Workers, app: App, *, app_token: str | None, host: str, port: int,
        over_http: bool, chores: Sequence[Callable[[], None]] = (),
    ) -> None:  # fmt: skip
        self.parts = parts
        self._workers = workers
        self._app = app
        self._connection = Connection(app, app_token) if app_token and not over_http else None
        self._web = WebServer(
            web_app(self.health, parts.metrics, app if over_http else None, tuple(_pages(parts))), host, port
        )
        self._chores = (self._measure, *chores)
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)

    @property
    def port(self) -> int:
        return self._web.port

    def start(self) -> None:
        """Raises: SettingsError when the web address is taken or Slack refuses the token."""
        self._web.start()
        self._workers.start(self.parts)
        if self._connection:
            self._connection.open()
        self._keeper.start()

    def stop(self) -> None:
        """Take nothing new, finish what is in hand; the rest waits in the inbox for the next start."""
        self._stopping.set()
        if self._connection:
            self._connection.close()
        self._web.stop()
        if not self._workers.stop(STOP_S):
            log.warning("some work was not finished in time; it is taken up again at the next start")
        self._app.listener_runner.listener_executor.shutdown(wait=False, cancel_futures=True)
        self._keeper.join(5.0)
        self.parts.records.close()

    def health(self) -> Health:
        """Each check's sentence, empty when all is well."""
        return Health({
            "slack": self._slack_words(),
            "index": "" if self.parts.engine.is_ready() else "There is no index to answer from; run lmc ingest.",
            "records": self._records_words(),
            "workers": "" if self._workers.are_alive() else "A worker has ended; restart the service.",
        })  # fmt: skip

    def _slack_words(self) -> str:
        if self._connection is None or self._connection.is_up():
            return ""
        return "There is no connection to Slack; it is being opened again."

    def _records_words(self) -> str:
        try:
            self.parts.records.ping()
        except RecordsError:
            return "The records database does not answer."
        oldest = self.parts.records.inbox.state().oldest_waiting_s
        return f"Something has waited in the inbox for {oldest:.0f} s." if oldest > STUCK_S else ""

    # --- looking after it

    def _keep(self) -> None:
        while not self._stopping.wait(CHORES_S / 5):
            for chore in (self._connection.watch, *self._chores) if self._connection else self._chores:
                self._do(chore)

    def _do(self, chore: Callable[[], None]) -> None:
        """One chore that fails does not keep the others from being done: whatever it raises ends here."""
        try:
            chore()
        except Exception:
            self.parts.metrics.errors.labels("chore").inc()
            log.exception(
                "a chore failed; it is done at its next turn", extra={"chore": getattr(chore, "__name__", "")}
            )

    def _measure(self) -> None:
        state = self.parts.records.inbox.state()
        metrics = self.parts.metrics
        metrics.waiting.set(state.waiting)
        metrics.oldest.set(state.oldest_waiting_s)
        metrics.failed.set(state.failed)
        metrics.connected.set(1 if self._connection is None or self._connection.is_up() else 0)
        if self.parts.engine.is_ready():
            metrics.passages.set(self.parts.engine.answerer().passage_count)


def _pages(parts: Parts) -> Routes:
    """The pages that browsers open, where they can reach us: sources and questionnaires."""
    pages: Routes = []
    if parts.links:
        pages += source.routes(parts.engine.snapshot, parts.links)
    if parts.passes:
        desk, passes = parts.assessing, parts.passes
        pages += [*assessment.routes(desk, passes), *sharing.routes(desk, passes), *plan_pages.routes(desk, passes)]
        pages += reports.routes(
            desk, passes, parts.reporting, lambda citation: source_of(citation, parts.links, parts.engine.audience_of)
        )
    return pages


def every(seconds: float, chore: Callable[[], None]) -> Callable[[], None]:
    """A chore that is done at most once in so many seconds, the first time at once."""
    last: list[float] = []

    def sometimes() -> None:
        if not last or time.monotonic() - last[0] >= seconds:
            last[:] = [time.monotonic()]
            chore()

    sometimes.__name__ = getattr(chore, "__name__", "chore")
    return sometimes


def expire(parts: Parts, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> None:
    """Delete what has been kept long enough."""
    moment = now()
    gone = parts.records.privacy.expire(
        questions_before=moment - dt.timedelta(days=parts.settings.retention_days),
        audit_before=moment - dt.timedelta(days=parts.settings.audit_days),
    )
    sweep(parts)
    if any(gone.values()):
        log.info("deleted what had expired", extra={"rows": dict(gone)})


def make_service(
    parts: Parts, workers: Workers, *, app_token: str | None, signing_secret: str | None, over_http: bool,
    host: str, port: int,
) -> Service:  # fmt: skip
    """The service with its usual chores: retention, reminders, and freezing the comparison of each quarter."""
    app = build_app(parts.client, parts, signing_secret if over_http else None)
    chores = (
        every(RETENTION_S, lambda: expire(parts)),
        every(CHORES_S, lambda: escalation.remind(parts)),
        every(REMINDERS_S, lambda: plans.remind(parts)),
        every(RETENTION_S, lambda: freeze(parts)),
        parts.reporting.warm,
    )
    return Service(parts, workers, app, app_token=app_token, host=host, port=port, over_http=over_http, chores=chores)


def make_workers(metrics: Metrics, count: int) -> Workers:
    return Workers(all_work(), apologise, metrics, count=count, slow=SLOW)
