"""Which channel threads the bot takes part in, and where it was asked to be quiet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from records.database import Database
from records.schema import threads


@dataclass(frozen=True, slots=True)
class ThreadState:
    """`asker` addressed the bot last."""

    asker: str
    quiet: bool


class Threads:
    """Channel threads, by team, channel and the timestamp of their first message."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def engage(self, team: str, channel: str, thread_ts: str, user: str) -> None:
        """The bot was addressed: it takes part (again), also where it had been quiet."""
        self._set(team, channel, thread_ts, asker=user, quiet=False)

    def hush(self, team: str, channel: str, thread_ts: str) -> None:
        """Be quiet there until addressed again."""
        self._set(team, channel, thread_ts, quiet=True)

    def get(self, team: str, channel: str, thread_ts: str) -> ThreadState | None:
        wanted = select(threads.c.asker, threads.c.quiet).where(
            threads.c.team == team, threads.c.channel == channel, threads.c.thread_ts == thread_ts
        )
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        return ThreadState(row.asker, row.quiet) if row else None

    def _set(self, team: str, channel: str, thread_ts: str, **state: str | bool) -> None:
        changed = {**state, "last": self._database.now()}
        row = {"team": team, "channel": channel, "thread_ts": thread_ts, "asker": "", **changed}
        with self._database.write() as connection:
            connection.execute(
                self._database.insert(threads)
                .values(row)
                .on_conflict_do_update(index_elements=["team", "channel", "thread_ts"], set_=changed)
            )
