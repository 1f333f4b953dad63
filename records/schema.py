"""The tables. Each column says what it can tell about a person, which decides what becomes of it (records/privacy.py).

The migrations build exactly these; a test compares them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)

from records.columns import Code, Holds, Moment, Plain, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite counts up by itself only in a column of its own kind of integer.
Number = BigInteger().with_variant(Integer, "sqlite")

ID, NAME, SLACK, PRACTICE, KEY = 64, 64, 64, 200, 400
"""Lengths: ids of ours, states and kinds, ids and timestamps of Slack, names of practices and of documents."""

# Written out in queries too: a database uses an index of some rows only where it sees that no others are asked for.
LIVE = text("state IN ('waiting', 'claimed')")
FAILED = text("state = 'failed'")
CODED = text("code <> ''")
OPEN_OF_PRACTICE = text("state = 'open' AND kind <> 'skills'")
OPEN_OF_PERSON = text("state = 'open' AND kind = 'skills'")


def _fact(name: str, kind: Any, *rest: Any, **options: Any) -> Column[Any]:
    return _column(Holds.FACT, name, kind, *rest, **options)


def _time(name: str, **options: Any) -> Column[Any]:
    return _column(Holds.TIME, name, Moment(), **options)


def _person(name: str) -> Column[Any]:
    return _column(Holds.PERSON, name, Code(SLACK))


def _other(name: str) -> Column[Any]:
    return _column(Holds.OTHER, name, Code(SLACK))


def _place(name: str, **options: Any) -> Column[Any]:
    return _column(Holds.PLACE, name, Code(SLACK), **options)


def _shared(name: str, kind: Any = None, **options: Any) -> Column[Any]:
    return _column(Holds.SHARED, name, kind or Words(), **options)


def _words(name: str, kind: Any = None, **options: Any) -> Column[Any]:
    return _column(Holds.WORDS, name, kind or Words(), **options)


def _of_assessment() -> Column[Any]:
    return _fact("assessment_id", Code(ID), ForeignKey("assessments.id", ondelete="CASCADE"), primary_key=True)


def _column(holds: Holds, name: str, kind: Any, *rest: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, *rest, info={"holds": holds}, **{"nullable": False, **options})


inbox = Table(
    "inbox",
    metadata,
    _fact("number", Number, primary_key=True),
    _fact("id", Code(ID), unique=True),
    _fact("kind", Code(NAME)),
    _words("payload", Plain()),
    _fact("team", Code(SLACK)),
    _person("user"),
    _time("received"),
    _time("due"),  # decides the order
    _time("ready"),  # when it may be claimed: `due`, or the end of the lease
    _fact("state", Code(NAME)),
    _fact("owner", Code(255)),
    _fact("attempts", Integer),
    _fact("reference", Code(NAME)),
    Index("ix_inbox_live", "due", "number", sqlite_where=LIVE, postgresql_where=LIVE),
    Index("ix_inbox_failed", "number", sqlite_where=FAILED, postgresql_where=FAILED),
)

inbox_keys = Table(
    "inbox_keys",
    metadata,
    # Nobody's: it says that a message was seen, not who wrote it, and is gone after two days.
    _fact("key", Code(255), primary_key=True),
    _time("received", index=True),
)

answers = Table(
    "answers",
    metadata,
    _fact("id", Code(ID), primary_key=True),
    _fact("team", Code(SLACK)),
    _place("channel"),
    _place("thread_ts"),
    _place("ts"),
    _person("user"),
    _fact("role", Code(NAME)),
    _fact("surface", Code(NAME)),
    _words("question"),
    _words("after"),
    _fact("outcome", Code(NAME)),
    _fact("reason", Code(NAME)),
    _words("text"),
    _fact("generation", Code(KEY)),
    _fact("confidence", Float),
    _time("asked", index=True),
    _fact("took_ms", Float),
    _place("reply_channel"),
    _place("reply_ts"),
    Index(None, "team", "channel", "ts"),
    Index(None, "team", "channel", "thread_ts"),
    Index(None, "team", "user"),
)

answer_sources = Table(
    "answer_sources",
    metadata,
    _fact(
        "answer_id",
        Code(ID),
        ForeignKey("answers.id", onupdate="CASCADE", ondelete="CASCADE"),
        primary_key=True,
    ),
    _fact("n", Integer, primary_key=True, autoincrement=False),
    _fact("document_key", Code(KEY), index=True),
    _fact("passage_id", Code(KEY)),
    _fact("page", Integer),
    _fact("audience", Code(NAME)),
)

threads = Table(
    "threads",
    metadata,
    _fact("team", Code(SLACK), primary_key=True),
    _place("channel", primary_key=True),
    _place("thread_ts", primary_key=True),
    _person("asker"),
    _fact("quiet", Boolean),
    _time("last", index=True),
)

feedback = Table(
    "feedback",
    metadata,
    _fact("number", Number, primary_key=True),
    _fact("answer_id", Code(ID)),
    _fact("team", Code(SLACK)),
    _person("user"),
    _fact("helpful", Boolean),
    _fact("causes", Plain()),
    _words("comment"),
    _fact("tell_owner", Boolean),
    _time("given", index=True),
    UniqueConstraint("answer_id", "team", "user"),
)

escalations = Table(
    "escalations",
    metadata,
    _fact("id", Code(ID), primary_key=True),
    _fact("answer_id", Code(ID)),
    _fact("team", Code(SLACK)),
    _person("user"),
    _place("direct_channel"),
    _place("direct_thread_ts"),
    _words("shared"),
    _words("topic"),
    _fact("urgent", Boolean),
    _fact("state", Code(NAME)),
    _other("officer"),
    _place("channel"),
    _place("ts"),
    _time("opened", index=True),
    _time("claimed", nullable=True),
    _time("closed", nullable=True),
    _time("reminded", nullable=True),
    Index(None, "channel", "ts"),
    Index(None, "direct_channel", "direct_thread_ts"),
)

uploads = Table(
    "uploads",
    metadata,
    _fact("id", Code(ID), primary_key=True),
    _fact("team", Code(SLACK)),
    _person("user"),
    _place("file_id"),
    _words("name"),
    _fact("path", Code(4_096)),
    _fact("sha256", Code(ID)),
    _fact("state", Code(NAME)),
    _words("details", Plain()),
    _other("approver"),
    _place("channel"),
    _place("thread_ts"),
    _place("progress_ts"),
    _words("error"),
    _time("created", index=True),
)

people = Table(
    "people",
    metadata,
    # Whose pseudonym it is that the audit knows; without its row here, nobody can say.
    _fact("pseudonym", Code(ID), primary_key=True),
    Column("user", Code(SLACK), nullable=False, unique=True, info={"holds": Holds.PERSON}),
    _time("last"),
)

practices = Table(
    "practices",
    metadata,
    _fact("id", Code(ID), primary_key=True),
    _fact("team", Code(SLACK), index=True),
    _fact("name", Code(PRACTICE)),
    _fact("code", Code(NAME)),
    _time("made"),
    Index("uq_practices_team_code", "team", "code", unique=True, sqlite_where=CODED, postgresql_where=CODED),
)

members = Table(
    "members",
    metadata,
    _fact("practice_id", Code(ID), ForeignKey("practices.id", ondelete="CASCADE"), primary_key=True),
    Column("member", Code(SLACK), primary_key=True, info={"holds": Holds.PERSON}),
    _fact("team", Code(SLACK)),
    _words("name"),  # what the practice calls somebody who is not in Slack
    _time("since"),
    Index(None, "team", "member"),
)

assessments = Table(
    "assessments",
    metadata,
    _fact("id", Code(ID), primary_key=True),
    _fact("team", Code(SLACK)),
    _fact("practice_id", Code(ID), ForeignKey("practices.id", ondelete="CASCADE"), index=True),
    _fact("kind", Code(NAME)),
    _fact("instrument", Code(NAME)),
    _fact("version", Code(NAME)),
    _fact("state", Code(NAME)),
    _person("member"),  # who began it; of the kind `skills`, whose it is
    _time("begun"),
    _time("changed", index=True),
    _time("finished", nullable=True),
    _fact("kept_months", Integer),  # after the last change: what the person was told when they began
    Index(None, "team", "member"),
    # Two who begin at once have one between them.
    Index(
        "uq_assessments_open_of_practice",
        "practice_id",
        "instrument",
        unique=True,
        sqlite_where=OPEN_OF_PRACTICE,
        postgresql_where=OPEN_OF_PRACTICE,
    ),
    Index(
        "uq_assessments_open_of_person",
        "practice_id",
        "instrument",
        "member",
        unique=True,
        sqlite_where=OPEN_OF_PERSON,
        postgresql_where=OPEN_OF_PERSON,
    ),
)

responses = Table(
    "responses",
    metadata,
    _of_assessment(),
    _fact("field", Code(NAME), primary_key=True),
    _fact("team", Code(SLACK)),
    _person("member"),  # who changed it last
    _shared("value"),  # of the kind `skills` the person's own, and deleted with them
    _shared("before"),  # the value of the revision before this one
    _fact("revision", Integer),
    _time("at"),
    Index(None, "team", "member"),
)

consents = Table(
    "consents",
    metadata,
    _of_assessment(),
    _fact("what", Code(NAME), primary_key=True),
    _fact("team", Code(SLACK)),
    _person("member"),
    _fact("given", Boolean),
    _time("at"),
)

shares = Table(
    "shares",
    metadata,
    _of_assessment(),
    Column("reader", Code(SLACK), primary_key=True, info={"holds": Holds.OTHER}),
    _fact("team", Code(SLACK)),
    _person("by"),
    _time("at"),
    Index(None, "team", "reader"),
)

plans = Table(
    "plans",
    metadata,
    _of_assessment(),
    _fact("team", Code(SLACK)),
    _fact("state", Code(NAME)),
    _person("member"),  # who sent it to the analyst
    _other("analyst"),
    _shared("note"),
    _time("submitted", nullable=True),
    _time("approved", nullable=True),
)

actions = Table(
    "actions",
    metadata,
    _fact("id", Code(ID), primary_key=True),
    _fact("assessment_id", Code(ID), ForeignKey("plans.assessment_id", ondelete="CASCADE"), index=True),
    _fact("team", Code(SLACK)),
    _fact("place", Integer),
    _fact("criterion", Code(NAME)),
    _shared("why"),
    _shared("action"),
    _shared("owner_role"),
    _person("owner"),  # empty where nobody has it yet
    _fact("due", Code(NAME)),  # a day, as 2026-11-23
    _fact("horizon", Code(NAME)),
    _shared("support"),
    _fact("state", Code(NAME)),
    _shared("note"),
    _fact("by_hand", Boolean),
    _time("changed"),
)

reminders = Table(
    "reminders",
    metadata,
    _fact("action_id", Code(ID), ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True),
    _fact("key", Code(NAME), primary_key=True),
    _time("sent"),
)

snapshots = Table(
    "snapshots",
    metadata,
    _fact("team", Code(SLACK), primary_key=True),
    _fact("instrument", Code(NAME), primary_key=True),
    _fact("major", Integer, primary_key=True, autoincrement=False),
    _fact("quarter", Code(NAME), primary_key=True),
    _fact("snapshot", Plain()),  # what may be shown, in figures of many practices
    _fact("basis", Plain()),  # whose answers stand behind it, by ids of ours: never shown
    _time("made", index=True),
)

team_views = Table(
    "team_views",
    metadata,
    _fact("id", Code(ID), primary_key=True),
    _fact("team", Code(SLACK)),
    _fact("practice_id", Code(ID), ForeignKey("practices.id", ondelete="CASCADE"), index=True),
    _fact("instrument", Code(NAME)),
    _fact("major", Integer),
    _fact("figures", Plain()),  # of the partners together: what may be shown
    _fact("by_consent", Boolean),
    _time("made", index=True),
    _fact("kept_months", Integer),
)

team_view_partners = Table(
    "team_view_partners",
    metadata,
    _fact("view_id", Code(ID), ForeignKey("team_views.id", ondelete="CASCADE"), primary_key=True),
    Column("member", Code(SLACK), primary_key=True, info={"holds": Holds.PERSON}),
    _fact("team", Code(SLACK)),
    _fact("assessment_id", Code(ID)),  # which outlives the assessment, and leads nowhere then
    _fact("marks", Plain()),  # how often each part of it had been changed: never an answer
)

officers_figures = Table(
    "officers_figures",
    metadata,
    _fact("team", Code(SLACK), primary_key=True),
    _fact("instrument", Code(NAME), primary_key=True),
    _fact("major", Integer, primary_key=True, autoincrement=False),
    _fact("quarter", Code(NAME), primary_key=True),
    _fact("name", Code(NAME), primary_key=True),
    _fact("figures", Plain()),  # of many practices: what officers may see
    _fact("basis", Plain()),  # whose answers stand behind them, by ids of ours: never shown
    _time("made", index=True),
)

audit = Table(
    "audit",
    metadata,
    _fact("number", Number, primary_key=True),
    _fact("at", Moment(), index=True),
    _fact("actor", Code(ID)),
    _fact("action", Code(NAME)),
    _fact("thing", Code(KEY)),
    _fact("details", Plain()),
)

audit_permit = Table(
    "audit_permit",
    metadata,
    # Entries older than this may be deleted. It is empty but for the moment in which the retention job does that.
    _fact("before", Moment(), primary_key=True),
)
