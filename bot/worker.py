"""Threads that take items out of the inbox: each item ends in one reply, or in an apology with a reference."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import threading
import time
from collections.abc import Callable, Collection, Mapping

from bot.metrics import Metrics
from bot.model import TryLater
from bot.parts import Parts, Work
from bot.post import trouble
from corpus.errors import RecordsError
from records.inbox import Item

log = logging.getLogger(__name__)

# Three attempts for what fails for a reason that we do not know; a doubtful answer of Slack's may come more often.
MOST_ATTEMPTS = 3
MOST_DOUBTS = 12
# What a killed process had in hand is taken up by another after this long; who lives renews in time.
LEASE_S = 15.0
RENEW_S = 5.0
IDLE_S = 0.5

Apologise = Callable[[Item, Parts, str], None]


class Workers:
    """`count` threads for what takes milliseconds and two for what may take minutes (`slow` kinds)."""

    def __init__(
        self,
        work: Mapping[str, Work],
        apologise: Apologise,
        metrics: Metrics,
        *,
        count: int,
        slow: Collection[str] = (),
    ) -> None:
        self._work = work
        self._apologise = apologise
        self._metrics = metrics
        self._slow = frozenset(slow)
        self._count = count
        self._owner = secrets.token_hex(8)
        self._news = threading.Condition()
        self._woken = 0
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        # The item that each worker has in hand, by the worker's name in the inbox.
        self._held: dict[str, str] = {}
        self._over = threading.Event()

    def wake(self) -> None:
        """Something new is in the inbox."""
        with self._news:
            self._woken += 1
            self._news.notify_all()

    def start(self, parts: Parts) -> None:
        quick = frozenset(self._work) - self._slow
        kinds = [quick] * self._count + ([self._slow] * 2 if self._slow else [])
        for number, some in enumerate(kinds):
            name = f"worker-{number}"
            owner = f"{self._owner}-{number}"
            thread = threading.Thread(target=self._run, args=(parts, owner, some), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
        threading.Thread(target=self._keep_leases, args=(parts,), name="leases", daemon=True).start()

    def stop(self, deadline_s: float) -> bool:
        """Let every worker finish what it has in hand; whether all did within the deadline."""
        self._stopping.set()
        with self._news:
            self._news.notify_all()
        end = time.monotonic() + deadline_s
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._over.set()
        return not any(thread.is_alive() for thread in self._threads)

    def are_alive(self) -> bool:
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def _run(self, parts: Parts, owner: str, kinds: frozenset[str]) -> None:
        while not self._stopping.is_set():
            before = self._woken
            if not self._turn(parts, owner, kinds):
                with self._news:
                    # What came in while this thread looked is not waited for.
                    if self._woken == before and not self._stopping.is_set():
                        self._news.wait(IDLE_S)

    def _turn(self, parts: Parts, owner: str, kinds: frozenset[str]) -> bool:
        """Finish one item; False when there was none. The edge of the process: nothing ends the thread."""
        try:
            item = parts.records.inbox.claim(owner, kinds=kinds, lease_s=LEASE_S)
            if item is None:
                return False
            self._held[owner] = item.id
            try:
                self.finish(item, parts, owner)
            finally:
                del self._held[owner]
            return True
        except Exception as error:
            self._metrics.errors.labels("worker").inc()
            log.exception("the inbox could not be worked on; it is tried again", extra={"error": type(error).__name__})
            return False

    def _keep_leases(self, parts: Parts) -> None:
        """Renew what is in hand, however long Slack or an ingest takes. Ends after the workers."""
        while not self._over.wait(RENEW_S):
            for owner, item_id in list(self._held.items()):
                try:
                    parts.records.inbox.renew(item_id, owner, LEASE_S)
                except RecordsError as error:
                    log.error("a lease was not renewed", extra={"item": item_id, "error": type(error).__name__})

    def finish(self, item: Item, parts: Parts, owner: str) -> None:
        """Do an item's work; put it off, or apologise, when that fails."""
        try:
            self._work[item.kind](item, parts)
        except TryLater as later:
            self._again(item, parts, owner, later)
        except Exception as error:
            # Whatever fails, the person gets an apology at last instead of silence.
            # That Slack could not tell who somebody is, is no more our failure than that it took no message.
            if passing := trouble(error):
                self._again(item, parts, owner, passing)
                return
            self._metrics.errors.labels(item.kind).inc()
            if item.attempts >= MOST_ATTEMPTS:
                self._give_up(item, parts, owner, error)
            else:
                log.exception("an item failed; it is tried again", extra={"item": item.id, "kind": item.kind})
                self._put_off(item, parts, owner, 0.5 * item.attempts, True)
        else:
            parts.records.inbox.done(item.id, owner)
            self._metrics.done.labels(item.kind).inc()

    def _again(self, item: Item, parts: Parts, owner: str, later: TryLater) -> None:
        if later.counts and item.attempts >= MOST_DOUBTS:
            self._give_up(item, parts, owner, later)
        else:
            self._put_off(item, parts, owner, later.seconds * (item.attempts if later.counts else 1), later.counts)

    def _put_off(self, item: Item, parts: Parts, owner: str, seconds: float, counts: bool) -> None:
        due = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=min(seconds, 60.0))
        parts.records.inbox.later(item.id, owner, due, count=counts)
        self._metrics.postponed.labels(item.kind).inc()

    def _give_up(self, item: Item, parts: Parts, owner: str, error: BaseException) -> None:
        reference = secrets.token_hex(4)
        log.error(
            "an item was given up", extra={"item": item.id, "kind": item.kind, "reference": reference}, exc_info=error
        )
        try:
            self._apologise(item, parts, reference)
        except TryLater as later:
            # Slack cannot be reached: the apology is tried again as long as it takes.
            self._put_off(item, parts, owner, max(later.seconds, 5.0), False)
            return
        parts.records.inbox.fail(item.id, owner, reference)
        self._metrics.apologies.labels(item.kind).inc()
