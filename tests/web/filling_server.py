"""The pages for filling in as a process of its own, for tests that load it or kill it: FOLDER PORT."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from starlette.applications import Starlette

from assess.desk import Assessing
from bot.http import WebServer
from records import Records
from web import assessment
from web.passes import Passes

SECRET = b"0123456789abcdef0123456789abcdef"


def main(folder: str, port: str) -> None:
    records = Records.open(f"sqlite:///{Path(folder) / 'records.db'}")
    passes = Passes(SECRET, f"http://127.0.0.1:{port}")
    server = WebServer(Starlette(routes=assessment.routes(Assessing(records), passes)), "127.0.0.1", int(port))
    server.start(deadline_s=60.0)
    print("ready", flush=True)  # noqa: T201 - what the test waits for
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
