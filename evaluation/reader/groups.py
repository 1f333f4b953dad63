"""What the reader is trained on: a question with several windows of text, and which of them answer it where.

A window is what the reader sees of a passage when it serves: `answer.reader.window` cuts it in both places.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

# One question in so many is never learnt from: it shows how the training goes, and the gate may be fitted on it.
ASIDE = 25


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a passage with its context line.

    `right`: it answers the question. `start`, `end`: the characters of `text` that answer; equal where nobody has
    marked them.
    """

    context: str
    text: str
    right: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A question and the windows that a search found for it. Without a right one it is unanswerable."""

    source: str
    question: str
    windows: tuple[Window, ...]


def is_aside(question: str) -> bool:
    """Whether a question, as a group has it, is kept aside from the training."""
    return hashlib.sha256(question.encode()).digest()[1] % ASIDE == 0


def write_groups(file: Path, groups: Iterable[Group]) -> int:
    """Write one JSON object a line; returns how many."""
    count = 0
    with file.open("w", encoding="utf-8") as handle:
        for group in groups:
            handle.write(json.dumps(asdict(group), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_groups(files: Sequence[Path]) -> Iterator[Group]:
    """The groups of several files, in order."""
    for file in files:
        with file.open(encoding="utf-8") as handle:
            for line in handle:
                plain = json.loads(line)
                windows = tuple(Window(**window) for window in plain["windows"])
                yield Group(plain["source"], plain["question"], windows)
