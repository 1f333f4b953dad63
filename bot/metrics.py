"""What is counted and timed, for Prometheus: never a word of a question or of a document."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """One registry for each service, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.received = Counter("lmc_received", "Items taken into the inbox, by kind", ["kind"], registry=self.registry)
        self.repeated = Counter("lmc_repeated", "Deliveries of what was received before", registry=self.registry)
        self.done = Counter("lmc_done", "Items finished, by kind", ["kind"], registry=self.registry)
        self.outcomes = Counter("lmc_outcomes", "Questions, by outcome", ["outcome"], registry=self.registry)
        self.postponed = Counter("lmc_postponed", "Items put off, by kind", ["kind"], registry=self.registry)
        self.apologies = Counter("lmc_apologies", "Items given up with an apology", ["kind"], registry=self.registry)
        self.errors = Counter("lmc_errors", "Errors that nobody expected, by place", ["place"], registry=self.registry)
        self.acknowledged = Histogram(
            "lmc_acknowledge_seconds",
            "From delivery to acknowledgement",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.replied = Histogram(
            "lmc_reply_seconds",
            "From a stored question to its reply",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.waiting = Gauge("lmc_inbox_waiting", "Items that wait in the inbox", registry=self.registry)
        self.oldest = Gauge("lmc_inbox_oldest_seconds", "Age of the oldest waiting item", registry=self.registry)
        self.failed = Gauge("lmc_inbox_failed", "Items that were given up", registry=self.registry)
        self.connected = Gauge("lmc_slack_connected", "1 while the connection to Slack stands", registry=self.registry)
        self.passages = Gauge("lmc_passages", "Passages of the live generation", registry=self.registry)

    def text(self) -> bytes:
        return generate_latest(self.registry)
