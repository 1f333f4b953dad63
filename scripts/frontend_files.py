"""Fetches the package of the NHS.UK front end, checks it, and unpacks the few files of it that pages of ours use.

    frontend_files.py fetch URL FILE
    frontend_files.py unpack FILE INTEGRITY FOLDER VERSION

Only the standard library: it runs while the environment is being made.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

TIMEOUT_S = 20
MOST_BYTES = 20_000_000
# No pictures, and no fonts: the logo and the font of the NHS are for the NHS.
WANTED = {
    "package/dist/nhsuk/nhsuk-frontend.min.css": "nhsuk-frontend.min.css",
    "package/dist/nhsuk/nhsuk-frontend.min.js": "nhsuk-frontend.min.js",
}


def fetch(url: str, file: Path) -> None:
    with urllib.request.urlopen(url, timeout=TIMEOUT_S) as reply:  # noqa: S310 - an https address of scripts/frontend
        data = reply.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"{url} is larger than the package can be")
    file.write_bytes(data)


def check(data: bytes, integrity: str) -> None:
    """Raises: ValueError unless the bytes are those whose digest is in requirements/frontend.txt."""
    algorithm, _, wanted = integrity.partition("-")
    found = base64.b64encode(hashlib.new(algorithm, data).digest()).decode("ascii")
    if algorithm != "sha512" or found != wanted:
        raise ValueError("the package is not the one that requirements/frontend.txt names (its sha512 differs)")


def without_fonts(text: bytes) -> bytes:
    """A style sheet that loads no font; the next one that it names is drawn instead, Arial."""
    return re.sub(rb"@font-face\s*\{[^}]*\}", b"", text)


def unpack(file: Path, integrity: str, folder: Path, version: str) -> None:
    """The wanted files in `folder/version`, which takes the place of what was there in one step."""
    check(file.read_bytes(), integrity)
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder, prefix="."))
    with tarfile.open(file, "r:gz") as packed:
        for inside, name in WANTED.items():
            member = packed.extractfile(inside)
            if member is None:
                raise ValueError(f"the package has no {inside}")
            (draft / name).write_bytes(without_fonts(member.read()))
    (draft / ".done").write_text(integrity + "\n", "utf-8")
    draft.chmod(0o755)
    for old in folder.iterdir():
        if old != draft:
            shutil.rmtree(old)
    os.replace(draft, folder / version)  # noqa: PTH105 - in one step, as nothing else does


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["fetch", url, file]:
                fetch(url, Path(file))
            case ["unpack", file, integrity, folder, version]:
                unpack(Path(file), integrity, Path(folder), version)
            case _:
                raise ValueError("usage: frontend_files.py fetch URL FILE | unpack FILE INTEGRITY FOLDER VERSION")
    except (ValueError, KeyError, OSError, tarfile.TarError, urllib.error.URLError) as error:
        print(f"frontend: {error}", file=sys.stderr)  # noqa: T201 - a script
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
