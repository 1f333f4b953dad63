"""The pages for filling in as a process of its own, to be loaded or killed: python -m … FOLDER PORT."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from starlette.applications import Starlette

from assess.desk import Assessing
from bot.http import WebServer
from evaluation.bench.filling_crowd import SECRET, database
from records import Records
from web import assessment
from web.passes import Passes

READY = "ready"


def main(folder: str, port: str) -> None:
    records = Records.open(database(Path(folder)))
    passes = Passes(SECRET, f"http://127.0.0.1:{port}")
    server = WebServer(Starlette(routes=assessment.routes(Assessing(records), passes)), "127.0.0.1", int(port))
    server.start(deadline_s=60.0)
    sys.stdout.write(f"{READY}\n")  # who started us waits for it
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
