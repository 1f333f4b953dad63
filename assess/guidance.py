"""The passages of the library behind an area: found as an answer to a question is, quoted word for word."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from typing import Protocol

from answer.answerer import Answerer, Asking
from answer.outcome import Answer
from assess.shelf import Shelf
from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing
from corpus.model import Audience, Citation, Status
from index.generation import Generation

log = logging.getLogger(__name__)

MOST = 2
"""Passages behind one area: a report is one page."""


def guidance(answerer: Answerer, query: str, role: Audience, k: int = MOST) -> tuple[Citation, ...]:
    """At most `k` passages that answer `query`, of documents that a reader of `role` may see, each document once.

    Empty where the library does not answer: what may help, and is not sure to, does not stand in a report; nor does
    what has been replaced.
    """
    outcome = answerer.ask(Asking(query, role))
    if not isinstance(outcome, Answer) or outcome.tentative:
        return ()
    first: dict[str, Citation] = {}
    for citation in outcome.citations:
        if citation.status is not Status.SUPERSEDED:
            first.setdefault(_key(citation), citation)
    return tuple(first.values())[:k]


class Library(Protocol):
    """The live generation: `bot.engine.Engine`. Both raise IndexMissing, IndexDamaged or IndexMismatch."""

    def answerer(self) -> Answerer: ...

    def snapshot(self) -> Generation: ...

    def may_read(self, role: Audience, key: str) -> bool: ...


class Guide:
    """Guidance out of memory: the questions are few and fixed, and to answer one may take a second or two.

    Kept until the next generation is published, with a shelf also over a restart. Who may read a document is asked each
    time, for it can be withdrawn, or opened to fewer people, at any moment. Safe to share between threads.
    """

    def __init__(self, library: Library, shelf: Shelf | None = None) -> None:
        self._library = library
        self._shelf = shelf
        self._lock = threading.Lock()
        self._generation = ""
        self._kept: dict[tuple[str, Audience], tuple[Citation, ...]] = {}

    def passages(self, query: str, role: Audience) -> tuple[Citation, ...]:
        """What a reader of `role` is shown; nothing where the library cannot be read, so that a report still comes."""
        try:
            found = self._found(query, role)
            return tuple(citation for citation in found if self._library.may_read(role, _key(citation)))
        except (IndexMissing, IndexDamaged, IndexMismatch) as error:
            log.warning("no guidance: %s", type(error).__name__)
            return ()

    def warm(self, queries: Iterable[str], role: Audience, at_most_s: float) -> bool:
        """Ask those of `queries` that are not in memory, one after the other until the time is up; whether any was.

        A little at a time, so that a chore in the background holds up the others for a moment only.
        """
        try:
            generation = self._library.snapshot().generation
        except (IndexMissing, IndexDamaged, IndexMismatch):
            return False  # told by the health check; there is nothing to ask
        with self._lock:
            kept = set(self._of(generation))
        waiting = [query for query in dict.fromkeys(queries) if (query, role) not in kept]
        end = time.monotonic() + at_most_s
        for number, query in enumerate(waiting):
            if number and time.monotonic() >= end:
                break
            self.passages(query, role)
        return bool(waiting)

    def _found(self, query: str, role: Audience) -> tuple[Citation, ...]:
        generation = self._library.snapshot().generation
        with self._lock:
            kept = self._of(generation).get((query, role))
        if kept is not None:
            return kept
        found = guidance(self._library.answerer(), query, role)
        with self._lock:
            if generation == self._generation:
                self._kept[query, role] = found
                if self._shelf:
                    self._shelf.write(generation, self._kept)
        return found

    def _of(self, generation: str) -> dict[tuple[str, Audience], tuple[Citation, ...]]:
        """What is known of this generation, which is now the live one. With the lock held."""
        if generation != self._generation:
            self._generation = generation
            self._kept = self._shelf.read(generation) if self._shelf else {}
        return self._kept


def _key(citation: Citation) -> str:
    return f"{citation.library}/{citation.document_id}"
