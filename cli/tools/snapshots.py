"""The files of a benchmark: the snapshot that may be told, and beside it the basis that stays private."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from corpus.errors import ResponsesError
from scoring.benchmark import Basis, Snapshot
from scoring.instrument import Healthcheck

Kept = TypeVar("Kept", Basis, Snapshot)


def read_snapshot(file: Path, instrument: Healthcheck) -> Snapshot:
    snapshot = read_kept(file, Snapshot)
    if (snapshot.instrument, snapshot.major) != (instrument.id, instrument.major):
        raise ResponsesError(f"{file} is a benchmark of other questions than {instrument.id} {instrument.version}.")
    return snapshot


def read_kept(file: Path, kind: type[Kept]) -> Kept:
    """What `to_json` wrote. Raises: ResponsesError."""
    try:
        return kind.from_json(file.read_text("utf-8"))
    except OSError as error:
        raise ResponsesError(f"{file} cannot be read: {error.strerror}; name a file of lmc tools benchmark.") from error
    except ValueError as error:  # also pydantic's, also of bytes that are no text
        raise ResponsesError(
            f"{file} is no benchmark that this version wrote; make it with lmc tools benchmark."
        ) from error


def basis_file(snapshot: Path) -> Path:
    return snapshot.with_name(f"{snapshot.stem}.basis.json")
