"""Records in a real SQLite file and on a real PostgreSQL server, with a clock that tests move."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from records import Records
from tests.records.ready import build_tables

BINARIES = Path("/usr/lib/postgresql/15/bin")


class TestClock:
    """Stands still until it is moved."""

    __test__ = False

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> datetime:
        """Move on; returns the new moment."""
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    with schema_of_its_own(request.getfixturevalue("postgres_url")) as address:
        yield address


@pytest.fixture
def records(url: str, clock: TestClock) -> Iterator[Records]:
    build_tables(url)
    with Records.open(url, clock) as records:
        yield records


@contextmanager
def schema_of_its_own(server: str) -> Iterator[str]:
    """An empty place on the server, which the address chooses."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    try:
        yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name}"
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The server of TEST_POSTGRES_URL, else one that is started for this run and thrown away."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given.replace("postgresql://", "postgresql+psycopg://")
        return
    if not (BINARIES / "initdb").exists():
        reason = f"PostgreSQL is not installed in {BINARIES}, and TEST_POSTGRES_URL is not set"
        if os.environ.get("TEST_REQUIRE_POSTGRES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="records-postgres-"))
    try:
        with _server(folder) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    run = _as_postgres(folder)
    data, port = folder / "data", _free_port()
    run("initdb", "-D", str(data), "-A", "trust", "-U", "tester", "--no-sync", "-E", "UTF8", "--no-locale")
    options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
    run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-w", "-t", "60", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def _as_postgres(folder: Path) -> Callable[..., None]:
    """Runs one of PostgreSQL's programs, which refuse to be run by root."""
    is_root = os.geteuid() == 0
    if is_root:
        shutil.chown(folder, "postgres")
    become = ["runuser", "-u", "postgres", "--"] if is_root else []

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*become, str(BINARIES / program), *arguments], cwd=folder, check=True, timeout=120,
            stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
        )  # fmt: skip

    return run


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
