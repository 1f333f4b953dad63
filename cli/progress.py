"""A change of the library as it runs: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from cli.settings import Settings
from index.embed import serves_natively


def say_if_model_is_prepared(console: Console, settings: Settings) -> None:
    if serves_natively(settings.model, settings.data_dir / "models") is None:
        console.print(
            "Preparing the embedding model; this once it takes half a minute.", highlight=False, soft_wrap=True
        )


class _Rate(ProgressColumn):
    """Passages per second since the start."""

    def render(self, task: Any) -> Text:
        passages = task.fields.get("passages", 0)
        elapsed = task.finished_time or task.elapsed or 0.0
        return Text(f"{passages} passages, {passages / elapsed:.0f}/s" if elapsed > 1 else f"{passages} passages")


class TerminalProgress:
    """A bar with rate and time left on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), _Rate(), TimeElapsedColumn(),
            TextColumn("left"), TimeRemainingColumn(), console=console, transient=True,
        )  # fmt: skip
        self._task: TaskID | None = None
        self._passages = 0
        self._said = time.monotonic()

    def start(self, total_bytes: int) -> None:
        self._task = self._bar.add_task("Reading and embedding", total=max(1, total_bytes), passages=0)
        if self._console.is_terminal:
            self._bar.start()

    def advance(self, done_bytes: int, passages: int) -> None:
        self._passages += passages
        if self._task is not None:
            self._bar.update(self._task, advance=done_bytes, passages=self._passages)
        if not self._console.is_terminal and time.monotonic() - self._said > 10:
            self._said = time.monotonic()
            done = self._bar.tasks[0].percentage if self._task is not None else 0.0
            self._console.print(
                f"{done:.0f} % of the files, {self._passages} passages embedded", highlight=False, soft_wrap=True
            )

    def say(self, what: str) -> None:
        if self._task is not None:
            self._bar.update(self._task, description=what)

    def stop(self) -> None:
        if self._bar.live.is_started:
            self._bar.stop()
