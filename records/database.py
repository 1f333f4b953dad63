"""One database, SQLite or PostgreSQL: how it is opened, read and written, and its failures in a sentence each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import ConnectionPoolEntry

from corpus.errors import RecordsError, RecordsReadOnly, RecordsUnreachable, RecordsUrlWrong

Clock = Callable[[], datetime]

BUSY_S = 30
"""How long a write waits for another process to finish its own; each takes milliseconds."""

CONNECT_S = 10

EXAMPLES = "sqlite:////var/lib/lmc/records.db or postgresql://user:password@host/name"

_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}

_SENTENCES: tuple[tuple[tuple[str, ...], type[RecordsError], str], ...] = (
    (("readonly", "read-only", "permission denied for"), RecordsReadOnly,
     "may be read but not written; let the user that runs this write there"),
    (("not a database", "malformed"), RecordsUnreachable, "is not a database, or is damaged; restore it from a backup"),
    (("unable to open",), RecordsUnreachable, "cannot be opened; check that its folder is there and may be written to"),
    (("is full",), RecordsUnreachable, "has no room left on its disk"),
    (("is locked", "is busy"), RecordsUnreachable, "is held by another program; stop that one"),
    (("password", "authentication"), RecordsUnreachable, "refuses the user or the password that its address names"),
    (("does not exist",), RecordsUnreachable, "or its user does not exist; create it first"),
)  # fmt: skip
"""What a driver's message means, looked for in this order."""

_OTHERWISE = "cannot be reached; check that it is running and that its address is right"


def utc_now() -> datetime:
    return datetime.now(UTC)


class StatementFailed(RuntimeError):
    """A bug: the database refused a statement. Says which one, but none of the values, which may be people's words."""


class Database:
    """Where the stores read and write; safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self.engine = engine
        self.now = clock
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writer = engine.execution_options(writes=True)
        # Threads of one process queue here, in order; SQLite would let them sleep and race.
        self._turn: AbstractContextManager[object] = threading.Lock() if self.is_sqlite else nullcontext()
        self._joint = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that changes nothing and waits for nobody. Raises: RecordsError."""
        if (joint := self._joined()) is not None:
            with self._said():
                yield joint
            return
        with self._said(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is kept whole or not at all; within `together`, a part of it. Raises: RecordsError."""
        if (joint := self._joined()) is not None:
            with self._said(), joint.begin_nested():
                yield joint
            return
        with self._turn, self._said(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that this thread reads and writes within is one transaction, kept whole or not at all.

        Others who write wait for its end, so nothing in it may wait for anything else, such as Slack. Not to be put
        into another one, or into `write`. Raises: RecordsError.
        """
        with self._turn, self._said(), self._writer.begin() as connection:
            self._joint.connection = connection
            try:
                yield
            finally:
                self._joint.connection = None

    def _joined(self) -> Connection | None:
        """The connection of the transaction that this thread has open, if any."""
        found: Connection | None = getattr(self._joint, "connection", None)
        return found

    @contextmanager
    def outside(self) -> Iterator[Connection]:
        """A connection of SQLite that is in no transaction, for statements that must not be. Raises: RecordsError."""
        with self._said(), self.engine.execution_options(bare=True).connect() as connection:
            yield connection

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turn a driver's failure into a sentence for the operator, or into a bug without anybody's words."""
        try:
            yield
        except DBAPIError as error:
            raise _failure(error, self.engine.url) from None
        except NoConnectionFree as error:
            raise RecordsUnreachable(f"{_named(self.engine.url)} is too busy to answer.") from error


def connect(url: str) -> Engine:
    """An engine for `url`, set up for many threads and processes; connects when it is first used.

    Raises: RecordsUrlWrong, in words that leave out the password.
    """
    parsed = _parse(url)
    options = _sqlite_options(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql_options(parsed)
    try:
        # Neither logs nor exceptions may show what people wrote.
        engine = create_engine(parsed, hide_parameters=True, **options)
    except ModuleNotFoundError:
        raise RecordsUrlWrong(
            "Records in PostgreSQL need its driver: install lmc-guidance-assistant[postgres]."
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise RecordsUrlWrong(f"The address of the records cannot be understood; write {EXAMPLES}.") from None
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        raise RecordsUrlWrong(f"Records cannot be kept in {parsed.drivername!r}; write {EXAMPLES}.")
    if driver.startswith("sqlite") and (not parsed.database or parsed.database == ":memory:"):
        raise RecordsUrlWrong(f"Records need a file that outlives the process; write {EXAMPLES}.")
    return parsed.set(drivername=driver)


def _sqlite_options(url: URL) -> dict[str, object]:
    _make_file(url)
    return {
        # pysqlite's own transactions begin late and cannot begin IMMEDIATE: it is told to leave them alone.
        "connect_args": {"isolation_level": None, "timeout": BUSY_S},
        "pool_size": 8,
        "max_overflow": 56,
    }


def _postgresql_options(url: URL) -> dict[str, object]:
    given = "connect_timeout" in url.query
    return {
        "connect_args": {} if given else {"connect_timeout": CONNECT_S},
        "pool_pre_ping": True,  # a server that was restarted is not noticed
        "pool_size": 8,
        "max_overflow": 56,
    }


def _make_file(url: URL) -> None:
    """Create the file for its owner's eyes only, before SQLite does so for everybody's."""
    name = url.database or ""
    if name.startswith("file:"):
        return
    file = Path(name)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except PermissionError:
        if not file.exists():
            raise RecordsUnreachable(f"{_named(url)} cannot be made; check who may write to its folder.") from None
    except OSError as error:
        raise RecordsUnreachable(f"{_named(url)} cannot be made: {error.strerror}.") from None


def _set_up_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten, not only let go of.
    cursor.execute("PRAGMA secure_delete = ON")
    # What was acknowledged survives a power cut too.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("bare"):
        return
    # IMMEDIATE: two that read first and write then would otherwise wait for each other, and one would fail.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _failure(error: DBAPIError, url: URL) -> Exception:
    """What to raise for a driver's failure."""
    said = str(error.orig).lower()
    for signs, kind, sentence in _SENTENCES:
        if any(sign in said for sign in signs) and _is_outside(error):
            return kind(f"{_named(url)} {sentence}.")
    if _is_outside(error):
        return RecordsUnreachable(f"{_named(url)} {_OTHERWISE}.")
    first_line = str(error.orig).partition("\n")[0]
    return StatementFailed(f"{type(error.orig).__name__}: {first_line} [{error.statement}]")


def _is_outside(error: DBAPIError) -> bool:
    """Whether the operator can mend it: the connection, the disk or the rights, and not the statement."""
    name = type(error).__name__
    if name in {"OperationalError", "InterfaceError"}:
        # SQLite says "operational" of wrong statements too.
        return not any(sign in str(error.orig) for sign in ("no such", "already exists", "syntax error"))
    return name == "DatabaseError" or _sqlstate(error) in {"25006", "42501"}


def _sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def _named(url: URL) -> str:
    """The database in words, without its user and password."""
    if url.get_backend_name() == "sqlite":
        return f"The records database {url.database}"
    return f"The records database {url.database or ''} on {url.host or 'this machine'}"
