"""Files that are either whole or not there: atomic writes, checksums, and a memory of what was verified."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)

BLOCK = 1 << 20


def sha256_of(file: Path) -> str:
    """The checksum of a file's content, in hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as handle:
        while block := handle.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def write_atomically(file: Path, text: str) -> None:
    """Replace a small file in one step that survives a crash: the old text or the new, never a part."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(file: Path) -> None:
    """Make a file's content durable."""
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


class Verified:
    """Remembers which files had the right checksum, by size and time of change.

    Reading a large generation to check it takes longer than answering, so it is read once on each machine and again
    when a file has changed since. Where the note cannot be written, files are simply checked every time.
    """

    def __init__(self, note: Path) -> None:
        self._note = note

    def check(self, folder: Path, expected: Mapping[str, str]) -> str | None:
        """Compare the files of `folder` with their expected sha256; the name of the first wrong one, or None."""
        stamps = self._read()
        fresh: dict[str, str] = {}
        for name, checksum in expected.items():
            file = (folder / name).resolve()  # read once, whatever links lead to it
            if not file.is_file():
                return name
            stamp = f"{_stamp(file)}:{checksum}"
            if stamps.get(str(file)) != stamp and sha256_of(file) != checksum:
                return name
            fresh[str(file)] = stamp
        if any(stamps.get(name) != stamp for name, stamp in fresh.items()):
            self._write({**stamps, **fresh})
        return None

    def _read(self) -> dict[str, str]:
        try:
            stamps: dict[str, str] = json.loads(self._note.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return stamps

    def _write(self, stamps: Mapping[str, str]) -> None:
        living = {name: stamp for name, stamp in stamps.items() if Path(name).exists()}
        try:
            write_atomically(self._note, json.dumps(living, indent=1))
        except OSError as error:
            log.info("checksums are not remembered: %s", error.strerror)


def _stamp(file: Path) -> str:
    facts = file.stat()
    return f"{facts.st_size}:{facts.st_mtime_ns}:{facts.st_ino}"
