"""Changes of a library in child processes that are killed at chosen moments; run by test_desk_crash.py.

    python -m tests.ingest.killed_desk CHANGE ROOT MOMENT...

Each MOMENT names a data folder below ROOT, copied from a library that lives; its child makes the CHANGE (`add` or
`rollback`) there and dies at the MOMENT-th time that it touches a file of that folder; at 0 never. For each a line is
printed: the moment, whether the child was killed, and how many files it touched.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from ingest.desk import Desk
from ingest.shelf import Facts
from tests.fakes import DirectReader, FakeEmbedder

EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "sqlite3.connect"}
NEW = Facts("Dispensing", replaces="starter/merger")


def desk(root: Path, moment: str) -> Desk:
    return Desk(root / moment, FakeEmbedder, readers=lambda _: nullcontext(DirectReader()), starter=root / "starter")


def change(what: str, root: Path, moment: str, pipe: int) -> None:
    touched = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal touched
        if event in EVENTS and any(str(root / moment) in str(argument) for argument in arguments[:2]):
            touched += 1
            if touched == int(moment):
                os.kill(os.getpid(), signal.SIGKILL)

    here = desk(root, moment)
    sys.addaudithook(watch)
    if what == "add":
        here.add(root / "new.txt", NEW)
    else:
        here.rollback()
    os.write(pipe, str(touched).encode())


def main(what: str, root: Path, moments: Sequence[str]) -> None:
    for moment in moments:
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.close(read)
            try:
                change(what, root, moment, write)
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            touched = pipe.read() or "0"
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{moment} {int(os.WIFSIGNALED(status))} {touched}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
