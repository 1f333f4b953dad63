"""What waits in the inbox of a bot in another process, looked at from outside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def unfinished(data: Path) -> int:
    """Items that wait, now or for later, or are being worked on."""
    address = f"file:{(data / 'records.sqlite').absolute()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=30.0)) as connection:
        found = connection.execute("SELECT count(*) FROM inbox WHERE state IN ('waiting', 'claimed')").fetchone()
    return int(found[0])
