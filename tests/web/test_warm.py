"""A server that says it is ready has compiled what it draws with: the first person waits for nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scoring.form import pages
from scoring.instrument import instruments
from web import layout
from web.filling import asked

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
# In a process of its own: in this one, other tests have opened every page already.
SCRIPT = """
import sys, tempfile
from pathlib import Path
from jinja2 import Environment

compiled = []
compile_as_ever = Environment.compile
def counting(self, source, name=None, *rest, **more):
    compiled.append(name)
    return compile_as_ever(self, source, name, *rest, **more)
Environment.compile = counting

from starlette.applications import Starlette
from assess.reporting import Reporting
from bot.http import WebServer
from corpus.tools import load_tools
from scoring.instrument import instruments
from tests.assess.test_reporting import Shelf
from tests.web.assessing import EVERY, MERGER, MO, OLA, RESILIENCE, Office
from web import reports

with tempfile.TemporaryDirectory() as folder:
    office = Office(Path(folder))
    reporting = Reporting(office.desk, Shelf(), load_tools())
    pages = reports.routes(office.desk, office.passes, reporting, now=lambda: office.now)
    server = WebServer(Starlette(routes=pages), "127.0.0.1", 0)
    server.start()
    assert compiled, "nothing was compiled at all"
    compiled.clear()
    filling = office.port
    for name in EVERY:
        office.port = filling
        found, link = office.begun(name)
        assert office.get(f"{link}start").status == 200
        first = instruments()[name].areas[0]
        given = {first.items[0].id: "done" if name == MERGER else "1"}
        assert office.send(f"{link}page/{first.id}", **given).status == 303
        for path in ("check", "later", "people", "sharing", "finish", "delete", "print"):
            assert office.get(f"{link}{path}").status in (200, 303)
        office.desk.finish(MO, found.id)
        assert office.get(f"{link}finished").status == 200
        office.port = server.port
        for path in ("report", "report.pdf", "report.csv"):
            assert office.get(f"{link}{path}").status == 200
        if name == RESILIENCE:
            office.port = filling
            office.desk.submit(MO, found.id)
            assert office.get(f"{office.link(found, OLA)}plan").status == 200
    assert office.get("/assessment/forged.token/report").status == 404
    server.stop()
    office.stop()
print(*compiled)
"""


def test_after_a_server_is_ready_no_request_compiles_a_template() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == []


def test_of_many_at_a_page_that_nobody_has_opened_yet_one_draws_it() -> None:
    groups = asked(pages(instruments()["practice_healthcheck"], {})[0], {})
    layout._unwritten.cache_clear()  # as in a new process
    together = threading.Barrier(16)

    def open_page() -> None:
        together.wait()
        layout.draw_fields(groups)

    threads = [threading.Thread(target=open_page) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert layout._unwritten.cache_info().misses == sum(len(group.first) + len(group.more) for group in groups)
