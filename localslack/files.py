"""Files that people and the app bring."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath
from typing import TYPE_CHECKING

from localslack.world import File, new_id

if TYPE_CHECKING:
    from localslack.slack import Slack

Upload = tuple[str, bytes]
"""The name of a file and what is in it."""


def new_file(slack: Slack, user: str, name: str, data: bytes, *, title: str = "", file_id: str = "") -> File:
    """Keep a file of a person or the app."""
    bare = PurePath(name.replace("\\", "/")).name or "file"
    kind = mimetypes.guess_type(bare)[0] or "application/octet-stream"
    extension = PurePath(bare).suffix.lstrip(".").lower() or "binary"
    file = File(
        file_id or new_id("F"), bare, title or bare, user, data, kind, extension, slack.clock.now()
    )  # fmt: skip
    slack.world.files[file.id] = file
    return file
