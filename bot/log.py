"""Logs as one JSON object a line: ids, counts and durations, never what somebody wrote or a document says."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from pythonjsonlogger.json import JsonFormatter

# Libraries that log the bodies of what they send and receive below these levels.
_QUIET = {
    "slack_bolt": logging.ERROR, "slack_sdk": logging.ERROR, "websocket": logging.CRITICAL, "urllib3": logging.WARNING,
    "uvicorn": logging.WARNING, "uvicorn.access": logging.ERROR, "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING, "asyncio": logging.WARNING,
}  # fmt: skip


def log_as_json(level: str, stream: TextIO = sys.stderr) -> None:
    """Send every logger of the process to `stream`, a JSON object a line."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    quieten()


def quieten() -> None:
    """Keep the libraries that would log what people write at levels where they do not."""
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)
