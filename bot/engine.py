"""The answerer of the live generation, on today's date: a newly published one serves from the next question on."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from answer.answerer import Answerer, Vocabulary
from answer.reader import Reader
from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing
from corpus.glossary import Glossary
from corpus.model import Audience, Document
from index.embed import Embedder
from index.embedded import EmbeddedStore
from index.generation import Generation


class Engine:
    """Safe to share between threads. A question that is under way keeps the generation that it began with."""

    def __init__(
        self,
        store: EmbeddedStore,
        embedder: Embedder,
        vocabulary: Vocabulary,
        today: Callable[[], dt.date] = lambda: dt.datetime.now().astimezone().date(),
        reader: Reader | None = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._vocabulary = vocabulary
        self._today = today
        self._reader = reader
        self._lock = threading.Lock()
        self._key: tuple[str | None, dt.date] | None = None
        self._answerer: Answerer | None = None
        self._snapshot: Generation | None = None

    @property
    def glossary(self) -> Glossary:
        return self._vocabulary.glossary

    def answerer(self) -> Answerer:
        """Raises: IndexMissing, IndexDamaged, IndexMismatch."""
        return self._current()[0]

    def snapshot(self) -> Generation:
        return self._current()[1]

    def document(self, key: str) -> Document | None:
        """A document of the live generation; None when it is gone, hidden or withdrawn."""
        stored = self.snapshot().document(key)
        return stored.document if stored else None

    def audience_of(self, key: str) -> Audience | None:
        document = self.document(key)
        return document.audience if document else None

    def may_read(self, role: Audience, key: str) -> bool:
        """Whether a reader of `role` may see a document now."""
        document = self.document(key)
        return document is not None and document.audience.admits(role)

    def is_ready(self) -> bool:
        """Whether questions can be answered at this moment."""
        try:
            self._current()
        except (IndexMissing, IndexDamaged, IndexMismatch):
            return False
        return True

    def _current(self) -> tuple[Answerer, Generation]:
        key = (self._store.live(), self._today())
        with self._lock:
            if key != self._key or self._answerer is None or self._snapshot is None:
                # The earlier generation is closed when the last question that uses it lets go of it.
                snapshot = self._store.open()
                self._answerer = Answerer(snapshot, self._embedder, self._vocabulary, key[1], reader=self._reader)
                self._snapshot = snapshot
                self._key = key
            return self._answerer, self._snapshot
