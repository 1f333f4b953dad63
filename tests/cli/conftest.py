"""`lmc` run in this process over a tiny library, with the real model: exported once and kept under `var/`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import main

ROOT = Path(__file__).parents[2]
FILES = {
    "healthcheck.md": "# Practice Healthcheck\n\nThe Practice Healthcheck takes 15 minutes. It covers ten areas.\n",
    "mentoring.md": "# Mentoring\n\nA partner has six meetings with a mentor. The LMC pays for mentoring.\n",
    "merger.md": "# Merging practices\n\nThe commissioner wants notice of a practice merger 90 days before the date.\n",
    "minutes.md": "# Minutes\n\nThe officers chose Swindon as the place of the annual dinner in 2027.\n",
}
MANIFEST = """[library]
id = "tiny"
[[document]]
path = "healthcheck.md"
audience = "public"
published = 2026-05-01
[[document]]
path = "mentoring.md"
audience = "practice"
published = 2026-05-01
[[document]]
path = "merger.md"
audience = "public"
published = 2026-05-01
"""


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended; `out` and `err` with each run of white space as one space, `raw` as it was printed."""

    code: int
    raw: str
    out: str
    err: str


Lmc = Callable[..., Done]


def write_tiny(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "manifest.toml").write_text(MANIFEST, "utf-8")
    return folder


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but those of the test."""
    for name in [name for name in os.environ if name.startswith("LMC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def data(tmp_path: Path, models: Path) -> Path:
    """An empty data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "models").symlink_to(models)
    return folder


@pytest.fixture
def lmc(tmp_path: Path, opened_once: None, capsys: pytest.CaptureFixture[str]) -> Lmc:
    """Run a command over the data folder of the test."""

    def run(*arguments: str | Path) -> Done:
        capsys.readouterr()
        try:
            code = main([*map(str, arguments), "--data-dir", str(tmp_path / "data")])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        said = capsys.readouterr()
        return Done(code, said.out, " ".join(said.out.split()), " ".join(said.err.split()))

    return run


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "tiny")


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A data folder over the tiny library, to be copied."""
    folder = tmp_path_factory.mktemp("ingested")
    (folder / "models").symlink_to(models)
    assert main(["ingest", str(write_tiny(folder.parent / "tiny-source")), "--data-dir", str(folder), "--json"]) == 0
    return folder


@pytest.fixture
def stocked(tmp_path: Path, ingested: Path) -> Path:
    """A data folder over the tiny library, of the test's own."""
    folder = tmp_path / "data"
    shutil.copytree(ingested, folder, symlinks=True)
    return folder
