"""The frame around the commands: help, exit codes, and errors in one sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.main import MODULES, main
from tests.cli.conftest import Lmc

COMMANDS = [
    *([name] for name in MODULES),
    ["documents", "list"],
    ["documents", "withdraw"],
    ["documents", "restore"],
    ["generations", "list"],
    ["generations", "verify"],
    ["generations", "rollback"],
    ["generations", "prune"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_command_explains_itself(command: list[str], lmc: Lmc) -> None:
    done = lmc(*command, "--help")

    assert done.code == 0
    assert f"usage: lmc {' '.join(command)}" in done.out
    assert "--data-dir" in done.out
    assert "--json" in done.out
    assert "--role" in done.out


def test_help_lists_every_command(lmc: Lmc) -> None:
    done = lmc("--help")

    assert done.code == 0
    assert all(f" {name} " in done.out for name in MODULES)


@pytest.mark.parametrize("arguments", [[], ["dance"], ["ask", "--role", "king", "x"], ["ask", "x", "--colour", "red"]])
def test_wrong_command_line_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    assert stopped.value.code == 2
    assert "usage: lmc" in capsys.readouterr().err


def test_unknown_setting_is_one_sentence_and_exit_code_2(lmc: Lmc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMC_NONSENSE", "1")

    done = lmc("ask", "What?")

    assert done.code == 2
    assert done.err == "lmc: A setting is wrong: LMC_NONSENSE: is not a known key."


def test_dotenv_of_the_working_folder_is_read(lmc: Lmc, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LMC_ROLE=king\n", "utf-8")

    done = lmc("ask", "What?")

    assert done.code == 2
    assert "LMC_ROLE" in done.err


def test_data_folder_that_was_never_used_is_one_sentence_and_exit_code_4(lmc: Lmc) -> None:
    done = lmc("documents")

    assert done.code == 4
    assert "run lmc ingest first" in done.err
    assert "Traceback" not in done.err


def test_bad_vocabulary_is_one_sentence_and_exit_code_3(
    lmc: Lmc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tools.toml").write_text("[[tool]]\nid = 1\n", "utf-8")
    monkeypatch.setenv("LMC_TOOLS", str(tmp_path / "tools.toml"))

    done = lmc("doctor")

    assert done.code == 1
    assert f"wrong vocabulary: {tmp_path / 'tools.toml'}" in done.out
    assert os.linesep not in done.err
