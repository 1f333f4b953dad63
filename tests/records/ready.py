"""Databases whose tables stand already: made once in each process that runs tests, and repeated from then on."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, event

from records import Records

SQLITE = "sqlite:///"
CHANGES = ("CREATE", "ALTER", "INSERT", "UPDATE", "DROP")


def build_tables(url: str) -> None:
    """Give an empty database its tables. To open it would do that too, and take longer than most tests."""
    if url.startswith(SQLITE):
        file = Path(url.removeprefix(SQLITE))
        file.touch(0o600)
        file.write_bytes(_sqlite_file())
    elif _SAID:
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            for statement, parameters in _SAID:
                connection.exec_driver_sql(statement, parameters)
    else:
        _build_and_note(url)


@cache
def _sqlite_file() -> bytes:
    """A database with all tables and nothing in them."""
    with tempfile.TemporaryDirectory(prefix="records-") as folder:
        file = Path(folder) / "records.db"
        Records.open(f"{SQLITE}{file}").close()
        return file.read_bytes()


_SAID: list[tuple[str, Any]] = []
"""What the first PostgreSQL database of this process was told that changed it."""


def _build_and_note(url: str) -> None:
    said: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.lstrip().upper().startswith(CHANGES):
            said.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        Records.open(url).close()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    _SAID.extend(said)
