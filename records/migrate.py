"""Brings the tables up to date when the records are opened, in one transaction that nobody else can enter."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from corpus.errors import RecordsTooNew
from records.database import BUSY_S, Database

FOLDER = Path(__file__).parent / "migrations"

LOCK = 0x6C6D63_7265636F
"""Any number that is ours: PostgreSQL lets one at a time hold it."""


_one_here = threading.Lock()
"""alembic keeps what it is doing in its modules: threads that open different databases would mix them up."""


def migrate(database: Database) -> None:
    """Build or change the tables; those who open the same database wait, and then find it done.

    Raises: RecordsTooNew when a newer version of the product has changed it.
    """
    if database.is_sqlite:
        _keep_a_log(database)
    with _one_here, _alone(database) as connection:
        config = _config(connection)
        script = ScriptDirectory.from_config(config)
        known = {revision.revision for revision in script.walk_revisions()}
        current = set(MigrationContext.configure(connection).get_current_heads())
        if not current <= known:
            raise RecordsTooNew(
                "The records were written by a newer version of this program; install that version, or restore"
                " the backup that was made before it."
            )
        if current != set(script.get_heads()):
            command.upgrade(config, "head")


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A transaction in which no other process migrates: SQLite has one writer, PostgreSQL a lock to ask for."""
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield connection


def _keep_a_log(database: Database) -> None:
    """Let SQLite write ahead, so that readers and the writer do not wait for each other; the file remembers it."""
    deadline = time.monotonic() + BUSY_S
    with database.outside() as connection:
        while True:
            try:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            except OperationalError as error:
                # subtle: this one statement does not wait for others who open the file, whatever the time-out.
                if "locked" not in str(error.orig) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


def _config(connection: Connection) -> Config:
    config = Config()
    # Configuration files read % as the start of a variable.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
