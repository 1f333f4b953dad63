"""A picture of a page → its text, by the `tesseract` program where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Protocol

PAGE_TIMEOUT_S = 20.0  # a dense A4 page at 300 dpi takes 2-6 s on one core


class Ocr(Protocol):
    """Anything that reads a picture of a page."""

    def read_page(self, image_png: bytes) -> str:
        """The text in the picture, lines as they stand; empty where there is none or it took too long."""
        ...


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The `tesseract` program; `language` is one or more of its language codes, joined by `+`.

    `finds_orientation`: its data for pages that lie on their side or stand on their head is installed.
    """

    program: str
    language: str = "eng"
    finds_orientation: bool = False
    timeout_s: float = PAGE_TIMEOUT_S

    def read_page(self, image_png: bytes) -> str:
        layout = "1" if self.finds_orientation else "3"
        command = [self.program, "stdin", "stdout", "-l", self.language, "--dpi", "300", "--psm", layout]
        try:
            done = subprocess.run(  # noqa: S603  the program was found on PATH and no shell reads the command
                command,
                input=image_png,
                capture_output=True,
                timeout=self.timeout_s,
                check=False,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # with more, tesseract's threads slow each other down
            )
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def find_tesseract(language: str = "eng") -> Tesseract | None:
    """The installed `tesseract`, if it knows every language of `language`."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    known = _languages(program)
    if not set(language.split("+")) <= known:
        return None
    return Tesseract(program, language, finds_orientation="osd" in known)


def _languages(program: str) -> set[str]:
    command = [program, "--list-langs"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=20, check=False)  # noqa: S603  as above
    except (OSError, subprocess.TimeoutExpired):
        return set()
    return set(done.stdout.decode("utf-8", "replace").split("\n")[1:])
