"""Many people who fill in a questionnaire at once, over HTTP, against a server in a process of its own."""

from __future__ import annotations

import datetime as dt
import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from assess.desk import Assessing
from assess.model import Assessment, Who
from records import Records
from scoring.form import FieldKind, FormPage, pages
from scoring.instrument import instruments
from web.passes import Passes

ROOT = Path(__file__).parents[2]
SECRET = b"0123456789abcdef0123456789abcdef"
INSTRUMENT = "practice_healthcheck"
WORDS = {
    FieldKind.TEXT: "In the shared folder",
    FieldKind.LONG_TEXT: "Agreed at the meeting",
    FieldKind.WHOLE: "5",
    FieldKind.DATE: "2027-06-01",
    FieldKind.MONTH: "2026-10",
}


def database(folder: Path) -> str:
    return f"sqlite:///{folder / 'records.db'}"


@contextmanager
def desk_in(folder: Path) -> Iterator[Assessing]:
    """A desk over the same records as the server's."""
    with Records.open(database(folder)) as records:
        yield Assessing(records)


# --- what a browser sends ----------------------------------------------------------------------------------------


def answers(page: FormPage, choice: int = 3) -> dict[str, str]:
    """A value for each field of a page; of options the one at `choice`, or the last."""
    return {
        field.id: field.options[min(choice, len(field.options) - 1)].value if field.options else WORDS[field.kind]
        for field in page.fields
    }


def as_sent(page: FormPage, values: Mapping[str, str]) -> dict[str, str]:
    """Values as a form of ours sends them: a date in its boxes."""
    sent = dict(values)
    for one in page.fields:
        if one.kind in {FieldKind.DATE, FieldKind.MONTH}:
            boxes = ("year", "month", "day")[: 3 if one.kind is FieldKind.DATE else 2]
            parts = sent.pop(one.id).split("-")
            sent |= {f"{one.id}.{box}": part.lstrip("0") for box, part in zip(boxes, parts, strict=True)}
    return sent


# --- the server --------------------------------------------------------------------------------------------------


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass
class Running:
    """The server as a process, with records in `folder`."""

    folder: Path
    port: int = field(default_factory=_free_port)

    def __post_init__(self) -> None:
        self.passes = Passes(SECRET, f"http://127.0.0.1:{self.port}")
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Returns when the server says that it is ready. Raises: RuntimeError when it ends instead."""
        command = [sys.executable, "-m", "evaluation.bench.filling_server", str(self.folder), str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
        if self._process.stdout is None or not self._process.stdout.readline().strip():
            raise RuntimeError("the server ended before it was ready")

    def kill(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process.stdout.close()

    def link(self, who: Who, assessment_id: str) -> str:
        address = self.passes.address(who.team, who.member, assessment_id, dt.datetime.now(dt.UTC))
        return urlsplit(address).path.removesuffix("start")

    def post(self, path: str, form: Mapping[str, str]) -> int:
        return self._ask("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})

    def get(self, path: str) -> int:
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            reply = connection.getresponse()
            reply.read()
            return reply.status
        finally:
            connection.close()


# --- the people --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an assessment of their practice to fill in."""

    who: Who
    assessment: Assessment


def arrive(folder: Path, count: int, first: int = 0) -> list[Person]:
    """People of as many practices, each of whom begins a Healthcheck."""
    people = [Who("T1", f"U{number:04d}") for number in range(first, first + count)]
    with desk_in(folder) as desk:
        practices = [desk.add_practice(who, f"Surgery {who.member}") for who in people]
        return [Person(who, desk.start(who, INSTRUMENT, one.id)) for who, one in zip(people, practices, strict=True)]


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of it: seconds until each page was saved, and of how many answers not what was sent is kept."""

    times: tuple[float, ...]
    lost: int


def fill_in(running: Running, people: Sequence[Person], think_s: float) -> Filled:
    """Everybody fills in a whole Healthcheck at the same time, and thinks as long over each page.

    Raises: RuntimeError for a page that was not shown or not saved.
    """
    shown = pages(instruments()[INSTRUMENT], {})
    times: list[float] = []
    statuses: list[int] = []

    def fill(number: int, person: Person) -> None:
        link = running.link(person.who, person.assessment.id)
        time.sleep(think_s * number / len(people))  # people do not press the button in the same instant
        for page in shown:
            statuses.append(running.get(f"{link}page/{page.id}"))
            time.sleep(think_s)
            start = time.perf_counter()
            statuses.append(running.post(f"{link}page/{page.id}", as_sent(page, answers(page))))
            times.append(time.perf_counter() - start)

    threads = [threading.Thread(target=fill, args=one) for one in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(statuses) != 2 * len(people) * len(shown) or set(statuses) != {200, 303}:
        raise RuntimeError(f"not every page was shown and saved: {sorted(set(statuses))}")
    return Filled(tuple(times), _lost(running.folder, people, shown))


def _lost(folder: Path, people: Sequence[Person], shown: Sequence[FormPage]) -> int:
    wanted = {key: value for page in shown for key, value in answers(page).items()}
    with desk_in(folder) as desk:
        kept = [desk.open(person.who, person.assessment.id).responses for person in people]
    return sum(one.get(key) != value for one in kept for key, value in wanted.items())
