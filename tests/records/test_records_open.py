"""Opening records: tables are built once however many open them, and what goes wrong is said in one sentence."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import subprocess
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from corpus.errors import RecordsError, RecordsReadOnly, RecordsTooNew, RecordsUnreachable, RecordsUrlWrong
from records import Records
from records.database import StatementFailed
from tests.records.conftest import schema_of_its_own

ROOT = Path(__file__).resolve().parents[2]
SECRET = "hunter2"


def all_of(caught: pytest.ExceptionInfo[BaseException]) -> str:
    """What a log would show of an error, with all that caused it."""
    return "".join(traceback.format_exception(caught.value))


def test_what_was_written_is_there_when_it_is_opened_again(url: str) -> None:
    with Records.open(url) as records:
        records.inbox.receive(["a"], "question", {})

    with Records.open(url) as records:
        assert records.inbox.receive(["a"], "question", {}) is None
        records.ping()


def test_many_that_open_an_empty_database_at_once_all_find_its_tables(url: str) -> None:
    together = threading.Barrier(8)

    def open_one(number: int) -> str | None:
        together.wait(30)
        with Records.open(url) as records:
            return records.inbox.receive([str(number)], "question", {})

    with ThreadPoolExecutor(8) as pool:
        assert None not in list(pool.map(open_one, range(8)))


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(url: str) -> None:
    Records.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(RecordsTooNew, match=r"^The records were written by a newer version of this program; [^.]*\.$"):
        Records.open(url)

    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


@pytest.mark.parametrize(
    "wrong",
    [
        f"mysql://user:{SECRET}@host/name",
        f"postgresql+asyncpg://user:{SECRET}@host/name",
        f"user:{SECRET}@host/name",
        f"postgresql://user:{SECRET}@host:port/name",
        "records.db",
        "",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_address_that_cannot_be_used_is_explained_without_its_password(wrong: str) -> None:
    with pytest.raises(RecordsUrlWrong, match="postgresql://user:password@host/name") as caught:
        Records.open(wrong)

    assert SECRET not in all_of(caught)


def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(RecordsUrlWrong, match=r"install lmc-guidance-assistant\[postgres\]\.$") as caught:
        Records.open(f"postgresql://user:{SECRET}@host/name")

    assert SECRET not in all_of(caught)


def test_a_server_that_is_not_there_is_named_without_its_password(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    with pytest.raises(
        RecordsUnreachable, match=r"^The records database lmc on 127\.0\.0\.1 cannot be rea[^.]*\.$"
    ) as caught:
        Records.open(f"postgresql://user:{SECRET}@127.0.0.1:9/lmc?connect_timeout=2&sslpassword={SECRET}")

    assert SECRET not in all_of(caught)
    assert SECRET not in caplog.text


@pytest.mark.postgres
def test_a_database_that_the_server_does_not_have_is_named(postgres_url: str) -> None:
    with pytest.raises(RecordsUnreachable, match=r"^The records database nowhere on \S+ or its user does not exist"):
        Records.open(postgres_url.rpartition("/")[0] + "/nowhere")


@pytest.mark.postgres
def test_a_server_that_lets_us_only_read_is_named(postgres_url: str) -> None:
    with schema_of_its_own(postgres_url) as url, pytest.raises(RecordsReadOnly, match="may be read but not written"):
        Records.open(f"{url}%20-cdefault_transaction_read_only%3Don")


@pytest.mark.postgres
def test_a_server_that_was_restarted_is_used_again(postgres_url: str) -> None:
    """Its connections are cut, as a restart cuts them; the next question opens a new one."""
    with schema_of_its_own(postgres_url) as url, Records.open(url) as records:
        with records.database.read() as connection:
            pooled = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        engine = create_engine(postgres_url)
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pooled})
        engine.dispose()

        records.ping()
        with records.database.read() as connection:
            assert connection.execute(text("SELECT pg_backend_pid()")).scalar() != pooled


@pytest.mark.postgres
def test_a_short_name_of_postgresql_will_do(postgres_url: str) -> None:
    with (
        schema_of_its_own(postgres_url) as url,
        Records.open(url.replace("postgresql+psycopg", "postgres")) as records,
    ):
        assert records.inbox.state().waiting == 0


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("These are notes, and long enough to be taken for a page of a database. " * 100)

    with pytest.raises(RecordsUnreachable, match=r"notes\.db is not a database, or is damaged; restore"):
        Records.open(f"sqlite:///{file}")


def test_a_folder_is_not_a_database(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=str(tmp_path)):
        Records.open(f"sqlite:///{tmp_path}")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RecordsUnreachable, match=r"file/records\.db cannot be made: [^.]*\.$"):
        Records.open(f"sqlite:///{tmp_path / 'file' / 'records.db'}")


@pytest.mark.parametrize("is_new", [True, False])
def test_a_file_that_may_only_be_read_is_named(tmp_path: Path, is_new: bool) -> None:
    """By the address, since root may write to any file."""
    file = tmp_path / "records.db"
    if is_new:
        file.touch()
    else:
        Records.open(f"sqlite:///{file}").close()

    with pytest.raises(RecordsReadOnly, match="may be read but not written; let the user"):
        Records.open(f"sqlite:///file:{file}?mode=ro&uri=true").inbox.receive(["a"], "question", {})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any file")
def test_a_file_without_the_right_to_write_is_named(tmp_path: Path) -> None:
    file = tmp_path / "records.db"
    file.touch(mode=0o400)

    with pytest.raises(RecordsReadOnly):
        Records.open(f"sqlite:///{file}")


def test_the_file_is_for_its_owner_alone_with_its_folder_made(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "er" / "records.db"
    with Records.open(f"sqlite:///{file}") as records:
        records.inbox.receive(["a"], "question", {})

        for part in file.parent.iterdir():
            assert stat.S_IMODE(part.stat().st_mode) == 0o600, part.name


def test_a_database_that_went_away_says_so_to_ping(tmp_path: Path) -> None:
    file = tmp_path / "records.db"
    with Records.open(f"sqlite:///{file}") as records:
        records.ping()
        records.database.engine.dispose()
        shutil.rmtree(tmp_path)

        with pytest.raises(RecordsUnreachable, match="cannot be opened; check that its folder is there"):
            records.ping()


def test_sqlite_writes_ahead_and_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    with Records.open(f"sqlite:///{tmp_path / 'records.db'}") as records, records.database.read() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "secure_delete", "busy_timeout")
        }

    assert found == {
        "journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "secure_delete": 1, "busy_timeout": 30_000,
    }  # fmt: skip


def test_a_statement_that_the_database_refuses_shows_none_of_its_values(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL shows the whole row that it refuses; neither an error nor a log may."""
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    with Records.open(url) as records, pytest.raises(StatementFailed) as caught, records.database.write() as connection:
        connection.execute(
            text("INSERT INTO people (pseudonym, \"user\", last) VALUES (:words, 'U1', NULL)"), {"words": SECRET}
        )

    assert "INSERT INTO people" in str(caught.value)
    assert SECRET not in all_of(caught)
    assert SECRET not in caplog.text


def test_a_transaction_that_fails_leaves_nothing(records: Records) -> None:
    def learn_and_fail() -> None:
        with records.database.write() as connection:
            connection.execute(text("INSERT INTO inbox_keys (key, received) VALUES ('a', '2026-01-01')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        learn_and_fail()

    assert records.inbox.receive(["a"], "question", {})


@pytest.mark.slow
def test_the_tables_are_built_where_there_is_only_the_package(tmp_path: Path) -> None:
    """As from an installed wheel: no project folder, no alembic.ini, another working folder."""
    for package in ("records", "corpus"):
        shutil.copytree(ROOT / package, tmp_path / "site" / package, ignore=shutil.ignore_patterns("__pycache__"))
    script = "import sys, records; records.Records.open(sys.argv[1]).ping(); print(records.__file__)"

    done = subprocess.run(
        [sys.executable, "-c", script, "sqlite:///100% records.db"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == str(tmp_path / "site" / "records" / "__init__.py")
    assert (tmp_path / "100% records.db").stat().st_size
