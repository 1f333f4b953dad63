"""Changes of the library on their way: documents that were sent, described, approved and ingested."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update

from records.columns import Json
from records.database import Database
from records.schema import uploads

RECEIVED, DESCRIBED, WAITING_APPROVAL, APPROVED, RUNNING = (
    "received", "described", "waiting_approval", "approved", "running",
)  # fmt: skip
DONE, REJECTED, FAILED = "done", "rejected", "failed"
STATES = (RECEIVED, DESCRIBED, WAITING_APPROVAL, APPROVED, RUNNING, DONE, REJECTED, FAILED)
ENDED = frozenset({DONE, REJECTED, FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A document on its way into the library, or another change that was asked for (`details` says which).

    `path` is where the bytes lie; empty once they are gone.
    """

    id: str
    team: str
    user: str
    state: str
    created: datetime
    file_id: str = ""
    name: str = ""
    path: str = ""
    sha256: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)
    approver: str = ""
    channel: str = ""
    thread_ts: str = ""
    progress_ts: str = ""
    error: str = ""


_COLUMNS = [column.name for column in fields(Upload)]
_CHANGING = frozenset(_COLUMNS) - {"id", "team", "user", "state", "created"}


class Uploads:
    """Changes of the library, by the id of the upload."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, upload: Upload) -> bool:
        """Insert a new one; False, and nothing changes, when its id is known. Raises: ValueError for a wrong state."""
        _check_states({upload.state})
        row = {name: getattr(upload, name) for name in _COLUMNS}
        new = self._database.insert(uploads).values(row).on_conflict_do_nothing().returning(uploads.c.id)
        with self._database.write() as connection:
            return connection.execute(new).first() is not None

    def get(self, upload_id: str) -> Upload | None:
        return next(iter(self._find(uploads.c.id == upload_id)), None)

    def move(self, upload_id: str, from_states: Collection[str], to_state: str, **changes: Json) -> bool:
        """Move one on, with other fields of it, if it is in one of `from_states`; else False and nothing changes.

        Raises: ValueError for a state or a field that there is not.
        """
        _check_states({*from_states, to_state})
        if not changes.keys() <= _CHANGING:
            raise ValueError(f"no such field of an upload, or none that changes: {sorted(changes.keys() - _CHANGING)}")
        is_there = (uploads.c.id == upload_id) & uploads.c.state.in_(sorted(from_states))
        change = update(uploads).where(is_there).values({"state": to_state, **changes}).returning(uploads.c.id)
        with self._database.write() as connection:
            return connection.execute(change).first() is not None

    def open_ones(self) -> list[Upload]:
        """Those that have not ended, oldest first."""
        return self._find(uploads.c.state.not_in(sorted(ENDED)))

    def leftovers(self) -> list[Upload]:
        """Those that have ended and whose bytes still lie at `path`, oldest first."""
        return self._find(uploads.c.state.in_(sorted(ENDED)), uploads.c.path != "")

    def cleared(self, upload_id: str) -> None:
        """Note that the bytes are gone."""
        with self._database.write() as connection:
            connection.execute(update(uploads).where(uploads.c.id == upload_id).values(path=""))

    def _find(self, *where: ColumnElement[bool]) -> list[Upload]:
        wanted = select(uploads).where(*where).order_by(uploads.c.created, uploads.c.id)
        with self._database.read() as connection:
            return [_upload(row) for row in connection.execute(wanted)]


def _upload(row: Row[Any]) -> Upload:
    return Upload(**{name: getattr(row, name) for name in _COLUMNS})


def _check_states(states: Collection[str]) -> None:
    if not set(states) <= set(STATES):
        raise ValueError(f"no such state of an upload: {sorted(set(states) - set(STATES))}")
