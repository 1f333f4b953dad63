"""What was asked and what came of it: one row for each question, with the sources that were shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from records.database import Database
from records.schema import answer_sources, answers

NO_ANSWER = "no_answer"
MAY_HELP = "may_help"
"""Kept as the outcome of an answer that only may help."""

MOST_VALUES = 500
"""In one statement; databases take thousands."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that an answer cites; `n` is its number in the answer, `audience` that of its document then."""

    n: int
    document_key: str
    passage_id: str
    page: int
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A question and its outcome.

    `ts` and `thread_ts` are Slack's, of the question; `question`, `after` and `text` (the outcome as JSON) are empty
    where they must not be kept and once they have expired. `id` is random or at least not made from the question.
    """

    id: str
    team: str
    channel: str
    thread_ts: str
    ts: str
    user: str
    role: str
    surface: str
    question: str
    outcome: str
    asked: datetime
    after: str = ""
    reason: str = ""
    text: str = ""
    generation: str = ""
    confidence: float = 0.0
    sources: tuple[Source, ...] = ()
    took_ms: float = 0.0
    reply_channel: str = ""
    reply_ts: str = ""


_COLUMNS = [field.name for field in fields(Kept) if field.name != "sources"]


class Answers:
    """Questions and their outcomes, by the id of the answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, kept: Kept) -> None:
        """Insert or replace by id. Where the reply stands is not forgotten by keeping the same one again without it."""
        values = {name: getattr(kept, name) for name in _COLUMNS}
        new = self._database.insert(answers).values(values)
        changed: dict[str, ColumnElement[Any]] = {name: new.excluded[name] for name in _COLUMNS if name != "id"}
        for name in ("reply_channel", "reply_ts"):
            changed[name] = func.coalesce(func.nullif(new.excluded[name], ""), answers.c[name])
        sources = [{"answer_id": kept.id, **asdict(source)} for source in kept.sources]
        with self._database.write() as connection:
            connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=changed))
            connection.execute(delete(answer_sources).where(answer_sources.c.answer_id == kept.id))
            if sources:
                connection.execute(answer_sources.insert(), sources)

    def posted(self, answer_id: str, channel: str, ts: str) -> None:
        """Note where the reply came to stand."""
        with self._database.write() as connection:
            connection.execute(
                update(answers).where(answers.c.id == answer_id).values(reply_channel=channel, reply_ts=ts)
            )

    def get(self, answer_id: str) -> Kept | None:
        return self._newest(answers.c.id == answer_id)

    def latest_in_thread(self, team: str, channel: str, thread_ts: str, *, but: str = "") -> Kept | None:
        """The newest of a thread, leaving out the answer with the id `but`."""
        there = answers.c.team == team, answers.c.channel == channel, answers.c.thread_ts == thread_ts
        return self._newest(*there, answers.c.id != but)

    def of_person(self, team: str, user: str, limit: int = 10) -> list[Kept]:
        """A person's own, newest first."""
        return self._find(answers.c.team == team, answers.c.user == user, limit=limit)

    def unanswered(self, since: datetime) -> list[Kept]:
        """Those without an answer, or with one that only may help, whose question is still there; newest first."""
        unsure = answers.c.outcome.in_((NO_ANSWER, MAY_HELP))
        return self._find(unsure, answers.c.question != "", answers.c.asked >= since)

    def citing(self, document_key: str, limit: int = 100) -> list[Kept]:
        """Those that show a document as a source, newest first."""
        showing = select(answer_sources.c.answer_id).where(answer_sources.c.document_key == document_key)
        return self._find(answers.c.id.in_(showing), limit=limit)

    def counts(self, since: datetime) -> Mapping[str, int]:
        """How many by outcome."""
        by_outcome = select(answers.c.outcome, func.count()).where(answers.c.asked >= since).group_by(answers.c.outcome)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(by_outcome)}

    def _newest(self, *where: ColumnElement[bool]) -> Kept | None:
        return next(iter(self._find(*where, limit=1)), None)

    def _find(self, *where: ColumnElement[bool], limit: int | None = None) -> list[Kept]:
        wanted = select(answers).where(*where).order_by(answers.c.asked.desc(), answers.c.ts.desc()).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            sources = _sources(connection, [row.id for row in rows])
        return [_kept(row, sources.get(row.id, [])) for row in rows]


def _sources(connection: Connection, answer_ids: Sequence[str]) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for start in range(0, len(answer_ids), MOST_VALUES):
        some = answer_ids[start : start + MOST_VALUES]
        wanted = select(answer_sources).where(answer_sources.c.answer_id.in_(some)).order_by(answer_sources.c.n)
        for row in connection.execute(wanted):
            found.setdefault(row.answer_id, []).append(
                Source(row.n, row.document_key, row.passage_id, row.page, row.audience)
            )
    return found


def _kept(row: Row[Any], sources: Sequence[Source]) -> Kept:
    return Kept(**{name: getattr(row, name) for name in _COLUMNS}, sources=tuple(sources))
