"""A command in, what it took as a whole process out: time on the wall, processor time, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
# macOS counts ru_maxrss in bytes, Linux in kibibytes.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class CommandFailed(Exception):
    """A measured command ended with an error; its last lines say which."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`wall_s` from start to exit; `cpu_s` of it and its children, user and system; `peak_mib` of the largest."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    output: str


def measure(command: Sequence[str | Path], *, cwd: Path = ROOT) -> Measured:
    """Run a command to its end, offline. Raises: CommandFailed when its exit code is not 0."""
    words = [str(word) for word in command]
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd, env={**os.environ, **OFFLINE}
    ) as process:
        output, errors = _drain(process)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CommandFailed(f"{' '.join(words)} ended with {process.returncode}:\n{errors[-2000:]}")
    peak = usage.ru_maxrss * _RSS_UNIT / (1 << 20)
    return Measured(wall, usage.ru_utime + usage.ru_stime, peak, output)


class Served:
    """A process that stays, reads a question a line and prints how many milliseconds it took; a context manager."""

    def __init__(self, command: Sequence[str | Path], *, cwd: Path = ROOT) -> None:
        self._words = [str(word) for word in command]
        self._process = subprocess.Popen(  # noqa: S603
            self._words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=cwd,
            env={**os.environ, **OFFLINE},
        )  # fmt: skip

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, question: str) -> float:
        """Milliseconds, as the process measured them. Raises: CommandFailed when it has ended."""
        if self._process.stdin is None or self._process.stdout is None:
            raise CommandFailed("the process has no streams")
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        # Other libraries print as they please: the first line that is a number is the answer.
        for line in self._process.stdout:
            try:
                return float(line)
            except ValueError:
                continue
        raise CommandFailed(f"{' '.join(self._words)} ended with {self._process.wait()}")


def _drain(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Both streams to their ends, without waiting for the process: `wait4` must be the one that does."""
    from threading import Thread

    errors: list[str] = []
    if process.stdout is None or process.stderr is None:
        return "", ""
    thread = Thread(target=lambda stream: errors.append(stream.read()), args=(process.stderr,))
    thread.start()
    output = process.stdout.read()
    thread.join()
    return output, "".join(errors)
