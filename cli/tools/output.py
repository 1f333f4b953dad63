"""How the commands of `lmc tools` say and write what they found."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.errors import SettingsError
from scoring.hidden import Hidden

NONE = "not enough answers"


def plain(found: Any) -> Any:
    """A result of the statistics as JSON takes it; what is hidden is its reason."""
    if found is None:
        return None
    if isinstance(found, Hidden):
        return {"hidden": found.reason}
    return [plain(one) for one in found] if isinstance(found, tuple) else json.loads(json.dumps(asdict(found)))


def write(file: Path, content: bytes, *, private: bool = False) -> None:
    """Raises: SettingsError where it cannot be written."""
    try:
        if private:
            with contextlib.suppress(FileNotFoundError):
                file.chmod(0o600)
            file.touch(mode=0o600)
        file.write_bytes(content)
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}; name another with --out.") from error
