"""The stores of one database, opened together."""

from __future__ import annotations

from typing import Self

from sqlalchemy import literal, select

from records.answers import Answers
from records.assessments import Assessments
from records.audit import Audit
from records.database import Clock, Database, connect, utc_now
from records.escalations import Escalations
from records.feedback import FeedbackStore
from records.inbox import Inbox
from records.migrate import migrate
from records.plans import Plans
from records.practices import Practices
from records.privacy import Privacy
from records.snapshots import Snapshots
from records.team_views import TeamViews
from records.threads import Threads
from records.uploads import Uploads


class Records:
    """All that is kept, by what it is about."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.inbox = Inbox(database)
        self.answers = Answers(database)
        self.threads = Threads(database)
        self.feedback = FeedbackStore(database)
        self.escalations = Escalations(database)
        self.uploads = Uploads(database)
        self.practices = Practices(database)
        self.assessments = Assessments(database)
        self.plans = Plans(database)
        self.team_views = TeamViews(database)
        self.snapshots = Snapshots(database)
        self.audit = Audit(database)
        self.privacy = Privacy(database)

    @classmethod
    def open(cls, url: str, clock: Clock = utc_now) -> Records:
        """Open the database at `url`, bringing its tables up to date; two that open it together wait for each other.

        Args:
            url: `sqlite:///path/to/records.db` or `postgresql://user:password@host/name`.
            clock: gives aware moments; tests move it.
        Raises: RecordsUrlWrong, RecordsUnreachable, RecordsReadOnly, RecordsTooNew.
        """
        database = Database(connect(url), clock)
        try:
            migrate(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def ping(self) -> None:
        """Ask the database for nothing, to see that it answers. Raises: RecordsUnreachable."""
        with self.database.read() as connection:
            connection.execute(select(literal(1)))

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
