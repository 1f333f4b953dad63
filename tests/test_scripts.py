"""The scripts are whole, executable, and do nothing the second time."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BASH = sorted(
    file
    for file in [*(ROOT / "scripts").iterdir(), ROOT / ".ci/run"]
    if file.is_file() and file.read_text("utf-8").startswith("#!/usr/bin/env bash")
)


def names(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("script", BASH, ids=names)
def test_a_script_parses_stops_at_the_first_failure_and_may_be_run(script: Path) -> None:
    done = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "\nset -euo pipefail\n" in script.read_text("utf-8")
    assert os.access(script, os.X_OK)


def test_all_commands_of_the_readme_are_there() -> None:
    assert {"run", "test", "check", "setup", "bench", "lock"} <= {script.name for script in BASH}


def copied(tmp_path: Path, *names: str) -> Path:
    """A folder with some files of the project."""
    for name in names:
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((ROOT / name).read_bytes())
    return tmp_path


SETUP = (
    "scripts/setup",
    "scripts/frontend",
    "scripts/frontend_files.py",
    "pyproject.toml",
    "requirements/frontend.txt",
    "requirements/lock.txt",
    "requirements/lock-dev.txt",
    "requirements/lock-build.txt",
)


def set_up(tmp_path: Path) -> Path:
    """A folder that looks set up: the stamp that the script would leave, and an environment that runs nothing."""
    place = copied(tmp_path, *SETUP)
    broken(place / ".venv/bin/python")
    (place / ".venv/pyvenv.cfg").write_text("version = 3.11\n")
    files = "requirements/*.txt pyproject.toml scripts/setup scripts/frontend* .venv/pyvenv.cfg"
    stamp = f"{{ pwd -P; cat {files}; }} | cksum >.venv/.setup-done"
    subprocess.run(["bash", "-c", stamp], cwd=place, check=True)
    return place


def broken(program: Path) -> None:
    """A program that fails at whatever it is asked."""
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)


def test_setting_up_a_second_time_does_nothing_and_is_quick(tmp_path: Path) -> None:
    place = set_up(tmp_path)
    before = sorted(place.rglob("*"))
    began = time.monotonic()

    done = subprocess.run(["bash", place / "scripts/setup"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - began < 1.0  # 0.01 s here; the limit allows for a busy machine
    assert sorted(place.rglob("*")) == before


@pytest.mark.parametrize("changed", ["requirements/lock.txt", "pyproject.toml", "scripts/setup"])
def test_setting_up_goes_on_when_a_pin_has_changed_and_says_what_it_lacks(tmp_path: Path, changed: str) -> None:
    place = set_up(tmp_path)
    with (place / changed).open("a") as file:
        file.write("# another line\n")
    for name in ("python3.11", "python3.12", "python3.13", "python3.14", "python3", "python"):
        broken(place / "bin" / name)
    environment = {**os.environ, "PATH": f"{place / 'bin'}:{os.environ['PATH']}"}

    done = subprocess.run(
        ["bash", place / "scripts/setup"], capture_output=True, text=True, check=False, env=environment
    )

    assert done.returncode != 0
    assert "Python 3.11 or newer, with its venv module, is needed" in done.stderr


def test_setup_refuses_an_option_that_it_does_not_know() -> None:
    done = subprocess.run(["bash", ROOT / "scripts/setup", "--cuda"], capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "usage: scripts/setup [--dev]" in done.stderr
