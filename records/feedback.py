"""Whether answers helped and, where not, why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from records.database import Database
from records.schema import feedback

CAUSES = ("wrong", "out_of_date", "missing", "unclear", "source_does_not_say", "not_allowed")


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's vote on one answer."""

    answer_id: str
    team: str
    user: str
    helpful: bool
    causes: tuple[str, ...]
    comment: str
    tell_owner: bool
    given: datetime


@dataclass(frozen=True, slots=True)
class FeedbackSummary:
    """Votes, and among the unhelpful ones how often each cause was named; causes that were not are 0."""

    helpful: int
    not_helpful: int
    causes: Mapping[str, int]


class FeedbackStore:
    """Votes, one for each person and answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self,
        answer_id: str,
        team: str,
        user: str,
        helpful: bool,
        *,
        causes: Sequence[str] = (),
        comment: str = "",
        tell_owner: bool = False,
    ) -> None:
        """Keep a person's vote; their last one counts. Raises: ValueError for a cause that is not one of `CAUSES`."""
        if not set(causes) <= set(CAUSES):
            raise ValueError(f"a cause is one of {', '.join(CAUSES)}")
        whose = {"answer_id": answer_id, "team": team, "user": user}
        vote = {
            "helpful": helpful, "causes": [cause for cause in CAUSES if cause in causes], "comment": comment,
            "tell_owner": tell_owner, "given": self._database.now(),
        }  # fmt: skip
        new = self._database.insert(feedback).values({**whose, **vote})
        with self._database.write() as connection:
            connection.execute(new.on_conflict_do_update(index_elements=list(whose), set_=vote))

    def of_answer(self, answer_id: str) -> list[Feedback]:
        """Newest first."""
        return self._find(feedback.c.answer_id == answer_id)

    def summary(self, since: datetime) -> FeedbackSummary:
        votes = self._find(feedback.c.given >= since)
        helpful = sum(vote.helpful for vote in votes)
        named = Counter(cause for vote in votes if not vote.helpful for cause in vote.causes)
        return FeedbackSummary(helpful, len(votes) - helpful, {cause: named[cause] for cause in CAUSES})

    def recent(self, limit: int) -> list[Feedback]:
        """Newest first."""
        return self._find(limit=limit)

    def _find(self, *where: ColumnElement[bool], limit: int | None = None) -> list[Feedback]:
        wanted = select(feedback).where(*where).order_by(feedback.c.given.desc(), feedback.c.number.desc())
        with self._database.read() as connection:
            return [_vote(row) for row in connection.execute(wanted.limit(limit))]


def _vote(row: Row[Any]) -> Feedback:
    return Feedback(
        row.answer_id, row.team, row.user, row.helpful, tuple(row.causes), row.comment, row.tell_owner, row.given
    )
